# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo head moved by bones instead of shapes, as rigs of the wild are: their names, a skin that follows, no shape keys."""

from dataclasses import dataclass, field

import bpy
import numpy as np
from mathutils import Vector

REGIONS = {
    "jaw": ("jawOpen",),
    "upper": ("mouthUpperUpLeft", "mouthUpperUpRight"),
    "lower": ("mouthLowerDownLeft", "mouthLowerDownRight"),
    "corner_left": ("mouthSmileLeft",),
    "corner_right": ("mouthSmileRight",),
    "lid_left": ("eyeBlinkLeft",),
    "lid_right": ("eyeBlinkRight",),
    "brow_left": ("browOuterUpLeft",),
    "brow_right": ("browOuterUpRight",),
}
"""What a bone carries: what these shapes of the demo head move."""

FAMILIES = {
    "3ds Max biped, Rocketbox": {
        "head": "Bip01 Head", "jaw": "Bip01 MJaw", "upper": "Bip01 MUpperLip", "lower": "Bip01 MBottomLip",
        "corner_left": "Bip01 LMouthCorner", "corner_right": "Bip01 RMouthCorner",
        "lid_left": "Bip01 LEyeBlinkTop", "lid_right": "Bip01 REyeBlinkTop",
        "below_left": "Bip01 LEyeBlinkBottom", "below_right": "Bip01 REyeBlinkBottom",
        "brow_left": "Bip01 LOuterEyebrow", "brow_right": "Bip01 ROuterEyebrow",
        "eye_left": "Bip01 LEye", "eye_right": "Bip01 REye",
    },
    "Auto-Rig Pro": {
        "head": "head.x", "jaw": "c_jawbone.x", "upper": "c_lips_top.x", "lower": "c_lips_bot.x",
        "corner_left": "c_lips_smile.l", "corner_right": "c_lips_smile.r", "lid_left": "c_eyelid_top_02.l",
        "lid_right": "c_eyelid_top_02.r", "below_left": "c_eyelid_bot_02.l", "below_right": "c_eyelid_bot_02.r",
        "brow_left": "c_eyebrow_03.l", "brow_right": "c_eyebrow_03.r", "eye_left": "c_eye.l", "eye_right": "c_eye.r",
    },
    "BlenRig": {
        "head": "head_ctrl", "jaw": "maxi_ctrl", "upper": "lip_up_ctrl", "lower": "lip_low_ctrl",
        "corner_left": "mouth_corner_ctrl.L", "corner_right": "mouth_corner_ctrl.R",
        "lid_left": "eyelid_up_ctrl.L", "lid_right": "eyelid_up_ctrl.R",
        "below_left": "eyelid_low_ctrl.L", "below_right": "eyelid_low_ctrl.R",
    },
    "MPFB": {"head": "head", "jaw": "jaw", "upper": "oris05", "lower": "oris01", "eye_left": "eye.L", "eye_right": "eye.R"},
    "Reallusion": {
        "head": "CC_Base_Head", "jaw": "CC_Base_JawRoot", "eye_left": "CC_Base_L_Eye", "eye_right": "CC_Base_R_Eye",
    },
    "Mixamo with a jaw": {
        "head": "mixamorig:Head", "jaw": "mixamorig:Jaw", "eye_left": "mixamorig:LeftEye", "eye_right": "mixamorig:RightEye",
    },
}  # fmt: skip
"""Bones of public rigs by what they carry."""


@dataclass
class BonedHead:
    """A rigged head. upper, lower: vertices of its lips. left_lids: (upper, lower) of its left eye. bones: by region."""

    rig: object
    face: object
    upper: list = field(default_factory=list)
    lower: list = field(default_factory=list)
    left_lids: tuple = ()
    bones: dict = field(default_factory=dict)


def points_of(mesh):
    """float32[V, 3] of an evaluated mesh in the world."""
    shown = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = np.empty(3 * len(shown.data.vertices), np.float32)
    shown.data.vertices.foreach_get("co", points)
    place = np.array(shown.matrix_world)
    return points.reshape(-1, 3) @ place[:3, :3].T + place[:3, 3]


