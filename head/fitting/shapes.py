# SPDX-License-Identifier: GPL-3.0-or-later
"""The 52 shapes of a bare head: the model's displacements, from where each vertex belongs on it, stretched to the face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.arkit import NAMES
from ..fields import Array, ramp
from ..mesh import Index
from . import landmarks
from .companions import companion_shapes
from .fit import Fit, fitted
from .landmarks import Marks
from .lids import lid_moves
from .matching import match
from .model import model
from .placing import Sight
from .smoothing import evened

_JAW: Final = frozenset({"jawOpen", "jawForward", "jawLeft", "jawRight", "mouthClose"})
"""Moved by how the whole face is stretched, so that teeth go along and closures undo what the jaw did."""
_BROAD: Final = ("jawOpen", "jawForward", "jawLeft", "jawRight", "mouthClose", "cheekPuff")
_BROADLY: Final = 10
"""Rounds of evening for shapes that move a broad patch of skin, away from lips and lids: under the jaw a match may step."""
_UNDER_CHIN: Final = 14.0
"""Millimetres below the chin at which skin is the throat's."""
_NAPE: Final = (-16.0, 4.0)
"""How far in front of the ears the throat begins, in mm."""
_TAKEN_UP: Final = 24.0
"""Millimetres over which the throat takes up what the jaw pushes."""
_FADE: Final = (14.0, 28.0)
_BEHIND: Final = (-36.0, -16.0)
"""Where on the model the back of the head begins, which nothing moves."""
_STRETCH: Final = (0.45, 2.2)
_BOUNDS: Final = np.array([[-100.0, -190.0, -70.0], [100.0, 115.0, 150.0]])
_STILL: Final = 0.03
"""Millimetres; less is nothing."""


@dataclass(frozen=True, eq=False)
class FaceShapes:
    """`shapes` name → float32[N, 3], those that move anything; `marks`: where the landmarks were. Both in the meshes' space."""

    shapes: dict[str, NDArray[np.float32]]
    marks: Marks


def make_shapes(sight: Sight, marks: Mapping[str, Array]) -> FaceShapes:
    """All shapes for a face with landmarks in mm. Raises ParlanceError where landmarks are missing."""
    fit = fitted(sight, marks)
    surface = sight.surface
    moves = {name: np.zeros_like(surface.points) for name in NAMES}
    own = _face_vertices(sight, fit)
    for name, move in _skin_moves(sight, fit, own, marks).items():
        moves[name][own] = move
    for name, move in companion_shapes(sight, fit, moves, marks).items():
        moves[name] += move
    back = np.linalg.inv(sight.place.axes)
    shapes = {name: (move @ back.T).astype(np.float32) for name, move in moves.items() if np.abs(move).max(initial=0.0) > _STILL}
    return FaceShapes(shapes, {name: sight.place.from_mm(np.asarray(point)) for name, point in marks.items()})


def _face_vertices(sight: Sight, fit: Fit) -> Index:
    """The vertices of the skin that the model reaches."""
    skin = np.flatnonzero(sight.features.skin)
    roughly = sight.surface.points[skin] @ fit.stretch.T
    middle = fit.onto(sight.surface.points[skin[:1]]) - roughly[:1]
    near = ((roughly + middle > _BOUNDS[0] - 40.0) & (roughly + middle < _BOUNDS[1] + 40.0)).all(1)
    skin = skin[near]
    placed = fit.onto(sight.surface.points[skin])
    inside: Index = skin[((placed > _BOUNDS[0]) & (placed < _BOUNDS[1])).all(1)]
    return inside


def _skin_moves(sight: Sight, fit: Fit, own: Index, marks: Mapping[str, Array]) -> dict[str, Array]:
    """All 52 for the vertices `own` of the skin, float[M, 3] mm each."""
    pattern, points, rims = model(), sight.surface.points[own], landmarks.rims(sight, marks)
    side = landmarks.sides(sight.surface, sight.features, marks, rims)[own]
    placed, inverse = fit.onto(points), np.linalg.inv(_bounded(fit.softly.slope(points), fit.stretch))
    normals = np.einsum("nij,ni->nj", inverse, sight.surface.normals[own])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    found = match(placed, normals, side, pattern)
    reach = (1.0 - ramp(*_FADE, found.apart))[:, None] * ramp(*_BEHIND, placed[:, 2])[:, None]
    whole = np.linalg.inv(fit.stretch)
    moves = {}
    for name, shape in pattern.shapes.items():
        move = found.take(shape) * reach
        moves[name] = move @ whole.T if name in _JAW else np.einsum("nij,nj->ni", inverse, move)
    moves = _evened(sight, own, side, moves, float(np.asarray(marks["chin"])[1]) if "chin" in marks else -np.inf)
    for name, move, wholly in lid_moves(sight, marks, rims, own):
        moves[name] = move + (1.0 - wholly)[:, None] * moves[name]
    return moves


def _evened(sight: Sight, own: Index, side: Index, moves: dict[str, Array], chin: float) -> dict[str, Array]:
    """Without the steps of a match: neighbours move alike, but for those across the gap of the mouth. chin: its height, mm."""
    place = np.full(len(sight.surface.points), -1, np.int64)
    place[own] = np.arange(len(own))
    edges = place[sight.surface.edges]
    edges = edges[(edges >= 0).all(1)]
    lips = side[edges]
    edges = edges[~((lips.min(1) == 1) & (lips.max(1) == 2))]
    points = sight.surface.points[own]
    lengths = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    fine = np.ones(len(own))
    np.minimum.at(fine, edges.ravel(), np.repeat(1.0 - ramp(3.0, 7.0, lengths), 2))
    moves = evened(moves, edges, fine)
    off_lips = fine * (side == 0)
    broad = evened({name: moves[name] for name in _BROAD}, edges, off_lips, _BROADLY)
    throat = ramp(0.0, _UNDER_CHIN, chin - points[:, 1]) * ramp(*_NAPE, points[:, 2])
    below = lengths[(throat[edges] > 0.0).all(1)]
    if len(below):  # a neck that stands elsewhere than the model's takes up what the jaw pushes, rather than fold
        rounds = int(np.clip(2.0 * (_TAKEN_UP / max(float(np.median(below)), 1e-6)) ** 2, 4, 80))
        broad = evened(broad, edges, throat, rounds)
    return {**moves, **broad}


def _bounded(slope: Array, stretch: Array) -> Array:
    """The local stretch, kept within bounds of the whole's, so that a crease in the fit tears nothing."""
    size = float(np.cbrt(abs(np.linalg.det(stretch))))
    u, values, vt = np.linalg.svd(slope)
    return np.asarray(np.einsum("nij,nj,njk->nik", u, np.clip(values, size * _STRETCH[0], size * _STRETCH[1]), vt))
