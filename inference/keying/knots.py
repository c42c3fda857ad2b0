# SPDX-License-Identifier: GPL-3.0-or-later
"""Where keys belong on a dense curve before anything is fitted: its ends, its turns, the borders of its holds.

Many curves are worked on at once: they lie one after another in one flat array, `count` frames each,
and a knot is a position in that array.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Knots = NDArray[np.int64]

STILL: Final = 1e-5
"""A change per frame below this is no motion (a hundredth of what the eye or a tolerance could notice)."""
HOLD_FRAMES: Final = 4
"""A curve that stands still this long is a hold, and gets a key on both borders; shorter ones are the top of a turn."""
HERMITE_ERROR: Final = 384.0
"""A cubic Hermite segment of length h misses a curve by |fourth derivative| h^4 / 384 (de Boor, A Practical Guide to Splines)."""


def turns(flat: Floats, count: int, prominence: float) -> tuple[Knots, Knots]:
    """Extrema that stand out by at least `prominence`, and the borders of holds, each in increasing order."""
    step = np.diff(flat)
    step[count - 1 :: count] = 0.0
    moving = np.flatnonzero(np.abs(step) > STILL)
    same_curve = moving[1:] // count == moving[:-1] // count
    held = moving[1:] - moving[:-1] > HOLD_FRAMES
    turning = (step[moving[1:]] > 0) != (step[moving[:-1]] > 0)
    tops = same_curve & turning & ~held
    extrema = (moving[:-1][tops] + 1 + moving[1:][tops]) // 2
    borders = np.union1d(moving[:-1][held] + 1, moving[1:][held])
    return _prominent(flat, count, extrema, prominence), borders


def _prominent(flat: Floats, count: int, extrema: Knots, prominence: float) -> Knots:
    """Drop pairs of neighbouring extrema that differ by less than `prominence`, the closest pairs first."""
    while len(extrema) > 1:
        rise = np.abs(np.diff(flat[extrema]))
        rise[extrema[1:] // count != extrema[:-1] // count] = np.inf
        before = np.concatenate([[np.inf], rise[:-1]])
        after = np.concatenate([rise[1:], [np.inf]])
        pair = (rise < prominence) & (rise < before) & (rise <= after)
        if not pair.any():
            break
        keep = np.ones(len(extrema), bool)
        keep[:-1] &= ~pair
        keep[1:] &= ~pair
        extrema = extrema[keep]
    return extrema


def filled(flat: Floats, count: int, fixed: Knots, tolerance: float) -> Knots:
    """Fixed knots, and as many between them as cubics need to keep within `tolerance`: closer where the curve bends more."""
    curvature = np.zeros_like(flat)
    curvature[2:-2] = np.abs(flat[4:] - 4 * flat[3:-1] + 6 * flat[2:-2] - 4 * flat[1:-3] + flat[:-4])
    for edge in (0, 1, count - 2, count - 1):
        curvature[edge::count] = 0.0
    density = (curvature / (HERMITE_ERROR * tolerance)) ** 0.25
    reach = np.cumsum(density)
    need = np.ceil(reach[fixed[1:]] - reach[fixed[:-1]] - 0.25).astype(np.int64)
    need = np.clip(need, 1, np.maximum(fixed[1:] - fixed[:-1], 1))
    need[fixed[1:] % count == 0] = 1
    segment = np.repeat(np.arange(len(need)), need - 1)
    first = np.cumsum(need - 1) - (need - 1)
    share = (np.arange(len(segment)) - first[segment] + 1) / need[segment]
    goal = reach[fixed[:-1]][segment] * (1 - share) + reach[fixed[1:]][segment] * share
    return np.union1d(fixed, np.searchsorted(reach, goal))
