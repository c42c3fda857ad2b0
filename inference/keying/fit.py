# SPDX-License-Identifier: GPL-3.0-or-later
"""Fit sparse Bézier keys to dense curves within a tolerance, many curves at once.

Keys lie on the curve, at whole frames: first at its ends, its turns and the borders of its holds, then where segments between
them miss most. Every key has one slope, flat at the turns, limited elsewhere so that no segment leaves the band between its
two keys (`slopes`).

All curves lie one after another in one flat array; the "segment" from the last frame of one to the first frame of the
next has no frame between its ends and therefore no error. In the end keys go that later ones have made superfluous (`thinning`),
and neighbours are parted (`spacing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from ..spool import trim_heap
from .cut import empty
from .keys import Keys
from .knots import attracted, nearest, turns
from .segment_samples import THIRD, Curves, Knots
from .segments import HASTY, Segments, shaped
from .slopes import central, held_back
from .spacing import spaced
from .thinning import thinned

AT_ONCE: Final = 200_000
"""Values of all curves that are fitted together; more would only take more memory."""
ANCHOR_SHARE: Final = 0.25
"""A segment that needs a key gets it at an anchor, where there is one this close to the best place."""


def fit(values: NDArray[np.floating], first_frame: float, *, tolerance: float, anchors: Sequence[int] = ()) -> Keys:
    """Keys for one dense curve, float[F], whose first value is at scene frame `first_frame`.

    They miss no value by more than `tolerance`. `anchors` are indices into values where keys should rather be than next to
    them, so that the keys of many curves line up (phone apexes, closures, blink poses).
    """
    return fit_all(np.asarray(values)[:, None], first_frame, tolerance=tolerance, anchors=[anchors])[0]


def fit_all(
    values: NDArray[np.floating],
    first_frame: float,
    *,
    tolerance: float | NDArray[np.float64],
    anchors: Sequence[Sequence[int] | NDArray[np.integer]] = (),
) -> list[Keys]:
    """Keys for C dense curves, float[F, C]; `anchors` holds those of each curve, or nothing.

    tolerance: of all curves, or float64[C] of each.

    A curve that stays within half a tolerance of one value gets a key at either end, one that stays within a tolerance of rest,
    keys at rest: so it holds to its last frame, whatever stands on the f-curve after that.
    """
    count, curves = values.shape
    if count == 0 or curves == 0:
        return [empty()] * curves
    tolerances = np.broadcast_to(np.asarray(tolerance, np.float64), curves)
    resting = np.abs(values).max(axis=0) <= tolerances
    moving = np.flatnonzero((np.ptp(values, axis=0) > tolerances / 2) & ~resting)
    keys: dict[int, Keys] = {}
    together = max(AT_ONCE // count, 1)
    for start in range(0, len(moving), together):
        some = moving[start : start + together]
        flat = np.ascontiguousarray(values[:, some].T, np.float64).ravel()
        segments = _fitted(Curves(flat, count, tolerances[some]), _flattened(anchors, some, count))
        trim_heap(count)
        keys.update(zip(some.tolist(), _as_keys(flat, count, segments, first_frame), strict=True))
    return [keys[c] if c in keys else _level(values[:, c], first_frame, at_rest=bool(resting[c])) for c in range(curves)]


def dense(values: NDArray[np.floating], first_frame: float) -> list[Keys]:
    """A key on every frame of C curves, float[F, C]: the values as they are, handles along the curve."""
    count, curves = values.shape
    if count == 0:
        return [empty()] * curves
    flat = np.ascontiguousarray(values.T, np.float64).ravel()
    knots = np.arange(len(flat))
    slopes = central(flat, count)
    if count > 1:
        chords = np.pad(np.diff(flat.reshape(-1, count)), ((0, 0), (1, 1)), mode="edge")
        slopes = held_back(slopes, chords[:, :-1].ravel(), chords[:, 1:].ravel())
    third = np.full(len(knots) - 1, THIRD)
    segments = Segments(knots[:-1], knots[1:], slopes[:-1], slopes[1:], third, third, 0 * third, knots[:-1])
    return _as_keys(flat, count, segments, first_frame)


def _flattened(anchors: Sequence[Sequence[int] | NDArray[np.integer]], moving: NDArray[np.int64], count: int) -> Knots:
    parts = [place * count + np.asarray(anchors[c], np.int64) for place, c in enumerate(moving.tolist()) if c < len(anchors)]
    together = np.concatenate([np.zeros(0, np.int64), *parts])
    return together if (together[1:] > together[:-1]).all() else np.unique(together)


def _fitted(curves: Curves, anchors: Knots) -> Segments:
    """Segments between knots, all within the tolerance of their curve."""
    flat, count, tolerances = curves.flat, curves.count, curves.tolerances
    extrema, borders = turns(flat, count, tolerances)
    ends = np.arange(0, len(flat), count)
    borders = np.concatenate([ends, ends + count - 1, borders])
    extrema = attracted(flat, count, extrema, anchors, tolerances / 2)
    is_knot = np.zeros(len(flat), bool)
    is_knot[extrema] = is_knot[borders] = True
    slopes = central(flat, count)
    refined = _refined(curves, np.flatnonzero(is_knot), slopes, anchors)
    trim_heap(count)
    # Thinned again: trying again what is left takes away 2 %, and what was parted leaves room for some more to go.
    left, tries = thinned(curves, refined)
    return thinned(curves, spaced(curves, left, slopes, anchors), tries)[0]


def _refined(curves: Curves, knots: Knots, slopes: Doubles, anchors: Knots) -> Segments:
    """Segments between these knots, at which the curve is flat, and between as many others as it takes.

    What lies between two of the first knots is a piece that depends on nothing
    beside it: one that keeps within the tolerance is left alone from then on.
    """
    flat, count = curves.flat, curves.count
    flat_ends = np.zeros(len(knots) - 1)
    segments = shaped(curves, knots[:-1], knots[1:], (flat_ends, flat_ends), HASTY)
    piece, finished = np.arange(len(knots) - 1), []
    while True:
        failing = segments.miss > curves.allowed(segments.first)
        fails = np.zeros(len(knots), bool)
        fails[piece[failing]] = True
        goes_on = fails[piece]
        finished.append(segments.take(np.flatnonzero(~goes_on)))
        if not goes_on.any():
            return Segments.in_order(finished, len(flat))
        rows = np.flatnonzero(goes_on)
        segments, piece, failing = segments.take(rows), piece[rows], failing[rows]
        cuts = _splits(segments, failing, anchors, count)
        segments, piece, fresh = _cut(segments, piece, failing, cuts)
        leaving, arriving = _limited(flat, segments, piece, slopes)
        fresh |= (leaving != segments.leaving) | (arriving != segments.arriving)
        rows = np.flatnonzero(fresh)
        new = shaped(curves, segments.first[rows], segments.last[rows], (leaving[rows], arriving[rows]), HASTY)
        segments = segments.with_others(rows, new)


def _splits(segments: Segments, failing: NDArray[np.bool_], anchors: Knots, count: int) -> Knots:
    """Where failing segments are cut: where they miss most, or at an anchor near that."""
    worst, first, last = segments.worst[failing], segments.first[failing], segments.last[failing]
    near = nearest(anchors, worst, count)
    usable = (near > first) & (near < last) & (np.abs(near - worst) <= ANCHOR_SHARE * (last - first))
    return np.where(usable, near, worst)


def _cut(segments: Segments, piece: Knots, failing: NDArray[np.bool_], cuts: Knots) -> tuple[Segments, Knots, NDArray[np.bool_]]:
    """Segments with two in place of each that fails, the piece of each, and which are halves."""
    rows = np.repeat(np.arange(len(failing)), 1 + failing)
    halves = failing[rows]
    begins = np.flatnonzero(halves)[::2]
    both = segments.take(rows)
    both.last[begins] = both.first[begins + 1] = cuts
    return both, piece[rows], halves


def _limited(flat: Doubles, segments: Segments, piece: Knots, slopes: Doubles) -> tuple[Doubles, Doubles]:
    """Slopes at both ends of segments; at the borders of pieces the curve is flat."""
    chords = (flat[segments.last] - flat[segments.first]) / (segments.last - segments.first)
    inner = held_back(slopes[segments.first[1:]], chords[:-1], chords[1:])
    inner[piece[1:] != piece[:-1]] = 0.0
    return np.concatenate([[0.0], inner]), np.concatenate([inner, [0.0]])


def _as_keys(flat: Doubles, count: int, segments: Segments, first_frame: float) -> list[Keys]:
    knots = np.append(segments.first, segments.last[-1:])
    length = segments.last - segments.first
    slopes = np.append(segments.leaving, segments.arriving[-1:])
    after = np.append(segments.a * length, 0.0)
    before = np.append(0.0, segments.b * length)
    starts = np.searchsorted(knots, np.arange(0, len(flat) + 1, count))
    before[starts[:-1]] = np.maximum(after[starts[:-1]], THIRD)
    after[starts[1:] - 1] = np.maximum(before[starts[1:] - 1], THIRD)
    frames: Doubles = knots % count + np.float64(first_frame)
    values: Doubles = flat[knots]
    left = np.stack([frames - before, values - slopes * before], axis=1)
    right = np.stack([frames + after, values + slopes * after], axis=1)
    return [Keys(frames[a:b], values[a:b], left[a:b], right[a:b]) for a, b in pairwise(starts)]


def _level(values: NDArray[np.floating], first_frame: float, *, at_rest: bool) -> Keys:
    still = at_rest and np.ptp(values) > 0
    value = 0.0 if still else float(values.min() + values.max()) / 2
    frames = np.unique([first_frame, first_frame + len(values) - 1.0])
    point = np.column_stack([frames, np.full(len(frames), value)])
    handle = np.array([max((len(values) - 1) * THIRD, 1.0), 0.0])
    return Keys(point[:, 0].copy(), point[:, 1].copy(), point - handle, point + handle)
