# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping panel: which shape of the character answers to which of the 52, how surely, and how strongly."""

from __future__ import annotations

import textwrap
from typing import Any, Final

import bpy
from bpy.types import Menu, UIList

from ...inference import arkit, rigging
from ..panel import drawing, spaces
from ..panel.rows import Rows
from . import editing, mapping_rows, rig_presets

LIST_ROWS: Final = 10
SUMMARY_LETTERS: Final = 36
"""Letters of the summary that fit a line of a sidebar."""


class PARLANCE_UL_drives(Rows, UIList):
    """A row for each drive: how sure it is, its source, its target where that is called otherwise, mute."""

    def draw_row(self, _context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, _index: int) -> None:
        """One drive."""
        row = layout.row(align=True)
        row.active = bool(item.target) and not item.muted
        names = row.split(factor=0.5, align=True) if item.target not in {"", item.source} else row
        names.label(text=item.source, icon=_badge(item))
        if item.target not in {"", item.source}:
            names.label(text=item.target)
        if item.target:
            row.prop(item, "muted", text="", icon="HIDE_ON" if item.muted else "HIDE_OFF", emboss=False)

    def filter_items(self, _context: bpy.types.Context, data: Any, name: str) -> tuple[list[int], list[int]]:
        """By region, by what is typed in either name, and by whether it is mapped."""
        typed = self.filter_name.lower()
        shown = [self.bitflag_filter_item * _is_listed(row, data, typed) for row in getattr(data, name)]
        return shown, []


def _is_listed(row: Any, mapping: Any, typed: str) -> bool:
    if mapping.region != "ALL" and mapping.region not in mapping_rows.regions_of_row(row):
        return False
    if mapping.unmapped and row.target and not row.muted:
        return False
    return not typed or typed in row.source.lower() or typed in row.target.lower()


def _badge(row: Any) -> str:
    """Mapped, doubtful, or not at all."""
    if not row.target:
        return "BLANK1"
    return "CHECKMARK" if row.confidence >= rigging.CERTAIN else "QUESTION"


class PARLANCE_MT_mapping(Menu):
    """What else can be done to a mapping."""

    bl_idname = "PARLANCE_MT_mapping"
    bl_label = "Mapping"

    def draw(self, _context: bpy.types.Context) -> None:
        """Files, clipboard, conventions."""
        layout = self.layout
        layout.operator_menu_enum("parlance.map_convention", "convention", icon="PRESET")
        layout.operator("parlance.map_mirror", icon="MOD_MIRROR")
        layout.operator("parlance.map_rest", icon="LOOP_BACK")
        layout.separator()
        layout.operator("parlance.map_load", icon="FILEBROWSER")
        layout.operator("parlance.map_save", icon="FILE_TICK")
        layout.operator("parlance.map_copy", icon="COPYDOWN")
        layout.operator("parlance.map_paste", icon="PASTEDOWN")
        layout.separator()
        layout.operator("parlance.rig_preset_keep", icon="ADD")
        layout.operator("parlance.rig_preset_save", icon="EXPORT")
        layout.operator("parlance.rig_preset_import", icon="IMPORT")


class MappingPanel:
    """Which shapes of the character answer to which of the 52."""

    bl_label = "Mapping"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is something to map."""
        return editing.owner_here(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Coverage, the list, the chosen row, and what was measured."""
        layout, owner = self.layout, editing.owner_here(context)  # type: ignore[attr-defined]
        if owner is None:
            return
        mapping = owner.parlance_mapping
        _draw_coverage(layout, owner)
        row = layout.row(align=True)
        row.operator("parlance.map_auto", icon="VIEWZOOM")
        row.menu("PARLANCE_MT_mapping", text="", icon="DOWNARROW_HLT")
        if not len(mapping.rows):
            layout.operator("parlance.map_show", icon="PRESET")
        else:
            _draw_list(layout, mapping)
        if editing.has_shapes(owner):
            layout.operator("parlance.map_measure", icon="DRIVER_DISTANCE")
        else:
            layout.operator("parlance.map_switch", icon="IMAGE_DATA")
        layout.operator("parlance.map_drawings", icon="RENDERLAYERS")
        if editing.driven_here(context):
            layout.operator("parlance.map_controllers", icon="DRIVER")
        if mapping.summary:
            _draw_summary(layout, mapping.summary)
        rig_presets.draw(layout, context)


def _draw_coverage(layout: bpy.types.UILayout, owner: Any) -> None:
    """Like “48 of 52 · ARKit in other spelling · 2 doubtful”."""
    rig_map = editing.map_of(owner)
    reached = sum(source in arkit.INDEX for source in rig_map.sources)
    poses = len(rig_map.sources) - reached
    doubtful = len({drive.target for drive in rig_map.drives if drive.confidence < rigging.CERTAIN})
    said = [f"{reached} of {arkit.COUNT} shapes" + (f", {poses} visemes" if poses else ""), rig_map.convention]
    column = layout.column(align=True)
    count = len(rig_map.targets)
    counted = f"{count} of {len(editing.names(owner))} shape keys" if editing.has_shapes(owner) else f"{count} channels"
    column.label(text=owner.name, icon="MESH_DATA" if editing.has_shapes(owner) else "OBJECT_DATA")
    column.label(text=f"{counted} driven", icon="SHAPEKEY_DATA" if editing.has_shapes(owner) else "ANIM_DATA")
    column.label(text=" · ".join(part for part in said if part), icon="CHECKMARK" if rig_map.active else "ERROR")
    if doubtful:
        column.label(text=f"{doubtful} doubtful, marked “?” and muted", icon="QUESTION")


def _draw_list(layout: bpy.types.UILayout, mapping: Any) -> None:
    row = layout.row(align=True)
    row.prop(mapping, "region", text="")
    row.prop(mapping, "unmapped", toggle=True)
    row = layout.row()
    row.template_list("PARLANCE_UL_drives", "", mapping, "rows", mapping, "row", rows=LIST_ROWS)
    side = row.column(align=True)
    side.operator("parlance.map_add", text="", icon="ADD")
    side.operator("parlance.map_remove", text="", icon="REMOVE")
    if 0 <= mapping.row < len(mapping.rows):
        _draw_drive(layout, mapping.id_data, mapping.rows[mapping.row])


def _draw_drive(layout: bpy.types.UILayout, owner: Any, row: Any) -> None:
    """The chosen row: what it drives, a slider to try it, and how."""
    column = layout.column(align=True)
    if editing.has_shapes(owner):
        column.prop_search(row, "target", owner.data.shape_keys, "key_blocks", text="")
    else:
        column.prop(row, "target", text="")
    column = layout.column(align=True)
    column.active = bool(row.target)
    column.prop(row, "preview", slider=True)
    drawing.fields(layout, row, "gain", "offset", "low", "high").active = bool(row.target)


def _draw_summary(layout: bpy.types.UILayout, summary: str) -> None:
    box = layout.box().column(align=True)
    box.scale_y = 0.85
    for line in summary.split("\n"):
        for number, part in enumerate(textwrap.wrap(line, SUMMARY_LETTERS)):
            box.label(text=part, icon="ERROR" if line.startswith("“") and not number else "BLANK1")
    if "“" in summary:
        box.operator("parlance.map_repair", icon="MODIFIER")


CLASSES: Final = (PARLANCE_UL_drives, PARLANCE_MT_mapping, *spaces.panels("mapping", MappingPanel, "setup", ("VIEW_3D",)))


register, unregister = bpy.utils.register_classes_factory(CLASSES)
