# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud a voice is, as far as has been heard: what live log mel is compared with.

The level rises at once and falls slowly, so a frame has the same value however the sound arrives, and long ago has no say.
Its floor and range are those of the network that hears whole recordings.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..mel import LEVEL_FLOOR, RANGE

RELEASE: Final = 0.015
"""Nats that the level falls in a mel frame: 6.5 dB a second."""
START: Final = -3.0
"""Level before anything was heard, on the quiet side of voices: what is before the first word is then no voice, and the first
sounds are not all as loud as can be."""
QUIETEST: Final = -RANGE / 8.0
"""What silence is as a levelled value."""


def levelled(log_mel: NDArray[np.float32], band: NDArray[np.float32], level: float) -> tuple[NDArray[np.float32], float]:
    """Log mel float32[M, B] relative to the level, about -1.5..2, and the level after it. band: float32[B] (mel.speech_band)."""
    result = np.empty_like(log_mel)
    for place, frame in enumerate(log_mel):
        level = max(float(frame @ band), level - RELEASE, LEVEL_FLOOR)
        result[place] = (np.maximum(frame - np.float32(level), -RANGE) + RANGE / 2) / 4.0
    return result, level
