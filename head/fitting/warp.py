# SPDX-License-Identifier: GPL-3.0-or-later
"""Smooth maps of space from points to points: thin-plate splines in three dimensions (Duchon 1977; Bookstein 1989)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..fields import Array

_CHUNK = 4000


@dataclass(frozen=True, eq=False)
class Warp:
    """`knots` float[K, 3]; `bends` float[K, 3]; `affine` float[4, 3], of which the last row is the shift."""

    knots: Array
    bends: Array
    affine: Array

    def __call__(self, points: Array) -> Array:
        """Where points float[N, 3] go."""
        result = points @ self.affine[:3] + self.affine[3]
        for start in range(0, len(points), _CHUNK):
            part = slice(start, start + _CHUNK)
            result[part] -= _distances(points[part], self.knots) @ self.bends
        return np.asarray(result)

    def slope(self, points: Array) -> Array:
        """How the map stretches space at points: float[N, 3, 3], rows what comes out, columns what goes in."""
        result = np.tile(self.affine[:3].T, (len(points), 1, 1))
        for start in range(0, len(points), _CHUNK):
            part = slice(start, start + _CHUNK)
            arm = points[part, None] - self.knots[None]
            arm /= np.maximum(np.linalg.norm(arm, axis=2, keepdims=True), 1e-6)
            result[part] -= (arm.transpose(0, 2, 1) @ self.bends).transpose(0, 2, 1)
        return np.asarray(result)


def fit(start: Array, end: Array, looseness: Array) -> Warp:
    """The smoothest map of points float[K, 3] to others; where `looseness` float[K] mm is more than 0 they are met roughly."""
    count = len(start)
    system = np.zeros((count + 4, count + 4))
    system[:count, :count] = -_distances(start, start) + np.diag(looseness)
    system[:count, count:] = np.column_stack([start, np.ones(count)])
    system[count:, :count] = system[:count, count:].T
    found = np.linalg.solve(system + 1e-9 * np.eye(count + 4), np.concatenate([end, np.zeros((4, 3))]))
    return Warp(start, found[:count], found[count:])


def similarity(start: Array, end: Array) -> tuple[Array, Array]:
    """The turn and scale float[3, 3] and shift float[3] that bring points nearest to others (Umeyama, 1991)."""
    middle, aim = start.mean(0), end.mean(0)
    arm, reach = start - middle, end - aim
    u, size, vt = np.linalg.svd(reach.T @ arm)
    sign = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    scale = (size * np.diag(sign)).sum() / max((arm**2).sum(), 1e-12)
    turn = scale * (u @ sign @ vt)
    return turn, aim - turn @ middle


def _distances(points: Array, others: Array) -> Array:
    square = (points**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2.0 * points @ others.T
    return np.asarray(np.sqrt(np.maximum(square, 0.0)))
