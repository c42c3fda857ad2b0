# SPDX-License-Identifier: GPL-3.0-or-later
"""Cheeks and nose."""

from __future__ import annotations

import numpy as np

from ..fields import Array, blob, ramp
from .face import Face


def left(face: Face) -> dict[str, Array]:
    """cheekSquint and noseSneer on the left."""
    apple = blob(face.points, (36.0, -23.0, 74.0), (20.0, 13.0, 26.0)) * ramp(7.0, 4.0, face.eye_ring)
    squint = np.column_stack([0.6 * apple, 5.2 * apple, 3.0 * apple])
    wing = blob(face.points, (12.0, -34.0, 99.0), (10.0, 11.0, 15.0)) * face.left
    side = blob(face.points, (9.0, -16.0, 94.0), (9.0, 14.0, 16.0)) * face.left
    fold = blob(face.points, (22.0, -37.0, 88.0), (9.0, 14.0, 20.0))
    lip = np.clip(-face.below, 0.0, 1.0) * face.near_lips(14.0) * face.left * (1.0 - 0.8 * face.reach**3)
    brow = blob(face.points, (9.0, 18.0, 88.0), (9.0, 10.0, 20.0)) * face.left
    sneer = np.column_stack([
        1.6 * wing - 0.6 * side, 4.6 * wing + 1.8 * side + 3.6 * fold + 2.4 * lip - 1.4 * brow,
        -1.2 * wing + 1.4 * side + 2.0 * fold + 0.3 * lip,
    ])  # fmt: skip
    return {"cheekSquint": squint, "noseSneer": sneer}


def centre(face: Face) -> dict[str, Array]:
    """cheekPuff on both sides."""
    outside = (face.ring < 8.5).astype(float)
    cheek = blob(face.sided, (45.0, -59.0, 66.0), (20.0, 22.0, 28.0)) * outside
    lips = blob(face.points, (0.0, -61.0, 100.0), (26.0, 17.0, 20.0)) * (1.0 - face.depth)
    puff = 11.0 * cheek[:, None] * face.normals
    puff[:, 2] += 2.4 * lips
    return {"cheekPuff": puff}
