# SPDX-License-Identifier: GPL-3.0-or-later
"""Half a head under a Mirror modifier, seen as the whole face that it shows: its vertices, and what shapes do to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...inference.rigging.face_frame import Vectors


def mirrored(mesh: Any, points: Vectors, moves: Vectors) -> tuple[Vectors, Vectors]:
    """Points float32[V, 3] and moves float32[K, V, 3] of a mesh, with the copies that Mirror modifiers show behind them."""
    import numpy as np

    for turn, shift in _reflections(mesh):
        points = np.concatenate([points, (points @ turn.T + shift).astype(np.float32)])
        moves = np.concatenate([moves, (moves @ turn.T).astype(np.float32)], axis=1)
    return points, moves


def _reflections(mesh: Any) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """The turn and shift of each copy. A modifier that first cuts the other half off is on a mesh that is whole."""
    import numpy as np

    for modifier in mesh.modifiers:
        if modifier.type != "MIRROR" or not modifier.show_viewport:
            continue
        middle = np.eye(4)
        if modifier.mirror_object is not None:
            middle = np.array(mesh.matrix_world.inverted_safe() @ modifier.mirror_object.matrix_world)
        for axis in range(3):
            if modifier.use_axis[axis] and not modifier.use_bisect_axis[axis]:
                flip = np.eye(4)
                flip[axis, axis] = -1.0
                placed = middle @ flip @ np.linalg.inv(middle)
                yield placed[:3, :3], placed[:3, 3]
