# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of the skin as one signed distance: cranium, face, jaw, cheeks, nose, brow, sockets, lids and neck."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import proportions as mm
from .fields import Array, capsule, carve, ellipsoid, melt

LID_RADIUS: Final = mm.EYE_RADIUS + mm.LID_THICKNESS


def skin(points: Array) -> Array:
    """Signed distance in mm (negative inside) of points float[N, 3]; the same on both sides of the face."""
    p = points.copy()
    p[:, 0] = np.abs(p[:, 0])
    head = ellipsoid(p, (0, 42, -5), (75, 77, 92))
    head = melt(head, ellipsoid(p, (0, -22, 28), (67, 80, 60)), 30)
    head = melt(head, capsule(p, (44, -56, 10), (11, -96, 70), 17, 14), 30)
    head = melt(head, ellipsoid(p, (0, -101, 79), (15, 11, 13)), 18)
    head = melt(head, ellipsoid(p, (33, -36, 62), (22, 20, 22)), 24)
    head = melt(head, capsule(p, (10, 26, 80), (40, 23, 66), 8, 7), 22)
    head = melt(head, ellipsoid(p, (0, -66, 74), (33, 32, 25)), 20)
    head = carve(head, ellipsoid(p, (30, -1, 94), (20, 15, 13)), 18)
    head = melt(head, ellipsoid(p, mm.EYE_CENTRE, (LID_RADIUS,) * 3), 5)
    head = _with_nose(head, p)
    neck = capsule(p, (0, -70, -20), (0, -205, -32), 40, 43)
    return melt(head, neck, 20)


def _with_nose(head: Array, p: Array) -> Array:
    bridge = capsule(p, (0, 8, 84), (0, -32, 105), 6.0, 7.5)
    nose = melt(bridge, ellipsoid(p, (0, -36, 109), (10.0, 9.5, 10)), 7)
    nose = melt(nose, ellipsoid(p, (10.5, -41, 99), (6.5, 6.2, 8.5)), 6)
    return melt(head, nose, 8)


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
    for _ in range(40):
        points = points + 0.8 * skin(points)[:, None] * towards
    return points


def front(x: Array, y: Array) -> Array:
    """Points float[N, 3] where lines from the front at (x, y) meet the skin."""
    return cast(np.stack([x, y, np.full_like(x, 140.0)], axis=1), np.array([[0.0, 0.0, -1.0]]))
