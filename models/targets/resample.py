# SPDX-License-Identifier: GPL-3.0-or-later
"""Filmed curves at the camera's rate → the 50 frames a second of a Performance.

Camera frame i shows the face at i / fps. On the filmed speaker the lips then part 7 to 11 ms after the burst of a p or b is heard
and meet 1 to 8 ms after its closure is (medians of 900); half a frame later or earlier would put both off by 20 ms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...inference.performance import FRAME_RATE


def centres(frames: int) -> NDArray[np.float64]:
    """float64[frames] seconds at the centre of each frame."""
    return np.asarray((np.arange(frames) + 0.5) / FRAME_RATE, dtype=np.float64)


def resample(values: NDArray[np.floating], fps: float, frames: int) -> NDArray[np.float64]:
    """Values float[F, ...] at fps → float64[frames, ...] by a cubic spline; before the first and after the last they hold."""
    from scipy.interpolate import CubicSpline

    times = np.arange(len(values)) / fps
    spline = CubicSpline(times, np.asarray(values, dtype=np.float64), axis=0)
    return np.asarray(spline(np.clip(centres(frames), times[0], times[-1])))


def resample_mask(known: NDArray[np.bool_], fps: float, frames: int) -> NDArray[np.bool_]:
    """True where both camera frames around a 50 Hz frame are known."""
    position = centres(frames) * fps
    last = len(known) - 1
    before = np.minimum(np.floor(position).astype(int), last)
    after = np.minimum(np.ceil(position).astype(int), last)
    inside = position <= last + 1.0
    return np.asarray(known[before] & known[after] & inside)
