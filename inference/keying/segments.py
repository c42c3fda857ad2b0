# SPDX-License-Identifier: GPL-3.0-or-later
"""Shape Bézier segments to a dense curve: tangents are given, the lengths of both handles are fitted, many segments at once.

A segment runs over u = 0..1 from one knot to the next. Its handles end at u = a and u = 1 - b on the tangents, so its control
points are 0, a, 1 - b, 1 across and 0, slope a, rise - slope b, rise up. Handles a third long make the value a cubic of the
frame, which is enough for most segments; the others get lengths by Gauss-Newton steps on these two unknowns (as in
Schneider 1990, who alternates them with the parameter t; here t follows from the frame).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Knots = NDArray[np.int64]
Singles = NDArray[np.float32]

THIRD: Final = 1 / 3
SHORTEST: Final = 0.12
"""Shortest handle, as a share of its segment: shorter ones make a corner of a turn."""
STEPS: Final = 2
HOPELESS: Final = 4.0
"""A segment that misses by this many tolerances needs another key, whatever its handles do."""
ROOT_STEPS: Final = 30
ARRIVED: Final = 1e-6
FEW: Final = 0.6
"""Share of roots still on their way from which on those that have arrived are left out: copying costs as much as a step."""
FLATTEST: Final = np.float32(1e-9)
"""Where both handles meet, the cubic of the frame stands still for a moment; Newton's step must not divide by that."""


