# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone inventory: merged IPA classes that look different enough on a face, for every language.

Diphthongs are two phones, split 60 : 40 (science of visemes: the first part is held longer).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from .errors import ParlanceError

SYMBOLS: Final[tuple[str, ...]] = (
    "sil",
    "p", "b", "m", "f", "v", "θ", "ð", "t", "d", "n", "l", "ɾ", "s", "z", "ʃ", "ʒ", "tʃ", "dʒ", "ɹ", "r",
    "k", "g", "ŋ", "ç", "x", "h", "ʔ", "w", "j",
    "i", "ɪ", "y", "e", "ɛ", "ø", "æ", "a", "ɑ", "ə", "ʌ", "ɝ", "ɔ", "o", "ʊ", "u",
)  # fmt: skip
COUNT: Final = len(SYMBOLS)
INDEX: Final[dict[str, int]] = {symbol: index for index, symbol in enumerate(SYMBOLS)}

DIPHTHONG_SPLIT: Final = 0.6
"""Share of a diphthong's duration that its first part holds."""


@dataclass(frozen=True)
class Features:
    """How a phone looks, independent of any language. Amounts are 0..1.

    vowel: it can be a syllable's nucleus.
    closure: the lips meet (p b m).   labiodental: the lower lip meets the upper teeth (f v).
    rounding: how much the lips round; protruded: by pushing forward (else by pressing together, as in Swedish u).
    spread: how much the corners draw apart.
    openness: how far the jaw drops, 0 close .. 1 open (chin drop of 3 .. 13 mm).
    sibilant: the teeth nearly meet.   apical: the tongue tip can be seen.
    lip_free: how far the lips are left to the neighbours, 0 own shape .. 1 wholly inherited.
    """

    vowel: bool = False
    closure: float = 0.0
    labiodental: float = 0.0
    rounding: float = 0.0
    protruded: bool = True
    spread: float = 0.0
    openness: float = 0.0
    sibilant: bool = False
    apical: float = 0.0
    lip_free: float = 0.0


def _vowel(openness: float, *, rounding: float = 0.0, spread: float = 0.0, lip_free: float = 0.0) -> Features:
    return Features(vowel=True, openness=openness, rounding=rounding, spread=spread, lip_free=lip_free)


_BILABIAL = Features(closure=1.0, openness=0.1)
_LABIODENTAL = Features(labiodental=1.0, openness=0.05)
_DENTAL = Features(apical=1.0, openness=0.15, lip_free=0.5)
_ALVEOLAR = Features(apical=0.3, openness=0.15, lip_free=0.8)
_HISS = Features(sibilant=True, spread=0.4)
_HUSH = Features(sibilant=True, rounding=0.6)
_DORSAL = Features(openness=0.25, lip_free=0.9)

FEATURES: Final[dict[str, Features]] = {
    "sil": Features(),
    "p": _BILABIAL, "b": _BILABIAL, "m": _BILABIAL,
    "f": _LABIODENTAL, "v": _LABIODENTAL,
    "θ": _DENTAL, "ð": _DENTAL,
    "t": _ALVEOLAR, "d": _ALVEOLAR, "n": _ALVEOLAR, "l": Features(apical=0.5, openness=0.2, lip_free=0.8), "ɾ": _ALVEOLAR,
    "s": _HISS, "z": _HISS,
    "ʃ": _HUSH, "ʒ": _HUSH, "tʃ": _HUSH, "dʒ": _HUSH,
    "ɹ": Features(rounding=0.4, openness=0.1, lip_free=0.3), "r": Features(apical=0.3, openness=0.2, lip_free=0.8),
    "k": _DORSAL, "g": _DORSAL, "ŋ": _DORSAL,
    "ç": Features(spread=0.4, openness=0.1, lip_free=0.5), "x": Features(openness=0.3, lip_free=0.9),
    "h": Features(openness=0.25, lip_free=1.0), "ʔ": Features(openness=0.25, lip_free=1.0),
    "w": Features(rounding=0.9, openness=0.05), "j": Features(spread=0.6, lip_free=0.3),
    "i": _vowel(0.0, spread=0.8), "ɪ": _vowel(0.2, spread=0.4), "y": _vowel(0.05, rounding=0.85),
    "e": _vowel(0.35, spread=0.5), "ɛ": _vowel(0.5, spread=0.3), "ø": _vowel(0.35, rounding=0.6),
    "æ": _vowel(0.8, spread=0.4), "a": _vowel(1.0), "ɑ": _vowel(1.0),
    "ə": _vowel(0.3, lip_free=0.6), "ʌ": _vowel(0.45, lip_free=0.2), "ɝ": _vowel(0.25, rounding=0.25),
    "ɔ": _vowel(0.65, rounding=0.35), "o": _vowel(0.35, rounding=0.6),
    "ʊ": _vowel(0.15, rounding=0.55), "u": _vowel(0.05, rounding=0.9),
}  # fmt: skip


def _symbols_with(feature: str) -> frozenset[str]:
    return frozenset(symbol for symbol in SYMBOLS if getattr(FEATURES[symbol], feature))


BILABIAL: Final = _symbols_with("closure")
LABIODENTAL: Final = _symbols_with("labiodental")
ROUNDED: Final = _symbols_with("rounding")
SIBILANT: Final = _symbols_with("sibilant")
VOWEL: Final = _symbols_with("vowel")


