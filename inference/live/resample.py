# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound of any rate to 16 kHz as it arrives: the same samples whatever the pieces are."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..errors import ParlanceError
from ..mel import SAMPLE_RATE

CROSSINGS: Final = 12
"""Zero crossings of the sinc on either side: 60 dB down a tenth beyond the band."""
LOWEST: Final = 8_000
HIGHEST: Final = 192_000
"""Samples a second that microphones and files have."""
_PASSED: Final = 0.92
"""Share of the band that is kept."""


class Resampler:
    """float32[n] at `rate` in, float32[m] at SAMPLE_RATE out; late by the reach of the filter, .75 ms at 16 kHz."""

    def __init__(self, rate: int) -> None:
        if not LOWEST <= rate <= HIGHEST:
            raise ParlanceError(f"Sound of {rate} samples a second cannot be heard live; choose one of {LOWEST} to {HIGHEST}.")
        self._rate = rate
        self._stretch = max(1.0, rate / SAMPLE_RATE)
        self._reach = math.ceil(CROSSINGS * self._stretch)
        self._waiting = np.zeros(self._reach, np.float32)
        self._first = -self._reach
        """Which sample the first of those waiting is."""
        self._made = 0

    def feed(self, samples: Floats) -> Floats:
        """All that can be made of what has arrived."""
        if self._rate == SAMPLE_RATE:
            return samples
        waiting = np.concatenate([self._waiting, samples])
        known = self._first + len(waiting)
        # The last sample that can be made looks `reach` samples further than where it is.
        last = ((known - 1 - self._reach) * SAMPLE_RATE) // self._rate
        numbers = np.arange(self._made, max(last + 1, self._made), dtype=np.int64)
        made = self._at(waiting, numbers)
        self._made += len(numbers)
        keep = (self._made * self._rate) // SAMPLE_RATE - self._reach
        self._waiting = waiting[max(keep - self._first, 0) :].copy()
        self._first = max(keep, self._first)
        return made

    def _at(self, waiting: Floats, numbers: NDArray[np.int64]) -> Floats:
        whole, part = np.divmod(numbers * self._rate, SAMPLE_RATE)
        taps = np.arange(-self._reach + 1, self._reach + 1)
        away = (taps[None, :] - (part / SAMPLE_RATE)[:, None]) / self._stretch
        window = np.cos(np.clip(away / CROSSINGS, -1.0, 1.0) * (np.pi / 2)) ** 2
        kernel = (np.sinc(_PASSED * away) * window * (_PASSED / self._stretch)).astype(np.float32)
        heard = waiting[np.clip((whole - self._first)[:, None] + taps[None, :], 0, max(len(waiting) - 1, 0))]
        return np.asarray((heard * kernel).sum(axis=1), np.float32)
