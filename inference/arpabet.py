# SPDX-License-Identifier: GPL-3.0-or-later
"""ARPAbet, the letters of English dictionaries and of many animators: AA, SH, TH. Stress digits are kept apart from the sound."""

from __future__ import annotations

from typing import Final

SOUNDS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "a ʊ", "AX": "ə", "AXR": "ɝ", "AY": "a ɪ", "B": "b", "CH": "tʃ", "D": "d",
    "DH": "ð", "DX": "ɾ", "EH": "ɛ", "EL": "ə l", "EM": "ə m", "EN": "ə n", "ER": "ɝ", "EY": "e ɪ", "F": "f", "G": "g", "HH": "h",
    "IH": "ɪ", "IX": "ɪ", "IY": "i", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "o ʊ", "OY": "ɔ ɪ",
    "P": "p", "Q": "ʔ", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "UX": "u", "V": "v", "W": "w",
    "Y": "j", "Z": "z", "ZH": "ʒ", "SIL": "sil",
}  # fmt: skip
"""ARPAbet → classes of phones.py, several between spaces."""
NAMES: Final = {
    **{sound: name for name, sound in reversed(SOUNDS.items()) if " " not in sound},
    "a": "AA", "e": "EY", "o": "OW", "y": "UE", "ø": "OE", "r": "RR", "x": "KH", "ç": "HY", "sil": "SIL",
}  # fmt: skip
"""Each class by one name of two letters or less; sounds that English has not are called after German respellings."""


def name_of(symbol: str, alphabet: str) -> str:
    """A class of phones.py as people read it: "IPA" or "ARPABET"."""
    return NAMES.get(symbol, symbol) if alphabet == "ARPABET" else symbol


def is_arpabet(text: str) -> bool:
    """Whether a pronunciation is written so: "B AA1 TH", "B.AA1.TH"."""
    return bool(_names(text)) and all(name.rstrip("012") in SOUNDS for name in _names(text))


def to_sounds(text: str) -> tuple[str, ...]:
    """The classes of a pronunciation in ARPAbet, "ˈ" before a vowel that is stressed. Raises KeyError for another name."""
    found: list[str] = []
    for name in _names(text):
        parts = SOUNDS[name.rstrip("012")].split()
        found += ["ˈ" + parts[0] if name.endswith("1") else parts[0], *parts[1:]]
    return tuple(found)


def _names(text: str) -> list[str]:
    return text.replace(".", " ").replace("-", " ").split()
