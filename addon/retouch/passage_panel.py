# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of passages: their list, what differs in the chosen one, and its own sliders."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.types import UIList

from ...inference.direction import SECTIONS, controls
from .. import preferences
from ..panel import drawing, moods
from ..panel.direct_panel import CONTROLS, MOOD, MOST_USED, TITLES
from ..panel.operator_base import OnReadableLine
from ..panel.rows import Rows
from ..panel.selection import line_here
from ..panel.spaces import edit_panels
from ..properties import retouch_properties
from . import passage_borders
from .passages import what_differs

OWN_SECTIONS: Final = tuple(section for section in SECTIONS if section != "keys")
"""How keys are set is the same for a whole line."""


class PARLANCE_UL_passages(Rows, UIList):
    """A row for each passage."""

    def draw_row(self, _context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, index: int) -> None:
        """From where to where, and its take."""
        start, end = (passage_borders.frame_of(item, side) for side in passage_borders.SIDES)
        layout.label(text=f"{start:.0f}–{end:.0f}", icon="ACTION_TWEAK")
        layout.prop(item.direction, "seed", text="Take")
        layout.operator("parlance.passage_remove", text="", icon="X", emboss=False).index = index


class PassagesPanel(OnReadableLine):
    """Passages of the line in hand that are performed another way."""

    bl_label = "Redo a Range"

    def draw(self, context: bpy.types.Context) -> None:
        """The list, what differs, and the chosen passage's own sliders."""
        layout = self.layout  # type: ignore[attr-defined]
        layout.operator("parlance.redo_range", icon="FILE_REFRESH")
        found = line_here(context)
        entry = retouch_properties.of(*found) if found is not None else None
        if found is None or entry is None or not entry.passages:
            return
        layout.template_list("PARLANCE_UL_passages", "", entry, "passages", entry, "passage", rows=2)
        if not 0 <= entry.passage < len(entry.passages):
            return
        passage = entry.passages[entry.passage]
        drawing.sentence(layout, context, f"Differs: {what_differs(found[1], passage)}.", "INFO")
        layout.use_property_split = True
        layout.use_property_decorate = False
        column = layout.column(align=True)
        passage_borders.draw(column, context)
        column.prop(passage, "fade")
        layout.use_property_split = False
        body = drawing.fold(layout, "passage_sliders", "Sliders of This Range")
        if body is not None:
            _draw_sliders(body, context, passage.direction)


def _draw_sliders(layout: bpy.types.UILayout, context: bpy.types.Context, direction: Any) -> None:
    """Those that matter most, as for a line; all of them, by section, where the artist wants them."""
    moods.draw(layout, direction)
    settings = preferences.of(context)
    if settings is None or not settings.advanced:
        drawing.sliders(layout, direction, [CONTROLS[name] for name in MOST_USED], MOST_USED)
        drawing.sliders(layout, direction, [CONTROLS[name] for name in MOOD], MOOD)
        return
    for section in OWN_SECTIONS:
        body = drawing.fold(layout, f"passage_{section}", TITLES.get(section, section.capitalize()))
        if body is not None:
            own = (item for item in controls() if item.section == section and item.name not in {"seed", "mood_amount"})
            drawing.sliders(body, direction, own)


CLASSES: Final = (PARLANCE_UL_passages, *edit_panels("passages", PassagesPanel))


register, unregister = bpy.utils.register_classes_factory(CLASSES)
