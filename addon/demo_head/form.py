# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of the skin as one signed distance: cranium, face, jaw, cheeks, nose, brow, sockets, lids and neck."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import proportions as mm
from .fields import Array, capsule, carve, ellipsoid, melt

_MOST_STEPS: Final = 40
_CLOSE_ENOUGH: Final = 0.002
LID_RADIUS: Final = mm.EYE_RADIUS + mm.LID_THICKNESS


def skin(points: Array) -> Array:
    """Signed distance in mm (negative inside) of points float[N, 3]; the same on both sides of the face."""
    p = points.copy()
    p[:, 0] = np.abs(p[:, 0])
    head = ellipsoid(p, (0, 42, -5), (75, 77, 91))
    head = melt(head, ellipsoid(p, (0, -16, 27), (69, 76, 60)), 30)
    head = melt(head, capsule(p, (37, -48, 8), (10, -89, 70), 16, 13), 30)
    head = melt(head, ellipsoid(p, (0, -95, 81), (14, 10, 12)), 24)
    head = melt(head, ellipsoid(p, (32, -50, 52), (16, 18, 20)), 20)
    head = melt(head, ellipsoid(p, (34, -33, 62), (22, 19, 21)), 24)
    head = melt(head, capsule(p, (0, 27, 81), (41, 24, 63), 7, 6), 26)
    head = melt(head, ellipsoid(p, (0, -61, 73), (32, 30, 25)), 20)
    head = carve(head, ellipsoid(p, (31, -1, 97), (20, 17, 13)), 18)
    head = melt(head, ellipsoid(p, mm.EYE_CENTRE, (LID_RADIUS,) * 3), 6)
    head = _with_nose(head, p)
    head = carve(head, ellipsoid(p, (14.4, -2, 91), (4.6, 6.0, 14.2)), 6)
    neck = capsule(p, (0, -60, -18), (0, -205, -34), 34, 38)
    return melt(head, neck, 26)


def _with_nose(head: Array, p: Array) -> Array:
    bridge = capsule(p, (0, 12, 82), (0, -27, 102), 5.5, 6.5)
    nose = melt(bridge, ellipsoid(p, (0, -31, 106), (8.8, 8.2, 9.0)), 8)
    nose = melt(nose, ellipsoid(p, (8.9, -34.5, 97.5), (5.6, 5.2, 7.6)), 8)
    return melt(head, nose, 14)


def normals(points: Array, step: float = 0.05) -> Array:
    """Unit gradient of the distance, float[N, 3]."""
    here = skin(points)
    gradient = np.stack([skin(points + step * axis) - here for axis in np.eye(3)], axis=1)
    return np.asarray(gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-9))


def project(points: Array, rounds: int = 3) -> Array:
    """Move points float[N, 3] onto the skin along its gradient."""
    for _ in range(rounds):
        points = points - skin(points)[:, None] * normals(points)
    return points


def cast(points: Array, towards: Array) -> Array:
    """Walk points float[N, 3] from outside along unit directions float[N, 3] until they meet the skin."""
    for _ in range(_MOST_STEPS):
        distance = skin(points)
        points = points + 0.85 * distance[:, None] * towards
        if np.abs(distance).max() < _CLOSE_ENOUGH:
            break
    return points


def front(x: Array, y: Array) -> Array:
    """Points float[N, 3] where lines from the front at (x, y) meet the skin."""
    return cast(np.stack([x, y, np.full_like(x, 140.0)], axis=1), np.array([[0.0, 0.0, -1.0]]))
