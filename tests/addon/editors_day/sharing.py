# SPDX-License-Identifier: GPL-3.0-or-later
"""Several datablocks play one action, each from a slot of its own or all from one. Chosen in days that are about it."""

from __future__ import annotations

import bpy

from .casting import copies, note_copies
from .operations import operation
from .what_is_there import is_local


def _key(day, name: str):
    """The shape keys of a mesh of the file's beginning, where they may be keyed."""
    mesh = next((mesh for mesh in day.meshes() if mesh.get("day") == name), None)
    return mesh.data.shape_keys if mesh is not None and mesh.data.shape_keys.is_editable else None


@operation(0)
def share_slot(day, back, *_):
    """The teeth play the head's very slot, as where both have the same shapes; or whatever they get next."""
    head, teeth = _key(day, "Head"), _key(day, "Teeth")
    played = head.animation_data if head else None
    if teeth is None or played is None or played.action is None or played.action_slot is None or not played.action.is_editable:
        return
    day.touched += 1
    day.hands.forget_owner("Teeth")
    data = teeth.animation_data_create()
    if back % 3 == 0:
        data.action = None
        return
    data.action = played.action
    data.action_slot = played.action_slot


@operation(0)
def share_action(day, who, *_):
    """Another character, or the teeth, goes on in the head's action, in a slot of its own."""
    name = ("Second", "Teeth")[who % 2]
    head, other = _key(day, "Head"), _key(day, name)
    action = head.animation_data.action if head and head.animation_data else None
    if other is None or action is None or not action.is_editable:
        return
    data = other.animation_data_create()
    if data.action == action:
        return
    day.touched += 1
    day.hands.forget_owner(name)
    data.action = action
    data.action_slot = next((slot for slot in action.slots if slot.name_display == name), None) or action.slots.new("KEY", name)


@operation(0)
def copy_linked(day, which, *_):
    """Alt-D of all objects of a character: the copy shows what its original speaks, until it is given meshes of its own."""
    everyone = [item for item in day.characters() if is_local(item)]
    if not everyone or len(copies()) > 3:
        return
    source = everyone[which % len(everyone)]
    if not any(mesh.parlance.included for mesh in (source, *source.children_recursive) if mesh.type == "MESH"):
        return  # nobody speaks on its meshes, so that it is no trouble to share them
    day.select(source)
    for part in source.children_recursive:
        part.select_set(True)
    bpy.ops.object.duplicate(linked=True)
    note_copies(bpy.context.selected_objects)
    made = next(item for item in bpy.context.selected_objects if item.parent is None)
    day.select(made)
    assert day.call("fix", code="shared"), f"“{made.name}” was not given meshes of its own"
