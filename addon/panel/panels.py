# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab “Parlance” in the sidebars of the 3D view and the sequencer: who speaks what, the button, and the sliders below it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any, Final

import bpy
from bpy.types import Panel

from ...inference.direction import SECTIONS, controls
from ..generate import running
from ..scene import characters, joints, lines, strips
from . import readiness, selection

SPACES: Final = ("VIEW_3D", "SEQUENCE_EDITOR")
CATEGORY: Final = "Parlance"
TITLES: Final = {"regions": "Emotion by Region", "blink": "Blinks"}
"""Where a section is not called by its own name."""
OPEN: Final = ("speech",)
"""Sections that start unfolded."""
PIXELS_PER_LETTER: Final = 7.5
"""Width of an average letter in the interface font at scale 1."""

Draw = Callable[[Any, Any], None]


def draw_main(layout: Any, context: Any) -> None:
    """Who speaks what, what stands in the way, and the button."""
    ready = readiness.look(context)
    sequencer = strips.sequencer(context)
    if ready.character is not None:
        _draw_character(layout, ready.character, sequencer)
        _draw_sound(layout, ready, sequencer)
    if running.job is not None:
        _draw_progress(layout, running.job)
        return
    for obstacle in ready.obstacles:
        _draw_obstacle(layout, context, obstacle)
    line = selection.here(context).line
    row = layout.row()
    row.scale_y = 1.6
    row.enabled = ready.ready or readiness.wants_sound(ready, sequencer)
    row.operator("parlance.generate", text="Generate Lip Sync" if line is None else "Generate Again", icon="PLAY_SOUND")
    if running.trouble and all(running.trouble != obstacle.text for obstacle in ready.obstacles):
        _draw_sentence(layout, context, running.trouble, "ERROR")
    if line is not None:
        _draw_line(layout, context, line, sequencer)
    layout.menu("PARLANCE_MT_presets", icon="PRESET")


def _draw_character(layout: Any, character: characters.Character, sequencer: Any) -> None:
    root = character.root
    column = layout.column(align=True)
    column.label(text=root.name, icon="OUTLINER_OB_ARMATURE" if root.type == "ARMATURE" else "OUTLINER_OB_MESH")
    if character.faces:
        column.label(text=readiness.summary(character), icon="SHAPEKEY_DATA")
    row = layout.row(align=True)
    if strips.sound_strips(sequencer):
        row.prop(root.parlance, "strip", text="", icon="SOUND", placeholder=strips.default_name(sequencer))
        row.operator("parlance.open_sound", text="", icon="FILEBROWSER")


def _draw_sound(layout: Any, ready: readiness.Readiness, sequencer: Any) -> None:
    if ready.strip is not None:
        layout.label(text=readiness.describe(ready.strip, sequencer), icon="PLAY_SOUND")


def _draw_obstacle(layout: Any, context: Any, obstacle: readiness.Obstacle) -> None:
    box = layout.box()
    _draw_sentence(box, context, obstacle.text, "ERROR" if obstacle.stops else "INFO")
    if obstacle.code == "sound":
        box.operator("parlance.open_sound", text=obstacle.fix, icon="FILEBROWSER")
    elif obstacle.code is not None:
        box.operator("parlance.fix", text=obstacle.fix).code = obstacle.code


def _draw_progress(layout: Any, job: Any) -> None:
    row = layout.row(align=True)
    row.scale_y = 1.6
    row.progress(factor=job.fraction, text=job.message)
    row.operator("parlance.cancel", text="", icon="X")


def _draw_line(layout: Any, context: Any, line: Any, sequencer: Any) -> None:
    state = lines.state(line, sequencer)
    if state == "moved":
        box = layout.box()
        _draw_sentence(box, context, "Out of date: the strip has moved.", "ERROR")
        box.operator("parlance.follow", icon="TRACKING_FORWARDS")
    elif state == "changed":
        _draw_sentence(
            layout.box(), context, "Out of date: the strip was trimmed or plays another sound. Generate again.", "ERROR"
        )
    elif lines.retimed(line, strips.rate(context.scene)):
        _draw_sentence(layout.box(), context, "Out of date: the scene's frame rate was changed. Generate again.", "ERROR")
    elif line.result:
        _draw_sentence(layout, context, line.result + ".", "CHECKMARK")


def _draw_sentence(layout: Any, context: Any, text: str, icon: str) -> None:
    """A sentence broken into as many lines as the sidebar needs."""
    width = context.region.width / (PIXELS_PER_LETTER * context.preferences.system.ui_scale) - 8
    column = layout.column(align=True)
    column.scale_y = 0.85
    for number, part in enumerate(textwrap.wrap(text, max(int(width), 16))):
        column.label(text=part, icon="BLANK1" if number else icon)


