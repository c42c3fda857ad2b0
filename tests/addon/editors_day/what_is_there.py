# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the file: every bit of every key, and all animation data."""

from __future__ import annotations

import bpy
import numpy as np

from ..hand_key import COPIED

PAIRS = ("co", "handle_left", "handle_right")
KINDS = ("interpolation", "easing", "handle_left_type", "handle_right_type", "type")


def is_local(item) -> bool:
    """Whether a datablock is this file's alone, neither linked nor an override."""
    return item.library is None and item.override_library is None


def bits_of(curve) -> list[tuple]:
    """Every bit of each key."""
    points = curve.keyframe_points
    rows = []
    for name in PAIRS:
        values = np.empty(2 * len(points), np.float32)
        points.foreach_get(name, values)
        rows += [values[::2], values[1::2]]
    for name in KINDS:
        kinds = np.empty(len(points), np.int32)
        points.foreach_get(name, kinds)
        rows.append(kinds)
    return list(zip(*(row.tolist() for row in rows), strict=True))


def bags(*, linked: bool = False) -> list[tuple]:
    """(action, slot, channelbag) of every slot that has curves or could.

    linked: of another file's actions too. Where a character was copied, Blender has copied its action for each of its
    datablocks, with slots that nobody plays.
    """
    copied = any(scene.get(COPIED) for scene in bpy.data.scenes)
    everything = played((*bpy.data.objects, *bpy.data.shape_keys)) if copied else set()
    return [
        (action, slot, bag)
        for action in bpy.data.actions
        if linked or action.library is None
        for layer in action.layers
        for strip in layer.strips
        for slot in action.slots
        if (bag := strip.channelbag(slot)) is not None and (not copied or (action, slot) in everything)
    ]


def played(owners) -> set[tuple]:
    """(action, slot) of all that these datablocks play, in NLA strips too."""
    found = set()
    for data in (owner.animation_data for owner in owners if owner.animation_data):
        strips = (strip for track in data.nla_tracks for strip in track.strips)
        found |= {(data.action, data.action_slot), *((strip.action, strip.action_slot) for strip in strips)}
    return found


def animation_of_file() -> dict:
    """All animation data: what clearing must bring back."""
    curves = {
        (action.name, slot.identifier, curve.data_path, curve.array_index): bits_of(curve)
        for action, slot, bag in bags()
        for curve in bag.fcurves
    }
    owners = [*bpy.data.objects, *bpy.data.shape_keys]
    data = {
        (item.id_type, item.get("day") or item.user.get("day") if item.id_type == "KEY" else item.get("day")): (
            item.animation_data.action.name if item.animation_data.action else "",
            item.animation_data.action_slot.identifier if item.animation_data.action_slot else "",
            [(track.name, [strip.name for strip in track.strips]) for track in item.animation_data.nla_tracks],
        )
        for item in owners
        if item.animation_data
    }
    groups = {(action.name, slot.identifier, group.name) for action, slot, bag in bags() for group in bag.groups}
    slots = {(action.name, slot.identifier) for action in bpy.data.actions for slot in action.slots}
    return {"curves": curves, "data": data, "actions": {each.name for each in bpy.data.actions}, "slots": slots, "groups": groups}
