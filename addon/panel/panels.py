# SPDX-License-Identifier: GPL-3.0-or-later
"""The tab “Parlance”: who speaks what, what stands in the way, the button; below it the groups Direct, Edit and Set Up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import bpy

from ...inference import background
from .. import model_choice, running
from ..character import characters
from ..lines import lines
from ..sequencer import strips
from . import (
    character_box,
    direct_panel,
    drawing,
    edit_panel,
    line_list,
    readiness,
    selection,
    setup_panel,
    shared_look,
    spaces,
)
from .obstacles import Obstacle


class MainPanel:
    """Who speaks what, what stands in the way, and the button."""

    bl_label = "Parlance"

    def draw(self, context: bpy.types.Context) -> None:
        """From top to bottom what an animator looks at first."""
        layout = self.layout  # type: ignore[attr-defined]
        ready, sequencer = shared_look.look(context), strips.sequencer(context)
        speaks = ready.character is not None and ready.character.speaks
        if ready.character is not None and speaks:
            _draw_character(layout, context, ready.character)
        asks_for_sound = readiness.wants_sound(ready, sequencer)
        if any(strips.sounding(sequencer)):
            _draw_sound(layout, ready, sequencer)
        if running.job is not None:
            _draw_progress(layout, running.job)
            return
        for obstacle in () if asks_for_sound else ready.obstacles:
            if speaks or obstacle.code != "sound":
                _draw_obstacle(layout, context, obstacle)
        if not speaks:
            if readiness.wants_shapes(ready):
                layout.operator("parlance.generate", text="Make Shapes and Generate", icon="PLAY_SOUND")
            _draw_ways_to_start(layout, sequencer)
            return
        _draw_button(layout, context, ready, asks_for_sound=asks_for_sound)


def _draw_character(layout: bpy.types.UILayout, context: bpy.types.Context, character: characters.Character) -> None:
    root = character.root
    column = layout.column(align=True)
    column.label(text=root.name, icon="OUTLINER_OB_ARMATURE" if root.type == "ARMATURE" else "OUTLINER_OB_MESH")
    if character.speaks:
        character_box.draw(layout, context, character, brief=selection.here(context).line is not None)


def _draw_sound(layout: bpy.types.UILayout, ready: readiness.Readiness, sequencer: Any) -> None:
    """The strip that is spoken: the selected one, unless one is pinned to this character."""
    column = layout.column(align=True)
    row = column.row(align=True)
    root = ready.character.root if ready.character is not None else None
    is_pinned = selection.pinned(root, sequencer) is not None
    if root is None or not root.is_editable or (root.parlance.strip and not is_pinned):
        row.label(text=ready.strip.name if ready.strip is not None else "No strip", icon="SOUND")
    else:
        name = ready.strip.name if ready.strip is not None else "Choose a strip"
        row.prop(root.parlance, "strip", text="", icon="SOUND", placeholder=name)
    if root is not None and root.is_editable and ready.strip is not None:
        row.operator("parlance.pin_sound", text="", icon="PINNED" if is_pinned else "UNPINNED", depress=is_pinned)
    row.operator("parlance.open_sound", text="", icon="FILEBROWSER")
    if ready.strip is not None:
        column.label(text=readiness.describe(ready.strip, sequencer), icon="PLAY_SOUND")


def _draw_obstacle(layout: bpy.types.UILayout, context: bpy.types.Context, obstacle: Obstacle) -> None:
    box = layout.box()
    drawing.sentence(box, context, obstacle.text, "ERROR" if obstacle.stops else "INFO")
    if obstacle.code == "sound":
        box.operator("parlance.open_sound", text=obstacle.fix, icon="FILEBROWSER")
    elif obstacle.code is not None:
        box.operator("parlance.fix", text=obstacle.fix).code = obstacle.code
        for code, text in obstacle.others:
            box.operator("parlance.fix", text=text).code = code


def _draw_ways_to_start(layout: bpy.types.UILayout, sequencer: Any) -> None:
    column = layout.column(align=True)
    column.scale_y = 1.3
    column.operator("parlance.add_demo_head", text="Add Parlance Head", icon="USER")
    if not any(strips.sounding(sequencer)):
        column.operator("parlance.open_sound", icon="FILEBROWSER")


def _draw_button(
    layout: bpy.types.UILayout, context: bpy.types.Context, ready: readiness.Readiness, *, asks_for_sound: bool
) -> None:
    line = selection.here(context).line
    row = layout.row(align=True)
    row.scale_y = 1.6
    if asks_for_sound:
        row.operator("parlance.generate", text="Open Sound and Generate", icon="FILEBROWSER")
    else:
        generate = row.row()
        generate.enabled = ready.ready
        is_new = line is None or line.written
        generate.operator("parlance.generate", text="Generate Lip Sync" if is_new else "Generate Again", icon="PLAY_SOUND")
    if line is not None and lines.readable(line):
        row.operator("parlance.clear", text="", icon="TRASH")
    if running.trouble and all(running.trouble != obstacle.text for obstacle in ready.obstacles):
        box = layout.box()
        drawing.sentence(box, context, running.trouble, "ERROR")
        box.operator("parlance.copy_report", icon="COPYDOWN")
    if line is not None:
        _draw_line(layout, context, line, ready)
    elif (before := selection.here(context).before) is not None:
        text = f"Goes on from “{before.name}”, whose sliders these are; once generated it has its own."
        drawing.sentence(layout, context, text, "INFO")


def _draw_progress(layout: bpy.types.UILayout, job: background.Job[Any]) -> None:
    row = layout.row(align=True)
    row.scale_y = 1.6
    row.progress(factor=job.fraction, text=job.message)
    row.operator("parlance.cancel", text="", icon="X")


def sign(line: Any, told: Sequence[str], ready: readiness.Readiness) -> str:
    """The icon beside what came of a line: a tick where all of it shows.   told: of its directions."""
    hidden = any(obstacle.stops and obstacle.code != "sound" for obstacle in ready.obstacles)
    return "CHECKMARK" if line.keyed and not line.left_alone and not told and not hidden else "INFO"


def _draw_line(layout: bpy.types.UILayout, context: bpy.types.Context, line: Any, ready: readiness.Readiness) -> None:
    state = lines.state(line, strips.sequencer(context))
    if state == "damaged":
        box = layout.box()
        drawing.sentence(box, context, "What the file holds of this line is damaged. Clear it, and generate it again.", "ERROR")
        box.operator("parlance.clear", icon="TRASH")
    elif state == "moved":
        box = layout.box()
        drawing.sentence(box, context, "Out of date: the strip has moved.", "ERROR")
        box.operator("parlance.follow", icon="TRACKING_FORWARDS")
    elif state == "changed":
        text = "Out of date: the strip was trimmed, or plays another sound or at another speed. Generate again."
        drawing.sentence(layout.box(), context, text, "ERROR")
    elif state == "retimed":
        drawing.sentence(layout.box(), context, "Out of date: the scene's frame rate was changed. Generate again.", "ERROR")
    elif line.result:
        told = shared_look.directions_told(context, line.id_data, line)
        drawing.sentence(layout, context, line.result + ".", sign(line, told, ready))
        if told:
            more = f" And {len(told) - 1} more: see Text." if len(told) > 1 else ""
            drawing.sentence(layout, context, told[0] + more, "ERROR")
        if other := model_choice.heard_otherwise(line):
            text = f"Heard with another network, {other}. Generate Again hears with {model_choice.hears()}."
            drawing.sentence(layout, context, text, "INFO")
        if line.left_alone:
            layout.operator("parlance.take_over", icon="KEY_HLT")


CLASSES: Final = (
    *spaces.panels("main", MainPanel, "", is_open=True),
    *direct_panel.CLASSES,
    *edit_panel.CLASSES,
    *setup_panel.CLASSES,
)


def register() -> None:
    """Show the tab, and look again whenever something changes."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    line_list.register()
    shared_look.register()


def unregister() -> None:
    """Hide it."""
    shared_look.unregister()
    line_list.unregister()
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
