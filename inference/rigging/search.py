# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys that open the mouth and blink, found by what they do alone: where names fail, all else starts from these.

A face is symmetric, its surface bulges forward, and what moves most in it drops: that gives its axes. Only an opening mouth parts
neighbours in the middle of a face; only lids move far on both sides of it and not between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .face_frame import Vectors
from .parts import Face

_FACE_WIDTH: Final = 125.0
"""Millimetres across what moves in an adult face, ear to ear along the jaw."""
_CELLS: Final = 24
_IN_STRIP: Final = 300
_IN_FACE: Final = 4000
_STRIP: Final = 7.0
_NEIGHBOUR: Final = 7.0
_PARTED: Final = 2.0
_CLOSED: Final = 2.5
_STILL: Final = 0.3
_FEWEST: Final = 12


@dataclass(frozen=True, eq=False)
class _Guess:
    """Sources found under one guess at the axes, float32[V, 3] each, and how much speaks for it."""

    moves: dict[str, Vectors]
    score: float


def openers_and_blinks(face: Face, blinks: Sequence[Vectors] = ()) -> dict[str, Vectors]:
    """The displacements float32[V, 3] of “jawOpen”, “eyeBlinkLeft” and “eyeBlinkRight”, as far as they can be told.

    blinks: what names say closes an eye. Where that rises a face is upside down, and what seems to open its mouth closes it.
    """
    strong = np.flatnonzero(face.mobile > 0.1 * face.mobile.max(initial=0.0))
    if len(strong) < _FEWEST:
        return {}
    points = face.points[strong].astype(np.float64)
    upright = [axes for axes in _possible_axes(points) if all(float((blink @ axes[1]).sum()) <= 0.0 for blink in blinks)]
    guesses = [_guess(face, points, axes) for axes in upright or _possible_axes(points)]
    best = max(guesses, key=lambda guess: guess.score)
    return best.moves


def _guess(face: Face, points: NDArray[np.float64], axes: NDArray[np.float64]) -> _Guess:
    placed = face.points.astype(np.float64) @ axes.T - [np.percentile(points @ axes[0], [1, 99]).mean(), 0.0, 0.0]
    mobile = face.mobile * np.linalg.norm(axes[0]) > _STILL
    strip = _thinned(np.flatnonzero(mobile & (np.abs(placed[:, 0]) < _STRIP)), _IN_STRIP)
    turn = axes.T.astype(np.float32)
    opener, seam, parted = _opener(placed[strip], face.moves[:, strip] @ turn)
    if opener is None:
        return _Guess({}, 0.0)
    found, score = {"jawOpen": face.moves[opener]}, parted
    upper = _thinned(np.flatnonzero(mobile), _IN_FACE)
    for source, key, fall in _blinks(placed[upper], face.moves[:, upper] @ turn, seam):
        side = placed[:, 0] > 0.0 if source.endswith("Left") else placed[:, 0] < 0.0
        found[source] = np.where(side[:, None], face.moves[key], np.float32(0.0))
        score += fall
    return _Guess(found, score)


def _thinned(vertices: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    return vertices[:: max(1, len(vertices) // count)]


def _possible_axes(points: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Rows left, up, front times rough millimetres per unit, for each way that up can be."""
    lateral = _symmetric_axis(points)
    aside = np.abs(points[:, lateral] - np.median(points[:, lateral]))
    width = float(np.subtract(*np.percentile(points[:, lateral], [98, 2])))
    for axis in (axis for axis in range(3) if axis != lateral):
        depth = 3 - lateral - axis
        front = np.zeros(3)
        front[depth] = -np.sign(np.cov(aside, points[:, depth])[0, 1]) or 1.0
        for sign in (1.0, -1.0):
            up = np.zeros(3)
            up[axis] = sign
            yield np.stack([np.cross(up, front), up, front]) * (_FACE_WIDTH / max(width, 1e-12))


def _symmetric_axis(points: NDArray[np.float64]) -> int:
    """The axis along which the points mirror best, x unless another is clearly better."""
    size = float(np.ptp(points, axis=0).max()) or 1.0
    scores = []
    for axis in range(3):
        low, high = np.percentile(points[:, axis], [1, 99])
        centred = points - (points.min(0) + points.max(0)) / 2
        centred[:, axis] = points[:, axis] - (low + high) / 2
        cells = {tuple(row) for row in np.round(centred / size * _CELLS).astype(int)}
        mirror = np.array(list(cells))
        mirror[:, axis] *= -1
        scores.append(sum(tuple(row) in cells for row in mirror) / len(cells))
    best = int(np.argmax(scores))
    return 0 if scores[0] > 0.8 * scores[best] else best


def _opener(placed: NDArray[np.float64], moved: NDArray[np.float32]) -> tuple[int | None, NDArray[np.float64], float]:
    """The key that parts neighbours in the middle most while what it moves drops, where the two lie, and how far they part."""
    nothing = None, np.zeros(3), 0.0
    apart = np.linalg.norm(placed[:, None] - placed[None], axis=2)
    above = placed[:, 1][:, None] - placed[:, 1][None]
    first, second = np.nonzero((apart < _NEIGHBOUR) & (apart > 0.0) & (above > -1.0))
    if not len(first):
        return nothing
    vertical = moved[:, :, 1]
    parted = vertical[:, first] - vertical[:, second] - (0.3 * apart[first, second]).astype(np.float32)
    parted *= -vertical[:, second] > vertical[:, first]  # the lower one falls: lips pushed across each other part too
    best = parted.argmax(1)
    size = parted[np.arange(len(parted)), best]
    fallen, all_told = -np.minimum(vertical, 0.0).sum(1), np.abs(vertical).sum(1)
    score = size * fallen / np.maximum(all_told, 1e-9) * np.sqrt(fallen / max(float(fallen.max(initial=0.0)), 1e-9))
    key = int(score.argmax())
    if size[key] < _PARTED:
        return nothing
    pair = best[key]
    return key, (placed[first[pair]] + placed[second[pair]]) / 2, float(score[key])


def _blinks(placed: NDArray[np.float64], moved: NDArray[np.float32], seam: NDArray[np.float64]) -> list[tuple[str, int, float]]:
    """Source, key and millimetres of the lids of each eye."""
    above = placed[:, 1] > seam[1] + 18.0
    energy = np.square(moved).sum(2)
    total = np.maximum(energy.sum(1), 1e-12)
    found = []
    for source, side in (("eyeBlinkLeft", 1.0), ("eyeBlinkRight", -1.0)):
        mask = above & (side * placed[:, 0] > 6.0)
        middle = above & (np.abs(placed[:, 0]) <= 6.0)
        share = energy[:, mask].sum(1) / total
        elsewhere = energy[:, ~above].sum(1) / total
        between = energy[:, middle].sum(1) / total
        fall = -moved[:, :, 1]
        furthest = np.where(mask, fall, 0.0).max(1, initial=0.0)
        reach = np.sqrt(np.where(mask, energy, 0.0).max(1, initial=0.0))
        lidlike = (share > 0.3) & (elsewhere < 0.15) & (between < 0.05) & (furthest > 0.6 * reach)
        score = np.where(lidlike, furthest, 0.0)
        key = int(score.argmax()) if len(score) else 0
        if len(score) and score[key] > _CLOSED:
            found.append((source, key, float(score[key])))
    return found
