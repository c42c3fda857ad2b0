# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of phones."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.types import UIList

from .. import preferences
from ..panel import drawing
from ..panel.rows import Rows
from ..panel.spaces import edit_panels
from . import syllable_handle
from .phone_operators import track_here

UNSURE: Final = 0.5
"""Below this confidence a phone is marked as doubtful."""


class PARLANCE_UL_phones(Rows, UIList):
    """A row for each phone: what, when, how strong, how sure, and what can be done about it."""

    def draw_row(self, _context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, index: int) -> None:
        """One phone."""
        row = layout.row(align=True)
        row.active = item.strength > 0
        what = row.split(factor=0.55, align=True)
        what.label(text=f"{preferences.phone_name(item.symbol)}  {item.start:.2f}")  # one label: two would both be cut off
        doubtful = item.confidence < UNSURE and not item.changed
        what.prop(item, "strength", text="", slider=True)
        row.label(text="", icon="QUESTION" if doubtful else "BLANK1")
        muted = item.strength == 0
        row.operator("parlance.phone_mute", text="", icon="HIDE_ON" if muted else "HIDE_OFF", emboss=False).index = index
        if item.changed:
            row.operator("parlance.phone_restore", text="", icon="LOOP_BACK", emboss=False).index = index
        else:
            row.label(text="", icon="BLANK1")

    def filter_items(self, _context: bpy.types.Context, data: Any, name: str) -> tuple[list[int], list[int]]:
        """Show only a phone that is typed into the filter; all otherwise."""
        items = getattr(data, name)
        if not self.filter_name:
            return [], []
        shown = [self.bitflag_filter_item * (item.symbol == self.filter_name) for item in items]
        return shown, []


class PhonesPanel:
    """The phones of the line in hand."""

    bl_label = "Phones"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there are any."""
        return track_here(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """The list, and the chosen phone below it."""
        found = track_here(context)
        if found is None:
            return
        layout, entry = self.layout, found.entry  # type: ignore[attr-defined]
        if entry.as_heard:
            layout.operator("parlance.phones_list", text=f"List {len(found.phones):,} Phones")
        else:
            _draw_list(layout, entry)
        syllable_handle.draw(layout, context, entry)
        layout.prop(context.window_manager, "parlance_show_phones")


def _draw_list(layout: bpy.types.UILayout, entry: Any) -> None:
    row = layout.row()
    row.template_list("PARLANCE_UL_phones", "", entry, "phones", entry, "phone", rows=7)
    side = row.column(align=True)
    side.operator("parlance.phone_split", text="", icon="ADD")
    side.operator("parlance.phone_remove", text="", icon="REMOVE")
    side.separator()
    side.operator("parlance.phone_here", text="", icon="EYEDROPPER")
    side.operator("parlance.phones_restore", text="", icon="LOOP_BACK")
    if 0 <= entry.phone < len(entry.phones):
        phone = entry.phones[entry.phone]
        drawing.fields(layout, phone, "symbol", "start", "end").prop(phone, "strength", slider=True)
        if not phone.changed:
            layout.label(text=f"Heard with {phone.confidence:.0%} confidence")


CLASSES: Final = (PARLANCE_UL_phones, *edit_panels("phones", PhonesPanel))


register, unregister = bpy.utils.register_classes_factory(CLASSES)
