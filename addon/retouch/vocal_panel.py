# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of vocal sounds."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.types import UIList

from ..panel import drawing
from ..panel.rows import Rows
from ..panel.spaces import edit_panels
from .phone_operators import track_here

UNSURE: Final = 0.6
"""Confidence below which a sound that was heard hardly shows, and can be confirmed."""


class PARLANCE_UL_vocals(Rows, UIList):
    """A row for each sound: what, when, how strong, and what can be done about it."""

    def draw_row(self, _context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, index: int) -> None:
        """One sound."""
        doubtful = item.confidence < UNSURE
        row = layout.row(align=True)
        what = row.split(factor=0.6, align=True)
        name = what.row()
        name.active = not doubtful
        name.label(text=f"{item.kind.capitalize()}  {item.start:.1f}")
        what.prop(item, "strength", text="", slider=True)
        if doubtful:
            row.operator("parlance.vocal_confirm", text="", icon="QUESTION", emboss=False).index = index
        else:
            row.label(text="", icon="BLANK1")
        row.operator("parlance.vocal_remove", text="", icon="X", emboss=False).index = index


class VocalsPanel:
    """Laughs, sobs, coughs, sighs, efforts and breaths of the line in hand."""

    bl_label = "Laughs and Breaths"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a line."""
        return track_here(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """The list, and the chosen sound below it."""
        found = track_here(context)
        if found is None:
            return
        layout, entry = self.layout, found.entry  # type: ignore[attr-defined]
        row = layout.row()
        row.template_list("PARLANCE_UL_vocals", "", entry, "vocals", entry, "vocal", rows=4)
        side = row.column(align=True)
        side.operator_menu_enum("parlance.vocal_add", "kind", text="", icon="ADD")
        side.operator("parlance.vocal_remove", text="", icon="REMOVE")
        side.separator()
        side.operator("parlance.vocals_restore", text="", icon="LOOP_BACK")
        if 0 <= entry.vocal < len(entry.vocals):
            self._draw_sound(layout, entry.vocals[entry.vocal])

    def _draw_sound(self, layout: bpy.types.UILayout, sound: Any) -> None:
        drawing.fields(layout, sound, "kind", "start", "end").prop(sound, "strength", slider=True)
        if sound.confidence < UNSURE:
            layout.label(text=f"Doubtful ({sound.confidence:.0%}), so not shown", icon="QUESTION")
        elif not sound.changed:
            layout.label(text=f"Heard with {sound.confidence:.0%} confidence")


CLASSES: Final = (PARLANCE_UL_vocals, *edit_panels("vocals", VocalsPanel))


register, unregister = bpy.utils.register_classes_factory(CLASSES)
