# SPDX-License-Identifier: GPL-3.0-or-later
"""ARPAbet, the letters of English dictionaries and of many animators: AA, SH, TH. Stress digits are kept apart from the sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SOUNDS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "a ʊ", "AX": "ə", "AXR": "ɝ", "AY": "a ɪ", "B": "b", "CH": "tʃ", "D": "d",
    "DH": "ð", "DX": "ɾ", "EH": "ɛ", "EL": "ə l", "EM": "ə m", "EN": "ə n", "ER": "ɝ", "EY": "e ɪ", "F": "f", "G": "g", "HH": "h",
    "IH": "ɪ", "IX": "ɪ", "IY": "i", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "o ʊ", "OY": "ɔ ɪ",
    "P": "p", "Q": "ʔ", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "UX": "u", "V": "v", "W": "w",
    "Y": "j", "Z": "z", "ZH": "ʒ", "SIL": "sil",
    "A": "a", "E": "e", "O": "o", "UE": "y", "OE": "ø", "RR": "r", "KH": "x", "HY": "ç",
}  # fmt: skip
"""ARPAbet → classes of phones.py, several between spaces. The last row is ours: halves of diphthongs, what English lacks."""
NAMES: Final = {sound: name for name, sound in reversed(SOUNDS.items()) if " " not in sound}
"""Each class by one name."""
_PAIRS: Final = {tuple(sound.split()): name for name, sound in SOUNDS.items() if name in {"AW", "AY", "EY", "OW", "OY"}}


def name_of(symbol: str, alphabet: str) -> str:
    """A class of phones.py as people read it: "IPA" or "ARPABET"."""
    return NAMES.get(symbol, symbol) if alphabet == "ARPABET" else symbol


def spelled(symbols: Sequence[str], alphabet: str) -> str:
    """A word's classes as people read and write them, diphthongs as one in ARPAbet; `spoken.sounds` reads it back."""
    if alphabet != "ARPABET":
        return " ".join(symbols)
    names: list[str] = []
    at = 0
    while at < len(symbols):
        pair = _PAIRS.get(tuple(symbols[at : at + 2]))
        names.append(pair or NAMES[symbols[at]])
        at += 2 if pair else 1
    return " ".join(names)


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
