# SPDX-License-Identifier: GPL-3.0-or-later
"""Bézier segments on every frame of the dense curves they stand for: how far off they are, and how that changes with the handles.

Where a segment is at a frame is a cubic's root: t is sought on all frames at once, by Newton's steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles, Floats

Knots = NDArray[np.int64]

THIRD: Final = 1 / 3
"""Handles this long, as a share of their segment, make the value a cubic of the frame."""
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
class FrameSamples:
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
        """The frames of the segments between these positions."""
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
