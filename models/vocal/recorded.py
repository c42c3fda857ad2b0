# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of made sounds before anybody hears them: joined, in a room, through a microphone, as loud as they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from .throats import Wave


def recorded(rng: np.random.Generator, wave: Wave) -> NDArray[np.float32]:
    """float32[n] in a room, with its noise; sometimes nearer to a cartoon's voice, or through a narrow microphone."""
    from scipy.signal import butter, fftconvolve, lfilter, resample_poly

    if rng.random() < 0.3:
        wave = resample_poly(wave, int(rng.integers(80, 126)), 100)
    count = int(rng.uniform(0.05, 0.4) * SAMPLE_RATE)
    room = rng.normal(size=count) * np.exp(-np.arange(count) / (count / 6))
    wet = fftconvolve(wave, room)[: len(wave)]
    wave = levelled(wave) + (rng.uniform(0, 0.3) * levelled(wet) if rng.random() < 0.7 else 0.0)
    if rng.random() < 0.4:
        low = rng.uniform(60, 300)
        wave = lfilter(*butter(2, low, "highpass", fs=SAMPLE_RATE), wave)
    if rng.random() < 0.3:
        wave = lfilter(*butter(4, rng.uniform(3400, 7500), fs=SAMPLE_RATE), wave)
    wave = rng.uniform(0.08, 0.9) * levelled(wave) + 10 ** rng.uniform(-5, -2.6) * rng.normal(size=len(wave))
    return np.asarray(np.clip(wave, -1, 1), np.float32)


def ridden(wave: Wave, rise: float, fall: float, steep: float) -> Wave:
    """A wave that comes in `rise` seconds and goes in the last `fall`. steep: power of both slopes; less is rounder."""
    count = len(wave)
    up, down = max(int(rise * SAMPLE_RATE), 1), min(max(int(fall * SAMPLE_RATE), 1), count)
    at = np.arange(count)
    return wave * np.minimum(np.minimum((at + 1) / up, 1), np.minimum((count - at) / down, 1)) ** steep


def joined(parts: Sequence[Wave]) -> Wave:
    """One after the other."""
    return np.concatenate(parts)


def silence(seconds: float) -> Wave:
    """Nothing."""
    return np.zeros(int(seconds * SAMPLE_RATE))


def levelled(wave: Wave) -> Wave:
    """Its loudest moment is 1."""
    return np.asarray(wave / max(float(np.abs(wave).max(initial=0.0)), 1e-9))
