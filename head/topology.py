# SPDX-License-Identifier: GPL-3.0-or-later
"""Edge loops of the head: a grid of columns and rows in which blocks around the eyes and the mouth become rings.

The left half is laid out (x ≥ 0, column 0 on the centre line in front, the last column on it behind) and mirrored.
Every ring around an eye or the mouth has as many vertices as the block it replaces has edges, so all faces are quads
and the five-edge poles fall on the corners of the blocks, away from lids and lips.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]

COLUMNS: Final = 25
ROWS: Final = 45
"""Faces of the grid from the middle in front to that behind, and from the crown to the neck."""
EYE_BLOCK: Final = (3, 12, 11, 17)
MOUTH_BLOCK: Final = (0, 7, 24, 32)
"""Left and right column, top and bottom row of what becomes rings."""
CHIN_ROW: Final = 36
"""Row that goes around the chin."""
EYE_RINGS: Final = 8
MOUTH_RINGS: Final = 15
"""Rings from the block inwards."""


@dataclass(frozen=True)
class Cage:
    """The coarse mesh: `quads` int[Q, 4], vertex ids of each structure, and how the halves mirror.

    `grid[row, column]` is −1 inside blocks. `eye[ring, m]` and `mouth[ring, m]` run from the block (ring 0) inwards.
    Eye loops are closed: m = 0 is the inner corner, half of the loop later the outer one, over the upper lid.
    Mouth loops are open half loops: m = 0 on the centre line above, the last on it below, the corner in the middle.
    """

    quads: Index
    count: int
    grid: Index
    eye: Index
    mouth: Index
    mirror: Index
    pole: int


def _block_loop(block: tuple[int, int, int, int], closed: bool) -> list[tuple[int, int]]:
    left, right, top, bottom = block
    middle = (top + bottom) // 2
    over = [(top, column) for column in range(left, right)]
    down = [(row, right) for row in range(top, bottom)]
    back = [(bottom, column) for column in range(right, left, -1)]
    if not closed:
        return [*over, *down, *back, (bottom, left)]
    rise = [(row, left) for row in range(bottom, top, -1)]
    loop = [*over, *down, *back, *rise]
    start = loop.index((middle, left))
    return loop[start:] + loop[:start]


def _inside(block: tuple[int, int, int, int], row: int, column: int, strict: bool) -> bool:
    left, right, top, bottom = block
    if strict:
        on_centre_line = left == 0 and column == 0
        return (left < column or on_centre_line) and column < right and top < row < bottom
    return left <= column < right and top <= row < bottom


def _strip(outer: Index, inner: Index) -> list[tuple[int, int, int, int]]:
    return [(int(outer[m]), int(inner[m]), int(inner[m + 1]), int(outer[m + 1])) for m in range(len(outer) - 1)]


def build_cage() -> Cage:
    """Lay out the left half, close the mouth bag, mirror, and orient all faces outwards."""
    grid = np.full((ROWS + 1, COLUMNS + 1), -1, np.int64)
    count = 0
    for row in range(ROWS + 1):
        for column in range(COLUMNS + 1):
            if not (_inside(EYE_BLOCK, row, column, True) or _inside(MOUTH_BLOCK, row, column, True)):
                grid[row, column] = count
                count += 1
    quads = [
        (int(grid[r, c]), int(grid[r + 1, c]), int(grid[r + 1, c + 1]), int(grid[r, c + 1]))
        for r in range(ROWS)
        for c in range(COLUMNS)
        if not (_inside(EYE_BLOCK, r, c, False) or _inside(MOUTH_BLOCK, r, c, False))
    ]
    rings: list[Index] = []
    for block, depth, closed in ((EYE_BLOCK, EYE_RINGS, True), (MOUTH_BLOCK, MOUTH_RINGS, False)):
        border = np.array([grid[row, column] for row, column in _block_loop(block, closed)])
        loops = np.vstack([border, count + np.arange(depth * len(border)).reshape(depth, -1)])
        count += depth * len(border)
        for outer, inner in pairwise(loops):
            quads += _strip(np.append(outer, outer[0]), np.append(inner, inner[0])) if closed else _strip(outer, inner)
        rings.append(loops)
    eye, mouth = rings
    throat = mouth[-1]
    corner = len(throat) // 2
    quads += [(int(throat[m]), int(throat[-1 - m]), int(throat[-2 - m]), int(throat[m + 1])) for m in range(corner - 1)]
    quads.append((int(throat[corner - 1]), int(throat[corner + 1]), int(throat[corner]), int(throat[corner])))
    pole = count
    count += 1
    quads += [(int(grid[0, c]), int(grid[0, c + 1]), pole, pole) for c in range(COLUMNS)]

    centre = {*grid[:, 0].tolist(), *grid[:, -1].tolist(), *mouth[:, 0].tolist(), *mouth[:, -1].tolist(), pole}
    centre.discard(-1)
    sided = np.array([vertex for vertex in range(count) if vertex not in centre])
    mirror = np.arange(count + len(sided))
    mirror[sided] = count + np.arange(len(sided))
    mirror[count:] = sided
    left = np.array(quads)
    right = mirror[left][:, ::-1]
    right = np.where(right[:, :1] == right[:, 1:2], np.roll(right, -1, axis=1), right)
    return Cage(np.vstack([left, right]), len(mirror), grid, eye, mouth, mirror, pole)
