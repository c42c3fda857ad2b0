# SPDX-License-Identifier: GPL-3.0-or-later
"""The cast's rows, and going to a line from the report."""

from __future__ import annotations

from typing import ClassVar, Final

import bpy
from bpy.props import IntProperty
from bpy.types import Operator

from ..character import hierarchy
from ..panel import selection
from ..panel.operator_base import UNDOABLE
from ..sequencer import strips


class PARLANCE_OT_cast_add(Operator):
    """Add a row to the cast: the selected character, and the strips that it speaks."""

    bl_idname = "parlance.cast_add"
    bl_label = "Add to Cast"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The active character, on the channel of the active strip."""
        row = context.scene.parlance_cast.add()
        active = context.view_layer.objects.active
        row.character = hierarchy.root_of(active) if active is not None else None
        strip = strips.default(strips.sequencer(context))
        row.track = strip.channel if strip is not None else 0
        return {"FINISHED"}


class PARLANCE_OT_cast_remove(Operator):
    """Take a row out of the cast; lines that were generated stay."""

    bl_idname = "parlance.cast_remove"
    bl_label = "Remove from Cast"
    bl_options: ClassVar = UNDOABLE

    index: IntProperty(options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove it."""
        context.scene.parlance_cast.remove(self.index)
        return {"FINISHED"}


class PARLANCE_OT_report_show(Operator):
    """Select the character and the strip of this row, and go to its first frame."""

    bl_idname = "parlance.report_show"
    bl_label = "Show"
    bl_options: ClassVar = UNDOABLE

    index: IntProperty(options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Take both in hand."""
        if not 0 <= self.index < len(context.scene.parlance_report):
            return {"CANCELLED"}
        row = context.scene.parlance_report[self.index]
        sequencer = strips.sequencer(context)
        strip = strips.named(sequencer, row.strip)
        if row.character is not None and row.character.name in context.view_layer.objects:
            for other in context.view_layer.objects:
                other.select_set(other == row.character)
            context.view_layer.objects.active = row.character
        if strip is None:
            self.report({"INFO"}, f"The strip “{row.strip}” is gone.")
            return {"FINISHED"}
        selection.choose(hierarchy.root_of(row.character) if row.character is not None else None, strip, sequencer)
        placement = strips.placement(strip, sequencer)
        context.scene.frame_set(int(strips.frames_of(placement, strips.rate(context.scene)).first))
        return {"FINISHED"}


class PARLANCE_OT_report_clear(Operator):
    """Put the report away; the lines stay."""

    bl_idname = "parlance.report_clear"
    bl_label = "Put Report Away"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Empty it."""
        context.scene.parlance_report.clear()
        return {"FINISHED"}


CLASSES: Final = (PARLANCE_OT_cast_add, PARLANCE_OT_cast_remove, PARLANCE_OT_report_show, PARLANCE_OT_report_clear)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
