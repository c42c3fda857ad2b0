# SPDX-License-Identifier: GPL-3.0-or-later
"""Take keys away again that turned out not to be needed.

Keys are set where a segment misses most, one after another, so that an early one is often made superfluous by those that came
after it. A key goes where the segment that its two neighbours make without it keeps within the tolerance; of two neighbours only
the one that is missed less goes at a time.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .segments import HOPELESS, Floats, Knots, Segments, longest, shaped

ROUNDS: Final = 3
"""Later rounds find next to nothing: 99.5 % of what eight rounds take goes in three."""


def thinned(flat: Floats, count: int, segments: Segments, tolerances: Floats) -> Segments:
    """The segments that are left where knots went that are not needed; the ends of every curve, `count` frames each, stay."""
    curves = flat.reshape(-1, count)
    band = curves.min(axis=1), curves.max(axis=1)
    at = segments.last[:-1]  # the knots between two segments
    inner = np.flatnonzero((at % count != 0) & (at % count != count - 1))
    without, miss = segments.take(np.arange(len(at))), np.full(len(at), np.inf)
    for _ in range(ROUNDS):
        miss[inner] = np.inf
        inner = inner[_hopeful(flat, segments, inner, tolerances[segments.first[inner] // count])]
        if len(inner):
            first, last = segments.first[inner], segments.last[inner + 1]
            allowed = tolerances[first // count]
            tried = shaped(flat, first, last, (segments.leaving[inner], segments.arriving[inner + 1]), allowed)
            miss[inner] = np.where((tried.miss <= allowed) & _within(flat, count, tried, band), tried.miss, np.inf)
            without = without.with_others(inner, tried)
        before, after = np.append(np.inf, miss[:-1]), np.append(miss[1:], np.inf)
        goes = np.isfinite(miss) & (miss < before) & (miss <= after)
        if not goes.any():
            break
        gone = goes.nonzero()[0]
        segments = segments.with_others(gone, without.take(gone)).take(np.append(True, ~goes).nonzero()[0])
        changed = np.zeros(len(miss) + 2, bool)
        changed[gone] = changed[gone + 2] = True
        stays = (~goes).nonzero()[0]
        without, miss, at = without.take(stays), miss[stays], at[stays]
        inner = np.flatnonzero(changed[1:-1][stays] & (at % count != 0) & (at % count != count - 1))
    return segments


def _within(flat: Floats, count: int, segments: Segments, band: tuple[Floats, Floats]) -> NDArray[np.bool_]:
    """bool[n]: whether both handles of each segment stay between the lowest and the highest value of its curve, the band."""
    of = segments.first // count
    low, high = band[0][of], band[1][of]
    length = (segments.last - segments.first).astype(np.float64)
    right = flat[segments.first] + segments.leaving * segments.a * length
    left = flat[segments.last] - segments.arriving * segments.b * length
    inside: NDArray[np.bool_] = (np.minimum(left, right) >= low) & (np.maximum(left, right) <= high)
    return inside


def _hopeful(flat: Floats, segments: Segments, at: Knots, tolerance: Floats) -> NDArray[np.bool_]:
    """bool[n]: whether a curve over a segment and the next can come near the knot in between.

    Handles a third long bring it there or thereabouts, and those that are allowed can: it stays in the band of its four points.
    """
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
    hopeful: NDArray[np.bool_] = reaches & (np.abs(cubic - above) < HOPELESS * tolerance)
    return hopeful
