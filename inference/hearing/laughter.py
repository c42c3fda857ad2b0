# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs: the same burst of voice again and again, 3 to 7 times a second, that is like no words.

Four things are weighed: how well the spectrum repeats itself at the pace of a laugh, how much less it does half a beat off, how
little of consonants there is, and how unsure the phones are. Set by hand on 17 recorded laughs, and on readers who never do.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .. import phones as inventory
from ..audio import SAMPLE_RATE, span
from ..performance import FRAME_RATE, Event
from ..smoothing import smooth

Floats = NDArray[np.float32]

WINDOW: Final = 45
"""Frames that are looked at together: .9 s."""
STEP: Final = 5
LAGS: Final = range(7, 17)
"""Frames from one burst to the next: .14 to .32 s (Bachorowski, Smoski and Owren 2001: 4.4 bursts a second)."""
BANDS: Final = 20
_SIZE: Final = 512
_DEEP: Final = 45.0
"""Decibels below the loudest that are looked at."""
_LIKE_A_LAUGH: Final = ("sil", "h", "ʔ", "x", "a", "æ", "ɑ", "ʌ", "ə", "ɛ", "ɪ", "e", "i", "ɝ", "ɔ")
HARD: Final = [inventory.INDEX[symbol] for symbol in inventory.SYMBOLS if symbol not in _LIKE_A_LAUGH]
"""Phones that hardly come in laughs: what takes the tongue tip or round lips."""
REPEATS: Final = (8.0, 0.55)
PULSES: Final = (2.0, 0.5)
HARDLY: Final = (9.0, 0.45)
UNSURE: Final = (7.0, 0.46)
"""What a unit of each evidence is worth (log odds), and from where on it speaks for a laugh."""
BUSY: Final = (12.0, 0.36)
"""Share of a window that must be voice: one burst does not repeat itself."""
FAINTEST: Final = -55.0
"""Decibels below which nobody is heard laughing."""
BIAS: Final = -1.3
"""Log odds that nobody laughs, where all evidence is even."""
HOPELESS: Final = -5.0
"""Log odds that not even a perfect repetition makes up for."""
EDGE: Final = -1.2
"""Log odds down to which the windows around a sure one are part of the same laugh."""
FEWEST: Final = 3
"""Bursts."""
DIP: Final = 3.0
"""Decibels between two of them at least."""


class Voice(NamedTuple):
    """What is known of a sound, T frames.

    samples: float32[N]. posteriors: float32[T, P] of phones. speech: float32[T] probability that somebody speaks.
    loudness: float32[T] decibels.
    """

    samples: Floats
    posteriors: Floats
    speech: Floats
    loudness: Floats


def laughs(voice: Voice) -> list[Event]:
    """The laughs in it, in time order."""
    odds, starts = _odds(voice)
    sure, near = odds > 0, odds > EDGE
    found: list[Event] = []
    for first, last in _runs(near):
        if sure[first:last].any():
            event = _event(voice, int(starts[first]), int(starts[last - 1]) + WINDOW, float(odds[first:last].max()))
            if event is not None and (not found or event.time >= found[-1].end):
                found.append(event)
    return found


def spectrum(samples: Floats, frames: int) -> Floats:
    """float32[frames, BANDS] decibels between 150 Hz and 7 kHz, in bands of equal width on the mel scale, around each frame."""
    hertz = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE)
    mel = 1127 * np.log1p(hertz / 700)
    edges = np.linspace(1127 * np.log1p(150 / 700), 1127 * np.log1p(7000 / 700), BANDS + 2)
    width = edges[1] - edges[0]
    weights = np.clip(np.minimum(mel[:, None] - edges[:-2], edges[2:] - mel[:, None]) / width, 0, None).astype(np.float32)
    hop = round(SAMPLE_RATE / FRAME_RATE)
    before = (_SIZE - hop) // 2
    bell = np.hanning(_SIZE).astype(np.float32)
    result = np.empty((frames, BANDS), np.float32)
    for start in range(0, frames, 2048):
        stop = min(start + 2048, frames)
        near = span(samples, start * hop - before, (stop - 1) * hop - before + _SIZE)
        power = np.abs(np.fft.rfft(sliding_window_view(near, _SIZE)[::hop] * bell)) ** 2
        result[start:stop] = 10 * np.log10(power @ weights + 1e-9)
    return result


