# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character has nothing for: sliders that would change nothing on it, and eyes that nothing turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...inference.direction import controls
from ..character import characters, joints, named_bones
from . import character_box

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


def by_eyes(character: characters.Character) -> str:
    """What to tell of a character whose eyes nothing turns; empty where they look where they are told."""
    found = character_box.of(character)
    if found.looks or named_bones.eye_bones(character.body) is not None:
        return ""
    lids = any(source.startswith("eyeLook") for source in character.sources)
    rest = "the head alone follows" if _has_head(character) else ("the lids alone follow" if lids else "nothing follows")
    return f"No shape or bone turns the eyes of “{character.root.name}”: {rest} until one does."


def _has_head(character: characters.Character) -> bool:
    return joints.head(character) is not None
