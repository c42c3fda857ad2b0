# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes an instrument talk: moving resonances, a beating loudness, overload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE

Wave = NDArray[np.float32]
FRAME: Final = 512
HOP: Final = 128
FRAME_SECONDS: Final = HOP / SAMPLE_RATE


def wander(generator: np.random.Generator, frames: int, low: float, high: float, rate: float) -> NDArray[np.float64]:
    """float64[frames] a value that glides from one random place between low and high to the next, `rate` places a second, evenly
    in octaves."""
    places = int(frames * FRAME_SECONDS * rate) + 3
    knots = generator.uniform(np.log(low), np.log(high), places)
    return np.asarray(np.exp(np.interp(np.arange(frames) * FRAME_SECONDS * rate, np.arange(places), knots)))


def resonate(wave: Wave, centres: Sequence[NDArray[np.float64]], width: float, floor: float) -> Wave:
    """Band-pass around centres (Hz, a track each): width as a share of the centre, floor: what passes elsewhere, 0..1."""
    from scipy.signal import istft, stft

    hz, _, spectra = stft(wave, SAMPLE_RATE, nperseg=FRAME, noverlap=FRAME - HOP)
    gain = np.full(spectra.shape, floor)
    for track in centres:
        centre = np.interp(np.arange(spectra.shape[1]), np.arange(len(track)), track)
        gain += 1.0 / (1.0 + ((hz[:, None] - centre) / (width * centre)) ** 2)
    _, filtered = istft(spectra * gain, SAMPLE_RATE, nperseg=FRAME, noverlap=FRAME - HOP)
    return np.asarray(np.pad(filtered, (0, max(0, len(wave) - len(filtered))))[: len(wave)], np.float32)


def wah(generator: np.random.Generator, wave: Wave) -> Wave:
    """One or two resonances that wander where a mouth's do, steadily or now and then."""
    frames = len(wave) // HOP + 2
    rate = float(generator.uniform(0.3, 6.0))
    bands = [wander(generator, frames, 250.0, 1200.0, rate), wander(generator, frames, 900.0, 3200.0, rate)]
    chosen = bands[: int(generator.integers(1, 3))]
    return resonate(wave, chosen, float(generator.uniform(0.06, 0.35)), float(generator.choice([0.0, 0.03, 0.2])))


def tremolo(generator: np.random.Generator, wave: Wave) -> Wave:
    """Loudness that beats as often as syllables do, smoothly or as a gate does."""
    time = np.arange(len(wave)) / SAMPLE_RATE
    beat = 0.5 + 0.5 * np.sin(2 * np.pi * generator.uniform(1.5, 9.0) * time + generator.uniform(0.0, 6.0))
    sharp = float(generator.choice([1.0, 1.0, 4.0]))
    gate = np.clip((beat - 0.5) * sharp + 0.5, 0.0, 1.0)
    depth = generator.uniform(0.4, 1.0)
    return np.asarray(wave * (1.0 - depth * gate), np.float32)


def overload(generator: np.random.Generator, wave: Wave) -> Wave:
    """float32[n] a sound overdriven as by a valve amplifier, at a random gain."""
    peak = float(np.abs(wave).max()) or 1.0
    drive = float(generator.uniform(3.0, 30.0))
    driven = np.tanh(wave * (drive / peak) + generator.uniform(0.0, 0.5))
    return np.asarray(driven - driven.mean(), np.float32)


def some(generator: np.random.Generator, wave: Wave) -> Wave:
    """float32[n] a wave through none, one or two of these effects, drawn at random."""
    if generator.random() < 0.2:
        wave = overload(generator, wave)
    if generator.random() < 0.3:
        wave = wah(generator, wave)
    if generator.random() < 0.2:
        wave = tremolo(generator, wave)
    return wave
