# SPDX-License-Identifier: GPL-3.0-or-later
"""Music without a voice, made another way than the music of training (models/negatives.py): for tests only.

Plucked strings ring in delay lines, bells and an electric piano are frequency-modulated, a lead and a pad are filtered saws,
which come closest to a voice, and a kit plays four to the bar.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE

Wave = NDArray[np.float64]
Instrument = Callable[[np.random.Generator, float, float], Wave]
PROGRESSION: Final = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""Semitones above the root: I, vi, IV, V."""


def _times(seconds: float) -> Wave:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def plucked(generator: np.random.Generator, pitch: float, seconds: float) -> Wave:
    """A string: a burst of noise that goes round a delay line and grows duller (Karplus and Strong 1983)."""
    from scipy.signal import lfilter

    period = max(int(SAMPLE_RATE / pitch), 2)
    burst = np.zeros(int(seconds * SAMPLE_RATE))
    burst[:period] = generator.uniform(-1.0, 1.0, size=period)[: len(burst)]
    return np.asarray(lfilter([1.0], [1.0, *np.zeros(period - 1), -0.498, -0.498], burst))


def struck(generator: np.random.Generator, pitch: float, seconds: float) -> Wave:
    """A bell or an electric piano: one sine modulates the phase of another (Chowning 1973)."""
    time = _times(seconds)
    ratio, depth = generator.choice([1.0, 2.0, 3.5]), generator.uniform(1.0, 4.0)
    modulator = depth * np.exp(-3.0 * time) * np.sin(2 * np.pi * pitch * ratio * time)
    return np.asarray(np.sin(2 * np.pi * pitch * time + modulator) * np.exp(-1.5 * time))


def bowed(generator: np.random.Generator, pitch: float, seconds: float) -> Wave:
    """A pad or a lead: two saws beside each other with vibrato, through a resonance that moves."""
    from scipy.signal import lfilter

    time = _times(seconds)
    vibrato = 0.006 * np.sin(2 * np.pi * generator.uniform(4.5, 6.5) * time)
    phase = np.cumsum(pitch * (1.0 + vibrato)) / SAMPLE_RATE
    saws = (phase % 1.0) + (phase * 1.004 % 1.0) - 1.0
    centre, radius = generator.uniform(400.0, 1800.0), 0.97
    angle = 2 * np.pi * centre / SAMPLE_RATE
    filtered = lfilter([1.0 - radius], [1.0, -2.0 * radius * np.cos(angle), radius**2], saws)
    swell = np.minimum(1.0, np.minimum(time, time[-1] - time) / 0.12)
    return np.asarray(filtered * swell)


def _kit(generator: np.random.Generator, beats: int, beat: float) -> Wave:
    mix = np.zeros(int((beats * beat + 1.0) * SAMPLE_RATE))
    time = _times(0.3)
    kick = np.sin(2 * np.pi * (45.0 * time + 6.0 * (1.0 - np.exp(-30.0 * time)))) * np.exp(-12.0 * time)
    snare = generator.standard_normal(len(time)) * np.exp(-18.0 * time) * 0.6
    hat = np.diff(generator.standard_normal(len(time) + 1)) * np.exp(-60.0 * time) * 0.25
    for half in range(2 * beats):
        start = int(half * beat / 2 * SAMPLE_RATE)
        sound = hat if half % 2 else hat + (snare if half % 4 == 2 else kick)
        mix[start : start + len(sound)] += sound
    return mix


MIXES: Final[dict[str, tuple[tuple[Instrument, ...], bool]]] = {
    "guitar": ((plucked, plucked), False),
    "bells and piano": ((struck, struck), False),
    "strings and a lead": ((bowed, bowed), False),
    "band": ((plucked, bowed), True),
}
"""Name → (accompaniment, melody) and whether drums play."""


def mix(name: str, generator: np.random.Generator, seconds: float) -> NDArray[np.float32]:
    """One of MIXES for so many seconds: float32[n] at SAMPLE_RATE, its peak at -3 dB."""
    (accompaniment, melody), drums = MIXES[name]
    beat = 60.0 / generator.uniform(80.0, 140.0)
    root = 110.0 * 2 ** (generator.integers(0, 12) / 12)
    beats = int(seconds / beat) + 1
    total = np.zeros(int((beats + 5) * beat * SAMPLE_RATE))

    def add(sound: Wave, at: float, gain: float) -> None:
        start = int(at * SAMPLE_RATE)
        sound = sound[: len(total) - start] / (np.abs(sound).max(initial=0.0) + 1e-9)
        total[start : start + len(sound)] += gain * sound

    for number in range(beats):
        chord = PROGRESSION[number // 4 % len(PROGRESSION)]
        if number % 4 == 0:
            for note in chord:
                add(accompaniment(generator, root * 2 ** (note / 12), 4 * beat), number * beat, 0.35)
        if generator.random() < 0.8:
            note = int(generator.choice(chord)) + 12
            add(melody(generator, root * 2 ** (note / 12), beat * generator.choice([0.5, 1.0, 2.0])), number * beat, 0.7)
    if drums:
        add(_kit(generator, beats, beat), 0.0, 0.8)
    wave = total[: int(seconds * SAMPLE_RATE)]
    return np.asarray(wave * (0.7 / np.abs(wave).max()), np.float32)