def boned(room, bones, *, marks, unit=1.0):
    """The demo head carried by bones. bones: {region: name}. unit: metres of one unit of the rig."""
    root = room("addon.demo_head").create_demo_head(bpy.context)
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    key = face.data.shape_keys
    rest = _keyed(key.reference_key)
    moves = {block.name: _keyed(block) - rest for block in key.key_blocks[1:]}
    for other in [child for child in root.children if child != face]:
        bpy.data.objects.remove(other)
    face.shape_key_clear()
    place = np.array(face.matrix_world)
    face.parent = None
    face.matrix_world.identity()
    world = rest @ place[:3, :3].T + place[:3, 3]
    face.data.vertices.foreach_set("co", (world / unit).astype(np.float32).ravel())
    bpy.data.objects.remove(root)
    return _rigged(face, bones, world / unit, moves, marks=marks, unit=unit)


def _keyed(block):
    points = np.empty(3 * len(block.data), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3)


def _rigged(face, bones, points, moves, *, marks, unit):
    weights = {region: _carried(moves, shapes) for region, shapes in REGIONS.items() if region in bones}
    lip = points[[*marks.upper, *marks.lower]].mean(0)
    places = {region: points[weight.argmax()] for region, weight in weights.items()}
    places["jaw"] = lip + np.array([0.0, 0.075, 0.03]) / unit
    places["head"] = lip + np.array([0.0, 0.09, 0.0]) / unit
    for side, lids in zip(("left", "right"), marks.lids, strict=True):
        places[f"lid_{side}"], places[f"below_{side}"] = points[lids[0]], points[lids[1]]
        places[f"eye_{side}"] = points[list(lids)].mean(0) + np.array([0.0, 0.012, 0.0]) / unit
    for region in ("upper", "lower"):
        places[region] = points[list(getattr(marks, region))].mean(0)
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(rig)
    rig.scale = (unit, unit, unit)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    made = {}
    for region, name in bones.items():
        bone = made[region] = rig.data.edit_bones.new(name)
        bone.head = Vector(places[region])
        bone.tail = bone.head + Vector((0.0, -0.03 / unit, -0.01 / unit))
        bone.roll = 0.4
    for region, bone in made.items():
        if region != "head":
            jaw = region == "lower" and "jaw" in made
            bone.parent = made["jaw"] if jaw else made["head"]
    bpy.ops.object.mode_set(mode="OBJECT")
    face.parent = rig
    face.matrix_parent_inverse.identity()
    _skin(face, bones, weights)
    modifier = face.modifiers.new("Armature", "ARMATURE")
    modifier.object = rig
    bpy.context.view_layer.update()
    return BonedHead(rig, face, list(marks.upper), list(marks.lower), marks.lids[0], dict(bones))


def _carried(moves, shapes):
    distance = sum(np.linalg.norm(moves[name], axis=1) for name in shapes)
    return np.clip(distance / np.percentile(distance[distance > 0.0], 98), 0.0, 1.0)


def _skin(face, bones, weights):
    """The jaw carries what drops with it, lips, lids and brows their own; the head what is left."""
    jaw = weights["jaw"].copy()
    free = np.ones(len(jaw))
    for region in ("lid_left", "lid_right", "brow_left", "brow_right", "corner_left", "corner_right", "upper", "lower"):
        if region in weights:
            share = weights[region] * free * (0.6 if region in {"upper", "lower"} else 0.8 if "corner" in region else 1.0)
            _group(face, bones[region], share)
            free -= share
    _group(face, bones["jaw"], jaw * free)
    _group(face, bones["head"], (1.0 - jaw) * free)


def _group(face, name, weights):
    group = face.vertex_groups.new(name=name)
    for index in np.flatnonzero(weights > 1e-3):
        group.add([int(index)], float(weights[index]), "REPLACE")
