# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes, objects and bones get other names."""

from __future__ import annotations

import bpy

from .operations import operation
from .what_is_there import bags, is_local, played


@operation(2)
def rename_shape(day, which, shape, name):
    meshes = [mesh for mesh in day.meshes() if is_local(mesh.data)]
    if not meshes:
        return
    key = meshes[which % len(meshes)].data.shape_keys
    block = key.key_blocks[1 + shape % (len(key.key_blocks) - 1)]
    before, path = block.name, block.path_from_id("value")
    if bpy.app.version < (5, 0, 0) and sum(curve.data_path == path for _, _, bag in bags() for curve in bag.fcurves) > 1:
        return  # Blender 4.5 renames the curves of other meshes in the same action too, an artist's own among them
    name = before[:-2] if before.endswith("_x") else before + "_x"
    if any(curve.data_path == path.replace(f'"{before}"', f'"{name}"') for curve in _curves_played(key)):
        return  # of another mesh that plays the very slot: Blender would leave it with two curves of one data path
    block.name = name
    day.hands.renamed(key, path, block.path_from_id("value"))


def _curves_played(key) -> list:
    """The curves of all slots that a datablock plays."""
    mine = played([key])
    return [curve for action, slot, bag in bags() if (action, slot) in mine for curve in bag.fcurves]


@operation(1)
def rename_object(day, which, name, _):
    named = [item for item in bpy.context.view_layer.objects if item.get("day") and item.is_editable]
    if named:
        named[which % len(named)].name = f"Name {name % 5}"


@operation(1)
def rename_bone(day, which, name, _):
    rigs = [item for item in bpy.context.view_layer.objects if item.type == "ARMATURE" and is_local(item.data)]
    if rigs and rigs[0].data.bones:
        bone = rigs[0].data.bones[0]
        before, bone.name = bone.name, ("head", "Head", "Kopf")[name % 3]
        for kind in ("rotation_quaternion", "rotation_euler"):
            day.hands.renamed(rigs[0], f'pose.bones["{before}"].{kind}', f'pose.bones["{bone.name}"].{kind}')
