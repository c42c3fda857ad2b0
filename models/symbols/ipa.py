# SPDX-License-Identifier: GPL-3.0-or-later
"""The International Phonetic Alphabet as aligners write it: letters as in inference/phones.py, and words for silence."""

from __future__ import annotations

from typing import Final

from ...inference.errors import ParlanceError
from ...inference.phones import merge
from .classes import VOWELS, Parts, UnknownSymbolError, parts

_SILENT: Final = frozenset({"", "SIL", "SPN", "sil", "spn", "_", "_:", "pau", "#"})
_GLIDES: Final = {"i": "ɪ", "u": "ʊ"}


def from_ipa(symbol: str) -> Parts:
    """One IPA segment ("ˈaɪ", "t͡ʃ", "ɛi", "SIL") → classes. Raises UnknownSymbolError."""
    if symbol in _SILENT:
        return parts("sil")
    try:
        merged = merge(symbol)
    except ParlanceError as error:
        raise UnknownSymbolError(f"'{symbol}' is not an IPA symbol: {error}") from error
    classes = [name for index, name in enumerate(merged) if index == 0 or merged[index - 1] != name]
    if not classes:
        raise UnknownSymbolError(f"'{symbol}' has no IPA letter in it.")
    return parts(*_diphthong_ends(classes))


def _diphthong_ends(classes: list[str]) -> list[str]:
    """A diphthong glides towards its second vowel without reaching it: aɪ and ai are one, as are aʊ and au, ɔʏ and ɔø."""
    if classes == ["ɔ", "ø"]:
        return ["ɔ", "y"]
    if len(classes) == 2 and classes[0] in VOWELS - _GLIDES.keys() and classes[1] in _GLIDES:
        return [classes[0], _GLIDES[classes[1]]]
    return classes
