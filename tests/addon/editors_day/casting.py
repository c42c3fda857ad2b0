# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters are copied, appended and divided; shapes go and come; whole curves are shaped.

Chosen in days that are about them. A copy goes its own way: whatever is done to it changes nothing of what it was copied from.
"""

from __future__ import annotations

import contextlib

import bpy

from ..hand_key import COPIED, PART
from .by_hand import _one
from .lip_sync import SLIDERS
from .operations import operation
from .strips import one_of
from .what_is_there import bags, bits_of, is_local, played


def _parts(item) -> list:
    """A character's objects."""
    return [item, *item.children_recursive]


def copies() -> list:
    """Every object of copied characters."""
    return [item for item in bpy.context.view_layer.objects if item.get("day", "").startswith(COPIED)]


def note_copies(made) -> None:
    """These objects are copies from now on."""
    bpy.context.scene[COPIED] = True
    for item in made:
        item["day"] = COPIED + item.get("day", "").removeprefix(COPIED)


def _everyone_else(mine) -> dict:
    """Every bit of the keys of all others."""
    owners = {owner for item in mine for owner in (item, item.data and getattr(item.data, "shape_keys", None)) if owner}
    own = played(owners)
    return {
        (action.name, slot.identifier, curve.data_path, curve.array_index): bits_of(curve)
        for action, slot, bag in bags()
        if (action, slot) not in own
        for curve in bag.fcurves
    }


@operation(0)
def copy_character(day, which, *_):
    """Shift-D of all objects of a character."""
    everyone = [item for item in day.characters() if is_local(item)]
    if not everyone or len(copies()) > 3:
        return
    source = everyone[which % len(everyone)]
    day.select(source)
    for part in _parts(source):
        part.select_set(True)
    bpy.ops.object.duplicate(linked=False)
    note_copies(bpy.context.selected_objects)


@operation(0)
def append_character(day, which, *_):
    """A character from a saved version of this file."""
    everyone = [item for item in day.characters() if is_local(item)]
    if not everyone or len(copies()) > 3:
        return
    names = [part.name for part in _parts(everyone[which % len(everyone)])]
    day.saves += 1
    path = str(day.folder / f"appended{id(day)}-{day.saves}.blend")
    with contextlib.redirect_stdout(None):
        bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
        with bpy.data.libraries.load(path, link=False) as (_, wanted):
            wanted.objects = names
    for item in wanted.objects:
        bpy.context.scene.collection.objects.link(item)
    note_copies(wanted.objects)


@operation(0)
def work_on_copy(day, which, slider, value):
    """A slider of a copy, and Generate: nothing of the others changes."""
    tops = [item for item in copies() if item.parent is None]
    if not tops:
        return
    top = tops[which % len(tops)]
    day.select(top)
    root = day.root(top)
    if value % 2 and one_of(day, slider) is not None:
        bpy.context.scene.sequence_editor.active_strip = one_of(day, slider)
        day.call("generate")
        return
    if not len(root.parlance.lines):
        return
    for other in day.roots():  # characters follow what others have done when any of them is written
        day.room("addon.generate.idle").fill_gaps(other)
    if any(line.idle for _, line in day.lines()):
        return
    before = _everyone_else(_parts(top))
    name, values = SLIDERS[slider % len(SLIDERS)]
    setattr(root.parlance.lines[0].direction, name, values[value // 2 % len(values)])
    now = _everyone_else(_parts(top))
    for place, keys in before.items():
        assert now.get(place) == keys, f"what was done to a copy has changed {place}"


def remove(items) -> None:
    """Objects go, and what nobody uses then."""
    for item in items:
        bpy.data.objects.remove(item)
    for data in (bpy.data.meshes, bpy.data.actions):
        for unused in [each for each in data if not each.users]:
            data.remove(unused)
    bpy.context.view_layer.update()


@operation(0)
def delete_copy(day, which, *_):
    tops = [item for item in copies() if item.parent is None]
    if tops:
        remove(_parts(tops[which % len(tops)]))


@operation(0)
def divide(day, which, *_):
    """A part of a head becomes an object of its own, or goes back into it."""
    day.touched += 1
    made = next((item for item in bpy.context.view_layer.objects if item.get("day") == PART), None)
    home = next((mesh for mesh in day.meshes() if made is not None and mesh.name == made.get("of")), None)
    if made is not None:
        if home is not None and home.data.is_editable:
            day.select(home)
            made.select_set(True)
            bpy.ops.object.join()
            day.hands.forget_owner(PART)
        return
    meshes = [mesh for mesh in day.meshes() if is_local(mesh) and is_local(mesh.data) and mesh.get("day") == "Second"]
    if not meshes:
        return
    mesh = meshes[0]
    day.select(mesh)
    old = set(bpy.data.objects)
    bpy.ops.object.mode_set(mode="EDIT")
    import bmesh

    cage = bmesh.from_edit_mesh(mesh.data)
    cage.faces.new([cage.verts.new((4 + x, y, 0)) for x, y in ((0, 0), (1, 0), (0, 1))])
    bmesh.update_edit_mesh(mesh.data)
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.separate(type="LOOSE")
    bpy.ops.object.mode_set(mode="OBJECT")
    for item in set(bpy.data.objects) - old:
        item["day"], item["of"] = PART, mesh.name


@operation(0)
def shape_away(day, which, shape, _):
    """A shape is deleted, or made again where one is missing."""
    from .day import HEAD

    meshes = [mesh for mesh in day.meshes() if mesh.get("day") == "Head" and is_local(mesh.data)]
    if not meshes:
        return
    mesh = meshes[0]
    blocks = mesh.data.shape_keys.key_blocks
    missing = [name for name in HEAD if name not in blocks and f"{name}_x" not in blocks]
    if missing and which % 2:
        made = mesh.shape_key_add(name=missing[0])
        made.value, made.data[0].co.z = 0.0, 1.0
    elif len(blocks) > 3:
        gone = blocks[1 + shape % (len(blocks) - 1)]
        day.touched += 1
        day.hands.forget_curve("Head", gone.path_from_id("value"))
        mesh.shape_key_remove(gone)


@operation(0)
def scale_curve(day, which, by, _):
    """All keys of a curve become smaller, as with S in the graph editor."""
    if found := _one(day, which, keyed=True):
        owner, _, curve = found
        if owner.id_type == "KEY":
            day.touched += len(curve.keyframe_points)
            day.hands.scaled(*found, (0.5, 0.9, 1.2)[by % 3])
