# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody speaks the face rests: exactly, so that silence needs no keys. Only what is near in time counts."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..performance import FRAME_RATE
from ..phones import INDEX
from ..rowwise import stretches
from ..spool import evict

UNLIKELY: Final = 0.1
LIKELY: Final = 0.35
"""Probabilities of speech at which the lips rest, and at which they are free."""
CERTAIN: Final = 0.7
"""The probability that a stretch of likely speech must reach somewhere: music is often a little like a voice, a voice is soon
unmistakable. The highest that costs no word of the validation voices, also where noise or music is nearly as loud."""
DOUBTED: Final = 0.03
"""Share of a phone's probability that is left where nobody speaks: enough to fit a text to, too little to move lips."""
ANTICIPATION: Final = 0.16
"""Seconds that lips move before the first sound and after the last."""
MEMORY: Final = 2.0
"""Seconds that a mood is kept after the last word and known before the first."""


def certain(speech: NDArray[np.float32], least: float = CERTAIN) -> NDArray[np.float32]:
    """The probability of speech float32[T], but 0 in every stretch of more than UNLIKELY that never reaches `least`."""
    above = speech > UNLIKELY
    starts = np.flatnonzero(np.diff(above, prepend=False, append=False))
    if not len(starts):
        return speech
    highest = np.maximum.reduceat(np.append(speech, 0), starts)[::2]
    kept = np.repeat(highest >= least, np.diff(starts)[::2])
    sure = speech.copy()
    sure[above] *= kept
    return sure


def silenced(posteriors: NDArray[np.float32], presence: NDArray[np.float32]) -> NDArray[np.float32]:
    """Phone probabilities float32[T, P] made silence where nobody speaks: what a tune is taken for closes no lips. In place."""
    share = (DOUBTED + (1 - DOUBTED) * presence[:, None]).astype(np.float32)
    for part, _, _ in stretches(len(posteriors), 0):
        posteriors[part] *= share[part]
        posteriors[part, INDEX["sil"]] += 1 - share[part, 0]
        evict(posteriors)
    return posteriors


def presence(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[T] 0 at rest .. 1 free, from the probability of speech float32[T]."""
    return _around(np.clip((speech - UNLIKELY) / (LIKELY - UNLIKELY), 0, 1), ANTICIPATION)


def mood(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[T] 0 where nobody has spoken for a while .. 1 around speech."""
    return _around(np.clip(speech * 2 - 1, 0, 1), MEMORY)


def _around(likely: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    """The highest value within `seconds`, eased over half of that. Before the start and after the end nobody speaks."""
    reach, ease = round(seconds * FRAME_RATE), round(seconds * FRAME_RATE / 2)
    near = sliding_window_view(np.pad(likely, reach + ease), 2 * reach + 1).max(axis=1)
    bell = np.hanning(2 * ease + 3)[1:-1]
    return np.convolve(near, bell / bell.sum(), "valid").astype(np.float32)
