# SPDX-License-Identifier: GPL-3.0-or-later
"""What head and brows take from the melody of a voice: its height and loudness, its liveliness, and where it rises to ask.

Each voice is compared with itself: men, women and children who speak alike move alike, loud and soft recordings too.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..performance import FRAME_RATE, Event
from .remembering import remembered
from .sampling import sample, smooth
from .situation import Situation

USUAL_SPREAD: Final = 2.8
"""Semitones of deviation of a voice that reads (median of 60 speakers of LibriSpeech)."""
WIDEST: Final = 14.0
"""Semitones from the median beyond which a pitch is a slip of an octave."""
LOUDER: Final = 6.0
"""Decibels above a voice's own average that count as much as one spread of pitch."""
HEIGHT: Final = 0.7
"""Share of pitch against loudness in the melody; loudness alone where there is no pitch, as in a whisper."""
PHRASING: Final = 0.11
"""Seconds (deviation) over which a head follows the melody; syllables have their own beats."""
LAG: Final = 0.03
"""Seconds by which the head is later than the voice (Fotedar 2017)."""
AROUND: Final = 3.5
"""Seconds on either side with which a voice is compared: what is said later changes nothing now."""
PRIOR: Final = 1.0
"""Seconds of the usual voice that are mixed in, so that a word or two say little."""
LIVELIEST: Final = (0.7, 1.35)
"""Least and most that liveliness makes of a movement."""
TAIL: Final = 0.6
"""Seconds of voice before the end of a phrase in which a question rises."""
RISE: Final = 3.2
"""Semitones of that rise in a voice of usual spread; Dutch and German questions of two readers begin there."""
LEAP: Final = 5.0
"""Semitones between two frames that only a mistaken octave makes."""


def melody(situation: Situation) -> Floats:
    """float32[F] how high and loud the voice is against its own average, in deviations, about -2..2; 0 where nobody speaks."""
    return sample(_heard(situation), situation.times - LAG)


def height(situation: Situation, time: float) -> float:
    """The melody at a moment, in the line's seconds."""
    heard = _heard(situation)
    return float(heard[min(max(int(time * FRAME_RATE), 0), len(heard) - 1)]) if len(heard) else 0.0


@remembered
def _heard(situation: Situation) -> Floats:
    """float32[T] the melody at FRAME_RATE."""
    performance, speaking = situation.performance, situation.speaking
    if len(performance.pitch) == 0 or not speaking.any():
        return np.zeros(len(performance.pitch), np.float32)
    voiced = _voiced(performance.pitch).astype(np.float32)
    pitch = (performance.pitch - _usual(performance.pitch, voiced)) / np.maximum(_spread(performance.pitch), 0.5 * USUAL_SPREAD)
    high = np.clip(pitch, -2.5, 2.5) * voiced
    force = np.clip((performance.loudness - _usual(performance.loudness, speaking)) / LOUDER, -2, 2) * speaking
    tracks = (np.asarray(track, np.float32) for track in (high, voiced, force))
    heard, pitched, loud = (smooth(track, PHRASING * FRAME_RATE) for track in tracks)
    share = HEIGHT * np.clip(2 * smooth(pitched, PHRASING * FRAME_RATE), 0, 1)
    joined = (share * heard / np.maximum(pitched, 0.15) + (1 - share) * loud) * speaking
    return smooth(np.asarray(joined, np.float32), 0.5 * PHRASING * FRAME_RATE)


@remembered
def liveliness(situation: Situation) -> Floats:
    """float32[F] about 1: less in a monotonous voice, more in one that sings up and down."""
    if situation.direction.listening or not situation.performance.pitch.any():
        return np.ones(len(situation.times), np.float32)
    lively = np.clip(np.sqrt(_spread(situation.performance.pitch) / USUAL_SPREAD), *LIVELIEST)
    return sample(lively.astype(np.float32), situation.times)


@remembered
def rises(situation: Situation) -> tuple[tuple[Event, float], ...]:
    """The ends of phrases at which the voice rises as in a question, and how far: 1 at RISE, 2 at most."""
    performance, found = situation.performance, []
    spread = _spread(performance.pitch)
    for event in situation.events("phrase_end"):
        last = round(event.time * FRAME_RATE)
        first = max(last - round(2 * TAIL * FRAME_RATE), 0)
        voiced = first + np.flatnonzero(performance.pitch[first:last])[-round(TAIL * FRAME_RATE) :]
        heard = performance.pitch[voiced]
        if len(heard) < 8 or np.abs(np.diff(heard))[np.diff(voiced) == 1].max(initial=0) > LEAP:
            continue
        top = float(heard[-4:].mean())
        low = float(np.sort(heard[:-5])[(len(heard) - 5) // 5]) if len(heard) > 8 else float(heard[0])
        scale = RISE * min(max(float(spread[voiced[0]]) / USUAL_SPREAD, 0.8), 1.2)
        if top > 0 and top - low >= scale:
            found.append((event, min((top - low) / scale, 2.0)))
    return tuple(found)


def _voiced(pitch: Floats) -> NDArray[np.bool_]:
    return np.asarray((pitch != 0) & (np.abs(pitch) < WIDEST))


def _spread(pitch: Floats) -> NDArray[np.float64]:
    """float64[T] semitones of deviation of the voice AROUND each frame; the usual one where little is heard of it."""
    voiced = _voiced(pitch).astype(np.float64)
    amount, first, second = (_windowed(voiced * pitch.astype(np.float64) ** power) for power in (0, 1, 2))
    variance = np.maximum(second - first**2 / np.maximum(amount, 1), 0)
    prior = PRIOR * FRAME_RATE
    return np.asarray(np.sqrt((variance + prior * USUAL_SPREAD**2) / (amount + prior)))


def _usual(track: Floats, weights: Floats) -> NDArray[np.float64]:
    """float64[T] the weighted mean of a track AROUND each frame."""
    return np.asarray(_windowed(track * weights) / np.maximum(_windowed(weights), 1.0))


def _windowed(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """float64[T] the sum AROUND each frame."""
    reach = round(AROUND * FRAME_RATE)
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    index = np.arange(len(values))
    return np.asarray(total[np.minimum(index + reach + 1, len(values))] - total[np.maximum(index - reach, 0)])
