# SPDX-License-Identifier: GPL-3.0-or-later
"""The openings of a face: where what can be seen from the front folds away inwards or ends. Mouth, eyes and nostrils are such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from ..mesh import Index
from .surface import Surface, pieces

_FEWEST: Final = 4
"""Vertices of a rim."""


@dataclass(frozen=True, eq=False)
class Opening:
    """`rim` int[R]: the vertices seen around it, which lie between `low` and `high` float[3] mm; `behind`: how many it hides."""

    rim: Index
    low: Array
    high: Array
    behind: int

    @property
    def middle(self) -> Array:
        """The middle of what it spans, float[3] mm."""
        return 0.5 * (self.low + self.high)

    @property
    def size(self) -> Array:
        """How far it spans along each axis, float[3] mm."""
        return self.high - self.low


def openings(surface: Surface, skin: NDArray[np.bool_], hidden: NDArray[np.bool_]) -> list[Opening]:
    """All openings in the skin bool[N], by which of its vertices are hidden bool[N]."""
    ends = surface.open_edge & ~hidden
    inside = skin & (hidden | ends)
    edges = surface.edges[skin[surface.edges].all(1)]
    piece = pieces(len(skin), edges[inside[edges].all(1)])
    around: dict[int, list[int]] = {}
    for one, other in (edges.T, edges.T[::-1]):
        crossing = inside[one] & ~inside[other]
        for label, vertex in zip(piece[one[crossing]].tolist(), other[crossing].tolist(), strict=True):
            around.setdefault(label, []).append(vertex)
    edge_of: dict[int, list[int]] = {}
    for vertex in np.flatnonzero(skin & ends & (surface.welded == np.arange(len(skin)))).tolist():
        edge_of.setdefault(int(piece[vertex]), []).append(vertex)
    counts = np.bincount(piece[inside], minlength=len(skin))
    found = []
    for label in {*around, *edge_of}:
        own = edge_of.get(label, [])
        rim = np.unique(own if len(own) >= max(_FEWEST, len(set(around.get(label, []))) // 2) else around.get(label, own))
        if len(rim) >= _FEWEST:
            found.append(Opening(rim, surface.points[rim].min(0), surface.points[rim].max(0), int(counts[label])))
    return found
