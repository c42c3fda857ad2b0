# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab “Parlance” in the sidebars of the 3D view and the sequencer."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.types import Panel

from ..inference.direction import SECTIONS, controls
from . import properties, readiness, running, strips
from .operators import look

SPACES: Final = ("VIEW_3D", "SEQUENCE_EDITOR")
CATEGORY: Final = "Parlance"
OPEN: Final = ("speech",)
"""Sections that start unfolded."""


def draw_main(layout: Any, context: Any) -> None:
    """Who speaks what, what stands in the way, and the button."""
    ready = look(context)
    _draw_character(layout, ready, strips.sequencer(context))
    for obstacle in ready.obstacles:
        _draw_obstacle(layout, obstacle)
    if running.job is not None:
        _draw_progress(layout, running.job)
        return
    row = layout.row()
    row.scale_y = 1.6
    row.enabled = ready.ready or readiness.wants_sound(ready)
    row.operator("parlance.generate", icon="PLAY_SOUND")
    if running.trouble:
        _draw_sentence(layout, running.trouble, "ERROR")
    elif (line := current_line(ready)) is not None and line.result:
        layout.label(text=line.result, icon="CHECKMARK")


def _draw_character(layout: Any, ready: readiness.Readiness, sequencer: Any) -> None:
    if ready.character is None:
        return
    root = ready.character.root
    column = layout.column(align=True)
    column.label(text=root.name, icon="ARMATURE_DATA" if root.type == "ARMATURE" else "USER")
    if ready.character.faces:
        column.label(text=readiness.summary(ready.character), icon="SHAPEKEY_DATA")
    column = layout.column(align=True)
    row = column.row(align=True)
    if sequencer.sequence_editor:
        row.prop_search(root.parlance, "strip", sequencer.sequence_editor, "strips_all", text="", icon="SOUND")
    row.operator("parlance.open_sound", text="" if sequencer.sequence_editor else "Open Sound", icon="FILEBROWSER")
    if ready.strip is not None:
        column.label(text=f"{ready.strip.name}: {readiness.describe(ready.strip, sequencer)}")


def _draw_obstacle(layout: Any, obstacle: readiness.Obstacle) -> None:
    box = layout.box()
    _draw_sentence(box, obstacle.text, "ERROR" if obstacle.stops else "INFO")
    if obstacle.code == "sound":
        box.operator("parlance.open_sound", text=obstacle.fix, icon="FILEBROWSER")
    elif obstacle.code is not None:
        box.operator("parlance.fix", text=obstacle.fix).code = obstacle.code


def _draw_progress(layout: Any, job: Any) -> None:
    row = layout.row(align=True)
    row.scale_y = 1.6
    row.progress(factor=job.fraction, text=job.message)
    row.operator("parlance.cancel", text="", icon="X")


def _draw_sentence(layout: Any, text: str, icon: str) -> None:
    """A sentence broken into lines that fit a sidebar."""
    column = layout.column(align=True)
    column.scale_y = 0.85
    for number, part in enumerate(_wrapped(text, 38)):
        column.label(text=part, icon="BLANK1" if number else icon)


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width) or [""]


def current_line(ready: readiness.Readiness) -> Any | None:
    """The line of the strip that a click would animate, when it has been generated before."""
    if ready.character is None or ready.strip is None:
        return None
    return properties.line_named(ready.character.root, ready.strip.name)


def current_direction(ready: readiness.Readiness) -> Any | None:
    """The sliders to show: those of the current line, else those that its line will start with."""
    if ready.character is None:
        return None
    line = current_line(ready)
    return line.direction if line is not None else ready.character.root.parlance.direction


def draw_section(layout: Any, context: Any, section: str) -> None:
    """The sliders of one section."""
    direction = current_direction(look(context))
    if direction is None:
        return
    layout.use_property_split = True
    layout.use_property_decorate = False
    column = layout.column()
    for item in controls():
        if item.section == section:
            column.prop(direction, item.name, slider=True)


def _main_panel(space: str) -> type:
    return type(
        f"PARLANCE_PT_main_{space.lower()}",
        (Panel,),
        {
            "__doc__": "The face speaks.",
            "bl_label": "Parlance",
            "bl_space_type": space,
            "bl_region_type": "UI",
            "bl_category": CATEGORY,
            "draw": lambda self, context: draw_main(self.layout, context),
        },
    )


def _section_panel(space: str, section: str) -> type:
    return type(
        f"PARLANCE_PT_{section}_{space.lower()}",
        (Panel,),
        {
            "__doc__": f"The sliders of {section}.",
            "bl_label": section.capitalize(),
            "bl_space_type": space,
            "bl_region_type": "UI",
            "bl_category": CATEGORY,
            "bl_parent_id": f"PARLANCE_PT_main_{space.lower()}",
            "bl_options": set() if section in OPEN else {"DEFAULT_CLOSED"},
            "poll": classmethod(lambda _cls, context: context.view_layer.objects.active is not None),
            "draw": lambda self, context: draw_section(self.layout, context, section),
        },
    )


CLASSES: Final = [
    panel for space in SPACES for panel in (_main_panel(space), *(_section_panel(space, section) for section in SECTIONS))
]


def register() -> None:
    """Show the panels."""
    for each in CLASSES:
        bpy.utils.register_class(each)


def unregister() -> None:
    """Hide them again."""
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
