# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests and robust estimates for small samples, in NumPy alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles

HUBER: Final = 1.345
"""Where Huber's estimate begins to distrust an outlier: 95 % efficiency for normal errors (Huber 1964)."""
MAD: Final = 1.4826
"""From the median absolute deviation to a standard deviation."""
ROUNDS: Final = 30
MOST_FLIPPED: Final = 14
"""Sign flips are counted out up to this many observations, and drawn beyond it."""
DRAWN: Final = 1 << 14


def t_tail(t: float, degrees: int) -> float:
    """Two-sided p of Student's t with whole degrees of freedom, exactly (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    theta = math.atan(abs(t) / math.sqrt(degrees))
    sine, cosine = math.sin(theta), math.cos(theta)
    if degrees == 1:
        return 1.0 - 2.0 * theta / math.pi
    term, total = 1.0, 1.0
    if degrees % 2:
        for k in range(3, degrees - 1, 2):
            term *= (k - 1) / k * cosine**2
            total += term
        inside = 2.0 / math.pi * (theta + sine * cosine * total)
    else:
        for k in range(2, degrees - 1, 2):
            term *= (k - 1) / k * cosine**2
            total += term
        inside = sine * total
    return min(max(1.0 - inside, 0.0), 1.0)


def sign_flip_p(values: Sequence[float]) -> float:
    """Two-sided p that a sum as far from zero comes from values whose signs are a matter of chance (Fisher 1935)."""
    sizes = np.abs(np.asarray(values, np.float64))
    observed = abs(float(np.sum(values)))
    if len(sizes) <= MOST_FLIPPED:
        signs = 1 - 2 * ((np.arange(1 << len(sizes))[:, None] >> np.arange(len(sizes))) & 1)
    else:
        signs = np.random.default_rng(len(sizes)).choice((-1, 1), (DRAWN, len(sizes)))
    sums = np.abs(signs @ sizes)
    as_far = int((sums >= observed - 1e-12).sum())
    return (as_far + (len(sizes) > MOST_FLIPPED)) / (len(sums) + (len(sizes) > MOST_FLIPPED))


def huber_slope(x: Doubles, y: Doubles) -> tuple[float, float]:
    """The slope of y = slope * x without outliers' pull, and the spread of what it leaves over (a standard deviation).

    x: positive weights; ones for a robust mean.
    """
    slope = float(np.median(y / x))
    spread = 0.0
    for _ in range(ROUNDS):
        left = y - slope * x
        spread = max(MAD * float(np.median(np.abs(left))), 1e-9)
        trust = np.minimum(1.0, HUBER * spread / np.maximum(np.abs(left), 1e-12))
        better = float((trust * x * y).sum() / (trust * x * x).sum())
        if abs(better - slope) < 1e-9:
            break
        slope = better
    return slope, spread


def chosen(p: Sequence[float], rate: float) -> NDArray[np.bool_]:
    """Which of many findings are taken for real when no more than this share of those shall be false
    (Benjamini and Hochberg 1995); where nothing is real, also the chance that any is taken."""
    values = np.asarray(p, np.float64)
    if not len(values):
        return np.zeros(0, bool)
    order = np.argsort(values)
    passes = np.flatnonzero(values[order] <= rate * np.arange(1, len(values) + 1) / len(values))
    taken = np.zeros(len(values), bool)
    taken[order[: passes[-1] + 1 if len(passes) else 0]] = True
    return taken