def indices(symbols: frozenset[str]) -> tuple[int, ...]:
    """Positions of a set of symbols in SYMBOLS, ascending."""
    return tuple(sorted(INDEX[symbol] for symbol in symbols))


# What other IPA letters look like. Keys are one IPA phone without diacritics; longest match wins.
_LIKENESS: Final[dict[str, str]] = {
    "ɓ": "b", "ʙ": "b", "ɸ": "f", "β": "v", "ʘ": "p", "ɱ": "v", "ʋ": "v", "ⱱ": "v", "kp": "p", "gb": "b", "ŋm": "m",
    "ts": "t s", "dz": "d z", "ʦ": "t s", "ʣ": "d z", "tɕ": "tʃ", "dʑ": "dʒ", "ʧ": "tʃ", "ʤ": "dʒ", "ʨ": "tʃ", "ʥ": "dʒ",
    "ʈʂ": "tʃ", "ɖʐ": "dʒ", "tʂ": "tʃ", "dʐ": "dʒ", "tɬ": "t l", "pf": "p f",
    "ʈ": "t", "ɖ": "d", "ɗ": "d", "ᶑ": "d", "ɳ": "n", "ǀ": "t", "ǃ": "t", "ǂ": "t", "ǁ": "l",
    "ɫ": "l", "ɭ": "l", "ɬ": "l", "ɮ": "l", "ʟ": "l", "ɺ": "ɾ", "ɽ": "ɾ", "ᵻ": "ɪ",
    "ɕ": "ʃ", "ʂ": "ʃ", "ʑ": "ʒ", "ʐ": "ʒ", "ɧ": "ʃ", "ɻ": "ɹ",
    "c": "k", "ɟ": "g", "ʄ": "g", "ɠ": "g", "ɡ": "g", "q": "k", "ɢ": "g", "ʛ": "g", "ɲ": "n", "ɴ": "ŋ", "ʎ": "j",
    "ʝ": "j", "ɣ": "x", "ɰ": "x", "χ": "x", "ʁ": "x", "ʀ": "x", "ħ": "h", "ʕ": "h", "ɦ": "h", "ʜ": "h", "ʢ": "h", "ʡ": "ʔ",
    "ʍ": "w", "ɥ": "w",
    "ɨ": "ɪ", "ɯ": "ʊ", "ʉ": "u", "ʏ": "y", "ɘ": "e", "ɤ": "ʌ", "ɵ": "ø", "œ": "ø", "ɶ": "ɔ",
    "ɜ": "ɝ", "ɚ": "ɝ", "ɞ": "ɔ", "ɐ": "ʌ", "ɒ": "ɔ", "ᵊ": "ə", "ɩ": "ɪ", "ɷ": "ʊ",
    "|": "sil", "‖": "sil",
}  # fmt: skip
_KNOWN: Final = {**{symbol: symbol for symbol in SYMBOLS}, **_LIKENESS}
_LONGEST: Final = max(map(len, _KNOWN))
_LABIALISED: Final = "ʷ"
_RHOTIC: Final = "˞"
_SILENT_LETTERS: Final = frozenset("ˈˌːˑ.ʰʱʲˠˤⁿˡʼ˺˥˦˧˨˩↑↓↗↘‿'ʻ-0123456789\u200d")


def merge(ipa: str) -> tuple[str, ...]:
    """The classes of an IPA string of one or many phones: "t͡sʰaɪ̯" gives ("t", "s", "a", "ɪ").

    Length, stress, tone, phonation, nasality and every other diacritic are dropped: they do not show on the lips.
    Labialised consonants are followed by "w", r-coloured vowels by "ɹ". Raises ParlanceError for a letter that is not IPA.
    """
    found: list[str] = []
    for phones in _plain_letters(ipa).split():
        _merge_letters(phones, ipa, found)
    return tuple(found)


def _merge_letters(letters: str, ipa: str, found: list[str]) -> None:
    at = 0
    while at < len(letters):
        if letters[at] == _LABIALISED:
            found.append("w")
            at += 1
            continue
        if letters[at] == _RHOTIC:
            if not found or found[-1] not in {"ɝ", "ə"}:
                found.append("ɹ")
            else:
                found[-1] = "ɝ"
            at += 1
            continue
        length = next((n for n in range(min(_LONGEST, len(letters) - at), 0, -1) if letters[at : at + n] in _KNOWN), 0)
        if not length:
            raise ParlanceError(f"“{letters[at]}” in “{ipa}” is not an IPA letter; correct the transcription.")
        found.extend(_KNOWN[letters[at : at + length]].split())
        at += length


def _plain_letters(ipa: str) -> str:
    composed = (letter if letter == "ç" else unicodedata.normalize("NFD", letter) for letter in unicodedata.normalize("NFC", ipa))
    return "".join(letter for letter in "".join(composed) if not unicodedata.combining(letter) and letter not in _SILENT_LETTERS)


def segments(ipa: str, start: float, end: float) -> list[tuple[str, float, float]]:
    """One IPA phone with its times in seconds as (class, start, end) parts; two parts split 60 : 40, more evenly."""
    classes = merge(ipa)
    shares = [DIPHTHONG_SPLIT, 1 - DIPHTHONG_SPLIT] if len(classes) == 2 else [1 / len(classes)] * len(classes) if classes else []
    parts: list[tuple[str, float, float]] = []
    at = start
    for index, (symbol, share) in enumerate(zip(classes, shares, strict=True)):
        until = end if index == len(classes) - 1 else at + share * (end - start)
        parts.append((symbol, at, until))
        at = until
    return parts
