# SPDX-License-Identifier: GPL-3.0-or-later
"""Displacements evened out over a mesh, but never from one lip to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from ..mesh import Index

_NEAR: Final = 4
"""Rounds that only what is close to a movement sees."""


def evened(moves: dict[str, Array], edges: Index, weights: Array, rounds: int = 2) -> dict[str, Array]:
    """Moves float[M, 3] half-way towards the mean of their neighbours by edges int[E, 2], as far as weights float[M] allow.

    Done `rounds` times, more where a shape has a broad, even movement that only a match can break.
    """
    one, other = np.concatenate([edges, edges[:, ::-1]]).T
    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    wholly = _Ring.of(one, other, weights > 0.0)
    result = {}
    for name, move in moves.items():
        even = result[name] = move.copy()
        moving = (move != 0.0).any(1)
        if not moving.any():
            continue
        ring = wholly
        if rounds <= _NEAR:  # nothing further away is reached
            for _ in range(rounds):
                moving[one[moving[other]]] = True
            ring = _Ring.of(one, other, moving & (weights > 0.0))
        pull = 0.5 * weights[ring.vertices, None]
        for _ in range(rounds if len(ring.vertices) else 0):
            mean = np.add.reduceat(even[ring.around], ring.starts, axis=0) / ring.counts[:, None]
            even[ring.vertices] += pull * (mean - even[ring.vertices])
    return result


@dataclass(frozen=True, eq=False)
class _Ring:
    """Some `vertices` int[K], and the neighbours of all of them `around` one after the other, from `starts`, `counts` of each."""

    vertices: Index
    around: Index
    starts: Index
    counts: Index

    @classmethod
    def of(cls, one: Index, other: Index, wanted: NDArray[np.bool_]) -> _Ring:
        """Of the `wanted` bool[M] among the sorted ends `one` of edges to `other`."""
        own = wanted[one]
        vertices, starts, counts = np.unique(one[own], return_index=True, return_counts=True)
        return cls(vertices, other[own], starts, counts)
