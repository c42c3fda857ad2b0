# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody to look at: where a target object is, as seen from a character's resting head."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from mathutils import Matrix, Vector
from numpy.typing import NDArray

from . import characters, fcurves, slots

EYES: Final = 0.55
"""How far up a head bone the eyes are."""


def track(character: characters.Character, first: int, count: int) -> NDArray[np.float32] | None:
    """Yaw and pitch in degrees, float32[F, 2], of the character's target at these frames; None where there is no target.

    Where the target's own location is animated it is followed; what parents and constraints do to it is taken as it stands now.
    """
    target, root = character.root.parlance.gaze_target, character.body
    if target is None:
        return None
    to_character = root.matrix_world.inverted()
    free = target.parent is None and not target.constraints
    at_rest = target.location if free else target.matrix_world.translation
    here = np.array(to_character @ at_rest) - np.array(_eyes(root))
    around = target.parent.matrix_world.to_3x3() if target.parent else Matrix.Identity(3)
    turn = np.array(to_character.to_3x3() @ around)
    ways = here + _moves(target, first, count) @ turn.T
    # A character looks along -Y with Z up.
    yaw = np.degrees(np.arctan2(ways[:, 0], -ways[:, 1]))
    pitch = np.degrees(np.arctan2(ways[:, 2], np.hypot(ways[:, 0], ways[:, 1])))
    return np.stack([yaw, pitch], axis=1).astype(np.float32)


def _moves(target: Any, first: int, count: int) -> NDArray[np.float64]:
    """float64[F, 3] by how much the target's animated location differs from where it stands now."""
    moved = np.zeros((count, 3))
    playing = slots.existing(target)
    if playing is None:
        return moved
    for axis in range(3):
        curve = fcurves.find(playing.bag, "location", axis)
        if curve is not None:
            moved[:, axis] = [curve.evaluate(frame) - target.location[axis] for frame in range(first, first + count)]
    return moved


def _eyes(root: Any) -> Vector:
    """The point between the eyes, in the character's space."""
    bone = characters.head_bone(root)
    if bone:
        rest = root.data.bones[bone]
        return rest.head_local.lerp(rest.tail_local, EYES)
    meshes = [root] if root.type == "MESH" else [child for child in root.children if child.type == "MESH"]
    into = root.matrix_world.inverted()
    corners = [into @ mesh.matrix_world @ Vector(corner) for mesh in meshes for corner in mesh.bound_box]
    return sum(corners, Vector()) / len(corners) if corners else Vector()
