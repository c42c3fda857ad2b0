# SPDX-License-Identifier: GPL-3.0-or-later
"""Displacements evened out over a mesh, but never from one lip to the other."""

from __future__ import annotations

import numpy as np

from ..fields import Array
from ..mesh import Index


def evened(moves: dict[str, Array], edges: Index, weights: Array, rounds: int = 2) -> dict[str, Array]:
    """Moves float[M, 3] half-way towards the mean of their neighbours by edges int[E, 2], as far as weights float[M] allow.

    Done `rounds` times, more where a shape has a broad, even movement that only a match can break.
    """
    one, other = np.concatenate([edges, edges[:, ::-1]]).T
    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    vertices, starts, counts = np.unique(one, return_index=True, return_counts=True)
    pull = 0.5 * weights[vertices, None]
    result = {}
    for name, move in moves.items():
        even = move.copy()
        for _ in range(rounds if np.abs(move[vertices]).max(initial=0.0) > 0.0 else 0):
            mean = np.add.reduceat(even[other], starts, axis=0) / counts[:, None]
            even[vertices] += pull * (mean - even[vertices])
        result[name] = even
    return result
