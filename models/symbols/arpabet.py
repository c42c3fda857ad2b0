# SPDX-License-Identifier: GPL-3.0-or-later
"""ARPAbet, as CMU's dictionaries and aligners write it (stress digits are ignored)."""

from __future__ import annotations

from typing import Final

from .classes import Parts, UnknownSymbolError, parts, spelled

CONSONANTS: Final = {
    "sil": "SIL SPN NSN PAU SP +SPN+ +NSN+", "p": "P", "b": "B", "m": "M", "f": "F", "v": "V", "θ": "TH", "ð": "DH",
    "t": "T", "d": "D", "n": "N", "l": "L", "ɾ": "DX NX", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "tʃ": "CH", "dʒ": "JH",
    "ɹ": "R", "k": "K", "g": "G", "ŋ": "NG", "h": "HH HV", "ʔ": "Q", "w": "W", "j": "Y",
}  # fmt: skip
VOWELS: Final = {
    "i": "IY", "ɪ": "IH IX", "ɛ": "EH", "æ": "AE", "ɑ": "AA", "ʌ": "AH", "ə": "AX", "ɝ": "ER AXR", "ɔ": "AO", "ʊ": "UH",
    "u": "UW UX",
    "e ɪ": "EY", "a ɪ": "AY", "ɔ ɪ": "OY", "a ʊ": "AW", "o ʊ": "OW", "ə l": "EL", "ə m": "EM", "ə n": "EN",
}  # fmt: skip
_TABLE: Final = spelled(CONSONANTS | VOWELS)


def from_arpabet(symbol: str) -> Parts:
    """ARPAbet symbol ("AY", "AY1") → classes. Raises UnknownSymbolError."""
    classes = _TABLE.get(symbol.upper().rstrip("012"))
    if classes is None:
        raise UnknownSymbolError(f"'{symbol}' is not an ARPAbet symbol.")
    return parts(*classes)
