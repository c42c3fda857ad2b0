# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames lie in which stretch of time, for thousands of phones on hours of frames."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..performance import Phone


def within(times: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]) -> list[slice]:
    """For each stretch the frames whose time lies in start .. end, both included; empty where there is none.

    times: float64[F] seconds, ascending.   starts, ends: float64[N] seconds.
    """
    first, last = np.searchsorted(times, starts, "left"), np.searchsorted(times, ends, "right")
    return [slice(low, max(low, high)) for low, high in zip(first.tolist(), last.tolist(), strict=True)]


def around(times: NDArray[np.float64], phones: Iterable[Phone], margin: float) -> list[slice]:
    """The frames of each phone and of `margin` seconds on both sides; a negative margin leaves its ends away."""
    ends = np.array([(phone.start - margin, phone.end + margin) for phone in phones], np.float64).reshape(-1, 2)
    return within(times, ends[:, 0], ends[:, 1])


def pieces(times: NDArray[np.float64], length: float) -> list[slice]:
    """All frames, in pieces of `length` seconds; the last may be shorter."""
    if not len(times):
        return []
    starts = np.arange(times[0], times[-1] + length / 2, length)
    edges = [*np.searchsorted(times, starts).tolist(), len(times)]
    return [slice(low, high) for low, high in pairwise(edges) if high > low]
