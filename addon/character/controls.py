# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones and properties of an armature as targets: recognised, and looked up when they are keyed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from mathutils import Vector

from ...inference.rigging import RigMap, from_json
from ...inference.rigging.controllers import address
from ..properties import override_rows
from . import constrained_bones, facing

EMPTY: Final = RigMap("", ())
WORDS: Final = (
    "jaw", "mandible", "maxi", "lip", "mouth", "smile", "lid", "blink", "brow", "eye", "oris", "oculi", "orbic", "chin", "cheek",
    "nose", "tongue", "levator", "risor",
    "目", "眼", "顎", "あご", "アゴ", "下巴", "턱",
)  # fmt: skip
"""What the bones of a face have in their names; only these are looked at."""
ADULT: Final = 1700.0
"""Millimetres of a grown character, where no eyes tell the size of its face."""
TALL: Final = 0.8
"""Metres from which a rig is a whole body rather than a face, where its bones do not tell."""
FACE: Final = 70.0
"""Millimetres by which brows and lids lie above the lips of an adult."""
JAW: Final = 80.0
"""Millimetres from a jaw's hinge to the lips."""
BODY: Final = 8.0
"""A rig this many times as tall as its face from lips to brows has a body below."""
_remembered: dict[int, tuple[object, RigMap]] = {}
"""By armature: panels ask at every redraw."""


def rig_map(root: Any, served: frozenset[str]) -> RigMap:
    """The bones and properties that speak on the root of a character: those the artist chose, else bones known by name.

    A mesh has shape keys instead. served: sources that shape keys move already.
    """
    if root.type == "MESH" and root.data.shape_keys:
        return EMPTY
    if root.parlance.rig_map:
        return from_json(root.parlance.rig_map)
    if root.type != "ARMATURE":
        return EMPTY
    known = _recognised(root, served)
    return RigMap(known.convention, constrained_bones.keyable(root, known.drives, _driven(root)))


def carry_a_head(root: Any, meshes: Iterable[Any], faces: Collection[Any]) -> bool:
    """Whether bones move a whole head beside those of shapes: one that has no shapes, and by bones which move none of those.

    meshes: all of a character.   faces: those that have shapes to speak with.
    """
    if root.type != "ARMATURE" or not faces:
        return False
    free = {bone.name for bone in _speaking(root)} - {group.name for mesh in faces for group in mesh.vertex_groups}
    for mesh in meshes if free else ():
        own = free.intersection(mesh.vertex_groups.keys()) if mesh.data.shape_keys is None else ()
        words = (facing.UPPER, facing.LOWER, facing.JAWS)
        if own and all(any(facing.named(name, each) for name in own) for each in words):
            return True
    return False


def _driven(root: Any) -> frozenset[tuple[str, int]]:
    """Data paths and indices of an armature that drivers move."""
    data = root.animation_data
    return frozenset((curve.data_path, curve.array_index) for curve in data.drivers if not curve.mute) if data else frozenset()


def remember(root: Any, fitted: RigMap) -> None:
    """What bones were recognised as, at gains that were measured on this face."""
    known = _remembered.get(root.data.session_uid)
    if known is not None:
        _remembered[root.data.session_uid] = (known[0], fitted)


def _recognised(root: Any, served: frozenset[str]) -> RigMap:
    speaking = _speaking(root)
    if not speaking:
        return EMPTY
    modes = tuple(root.pose.bones[bone.name].rotation_mode for bone in speaking)
    places = tuple(round(sum(map(sum, bone.matrix_local)), 4) for bone in speaking)
    turned = tuple(part for row in facing.axes(root) for part in row)
    signature = (tuple(bone.name for bone in speaking), modes, places, turned, served)
    known = _remembered.get(root.data.session_uid)
    if known is None or known[0] != signature:
        known = _remembered[root.data.session_uid] = (signature, _recognise(root, speaking, served))
    return known[1]


def _speaking(root: Any) -> list[Any]:
    """The bones of an armature that are called after something in a face."""
    return [bone for bone in root.data.bones if any(word in bone.name.lower() for word in WORDS)]


def _recognise(root: Any, speaking: list[Any], served: frozenset[str]) -> RigMap:
    import numpy as np

    from ...inference.rigging.bones import Bone, recognise_bones

    bones = [
        Bone(bone.name, np.array(bone.matrix_local.to_3x3()), np.array(bone.head_local), root.pose.bones[bone.name].rotation_mode)
        for bone in speaking
    ]
    return recognise_bones(bones, np.array(facing.axes(root), float), served, millimetre(root))


def millimetre(root: Any) -> float:
    """Units of an armature that are a millimetre of its face: a rig may be built in any, and stand in the scene unscaled.

    By its height where it has a body; by its face where that is all of it; else by its scale.
    """
    up = root.matrix_world.to_3x3().inverted_safe() @ Vector((0, 0, 1))
    heights = [bone.head_local.dot(up.normalized()) for bone in root.data.bones]
    scale = sum(root.matrix_world.to_scale()) / 3 or 1.0
    tall = max(heights) - min(heights)
    face = facing.height_of_face(root)
    if face > 0.0 and tall < BODY * face:
        return face / FACE
    if tall * scale < TALL:
        return 0.001 / scale
    far = _extent(_speaking(root))
    return far / JAW if BODY * far * FACE > JAW * tall else tall / ADULT


def _extent(bones: list[Any]) -> float:
    """How far apart bones lie, along the axis on which that is furthest."""
    return max((max(places) - min(places) for places in zip(*(bone.head_local for bone in bones), strict=True)), default=0.0)


def reachable(root: Any, wanted: RigMap) -> RigMap:
    """The same map without targets that the armature does not have any more, or that a driver moves."""
    driven = _driven(root)
    drives = (drive for drive in wanted.active if _exists(root, drive.target) and address(drive.target) not in driven)
    return RigMap(wanted.convention, tuple(drives))


def attach(body: Any, owner: Any) -> None:
    """Let the controls of another object speak for a character too, such as those of an armature beside it."""
    if owner != body and all(item.controller != owner for item in body.parlance.controllers):
        override_rows.add(body.parlance.controllers).controller = owner


def elsewhere(body: Any) -> tuple[tuple[Any, RigMap], ...]:
    """Other objects whose controls speak for a character, and how."""
    others = (item.controller for item in body.parlance.controllers)
    return tuple(
        (other, reachable(other, from_json(other.parlance.rig_map))) for other in others if other and other.parlance.rig_map
    )


def holder(root: Any, path: str) -> tuple[Any, str]:
    """What a data path's property is on, and the property's name."""
    head, _, name = path.rpartition(".")
    return (root.path_resolve(head) if head else root), name


def _exists(root: Any, target: str) -> bool:
    try:
        value = root.path_resolve(target)
    except ValueError:
        return False
    return isinstance(value, (int, float))


def put(root: Any, target: str, value: float) -> None:
    """Set a target that exists."""
    if not _exists(root, target):
        return
    path, index = address(target)
    if path != target:
        root.path_resolve(path)[index] = value
    elif target.endswith('"]'):
        at = target.rindex('["')
        holder, name = root.path_resolve(target[:at]) if at else root, target[at + 2 : -2]
        holder[name] = type(holder[name])(value)
    else:
        holder, _, name = target.rpartition(".")
        setattr(root.path_resolve(holder) if holder else root, name, value)
    root.update_tag()
