# SPDX-License-Identifier: GPL-3.0-or-later
"""The millimetres of geometry.MEASURES taken at a face's landmarks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry import INDEX, MEASURES
from .face_frame import Frame, Vectors
from .landmarks import Landmarks

_TEETH: Final = 2.0
"""Millimetres the upper teeth's edge lies below the upper lip's."""
ABSOLUTE: Final = np.array([name in {"gap", "width", "bite", "lid_left", "lid_right"} for name in MEASURES], np.float32)
"""Measures that are distances; the others are counted from rest."""


def resting(points: Vectors, face: Frame, marks: Landmarks) -> NDArray[np.float32]:
    """float32[M] mm in geometry.MEASURES order of a face at rest, points float32[V, 3]; measures counted from rest are 0."""
    used, rows = _used(marks)
    values = _linear(face.place(points[used])[None], marks, rows)[0]
    values[INDEX["bite"]] -= _TEETH
    return np.asarray(values * ABSOLUTE, np.float32)


def measured(moves: Vectors, face: Frame, marks: Landmarks) -> NDArray[np.float32]:
    """float32[K, M] mm by which displacements float32[K, V, 3] change the measures. Without teeth, bite follows the lower lip."""
    used, rows = _used(marks)
    return _linear(face.turn(moves[:, used]), marks, rows)


def _used(marks: Landmarks) -> tuple[list[int], dict[int, int]]:
    """The vertices that matter, and the row of each."""
    lids = [vertex for pair in marks.lids if pair for vertex in pair]
    used = sorted({*marks.upper, *marks.lower, *marks.corners, marks.upper_outer, marks.lower_outer, marks.chin, *lids})
    return used, {vertex: row for row, vertex in enumerate(used)}


def _linear(placed: NDArray[np.float64], marks: Landmarks, rows: dict[int, int]) -> NDArray[np.float32]:
    """The measures as linear functions of positions, or displacements, float64[K, N, 3] (left, up, front)."""
    upper, lower = ([rows[vertex] for vertex in lip] for lip in (marks.upper, marks.lower))
    right, left = (placed[:, rows[vertex]] for vertex in marks.corners)
    gap = placed[:, upper, 1].mean(1) - placed[:, lower, 1].mean(1)
    result = np.zeros((len(placed), len(MEASURES)), np.float32)
    values = {
        "gap": gap,
        "width": left[:, 0] - right[:, 0],
        "upper_protrusion": placed[:, rows[marks.upper_outer], 2],
        "lower_protrusion": placed[:, rows[marks.lower_outer], 2],
        "chin": -placed[:, rows[marks.chin], 1],
        "corner": (left[:, 1] + right[:, 1]) / 2,
        "lower_roll": placed[:, lower, 2].mean(1) - placed[:, rows[marks.lower_outer], 2],
        "bite": gap,
    }
    for name, lids in zip(("lid_left", "lid_right"), marks.lids, strict=True):
        if lids:
            values[name] = placed[:, rows[lids[0]], 1] - placed[:, rows[lids[1]], 1]
    for name, value in values.items():
        result[:, INDEX[name]] = value
    return result
