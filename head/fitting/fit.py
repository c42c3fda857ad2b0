# SPDX-License-Identifier: GPL-3.0-or-later
"""The model brought onto a head: aligned and scaled by landmarks, then bent until the surfaces lie on each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ...inference.errors import ParlanceError
from ..fields import Array
from . import landmarks, warp
from .eyeballs import Ball
from .features import look
from .matching import match
from .model import Model, model
from .placing import Place, Sight
from .warp import Warp

_SAMPLES: Final = 130
"""Places of the skin that are fitted beside the landmarks."""
_LOOSE: Final = 25.0
"""How roughly these are met, as warp.fit() takes it."""
_SOFT: Final = 60.0
"""How roughly everything is, for a fit without its finest bends."""
_ROUNDS: Final = (30.0, 16.0)
"""Millimetres within which the surfaces are looked for, first roughly and then closer."""
_CLEAR: Final = 9.0
"""Millimetres around landmarks without other places."""


@dataclass(frozen=True, eq=False)
class Fit:
    """`onto` takes points of the head in mm to the model.

    `softly` is the same without its finest bends, to tell how a place is stretched; `stretch` float[3, 3] is how the whole is.
    """

    onto: Warp
    softly: Warp
    stretch: Array


def settled(sight: Sight) -> Sight:
    """The face placed again on the model's axes and at its size, with its features found anew."""
    marks, theirs = landmarks.propose(sight), model().marks
    shared = [name for name in theirs if name in marks]
    if len(shared) < 4:
        return sight
    turn, shift = warp.similarity(np.array([marks[name] for name in shared]), np.array([theirs[name] for name in shared]))
    scale = float(np.cbrt(np.linalg.det(turn)))
    place = Place(turn @ sight.place.axes, turn @ sight.place.offset - shift)
    surface = sight.surface.placed(sight.surface.points @ turn.T + shift)
    balls = None
    if sight.balls is not None:
        left, right = (Ball(turn @ ball.centre + shift, ball.radius * scale, ball.islands) for ball in sight.balls)
        balls = (left, right)
    top = float(surface.points[sight.features.skin & (np.abs(surface.points[:, 0]) < 90.0), 1].max())
    features = look(surface, sight.features.skin, balls, top)
    if features is None or features.score < sight.features.score - 0.1:
        return sight
    return Sight(surface, place, balls, features)


def fitted(sight: Sight, marks: Mapping[str, Array]) -> Fit:
    """Fit the model to a face with landmarks in mm. Raises ParlanceError where those that are needed are missing."""
    missing = [name for name in landmarks.NEEDED if name not in marks]
    if missing:
        raise ParlanceError(f"The {missing[0].replace('_', ' ')} was not found; show the landmarks and place it.")
    pattern = model()
    shared = [name for name in landmarks.NAMES if name in marks and name in pattern.marks]
    mine, theirs = np.array([marks[name] for name in shared]), np.array([pattern.marks[name] for name in shared])
    turn, shift = warp.similarity(mine, theirs)
    affine = np.vstack([turn.T, shift])
    onto = Warp(mine, np.zeros_like(mine), affine)
    start, end, loose = mine, theirs, np.zeros(len(mine))
    for reach in _ROUNDS:
        found, places = _touching(sight, pattern, onto, reach, theirs)
        start, end = np.concatenate([mine, found]), np.concatenate([theirs, places])
        loose = np.concatenate([np.full(len(mine), 0.05), np.full(len(found), _LOOSE)])
        onto = warp.fit(start, end, loose)
    design = np.column_stack([start, np.ones(len(start))])
    stretch = np.linalg.lstsq(design, end, rcond=None)[0][:3].T
    return Fit(onto, warp.fit(start, end, np.full(len(start), _SOFT)), stretch)


def _touching(sight: Sight, pattern: Model, onto: Warp, reach: float, marked: Array) -> tuple[Array, Array]:
    """Places of the head's skin away from the landmarks, and where on the model each lies nearest."""
    surface, features = sight.surface, sight.features
    bounds = np.array([[-85.0, -115.0, -30.0], [85.0, 85.0, 130.0]])
    candidates = np.flatnonzero(features.skin & ~features.hidden)
    placed = onto(surface.points[candidates])
    near = ((placed > bounds[0]) & (placed < bounds[1])).all(1)
    candidates, placed = candidates[near], placed[near]
    chosen = _spread(placed, _SAMPLES)
    candidates, placed = candidates[chosen], placed[chosen]
    slope = np.linalg.inv(onto.slope(surface.points[candidates]))
    normals = np.einsum("nij,ni->nj", slope, surface.normals[candidates])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    found = match(placed, normals, np.zeros(len(placed), np.int64), pattern)
    place = found.take(pattern.skin.points)
    alike = (found.take(pattern.skin.normals) * normals).sum(1) > 0.6
    clear = np.linalg.norm(place[:, None] - marked[None], axis=2).min(1) > _CLEAR
    kept = alike & clear & (found.apart < reach)
    return surface.points[candidates[kept]], place[kept]


def _spread(points: Array, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Numbers of about `count` points spread evenly, by cells that shrink until there are enough."""
    for size in (24.0, 20.0, 17.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0):
        _, first = np.unique(np.round(points / size).astype(int), axis=0, return_index=True)
        if len(first) >= count:
            break
    return first
