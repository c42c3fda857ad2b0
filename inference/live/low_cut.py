# SPDX-License-Identifier: GPL-3.0-or-later
"""What is too low to be a voice held back while it sounds, where there is much of it: an offset, a rumble."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from ..arrays import Doubles, Floats
from ..mel import SAMPLE_RATE

HERTZ: Final = 80.0
"""Below which it is held back, by 24 dB an octave: the deepest voices hardly go there."""
MUCH: Final = 0.5
"""Of the power of all that is higher, that what is lower has where it is held back. A deep voice has a fiftieth."""
LITTLE: Final = 0.05
"""And where it is let through again."""
QUIETEST: Final = 2e-5
"""Power of what is low, -47 dB of full scale in _SECONDS, that is let alone, as that of a room."""
_SECONDS: Final = 10.0
"""Over which powers are compared, so that no pause of a voice counts."""
_PIECES: Final = 10
"""Pieces in which it comes and goes."""
_QUALITIES: Final = (0.5412, 1.3066)
"""Of the two halves of a Butterworth filter of fourth order."""


class LowCut:
    """Pieces of one size in and out, none any later; the very same while nothing is held back."""

    def __init__(self, size: int) -> None:
        self._direct, self._shown, self._kept, self._heard = _filter(size)
        self._state = np.zeros(len(self._kept))
        self._forget = math.exp(-size / SAMPLE_RATE / _SECONDS)
        self._all = self._high = 0.0
        self._share, self._ramp = 0, np.arange(1, size + 1) / size

    def feed(self, piece: Floats) -> Floats:
        """float32[size]."""
        high = self._direct @ piece + self._shown @ self._state
        self._state = self._kept @ self._state + self._heard @ piece
        self._all = self._all * self._forget + float(np.square(piece).mean(dtype=np.float64))
        self._high = self._high * self._forget + float(np.square(high).mean())
        low = self._all - self._high
        enough = MUCH if self._share == 0 else LITTLE
        wanted = low > enough * self._high and low * (1 - self._forget) > QUIETEST
        before, self._share = self._share, min(self._share + 1, _PIECES) if wanted else max(self._share - 1, 0)
        if before == self._share == 0:
            return piece
        share = (before + (self._share - before) * self._ramp) / _PIECES
        return np.asarray(piece + share * (high - piece), np.float32)


def _filter(size: int) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """What a piece makes of itself float64[size, size], what the state adds [size, 4], and the next state by both."""
    made, seen, kept, heard = _steps()
    impulse, reach, powers = np.zeros(size), np.zeros((4, size)), [np.eye(4)]
    for _ in range(size):
        powers.append(kept @ powers[-1])
    impulse[0] = made
    impulse[1:] = [seen @ power @ heard for power in powers[: size - 1]]
    at = np.arange(size)
    direct = np.where(at[:, None] >= at, impulse[np.abs(at[:, None] - at)], 0.0)
    reach = np.stack([power @ heard for power in powers[:size][::-1]], axis=1)
    return direct, np.stack([seen @ power for power in powers[:size]]), powers[size], reach


def _steps() -> tuple[float, Doubles, Doubles, Doubles]:
    """One sample after the other: what comes out at once, what of the state float64[4], how that goes on, and what it hears."""
    made, seen, kept, heard = 1.0, np.zeros(0), np.zeros((0, 0)), np.zeros(0)
    turn = 2 * math.pi * HERTZ / SAMPLE_RATE
    for quality in _QUALITIES:
        slow, around = math.sin(turn) / (2 * quality), math.cos(turn)
        b = np.array([1 + around, -2 * (1 + around), 1 + around]) / 2 / (1 + slow)
        a = np.array([1.0, -2 * around / (1 + slow), (1 - slow) / (1 + slow)])
        within, out, into = np.array([[-a[1], 1.0], [-a[2], 0.0]]), np.array([1.0, 0.0]), b[1:] - a[1:] * b[0]
        count = len(kept)
        kept = np.block([[kept, np.zeros((count, 2))], [np.outer(into, seen), within]])
        heard = np.concatenate([heard, into * made])
        seen = np.concatenate([b[0] * seen, out])
        made *= b[0]
    return made, seen, kept, heard
