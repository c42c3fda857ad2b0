# SPDX-License-Identifier: GPL-3.0-or-later
"""Does this face say what is heard? A card for the animation that the selected character plays, beside the sound in hand."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Final

import bpy
import numpy as np
from bpy.types import Operator, Panel

from ...inference.errors import ParlanceError
from ..panel import selection
from ..panel.operator_base import attempt
from ..scene import characters, lines, showing, strips


class PARLANCE_OT_check(Operator):
    """Compare what this face shows with the sound in hand: closures, openings, use of shapes, rest in pauses, and the offset."""

    bl_idname = "parlance.check"
    bl_label = "Check Against Sound"
    bl_options: ClassVar = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Measure, and show the card below."""
        return attempt(self, lambda: self._check(context))

    def _check(self, context: bpy.types.Context) -> None:
        from ...inference import scorecard
        from . import repair

        character = characters.of(context.view_layer.objects.active)
        sequencer = strips.sequencer(context)
        strip = selection.strip_of(character, sequencer)
        if character is None or not character.speaks or strip is None:
            raise ParlanceError("Select a character whose face is animated, and the sound that it speaks.")
        said = repair.spoken(context, character, strip, lines.of_strip(character.root, strip, sequencer))
        shapes, keyed = showing.shapes(character, said.frames, np.zeros((len(said.frames), 52), np.float32))
        if not keyed:
            raise ParlanceError("This face has no shape that can be read by itself, so it cannot be compared with the sound.")
        rows = scorecard.card(said.performance, shapes, said.times, said.planned.rigging.geometry)
        found = [[row.sentence, row.good, row.source] for row in rows]
        character.root.parlance.checked = json.dumps([strip.name, found])
        bad = [row.sentence for row in rows if not row.good]
        self.report({"INFO"}, f"Out of bounds: {'; '.join(bad)}." if bad else f"{len(rows)} measures, all within bounds.")


class PARLANCE_PT_check(Panel):
    """What the last check came to."""

    bl_label = "Check"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Parlance"
    bl_parent_id = "PARLANCE_PT_edit_view_3d"
    bl_options: ClassVar = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where a character is in hand."""
        return selection.here(context).root is not None

    def draw(self, context: bpy.types.Context) -> None:
        """A line for each measure; what is out of bounds has a mark."""
        root, column = selection.here(context).root, self.layout.column(align=True)
        column.operator("parlance.check", icon="VIEWZOOM")
        name, rows = _read(root.parlance.checked if root is not None else "")
        if rows:
            column.label(text=name, icon="SOUND")
        for sentence, good, _ in rows:
            column.label(text=sentence, icon="CHECKMARK" if good else "ERROR")
        if any(sentence.startswith("Mouth behind") and not good for sentence, good, _ in rows):
            column.operator("parlance.capture_offset", icon="ALIGN_JUSTIFY")


def _read(text: str) -> tuple[str, list[Any]]:
    try:
        name, rows = json.loads(text or '["", []]')
        return str(name), [(str(sentence), bool(good), str(source)) for sentence, good, source in rows]
    except (ValueError, TypeError):
        return "", []


CLASSES: Final = (PARLANCE_OT_check, PARLANCE_PT_check)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
