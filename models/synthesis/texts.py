# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences to speak, written for this: everyday, and rich in lips — p, b, m, f, v, rounded vowels — and in rare sounds.

Every language also gets invented words of its own letters, so that sounds meet in orders no sentence has.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

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
_SHARE_OF_INVENTED: Final = 0.35
_LIP_SHARE: Final = 0.45
"""How many invented syllables start with a lip sound: the first few consonants of each inventory."""


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


def text(language: str, generator: np.random.Generator) -> str:
    """One or two sentences of a language's pool, or a few invented words."""
    if language not in _NO_INVENTED_WORDS and generator.random() < _SHARE_OF_INVENTED:
        words = [invented_word(language, generator) for _ in range(int(generator.integers(4, 8)))]
        return f"{' '.join(words[:-1])}, {words[-1]}."
    pool = SENTENCES[language]
    count = min(int(generator.integers(1, 3)), len(pool))
    return " ".join(str(line) for line in generator.choice(pool, size=count, replace=False))
