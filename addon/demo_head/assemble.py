# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts → Blender objects: meshes with shape keys and colours under an armature with chest, neck and head."""

from __future__ import annotations

from typing import Final

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...head.bust import build_parts, head_share
from ...head.design import DESIGNS, YOUNG, Design
from ...head.fields import Array
from ...head.mesh import Part
from ...inference.arkit import NAMES
from .. import compat
from .materials import COLOURS, material_for

_METRES: Final = 0.001
_BONES: Final = (
    ("Chest", "", (0.0, -250.0, -40.0), (0.0, -180.0, -34.0)),
    ("Neck", "Chest", (0.0, -180.0, -34.0), (0.0, -62.0, -22.0)),
    ("Head", "Neck", (0.0, -62.0, -22.0), (0.0, 80.0, -22.0)),
)
_SKINNED: Final = {"Face", "Shirt"}


def create_demo_head(
    context: bpy.types.Context | bpy.types.Scene, name: str = "Parlance Head", design: str = YOUNG.name
) -> bpy.types.Object:
    """Add a demo head to the scene and return its armature, whose children are the meshes.

    `context` may be a scene; `design` is one of `head.design.DESIGNS`. The head is life-size (metres), looks along −Y and
    has its eyes at the height of the origin. It goes into the active collection (where a scene is given, into the scene's
    own). "<name> Face" carries all 52 ARKit shape keys; eyes, lower teeth, tongue, brows and lashes carry those that move
    them. Blender must be in object mode.
    """
    within_scene = isinstance(context, bpy.types.Scene)
    scene = context if within_scene else context.scene
    collection = scene.collection if within_scene else context.collection
    rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    _add_bones(rig, scene, scene.view_layers[0] if within_scene else context.view_layer)
    chosen = DESIGNS[design]
    for thing in (rig, *(_object(part, rig, chosen) for part in build_parts(chosen))):
        collection.objects.link(thing)
    return rig


def face_of(head: bpy.types.Object) -> bpy.types.Object:
    """The mesh of a demo head that carries all 52 shape keys; `head` is its armature."""
    meshes = (child for child in head.children if child.type == "MESH" and child.data.shape_keys)
    return max(meshes, key=lambda mesh: len(mesh.data.shape_keys.key_blocks))


def to_blender(points: Array) -> Array:
    """Points float[N, 3] mm on the face's axes → metres on Blender's (left +X, front −Y, up +Z)."""
    return np.column_stack([points[:, 0], -points[:, 2], points[:, 1]]) * _METRES


def _add_bones(rig: bpy.types.Object, scene: bpy.types.Scene, layer: bpy.types.ViewLayer) -> None:
    """Bones can only be added in edit mode, so the rig is in the scene and active for a moment."""
    before = layer.objects.active
    scene.collection.objects.link(rig)
    layer.update()
    layer.objects.active = rig
    with bpy.context.temp_override(scene=scene, view_layer=layer, object=rig, active_object=rig):
        bpy.ops.object.mode_set(mode="EDIT")
        for name, parent, head, tail in _BONES:
            bone = rig.data.edit_bones.new(name)
            bone.head, bone.tail = to_blender(np.array([head, tail]))
            bone.parent = rig.data.edit_bones.get(parent)
        bpy.ops.object.mode_set(mode="OBJECT")
    layer.objects.active = before
    scene.collection.objects.unlink(rig)
    rig.data.display_type = "STICK"


def _object(part: Part, rig: bpy.types.Object, design: Design) -> bpy.types.Object:
    name = f"{rig.name} {part.name}"
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(to_blender(part.points).tolist(), [], _faces(part.quads), shade_flat=False)
    for paint in part.paints:
        mesh.materials.append(material_for(paint))
    mesh.polygons.foreach_set("material_index", part.paint_of.astype(np.int32))
    rgba = np.column_stack([part.colours, np.ones(len(part.colours))]).astype(np.float32)
    attribute = mesh.color_attributes.new(COLOURS, "FLOAT_COLOR", "POINT")
    attribute.data.foreach_set("color", rgba.ravel())
    mesh.color_attributes.active_color = attribute
    mesh.color_attributes.render_color_index = 0
    mesh.update()
    thing = bpy.data.objects.new(name, mesh)
    _add_shape_keys(thing, part)
    _attach(thing, part, rig, design)
    return thing


def _faces(quads: NDArray[np.integer]) -> list[list[int]]:
    """The corners of each face; one that a quad has twice makes it a triangle."""
    faces: list[list[int]] = quads.tolist()
    for face in np.flatnonzero((np.diff(np.sort(quads, axis=1), axis=1) == 0).any(axis=1)):
        faces[face] = [*dict.fromkeys(faces[face])]
    return faces


def _add_shape_keys(thing: bpy.types.Object, part: Part) -> None:
    if not part.shapes:
        return
    thing.shape_key_add(name="Basis", from_mix=False)
    for name in (name for name in NAMES if name in part.shapes):
        key = compat.add_shape_key(thing, name)
        key.points.foreach_set("co", to_blender(part.points + part.shapes[name]).ravel().astype(np.float32))


def _attach(thing: bpy.types.Object, part: Part, rig: bpy.types.Object, design: Design) -> None:
    thing.parent = rig
    if part.name not in _SKINNED:
        head = rig.data.bones["Head"]
        thing.parent_type = "BONE"
        thing.parent_bone = head.name
        thing.matrix_parent_inverse = (head.matrix_local @ Matrix.Translation((0.0, head.length, 0.0))).inverted()
        return
    mm = design.proportions
    head_part = head_share(part.points, mm)
    chest_part = np.clip((mm.neck_base + 18.0 - part.points[:, 1]) / 24.0, 0.0, 1.0)
    weights = {"Head": head_part, "Chest": chest_part, "Neck": 1.0 - head_part - chest_part}
    for bone, weight in weights.items():
        group = thing.vertex_groups.new(name=bone)
        for vertex in np.flatnonzero(weight > 0.002):
            group.add([int(vertex)], float(weight[vertex]), "REPLACE")
    modifier = thing.modifiers.new("Armature", "ARMATURE")
    modifier.object = rig
