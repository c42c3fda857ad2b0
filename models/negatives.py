# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds that are not speech, synthesised: what the mouth must stay still under, and what is mixed behind training speech.

Each maker takes a NumPy generator and a number of samples at 16 kHz and gives float32[n] of rms about .1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .features import SAMPLE_RATE
from .synthesis import midi
from .synthesis.orchestra import orchestra
from .synthesis.surroundings import synthesiser, things

Wave: TypeAlias = NDArray[np.float32]
Maker: TypeAlias = Callable[[np.random.Generator, int], Wave]


def normalised(wave: NDArray[np.float64], rms: float = 0.1) -> Wave:
    """Scale to an rms; silence stays silence."""
    level = float(np.sqrt(np.mean(wave * wave)))
    return (wave * (rms / level) if level > 0 else wave).astype(np.float32)


def coloured_noise(generator: np.random.Generator, count: int) -> Wave:
    """Steady noise with a random slope (brown to blue) and one random broad resonance."""
    spectrum = np.fft.rfft(generator.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1.0 / SAMPLE_RATE)
    slope = generator.uniform(-2.0, 0.5)
    shape = np.maximum(hz, 40.0) ** (slope / 2.0)
    centre, width = generator.uniform(100, 5000), generator.uniform(100, 2000)
    shape = shape * (1.0 + generator.uniform(0, 4) * np.exp(-(((hz - centre) / width) ** 2)))
    return normalised(np.fft.irfft(spectrum * shape, count))


def room_tone(generator: np.random.Generator, count: int) -> Wave:
    """float32[count] a quiet room: noise that falls with frequency, mains hum and a slow drift."""
    time = np.arange(count) / SAMPLE_RATE
    drift = 1.0 + 0.3 * np.sin(2.0 * np.pi * generator.uniform(0.05, 0.4) * time + generator.uniform(0, 6))
    return normalised(coloured_noise(generator, count) * drift + hum(generator, count) * generator.uniform(0.0, 1.0))


def hum(generator: np.random.Generator, count: int) -> Wave:
    """float32[count] mains hum with harmonics."""
    time = np.arange(count) / SAMPLE_RATE
    base = generator.choice([50.0, 60.0])
    parts = [generator.uniform(0, 1) / k * np.sin(2 * np.pi * base * k * time + generator.uniform(0, 6)) for k in range(1, 16)]
    return normalised(np.sum(parts, axis=0))


def tone(generator: np.random.Generator, hz: float, seconds: float) -> NDArray[np.float64]:
    """One note of a made-up instrument: harmonics with a roll-off, attack, decay and some vibrato."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    vibrato = generator.uniform(0, 0.008) * np.sin(2 * np.pi * generator.uniform(4, 7) * time)
    phase = 2 * np.pi * hz * (time + np.cumsum(vibrato) / SAMPLE_RATE)
    rolloff = generator.uniform(0.5, 2.5)
    count = max(1, min(24, int(7500 / hz)))
    wave = np.sum([generator.uniform(0.3, 1.0) * np.sin(k * phase) / k**rolloff for k in range(1, count + 1)], axis=0)
    attack = np.minimum(1.0, time / generator.choice([0.004, 0.02, 0.15]))
    decay = np.exp(-time / generator.choice([0.15, 0.5, 3.0]))
    return np.asarray(wave * attack * decay, dtype=np.float64)


def drum(generator: np.random.Generator, seconds: float) -> NDArray[np.float64]:
    """float64[n] a struck drum or a cymbal, `seconds` long."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    skin = np.sin(2 * np.pi * generator.uniform(45, 200) * np.exp(-time * 8) * time) * np.exp(-time / 0.12)
    hiss = np.diff(generator.standard_normal(len(time) + 1)) * np.exp(-time / generator.choice([0.03, 0.15]))
    share = generator.uniform(0, 1)
    return np.asarray(skin * share + hiss * (1 - share) * 0.5, dtype=np.float64)


