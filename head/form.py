# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of the skin as one signed distance: cranium, face, jaw, cheeks, nose, brow, sockets, lids and neck."""

from __future__ import annotations

from typing import Final

import numpy as np

from .fields import Array, capsule, carve, ellipsoid, melt
from .proportions import Proportions

_MOST_STEPS: Final = 40
_CLOSE_ENOUGH: Final = 0.002
"""Steps along a ray at most, and mm from the skin at which it has arrived."""


def skin(points: Array, mm: Proportions) -> Array:
    """Signed distance in mm (negative inside) of points float[N, 3]; the same on both sides of the face."""
    p = points.copy()
    p[:, 0] = np.abs(p[:, 0])
    head = ellipsoid(p, *mm.cranium)
    head = melt(head, ellipsoid(p, *mm.face), 30)
    head = melt(head, capsule(p, *mm.jaw), 30)
    head = melt(head, ellipsoid(p, *mm.chin), 24)
    head = melt(head, ellipsoid(p, *mm.cheek), 22)
    head = melt(head, ellipsoid(p, *mm.apple), 24)
    head = melt(head, capsule(p, *mm.brow_ridge), 26)
    head = melt(head, ellipsoid(p, *mm.muzzle), 20)
    head = carve(head, ellipsoid(p, *mm.socket), 18)
    head = melt(head, ellipsoid(p, mm.eye_centre, (mm.lid_radius,) * 3), 6)
    head = _with_nose(head, p, mm)
    head = carve(head, ellipsoid(p, *mm.eye_hollow), 6)
    return melt(head, capsule(p, *mm.neck), 26)


def _with_nose(head: Array, p: Array, mm: Proportions) -> Array:
    nose = melt(capsule(p, *mm.bridge), ellipsoid(p, *mm.nose_tip), 8)
    nose = melt(nose, ellipsoid(p, *mm.nose_wing), 7)
    return melt(head, nose, 14)


def normals(points: Array, mm: Proportions, step: float = 0.05) -> Array:
    """Unit gradient of the distance, float[N, 3]."""
    here = skin(points, mm)
    gradient = np.stack([skin(points + step * axis, mm) - here for axis in np.eye(3)], axis=1)
    return np.asarray(gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-9))


def project(points: Array, mm: Proportions, rounds: int = 3) -> Array:
    """Move points float[N, 3] onto the skin along its gradient."""
    for _ in range(rounds):
        points = points - skin(points, mm)[:, None] * normals(points, mm)
    return points


def cast(points: Array, towards: Array, mm: Proportions) -> Array:
    """Walk points float[N, 3] from outside along unit directions float[N, 3] until they meet the skin."""
    points = points.copy()
    towards = np.broadcast_to(towards, points.shape)
    on_their_way = np.arange(len(points))
    for _ in range(_MOST_STEPS):
        distance = skin(points[on_their_way], mm)
        points[on_their_way] += 0.85 * distance[:, None] * towards[on_their_way]
        on_their_way = on_their_way[np.abs(distance) >= _CLOSE_ENOUGH]
        if not len(on_their_way):
            break
    return points


def front(x: Array, y: Array, mm: Proportions) -> Array:
    """Points float[N, 3] where lines from the front at (x, y) meet the skin."""
    return cast(np.stack([x, y, np.full_like(x, 140.0)], axis=1), np.array([[0.0, 0.0, -1.0]]), mm)
