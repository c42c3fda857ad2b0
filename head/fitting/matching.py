# SPDX-License-Identifier: GPL-3.0-or-later
"""Where on the model's skin each vertex of another head belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ..fields import Array
from ..mesh import Index
from .model import Model

_TURNED: Final = 7.0
"""Millimetres that facing the opposite way counts for, halved: inside and outside of a lip lie close together."""
_BAND: Final = 12.0
"""Millimetres of height that are matched at a time."""
_BEYOND: Final = 26.0
"""Millimetres above and below it that are searched."""
_FREE: Final = 0
"""The side of what belongs to no lip or lid."""


@dataclass(frozen=True, eq=False)
class Match:
    """For each of M points: the `corners` int[M, 3] of a triangle of the model, their `weights` float[M, 3], and mm to it."""

    corners: Index
    weights: Array
    apart: Array

    def take(self, values: Array) -> Array:
        """Values float[N, …] of the model's vertices, at the points."""
        return np.asarray(np.einsum("mk,mk...->m...", self.weights, values[self.corners]))


def match(points: Array, normals: Array, side: Index, model: Model) -> Match:
    """The nearest place on the model for points float[M, 3] already brought onto it, that faces the same way.

    side: int[M] as of landmarks.sides; what belongs to a lip or a lid finds its place on the same lip or lid, or on neither.
    """
    nearest = np.zeros(len(points), np.int64)
    theirs = np.column_stack([model.skin.points, _TURNED * model.skin.normals])
    mine = np.column_stack([points, _TURNED * normals])
    for number in np.unique(side):
        own = np.flatnonzero(side == number)
        allowed = np.arange(len(theirs)) if number == _FREE else np.flatnonzero((model.side == number) | (model.side == _FREE))
        nearest[own] = allowed[nearest_of(mine[own], theirs[allowed])]
    corners = np.tile(nearest[:, None], 3)
    weights = np.tile([1.0, 0.0, 0.0], (len(points), 1))
    apart = np.linalg.norm(points - model.skin.points[nearest], axis=1)
    moving = np.flatnonzero(~model.still[nearest])
    around = model.around[nearest[moving]]
    triangles = model.skin.triangles[np.maximum(around, 0)]
    on_each, distance = _on_triangles(points[moving], model.skin.points[triangles])
    distance[around < 0] = np.inf
    best, rows = distance.argmin(1), np.arange(len(moving))
    corners[moving], weights[moving], apart[moving] = triangles[rows, best], on_each[rows, best], distance[rows, best]
    return Match(corners, weights, apart)


def nearest_of(points: Array, others: Array) -> Index:
    """The number of the nearest of others float[K, D] to each point float[M, D]; in bands of height, as most are far away."""
    result = np.zeros(len(points), np.int64)
    bands = np.floor(points[:, 1] / _BAND)
    for band in np.unique(bands):
        own = np.flatnonzero(bands == band)
        low, high = band * _BAND - _BEYOND, (band + 1) * _BAND + _BEYOND
        close = np.flatnonzero((others[:, 1] > low) & (others[:, 1] < high))
        close = close if len(close) else np.arange(len(others))
        far = others[close].astype(np.float32)
        square = (far**2).sum(1)
        for start in range(0, len(own), 2000):
            part = own[start : start + 2000]
            result[part] = close[(square[None] - 2.0 * points[part].astype(np.float32) @ far.T).argmin(1)]
    return result


def _on_triangles(points: Array, triangles: Array) -> tuple[Array, Array]:
    """The place on each triangle float[M, V, 3, 3] about nearest to a point: barycentric weights float[M, V, 3], mm to it."""
    a, ab, ac = triangles[:, :, 0], triangles[:, :, 1] - triangles[:, :, 0], triangles[:, :, 2] - triangles[:, :, 0]
    ap = points[:, None] - a
    d00, d01, d11 = (np.einsum("mvx,mvx->mv", one, other) for one, other in ((ab, ab), (ab, ac), (ac, ac)))
    d20, d21 = (np.einsum("mvx,mvx->mv", ap, other) for other in (ab, ac))
    scale = np.maximum(d00 * d11 - d01 * d01, 1e-12)
    v, w = (d11 * d20 - d01 * d21) / scale, (d00 * d21 - d01 * d20) / scale
    weights = np.clip(np.stack([1.0 - v - w, v, w], axis=-1), 0.0, None)
    weights /= weights.sum(-1, keepdims=True)
    place = np.einsum("mvk,mvkx->mvx", weights, triangles)
    return weights, np.linalg.norm(points[:, None] - place, axis=2)
