# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences to speak, written for this: everyday, and rich in lips — p, b, m, f, v, rounded vowels — and in rare sounds.

Every language also gets invented words of its own letters, so that sounds meet in orders no sentence has. Where a dictionary or
a corpus with free texts is at hand, half of what is spoken comes from there.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from ..corpora import available, read

SENTENCES: Final[dict[str, list[str]]] = json.loads(Path(__file__).with_name("sentences.json").read_text(encoding="utf-8"))
"""Language → its sentences."""

_LETTERS: Final[dict[str, tuple[str, str, str]]] = {
    "latin": ("p b m f v t d n l s k g r", "a e i o u", "n m s l r p t"),
    "en": ("p b m f v w th sh ch j t d n l s z k g r h y bl pr fr", "a e i o oo ee ou ay oy ar er", "n m mp v f b s sh ng th"),
    "de": ("p b m f w t d n l s sch z k g r h pf pr bl", "a e i o u ä ö ü ei au eu", "n m b f ch sch s pf"),
    "nl": ("p b m f v w t d n l s z sch k g r h bl", "a e i o u oe eu ui ij ou", "n m p f s ch k"),
    "fr": ("p b m f v t d n l s z j ch g r", "a é i o u ou eu on an in oi", "m b ve fe che lle"),
    "cs": ("p b m f v t d n l s z š ž č k h r ř", "a e i o u á í ů", "n m b v s š k p"),
    "fi": ("p m v t n l s k r h j", "a e i o u y ä ö aa öy uo", "n s l"),
    "ru": ("п б м ф в т д н л с з ш ж ч к г р х", "а е и о у ы ю я", "м п ф н л к ш"),
    "uk": ("п б м ф в т д н л с з ш ж ч к г р х", "а е и о у ю я", "м п ф н л к ш"),
    "el": ("π μπ μ φ β τ ντ ν λ σ ζ κ γ ρ θ δ", "α ε ι ο ου", "ς ν"),
}
_NO_INVENTED_WORDS: Final = frozenset({"hi", "ja", "ko", "cmn", "ar", "vi"})
_SHARE_OF_INVENTED: Final = 0.25
_SHARE_OF_POOL: Final = 0.25
_LIP_SHARE: Final = 0.45
"""How many invented syllables start with a lip sound: the first few consonants of each inventory."""

_DICTIONARIES: Final = {"en": "cmu/cmudict-0.4.out", "it": "ifd/lex.out", "ca": "upc/upcdict_catalan-1.0-central.out"}
"""Word lists that come with the Festival voices."""
_DICTIONARY_FOLDER: Final = Path("/usr/share/festival/dicts")
_SMALL_WORDS: Final = {
    "en": "the a of and to in was for with his my you that from but we have they this is not would could before some over",
    "it": "il la di e che un una per con del non sono",
    "ca": "el la de i que un una per amb del no són",
}
_WORD: Final = re.compile(r'^\("([^\W\d_]{3,10})"')
_SENTENCES_OF: Final = {"en": "kathleen_en", "de": "kerstin_de", "nl": "nathalie_nl"}
"""Corpora whose texts are free and can be spoken by other voices; what they hold out stays unspoken."""
_LONGEST_SENTENCE: Final = 110


@cache
def words(language: str) -> tuple[str, ...]:
    """The words of a language's dictionary, empty when none is installed."""
    path = _DICTIONARY_FOLDER / _DICTIONARIES.get(language, "none")
    if not path.is_file():
        return ()
    found = (_WORD.match(line) for line in path.read_bytes().decode("latin-1").splitlines())
    return tuple(dict.fromkeys(match[1] for match in found if match))


@cache
def read_aloud(language: str) -> tuple[str, ...]:
    """Sentences of a corpus of the language, empty when it is not here."""
    corpus = _SENTENCES_OF.get(language)
    if corpus not in available():
        return ()
    spoken = (u.text for u in read(corpus) if u.split == "train" and u.text)
    return tuple(line for line in spoken if len(line) <= _LONGEST_SENTENCE)


def invented_word(language: str, generator: np.random.Generator) -> str:
    """A word of two or three syllables in the letters of a language."""
    onsets, vowels, codas = (letters.split() for letters in _LETTERS.get(language, _LETTERS["latin"]))
    word = ""
    for _ in range(int(generator.integers(2, 4))):
        choice = onsets[:5] if generator.random() < _LIP_SHARE else onsets
        word += str(generator.choice(choice)) + str(generator.choice(vowels))
        if generator.random() < 0.4:
            word += str(generator.choice(codas))
    return word


def phrase(language: str, generator: np.random.Generator) -> str:
    """Words of the dictionary in no order, with small words between them: every sound beside every other."""
    line = []
    small = _SMALL_WORDS[language].split()
    for word in generator.choice(words(language), size=int(generator.integers(4, 8))):
        if generator.random() < 0.6:
            line.append(str(generator.choice(small)))
        line.append(str(word))
    return f"{' '.join(line)}."


def text(language: str, generator: np.random.Generator) -> str:
    """One or two sentences of the language's pool or corpus, a phrase of its dictionary, or a few invented words."""
    kind = generator.random()
    if language not in _NO_INVENTED_WORDS and kind < _SHARE_OF_INVENTED:
        invented = [invented_word(language, generator) for _ in range(int(generator.integers(4, 8)))]
        return f"{' '.join(invented[:-1])}, {invented[-1]}."
    if kind > _SHARE_OF_INVENTED + _SHARE_OF_POOL and words(language) and (not read_aloud(language) or generator.random() < 0.5):
        return phrase(language, generator)
    if kind > _SHARE_OF_INVENTED + _SHARE_OF_POOL and read_aloud(language):
        return str(generator.choice(read_aloud(language)))
    pool = SENTENCES[language]
    count = min(int(generator.integers(1, 3)), len(pool))
    return " ".join(str(line) for line in generator.choice(pool, size=count, replace=False))
