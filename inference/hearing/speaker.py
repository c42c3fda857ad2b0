# SPDX-License-Identifier: GPL-3.0-or-later
"""Arousal relative to the speaker: one person's calm is another's excitement, so each voice is compared with itself."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE

SMOOTHING: Final = 0.8
"""Seconds; arousal is a mood, not a syllable."""
MEMORY: Final = 90.0
"""Seconds on either side that make up the speaker's baseline."""
PRIOR: Final = 15.0
"""Seconds of speech that the average speaker weighs against what was heard of this one."""
AVERAGE: Final = -0.38
"""Raw arousal of the average speaker with a voice at VOICE, reading calmly (LibriSpeech, AN4 and spoken orders)."""
VOICE: Final = 150.0
"""Hertz between the usual voices of men and of women."""
HIGHER: Final = 0.029
"""Raw arousal that a semitone of voice adds where nobody is tense: women and children are not more excited than men."""
SPREAD: Final = 0.5
"""Raw arousal above the baseline that counts as clearly tense; neutral and angry actors are twice this apart (EmoDB)."""
UNSURE: Final = 0.1
"""Raw arousal either way that says nothing."""


def relative_arousal(
    raw: NDArray[np.float32], speech: NDArray[np.float32], hertz: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """float32[T] in -1..1 from the model's raw arousal and speech probability, float32[T] both; 0 while nobody speaks.

    hertz: float32[T] pitch, 0 where unvoiced; tells what the average speaker with this voice would be at. None: a voice at VOICE.
    """
    near, weight = _smoothed(raw, speech, SMOOTHING)
    total, amount = _windowed(raw * speech, MEMORY), _windowed(speech, MEMORY)
    prior = PRIOR * FRAME_RATE
    average = AVERAGE + (HIGHER * _voice(hertz) if hertz is not None else 0.0)
    baseline = (total + average * prior) / (amount + prior)
    presence = np.clip(weight * 2, 0, 1)
    beyond = near - baseline
    sure = np.sign(beyond) * np.maximum(np.abs(beyond) - UNSURE, 0.0)
    return (np.tanh(sure / SPREAD) * presence).astype(np.float32)


def _voice(hertz: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[T] semitones of the voice around each moment above VOICE, held to what voices are; 0 where none is heard."""
    voiced = (hertz > 0).astype(np.float64)
    semitones = 12.0 * np.log2(np.maximum(hertz, 1.0) / VOICE) * voiced
    return np.clip(_windowed(semitones, MEMORY) / np.maximum(_windowed(voiced, MEMORY), 1.0), -9.0, 9.0)


def _smoothed(
    values: NDArray[np.float32], weights: NDArray[np.float32], seconds: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted mean around each frame (a bell of three boxes), and the mean weight there."""
    total, amount = np.asarray(values * weights, np.float64), np.asarray(weights, np.float64)
    size = np.ones(len(values))
    for _ in range(3):
        total, amount, size = (_windowed(track, seconds / 3) for track in (total, amount, size))
    return total / np.maximum(amount, 1e-9), amount / size


def _windowed(values: NDArray[np.floating], seconds: float) -> NDArray[np.float64]:
    """Sum over `seconds` on either side of each frame, as far as there are any."""
    reach = max(1, round(seconds * FRAME_RATE))
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    index = np.arange(len(values))
    return np.asarray(total[np.minimum(index + reach + 1, len(values))] - total[np.maximum(index - reach, 0)])