def music(generator: np.random.Generator, count: int) -> Wave:
    """float32[count] chords, a melody and sometimes drums in a random key and tempo."""
    wave = np.zeros(count + 8 * SAMPLE_RATE)
    beat = 60.0 / generator.uniform(60, 170)
    root = 55.0 * 2 ** (generator.integers(0, 12) / 12)
    scale = np.array([0, 2, 3, 5, 7, 8, 10] if generator.random() < 0.5 else [0, 2, 4, 5, 7, 9, 11])
    with_drums, with_melody = generator.random() < 0.6, generator.random() < 0.8

    def add(sound: NDArray[np.float64], at: float, gain: float) -> None:
        start = int(at * SAMPLE_RATE)
        wave[start : start + len(sound)] += gain * sound

    for step in range(int(count / SAMPLE_RATE / beat)):
        at = step * beat
        if step % 4 == 0:
            degree = generator.integers(0, 7)
            for third in (0, 2, 4):
                note = scale[(degree + third) % 7] + 12 * ((degree + third) // 7)
                add(tone(generator, root * 2 ** (note / 12 + generator.integers(0, 2)), 4 * beat), at, 0.4)
        if with_melody and generator.random() < 0.7:
            add(tone(generator, root * 4 * 2 ** (generator.choice(scale) / 12), beat * generator.uniform(0.5, 2)), at, 0.6)
        if with_drums:
            for half in (0.0, 0.5):
                if generator.random() < 0.7:
                    add(drum(generator, 0.4), at + half * beat, generator.uniform(0.3, 1.5))
    return normalised(wave[:count])


def clatter(generator: np.random.Generator, count: int) -> Wave:
    """Knocks, clicks and keyboard: short resonant bursts over a little noise."""
    wave = 0.02 * coloured_noise(generator, count).astype(np.float64)
    for _ in range(int(generator.uniform(1, 8) * count / SAMPLE_RATE)):
        length = int(generator.uniform(0.003, 0.06) * SAMPLE_RATE)
        time = np.arange(length) / SAMPLE_RATE
        burst = generator.standard_normal(length) + np.sin(2 * np.pi * generator.uniform(200, 4000) * time)
        start = int(generator.integers(0, max(1, count - length)))
        wave[start : start + length] += (burst * np.exp(-time / generator.uniform(0.001, 0.02)))[: count - start]
    return normalised(wave)


def breaths(generator: np.random.Generator, count: int) -> Wave:
    """In- and out-breaths: swells of noise with mouth resonances, far from the level of speech."""
    wave = np.zeros(count)
    at = generator.uniform(0, 1)
    while at < count / SAMPLE_RATE:
        length = int(generator.uniform(0.3, 1.2) * SAMPLE_RATE)
        swell = np.sin(np.pi * np.arange(length) / length) ** 2
        puff = coloured_noise(generator, length) * swell * generator.uniform(0.3, 1.0)
        start = int(at * SAMPLE_RATE)
        wave[start : start + length] += puff[: count - start]
        at += length / SAMPLE_RATE + generator.uniform(0.4, 2.5)
    return normalised(wave + 1e-4 * generator.standard_normal(count))


def silence(_: np.random.Generator, count: int) -> Wave:
    """float32[count] zeros."""
    return np.zeros(count, np.float32)


def levelled(maker: Maker) -> Maker:
    """The same sounds at the rms of all others."""
    return lambda generator, count: normalised(maker(generator, count).astype(np.float64))


MAKERS: Final[dict[str, Maker]] = {
    "silence": silence,
    "noise": coloured_noise,
    "room tone": room_tone,
    "hum": hum,
    "music": music,
    "clatter": clatter,
    "breaths": breaths,
    "orchestra": levelled(orchestra),
    "synthesiser": levelled(synthesiser),
    "things": levelled(things),
}


def missing() -> tuple[str, ...]:
    """The kinds that this machine cannot make: an orchestra wants FluidSynth and a sound font."""
    return () if midi.installed() else ("orchestra",)
