# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit sparse Bézier keys to dense curves within a tolerance, many curves at once.

Keys lie on the curve, at whole frames. Every key has one slope, and its handles reach a third of the way to its neighbours,
so that within a segment the value is a cubic of the frame: what is fitted here is a cubic Hermite spline. Slopes are limited
so that no segment leaves the band between its two keys (Fritsch and Carlson 1980); extrema are flat.

All curves lie one after another in one flat array; the "segment" from the last frame of one to the first frame of the
next has no frame between its ends and therefore no error.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .keys import Keys
from .knots import Floats, Knots, filled, turns


def fit(values: NDArray[np.floating], first_frame: float, *, tolerance: float, anchors: Sequence[int] = ()) -> Keys:
    """Keys for one dense curve, float[F], whose first value is at scene frame `first_frame`.

    They miss no value by more than `tolerance`. `anchors` (indices into values) get a key where the curve moves there.
    """
    return fit_all(np.asarray(values)[:, None], first_frame, tolerance=tolerance, anchors=[anchors])[0]


def fit_all(
    values: NDArray[np.floating], first_frame: float, *, tolerance: float, anchors: Sequence[Sequence[int]] = ()
) -> list[Keys]:
    """Keys for C dense curves, float[F, C]; `anchors` holds the wanted frames of each curve, or nothing.

    A curve that stays within half a tolerance of one value gets a single key.
    """
    count, curves = values.shape
    if count == 0 or curves == 0:
        return [_empty()] * curves
    flat = np.ascontiguousarray(values.T, np.float64).ravel()
    knots, slopes = _fitted(flat, count, tolerance, _wanted(flat, count, anchors))
    keys = _as_keys(flat, count, knots, slopes, first_frame)
    still = np.ptp(values, axis=0) <= tolerance / 2
    return [_single(values[:, c], first_frame) if still[c] else keys[c] for c in range(curves)]


def dense(values: NDArray[np.floating], first_frame: float) -> list[Keys]:
    """A key on every frame of C curves, float[F, C]: the values as they are, handles along the curve."""
    count, curves = values.shape
    if count == 0:
        return [_empty()] * curves
    flat = np.ascontiguousarray(values.T, np.float64).ravel()
    knots = np.arange(len(flat))
    slopes = _limited(flat, knots, count, _central(flat, count))
    return _as_keys(flat, count, knots, slopes, first_frame)


def _wanted(flat: Floats, count: int, anchors: Sequence[Sequence[int]]) -> Knots:
    wanted = [c * count + np.asarray(frames, np.int64) for c, frames in enumerate(anchors) if len(frames)]
    if not wanted:
        return np.zeros(0, np.int64)
    knots = np.unique(np.concatenate(wanted))
    before, after = np.maximum(knots - 1, 0), np.minimum(knots + 1, len(flat) - 1)
    moves = (np.abs(flat[knots] - flat[before]) > 1e-4) | (np.abs(flat[after] - flat[knots]) > 1e-4)
    return knots[moves]


def _fitted(flat: Floats, count: int, tolerance: float, wanted: Knots) -> tuple[Knots, Floats]:
    """Knots and slopes whose segments all keep within the tolerance."""
    extrema, borders = turns(flat, count, 2 * tolerance)
    ends = np.arange(0, len(flat), count)
    fixed = np.unique(np.concatenate([ends, ends + count - 1, extrema, borders, wanted]))
    flat_there = np.concatenate([extrema, borders])
    knots = filled(flat, count, fixed, tolerance)
    central = _central(flat, count)
    central[flat_there] = 0.0
    while True:
        slopes = _limited(flat, knots, count, central[knots])
        miss, where = _errors(flat, knots, slopes)
        failing = miss > tolerance
        if not failing.any():
            return knots, slopes
        knots = np.union1d(knots, where[failing])


def _central(flat: Floats, count: int) -> Floats:
    """Slope at every frame, fourth order where there is room: what a smooth curve through the frames has there."""
    padded = np.pad(flat.reshape(-1, count), ((0, 0), (2, 2)), mode="edge")
    slopes = (8 * (padded[:, 3:-1] - padded[:, 1:-3]) - (padded[:, 4:] - padded[:, :-4])) / 12
    if count > 1:
        slopes[:, 0], slopes[:, -1] = padded[:, 3] - padded[:, 2], padded[:, -3] - padded[:, -4]
    return slopes.ravel()


def _limited(flat: Floats, knots: Knots, count: int, slopes: Floats) -> Floats:
    """Slopes held back so that both handles stay between the values of the keys they point to and from."""
    steepness = 3 * np.diff(flat[knots]) / np.diff(knots)
    steepness[knots[1:] % count == 0] = np.inf
    low = np.full(len(knots), -np.inf)
    high = np.full(len(knots), np.inf)
    for side in (slice(1, None), slice(None, -1)):
        bound = np.isfinite(steepness)
        low[side] = np.where(bound, np.maximum(low[side], np.minimum(steepness, 0)), low[side])
        high[side] = np.where(bound, np.minimum(high[side], np.maximum(steepness, 0)), high[side])
    return np.clip(slopes, low, high)


def _errors(flat: Floats, knots: Knots, slopes: Floats) -> tuple[Floats, Knots]:
    """Largest miss of each segment, and the frame of it."""
    length = np.diff(knots)
    first = knots[:-1]
    size = np.repeat(length, length)
    u = (np.arange(knots[-1]) - np.repeat(first, length)) / size
    rise = np.diff(flat[knots])
    leaving, arriving = slopes[:-1] * length, slopes[1:] * length
    # Value as a cubic of u by Horner's rule, from the Hermite data of each segment.
    curve = np.repeat(leaving + arriving - 2 * rise, length)
    curve = curve * u + np.repeat(3 * rise - 2 * leaving - arriving, length)
    curve = curve * u + np.repeat(leaving, length)
    curve = curve * u + np.repeat(flat[first], length)
    miss = np.abs(curve - flat[:-1])
    worst = np.maximum.reduceat(miss, first)
    hits = np.flatnonzero(miss == np.repeat(worst, length))
    where = hits[np.searchsorted(hits, first)]
    return worst, where


def _as_keys(flat: Floats, count: int, knots: Knots, slopes: Floats, first_frame: float) -> list[Keys]:
    gap = np.diff(knots) / 3
    before = np.concatenate([[1 / 3], gap])
    after = np.concatenate([gap, [1 / 3]])
    frames: Floats = knots % count + np.float64(first_frame)
    values: Floats = flat[knots]
    starts = np.searchsorted(knots, np.arange(0, len(flat) + 1, count))
    before[starts[:-1]] = after[starts[:-1]]
    after[starts[1:] - 1] = before[starts[1:] - 1]
    left = np.stack([frames - before, values - slopes * before], axis=1)
    right = np.stack([frames + after, values + slopes * after], axis=1)
    return [Keys(frames[a:b], values[a:b], left[a:b], right[a:b]) for a, b in pairwise(starts)]


def _single(values: NDArray[np.floating], first_frame: float) -> Keys:
    value = float(values.min() + values.max()) / 2
    at = np.array([first_frame], np.float64)
    handle = np.array([1.0, 0.0])
    point = np.array([[first_frame, value]])
    return Keys(at, np.array([value]), point - handle, point + handle)


def _empty() -> Keys:
    return Keys(np.zeros(0), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2)))
