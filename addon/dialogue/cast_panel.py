# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel Dialogue: the cast, the buttons for many lines, and the report of the last run."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import bpy

from ..panel import drawing, spaces
from ..sequencer import strips

ICONS: Final = {"DONE": "CHECKMARK", "LEFT": "QUESTION", "FAILED": "ERROR"}
TOLD: Final = {"DONE": "generated", "FAILED": "failed", "LEFT": "without a speaker"}
MOST_ROWS: Final = 40
"""Rows of a report that are drawn; those that need a look come first."""


class DialoguePanel:
    """Who speaks what, and all of it at once."""

    bl_label = "Dialogue"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there are strips."""
        return any(strips.sounding(strips.sequencer(context)))

    def draw(self, context: bpy.types.Context) -> None:
        """The button first; the cast is for those whom names and channels do not tell apart."""
        layout = self.layout  # type: ignore[attr-defined]
        column = layout.column(align=True)
        column.operator("parlance.generate_all", icon="PLAY_SOUND")
        row = column.row(align=True)
        row.operator("parlance.generate_stereo", text="Left and Right", icon="SOUND")
        row.operator("parlance.generate_script", text="By Script", icon="TEXT")
        _draw_cast(layout, context.scene)
        _draw_report(layout, context)


def _draw_cast(layout: bpy.types.UILayout, scene: Any) -> None:
    for number, part in enumerate(scene.parlance_cast):
        box = layout.box().column(align=True)
        row = box.row(align=True)
        row.prop(part, "character", text="")
        row.operator("parlance.cast_remove", text="", icon="X").index = number
        box.prop(part, "pattern", text="Strips")
        row = box.row(align=True)
        row.prop(part, "track")
        row.prop(part, "audio_channel")
        box.prop(part, "speaker")
    layout.operator("parlance.cast_add", icon="ADD")


def _draw_report(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    scene = context.scene
    if not len(scene.parlance_report):
        return
    header = layout.row()
    told = Counter(row.result for row in scene.parlance_report)
    header.label(text=", ".join(f"{told[result]} {words}" for result, words in TOLD.items() if told[result]))
    header.operator("parlance.report_clear", text="", icon="X")
    order = {"FAILED": 0, "LEFT": 1, "DONE": 2}
    rows = sorted(enumerate(scene.parlance_report), key=lambda each: order[each[1].result])
    column = layout.column(align=True)
    for number, row in rows[:MOST_ROWS]:
        name = f"{row.strip}: {row.character.name}" if row.character is not None else row.strip
        column.operator("parlance.report_show", text=name, icon=ICONS[row.result]).index = number
        if row.result != "DONE":
            drawing.sentence(column, context, row.text, "BLANK1")
    if len(rows) > MOST_ROWS:
        column.label(text=f"and {len(rows) - MOST_ROWS} more")


CLASSES: Final = spaces.panels("dialogue", DialoguePanel, "edit")
register, unregister = bpy.utils.register_classes_factory(CLASSES)
