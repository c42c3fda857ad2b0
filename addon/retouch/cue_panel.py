# SPDX-License-Identifier: GPL-3.0-or-later
"""Cues: what the face is told to do once, by directions in the text or by hand. A nod, a brow raise, a wink."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, FloatProperty
from bpy.types import Operator, UIList

from ...inference.text import tags
from ..lines import lines
from ..panel.operator_base import UNDOABLE, OnLine, OnReadableLine
from ..panel.rows import Rows
from ..panel.selection import line_here
from ..panel.spaces import edit_panels
from ..properties import override_rows, retouch_properties
from ..sequencer import strips
from .row_operators import RemoveRow, rebuilt


def _gestures(_self: Any, _context: bpy.types.Context) -> list[tuple[str, str, str]]:
    """What a cue can be; kept, for Blender does not."""
    if not _items:
        rows = (row for row in tags.table() if row["does"] == "gesture")
        _items.extend((row["names"][0], row["names"][0].capitalize(), row["about"]) for row in rows)
    return _items


_items: list[tuple[str, str, str]] = []


class PARLANCE_OT_cue_add(OnLine, Operator):
    """Let the face do something once, at the current frame."""

    bl_idname = "parlance.cue_add"
    bl_label = "Add Cue"
    bl_options: ClassVar = UNDOABLE

    what: EnumProperty(name="Cue", items=_gestures)  # type: ignore[valid-type]
    strength: FloatProperty(name="Strength", default=1.0, min=0.0, max=2.0, subtype="FACTOR")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """It lasts as long as usual; its end can be moved."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        from ...inference.acting.cues import of_row

        root, line = found
        rate = strips.rate(context.scene)
        start = (context.scene.frame_current - lines.span_of(line, rate).first) / rate
        row = next(row for row in tags.table() if row["names"][0] == self.what)
        cue = of_row(self.what, row, start, self.strength, None)
        entry = retouch_properties.ensured(root, line)
        with retouch_properties.quietly():
            each = override_rows.add(entry.cues)
            each.gesture, each.start, each.end, each.strength = cue.name, cue.start, cue.end, cue.strength
            entry.cue = len(entry.cues) - 1
        return rebuilt(self, root, line)


class PARLANCE_OT_cue_remove(RemoveRow, Operator):
    """Take this cue away; one that a direction has made does not come back."""

    bl_idname = "parlance.cue_remove"
    bl_label = "Remove Cue"
    bl_options: ClassVar = UNDOABLE
    rows, chosen = "cues", "cue"


class PARLANCE_UL_cues(Rows, UIList):
    """A row for each cue."""

    def draw_row(self, context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, index: int) -> None:
        """What, when, how much; a bracket where a direction has made it."""
        rate, line = strips.rate(context.scene), retouch_properties.line_of(item)
        first = lines.span_of(line, rate).first if line is not None and lines.readable(line) else 0.0
        gesture = retouch_properties.gesture_of(item)
        name = f"[{gesture}]" if item.tag else gesture.capitalize()
        layout.label(text=f"{name}  {first + item.start * rate:.0f}", icon="TRACKER" if item.tag else "DOT")
        layout.prop(item, "strength", text="", slider=True)
        layout.operator("parlance.cue_remove", text="", icon="X", emboss=False).index = index


class CuesPanel(OnReadableLine):
    """What the face is told to do at moments of the line in hand."""

    bl_label = "Cues"

    def draw(self, context: bpy.types.Context) -> None:
        """The list, and the chosen one's time."""
        layout = self.layout  # type: ignore[attr-defined]
        layout.operator_menu_enum("parlance.cue_add", "what", icon="ADD")
        found = line_here(context)
        entry = retouch_properties.of(*found) if found is not None else None
        if entry is None or not entry.cues:
            return
        layout.template_list("PARLANCE_UL_cues", "", entry, "cues", entry, "cue", rows=2)
        if 0 <= entry.cue < len(entry.cues):
            row = layout.row(align=True)
            row.prop(entry.cues[entry.cue], "start")
            row.prop(entry.cues[entry.cue], "end")


CLASSES: Final = (
    PARLANCE_OT_cue_add,
    PARLANCE_OT_cue_remove,
    PARLANCE_UL_cues,
    *edit_panels("cues", CuesPanel),
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
