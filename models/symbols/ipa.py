# SPDX-License-Identifier: GPL-3.0-or-later
"""The International Phonetic Alphabet, merged by what shows on a face.

Place and rounding decide; voice quality, tone, length, palatalisation and the like are dropped. Bilabial fricatives and the
labiodental nasal stop short of a seal, so they join f and v; uvular r joins the trill; unrounded back vowels join the
unrounded vowel of their height.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from .classes import VOWELS, Parts, UnknownSymbolError, parts, spelled

_LETTERS: Final = spelled({
    "p": "p ʘ", "b": "b ɓ", "m": "m", "f": "f ɸ", "v": "v ʋ β ⱱ ɱ", "θ": "θ", "ð": "ð", "t": "t ʈ", "d": "d ɖ ɗ ᶑ",
    "n": "n ɳ ɲ",
    "l": "l ɫ ɭ ʎ ʟ ɬ ɮ", "ɾ": "ɾ ɽ ɺ", "s": "s", "z": "z", "ʃ": "ʃ ʂ ɕ ɧ", "ʒ": "ʒ ʐ ʑ", "ɹ": "ɹ ɻ", "r": "r ʀ ʁ",
    "k": "k c q",
    "g": "g ɡ ɟ ɢ ɠ", "ŋ": "ŋ ɴ", "ç": "ç", "x": "x χ ɣ ħ ʕ ɰ", "h": "h ɦ", "ʔ": "ʔ", "w": "w ʍ ɥ", "j": "j ʝ",
    "i": "i", "ɪ": "ɪ ɨ ɯ ᵻ ı", "y": "y ʏ", "e": "e", "ɛ": "ɛ", "ø": "ø œ ɶ ɵ ɞ", "æ": "æ", "a": "a", "ɑ": "ɑ", "ə": "ə ɘ ɤ",
    "ʌ": "ʌ ɐ",
    "ɝ": "ɝ ɚ ɜ", "ɔ": "ɔ ɒ", "o": "o", "ʊ": "ʊ ᵿ", "u": "u ʉ",
})  # fmt: skip
_PAIRS: Final = spelled({"tʃ": "tʃ tɕ tʂ ʈʂ cç", "dʒ": "dʒ dʑ dʐ ɖʐ ɟʝ", "r": "rʒ rʃ", "k": "kx qχ"})
_SINGLE_AFFRICATES: Final = {"ʧ": "tʃ", "ʨ": "tʃ", "ʤ": "dʒ", "ʥ": "dʒ", "ʦ": "ts", "ʣ": "dz"}
_SILENT: Final = frozenset({"", "SIL", "SPN", "sil", "spn", "_", "_:", "pau", "#", "|", "‖"})
_DROPPED: Final = frozenset("ˈˌːˑ'ʼˀˁ.-~^`\"_:|ʰʱʲʷˠˤⁿˡ˞˥˦˧˨˩¹²³⁴⁵⁰ꜛꜜ↗↘*;,!?%=0123456789")


def letters(symbol: str) -> str:
    """The bare letters of a symbol: without stress, length, tone, tie bars and diacritics."""
    # ç is a letter, not a c with a diacritic; everything else combining goes.
    decomposed = unicodedata.normalize("NFD", symbol).replace("c\u0327", "ç")
    return "".join(c for c in decomposed if c == "ç" or not (unicodedata.combining(c) or c in _DROPPED))


def from_ipa(symbol: str) -> Parts:
    """One IPA segment ("ˈaɪ", "t͡ʃ", "ɛi", "SIL") → classes. Raises UnknownSymbolError."""
    if symbol in _SILENT:
        return parts("sil")
    text = letters(symbol)
    for single, pair in _SINGLE_AFFRICATES.items():
        text = text.replace(single, pair)
    classes: list[str] = []
    position = 0
    while position < len(text):
        pair = text[position : position + 2]
        found = _PAIRS.get(pair) or _LETTERS.get(text[position])
        if found is None:
            raise UnknownSymbolError(f"'{symbol}' is not an IPA symbol this mapping knows.")
        if classes[-1:] != [found[0]]:
            classes.append(found[0])
        position += 2 if pair in _PAIRS else 1
    if not classes:
        raise UnknownSymbolError(f"'{symbol}' has no IPA letter in it.")
    return parts(*_diphthong_ends(classes))


def _diphthong_ends(classes: list[str]) -> list[str]:
    """A diphthong glides towards its second vowel without reaching it: aɪ and ai are one, as are aʊ and au."""
    short = {"i": "ɪ", "u": "ʊ"}
    if len(classes) == 2 and classes[0] in VOWELS - {"i", "u"} and classes[1] in short:
        return [classes[0], short[classes[1]]]
    return classes
