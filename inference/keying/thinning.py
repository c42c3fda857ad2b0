# SPDX-License-Identifier: GPL-3.0-or-later
"""Take keys away again that turned out not to be needed.

Keys are set where a segment misses most, one after another, so that an early one is often made superfluous by those that came
after it. A key goes where the segment that its two neighbours make without it keeps within the tolerance; of two neighbours only
the one that is missed less goes at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from .segment_samples import Curves, Knots
from .segments import PATIENT, Segments, longest, shaped


@dataclass(frozen=True, eq=False)
class Tries:
    """What would be without each of n knots between two segments.

    at: their positions.   around: the knots on either side of each, and the slopes there; nothing else decides what would be.
    miss: float64[n] how far the segment would miss, infinite where it must not be.   row: int64[n] which of `merged` it is.
    """

    at: Knots
    around: tuple[NDArray[Any], ...]
    miss: Doubles
    row: Knots
    merged: Segments

    @classmethod
    def of(cls, curves: Curves, segments: Segments, known: Tries | None) -> Self:
        """known: those of the same curves when there were more knots; what is still as it was then is not tried again."""
        at, first, last = segments.last[:-1].copy(), segments.first[:-1].copy(), segments.last[1:].copy()
        slopes = segments.leaving[:-1].copy(), segments.arriving[1:].copy()
        miss, row = np.full(len(at), np.inf), np.zeros(len(at), np.int64)
        inner, before = ~curves.ends(at), 0
        if known is not None and len(known.at):
            place = np.minimum(np.searchsorted(known.at, at), len(known.at) - 1)
            stands = known.at[place] == at
            for mine, theirs in zip((first, last, *slopes), known.around, strict=True):
                stands &= mine == theirs[place]
            miss[stands], row[stands] = known.miss[place[stands]], known.row[place[stands]]
            inner, before = inner & ~stands, len(known.merged.first)
        fresh = inner.nonzero()[0]
        fresh = fresh[_hopeful(curves, segments, fresh)]
        merged = shaped(curves, first[fresh], last[fresh], (slopes[0][fresh], slopes[1][fresh]))
        miss[fresh] = np.where(fits(curves, merged, band_of(curves)), merged.miss, np.inf)
        row[fresh] = np.arange(before, before + len(fresh))
        return cls(at, (first, last, *slopes), miss, row, merged if known is None else known.merged.followed_by(merged))


def thinned(curves: Curves, segments: Segments, known: Tries | None = None) -> tuple[Segments, Tries]:
    """The segments that are left where knots went that are not needed, and what was tried; the ends of every curve stay.

    known: what was tried before. The columns of the segments are written to.
    """
    tries = Tries.of(curves, segments, known)
    miss = tries.miss
    before, after = np.append(np.inf, miss[:-1]), np.append(miss[1:], np.inf)
    goes = np.isfinite(miss) & (miss < before) & (miss <= after)
    gone = goes.nonzero()[0]
    left = segments.with_others(gone, tries.merged.take(tries.row[gone])).take(np.append(True, ~goes).nonzero()[0])
    return left, tries


def band_of(curves: Curves) -> tuple[Doubles, Doubles]:
    """float64[C] each: the lowest and the highest value of every curve."""
    values = curves.flat.reshape(-1, curves.count)
    return values.min(axis=1), values.max(axis=1)


def fits(curves: Curves, segments: Segments, band: tuple[Doubles, Doubles]) -> NDArray[np.bool_]:
    """bool[n]: whether each segment keeps within its tolerance, and both its handles between the ends of its curve's band."""
    flat, of = curves.flat, segments.first // curves.count
    low, high = band[0][of], band[1][of]
    length = (segments.last - segments.first).astype(np.float64)
    right = flat[segments.first] + segments.leaving * segments.a * length
    left = flat[segments.last] - segments.arriving * segments.b * length
    inside: NDArray[np.bool_] = (np.minimum(left, right) >= low) & (np.maximum(left, right) <= high)
    return inside & (segments.miss <= curves.tolerances[of])


def _hopeful(curves: Curves, segments: Segments, at: Knots) -> NDArray[np.bool_]:
    """bool[n]: whether a curve over a segment and the next can come near the knot in between.

    Handles a third long bring it there or thereabouts, and those that are allowed can: it stays in the band of its four points.
    """
    flat, tolerance = curves.flat, curves.allowed(segments.first[at])
    first, middle, last = segments.first[at], segments.last[at], segments.last[at + 1]
    length = (last - first).astype(np.float64)
    u = (middle - first) / length
    rise, above = flat[last] - flat[first], flat[middle] - flat[first]
    leaving, arriving = segments.leaving[at] * length, segments.arriving[at + 1] * length
    s = 1 - u
    cubic = u * s * (s * leaving - u * arriving) + u * u * (1 + 2 * s) * rise
    right, left = leaving * longest(rise, leaving), rise - arriving * longest(rise, arriving)
    low, high = (end(end(right, left), end(rise, 0)) for end in (np.minimum, np.maximum))
    reaches = (above >= low - tolerance) & (above <= high + tolerance)
    hopeful: NDArray[np.bool_] = reaches & (np.abs(cubic - above) < PATIENT[0] * tolerance)
    return hopeful
