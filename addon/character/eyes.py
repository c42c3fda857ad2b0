# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a character's eyes are, and what lies in which direction from between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from . import characters, facing, hierarchy, named_bones
from .shape_points import points_of

UP_THE_HEAD: Final = 0.55
"""How far up a head bone the eyes are."""
UP_THE_FACE: Final = 0.6
"""How far up a mesh the eyes are that is all face."""
STILL: Final = 0.3
"""Share of the farthest vertex's way from which a vertex belongs to the lid that a shape closes."""

SAME: Final = 1e-3
"""Share of a mesh's size within which two places are one."""


@dataclass(frozen=True)
class Space:
    """The space in which a character's resting head looks along -Y with Z up.

    to_world: as parents and pose have it now, without the head's own turn. eyes: the point between the eyes, in this space.
    """

    to_world: Matrix
    eyes: Vector

    @property
    def eyes_in_world(self) -> Vector:
        """The point between the eyes in the world."""
        return self.to_world @ self.eyes

    def eyes_at(self, moves: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[F, 3] the point between the eyes, where the character is moved by so much."""
        return np.asarray(np.array(self.eyes_in_world) + moves)

    def directions(self, points: NDArray[np.float64]) -> NDArray[np.float32]:
        """float32[F, 2] yaw (positive to the character's left) and pitch (positive up), degrees, of points of the world."""
        into = np.array(self.to_world.inverted_safe())
        ways = points @ into[:3, :3].T + into[:3, 3] - np.array(self.eyes)
        yaw = np.degrees(np.arctan2(ways[:, 0], -ways[:, 1]))
        pitch = np.degrees(np.arctan2(ways[:, 2], np.hypot(ways[:, 0], ways[:, 1])))
        return np.stack([yaw, pitch], axis=1).astype(np.float32)


def space_of(body: Any) -> Space:
    """Where a character looks from: its armature or mesh as it stands now."""
    turn = facing.turn(body).to_4x4()
    return Space(body.matrix_world @ _carried(body) @ turn, turn.inverted() @ _between(body))


def is_character(body: Any) -> bool:
    """Whether an object carries a face that could be looked in the eyes."""
    keyed = (mesh for mesh in hierarchy.members(body) if mesh.data.shape_keys is not None and mesh.parlance.included)
    return named_bones.eye_bones(body) is not None or any(characters.rig_map(mesh).active for mesh in keyed)


def _carried(body: Any) -> Matrix:
    """How the pose carries the head, but for the head's own turn."""
    bone = body.pose.bones.get(named_bones.head_bone(body)) if body.type == "ARMATURE" else None
    if bone is None or bone.parent is None:
        return Matrix.Identity(4)
    return bone.parent.matrix @ bone.parent.bone.matrix_local.inverted_safe()


def _between(body: Any) -> Vector:
    """The point between the eyes at rest, in the body's space: of the eye bones, the lids, the head bone, or the mesh."""
    pair = named_bones.eye_bones(body)
    if pair is not None:
        one, other = (body.data.bones[name].head_local for name in pair)
        return one.lerp(other, 0.5)
    into = body.matrix_world.inverted_safe()
    for mesh, centre in _lids(body):
        return into @ mesh.matrix_world @ centre
    bone = named_bones.head_bone(body)
    if bone:
        rest = body.data.bones[bone]
        return rest.head_local.lerp(rest.tail_local, UP_THE_HEAD)
    meshes = list(hierarchy.members(body))
    corners = [into @ mesh.matrix_world @ Vector(corner) for mesh in meshes for corner in mesh.bound_box]
    if not corners:
        return Vector()
    low, high = (Vector(tuple(way(corner[axis] for corner in corners) for axis in range(3))) for way in (min, max))
    return Vector(((low.x + high.x) / 2, (low.y + high.y) / 2, low.z + UP_THE_FACE * (high.z - low.z)))


def _lids(body: Any) -> Iterator[tuple[Any, Vector]]:
    """Meshes with lids that close, and the point between those lids, in the mesh's own space."""
    for mesh in hierarchy.members(body):
        key = mesh.data.shape_keys
        if key is None or not mesh.parlance.included:
            continue
        shapes = tuple(drive.target for drive in characters.rig_map(mesh).active if drive.source.startswith("eyeBlink"))
        if shapes and (centre := _centre(key, shapes)) is not None:
            yield mesh, centre


def _centre(key: Any, shapes: tuple[str, ...]) -> Vector | None:
    known = tuple(shape for shape in shapes if shape in key.key_blocks)
    found = _measured(key.session_uid, len(key.reference_key.points), known)
    return Vector(found) if found is not None else None


@lru_cache(maxsize=64)
def _measured(uid: int, count: int, shapes: tuple[str, ...]) -> tuple[float, float, float] | None:
    """The middle between the centres of what each shape moves; looked at once."""
    import bpy

    key = next((each for each in bpy.data.shape_keys if each.session_uid == uid), None)
    if key is None or not count:
        return None
    rest = points_of(key.reference_key)
    centres = []
    for shape in shapes:
        far = np.linalg.norm(points_of(key.key_blocks[shape]) - rest, axis=1)
        if far.max() > 0:
            centres.append(rest[far > STILL * far.max()].mean(axis=0))
    if len(centres) > 1 and np.ptp(centres, axis=0).max() < SAME * np.ptp(rest, axis=0).max():
        return None  # two lids in one place are no eyes
    if not centres:
        return None
    x, y, z = np.mean(centres, axis=0).tolist()
    return x, y, z
