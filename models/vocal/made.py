# SPDX-License-Identifier: GPL-3.0-or-later
"""Coughs, sighs, efforts and breaths that are made, as laughs and sobs are in `laughing.py`: no corpus that may teach has any.

They are spoken through the throats of people in such corpora (`throats.py`). Each maker says what it follows; where it names no
source, lengths, pitches and falls are guesses, and wide.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from .recorded import joined, levelled, recorded, ridden, silence
from .throats import Form, Throat, Wave, air, drawn_in, glide, through, voice

EFFORTS: Final = ("grunt", "jump", "pain", "groan", "scream", "strain")
EXERTED: Final = (0.25, 0.2, 0.25, 0.12, 0.08, 0.1)
LASTING: Final = {
    "grunt": (0.08, 0.3), "jump": (0.1, 0.35), "pain": (0.18, 0.8), "groan": (0.5, 2.0), "scream": (0.5, 1.8),
    "strain": (0.3, 1.4),
}  # fmt: skip
"""Kinds of efforts, how often each is made, and its seconds."""


def coughs(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of one to five coughs, a quarter to half a second apart.

    Two sounds with noise between them: the glottis bursts open, at about 400 Hz where it swings at all; air rushes through it,
    less loud; and the folds close again, often voiced, from about 250 Hz down to 85 (the phases: Korpáš, Sadloňová and Vrabec
    1996, "Analysis of the cough sound"; the pitches: one man's larynx, in "High-speed image analysis comparing loading of vocal
    folds during coughing and phonation: a case study"). Half are acted: more of a voice, which may
    sound through the rush of air.
    """
    acted = rng.random() < 0.5
    flat, size = rng.uniform(0.6, 1.0), 0.7 * 3 ** rng.random()
    rings, rattles, closes = rng.uniform(0, 2.2 if acted else 1.6), rng.random() < 0.3, rng.random() < 0.8
    voiced = rng.uniform(0.2, 1.5) if acted and rng.random() < 0.35 else 0.0
    parts: list[Wave] = [drawn_in(rng, throat, rng.uniform(0.2, 0.6), rng.uniform(0.03, 0.3))] if rng.random() < 0.25 else []
    for at in range(1 + min(int(rng.geometric(0.4)), 5) - int(rng.random() < 0.4)):
        lengths = rng.uniform(0.025, 0.09), rng.uniform(0.05, 0.25), rng.uniform(0.05, 0.24)
        first, second, third = (int(seconds * SAMPLE_RATE) for seconds in lengths)
        count = first + second + third
        time = np.arange(count) / SAMPLE_RATE
        tracts = throat.moving(rng, count / SAMPLE_RATE, "open", "middle", "open", "closed", restless=0.85 if acted else 0.7)
        rush = through(air(rng, count, flat), *tracts)
        if voiced:
            through_it = glide(count, 330 * size * rng.uniform(0.7, 1.2), rng.uniform(120, 260) * size, rng.uniform(0, 4))
            hoarse = voice(rng, through_it, breathy=0.5, rough=rng.uniform(0.02, 0.1), pressed=rng.uniform(0.3, 1))
            rush = levelled(rush + voiced * through(hoarse, *tracts))
        quieter = 10 ** (-rng.uniform(3, 16) / 20)
        turns = (0, first, 1.4 * first, first + second, count)
        level = np.interp(time * SAMPLE_RATE, turns, (1, 0.8, quieter, 0.7 * quieter, 0.02))
        if rattles:
            level = level * (0.6 + 0.4 * np.sin(2 * np.pi * rng.uniform(25, 70) * time))
        wave = rush * level
        pitch = glide(first, 400 * size * rng.uniform(0.7, 1.1), 300 * size, 0)
        ring = through(voice(rng, pitch, rough=0.05, pressed=0.8), tracts[0])
        wave[:first] += rings * ridden(ring[:first], 0.003, 0.02, 0.3)
        if closes and rng.random() < 0.85:
            pitch = glide(third, 250 * size * rng.uniform(0.7, 1.2), rng.uniform(75, 200) * size, 0)
            breathy, rough = 10 ** rng.uniform(-1, 0), rng.uniform(0.01, 0.08)
            source = voice(rng, pitch, breathy=breathy, rough=rough, pressed=rng.uniform(0, 0.8))
            last = through(source, *throat.moving(rng, third / SAMPLE_RATE, "open", "middle"))[:third]
            wave[-third:] += 10 ** (-rng.uniform(-2, 10) / 20) * ridden(last, 0.01, 0.7 * third / SAMPLE_RATE, 0.7)
        parts.append((1 - 0.08 * at) * rng.uniform(0.6, 1) * ridden(wave, 0.002, 0.01, 1.0))
        parts.append(silence(rng.uniform(0.0, 0.2) if rng.random() < 0.75 else rng.uniform(0.2, 0.6)))
    return recorded(rng, joined(parts))


