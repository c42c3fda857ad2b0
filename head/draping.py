# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay the cage over the form of the head: rows and columns by hand, lips and lids in place, all other vertices evened out."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import form, lids, lips
from .fields import Array, ramp
from .proportions import Proportions
from .topology import CHIN_ROW, EYE_BLOCK, MOUTH_BLOCK, ROWS, Cage

_LONGITUDES: Final = (
    0, 4, 8, 11.5, 16, 21, 26, 31, 36.5, 42, 48, 54, 60.5, 67, 74, 82, 90, 99, 108, 118, 129, 141, 153, 162, 171, 180,
)  # fmt: skip
"""Degrees of each column, from the middle of the face round to the one behind."""
_NOSE_COLUMNS: Final = 4
"""Columns that the nose takes beside the middle."""
_ROUNDS: Final = 30
"""Times that free vertices are moved, and mm that one goes in each at most."""
_LONGEST_STEP: Final = 1.5


def drape(cage: Cage, mm: Proportions) -> Array:
    """Points of the cage, float[C, 3] mm, exactly symmetric."""
    points = np.zeros((len(cage.mirror), 3))
    heights = _lay_grid(points, cage, mm)
    _space_down_the_nose(points, cage, heights, mm)
    _space_down_the_neck(points, cage, mm)
    _lay_rings(points, cage, mm)
    points = mirrored(points, cage.mirror)

    pinned = np.zeros(len(points), bool)
    edges = (cage.eye[lids.EDGE_RING :], cage.mouth[lips.BORDER_RING :], cage.grid[-1])
    nose = cage.grid[EYE_BLOCK[3] - 1 : MOUTH_BLOCK[2], :_NOSE_COLUMNS]
    pinned[np.concatenate([ids.ravel() for ids in edges])] = True
    pinned |= pinned[cage.mirror]
    points[~pinned] = form.project(points[~pinned], mm, 8)
    pinned[nose[nose >= 0]] = True
    pinned |= pinned[cage.mirror]
    return _evened_out(mirrored(points, cage.mirror), cage, pinned, mm)


def mirrored(points: Array, mirror: NDArray[np.int64]) -> Array:
    """Make points float[N, 3] exactly symmetric; those on the centre line get x = 0."""
    ids = np.arange(len(mirror))[:, None]
    flipped = points[mirror] * np.array([-1.0, 1.0, 1.0])
    whole = np.where(ids < mirror[:, None], points, flipped)
    return np.where(ids == mirror[:, None], 0.5 * (points + flipped), whole)


def _lay_grid(points: Array, cage: Cage, mm: Proportions) -> Array:
    """Rows at set heights, rising towards the back below the eyes; returns the heights in front."""
    (_, middle, _), (half_width, tall, half_depth) = mm.cranium
    crown, chin = middle + tall, mm.chin[0][1] - mm.chin[1][1]
    knots = (0, 3, EYE_BLOCK[2], EYE_BLOCK[3], MOUTH_BLOCK[2], MOUTH_BLOCK[3], CHIN_ROW, ROWS)
    mouth = mm.mouth_height
    places = (crown - 5, crown - 33, 27, -22, mouth + 16, mouth - 17, chin - 2, mm.neck_base)
    heights = np.interp(np.arange(ROWS + 1), knots, places)
    theta = np.radians(_LONGITUDES)
    sideways = ramp(0.5, 1.3, theta)
    inwards = np.column_stack([-np.sin(theta) * sideways, 0.0 * theta, -np.cos(theta)])
    inwards /= np.linalg.norm(inwards, axis=1, keepdims=True)
    grid, y = cage.grid[: MOUTH_BLOCK[3] + 1], heights[: MOUTH_BLOCK[3] + 1, None]
    dome = np.sqrt(np.maximum(1.0 - (np.maximum(y - middle, 0.0) / (tall + 3.0)) ** 2, 0.02))
    rise = 13.0 * ramp(EYE_BLOCK[3], CHIN_ROW, np.arange(len(y)))[:, None] * (1.0 - np.cos(theta))
    around = np.stack([half_width * dome * np.sin(theta), y + rise, half_depth * dome * np.cos(theta)], axis=-1)
    landed = form.cast((around - 60.0 * inwards).reshape(-1, 3), np.tile(inwards, (len(y), 1)), mm)
    landed = landed.reshape(*grid.shape, 3)
    points[grid[grid >= 0]] = landed[grid >= 0]
    points[cage.pole] = (0.0, crown, mm.cranium[0][2])
    return np.asarray(heights)


