# SPDX-License-Identifier: GPL-3.0-or-later
"""How a mouth of drawings is directed: by its phones. Only the sliders that move something of such a character are shown."""

from __future__ import annotations

from typing import Any, Final

from ...inference.direction import controls
from ..character import characters, joints
from . import character_box, drawing

SENTENCE: Final = (
    "Drawings follow the phones of a line: drag, change or mute them under Edit. "
    "Moods and the sliders of brows, lids and lips move nothing here."
)
NAMES: Final = {"lead": "Ahead of the sound", "eye_contact": "Eye contact", "head_amount": "Head motion"}
"""The sliders that may, and what they are called."""


def is_one(character: characters.Character) -> bool:
    """Whether all that speaks of a character is drawn."""
    return bool(character_box.drawings(character))


def sliders(character: characters.Character) -> tuple[str, ...]:
    """The sliders that move something of a drawn character: of its head and eyes only where it has bones for them."""
    turning = joints.head(character) is not None
    looking = turning or bool(joints.eyes(character))
    return tuple(name for name, there in (("lead", True), ("eye_contact", looking), ("head_amount", turning)) if there)


def draw(layout: Any, context: Any, direction: Any, character: characters.Character) -> None:
    """What moves the drawings, and those sliders."""
    drawing.sentence(layout, context, SENTENCE, "RENDERLAYERS")
    drawing.sliders(layout, direction, [item for item in controls() if item.name in sliders(character)], NAMES)
