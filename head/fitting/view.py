# SPDX-License-Identifier: GPL-3.0-or-later
"""A surface seen from the front: how far forward it comes at every place, and which vertices can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from ..mesh import Index

_FINEST: Final = 48
_BEHIND: Final = 1.3
"""Millimetres behind the foremost surface at which a vertex counts as hidden."""


@dataclass(frozen=True, eq=False)
class View:
    """`depth` float[H, W]: the foremost z in each cell of `step` mm, −inf where there is nothing; cell [0, 0] is at `corner`."""

    depth: Array
    corner: tuple[float, float]
    step: float

    def at(self, points: Array) -> Array:
        """The foremost z at the places of points float[N, 2 or 3]; −inf outside."""
        column = np.round((points[:, 0] - self.corner[0]) / self.step).astype(int)
        row = np.round((points[:, 1] - self.corner[1]) / self.step).astype(int)
        inside = (row >= 0) & (row < self.depth.shape[0]) & (column >= 0) & (column < self.depth.shape[1])
        result = np.full(len(points), -np.inf)
        result[inside] = self.depth[row[inside], column[inside]]
        return result

    def hides(self, points: Array, normals: Array) -> NDArray[np.bool_]:
        """Which points lie behind the surface, or face backwards: bool[N]. What is steep is given more room."""
        steep = np.clip(1.0 / np.maximum(np.abs(normals[:, 2]), 0.25), 1.0, 4.0)
        return (points[:, 2] < self.at(points) - _BEHIND - 0.5 * self.step * (steep - 1.0)) | (normals[:, 2] < -0.35)

    def profile(self, half: float) -> tuple[Array, Array]:
        """Heights, and the foremost z at each in a strip |x| < `half`; −inf where there is nothing."""
        x = self.corner[0] + self.step * np.arange(self.depth.shape[1])
        strip = self.depth[:, np.abs(x) < half]
        return np.asarray(self.corner[1] + self.step * np.arange(len(self.depth)), float), np.asarray(strip.max(1))


def front(points: Array, triangles: Index, low: tuple[float, float], high: tuple[float, float], step: float) -> View:
    """Look at triangles int[T, 3] from the front (along −z), within a window of x and y."""
    width, height = (int(np.ceil((b - a) / step)) + 1 for a, b in zip(low, high, strict=True))
    depth = np.full(height * width, -np.inf)
    corners = points[triangles]
    flat = corners[..., :2]
    inside = ((flat.max(1) >= low) & (flat.min(1) <= high)).all(1)
    corners, flat = corners[inside], flat[inside]
    longest = np.max([np.linalg.norm(flat[:, i] - flat[:, i - 1], axis=1) for i in range(3)], axis=0, initial=0.0)
    pieces = np.clip(np.ceil(longest / (0.7 * step)), 1, _FINEST).astype(int)
    for count in np.unique(pieces):
        u, v = (grid.ravel() for grid in np.meshgrid(np.arange(count + 1), np.arange(count + 1)))
        kept = u + v <= count
        u, v = u[kept] / count, v[kept] / count
        weights = np.column_stack([1.0 - u - v, u, v])
        for chunk in np.array_split(corners[pieces == count], max(1, (pieces == count).sum() * len(weights) // 500_000)):
            samples = (weights @ chunk).reshape(-1, 3)
            column = np.round((samples[:, 0] - low[0]) / step).astype(int)
            row = np.round((samples[:, 1] - low[1]) / step).astype(int)
            fits = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            np.maximum.at(depth, row[fits] * width + column[fits], samples[fits, 2])
    return View(depth.reshape(height, width), low, step)
