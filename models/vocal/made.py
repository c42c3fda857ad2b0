# SPDX-License-Identifier: GPL-3.0-or-later
"""Sobs and noises that are made: nobody may be recorded crying for a corpus that is free, and doors are no coughs.

A sob is a voiced breath out whose pitch falls and trembles, with air drawn in between, in jerks; whimpers are shorter and faster.
All lengths, pitches and falls are our own guesses, and wide.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE

Wave = NDArray[np.float64]
VOWELS: Final = ((760, 1350, 2700), (600, 1100, 2600), (520, 1500, 2500), (350, 900, 2400), (420, 2000, 2700), (300, 2300, 3000))
"""Formants of a, ɔ, ə, u, e, i; Hz."""


def sobs(rng: np.random.Generator) -> NDArray[np.float32]:
    """float32[n] of somebody who sobs, or whimpers, for two to five seconds."""
    size = rng.uniform(0.85, 1.25)
    usual = rng.uniform(170, 330) * size
    quick = rng.random() < 0.35
    parts: list[Wave] = []
    for at in range(rng.integers(4, 9)):
        seconds = rng.uniform(0.12, 0.25) if quick else rng.uniform(0.22, 0.7)
        high = usual * 2 ** (rng.normal(0.1, 0.2))
        fall = rng.uniform(1, 8) * (1 if rng.random() < 0.85 else -0.4)
        loud = rng.uniform(0.4, 1.0) * (1 - 0.05 * at)
        parts.append(loud * _cry(rng, seconds, high, high * 2 ** (-fall / 12), size))
        pause = rng.uniform(0.08, 0.2) if quick else rng.uniform(0.12, 0.5)
        parts.append(loud * _drawn_in(rng, pause, size))
    wave = np.concatenate(parts)
    return _recorded(rng, wave)


def noise(rng: np.random.Generator) -> NDArray[np.float32]:
    """float32[n] of a few knocks, hisses, scrapes or tones."""
    parts: list[Wave] = []
    for _ in range(rng.integers(1, 6)):
        count = int(rng.uniform(0.05, 0.7) * SAMPLE_RATE)
        time = np.arange(count) / SAMPLE_RATE
        kind = rng.integers(4)
        if kind == 0:
            wave = rng.normal(size=count) * np.exp(-time * rng.uniform(8, 150))
        elif kind == 1:
            wave = _resonant(rng.normal(size=count), [(rng.uniform(200, 5000), rng.uniform(60, 900))])
            wave = wave * np.sin(np.pi * time / time[-1])
        elif kind == 2:
            pitch = rng.uniform(90, 2500) * 2 ** (rng.uniform(-1, 1) * time)
            wave = np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE) * np.exp(-time * rng.uniform(1, 30))
        else:
            wave = rng.normal(size=count) * (0.3 + (np.sin(2 * np.pi * rng.uniform(6, 40) * time) > 0))
        parts += [wave / max(np.abs(wave).max(), 1e-6) * rng.uniform(0.2, 1), np.zeros(int(rng.uniform(0.02, 0.6) * SAMPLE_RATE))]
    return _recorded(rng, np.concatenate(parts))


def _cry(rng: np.random.Generator, seconds: float, high: float, low: float, size: float) -> Wave:
    count = int(seconds * SAMPLE_RATE)
    time = np.linspace(0, 1, count)
    tremor = 2 ** (rng.uniform(0.2, 1.2) / 12 * np.sin(2 * np.pi * rng.uniform(5, 9) * time * seconds + rng.uniform(0, 6)))
    arch = 2 ** (rng.uniform(0, 3) / 12 * np.sin(np.pi * np.minimum(time * 2.5, 1)))
    wobble = np.repeat(rng.normal(0, rng.uniform(0.004, 0.03), count // 80 + 1), 80)[:count]
    pitch = (high + (low - high) * time**1.3) * tremor * arch * (1 + wobble)
    pulses = np.diff(np.floor(np.cumsum(pitch) / SAMPLE_RATE), prepend=0)
    swell = np.sin(np.pi * time ** rng.uniform(0.4, 0.8)) ** rng.uniform(0.4, 0.9)
    breath = rng.uniform(0.01, 0.12) * rng.normal(size=count) * (0.4 + time)
    start, end = (np.array(VOWELS[rng.integers(len(VOWELS))]) * size for _ in range(2))
    formants = start + (end - start) * rng.uniform(0, 0.4)
    return _normal(_resonant(swell * (pulses + breath), [(hertz, 70 + 0.05 * hertz) for hertz in (*formants, 3600 * size)]))


def _drawn_in(rng: np.random.Generator, seconds: float, size: float) -> Wave:
    """Air that is drawn in, in one to three jerks, or held."""
    count = int(seconds * SAMPLE_RATE)
    if rng.random() < 0.2:
        return np.zeros(count)
    time = np.linspace(0, 1, count)
    jerks = rng.integers(1, 4)
    swell = np.abs(np.sin(np.pi * jerks * time)) ** 0.7 * (0.4 + 0.6 * time)
    wave = _resonant(rng.normal(size=count) * swell, [(rng.uniform(900, 2200) * size, 500), (rng.uniform(2500, 4500), 900)])
    return rng.uniform(0.02, 0.3) * _normal(wave)


def _resonant(source: Wave, formants: list[tuple[float, float]]) -> Wave:
    from scipy.signal import lfilter

    for hertz, width in formants:
        radius = np.exp(-np.pi * width / SAMPLE_RATE)
        source = lfilter([1.0], [1.0, -2 * radius * np.cos(2 * np.pi * hertz / SAMPLE_RATE), radius**2], source)
    return np.asarray(source, np.float64)


def _normal(wave: Wave) -> Wave:
    return np.asarray(wave / max(float(np.abs(wave).max()), 1e-9))


def _recorded(rng: np.random.Generator, wave: Wave) -> NDArray[np.float32]:
    """In a room, with its noise, as loud as it comes."""
    from scipy.signal import fftconvolve

    count = int(rng.uniform(0.05, 0.4) * SAMPLE_RATE)
    room = rng.normal(size=count) * np.exp(-np.arange(count) / (count / 6))
    wet = fftconvolve(wave, room)[: len(wave)]
    wave = _normal(wave) + rng.uniform(0, 0.25) * _normal(wet)
    wave = rng.uniform(0.08, 0.5) * _normal(wave) + 10 ** rng.uniform(-4.2, -2.6) * rng.normal(size=len(wave))
    return wave.astype(np.float32)
