# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody speaks the face rests: exactly, so that silence needs no keys. Only what is near in time counts."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..performance import FRAME_RATE

UNLIKELY: Final = 0.1
LIKELY: Final = 0.35
"""Probabilities of speech at which the lips rest, and at which they are free."""
ANTICIPATION: Final = 0.16
"""Seconds that lips move before the first sound and after the last."""
MEMORY: Final = 2.0
"""Seconds that a mood is kept after the last word and known before the first."""


def presence(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[T] 0 at rest .. 1 free, from the probability of speech float32[T]."""
    likely = np.clip((speech - UNLIKELY) / (LIKELY - UNLIKELY), 0, 1)
    near = _highest(likely, round(ANTICIPATION * FRAME_RATE))
    return _softened(near, round(ANTICIPATION * FRAME_RATE / 2))


def mood(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[T] 0 where nobody has spoken for a while .. 1 around speech."""
    return _softened(_highest(np.clip(speech * 2 - 1, 0, 1), round(MEMORY * FRAME_RATE)), round(MEMORY * FRAME_RATE / 4))


def _highest(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    return np.asarray(sliding_window_view(np.pad(values, reach), 2 * reach + 1).max(axis=1))


def _softened(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Weighted mean over `reach` frames on either side; the edges hold."""
    bell = np.hanning(2 * reach + 3)[1:-1]
    return np.convolve(np.pad(values, reach, mode="edge"), bell / bell.sum(), "valid").astype(np.float32)
