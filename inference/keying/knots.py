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
ANCHOR_REACH: Final = 2
"""Keys line up with an anchor that is this many frames away or fewer."""


def turns(flat: Floats, count: int, prominence: float) -> tuple[Knots, Knots]:
    """Extrema that stand out by at least `prominence`, in order, and the borders of holds, in any order."""
    step = np.diff(flat)
    step[count - 1 :: count] = 0.0
    moving = np.flatnonzero(np.abs(step) > STILL)
    same_curve = moving[1:] // count == moving[:-1] // count
    held = moving[1:] - moving[:-1] > HOLD_FRAMES
    turning = (step[moving[1:]] > 0) != (step[moving[:-1]] > 0)
    tops = same_curve & turning & ~held
    extrema = (moving[:-1][tops] + 1 + moving[1:][tops]) // 2
    borders = np.concatenate([moving[:-1][held] + 1, moving[1:][held]])
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


def attracted(flat: Floats, knots: Knots, anchors: Knots, slack: float) -> Knots:
    """Knots moved by up to ANCHOR_REACH frames onto an anchor where the curve is within `slack` of the same height."""
    near = nearest(anchors, knots)
    moves = (np.abs(near - knots) <= ANCHOR_REACH) & (np.abs(flat[np.clip(near, 0, len(flat) - 1)] - flat[knots]) <= slack)
    return np.where(moves, near, knots)


def nearest(anchors: Knots, knots: Knots) -> Knots:
    """The anchor nearest to each knot; without anchors, a place that is near to none."""
    if len(anchors) == 0:
        return np.full(len(knots), -(2**40))
    right = np.clip(np.searchsorted(anchors, knots), 0, len(anchors) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(knots - anchors[left] < np.abs(anchors[right] - knots), anchors[left], anchors[right])
