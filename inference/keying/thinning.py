# SPDX-License-Identifier: GPL-3.0-or-later
"""Take keys away again that turned out not to be needed.

Keys are set where a segment misses most, one after another, so that an early one is often made superfluous by those that came
after it. A key goes where the segment that its two neighbours make without it keeps within the tolerance; of two neighbours only
the one that is missed less goes at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from .segment_samples import Curves, Knots
from .segments import PATIENT, Segments, longest, shaped


def thinned(curves: Curves, segments: Segments) -> Segments:
    """The segments that are left where knots went that are not needed; the ends of every curve stay."""
    at = segments.last[:-1]  # the knots between two segments
    inner = np.flatnonzero(~curves.ends(at))
    inner = inner[_hopeful(curves, segments, inner)]
    if len(inner) == 0:
        return segments
    slopes = segments.leaving[inner], segments.arriving[inner + 1]
    tried = shaped(curves, segments.first[inner], segments.last[inner + 1], slopes)
    miss, row = np.full(len(at), np.inf), np.zeros(len(at), np.int64)
    miss[inner], row[inner] = np.where(fits(curves, tried, band_of(curves)), tried.miss, np.inf), np.arange(len(inner))
    before, after = np.append(np.inf, miss[:-1]), np.append(miss[1:], np.inf)
    goes = np.isfinite(miss) & (miss < before) & (miss <= after)
    gone = goes.nonzero()[0]
    return segments.with_others(gone, tried.take(row[gone])).take(np.append(True, ~goes).nonzero()[0])


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