def draw_section(layout: Any, context: Any, section: str) -> None:
    """The sliders of one section, and what else belongs to it."""
    here = selection.here(context)
    if here.character is None:
        return
    if section == "keys":
        layout.prop(here.character.root.parlance, "output")
    if section == "gaze":
        layout.prop(here.character.root.parlance, "gaze_target")
    if section == "head":
        _draw_head(layout, here.character.root)
    column = layout.column(align=True)
    for item in controls():
        if item.section == section:
            column.prop(here.direction, item.name, slider=isinstance(item.default, float))
    if section == "timing" and here.line is not None:
        layout.operator("parlance.new_take", icon="FILE_REFRESH")


def _draw_head(layout: Any, root: Any) -> None:
    settings = root.parlance
    column = layout.column()
    column.prop(settings, "move_head")
    column = column.column()
    column.active = settings.move_head
    column.prop(settings, "head_object")
    armature = settings.head_object or root
    if armature.type == "ARMATURE":
        column.prop_search(settings, "head_bone", armature.data, "bones")
        if settings.move_head and joints.head(root) is None:
            column.label(text="No bone is named head; choose one.", icon="INFO")


def draw_lines(layout: Any, context: Any) -> None:
    """Every line of the character, in time order."""
    here = selection.here(context)
    if here.character is None:
        return
    sequencer, rate = strips.sequencer(context), strips.rate(context.scene)
    icons = {"current": "CHECKMARK", "moved": "ERROR", "changed": "ERROR", "gone": "UNLINKED"}
    column = layout.column(align=True)
    for line in sorted(here.character.root.parlance.lines, key=lambda line: lines.span_of(line, rate).first):
        row = column.row(align=True)
        chosen = here.line is not None and here.line == line
        icon = icons[lines.state(line, sequencer)]
        row.operator("parlance.choose_line", text=line.name, icon=icon, depress=chosen).name = line.name


def draw_tools(layout: Any, context: Any) -> None:
    """What can be done with the line as a whole."""
    column = layout.column(align=True)
    column.operator("parlance.copy_settings", icon="COPYDOWN")
    column.operator("parlance.reset", text="Reset All Sliders", icon="LOOP_BACK").section = "ALL"
    column.operator("parlance.clear", icon="TRASH")


def draw_meshes(layout: Any, context: Any) -> None:
    """Which meshes of the character move."""
    character = selection.here(context).character
    if character is None:
        return
    column = layout.column(align=True)
    for mesh in characters.members(character.root):
        if mesh.data.shape_keys:
            column.prop(mesh.parlance, "included", text=mesh.name)


def _has_character(context: Any) -> bool:
    return context.view_layer.objects.active is not None


def _has_lines(context: Any) -> bool:
    character = selection.here(context).character if _has_character(context) else None
    return character is not None and len(character.root.parlance.lines) > 1


def _panel(space: str, name: str, title: str, draw: Draw, poll: Callable[[Any], bool], *, section: bool = False) -> type:
    """A panel of one space; every one but the first folds away below it."""
    main = f"PARLANCE_PT_main_{space.lower()}"
    members: dict[str, Any] = {
        "__doc__": f"Parlance: {title}.",
        "bl_label": title,
        "bl_space_type": space,
        "bl_region_type": "UI",
        "bl_category": CATEGORY,
        "poll": classmethod(lambda _cls, context: poll(context)),
        "draw": lambda self, context: draw(self.layout, context),
    }
    if name != "main":
        members |= {"bl_parent_id": main, "bl_options": set() if name in OPEN else {"DEFAULT_CLOSED"}}
    if section:
        members["draw_header_preset"] = lambda self, _context: _draw_reset(self.layout, name)
    return type(f"PARLANCE_PT_{name}_{space.lower()}", (Panel,), members)


def _draw_reset(layout: Any, section: str) -> None:
    layout.operator("parlance.reset", text="", icon="LOOP_BACK", emboss=False).section = section


def _section(section: str) -> Draw:
    return lambda layout, context: draw_section(layout, context, section)


def _panels(space: str) -> list[type]:
    sections = [
        _panel(space, name, TITLES.get(name, name.capitalize()), _section(name), _has_character, section=True)
        for name in SECTIONS
    ]
    return [
        _panel(space, "main", "Parlance", draw_main, lambda _context: True),
        _panel(space, "lines", "Lines", draw_lines, _has_lines),
        *sections,
        _panel(space, "meshes", "Meshes", draw_meshes, _has_character),
        _panel(space, "tools", "Tools", draw_tools, _has_character),
    ]


CLASSES: Final = [panel for space in SPACES for panel in _panels(space)]


register, unregister = bpy.utils.register_classes_factory(CLASSES)
