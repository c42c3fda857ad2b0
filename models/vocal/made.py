# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, sobs, coughs, efforts, breaths and noises that are made: no corpus that may teach has recordings of them.

A laugh repeats one short vowel after a breath of h, four to six times a second, ever softer (Bachorowski 2001). A sob is a
voiced breath out whose pitch falls and trembles, with air drawn in between, in jerks; whimpers are shorter and faster. A cough is
a burst of air with a little voice after it. An effort is one rough vowel, from a grunt to a cry. All lengths, pitches and falls
are guesses, and wide.
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


def laughs(rng: np.random.Generator) -> NDArray[np.float32]:
    """float32[n] of somebody who laughs for one to four seconds."""
    size = rng.uniform(0.85, 1.25)
    high = rng.uniform(110, 420)
    every, count = rng.uniform(0.14, 0.27), int(rng.integers(4, 15))
    voiced, fall = rng.uniform(0.3, 0.7), rng.uniform(0, 7)
    vowel = np.array(VOWELS[rng.integers(5)]) * size
    breathy = rng.uniform(0.02, 0.5) if rng.random() < 0.7 else 1.5
    parts: list[Wave] = []
    for at in range(count):
        length = every * rng.normal(1, 0.07) * (rng.uniform(1.2, 1.8) if at == 0 else 1.0)
        sung = int(length * voiced * SAMPLE_RATE)
        pitch = high * 2 ** ((-fall * at / count + rng.normal(0, 0.7)) / 12)
        burst = _vowel(rng, sung, (pitch, pitch * 2 ** (rng.uniform(-3, 0.5) / 12)), vowel, breathy)
        breath = max(int(length * SAMPLE_RATE) - sung, 1)
        h = _resonant(rng.normal(size=breath), [(hertz, 160.0) for hertz in (*vowel[:2], 3300 * size)])
        swell = np.linspace(0, 1, len(h)) ** rng.uniform(1, 3)
        loud = (1 - at / count) ** rng.uniform(0.1, 0.9) * rng.uniform(0.7, 1.0)
        parts += [loud * rng.uniform(0.03, 0.4) * _normal(h) * swell, loud * burst]
    if rng.random() < 0.4:
        parts.append(_drawn_in(rng, rng.uniform(0.2, 0.6), size))
    return _recorded(rng, np.concatenate(parts))


def coughs(rng: np.random.Generator) -> NDArray[np.float32]:
    """float32[n] of one to four coughs."""
    size = rng.uniform(0.85, 1.2)
    parts: list[Wave] = []
    for _ in range(rng.integers(1, 5)):
        count = int(rng.uniform(0.12, 0.4) * SAMPLE_RATE)
        time = np.arange(count) / SAMPLE_RATE
        tract = [(rng.uniform(400, 900) * size, 220.0), (rng.uniform(1100, 1900) * size, 260.0), (rng.uniform(2300, 3600), 500.0)]
        air = _normal(_resonant(rng.normal(size=count), tract)) * np.exp(-time * rng.uniform(8, 30)) * np.minimum(time / 0.006, 1)
        late = int(rng.uniform(0.02, 0.08) * SAMPLE_RATE)
        voice = np.zeros(count)
        pitch = rng.uniform(90, 320) * size
        vowel = np.array(VOWELS[rng.integers(4)]) * size
        sung = _vowel(rng, count - late, (pitch * 1.2, pitch * 0.7), vowel, rng.uniform(0.3, 2))
        voice[late:] = sung * np.exp(-time[: count - late] * rng.uniform(6, 20))
        parts += [air + rng.uniform(0, 0.8) * voice, np.zeros(int(rng.uniform(0.05, 0.5) * SAMPLE_RATE))]
    return _recorded(rng, np.concatenate(parts))


def efforts(rng: np.random.Generator) -> NDArray[np.float32]:
    """float32[n] of a grunt, a groan, or a cry of pain."""
    size = rng.uniform(0.8, 1.3)
    seconds = rng.choice([rng.uniform(0.1, 0.35), rng.uniform(0.3, 0.9), rng.uniform(0.7, 1.8)], p=[0.45, 0.35, 0.2])
    high = rng.uniform(90, 260) * size * (2 ** rng.uniform(0, 1.3) if rng.random() < 0.5 else 1)
    vowel = np.array(VOWELS[rng.integers(5)]) * size
    low = high * 2 ** (rng.uniform(-12, 2) / 12)
    wave = _vowel(rng, int(seconds * SAMPLE_RATE), (high, low), vowel, rng.uniform(0.02, 0.6), rough=True)
    if rng.random() < 0.5:
        h = _resonant(rng.normal(size=int(rng.uniform(0.03, 0.12) * SAMPLE_RATE)), [(hertz, 160.0) for hertz in vowel])
        wave = np.concatenate([rng.uniform(0.1, 0.6) * _normal(h) * np.linspace(0, 1, len(h)), wave])
    if rng.random() < 0.4:
        wave = np.concatenate([wave, rng.uniform(0.1, 0.5) * _drawn_in(rng, rng.uniform(0.1, 0.4), size)])
    return _recorded(rng, wave)


def breaths(rng: np.random.Generator) -> NDArray[np.float32]:
    """float32[n] of air that is drawn in, or let out."""
    return _recorded(rng, np.concatenate([_drawn_in(rng, rng.uniform(0.2, 1.2), rng.uniform(0.85, 1.25)), np.zeros(1600)]))


def _vowel(
    rng: np.random.Generator, count: int, pitch: tuple[float, float], vowel: Wave, breathy: float, *, rough: bool = False
) -> Wave:
    """float64[count] of one vowel from a pitch to another.   breathy: noise beside the voice.   rough: the voice breaks."""
    (high, low), count = pitch, max(count, 64)
    time = np.linspace(0, 1, count)
    wobble = np.repeat(rng.normal(0, rng.uniform(0.02, 0.12) if rough else rng.uniform(0.003, 0.02), count // 80 + 1), 80)[:count]
    arch = 2 ** (rng.uniform(0, 5) / 12 * np.sin(np.pi * time ** rng.uniform(0.5, 1.5)))
    pulses = np.diff(np.floor(np.cumsum((high + (low - high) * time) * arch * (1 + wobble)) / SAMPLE_RATE), prepend=0)
    swell = np.sin(np.pi * time ** rng.uniform(0.35, 0.8)) ** rng.uniform(0.3, 0.9)
    air = breathy * 0.08 * rng.normal(size=count)
    return _normal(_resonant(swell * (pulses + air), [(hertz, 70 + 0.06 * hertz) for hertz in (*vowel, 3600.0)]))


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
