# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn heads and eyes: from degrees on a face to the rotation curves of a bone or object."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from mathutils import Quaternion
from numpy.typing import NDArray

from ..animation import slots
from . import characters, facing, hierarchy, named_bones

TOLERANCE: Final = math.radians(0.05)
"""How far sparse keys may miss a rotation; a twentieth of a degree cannot be seen."""
PROPERTIES: Final = {"QUATERNION": "rotation_quaternion", "AXIS_ANGLE": "rotation_axis_angle"}
DELTAS: Final = {"QUATERNION": "delta_rotation_quaternion"}


@dataclass(frozen=True)
class Joint:
    """Something that turns.

    owner: the object keyed; path: its rotation property. mode: Blender's rotation mode.
    rest: its resting axes in the space of the character, which looks along -Y with Z up.
    """

    owner: Any
    path: str
    mode: str
    rest: Quaternion


def head(character: characters.Character) -> Joint | None:
    """What turns as the head of a character; None where it has no head bone, or the artist wants none."""
    settings = character.root.parlance
    if not settings.move_head:
        return None
    owner = settings.head_object or character.body
    if owner.type == "ARMATURE":
        name = settings.head_bone or named_bones.head_bone(owner)
        if name not in owner.pose.bones:
            name = _renamed_bone(owner)
        return _bone(owner, name) if name in owner.pose.bones else None
    return _object(owner) if settings.head_object else None


def _renamed_bone(armature: Any) -> str:
    """The bone that has been turned until now, where it was renamed; its curve knows the new name."""
    playing = slots.existing(armature)
    if playing is None or not slots.written_by_us(playing.action):
        return ""
    found = (path.partition('pose.bones["')[2].partition('"]')[0] for path in slots.renamed(playing).values())
    return next((name for name in found if name in armature.pose.bones), "")


def eyes(character: characters.Character) -> tuple[Joint, ...]:
    """The two eye bones of a character that has them, unless its eyeLook shapes turn the eyeballs already."""
    body, pair = character.body, named_bones.eye_bones(character.body)
    if pair is not None and _aimed(character, pair):
        return ()
    if pair is None or (any(name.startswith("eyeLook") for name in character.sources) and _turned_by_shapes(body, pair)):
        return ()
    return tuple(_bone(body, name) for name in pair)


def _aimed(character: characters.Character, pair: tuple[str, str]) -> bool:
    """Whether what is called the eyes are targets in front of them, which are moved instead of turned."""
    looks = [drive.target for drive in character.controls.active if drive.source.startswith("eyeLook")]
    return any(f'pose.bones["{name}"].location' in target for name in pair for target in looks)


def _turned_by_shapes(body: Any, pair: tuple[str, str]) -> bool:
    """Whether shapes move what the eye bones carry; often they move the lids alone. True where the bones carry nothing."""
    carried = False
    for mesh in hierarchy.members(body):
        if mesh.parent_type == "BONE" and mesh.parent_bone in pair:
            carried = True
            continue
        group = next((mesh.vertex_groups[name].index for name in pair if name in mesh.vertex_groups), None)
        vertex = (
            next((each.index for each in mesh.data.vertices if _weight(each, group) > 0.5), None) if group is not None else None
        )
        if vertex is None:
            continue
        carried = True
        key = mesh.data.shape_keys
        looks = (
            {drive.target for drive in characters.rig_map(mesh).active if drive.source.startswith("eyeLook")} if key else set()
        )
        if any((key.key_blocks[name].points[vertex].co - key.reference_key.points[vertex].co).length > 0.0 for name in looks):
            return True
    return not carried


def _weight(vertex: Any, group: int) -> float:
    return next((each.weight for each in vertex.groups if each.group == group), 0.0)


def rotations(
    joint: Joint, pitch: NDArray[np.float32], yaw: NDArray[np.float32], roll: NDArray[np.float32]
) -> NDArray[np.float64]:
    """The joint's rotation property over time, float64[F, components].

    pitch: degrees, positive nods down. yaw: positive to the character's left. roll: positive to its left shoulder.
    """
    turned = _turned(joint, *(np.radians(np.asarray(angles, np.float64)) for angles in (pitch, yaw, roll)))
    if joint.mode == "QUATERNION":
        # Of the two that turn alike each is the one nearer to the one before, or curves would leap.
        flips = np.where((turned[1:] * turned[:-1]).sum(axis=1) < 0, -1.0, 1.0)
        return turned * np.cumprod(np.concatenate([np.ones(min(len(turned), 1)), flips]))[:, None]
    rows: list[Any] = []
    before: Any = None
    for row in turned.tolist():
        if joint.mode == "AXIS_ANGLE":
            axis, angle = Quaternion(row).to_axis_angle()
            rows.append((angle, *axis))
        else:
            before = Quaternion(row).to_euler(joint.mode, before) if before else Quaternion(row).to_euler(joint.mode)
            rows.append(tuple(before))
    return np.array(rows)


def _turned(joint: Joint, pitch: NDArray[np.float64], yaw: NDArray[np.float64], roll: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[F, 4] w, x, y, z. Facing -Y with Z up: a nod turns about +X, a turn to the left about +Z, a tilt about +Y."""
    turn = _times(_times(_about(2, yaw), _about(0, pitch)), _about(1, roll))
    rest = np.array(joint.rest, np.float64)
    return _times(_times(rest * (1, -1, -1, -1) / (rest @ rest), turn), rest)


def _about(axis: int, angle: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.zeros((len(angle), 4))
    found[:, 0], found[:, 1 + axis] = np.cos(angle / 2), np.sin(angle / 2)
    return found


def _times(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The product of quaternions, float64[F, 4] or float64[4]."""
    w, x, y, z = np.moveaxis(one, -1, 0)
    a, b, c, d = np.moveaxis(other, -1, 0)
    rows = (
        w * a - x * b - y * c - z * d, w * b + x * a + y * d - z * c,
        w * c - x * d + y * a + z * b, w * d + x * c - y * b + z * a,
    )  # fmt: skip
    return np.stack(np.broadcast_arrays(*rows), axis=-1)


def _bone(armature: Any, name: str) -> Joint:
    pose = armature.pose.bones[name]
    rest = facing.turn(armature).to_quaternion().inverted() @ armature.data.bones[name].matrix_local.to_quaternion()
    path = pose.path_from_id(PROPERTIES.get(pose.rotation_mode, "rotation_euler"))
    return Joint(armature, path, pose.rotation_mode, rest)


def _object(owner: Any) -> Joint | None:
    """An object turns by its delta rotation, which leaves its own rotation to the artist."""
    if owner.rotation_mode == "AXIS_ANGLE":  # has no delta that can be keyed
        return None
    path = DELTAS.get(owner.rotation_mode, "delta_rotation_euler")
    return Joint(owner, path, owner.rotation_mode, (_standing(owner) @ facing.turn(owner).to_quaternion()).inverted())


def _standing(owner: Any) -> Quaternion:
    """How the artist has turned an object, which a delta goes on top of; not at all where that is animated, for all frames."""
    playing = slots.existing(owner)
    curves = playing.bag.fcurves if playing is not None and playing.bag is not None else ()
    if any(curve.data_path.startswith("rotation") for curve in curves):
        return Quaternion()
    return owner.rotation_quaternion.copy() if owner.rotation_mode == "QUATERNION" else owner.rotation_euler.to_quaternion()
