# SPDX-License-Identifier: GPL-3.0-or-later
"""A Performance without a sound: from phones and their times alone, as aligners and other lip sync programs write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from . import phones as inventory
from .articulation import articulate, to_weights
from .articulation.shaping import reshape
from .errors import ParlanceError
from .hearing import events
from .performance import EMOTIONS, FRAME_RATE, Performance, Phone

MODEL: Final = "phones alone"
_SURE: Final = 0.97
"""Posterior of a phone that was written down."""
_LOUD, _QUIET = -25.0, -70.0
"""Decibels of an even voice and of silence: nothing is known of either."""


def performance_from(phones: Sequence[Phone]) -> Performance:
    """What would have been heard of an even, unmoved voice saying these phones, which tile 0 .. duration.

    Accents, emotion and pitch need a sound; there are none. Raises ParlanceError where there are no phones.
    """
    if not phones or phones[-1].end <= 0:
        raise ParlanceError("There are no phones to animate.")
    frames = int(np.ceil(phones[-1].end * FRAME_RATE - 1e-6))
    times = np.asarray((np.arange(frames) + 0.5) / FRAME_RATE, np.float64)
    sounding = np.searchsorted([phone.start for phone in phones], times, side="right") - 1
    classes = np.array([inventory.INDEX[phone.symbol] for phone in phones])[np.maximum(sounding, 0)]
    posteriors = np.full((frames, inventory.COUNT), (1 - _SURE) / (inventory.COUNT - 1), np.float32)
    posteriors[np.arange(frames), classes] = _SURE
    voice = (classes != inventory.INDEX["sil"]).astype(np.float32)
    loudness = np.where(voice > 0, _LOUD, _QUIET).astype(np.float32)
    flat = np.zeros(frames, np.float32)
    curves = to_weights(articulate(phones, times))
    found = events.find(phones, events.Sound(loudness, np.full(frames, -100, np.float32), flat, voice))
    return Performance(
        curves=reshape(curves, posteriors, phones),
        posteriors=posteriors,
        phones=tuple(phones),
        emotion=np.zeros((frames, len(EMOTIONS)), np.float32),
        arousal=flat,
        speech=voice,
        loudness=loudness,
        pitch=flat,
        voicing=voice,
        events=tuple(event for event in found if event.kind != "accent"),
        duration=phones[-1].end,
        model=MODEL,
    )
