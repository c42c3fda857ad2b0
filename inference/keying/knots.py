# SPDX-License-Identifier: GPL-3.0-or-later
"""Where keys belong on a dense curve before anything is fitted: its ends, its turns, the borders of its holds.

Many curves are worked on at once: they lie one after another in one flat array, `count` frames each,
and a knot is a position in that array.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles

Knots = NDArray[np.int64]

STILL: Final = 1e-5
"""A change per frame below this is no motion (a hundredth of what the eye or a tolerance could notice)."""
HOLD_FRAMES: Final = 4
"""A curve that stands still this long is a hold, and gets a key on both borders; shorter ones are the top of a turn."""
NOWHERE: Final = 2**40
ANCHOR_REACH: Final = 2
"""Keys line up with an anchor that is this many frames away or fewer."""


def turns(flat: Doubles, count: int, tolerances: Doubles) -> tuple[Knots, Knots]:
    """Extrema that stand out by two tolerances of their curve, in order, and the borders of holds, in any order."""
    step = np.diff(flat, append=flat[-1:])
    moves = np.abs(step) > STILL
    moves[count - 1 :: count] = True
    moving = np.concatenate([[-1], np.flatnonzero(moves)])
    before, after = moving[:-1], moving[1:]
    held = after - before > HOLD_FRAMES
    inside = (before % count != count - 1) & (after % count != count - 1)
    turning = inside & ~held & ((step[after] > 0) != (step[before] > 0))
    extrema = (before[turning] + 1 + after[turning]) // 2
    starts, ends = _distinct(flat, count, before[held] + 1, after[held], tolerances / 2)
    borders = np.concatenate([starts, ends])
    extrema = _prominent(flat, count, extrema, 2 * tolerances)
    return _above_holds(flat, count, extrema, borders, tolerances), borders


def _distinct(flat: Doubles, count: int, starts: Knots, ends: Knots, slacks: Doubles) -> tuple[Knots, Knots]:
    """Starts and ends of holds without those between which the curve hardly leaves their common height."""
    if len(starts) < 2:
        return starts, ends
    gaps = np.column_stack([ends[:-1], starts[1:]]).ravel()
    highest, lowest = np.maximum.reduceat(flat, gaps)[::2], np.minimum.reduceat(flat, gaps)[::2]
    level, slack = flat[ends[:-1]], slacks[starts[1:] // count]
    same = (highest <= level + slack) & (lowest >= level - slack) & (np.abs(flat[starts[1:]] - level) < STILL)
    same &= ends[:-1] // count == starts[1:] // count
    return starts[np.append(True, ~same)], ends[np.append(~same, True)]


def _above_holds(flat: Doubles, count: int, extrema: Knots, borders: Knots, tolerances: Doubles) -> Knots:
    """Drop extrema between two holds of their curve that leave neither by more than the tolerance."""
    if len(borders) < 2 or len(extrema) == 0:
        return extrema
    ordered = np.sort(borders)
    after = np.searchsorted(ordered, extrema)
    inner = (after > 0) & (after < len(ordered))
    left, right = ordered[np.maximum(after - 1, 0)], ordered[np.minimum(after, len(ordered) - 1)]
    alone = np.searchsorted(extrema, right) - np.searchsorted(extrema, left) == 1
    tolerance = tolerances[extrema // count]
    small = (np.abs(flat[extrema] - flat[left]) < tolerance) & (np.abs(flat[extrema] - flat[right]) < tolerance)
    inner &= (left // count == extrema // count) & (right // count == extrema // count)
    kept: Knots = extrema[~(inner & alone & small)]
    return kept


def _prominent(flat: Doubles, count: int, extrema: Knots, prominences: Doubles) -> Knots:
    """Drop pairs of neighbouring extrema that differ by less than the prominence of their curve, the closest pairs first."""
    while len(extrema) > 1:
        rise = np.abs(np.diff(flat[extrema]))
        rise[extrema[1:] // count != extrema[:-1] // count] = np.inf
        before = np.concatenate([[np.inf], rise[:-1]])
        after = np.concatenate([rise[1:], [np.inf]])
        pair = (rise < prominences[extrema[1:] // count]) & (rise < before) & (rise <= after)
        if not pair.any():
            break
        keep = np.ones(len(extrema), bool)
        keep[:-1] &= ~pair
        keep[1:] &= ~pair
        extrema = extrema[keep]
    return extrema


def attracted(flat: Doubles, count: int, knots: Knots, anchors: Knots, slacks: Doubles) -> Knots:
    """Knots moved by up to ANCHOR_REACH frames onto an anchor where the curve is within its slack of the same height."""
    near, slack = nearest(anchors, knots, count), slacks[knots // count]
    moves = (np.abs(near - knots) <= ANCHOR_REACH) & (np.abs(flat[np.clip(near, 0, len(flat) - 1)] - flat[knots]) <= slack)
    return np.where(moves, near, knots)


def nearest(anchors: Knots, knots: Knots, count: int) -> Knots:
    """The anchor of the same curve nearest to each knot; where it has none, a place that is near to none."""
    fenced = np.concatenate([[-NOWHERE], anchors, [NOWHERE]])
    right = np.searchsorted(anchors, knots) + 1
    before, after = fenced[right - 1], fenced[right]
    before = np.where(before // count == knots // count, before, -NOWHERE)
    after = np.where(after // count == knots // count, after, NOWHERE)
    return np.where(knots - before < after - knots, before, after)
