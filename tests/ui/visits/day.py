# SPDX-License-Identifier: GPL-3.0-or-later
"""A day's changes: a slider, a key by hand, a cut, another take, undo and redo, another folder, frame rate, names, a link."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
from stage import emptied, finished, from_the_front, head_added, looked_at, saved, speaker, strip_added
from window import OUT, SCENE, picture, pressed, room, show_tab, unfold, view

HAND = 14.0
"""The frame of the key by hand."""


def visit() -> Iterator[None]:
    """The visit, in order. Each yield lets the window draw."""
    unfold("edit")
    yield from acted()
    yield from cut_and_replaced()
    yield from saved_elsewhere()
    yield from other_rate_and_names()
    yield from linked()


def acted() -> Iterator[None]:
    """A line, a slider, a key by hand: the slider leaves the key alone."""
    if SCENE:
        bpy.ops.wm.open_mainfile(filepath=SCENE, load_ui=False)
        yield
    else:
        yield from head_added()
    strip_added(saved("take_1.wav", (0.0, 3.0)), 1, 1)
    bpy.context.scene.frame_end = 100
    area = looked_at(0.8)
    from_the_front()
    yield
    show_tab(area)
    pushed("Begin")
    pressed("generate")
    yield from finished()
    yield from told("1_generated")
    root = speaker()
    direction(root).joy = 0.8
    yield
    pushed("Joy")
    curve = busiest()
    curve.keyframe_points.insert(HAND, 0.77)
    curve.update()
    pushed("A key by hand")
    direction(root).lips = 0.7
    yield
    pushed("Lips")
    assert held(), "a slider took the key by hand away"
    yield from told("2_acted", HAND)


def cut_and_replaced() -> Iterator[None]:
    """The strip cut in two and made again, then another take in its second half; undo and redo give back every key."""
    scene = bpy.context.scene
    before = keys()
    scene.sequence_editor.strips_all[0].split(40, "SOFT")
    pushed("Cut")
    yield
    yield from told("3_cut")
    pressed("generate_all")
    yield from finished()
    yield from told("4_cut_generated", 45)
    assert held(), "a cut took the key by hand away"
    pushed("After the cut")
    second = max(scene.sequence_editor.strips_all, key=start)
    second.sound.filepath = saved("take_2.wav", (1.5, 4.5))
    pushed("Another take")
    yield
    yield from told("5_other_take")
    pressed("generate_all")
    yield from finished()
    yield from told("6_taken", 60)
    after = keys()
    assert held(), "another take took the key by hand away"
    steps = 0
    while keys() != before and steps < 12:
        bpy.ops.ed.undo()
        steps += 1
        yield
    assert keys() == before, "undo did not give the keys of before the cut back"
    yield from told("7_undone")
    for _ in range(steps):
        bpy.ops.ed.redo()
        yield
    assert keys() == after, "redo did not give the keys of the new take back"
    yield from told("8_redone")


def saved_elsewhere() -> Iterator[None]:
    """Saved in another folder, read again: the same keys, and sliders still answer."""
    before, folder = keys(), Path(OUT) / "elsewhere"
    folder.mkdir(exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "day.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(folder / "day.blend"))
    yield
    yield
    assert keys() == before, "reading the file again changed keys"
    direction(speaker()).lips = 1.2
    yield
    assert keys() != before, "the slider does nothing after the file was read again"
    assert held(), "the file forgot which key was made by hand"
    yield from told("9_reopened", 20)
    pushed("Lips again")


def other_rate_and_names() -> Iterator[None]:
    """Thirty frames a second, then other names for the mesh and a shape: the panel says what is, and one click makes it anew."""
    bpy.context.scene.render.fps = 30
    yield
    yield
    yield from told("10_rate")
    pressed("choose_line", line=speaker().parlance.lines[0].token)
    yield from told("10_rate_chosen")
    pressed("generate_all")
    yield from finished()
    yield from told("11_generated", 25)
    assert held(HAND * 30 / 24), "another frame rate took the key by hand away"
    shaped = (thing for thing in bpy.data.objects if thing.type == "MESH" and thing.data.shape_keys)
    mesh = max(shaped, key=lambda thing: len(thing.data.shape_keys.key_blocks))
    mesh.name, mesh.data.name = "Hero", "HeroMesh"
    next(key for key in mesh.data.shape_keys.key_blocks if "jaw" in key.name.lower()).name = "MundAuf"
    yield
    before = keys()
    direction(speaker()).jaw = 0.6
    yield
    assert keys() != before, "the slider does nothing after the names changed"
    yield from told("12_renamed", 25)
    bpy.ops.wm.save_mainfile()


def linked() -> Iterator[None]:
    """The same head, its collection linked into an empty file and overridden there, speaks another line."""
    path, collection = bpy.data.filepath, speaker().users_collection[0].name
    bpy.ops.wm.read_homefile(use_factory_startup=True, load_ui=True)
    yield
    unfold("edit")
    emptied()
    with bpy.context.temp_override(**view()):
        bpy.ops.wm.link(directory=f"{path}/Collection/", filename=collection)
        yield from told("13_linked")
        bpy.ops.object.make_override_library()
    head = next(thing for thing in bpy.data.objects if thing.override_library and len(thing.parlance.lines))
    bpy.ops.object.select_all(action="DESELECT")
    head.select_set(True)
    bpy.context.view_layer.objects.active = head
    strip_added(saved("take_3.wav", (2.0, 5.0)), 1, 1)
    area = looked_at(0.8)
    from_the_front()
    yield
    show_tab(area)
    yield from told("14_overridden")
    for code in ("linked", "linked_action"):
        if any(obstacle.code == code for obstacle in room("panel.readiness").look(bpy.context).obstacles):
            pressed("fix", code=code)
            yield
    pressed("generate")
    yield from finished()
    yield from told("15_overridden_generated", 30)


def told(name: str, frame: float | None = None) -> Iterator[None]:
    """A picture, and what each line says of itself."""
    if frame is not None:
        bpy.context.scene.frame_set(int(frame))
    running = room("running")
    sys.stdout.write(f"{name}: {running.trouble or ''}\n")
    for thing in bpy.data.objects:
        for line in thing.parlance.lines:
            sys.stdout.write(f"  {thing.name}: {line.title}: {line.result}\n")
    for area in bpy.context.window_manager.windows[0].screen.areas:
        for region in area.regions:
            region.tag_redraw()  # As it would be when the mouse comes back from where the change was made.
    yield from picture(f"day_{name}")


def pushed(message: str) -> None:
    """An undo step, as the interface makes one after each of these."""
    bpy.ops.ed.undo_push(message=message)


def direction(root: Any) -> Any:
    """The sliders of the first line."""
    return root.parlance.lines[0].direction


def start(strip: Any) -> float:
    """The frame that a strip starts at, in every Blender."""
    return float(strip.left_handle if hasattr(strip, "left_handle") else strip.frame_final_start)


def curves() -> list[Any]:
    """The f-curves of all shape keys."""
    found = []
    for action in bpy.data.actions:
        for layer in action.layers:
            for strip in layer.strips:
                for bag in strip.channelbags:
                    found += [curve for curve in bag.fcurves if "key_blocks" in curve.data_path]
    return found


def busiest() -> Any:
    """The f-curve of the jaw, or else the one with most keys."""
    return max(curves(), key=lambda curve: ("jawOpen" in curve.data_path, len(curve.keyframe_points)))


def keys() -> dict[str, list[tuple[float, float]]]:
    """Each f-curve's keys."""
    return {curve.data_path: [tuple(point.co) for point in curve.keyframe_points] for curve in curves()}


def held(frame: float = HAND) -> bool:
    """Whether the change by hand is still there: it rides on what is generated, so its value is about that which was given."""
    return any(abs(key.co[0] - frame) < 0.6 and key.co[1] > 0.6 for curve in curves() for key in curve.keyframe_points)
