# SPDX-License-Identifier: GPL-3.0-or-later
"""Log mel of sound that arrives in pieces: the same values as of the whole, whatever the pieces are."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from .. import mel
from ..arrays import Floats
from ..mel import FFT, HOP, LEFT_PAD, POWER_FLOOR, WINDOW

TOGETHER: Final = 2
"""Mel frames that are made at once: those of one output frame. Always as many, so that nothing depends on how sound arrives."""
_STEP: Final = TOGETHER * HOP
NEEDED: Final = _STEP - HOP + WINDOW
"""Samples that TOGETHER frames look at."""


@lru_cache(maxsize=1)
def _tables() -> tuple[Floats, Floats, slice]:
    """Window float32[WINDOW], filters float32[bins, MELS], and which bins of the transform they hear."""
    first = round(float(mel.bins()[0]) * FFT / mel.SAMPLE_RATE)
    filters = np.ascontiguousarray(mel.filters().T)
    return mel.window().astype(np.float32), filters, slice(first, first + len(filters))


class Spectrum:
    """Samples in, pairs of log mel frames out. Keeps no more sound than the next pair needs."""

    def __init__(self) -> None:
        # Before its start there is silence.
        self._waiting = np.zeros(LEFT_PAD, np.float32)

    def feed(self, samples: Floats) -> list[Floats]:
        """float32[TOGETHER, MELS] each, for float32[n] at 16 kHz."""
        waiting = np.concatenate([self._waiting, samples])
        pairs = []
        start = 0
        while start + NEEDED <= len(waiting):
            pairs.append(log_mel(waiting[start : start + NEEDED]))
            start += _STEP
        self._waiting = waiting[start:].copy()
        return pairs


def log_mel(samples: Floats) -> Floats:
    """float32[TOGETHER, MELS] of NEEDED samples."""
    window, filters, heard = _tables()
    frames = np.stack([samples[place : place + WINDOW] for place in range(0, _STEP, HOP)]) * window
    # NumPy's transform works in double precision; so do the sums of squares, and only the result is short.
    power = np.square(np.abs(np.fft.rfft(frames, FFT)[:, heard]))
    return np.asarray(np.log(power.astype(np.float32) @ filters + np.float32(POWER_FLOOR)), np.float32)
