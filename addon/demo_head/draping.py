# SPDX-License-Identifier: GPL-3.0-or-later
"""The cage draped over the form: rows and columns laid by hand, lips and lids in place, the rest evened out."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import form, lids, lips
from . import proportions as mm
from .fields import Array, ramp
from .topology import EYE_BLOCK, MOUTH_BLOCK, ROWS, Cage

_LONGITUDES: Final = (
    0, 4, 8, 11.5, 17, 23, 29, 35, 42, 49, 56, 63, 71, 79, 87, 95, 103, 111, 120, 129, 139, 149, 159, 169.5, 180,
)  # fmt: skip
_CROWN: Final = (0.0, 120.0, -4.0)
_HALF_WIDTH: Final = 72.0
_HALF_DEPTH: Final = 92.0
_NOSE_COLUMNS: Final = 4
_ROUNDS: Final = 30
_LONGEST_STEP: Final = 1.5


def drape(cage: Cage) -> Array:
    """Points of the cage, float[C, 3] mm, exactly symmetric."""
    points = np.zeros((len(cage.mirror), 3))
    heights = _lay_grid(points, cage)
    _space_down_the_nose(points, cage, heights)
    _space_down_the_neck(points, cage)
    _lay_rings(points, cage)
    points = mirrored(points, cage.mirror)

    pinned = np.zeros(len(points), bool)
    edges = (cage.eye[lids.EDGE_RING :], cage.mouth[lips.BORDER_RING :], cage.grid[-1])
    nose = cage.grid[EYE_BLOCK[3] - 1 : MOUTH_BLOCK[2], :_NOSE_COLUMNS]
    pinned[np.concatenate([ids.ravel() for ids in edges])] = True
    pinned |= pinned[cage.mirror]
    points[~pinned] = form.project(points[~pinned], 8)
    pinned[nose[nose >= 0]] = True
    pinned |= pinned[cage.mirror]
    return _evened_out(mirrored(points, cage.mirror), cage, pinned)


def mirrored(points: Array, mirror: NDArray[np.int64]) -> Array:
    """Make points float[N, 3] exactly symmetric; those on the centre line get x = 0."""
    ids = np.arange(len(mirror))[:, None]
    flipped = points[mirror] * np.array([-1.0, 1.0, 1.0])
    whole = np.where(ids < mirror[:, None], points, flipped)
    return np.where(ids == mirror[:, None], 0.5 * (points + flipped), whole)


def _lay_grid(points: Array, cage: Cage) -> Array:
    """Rows at set heights, rising towards the back below the eyes; returns the heights in front."""
    knots = (0, EYE_BLOCK[2], EYE_BLOCK[3], MOUTH_BLOCK[2], MOUTH_BLOCK[3], 34, ROWS)
    heights = np.interp(np.arange(ROWS + 1), knots, (116, 26, -21, -47, -80, -101, mm.NECK_BASE))
    theta = np.radians(_LONGITUDES)
    sideways = ramp(0.5, 1.3, theta)
    inwards = np.column_stack([-np.sin(theta) * sideways, 0.0 * theta, -np.cos(theta)])
    inwards /= np.linalg.norm(inwards, axis=1, keepdims=True)
    grid, y = cage.grid[: MOUTH_BLOCK[3] + 1], heights[: MOUTH_BLOCK[3] + 1, None]
    dome = np.sqrt(np.maximum(1.0 - (np.maximum(y - 40.0, 0.0) / 80.0) ** 2, 0.02))
    rise = 13.0 * ramp(15.0, 35.0, np.arange(len(y)))[:, None] * (1.0 - np.cos(theta))
    around = np.stack([_HALF_WIDTH * dome * np.sin(theta), y + rise, _HALF_DEPTH * dome * np.cos(theta)], axis=-1)
    landed = form.cast((around - 60.0 * inwards).reshape(-1, 3), np.tile(inwards, (len(y), 1))).reshape(*grid.shape, 3)
    points[grid[grid >= 0]] = landed[grid >= 0]
    points[cage.pole] = _CROWN
    return np.asarray(heights)


def _space_down_the_nose(points: Array, cage: Cage, heights: Array) -> None:
    """Spread rows by length along the profile, so that the underside of the nose gets its share."""
    top, bottom = EYE_BLOCK[3], MOUTH_BLOCK[2]
    for column in range(_NOSE_COLUMNS + 4):
        ids = cage.grid[top : bottom + 1, column]
        y = np.linspace(heights[top], heights[bottom], 160)
        across = np.interp(y, heights[bottom : top - 1 : -1], points[ids[::-1], 0])
        points[ids] = _evenly(form.front(across, y), len(ids))


def _space_down_the_neck(points: Array, cage: Cage) -> None:
    """Spread rows by length around the jaw and down the throat, as seen from inside, so that none fold over."""
    inside = np.array([0.0, -40.0, -20.0])
    ids = cage.grid[MOUTH_BLOCK[3] :]
    arm = points[ids[0]] - inside
    around = np.hypot(arm[:, 0], arm[:, 2])
    elevation = np.linspace(np.arctan2(arm[:, 1], around), np.radians(-84.0), 160)[:, :, None]
    level = arm * np.array([1.0, 0.0, 1.0]) / around[:, None]
    outwards = (np.cos(elevation) * level + np.sin(elevation) * np.array([0.0, 1.0, 0.0])).reshape(-1, 3)
    profiles = form.cast(inside + 260.0 * outwards, -outwards).reshape(160, -1, 3)
    for column in range(ids.shape[1]):
        profile = profiles[:, column]
        points[ids[:, column]] = _evenly(profile[: 1 + np.argmax(profile[:, 1] < mm.NECK_BASE)], len(ids))


def _evenly(profile: Array, count: int) -> Array:
    """`count` points evenly spaced by length along a polyline float[N, 3]."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    stops = np.linspace(0.0, length[-1], count)
    return np.column_stack([np.interp(stops, length, profile[:, axis]) for axis in range(3)])