def sighs(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of a long breath out that falls and dies away, .6 to 2 s, in four of ten with a voice in it."""
    count = int(rng.uniform(0.6, 2.0) * SAMPLE_RATE)
    tracts = throat.moving(rng, count / SAMPLE_RATE, "open", "middle", restless=rng.uniform(0.1, 0.5))
    time = np.linspace(0, 1, count)
    wave = through(air(rng, count, rng.uniform(0.3, 0.95)), *tracts)
    if rng.random() < 0.4:
        high = rng.uniform(90, 330)
        pitch = glide(count, high, high * 2 ** (-rng.uniform(3, 14) / 12), 1)
        source = voice(rng, pitch, breathy=10 ** rng.uniform(-0.7, 0.3), rough=rng.uniform(0.005, 0.03))
        wave = wave * 10 ** rng.uniform(-1.5, -0.3) + through(source, *tracts) * np.clip(1.4 - 1.6 * time, 0, 1)
    begun = np.minimum(time / rng.uniform(0.03, 0.25), 1) * np.exp(-rng.uniform(1.2, 4.5) * time)
    parts = [ridden(wave * begun, 0.03, 0.1, 1.0)]
    if rng.random() < 0.6:
        drawn = drawn_in(rng, throat, rng.uniform(0.3, 0.9), rng.uniform(0.1, 0.8))
        parts = [drawn, silence(rng.uniform(0.05, 0.3)), *parts]
    return recorded(rng, joined(parts))


def efforts(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of one grunt, jump, cry of pain, groan, scream or strain: rough, pressed, sharply begun or let go.

    Half are shouted: higher, with more voice, and with a mouth that moves and closes.
    """
    how, shouted = rng.choice(EFFORTS, p=EXERTED), rng.random() < 0.5
    seconds = rng.uniform(*LASTING[how])
    low, high = {"grunt": (75, 420), "scream": (330, 1000), "strain": (60, 260), "groan": (75, 400)}.get(how, (110, 650))
    begun = low * (high / low) ** rng.random() * (1.15 if shouted and how != "scream" else 1.0)
    turn = {"jump": rng.uniform(-8, 10), "grunt": rng.uniform(-10, 4), "strain": rng.uniform(-3, 4)}.get(how, rng.uniform(-14, 6))
    arch = rng.uniform(0, 9) if how in ("pain", "scream", "jump") else rng.uniform(0, 3)
    pitch = glide(int(seconds * SAMPLE_RATE), begun, begun * 2 ** (turn / 12), arch)
    drift = np.cumsum(rng.normal(0, 1, max(len(pitch) // 320, 2)))
    drift = np.interp(np.linspace(0, 1, len(pitch)), np.linspace(0, 1, len(drift)), drift)
    pitch = pitch * 2 ** (rng.uniform(0, 0.5) / 12 * drift)
    rough = rng.uniform(0.005, 0.03) if rng.random() < 0.4 else rng.uniform(0.03, 0.12)
    halved = rng.uniform(0.2, 0.9) if rng.random() < 0.3 else 0.0
    breathy = 10 ** (rng.uniform(-1.9, -0.2) if shouted else rng.uniform(-1.7, 0))
    least, most = (0.0, 0.4 if shouted else 0.0) if how == "groan" else (0.3 if shouted else 0.0, 1.0)
    pressed = rng.uniform(least, most)
    source = voice(rng, pitch, breathy=breathy, rough=rough, halved=halved, pressed=pressed)
    dull = how in ("groan", "strain", "grunt")
    forms: tuple[Form, ...] = ("nasal", "middle", "open") if dull else ("open", "middle", "open")
    spoken = throat.moving(rng, seconds, *forms, *(() if dull and not shouted else ("closed",)), restless=rng.uniform(0.2, 1.0))
    sharp, stopped = rng.random() < 0.65, rng.random() < 0.5
    rise = rng.uniform(0.004, 0.02) if sharp else rng.uniform(0.03, 0.15)
    fall = rng.uniform(0.005, 0.03) if stopped else rng.uniform(0.2, 0.6) * seconds
    wave = ridden(through(source, *spoken), min(rise, 0.5 * seconds), fall, 0.6)
    parts = [wave]
    if rng.random() < 0.35:
        h = through(air(rng, int(rng.uniform(0.03, 0.15) * SAMPLE_RATE), rng.uniform(0.3, 0.9)), spoken[0])
        parts = [10 ** rng.uniform(-1.2, -0.2) * h * np.linspace(0, 1, len(h)), wave]
    if rng.random() < 0.5:
        # As in ugh and oof: through what the mouth has been closed to.
        let_out = throat.envelope(rng, "closed") if shouted and rng.random() < 0.5 else spoken[-1]
        h = through(air(rng, int(rng.uniform(0.05, 0.3) * SAMPLE_RATE), rng.uniform(0.3, 1.0)), let_out)
        parts.append(10 ** rng.uniform(-1.3, -0.1) * ridden(h, 0.01, 0.03, 1) * np.exp(-4 * np.linspace(0, 1, len(h))))
    return recorded(rng, joined(parts))


def breaths(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of air that is drawn in; half are gasps."""
    drawn = gasp(rng, throat) if rng.random() < 0.5 else drawn_in(rng, throat, rng.uniform(0.2, 1.2), 1.0)
    return recorded(rng, joined([drawn, silence(0.1)]))


def gasp(rng: np.random.Generator, throat: Throat) -> Wave:
    """Air that is torn in: all at once, through a throat wide open, often with a voice drawn in with it, high and broken."""
    seconds = rng.uniform(0.25, 1.6)
    count = int(seconds * SAMPLE_RATE)
    tracts = throat.moving(rng, seconds, "open", "middle", restless=rng.uniform(0.3, 0.9))
    wide = through(air(rng, count, 1.0), *tracts) + rng.uniform(0.2, 1.5) * levelled(air(rng, count, rng.uniform(0.3, 0.9)))
    wave = levelled(wide)
    if rng.random() < 0.6:
        high, begun = rng.uniform(230, 600), rng.uniform(0, 0.3)
        pitch = glide(count, high, high * 2 ** (rng.uniform(-3, 7) / 12), 2)
        source = voice(rng, pitch, breathy=0.5, rough=rng.uniform(0.04, 0.12))
        there = (np.linspace(0, 1, count) > begun) & (np.linspace(0, 1, count) < begun + rng.uniform(0.2, 0.6))
        wave += rng.uniform(0.3, 1.5) * through(source, *tracts) * np.convolve(there, np.hanning(400) / 200, "same")[:count]
    time = np.linspace(0, 1, count)
    top = rng.uniform(0.05, 0.35)
    fade = np.exp(-rng.uniform(0.5, 4) * np.clip(time - top, 0, 1))
    sharp = 0.3 + 0.7 * np.minimum(time / top, 1)
    return ridden(levelled(wave) * fade * sharp, rng.uniform(0.005, 0.06), rng.uniform(0.03, 0.3) * seconds, 1.0)


def noise(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of a few knocks, hisses, scrapes, tones or clicks, or of one again and again, as of steps or a machine."""
    del throat
    if rng.random() < 0.3:
        hit, every = _sounding(rng, 0.05, 0.4), rng.uniform(0.12, 0.5)
        parts = []
        for _ in range(rng.integers(4, 14)):
            count = int(every * rng.normal(1, 0.05) * SAMPLE_RATE)
            parts.append(rng.uniform(0.6, 1) * np.pad(hit[:count], (0, max(count - len(hit), 0))))
        return recorded(rng, joined(parts))
    parts = []
    for _ in range(rng.integers(1, 6)):
        parts += [_sounding(rng, 0.05, 0.7) * rng.uniform(0.2, 1), silence(rng.uniform(0.02, 0.6))]
    return recorded(rng, joined(parts))


def _sounding(rng: np.random.Generator, shortest: float, longest: float) -> Wave:
    """Something that nobody says, of so many seconds."""
    count = int(rng.uniform(shortest, longest) * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    kind = rng.integers(5)
    if kind == 0:
        wave = rng.normal(size=count) * np.exp(-time * rng.uniform(8, 150))
    elif kind == 1:
        wave = through(rng.normal(size=count), _ringing(rng.uniform(200, 5000), rng.uniform(60, 900)))
        wave = wave * np.sin(np.pi * time / time[-1])
    elif kind == 2:
        pitch = rng.uniform(90, 2500) * 2 ** (rng.uniform(-1, 1) * time)
        wave = np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE) * np.exp(-time * rng.uniform(1, 30))
    elif kind == 3:
        click = rng.normal(size=count) * np.exp(-time * 10 ** rng.uniform(2.2, 3.3))
        wave = through(click, _ringing(rng.uniform(200, 6000), rng.uniform(300, 3000))) if rng.random() < 0.7 else click
    else:
        wave = rng.normal(size=count) * (0.3 + (np.sin(2 * np.pi * rng.uniform(6, 40) * time) > 0))
    return levelled(wave)


def _ringing(hertz: float, width: float) -> Wave:
    radius = np.exp(-np.pi * width / SAMPLE_RATE)
    return np.array([1.0, -2 * radius * np.cos(2 * np.pi * hertz / SAMPLE_RATE), radius**2])
