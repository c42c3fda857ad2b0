# SPDX-License-Identifier: GPL-3.0-or-later
"""Turning heads and eyes: from degrees on a face to the rotation curves of a bone or object."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from mathutils import Quaternion
from numpy.typing import NDArray

from . import characters, slots

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
        name = settings.head_bone or characters.head_bone(owner)
        if name not in owner.pose.bones:
            name = _renamed_bone(owner)
        return _bone(owner, name) if name in owner.pose.bones else None
    return _object(owner) if settings.head_object else None


def _renamed_bone(armature: Any) -> str:
    """The bone that has been turned until now, where it was renamed; its curve knows the new name."""
    playing = slots.existing(armature)
    if playing is None or not playing.action.parlance_written:
        return ""
    renamed = slots.heal(playing, slots.Records())  # in these records only, which are not kept
    found = (path.partition('pose.bones["')[2].partition('"]')[0] for path in renamed.values())
    return next((name for name in found if name in armature.pose.bones), "")


def eyes(character: characters.Character) -> tuple[Joint, ...]:
    """The two eye bones of a character that has them, unless its eyeLook shapes turn the eyeballs already."""
    body, pair = character.body, characters.eye_bones(character.body)
    if pair is None or (any(name.startswith("eyeLook") for name in character.sources) and _turned_by_shapes(body, pair)):
        return ()
    return tuple(_bone(body, name) for name in pair)


def _turned_by_shapes(body: Any, pair: tuple[str, str]) -> bool:
    """Whether shapes move what the eye bones carry; often they move the lids alone. True where the bones carry nothing."""
    carried = False
    for mesh in characters.members(body):
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
    rows: list[Any] = []
    before: Any = None
    for angles in np.radians(np.column_stack((pitch, yaw, roll)).astype(np.float64)):
        turned = _turned(joint, *angles)
        if joint.mode == "QUATERNION":
            turned.make_compatible(before or turned)
            before, row = turned, tuple(turned)
        elif joint.mode == "AXIS_ANGLE":
            axis, angle = turned.to_axis_angle()
            row = (angle, *axis)
        else:
            euler = turned.to_euler(joint.mode, before) if before else turned.to_euler(joint.mode)
            before, row = euler, tuple(euler)
        rows.append(row)
    return np.array(rows)


def _turned(joint: Joint, pitch: float, yaw: float, roll: float) -> Quaternion:
    """Facing -Y with Z up: a nod turns about +X, a turn to the left about +Z, a tilt to the left shoulder about +Y."""
    turn = Quaternion((0, 0, 1), yaw) @ Quaternion((1, 0, 0), pitch) @ Quaternion((0, 1, 0), roll)
    return joint.rest.inverted() @ turn @ joint.rest


def _bone(armature: Any, name: str) -> Joint:
    pose = armature.pose.bones[name]
    rest = armature.data.bones[name].matrix_local.to_quaternion()
    path = pose.path_from_id(PROPERTIES.get(pose.rotation_mode, "rotation_euler"))
    return Joint(armature, path, pose.rotation_mode, rest)


def _object(owner: Any) -> Joint | None:
    """An object turns by its delta rotation, which leaves its own rotation to the artist."""
    if owner.rotation_mode == "AXIS_ANGLE":  # has no delta that can be keyed
        return None
    return Joint(owner, DELTAS.get(owner.rotation_mode, "delta_rotation_euler"), owner.rotation_mode, Quaternion())
