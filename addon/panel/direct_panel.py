# SPDX-License-Identifier: GPL-3.0-or-later
"""The group Direct: how the line is played. The preset, the sliders that matter most, the mood; all others behind a switch."""

from __future__ import annotations

from typing import Any, Final

import bpy

from ...inference.direction import SECTIONS, Control, controls
from .. import preferences
from ..generate import later
from . import density, drawing, drawn_mouth, idle_panel, moods, presets, selection, shared_look, spaces

MOST_USED: Final = {
    "jaw": "Jaw",
    "lips": "Lips",
    "articulation": "Articulation",
    "brow_amount": "Brows",
    "blink_rate": "Blinks a minute",
    "eye_contact": "Eye contact",
    "head_amount": "Head motion",
}
"""The sliders an animator reaches for first, and what they are called away from their section."""
MOOD: Final = {
    "joy": "Joy",
    "sadness": "Sadness",
    "anger": "Anger",
    "fear": "Fear",
    "disgust": "Disgust",
    "surprise": "Surprise",
    "contempt": "Contempt",
    "tension": "Calm – tense",
    "auto_emotion": "From the voice",
}
ELSEWHERE: Final = frozenset({"seed", "mouth_takes", "mood_amount", *density.SLIDERS})
"""The take and how much it changes stand in Edit, how densely keys are set in Set Up, how far a mood goes beside its menu."""
TITLES: Final = {"emotion": "Emotion over Time", "regions": "Emotion by Region", "blink": "Blinks"}
"""Where a section is not called by its own name."""
CONTROLS: Final = {item.name: item for item in controls()}
FAINTEST: Final = 0.005


def section_controls(section: str) -> list[Control]:
    """The sliders of a section that stand nowhere else in the tab."""
    shown = MOST_USED.keys() | MOOD.keys() | ELSEWHERE
    return [item for item in CONTROLS.values() if item.section == section and item.name not in shown]


def mood_of(direction: Any) -> str:
    """Like “Joy 0.30, Fear 0.10”, in words where nothing is set."""
    felt = sorted(((getattr(direction, name), label) for name, label in MOOD.items() if name not in {"tension", "auto_emotion"}))
    strongest = [f"{label} {value:.2f}" for value, label in reversed(felt) if value > FAINTEST]
    if strongest:
        return ", ".join(strongest[:2]) + (" …" if len(strongest) > 2 else "")
    return "as heard" if direction.auto_emotion > FAINTEST else "neutral"


def is_there(context: bpy.types.Context) -> bool:
    """Whether a character that can speak is in hand."""
    character = shared_look.look(context).character
    return character is not None and character.speaks


class DirectPanel:
    """How the line is played."""

    bl_label = "Direct"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where somebody can speak."""
        return is_there(context)

    def draw(self, context: bpy.types.Context) -> None:
        """The preset, the sliders that matter, the mood; all of them where the artist wants them."""
        layout = self.layout  # type: ignore[attr-defined]
        here = selection.here(context)
        direction = here.direction
        if here.root is None or direction is None:
            return
        if here.line is not None:
            later.expect(here.line)
        character = shared_look.look(context).character
        if character is not None and drawn_mouth.is_one(character):
            drawn_mouth.draw(layout, context, direction, character)
            return
        unanswered = shared_look.unanswered(character) if character is not None else frozenset()
        layout.menu("PARLANCE_MT_presets", text=presets.current_name(direction), icon="PRESET")
        moods.draw(layout, direction)
        drawing.sliders(layout, direction, [CONTROLS[name] for name in MOST_USED], MOST_USED, unanswered=unanswered)
        idle_panel.draw_looks(layout, context, here.root)
        body = drawing.fold(layout, "mood", f"Emotions: {mood_of(direction)}")
        if body is not None:
            drawing.sliders(body, direction, [CONTROLS[name] for name in MOOD], MOOD)
        idle_panel.draw_idle(layout, context, here.root, unanswered)
        settings = preferences.of(context)
        if settings is None:
            return
        layout.prop(settings, "advanced", icon="OPTIONS", toggle=True)
        if settings.advanced:
            for section in SECTIONS:
                self._draw_section(layout, direction, section, unanswered)

    def _draw_section(self, layout: bpy.types.UILayout, direction: Any, section: str, unanswered: frozenset[str]) -> None:
        items = section_controls(section)
        body = drawing.fold(layout, section, TITLES.get(section, section.capitalize()), reset=section) if items else None
        if body is not None:
            drawing.sliders(body, direction, items, unanswered=unanswered)


CLASSES: Final = spaces.panels("direct", DirectPanel, "main", is_open=True)
