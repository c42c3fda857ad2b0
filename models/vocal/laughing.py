# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs and sobs that are made: bursts of voice or air, again and again, through people's own throats (`throats.py`)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from .recorded import joined, recorded, ridden
from .throats import Form, Throat, Wave, air, drawn_in, glide, through, voice

LAUGHS: Final = ("song", "held", "grunt", "snort")
LAUGHED: Final = (0.5, 0.14, 0.2, 0.16)
SOBS: Final = ("sob", "wail", "whine")
SOBBED: Final = (0.5, 0.3, 0.2)
"""Kinds, and how often each is made."""
MOUTHS: Final[tuple[tuple[Form, ...], ...]] = (("open",), ("middle",), ("closed", "middle"), ("nasal", "closed"))
FASTEST: Final = 0.11
SLOWEST: Final = 0.34
"""Seconds from one burst of a laugh to the next: mostly four or five a second, giggles faster, an old man's slower."""


def laughs(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of somebody who laughs for half a second to four seconds.

    One short vowel after a breath of h, again and again and ever softer; a good part of laughs has no voice, and goes through
    mouth or nose (Bachorowski, Smoski and Owren 2001). Some are held: the voice goes on and is only shaken. Some let the last
    burst out long, as in ha ha haaa.
    """
    how = rng.choice(LAUGHS, p=LAUGHED)
    high, fall = 110 * 6 ** rng.random(), rng.uniform(0, 7)
    every, count = FASTEST * (SLOWEST / FASTEST) ** rng.beta(2, 1.6), int(rng.integers(3, 15))
    ends = rng.uniform(2, 6) if how == "song" and rng.random() < 0.25 else 1.0
    count = int(rng.integers(3, 6)) if ends > 1 else count
    voiced = rng.uniform(0.7, 1.0) if how == "held" else rng.uniform(0.3, 0.75)
    forms = MOUTHS[3 if how == "snort" else rng.integers(3)]
    vowel, restless = throat.envelope(rng, *forms), rng.uniform(0, 0.6)
    breathy, pressed, flat = 10 ** rng.uniform(-2, -0.2), rng.uniform(0, 0.7), rng.uniform(0.3, 0.98)
    soft, low = rng.uniform(0.1, 0.9), rng.uniform(-3, 1)
    parts: list[Wave] = []
    for at in range(count):
        length = every * rng.normal(1, 0.07) * (rng.uniform(1.2, 2.2) if at == 0 else 1.0)
        breath = int(length * (1 - voiced) * SAMPLE_RATE)
        length *= ends if at == count - 1 else 1.0
        sung = int(length * voiced * SAMPLE_RATE)
        loud = (1.0 if ends > 1 else (1 - at / count) ** soft) * rng.uniform(0.7, 1.0)
        if how in ("song", "held"):
            pitch = high * 2 ** ((-fall * at / count + rng.normal(0, 0.7)) / 12)
            last = low - fall * rng.random() if ends > 1 and at == count - 1 else low
            source = voice(rng, glide(sung, pitch, pitch * 2 ** (last / 12), rng.uniform(0, 3)), breathy=breathy, pressed=pressed)
        else:
            source = air(rng, sung, flat)
        spoken = [vowel, *throat.moving(rng, length * voiced, *forms, restless=restless)]
        burst = through(source, *(spoken if rng.random() < restless else spoken[:2]))
        fade = min(0.4 * length, 0.15)
        burst = ridden(burst, 0.2 * length, fade, rng.uniform(0.15, 0.5)) if how == "held" else ridden(burst, 0.012, fade, 0.6)
        h = through(air(rng, breath, flat), vowel) * np.linspace(0, 1, max(breath, 1)) ** rng.uniform(1, 3)
        parts += [loud * 10 ** rng.uniform(-1.7, -0.4) * h, loud * burst]
    if rng.random() < 0.35:
        parts.append(drawn_in(rng, throat, rng.uniform(0.2, 0.6), rng.uniform(0.02, 0.3)))
    return recorded(rng, joined(parts))


def sobs(rng: np.random.Generator, throat: Throat) -> NDArray[np.float32]:
    """float32[n] of somebody who sobs, wails or whines, for two to six seconds.

    A sob is a train of cries whose pitch falls and trembles; air is drawn in between them, in jerks, and sometimes with the
    voice. Who wails cries aloud, on long breaths that rise and fall, as babies do (a second each, at 400 to 600 Hz: Wasz-Höckert
    and others 1968); who whines hardly opens the mouth, high, and the voice breaks.
    """
    how = rng.choice(SOBS, p=SOBBED)
    usual = rng.uniform(170, 480) if how == "sob" else rng.uniform(260, 640)
    quick = how == "sob" and rng.random() < 0.35
    parts: list[Wave] = []
    for at in range(rng.integers(4, 9) if how == "sob" else rng.integers(2, 5)):
        seconds = rng.uniform(0.12, 0.25) if quick else rng.uniform(0.22, 0.7) if how == "sob" else rng.uniform(0.35, 1.5)
        loud = rng.uniform(0.4, 1.0) * (1 - 0.05 * at)
        pitch = _crying(rng, how, seconds, usual * 2 ** rng.normal(0.1, 0.2))
        breathy, rough = 10 ** rng.uniform(-1.6, -0.3), rng.uniform(0.005, 0.04)
        pressed = rng.uniform(0.4, 1.0) if how == "wail" else rng.uniform(0, 0.6)
        source = voice(rng, pitch, breathy=breathy if how == "sob" else 0.5 * breathy, rough=rough, pressed=pressed)
        forms: dict[str, tuple[Form, ...]] = {"wail": ("open", "open", "middle"), "whine": ("nasal", "closed", "middle")}
        still = rng.uniform(0.2, 0.7) if how == "sob" else rng.uniform(0.05, 0.4)
        spoken = throat.moving(rng, seconds, *forms.get(how, ("open", "middle", "closed", "nasal")), restless=still)
        parts.append(loud * ridden(through(source, *spoken), rng.uniform(0.02, 0.08), rng.uniform(0.05, 0.2), 0.5))
        pause = rng.uniform(0.08, 0.2) if quick else rng.uniform(0.12, 0.5)
        drawn = drawn_in(rng, throat, pause, rng.uniform(0.03, 0.5), voiced=rng.random() < (0.3 if how == "sob" else 0.45))
        parts.append(loud * drawn * (rng.random() > 0.15))
    return recorded(rng, joined(parts))


def _crying(rng: np.random.Generator, how: str, seconds: float, high: float) -> Wave:
    """float64[n] Hz of one cry: it falls and trembles; a wail rises before, a whine leaps between two registers."""
    count = int(seconds * SAMPLE_RATE)
    time = np.arange(count) / SAMPLE_RATE
    fall = rng.uniform(1, 8) * (1 if rng.random() < 0.85 else -0.4)
    pitch = glide(count, high, high * 2 ** (-fall / 12), rng.uniform(2, 7) if how == "wail" else rng.uniform(0, 3))
    pitch = pitch * 2 ** (rng.uniform(0.2, 1.2) / 12 * np.sin(2 * np.pi * rng.uniform(5, 9) * time + rng.uniform(0, 6)))
    for _ in range(rng.integers(1, 4) if how == "whine" else 0):
        pitch[int(rng.random() * count) :] *= 2 ** (rng.choice((-1, 1)) * rng.uniform(1, 5) / 12)
    return np.asarray(np.clip(pitch, 90, 1200))
