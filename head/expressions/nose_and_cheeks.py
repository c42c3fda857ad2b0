# SPDX-License-Identifier: GPL-3.0-or-later
"""Nose and cheeks."""

from __future__ import annotations

import numpy as np

from .. import folds
from ..fields import Array, blob, ramp
from . import lids
from .places import Face


def left(face: Face) -> dict[str, Array]:
    """cheekSquint and noseSneer on the left."""
    return {"cheekSquint": _cheek_squint(face), "noseSneer": _sneer(face)}


def _cheek_squint(face: Face) -> Array:
    """The apple of the cheek rises into the lower lid and gathers crow's feet."""
    side = (face.x > 0) * 1.0
    apple = blob(face.model, (38.0, -24.0, 72.0), (20.0, 13.0, 28.0)) * ramp(6.5, 3.0, face.eye_ring)
    temple = blob(face.model, (55.0, -4.0, 62.0), (10.0, 12.0, 24.0)) * ramp(5.0, 2.0, face.eye_ring)
    x = -0.8 * apple - 0.8 * temple
    y = 7.0 * apple + 1.2 * temple
    z = 3.4 * apple + 0.4 * temple
    lines = side * (0.8 * folds.crows_feet(face.model) + 1.0 * folds.under_eye(face.model))
    return np.column_stack([x, y, z]) + lids.lifted(face, 0.0, 2.2) + face.pressed(lines)


def _sneer(face: Face) -> Array:
    """The wing of the nose is drawn up with the skin beside it; the nose wrinkles, and the brow comes down on it."""
    side = ramp(-3.0, 4.0, face.x)
    wing = blob(face.model, (11.5, -32.0, 96.0), (8.0, 9.0, 16.0)) * side
    beside = blob(face.model, (23.0, -39.0, 84.0), (9.5, 13.0, 22.0)) * side
    root = blob(face.model, (8.0, -8.0, 90.0), (9.0, 12.0, 18.0)) * side
    tip = blob(face.model, (0.0, -30.0, 108.0), (9.0, 9.0, 14.0)) * face.left
    lip = face.upper * face.near_lips(13.0) * face.left * (1.0 - 0.75 * face.reach**3)
    raised = ramp(0.05, 0.65, face.across) * lip
    brow = blob(face.model, (9.0, 18.0, 88.0), (13.0, 12.0, 22.0)) * side
    puff = blob(face.model, (25.0, -15.0, 82.0), (12.0, 7.0, 20.0)) * ramp(5.5, 3.0, face.eye_ring)
    x = 1.4 * wing - 1.0 * root - 1.6 * brow * ramp(0.0, 9.0, face.x)
    red = (1.2 * lip + 3.2 * raised) * (1.0 - face.inwards)
    y = 4.4 * wing + 10.9 * beside + 2.2 * root + 2.4 * tip + red - 3.2 * brow + 2.4 * puff
    z = -1.6 * wing + 2.6 * beside + 1.6 * root + 0.2 * lip + 1.2 * brow + 1.0 * puff
    upper_fold = folds.nasolabial(face.model) * ramp(-58.0, -42.0, face.y)
    lines = side * (2.5 * folds.bunny_lines(face.model) + 1.35 * upper_fold + 0.7 * folds.furrow(face.model))
    return np.column_stack([x, y, z]) + lids.lifted(face, -1.2, 1.6) + face.pressed(lines)


def centre(face: Face) -> dict[str, Array]:
    """cheekPuff on both sides."""
    outside = (face.ring < 8.5).astype(float)
    cheek = blob(face.sided, (41.0, -49.0, 68.0), (19.0, 19.0, 28.0)) * outside
    lips = blob(face.model, (0.0, -55.0, 100.0), (26.0, 17.0, 20.0)) * (1.0 - face.depth)
    puff = 18.0 * cheek[:, None] * face.normals
    puff[:, 2] += 3.0 * lips
    return {"cheekPuff": puff}
