# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel of rules: what your corrections agree on, and the rules that there are."""

from __future__ import annotations

from typing import Any, Final

import bpy

from ...inference.errors import ParlanceError
from ..panel import drawing
from ..panel.operator_base import OnReadableLine
from ..panel.selection import line_here
from ..panel.spaces import edit_panels
from ..planning import rules
from ..properties import rule_properties
from . import learned

MOST_OFFERED: Final = 3
HINT: Final = "Change a sound the same way in six places or more, and it is offered here as a rule."


class RulesPanel(OnReadableLine):
    """What your corrections agree on, done wherever it is spoken."""

    bl_label = "Rules from Your Changes"

    def draw_header(self, context: bpy.types.Context) -> None:
        """A lamp where something is offered, to be seen while the panel is folded."""
        found = line_here(context)
        if found is not None and learned.offered(found[0]):
            self.layout.label(text="", icon="LIGHT")  # type: ignore[attr-defined]

    def draw(self, context: bpy.types.Context) -> None:
        """Offers first, then the rules with their strengths."""
        layout = self.layout  # type: ignore[attr-defined]
        found = line_here(context)
        if found is None:
            return
        root = found[0]
        offered = learned.offered(root)
        for index, offer in enumerate(offered[:MOST_OFFERED]):
            _draw_offer(layout, context, root, index, offer)
        there = bool(root.parlance_rules or context.scene.parlance_rules)
        if not offered and not there:
            drawing.sentence(layout, context, HINT, "INFO")
        _draw_rules(layout, context, root, "This Character", everybody=False)
        _draw_rules(layout, context, context.scene, "All Characters", everybody=True)
        row = layout.row(align=True)
        row.operator("parlance.rules_load", text="Load", icon="FILEBROWSER")
        save = row.row(align=True)
        save.enabled = there
        save.operator("parlance.rules_save", text="Save", icon="FILE_TICK")


def _draw_offer(layout: bpy.types.UILayout, context: bpy.types.Context, root: Any, index: int, offer: Any) -> None:
    box = layout.box()
    drawing.sentence(box, context, f"{_capital(offer.label)}, as you did in {offer.places} places.", "LIGHT")
    more = max(len(learned.spots(root, offer.rule, {})) - offer.places, 0)
    row = box.row(align=True)
    row.operator("parlance.rule_take", text=f"Do It in {more} More" if more else "Make It a Rule", icon="CHECKMARK").index = index
    row.operator("parlance.rule_show", text="", icon="FRAME_NEXT").offer = index
    take = row.operator("parlance.rule_take", text="", icon="COMMUNITY")
    take.index, take.everybody = index, True


def _draw_rules(layout: bpy.types.UILayout, context: bpy.types.Context, holder: Any, title: str, *, everybody: bool) -> None:
    if not len(holder.parlance_rules):
        return
    layout.label(text=title)
    for index, entry in enumerate(holder.parlance_rules):
        column = layout.box().column(align=True)
        drawing.sentence(column, context, sentence(entry), "MODIFIER")
        row = column.row(align=True)
        row.prop(entry, "strength", slider=True)
        for name, icon in (("parlance.rule_show", "FRAME_NEXT"), ("parlance.rule_remove", "X")):
            operator = row.operator(name, text="", icon=icon)
            operator.index, operator.everybody = index, everybody


def sentence(entry: Any) -> str:
    """Like “Wide open vowels: jaw opened further by a fifth”."""
    from ...inference.learning.classes import label_of

    try:
        rule_properties.spared(entry)
    except ParlanceError as error:
        return str(error)
    return _capital(f"{label_of(rules.of(entry).phones)}: {entry.name}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


CLASSES: Final = edit_panels("rules", RulesPanel)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
