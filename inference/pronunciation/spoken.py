# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a text as sounds, in all the ways that they are commonly said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .. import arpabet
from .. import phones as inventory
from ..errors import ParlanceError
from ..languages import GUESSED, LANGUAGES
from . import guess, lexicon, numbers, small_words

Sounds = tuple[str, ...]
"""Classes of phones.py, "ˈ" before the vowel that is stressed."""
STRESS: Final = "ˈ"
MOST_WAYS: Final = 6
_ENGLISH_ENDINGS: Final = (
    ("'s", "z"), ("s'", "z"), ("n't", "ə n t"), ("'ll", "ə l"), ("'re", "ɝ"), ("'ve", "v"), ("'d", "d"), ("'m", "m"),
    ("in'", "ɪ n"), ("ing", "ɪ ŋ"), ("ed", "d"), ("es", "ɪ z"), ("s", "z"), ("ly", "l i"),
)  # fmt: skip
"""Those with an apostrophe follow any word; the others a word that is listed, for the tree knows most words as they are."""
_VOICELESS: Final = frozenset({"p", "t", "k", "f", "θ"})
_HISSING: Final = frozenset({"s", "z", "ʃ", "ʒ", "tʃ", "dʒ"})
_SIBLINGS: Final = {"no": "nb", "nn": "nb"}
_CAPITALS: Final = 4
"""Capital letters in a row that are spelled rather than read."""


def language_of(text: str, language: str) -> str:
    """The code itself, or the guessed one; a country that has no lexicon of its own gives way to its language ("en-GB": "en").

    Raises ParlanceError for a language that cannot be pronounced here.
    """
    if language.lower() in {GUESSED, ""}:
        return guess.language(text)
    code = _code(language)
    if not code:
        known = ", ".join(LANGUAGES)
        raise ParlanceError(
            f"The language “{language}” has no pronunciation, only {known}; give the text as IPA between slashes."
        )
    return code


def is_known(language: str) -> bool:
    """Whether there is a lexicon for a language, or it is to be guessed."""
    return language.lower() in {GUESSED, ""} or bool(_code(language))


def _code(language: str) -> str:
    code = language.lower().replace("_", "-")
    base = code.partition("-")[0]
    return next((found for found in (code, base, _SIBLINGS.get(base, "")) if found in LANGUAGES), "")


def is_given(word: str) -> bool:
    """Whether a word gives its sounds itself, between slashes."""
    return len(word) > 2 and word[0] == word[-1] == "/"


def ways(word: str, language: str, dictionary: Mapping[str, str] | None = None) -> tuple[Sounds, ...]:
    """The ways to say a word of a text, the usual one first.

    dictionary: words in small letters → how the project says them, in IPA or ARPAbet.
    Raises ParlanceError for a word with no letter of the language, and for what is neither IPA nor ARPAbet.
    """
    small = unicodedata.normalize("NFC", word).casefold() if language == "de" and "ß" not in word else word.lower()
    if is_given(word):
        return (sounds(word[1:-1]),)
    if dictionary and word.lower() in dictionary:
        return tuple(sounds(way) for way in dictionary[word.lower()].split("|"))
    found = list(dict.fromkeys(way for each in _ways(word, small, language) for way in (each, *_relaxed(each, language)) if way))
    if not found:
        raise ParlanceError(
            f"“{word}” cannot be pronounced in {LANGUAGES[language]}; choose its language, or give its sounds: /bɑθ/, /B.AA1.TH/."
        )
    return tuple(found[:MOST_WAYS])


def sounds(pronunciation: str) -> Sounds:
    """A pronunciation in ARPAbet ("B AA1 TH") or IPA ("ˈbɑθ"). Raises ParlanceError where it is neither."""
    if arpabet.is_arpabet(pronunciation):
        return arpabet.to_sounds(pronunciation)
    found: list[str] = []
    for piece in re.split(r"(?=[ˈ'])", pronunciation):
        classes = list(inventory.merge(piece.replace("'", "").replace(".", " ")))
        if piece[:1] in {"ˈ", "'"}:
            vowel = next((at for at, each in enumerate(classes) if each in inventory.VOWEL), None)
            if vowel is not None:
                classes[vowel] = STRESS + classes[vowel]
        found += [each for each in classes if each != "sil"]
    if not found:
        raise ParlanceError(f"“{pronunciation}” has no sounds in it; write IPA (bɑθ) or ARPAbet (B AA1 TH).")
    return tuple(found)