def _odds(voice: Voice) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Log odds of a laugh in each window, and the windows' first frames."""
    frames = len(voice.loudness)
    if frames < WINDOW:
        return np.zeros(0), np.zeros(0, np.int64)
    starts = np.arange(0, frames - WINDOW + 1, STEP)
    bands = spectrum(voice.samples, frames)
    bands = np.maximum(bands, np.percentile(bands.max(axis=1), 98) - _DEEP)
    loud = smooth(voice.loudness, 1.0)
    usual = float(np.percentile(loud, 95))
    sure, hard = voice.posteriors.max(axis=1), voice.posteriors[:, HARD].sum(axis=1)
    odds = np.full(len(starts), -20.0)
    for index, start in enumerate(starts):
        here = slice(start, start + WINDOW)
        top = float(loud[here].max())
        if top < max(usual - 20, FAINTEST):
            continue
        busy = loud[here] > top - 20
        odds[index] = (
            BIAS
            + HARDLY[0] * (HARDLY[1] - float(hard[here][busy].mean()))
            + UNSURE[0] * (UNSURE[1] - float(sure[here][busy].mean()))
            - BUSY[0] * max(BUSY[1] - float(busy.mean()), 0.0)
        )
        # What may still come of the repetition is not worth looking at where the rest speaks clearly against a laugh.
        if odds[index] > HOPELESS:
            repeats, pulses = _repetition(bands[here])
            odds[index] += REPEATS[0] * (repeats - REPEATS[1]) + PULSES[0] * (min(pulses, 1.2) - PULSES[1])
    return odds, starts


def _repetition(bands: Floats) -> tuple[float, float]:
    """How alike the spectrum is one burst later, -1..1, and how much more so than half a burst later."""
    moving = bands - bands.mean(axis=0)
    alike = [_alike(moving, lag) for lag in LAGS]
    best = int(np.argmax(alike))
    half = max((LAGS.start + best) // 2, 3)
    return alike[best], alike[best] - _alike(moving, half)


def _alike(moving: Floats, lag: int) -> float:
    later, earlier = moving[lag:].ravel(), moving[:-lag].ravel()
    return float(later @ earlier / np.sqrt((later @ later) * (earlier @ earlier) + 1e-6))


def _event(voice: Voice, first: int, last: int, odds: float) -> Event | None:
    """The laugh within these frames, from its first burst to its last; None where there are too few."""
    loud = smooth(voice.loudness, 1.0)[first:last]
    heard = np.flatnonzero(loud > loud.max() - 20)
    begin, end = int(heard[0]), int(heard[-1]) + 1
    if _bursts(loud[begin:end]) < FEWEST:
        return None
    usual = float(np.percentile(voice.loudness, 95))
    strength = 0.65 + (float(loud.max()) - usual) / 20 + 0.15 * ((end - begin) / FRAME_RATE - 1)
    confidence = 1 / (1 + np.exp(-odds))
    return Event(
        "laugh", (first + begin) / FRAME_RATE, (end - begin) / FRAME_RATE, float(np.clip(strength, 0.3, 1)), float(confidence)
    )


def _bursts(loud: Floats) -> int:
    """Peaks that stand DIP above the valleys on both sides."""
    count, lowest, highest, rising = 0, float(loud[0]) - DIP, -np.inf, True
    for level in loud.tolist():
        if rising:
            highest = max(highest, level)
            if level < highest - DIP:
                count, rising, lowest = count + 1, False, level
        else:
            lowest = min(lowest, level)
            if level > lowest + DIP:
                rising, highest = True, level
    return count + rising


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
