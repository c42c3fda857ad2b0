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

from ..arrays import Doubles, Floats

Knots = NDArray[np.int64]

THIRD: Final = 1 / 3
SHORTEST: Final = 0.12
"""Shortest handle, as a share of its segment: shorter ones make a corner of a turn."""
AT_ONCE: Final = 32_768
"""Frames of segments that are shaped together."""
PATIENT: Final = (4.0, 2.0)
"""How many tolerances a segment misses by that needs another key, whatever its handles do: before each step."""
HASTY: Final = (2.0,)
"""The same while keys are still being added: whatever they make superfluous is tried again when all are there."""
ROOT_STEPS: Final = 30
ARRIVED: Final = 5e-4
"""A step of t as short as this is the last one: Newton's next would be about its square."""
NARROWEST: Final = np.float32(1e-6)
FLATTEST: Final = np.float32(1e-9)
"""Where both handles meet, the cubic of the frame stands still for a moment; Newton's step must not divide by that."""


@dataclass(frozen=True, eq=False)
class Curves:
    """C dense curves of F frames, one after another.

    flat: float64[C * F].   count: F.   tolerances: float64[C].
    """

    flat: Doubles
    count: int
    tolerances: Doubles

    def allowed(self, positions: Knots) -> Doubles:
        """The tolerance at each position."""
        found: Doubles = self.tolerances[positions // self.count]
        return found

    def ends(self, positions: Knots) -> NDArray[np.bool_]:
        """Which positions are the first or the last frame of their curve."""
        frames = positions % self.count
        return np.asarray((frames == 0) | (frames == self.count - 1))


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
    ends = (last - first).cumsum()
    if len(ends) == 0 or ends[-1] <= 2 * AT_ONCE:
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
    samples = _Samples.of(curves, first, last)
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


@dataclass(frozen=True)
class _Samples:
    """The frames of segments, one segment after another, the last frame of each left to the next.

    counts, offsets: how many frames each segment has and where they begin.   u: 0..1.   position: in the flat array.
    data: values above the left key; top: of the right key above it. Single precision, a hundred-thousandth of any tolerance,
        takes a quarter less time.   rise: of each segment.
    """

    counts: Knots
    offsets: Knots
    u: Floats
    position: Knots
    data: Floats
    top: Floats
    rise: Doubles

    @classmethod
    def of(cls, curves: Curves, first: Knots, last: Knots) -> Self:
        flat, counts = curves.flat, last - first
        offsets = counts.cumsum() - counts
        number = np.arange(counts.sum())
        position = number + (first - offsets).repeat(counts)
        data = (flat[position] - flat[first].repeat(counts)).astype(np.float32)
        u = (number - offsets.repeat(counts)).astype(np.float32) / counts.astype(np.float32).repeat(counts)
        rise = flat[last] - flat[first]
        return cls(counts, offsets, u, position, data, rise.astype(np.float32).repeat(counts), rise)

    def frames_of(self, chosen: Knots) -> Knots:
        """Where the frames of some segments are."""
        counts = self.counts[chosen]
        begins = self.offsets[chosen] - counts.cumsum() + counts
        frames: Knots = np.arange(counts.sum()) + begins.repeat(counts)
        return frames

    def only(self, chosen: Knots, frames: Knots) -> Self:
        """Some segments. frames: where theirs are."""
        counts = self.counts[chosen]
        offsets, rise = counts.cumsum() - counts, self.rise[chosen]
        u, position, data, top = self.u[frames], self.position[frames], self.data[frames], self.top[frames]
        return type(self)(counts, offsets, u, position, data, top, rise)

    def residuals(
        self, a: Doubles, b: Doubles, leaving: Doubles, arriving: Doubles, near: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Curve - data on every frame, and the parameter t of the curve there. near: t where the handles were about as long."""
        t = self._parameter(a, b, self.u if near is None else near)
        s: Floats = 1 - t
        up, up_b = self._spread(leaving * a), self._spread(self.rise - arriving * b)
        up *= s
        up_b *= t
        up += up_b
        s *= 3
        up *= s
        square = t * t
        square *= self.top
        up += square
        up *= t
        up -= self.data
        return up, t

    def _parameter(self, a: Doubles, b: Doubles, near: Floats) -> Floats:
        """Where t is on every frame: handles a third long leave it at u."""
        bent = ((a != THIRD) | (b != THIRD)).nonzero()[0]
        if len(bent) == 0:
            return self.u
        if 4 * self.counts[bent].sum() > 3 * len(self.u):
            return _root(self._spread(a), self._spread(1 - b), self.u, near)
        frames, counts, t = self.frames_of(bent), self.counts[bent], self.u.copy()
        first, second = (each[bent].astype(np.float32).repeat(counts) for each in (a, 1 - b))
        t[frames] = _root(first, second, self.u[frames], near[frames])
        return t

    def changes(self, t: Floats, a: Doubles, b: Doubles, leaving: Doubles, arriving: Doubles) -> tuple[Floats, Floats]:
        """How the curve changes with a and with b on every frame."""
        s: Floats = 1 - t
        weights = s * s, 2 * s * t, t * t
        across = _between(weights, self._spread(a), self._spread(1 - b), np.float32(1))
        slope = _between(weights, self._spread(leaving * a), self._spread(self.rise - arriving * b), self.top)
        slope /= np.maximum(across, NARROWEST, out=across)
        by_a, by_b = self._spread(leaving), self._spread(arriving)
        by_a -= slope
        np.subtract(slope, by_b, out=by_b)
        thrice = 3 * s
        by_a *= thrice * s * t
        by_b *= thrice * t * t
        return by_a, by_b

    def gauss_newton(self, residual: Floats, by_a: Floats, by_b: Floats) -> tuple[Doubles, Doubles]:
        """The step in a and b that would make the squared residuals smallest were they linear, slightly damped."""
        aa, bb, ab = self._sum(by_a * by_a), self._sum(by_b * by_b), self._sum(by_a * by_b)
        ra, rb = self._sum(by_a * residual), self._sum(by_b * residual)
        damping = 0.01 * (aa + bb) + 1e-12
        aa, bb = aa + damping, bb + damping
        determinant = aa * bb - ab * ab
        return (bb * ra - ab * rb) / determinant, (aa * rb - ab * ra) / determinant

    def largest(self, residual: Floats, allowed: Doubles) -> tuple[Floats, Knots]:
        """The largest miss of each segment and, where that is more than allowed, its position in the flat array."""
        miss: Floats = np.abs(residual)
        bits = np.maximum.reduceat(miss.view(np.uint32), self.offsets)  # in the order of the numbers, and half as slow
        worst: Floats = bits.view(np.float32)
        above = (worst > allowed).nonzero()[0]
        sought = np.full(len(worst), np.inf, np.float32)
        sought[above] = worst[above]
        hits = (miss == sought.repeat(self.counts)).nonzero()[0]
        places = self.position[self.offsets]
        places[above] = self.position[hits[np.searchsorted(hits, self.offsets[above])]]
        return worst, places

    def _spread(self, values: Doubles) -> Floats:
        return values.astype(np.float32).repeat(self.counts)

    def _sum(self, values: Floats) -> Doubles:
        total: Doubles = np.add.reduceat(values, self.offsets).astype(np.float64)
        return total


def _between(weights: tuple[Floats, Floats, Floats], first: Floats, second: Floats, end: Floats | np.float32) -> Floats:
    """How fast a cubic 0, first, second, end goes, a third of it. What is given but the weights and the end is written over."""
    middle = second - first
    middle *= weights[1]
    first *= weights[0]
    first += middle
    np.subtract(end, second, out=second)
    second *= weights[2]
    first += second
    return first


def _root(first: Floats, second: Floats, u: Floats, near: Floats) -> Floats:
    """t where the monotone cubic 0, first, second, 1 reaches u, by Newton's steps from `near`.

    A t that has arrived rests, so that it does not depend on what else is solved at the same time; two steps all of them take.
    """
    cubic, square, straight = 3 * (first - second) + 1, 3 * (second - 2 * first), 3 * first
    triple, double = 3 * cubic, 2 * square

    def stepped(t: Floats, at: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """In place as far as that goes: a new array takes longer than what is done with it."""
        slope = triple[at] * t
        slope += double[at]
        slope *= t
        slope += straight[at]
        np.maximum(slope, FLATTEST, out=slope)
        moved: Floats = cubic[at] * t
        moved += square[at]
        moved *= t
        moved += straight[at]
        moved *= t
        moved -= u[at]
        moved /= slope
        np.subtract(t, moved, out=moved)
        np.maximum(moved, 0, out=moved)
        return np.minimum(moved, 1, out=moved)

    before = stepped(near)
    roots = stepped(before)
    going = (np.abs(roots - before) >= ARRIVED).nonzero()[0]
    for _ in range(ROOT_STEPS):
        if len(going) == 0:
            break
        t = roots[going]
        roots[going] = further = stepped(t, going)
        going = going[np.abs(further - t) >= ARRIVED]
    return roots
