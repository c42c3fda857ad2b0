# SPDX-License-Identifier: GPL-3.0-or-later
"""Sounds of things and places that nobody speaks in: made-up synthesisers, alarms, engines, wind, rain.

Each takes a generator and a number of samples at 16 kHz and gives float32[n], its level as it comes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from .effects import FRAME_SECONDS, HOP, Wave, resonate, some, wander


def _at(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """A track of one value every HOP samples, for each sample."""
    return np.interp(np.arange(count) / HOP, np.arange(len(values)), values)


def _phase(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 2 * np.pi * np.cumsum(hz) / SAMPLE_RATE


def _notes(generator: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64[count] pitch (Hz) and loudness 0..1 of a line of notes with gaps, in steps or gliding."""
    frames = count // HOP + 2
    pitch, loud = np.empty(frames), np.zeros(frames)
    low, glide = float(generator.uniform(50.0, 400.0)), generator.random() < 0.3
    attack, release = float(generator.uniform(0.005, 0.15)), float(generator.uniform(0.03, 0.6))
    at, hz = 0, low
    while at < frames:
        length = int(generator.uniform(0.08, 1.2) / FRAME_SECONDS)
        target = low * 2 ** (int(generator.integers(0, 25)) / 12)
        part = np.arange(min(length, frames - at)) * FRAME_SECONDS
        pitch[at : at + length] = hz + (target - hz) * np.minimum(part / 0.15, 1.0) if glide else target
        if generator.random() < 0.85:
            swell = np.minimum(part / attack, 1.0) * np.minimum((length * FRAME_SECONDS - part) / release, 1.0)
            loud[at : at + length] = np.clip(swell, 0.0, 1.0)
        at, hz = at + length, target
    return _at(pitch, count), _at(loud, count)


def _bands(generator: np.random.Generator, count: int, low: float, fastest: float, number: int) -> list[NDArray[np.float64]]:
    """Resonances that wander between low and 5 kHz, each at its own rate."""
    return [wander(generator, count // HOP + 2, low, 5000.0, float(generator.uniform(0.2, fastest))) for _ in range(number)]


def synthesiser(generator: np.random.Generator, count: int) -> Wave:
    """One line on an oscillator nobody has built: pulses, rings, hard sync or random harmonics, through a filter that sweeps."""
    hz, loud = _notes(generator, count)
    phase = _phase(hz * (1.0 + generator.uniform(0.0, 0.015) * np.sin(2 * np.pi * 5.5 * np.arange(count) / SAMPLE_RATE)))
    kind = int(generator.integers(4))
    if kind == 0:
        wave = np.tanh(6.0 * (np.sin(phase) - generator.uniform(-0.8, 0.8)))
    elif kind == 1:
        wave = np.sin(phase) * np.sin(phase * generator.uniform(0.3, 4.2))
    elif kind == 2:
        wave = np.sin((phase % (2 * np.pi)) * generator.uniform(1.2, 6.0))
    else:
        numbers = np.arange(1, 25)
        gains = generator.exponential(1.0, len(numbers)) / numbers ** generator.uniform(0.2, 1.6)
        wave = np.sum([gain * np.sin(n * phase) * (n * hz < 7500) for n, gain in zip(numbers, gains, strict=True)], axis=0)
    wave = (wave - wave.mean()) * loud
    if generator.random() < 0.7:
        centres = _bands(generator, count, 200.0, 8.0, int(generator.integers(1, 4)))
        wave = resonate(wave.astype(np.float32), centres, float(generator.uniform(0.05, 0.6)), float(generator.uniform(0.0, 0.2)))
    return some(generator, np.asarray(wave, np.float32))


def alarms(generator: np.random.Generator, count: int) -> Wave:
    """Beeps, sirens, ringing and chirps: one or two tones that step, sweep or repeat."""
    time = np.arange(count) / SAMPLE_RATE
    wave = np.zeros(count)
    for _ in range(int(generator.integers(1, 3))):
        base, rate = float(np.exp(generator.uniform(np.log(250), np.log(4000)))), float(generator.uniform(0.3, 12.0))
        shape = np.sin(2 * np.pi * rate * time)
        shape = np.sign(shape) if generator.random() < 0.4 else shape
        hz = np.minimum(base * 2 ** (generator.uniform(0.0, 0.8) * shape), 7000.0)
        tone = np.sin(_phase(hz))
        tone = np.tanh(3 * tone) if generator.random() < 0.4 else tone
        period, share = float(generator.uniform(0.1, 2.0)), float(generator.uniform(0.2, 1.0))
        wave += tone * ((time % period) < share * period)
    return np.asarray(wave + 1e-3 * generator.standard_normal(count), np.float32)


def engine(generator: np.random.Generator, count: int) -> Wave:
    """A motor: strokes at a speed that wanders, in a box with resonances, and the noise of what it drives."""
    frames = count // HOP + 2
    speed = _at(wander(generator, frames, 12.0, 140.0, float(generator.uniform(0.1, 1.0))), count)
    strokes = np.exp(-8.0 * ((_phase(speed) / (2 * np.pi)) % 1.0)) * (1.0 + 0.3 * generator.standard_normal(count))
    raw = (strokes - strokes.mean() + generator.uniform(0.0, 0.3) * generator.standard_normal(count)).astype(np.float32)
    boxes = [wander(generator, frames, 80.0, 2500.0, 0.2) for _ in range(3)]
    return resonate(raw, boxes, float(generator.uniform(0.1, 0.5)), 0.05)


def weather(generator: np.random.Generator, count: int) -> Wave:
    """Wind in gusts, or rain, fire and gravel: noise or thousands of small knocks through resonances that wander."""
    frames = count // HOP + 2
    raw = generator.standard_normal(count)
    if generator.random() < 0.5:
        raw = raw * (generator.random(count) < np.exp(generator.uniform(np.log(1e-3), np.log(0.1))))
    gusts = _at(wander(generator, frames, 0.05, 1.0, float(generator.uniform(0.3, 6.0))), count)
    low = float(generator.choice([100.0, 300.0, 1000.0]))
    bands = _bands(generator, count, low, 4.0, int(generator.integers(1, 3)))
    width, floor = float(generator.uniform(0.15, 1.0)), float(generator.uniform(0.0, 0.3))
    return resonate((raw * gusts).astype(np.float32), bands, width, floor)


def things(generator: np.random.Generator, count: int) -> Wave:
    """float32[count] alarms, an engine or weather, drawn at random."""
    return (alarms, engine, weather)[int(generator.integers(3))](generator, count)
