# SPDX-License-Identifier: GPL-3.0-or-later
"""What is seen between the lips: which part of a head lies in front in each square of a grid, by a depth buffer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

STEP = 0.25
"""Millimetres between two rays."""
HALF = (30.0, 26.0)
"""Millimetres to either side of the mouth, and above and below it, that are looked at."""


@dataclass(frozen=True, eq=False)
class Surface:
    """A part of a head, posed: points float[N, 3] mm (left, up, front), faces int[M, 3]."""

    points: NDArray[np.float64]
    faces: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class View:
    """`front` int[H, W]: the number of the part in front in each square from top to bottom, -1 for none; `names` of the parts;
    `across` float[W] mm from the middle of the mouth."""

    front: NDArray[np.int64]
    names: tuple[str, ...]
    across: NDArray[np.float64]

    def area(self, name: str) -> float:
        """Square millimetres of a part that are seen."""
        return float((self.front == self.names.index(name)).sum()) * STEP**2

    def height(self, name: str, half_width: float) -> float:
        """Millimetres of a part that are seen, on average over columns less than `half_width` from the middle."""
        columns = np.abs(self.across) < half_width
        return float((self.front[:, columns] == self.names.index(name)).sum(0).mean()) * STEP


def look(parts: Mapping[str, Surface], mouth: NDArray[np.float64], turn: float = 0.0) -> View:
    """A head seen from far away, straight at its mouth, or from `turn` degrees towards its left."""
    angle = radians(turn)
    towards = np.array([[cos(angle), 0.0, sin(angle)], [0.0, 1.0, 0.0], [-sin(angle), 0.0, cos(angle)]])
    size = tuple(round(2.0 * half / STEP) for half in HALF)
    nearest = np.full(size, -np.inf)
    front = np.full(size, -1, np.int64)
    for number, surface in enumerate(parts.values()):
        seen = (surface.points - mouth) @ towards
        seen[:, :2] = (seen[:, :2] + HALF) / STEP - 0.5
        _draw(seen[surface.faces], nearest, front, number)
    return View(front.T[::-1], tuple(parts), (np.arange(size[0]) + 0.5) * STEP - HALF[0])


def _draw(triangles: NDArray[np.float64], nearest: NDArray[np.float64], front: NDArray[np.int64], number: int) -> None:
    """Triangles float[M, 3, 3] (column, row, depth) into the buffer."""
    low = np.ceil(triangles[:, :, :2].min(1)).astype(int).clip(0)
    high = np.minimum(np.floor(triangles[:, :, :2].max(1)).astype(int), np.array(nearest.shape) - 1)
    for corner, first, last in zip(triangles, low, high, strict=True):
        if (first > last).any():
            continue
        here = slice(first[0], last[0] + 1), slice(first[1], last[1] + 1)
        x, y = np.arange(first[0], last[0] + 1)[:, None], np.arange(first[1], last[1] + 1)
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corner
        whole = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
        if abs(whole) < 1e-9:
            continue
        one = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / whole
        two = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / whole
        three = 1.0 - one - two
        depth = np.where((one >= 0) & (two >= 0) & (three >= 0), one * az + two * bz + three * cz, -np.inf)
        closer = depth > nearest[here]
        nearest[here][closer] = depth[closer]
        front[here][closer] = number
