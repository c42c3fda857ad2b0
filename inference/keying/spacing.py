# SPDX-License-Identifier: GPL-3.0-or-later
"""Part keys that stand on neighbouring frames, where the curve keeps within its tolerance: nobody can grab one of two such keys.

One of the two goes a frame further off the other, rather onto an anchor. Of keys next to each other one goes at a time.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from .segment_samples import Curves, Knots
from .segments import Segments, shaped
from .slopes import held_back
from .thinning import band_of, fits

ON_ANCHOR: Final = 2.0
"""A place on an anchor goes before any that is none, by whatever share of the tolerance it is missed."""


def spaced(curves: Curves, segments: Segments, central: Doubles, anchors: Knots) -> Segments:
    """As many segments between keys of which fewer are neighbours. central: the slope of the curves at every position."""
    at, to = _moves(curves, segments)
    if len(at) == 0:
        return segments
    halves, count = _halves(curves, segments, at, to, central), len(at)
    good = fits(curves, halves, band_of(curves))
    miss = halves.miss / curves.allowed(halves.first)
    cost = np.maximum(miss[:count], miss[count:]) - ON_ANCHOR * np.isin(to, anchors)
    cost[~(good[:count] & good[count:])] = np.inf
    chosen = _chosen(at, cost, len(segments.first))
    segments = segments.with_others(at[chosen], halves.take(chosen))
    return segments.with_others(at[chosen] + 1, halves.take(chosen + count))


def _moves(curves: Curves, segments: Segments) -> tuple[Knots, Knots]:
    """Keys that could move off a neighbour: the segment before each, and the position to go to."""
    first, last = segments.first, segments.last
    length = last - first
    close = np.flatnonzero((length == 1) & (first // curves.count == last // curves.count))
    back, on = close[~curves.ends(first[close])], close[~curves.ends(last[close])]
    back, on = back[length[back - 1] > 2], on[length[on + 1] > 2]
    return np.concatenate([back - 1, on]), np.concatenate([first[back] - 1, last[on] + 1])


def _halves(curves: Curves, segments: Segments, at: Knots, to: Knots, central: Doubles) -> Segments:
    """The segments before all moved keys, then those after them."""
    flat, first, last = curves.flat, segments.first[at], segments.last[at + 1]
    before, after = (flat[to] - flat[first]) / (to - first), (flat[last] - flat[to]) / (last - to)
    slopes = held_back(central[to], before, after)
    leaving = np.concatenate([segments.leaving[at], slopes])
    arriving = np.concatenate([slopes, segments.arriving[at + 1]])
    return shaped(curves, np.concatenate([first, to]), np.concatenate([to, last]), (leaving, arriving))


def _chosen(at: Knots, cost: Doubles, number: int) -> NDArray[np.intp]:
    """The cheapest move of each key, where the keys on either side of it have no cheaper one. at: their places of `number`."""
    best = np.full(number + 2, np.inf)
    np.minimum.at(best, at + 1, cost)
    wins = np.isfinite(cost) & (cost == best[at + 1]) & (cost < best[at]) & (cost <= best[at + 2])
    rows = np.flatnonzero(wins)
    _, distinct = np.unique(at[rows], return_index=True)
    return rows[distinct]
