# SPDX-License-Identifier: GPL-3.0-or-later
"""Visemes: whole mouth poses that many characters have instead of the 52 shapes. A viseme can be the source of a Drive."""

from __future__ import annotations

from typing import Final

PHONES: Final[dict[str, str]] = {
    "viseme_sil": "sil", "viseme_PP": "p", "viseme_FF": "f", "viseme_TH": "θ", "viseme_DD": "t", "viseme_kk": "k",
    "viseme_CH": "ʃ", "viseme_SS": "s", "viseme_nn": "n", "viseme_RR": "ɹ", "viseme_aa": "a", "viseme_E": "ɛ",
    "viseme_I": "i", "viseme_O": "o", "viseme_U": "u", "viseme_ae": "æ", "viseme_aw": "ɔ", "viseme_er": "ɝ",
    "viseme_ih": "ɪ", "viseme_uh": "ʌ", "viseme_L": "l", "viseme_W": "w",
}  # fmt: skip
PARTS: Final[dict[str, dict[str, float]]] = {
    "viseme_open": {"jawOpen": 0.6},
    "viseme_tight": {"mouthPucker": 0.5},
    "viseme_wide": {"mouthStretchLeft": 0.8, "mouthStretchRight": 0.8},
    "viseme_lip_open": {
        "mouthLowerDownLeft": 0.6, "mouthLowerDownRight": 0.6, "mouthUpperUpLeft": 0.5, "mouthUpperUpRight": 0.5,
    },
}  # fmt: skip
"""Visemes that are not a phone but one part of a mouth pose, meant to be added to others."""
NAMES: Final = (*PHONES, *PARTS)
SWITCHES: Final[dict[str, tuple[str, ...]]] = {
    "switch_vowels": ("viseme_sil", "viseme_aa", "viseme_I", "viseme_U", "viseme_E", "viseme_O"),
    "switch_blair": (
        "viseme_sil", "viseme_PP", "viseme_aa", "viseme_E", "viseme_O", "viseme_U", "viseme_W", "viseme_FF", "viseme_L",
        "viseme_DD",
    ),
    "switch_rhubarb": (
        "viseme_sil", "viseme_PP", "viseme_SS", "viseme_E", "viseme_aa", "viseme_aw", "viseme_U", "viseme_FF", "viseme_L",
    ),
}  # fmt: skip
"""Sets of mouth drawings of which one shows at a time; a switch is the number of the drawing, in this order, from 0."""
CLOSING: Final = "viseme_PP"
BITING: Final = "viseme_FF"
OWN: Final[dict[str, str]] = {
    f"pose_{name}": f"viseme_{name}"
    for name in ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
}
"""Visemes that the artist posed, each with the one of ours whose place it takes; a source of Drives like the others."""