def _space_down_the_nose(points: Array, cage: Cage, heights: Array, mm: Proportions) -> None:
    """Spread rows by length along the profile, so that the underside of the nose gets its share."""
    top, bottom = EYE_BLOCK[3], MOUTH_BLOCK[2]
    for column in range(_NOSE_COLUMNS + 4):
        ids = cage.grid[top : bottom + 1, column]
        y = np.linspace(heights[top], heights[bottom], 160)
        across = np.interp(y, heights[bottom : top - 1 : -1], points[ids[::-1], 0])
        points[ids] = _evenly(form.front(across, y, mm), len(ids))


def _space_down_the_neck(points: Array, cage: Cage, mm: Proportions) -> None:
    """Spread rows by length around the jaw and down the throat, as seen from inside, so that none fold over."""
    inside = np.array([0.0, -40.0, -20.0])
    ids = cage.grid[MOUTH_BLOCK[3] :]
    arm = points[ids[0]] - inside
    around = np.hypot(arm[:, 0], arm[:, 2])
    elevation = np.linspace(np.arctan2(arm[:, 1], around), np.radians(-84.0), 160)[:, :, None]
    level = arm * np.array([1.0, 0.0, 1.0]) / around[:, None]
    outwards = (np.cos(elevation) * level + np.sin(elevation) * np.array([0.0, 1.0, 0.0])).reshape(-1, 3)
    profiles = form.cast(inside + 260.0 * outwards, -outwards, mm).reshape(160, -1, 3)
    for column in range(ids.shape[1]):
        profile = profiles[:, column]
        points[ids[:, column]] = _evenly(profile[: 1 + np.argmax(profile[:, 1] < mm.neck_base)], len(ids))


def _evenly(profile: Array, count: int) -> Array:
    """`count` points evenly spaced by length along a polyline float[N, 3]."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    stops = np.linspace(0.0, length[-1], count)
    return np.column_stack([np.interp(stops, length, profile[:, axis]) for axis in range(3)])


def _lay_rings(points: Array, cage: Cage, mm: Proportions) -> None:
    """Rings from the blocks in to the edges of lids and lips, then the lids' rims, the lips and the mouth."""
    around = cage.eye.shape[1]
    for loops, finished, first in (
        (cage.eye, lids.rims(np.arange(around) / around, mm), lids.EDGE_RING),
        (cage.mouth, lips.rings(cage.mouth.shape[1] // 2, mm), lips.BORDER_RING),
    ):
        for ring in range(1, first):
            share = (ring / first) ** 0.8
            between = (1.0 - share) * points[loops[0]] + share * finished[0]
            points[loops[ring]] = form.front(between[:, 0], between[:, 1], mm)
        for ring, loop in enumerate(finished):
            points[loops[first + ring]] = loop


def _evened_out(points: Array, cage: Cage, pinned: NDArray[np.bool_], mm: Proportions) -> Array:
    """Let free points slide over the form towards the middle of their neighbours."""
    source, target = _neighbours(cage.quads)
    valence = np.bincount(source, minlength=len(points))[:, None]
    free = ~pinned & (np.arange(len(points)) <= cage.mirror)
    for _ in range(_ROUNDS):
        total = np.stack([np.bincount(source, points[target, axis], len(points)) for axis in range(3)], axis=1)
        along = (total / valence - points)[free]
        out = form.normals(points[free], mm)
        along = 0.6 * (along - (along * out).sum(1, keepdims=True) * out)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True) / _LONGEST_STEP, 1.0)
        points[free] = form.project(points[free] + along, mm, 2)
        points = mirrored(points, cage.mirror)
    return points


def _neighbours(quads: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    directed = np.concatenate([np.column_stack([quads[:, k], quads[:, (k + 1) % 4]]) for k in range(4)])
    directed = directed[directed[:, 0] != directed[:, 1]]
    both = np.unique(np.concatenate([directed, directed[:, ::-1]]), axis=0)
    return both[:, 0], both[:, 1]