def _lay_rings(points: Array, cage: Cage) -> None:
    """Rings from the blocks in to the edges of lids and lips, then the lids' rims, the lips and the mouth."""
    around = cage.eye.shape[1]
    for loops, finished, first in (
        (cage.eye, lids.rims(np.arange(around) / around), lids.EDGE_RING),
        (cage.mouth, lips.rings(cage.mouth.shape[1] // 2), lips.BORDER_RING),
    ):
        for ring in range(1, first):
            share = (ring / first) ** 0.8
            between = (1.0 - share) * points[loops[0]] + share * finished[0]
            points[loops[ring]] = form.front(between[:, 0], between[:, 1])
        for ring, loop in enumerate(finished):
            points[loops[first + ring]] = loop


def _evened_out(points: Array, cage: Cage, pinned: NDArray[np.bool_]) -> Array:
    """Let free points slide over the form towards the middle of their neighbours."""
    source, target = _neighbours(cage.quads)
    valence = np.bincount(source, minlength=len(points))[:, None]
    free = ~pinned & (np.arange(len(points)) <= cage.mirror)
    for _ in range(_ROUNDS):
        total = np.stack([np.bincount(source, points[target, axis], len(points)) for axis in range(3)], axis=1)
        along = (total / valence - points)[free]
        out = form.normals(points[free])
        along = 0.6 * (along - (along * out).sum(1, keepdims=True) * out)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True) / _LONGEST_STEP, 1.0)
        points[free] = form.project(points[free] + along, 2)
        points = mirrored(points, cage.mirror)
    return points


def _neighbours(quads: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    directed = np.concatenate([np.column_stack([quads[:, k], quads[:, (k + 1) % 4]]) for k in range(4)])
    directed = directed[directed[:, 0] != directed[:, 1]]
    both = np.unique(np.concatenate([directed, directed[:, ::-1]]), axis=0)
    return both[:, 0], both[:, 1]
