# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character has nothing for: sliders that would change nothing on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...inference.direction import controls
from ..character import characters, joints

ANSWERED_BY: Final[Mapping[str, str]] = {
    "tongue": "tongueOut",
    "blink_rate": "eyeBlink",
    "blink_rate_silent": "eyeBlink",
    "blink_strength": "eyeBlink",
    "blink_duration": "eyeBlink",
    "blink_variety": "eyeBlink",
    "blink_doublets": "eyeBlink",
    "blink_partials": "eyeBlink",
    "blink_phrases": "eyeBlink",
    "blink_gaze": "eyeBlink",
    "brow_amount": "brow",
    "brow_chance": "brow",
    "brow_voice": "brow",
    "brow_frown": "brow",
    "brow_single": "brow",
    "brow_idle": "brow",
}
"""How the names of the shapes begin without which a slider changes nothing."""
HEAD: Final = frozenset({*(item.name for item in controls() if item.section == "head"), "gaze_hold"})
"""Sliders that change nothing where no head turns."""


def sliders(character: characters.Character) -> frozenset[str]:
    """The sliders that nothing on a character answers to."""
    sources = character.sources
    stands_in = any(source.startswith("viseme_") for source in sources)  # a viseme shows the tongue too
    silent = {
        name
        for name, begins in ANSWERED_BY.items()
        if not any(source.startswith(begins) for source in sources) and not (stands_in and begins == "tongueOut")
    }
    return frozenset(silent if _has_head(character) else silent | HEAD)


def _has_head(character: characters.Character) -> bool:
    return joints.head(character) is not None
