# SPDX-License-Identifier: GPL-3.0-or-later
"""A dialogue: two heads, their lines by name, a sound with a voice on each side, the report, a cut, undo."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from stage import emptied, finished, from_the_front, looked_at, saved, strip_added
from window import picture, pressed, show_tab, unfold


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit", "dialogue")
    emptied()
    anna, ben = (yield from head("Anna", -0.2)), (yield from head("Ben", 0.2))
    area = looked_at()
    yield
    show_tab(area)
    bpy.ops.object.select_all(action="SELECT")
    from_the_front()
    names = ("anna_01.wav", "ben_01.wav", "mystery.wav")
    for number, (name, part) in enumerate(zip(names, ((0.0, 2.0), (2.0, 4.0), (4.0, 5.5)), strict=True)):
        strip_added(saved(name, part), 1 + 60 * number, number + 1)
    bpy.context.scene.frame_end = 200
    chosen(anna)
    bpy.ops.ed.undo_push(message="Two heads and three strips")
    bpy.context.preferences.view.ui_scale = 0.6
    yield from picture("d1_before")
    pressed("generate_all")
    yield from picture("d2_working")
    yield from finished()
    yield from picture("d3_report")
    assert (spoken("Anna"), spoken("Ben")) == (1, 1), "each has one line, and the third strip nobody"
    bpy.ops.ed.undo()
    yield
    yield from picture("d4_undone")
    assert (spoken("Anna"), spoken("Ben")) == (0, 0), "one undo takes all of it back"
    both = strip_added(saved("both.wav", (0.0, 2.0), (2.0, 4.0)), 200, 4)
    bpy.context.scene.frame_end = 320
    bpy.context.scene.sequence_editor.active_strip = both
    chosen(bpy.data.objects[anna], bpy.data.objects[ben])
    pressed("generate_stereo")
    yield from finished()
    bpy.context.scene.frame_set(230)
    yield from picture("d5_stereo")
    both = bpy.context.scene.sequence_editor.strips_all["both.wav"]
    both.split(240, "SOFT")
    yield from picture("d6_cut")
    pressed("generate_all")
    yield from finished()
    yield from picture("d7_cut_generated")
    if hasattr(bpy.context.workspace, "sequencer_scene"):
        bpy.context.workspace.sequencer_scene = bpy.context.scene
    area.type = "SEQUENCE_EDITOR"
    area.spaces.active.show_region_ui = True
    yield
    yield
    show_tab(area)
    yield from picture("d8_sequencer")


def head(name: str, place: float) -> Iterator[None]:
    """Add a demo head and give it a name; gives the name of its root."""
    before = set(bpy.data.objects)
    pressed("add_demo_head")
    yield
    fresh = [thing for thing in bpy.data.objects if thing not in before]
    root = next(thing for thing in fresh if thing.parent is None or thing.parent not in fresh)
    root.location.x = place
    root.name = name
    return name


def chosen(*roots: object) -> None:
    """Select these, the first one as the active one."""
    bpy.ops.object.select_all(action="DESELECT")
    items = [bpy.data.objects[each] if isinstance(each, str) else each for each in roots]
    for each in items:
        each.select_set(True)
    bpy.context.view_layer.objects.active = items[0]


def spoken(name: str) -> int:
    """How many lines a head has."""
    heads = [bpy.data.objects[name], *bpy.data.objects[name].children_recursive]
    return sum(not line.idle for each in heads for line in each.parlance.lines)