@dataclass(frozen=True)
class Segments:
    """n segments between positions `first` and `last` of a flat array of curves.

    leaving, arriving: slopes at both ends, per frame.   a, b: lengths of the right and the left handle, shares of the segment.
    miss: the largest distance to the dense curve on a frame.   worst: the position of it.
    """

    first: Knots
    last: Knots
    leaving: Floats
    arriving: Floats
    a: Floats
    b: Floats
    miss: Floats
    worst: Knots

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Some of the segments, in the order of `rows`."""
        return type(self)(*(column[rows] for column in self._columns()))

    def followed_by(self, others: Self) -> Self:
        """These segments and others."""
        return type(self)(*(np.concatenate(pair) for pair in zip(self._columns(), others._columns(), strict=True)))

    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self.first, self.last, self.leaving, self.arriving, self.a, self.b, self.miss, self.worst


def shaped(flat: Floats, first: Knots, last: Knots, slopes: tuple[Floats, Floats], tolerance: Floats) -> Segments:
    """Segments with handles a third long where that keeps within the tolerance of each, and of fitted lengths elsewhere."""
    rise, length = flat[last] - flat[first], (last - first).astype(np.float64)
    leaving, arriving = slopes[0] * length, slopes[1] * length
    limit = _longest(rise, leaving), _longest(rise, arriving)
    a, b = np.minimum(THIRD, limit[0]), np.minimum(THIRD, limit[1])
    best = Segments(first, last, *slopes, a.copy(), b.copy(), np.full(len(first), np.inf), first.copy())
    busy = np.arange(len(first))
    samples = _Samples.of(flat, first, last)
    for step in range(STEPS + 1):
        residual, t = samples.residuals(a[busy], b[busy], leaving[busy], arriving[busy])
        miss, worst = samples.largest(np.abs(residual))
        better = miss < best.miss[busy]
        for column, values in ((best.a, a[busy]), (best.b, b[busy]), (best.miss, miss), (best.worst, worst)):
            column[busy[better]] = values[better]
        failing = (miss > tolerance[busy]) & (miss < HOPELESS * tolerance[busy])
        if step == STEPS or not failing.any():
            break
        sampled, busy = np.repeat(failing, samples.counts), busy[failing]
        samples = samples.only(failing, sampled)
        by_a, by_b = samples.changes(t[sampled], a[busy], b[busy], leaving[busy], arriving[busy])
        step_a, step_b = samples.gauss_newton(residual[sampled], by_a, by_b)
        a[busy] = np.clip(a[busy] - step_a, np.minimum(SHORTEST, limit[0][busy]), limit[0][busy])
        b[busy] = np.clip(b[busy] - step_b, np.minimum(SHORTEST, limit[1][busy]), limit[1][busy])
        crossing = np.maximum(a[busy] + b[busy], 1.0)
        a[busy], b[busy] = a[busy] / crossing, b[busy] / crossing
    return best


def _longest(rise: Floats, slope: Floats) -> Floats:
    """How long a handle may be before it leaves the band between the two values."""
    steep = np.abs(slope) > 1e-12
    ratio = np.abs(rise) / np.where(steep, np.abs(slope), 1.0)
    return np.where(steep, np.minimum(ratio, 1 - SHORTEST), 1 - SHORTEST)


@dataclass(frozen=True)
class _Samples:
    """The frames of segments, one segment after another, the last frame of each left to the next.

    counts, offsets: how many frames each segment has and where they begin.   u: 0..1.   position: in the flat array.
    data: values above the left key; top: of the right key above it. Single precision, a hundred-thousandth of any tolerance,
        takes a quarter less time.   rise: of each segment.
    """

    counts: Knots
    offsets: Knots
    u: Singles
    position: Knots
    data: Singles
    top: Singles
    rise: Floats

    @classmethod
    def of(cls, flat: Floats, first: Knots, last: Knots) -> Self:
        counts = last - first
        offsets = np.cumsum(counts) - counts
        step = np.arange(counts.sum()) - np.repeat(offsets, counts)
        position = step + np.repeat(first, counts)
        data = (flat[position] - np.repeat(flat[first], counts)).astype(np.float32)
        u = (step / np.repeat(counts, counts)).astype(np.float32)
        rise = flat[last] - flat[first]
        return cls(counts, offsets, u, position, data, np.repeat(rise.astype(np.float32), counts), rise)

    def only(self, chosen: NDArray[np.bool_], sampled: NDArray[np.bool_]) -> Self:
        """The frames of some segments. sampled: the same choice, frame by frame."""
        counts, frames = self.counts[chosen], np.flatnonzero(sampled)
        offsets, rise = np.cumsum(counts) - counts, self.rise[chosen]
        return type(self)(counts, offsets, self.u[frames], self.position[frames], self.data[frames], self.top[frames], rise)

    def residuals(self, a: Floats, b: Floats, leaving: Floats, arriving: Floats) -> tuple[Singles, Singles]:
        """Curve - data on every frame, and the parameter t of the curve there."""
        t = self.u if np.all(a == THIRD) and np.all(b == THIRD) else _root(self._spread(a), self._spread(1 - b), self.u)
        s: Singles = 1 - t
        up_a, up_b = self._spread(leaving * a), self._spread(self.rise - arriving * b)
        residual: Singles = 3 * s * s * t * up_a + 3 * s * t * t * up_b + t * t * t * self.top - self.data
        return residual, t

    def changes(self, t: Singles, a: Floats, b: Floats, leaving: Floats, arriving: Floats) -> tuple[Singles, Singles]:
        """How the curve changes with a and with b on every frame."""
        across_a, across_b = self._spread(a), self._spread(1 - b)
        up_a, up_b = self._spread(leaving * a), self._spread(self.rise - arriving * b)
        s: Singles = 1 - t
        across = s * s * across_a + 2 * s * t * (across_b - across_a) + t * t * (1 - across_b)
        up = s * s * up_a + 2 * s * t * (up_b - up_a) + t * t * (self.top - up_b)
        slope = up / np.maximum(across, np.float32(1e-6))
        by_a, by_b = 3 * s * s * t * (self._spread(leaving) - slope), 3 * s * t * t * (slope - self._spread(arriving))
        return by_a.astype(np.float32, copy=False), by_b.astype(np.float32, copy=False)

    def gauss_newton(self, residual: Singles, by_a: Singles, by_b: Singles) -> tuple[Floats, Floats]:
        """The step in a and b that would make the squared residuals smallest were they linear, slightly damped."""
        aa, bb, ab = self._sum(by_a * by_a), self._sum(by_b * by_b), self._sum(by_a * by_b)
        ra, rb = self._sum(by_a * residual), self._sum(by_b * residual)
        damping = 0.01 * (aa + bb) + 1e-12
        aa, bb = aa + damping, bb + damping
        determinant = aa * bb - ab * ab
        return (bb * ra - ab * rb) / determinant, (aa * rb - ab * ra) / determinant

    def largest(self, miss: Singles) -> tuple[Floats, Knots]:
        """The largest value of each segment and its position in the flat array."""
        worst = np.maximum.reduceat(miss, self.offsets)
        hits = np.flatnonzero(miss == np.repeat(worst, self.counts))
        return worst, self.position[hits[np.searchsorted(hits, self.offsets)]]

    def _spread(self, values: Floats) -> Singles:
        return np.repeat(values.astype(np.float32), self.counts)

    def _sum(self, values: Singles) -> Floats:
        total: Floats = np.add.reduceat(values, self.offsets).astype(np.float64)
        return total


def _root(first: Singles, second: Singles, u: Singles) -> Singles:
    """t where the monotone cubic 0, first, second, 1 reaches u, by Newton's steps from u.

    A t that has arrived rests, so that it does not depend on what else is solved at the same time.
    """
    roots = t = u.copy()
    cubic, square, straight = 3 * (first - second) + 1, 3 * (second - 2 * first), 3 * first
    triple, double = 3 * cubic, 2 * square
    going = None
    for _ in range(ROOT_STEPS):
        slope = (triple * t + double) * t + straight
        step = (((cubic * t + square) * t + straight) * t - u) / np.maximum(slope, FLATTEST)
        moves = np.abs(step) >= ARRIVED
        left = np.count_nonzero(moves)
        if left == 0:
            break
        if left < FEW * len(moves):
            chosen = np.flatnonzero(moves)
            going, step = chosen if going is None else going[chosen], step[chosen]
            cubic, square, straight, triple, double = (each[chosen] for each in (cubic, square, straight, triple, double))
            t, u = t[chosen], u[chosen]
        else:
            step[~moves] = 0
        t = np.minimum(np.maximum(t - step, 0), 1)
        if going is None:
            roots = t
        else:
            roots[going] = t
    return roots
