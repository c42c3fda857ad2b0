# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape Bézier segments to a dense curve: tangents are given, the lengths of both handles are fitted, many segments at once.

A segment runs over u = 0..1 from one knot to the next. Its handles end at u = a and u = 1 - b on the tangents, so its control
points are 0, a, 1 - b, 1 across and 0, slope a, rise - slope b, rise up. Handles a third long make the value a cubic of the
frame, which is enough for most segments; the others get lengths by Gauss-Newton steps on these two unknowns (as in
Schneider 1990, who alternates them with the parameter t; here t follows from the frame).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from .segment_samples import THIRD, Curves, FrameSamples, Knots

SHORTEST: Final = 0.12
"""Shortest handle, as a share of its segment: shorter ones make a corner of a turn."""
AT_ONCE: Final = 32_768
"""Frames of segments that are shaped together."""
PATIENT: Final = (4.0, 2.0)
"""How many tolerances a segment misses by that needs another key, whatever its handles do: before each step."""
HASTY: Final = (2.0,)
"""The same while keys are still being added: whatever they make superfluous is tried again when all are there."""


@dataclass(frozen=True)
class Segments:
    """n segments between positions `first` and `last` of a flat array of curves.

    leaving, arriving: slopes at both ends, per frame.   a, b: lengths of the right and the left handle, shares of the segment.
    miss: the largest distance to the dense curve on a frame.   worst: the position of it.
    """

    first: Knots
    last: Knots
    leaving: Doubles
    arriving: Doubles
    a: Doubles
    b: Doubles
    miss: Doubles
    worst: Knots

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some of the segments, in the order of `rows`."""
        return type(self)(*(column[rows] for column in self.columns))

    def with_others(self, at: NDArray[np.int64], others: Self) -> Self:
        """These segments with others in place of some. The columns of these are written to."""
        for mine, theirs in zip(self.columns, others.columns, strict=True):
            mine[at] = theirs
        return self

    def followed_by(self, others: Self) -> Self:
        """These segments, then others."""
        return type(self)(*map(np.concatenate, zip(self.columns, others.columns, strict=True)))

    @classmethod
    def in_order(cls, parts: Sequence[Self], positions: int) -> Self:
        """The segments of several parts as they follow each other in an array of so many positions."""
        together = [np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)]
        at = np.full(positions, -1)
        at[together[0]] = np.arange(len(together[0]))
        rows = at[at >= 0]
        return cls(*(column[rows] for column in together))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All of what is known of every segment."""
        return self.first, self.last, self.leaving, self.arriving, self.a, self.b, self.miss, self.worst


def shaped(
    curves: Curves, first: Knots, last: Knots, slopes: tuple[Doubles, Doubles], patience: Sequence[float] = PATIENT
) -> Segments:
    """Segments with handles a third long where that keeps within the tolerance of each, and of fitted lengths elsewhere.

    None depends on what else is shaped with it: many are shaped some after the other, which takes less memory.
    """
    if len(first) == 0:
        none = np.zeros(0)
        return Segments(first, last, *slopes, none, none, none, first)
    ends = (last - first).cumsum()
    if ends[-1] <= 2 * AT_ONCE:
        return _shaped(curves, first, last, slopes, patience)
    rows = [0, *np.searchsorted(ends, np.arange(AT_ONCE, ends[-1], AT_ONCE)).tolist(), len(ends)]
    some = (slice(start, stop) for start, stop in pairwise(rows))
    parts = [_shaped(curves, first[at], last[at], (slopes[0][at], slopes[1][at]), patience) for at in some]
    return Segments(*(np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)))


def _shaped(curves: Curves, first: Knots, last: Knots, slopes: tuple[Doubles, Doubles], patience: Sequence[float]) -> Segments:
    flat, tolerance = curves.flat, curves.allowed(first)
    rise, length = flat[last] - flat[first], (last - first).astype(np.float64)
    leaving, arriving = slopes[0] * length, slopes[1] * length
    most_a, most_b = longest(rise, leaving), longest(rise, arriving)
    a, b = np.minimum(THIRD, most_a), np.minimum(THIRD, most_b)
    samples = FrameSamples.of(curves, first, last)
    residual, t = samples.residuals(a, b, leaving, arriving)
    miss, worst = samples.largest(residual, tolerance)
    best = Segments(first, last, *slopes, a, b, miss.astype(np.float64), worst)
    busy = np.arange(len(first))
    for hopeless in patience:
        failing = ((miss > tolerance) & (miss < hopeless * tolerance)).nonzero()[0]
        if not len(failing):
            break
        frames, busy = samples.frames_of(failing), busy[failing]
        samples = samples.only(failing, frames)
        a, b, leaving, arriving = a[failing], b[failing], leaving[failing], arriving[failing]
        most_a, most_b, tolerance = most_a[failing], most_b[failing], tolerance[failing]
        by_a, by_b = samples.changes(t[frames], a, b, leaving, arriving)
        step_a, step_b = samples.gauss_newton(residual[frames], by_a, by_b)
        a = np.minimum(np.maximum(a - step_a, np.minimum(SHORTEST, most_a)), most_a)
        b = np.minimum(np.maximum(b - step_b, np.minimum(SHORTEST, most_b)), most_b)
        crossing = np.maximum(a + b, 1.0)
        a, b = a / crossing, b / crossing
        residual, t = samples.residuals(a, b, leaving, arriving, t[frames])
        miss, worst = samples.largest(residual, tolerance)
        better = (miss < best.miss[busy]).nonzero()[0]
        at = busy[better]
        best.a[at], best.b[at], best.miss[at], best.worst[at] = a[better], b[better], miss[better], worst[better]
    return best


def longest(rise: Doubles, slope: Doubles) -> Doubles:
    """How long a handle may be before it leaves the band between the two values."""
    steep = np.abs(slope) > 1e-12
    ratio = np.abs(rise) / np.where(steep, np.abs(slope), 1.0)
    return np.where(steep, np.minimum(ratio, 1 - SHORTEST), 1 - SHORTEST)