def bare(way: Sounds) -> Sounds:
    """The classes alone."""
    return tuple(sound.lstrip(STRESS) for sound in way)


def _ways(word: str, small: str, language: str) -> Iterator[Sounds]:
    known = lexicon.read(language)
    weak = small_words.read()[language].weak.get(small)
    if weak is not None:
        yield from (tuple(way.split()) for way in weak.split("|"))
        return
    if known.knows(small) and not small.isdigit():
        yield from known.sounds(small)
        return
    if numbers.is_figure(word):
        for said in numbers.words(word, language):
            yield from _joined(said, language)
        return
    parts = [part for part in re.split(r"[-_/.:&+]|(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", word) if part]
    if len(parts) > 1:
        yield from _joined(parts, language)
        return
    letters = small.replace("'", "")
    if word.isupper() and 1 < len(letters) <= _CAPITALS and letters.isalpha():
        yield from _joined(list(letters), language)
    if language == "en":
        yield from _inflected(small)
    read = known.sounds(small if language in {"fr", "it", "ca", "en"} else letters)
    yield from read or _joined(list(letters), language)


def _joined(parts: Sequence[str], language: str) -> Iterator[Sounds]:
    """Several words said as one: each in its usual way."""
    known = lexicon.read(language)
    said: list[str] = []
    for part in parts:
        if len(part) == 1 or (part.isdigit() and known.knows(part)):
            said += next(iter(known.sounds(part.lower())), ())
        elif part.isdigit():
            said += next(_joined(list(part), language), ())
        else:
            said += next(_ways(part, part.lower(), language), ())
    if said:
        yield tuple(said)


def _inflected(word: str) -> Iterator[Sounds]:
    """English words put together from a stem and an ending."""
    known = lexicon.read("en")
    for ending, said in _ENGLISH_ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2 or not ("'" in ending or known.knows(stem)):
            continue
        weak = small_words.read()["en"].weak.get(stem, "").partition("|")[0]
        way = tuple(weak.split()) if weak else next(iter(known.sounds(stem)), ())
        if way:
            yield (*way, *_after(way[-1], ending, said))
        return


def _after(last: str, ending: str, said: str) -> tuple[str, ...]:
    """The sounds of an ending after a last sound: cats, dogs, horses; walked, planned, wanted."""
    sound = last.lstrip(STRESS)
    if said == "z" and ending in {"s", "'s", "s'", "es"}:
        return ("ɪ", "z") if sound in _HISSING else ("s",) if sound in _VOICELESS else ("z",)
    if said == "ɪ z":
        return ("ɪ", "z") if sound in _HISSING else ("z",)
    if ending == "ed":
        return ("ɪ", "d") if sound in {"t", "d"} else ("t",) if sound in _VOICELESS | _HISSING - {"z", "ʒ", "dʒ"} else ("d",)
    return tuple(said.split())


def _relaxed_german(way: Sounds) -> Iterator[Sounds]:
    """An r after a vowel is a vowel itself or goes; e goes in -en, -el, -em."""
    plain = bare(way)

    def after_vowel(at: int) -> bool:
        ends = at + 1 == len(way) or plain[at + 1] not in inventory.VOWEL
        return plain[at] == "x" and at > 0 and plain[at - 1] in inventory.VOWEL and ends

    spoken_r = [way]
    if any(after_vowel(at) for at in range(len(way))):
        spoken_r.append(tuple("ʌ" if after_vowel(at) else sound for at, sound in enumerate(way)))
        spoken_r.append(tuple(sound for at, sound in enumerate(way) if not after_vowel(at)))
    for each in spoken_r:
        if each != way:
            yield each
        if len(each) > 2 and bare(each)[-2:] in {("ə", "n"), ("ə", "l"), ("ə", "m")}:
            yield (*each[:-2], each[-1])


def _relaxed(way: Sounds, language: str) -> Iterator[Sounds]:
    """The same as it is said in passing."""
    plain = bare(way)
    if language == "en":
        kept = [
            sound
            for at, sound in enumerate(way)
            if not (
                plain[at] == "ɹ"
                and at
                and plain[at - 1] in inventory.VOWEL
                and (at + 1 == len(way) or plain[at + 1] not in inventory.VOWEL)
            )
        ]
        if len(kept) < len(way):
            yield tuple(kept)
    if language == "de":
        yield from _relaxed_german(way)
    if language == "nl" and len(way) > 2 and plain[-2:] == ("ə", "n"):
        yield way[:-1]
