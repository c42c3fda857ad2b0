# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes and goes in a sound, without what is always there: the hiss of an amplifier or the air of a room is no company."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..arrays import Floats
from .prosody import QUIETEST

AROUND: Final = 250
"""Frames on either side in which is looked for what never ends: 5 s, longer than a note is held."""
SHORTEST: Final = 200
"""Frames of a sound in which that can be told."""
QUIETER: Final = 10
"""Percent of the time in which a band of noise is quieter than its floor."""
ABOVE: Final = 2.0
"""Times the floor that noise hardly goes beyond."""
_SMOOTH: Final = 11
"""Frames over which the power of noise is averaged."""
_SEEN: Final = 5
"""Of so many frames one is looked at."""
_EVERY: Final = 5
"""Of so many of those the floor is found for one, and goes straight between them."""


def passing(loudness: Floats, bands: Floats) -> Floats:
    """The loudness float32[T] in decibels of what comes and goes.

    bands: float32[T, B] decibels, as voice.spectrum() gives them.
    """
    frames = len(loudness)
    if frames < SHORTEST:
        return loudness
    whole, left = np.zeros(frames), np.zeros(frames)
    for band in bands.T:
        power = _smoothed(10 ** (0.1 * band.astype(np.float64)))
        whole += power
        left += np.maximum(power - ABOVE * _floor(power), 0)
    share = np.maximum(left / whole, 1e-10)
    return np.asarray(np.maximum(loudness + 10 * np.log10(share), QUIETEST), np.float32)


def _smoothed(power: NDArray[np.float64]) -> NDArray[np.float64]:
    reach = _SMOOTH // 2
    return np.convolve(np.pad(power, reach, mode="edge"), np.ones(_SMOOTH) / _SMOOTH, "valid")


def _floor(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[T] of what is there nearly all the time around each frame."""
    seen = np.pad(power[::_SEEN], AROUND // _SEEN, mode="reflect", reflect_type="even")
    windows = sliding_window_view(seen, 2 * AROUND // _SEEN + 1)[::_EVERY]
    rank = len(windows[0]) * QUIETER // 100
    parts = np.array_split(windows, len(windows) // 500 + 1)
    floor = np.concatenate([np.partition(part, rank, axis=1)[:, rank] for part in parts])
    return np.asarray(np.interp(np.arange(len(power)), np.arange(len(floor)) * _EVERY * _SEEN, floor))
