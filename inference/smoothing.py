# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks made smoother or wider: Gaussian and symmetric windows, and the highest value nearby."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .arrays import Floats

_AT_ONCE: Final = 32_768
"""Samples that are added up together, so that what is needed on the way stays small however long a track is."""


def smooth(track: Floats, deviation: float) -> Floats:
    """float[T] or float[T, C] blurred by a Gaussian of `deviation` samples; ends are extended."""
    reach = math.ceil(3 * deviation)
    if reach == 0 or deviation < 0.2 or len(track) < 2:
        return track
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    return weighted(track, (taps / taps.sum()).astype(np.float32))


def weighted(track: Floats, taps: Floats) -> Floats:
    """float[T] or float[T, C] under a symmetric window of odd length."""
    reach = len(taps) // 2
    padded = _extended(track, reach)
    result = np.empty(track.shape, np.float32)
    for start in range(0, len(track), _AT_ONCE):
        stop = min(start + _AT_ONCE, len(track))
        total = taps[reach] * track[start:stop]
        for step in range(1, reach + 1):
            before, after = (padded[start + reach + way : stop + reach + way] for way in (-step, step))
            total = total + taps[reach + step] * (before + after)
        result[start:stop] = total
    return result


def dilate(track: Floats, reach: int) -> Floats:
    """The highest value within `reach` samples on either side, float[T] or float[T, C]."""
    reach = min(reach, len(track) - 1)
    if reach < 1:
        return track
    padded, widest = _extended(track, reach), track.copy()
    for step in range(1, reach + 1):
        for way in (-step, step):
            np.maximum(widest, padded[reach + way : reach + way + len(track)], out=widest)
    return widest


def _extended(track: Floats, reach: int) -> Floats:
    """The track with its first and last value `reach` times more; np.pad takes longer than all else that a live frame needs."""
    padded = np.empty((len(track) + 2 * reach, *track.shape[1:]), track.dtype)
    padded[:reach], padded[reach : reach + len(track)], padded[reach + len(track) :] = track[:1], track, track[-1:]
    return padded
