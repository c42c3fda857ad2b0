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

from .segments import HOPELESS, Floats, Knots, Segments, shaped

ROUNDS: Final = 3
"""Later rounds find next to nothing: 99.5 % of what eight rounds take goes in three."""


def thinned(flat: Floats, count: int, knots: Knots, slopes: Floats, tolerances: Floats) -> tuple[Knots, Floats]:
    """The knots that are needed, and their slopes; the ends of every curve, `count` frames each, stay."""
    miss = np.full(len(knots), np.inf)
    changed = np.ones(len(knots), bool)
    for _ in range(ROUNDS):
        miss[changed] = np.inf
        inner = np.flatnonzero(changed & (knots % count != 0) & (knots % count != count - 1))
        inner = inner[_hopeful(flat, knots, slopes, inner, tolerances[knots[inner] // count])]
        if len(inner):
            allowed = tolerances[knots[inner] // count]
            without = shaped(flat, knots[inner - 1], knots[inner + 1], (slopes[inner - 1], slopes[inner + 1]), allowed)
            miss[inner] = np.where((without.miss <= allowed) & _within(flat, count, without), without.miss, np.inf)
        before, after = np.append(np.inf, miss[:-1]), np.append(miss[1:], np.inf)
        goes = np.isfinite(miss) & (miss < before) & (miss <= after)
        if not goes.any():
            break
        gone = np.flatnonzero(goes)
        changed = np.zeros(len(knots), bool)
        changed[gone - 1] = changed[gone + 1] = True
        knots, slopes, miss, changed = knots[~goes], slopes[~goes], miss[~goes], changed[~goes]
    return knots, slopes


def _within(flat: Floats, count: int, segments: Segments) -> NDArray[np.bool_]:
    """bool[n]: whether both handles of each segment stay between the lowest and the highest value of its curve."""
    curves = flat.reshape(-1, count)
    of = segments.first // count
    low, high = curves.min(axis=1)[of], curves.max(axis=1)[of]
    length = (segments.last - segments.first).astype(np.float64)
    right = flat[segments.first] + segments.leaving * segments.a * length
    left = flat[segments.last] - segments.arriving * segments.b * length
    inside: NDArray[np.bool_] = (np.minimum(left, right) >= low) & (np.maximum(left, right) <= high)
    return inside


def _hopeful(flat: Floats, knots: Knots, slopes: Floats, at: Knots, tolerance: Floats) -> NDArray[np.bool_]:
    """bool[n]: whether a curve from the knot before to the one after comes anywhere near the knot in between."""
    first, last = knots[at - 1], knots[at + 1]
    length = (last - first).astype(np.float64)
    u = (knots[at] - first) / length
    rise = flat[last] - flat[first]
    leaving, arriving = slopes[at - 1] * length, slopes[at + 1] * length
    middle = (u**3 - 2 * u**2 + u) * leaving + (3 * u**2 - 2 * u**3) * rise + (u**3 - u**2) * arriving
    hopeful: NDArray[np.bool_] = np.abs(flat[first] + middle - flat[knots[at]]) < HOPELESS * tolerance
    return hopeful
