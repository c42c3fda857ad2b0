# SPDX-License-Identifier: GPL-3.0-or-later
"""The characters are linked from a file of their own, and overridden. Chosen in days that are about it.

What is another file's is not renamed, divided or sculpted here; all else goes on as before.
"""

from __future__ import annotations

import contextlib

import bpy

from .operations import operation
from .strips import one_of
from .what_is_there import animation_of_file


@operation(0)
def link_characters(day, which, *_):
    """All characters go into a file of their own, with what they speak so far; a shot links and overrides them."""
    scene = bpy.context.scene
    everyone = [item for item in scene.collection.objects if item.get("day")]
    if len(bpy.data.scenes) > 1 or any(item.library or item.override_library for item in bpy.data.objects) or not everyone:
        return
    strip, fps, base = one_of(day, which), scene.render.fps, scene.render.fps_base
    spoken = (bpy.path.abspath(strip.sound.filepath), strip.sound.packed_file) if strip is not None else ("", None)
    before = animation_of_file()["curves"]
    made = bpy.data.collections.new("Characters")
    scene.collection.children.link(made)
    for item in everyone:
        scene.collection.objects.unlink(item)
        made.objects.link(item)
    day.saves += 1
    path = str(day.folder / f"library{id(day)}-{day.saves}.blend")
    with contextlib.redirect_stdout(None):
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        with bpy.data.libraries.load(path, link=True) as (_, wanted):
            wanted.collections = ["Characters"]
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base, scene.frame_end = fps, base, 1000
    scene.collection.children.link(wanted.collections[0])
    for number in range(2):
        if number or not spoken[0] or spoken[1]:
            day.add_strip(which + number, 10 + 22 * number)
        else:
            day.room("addon.sequencer.strips").add(scene, spoken[0], 10)
    bpy.context.view_layer.update()
    _override(day)
    day.hands.keys = ()  # what the artist keyed there is the other file's
    day.hands.touched |= {path for _, _, path, _ in before}
    day.touched += bool(before)
    day.first = animation_of_file()
    day.forget_history()


def _override(day) -> None:
    """As by the panel's button, for each character."""
    for name in ("Head", "Rig"):
        chosen = next((item for item in bpy.context.view_layer.objects if item.get("day") == name), None)
        if chosen is None:
            continue
        day.select(chosen)
        parts = (chosen, *chosen.children_recursive)
        if not all(part.is_editable and (part.data is None or part.data.is_editable) for part in parts if part.type == "MESH"):
            assert day.call("fix", code="linked"), f"“{chosen.name}” was not overridden"
