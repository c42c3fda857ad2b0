# SPDX-License-Identifier: GPL-3.0-or-later
"""Held notes: keep the mouth open on a vowel that is sung on, which the network soon takes for silence.

A note goes on for as long as its loudness does: speech falls into a pause by tens of decibels, a note fades slowly. A silence
that an artist has put there ends it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import phones
from ..arrays import Floats
from ..articulation.revision import placed
from ..performance import FRAME_RATE, Performance
from ..rowwise import stretches
from ..spool import evict
from . import sampling

SURE: Final = 0.5
"""Probability of the vowels together from which a note has begun."""
LOST: Final = (0.1, 0.4)
"""Probability of silence over which the mouth passes from what is heard to what it held."""
DROP: Final = 8.0
"""dB below the last fifth of a second at which a note ends."""
FADE: Final = 16.0
"""dB below its beginning to which a note may fade."""
_RECENT: Final = 0.2
"""Seconds over which the loudness before a drop is averaged."""
_FOUND: Final = 0.3
"""Seconds, before a note is lost, in which the surest frame of its vowel is looked for."""
_BLEND: Final = 0.05
"""Seconds over which a held mouth is faded in and out."""


class Held(NamedTuple):
    """source: int[T] the frame whose mouth each frame of a held note keeps.   share: float32[T] how far it does, 0..1."""

    source: NDArray[np.intp]
    share: Floats

    def within(self, frames: slice) -> Held:
        """The same at some of the frames only."""
        return Held(self.source[frames], self.share[frames])


def held(performance: Performance) -> Held:
    """Where in a performance notes are held beyond what was heard as speech."""
    posteriors = performance.posteriors
    source = np.arange(len(posteriors))
    share = np.zeros(len(posteriors), np.float32)
    if len(posteriors) == 0:
        return Held(source, share)
    vowels, silent, asked = np.empty_like(share), np.empty_like(share), np.empty(len(share), bool)
    for part, _, _ in stretches(len(posteriors), 0):
        vowels[part] = posteriors[part][:, list(phones.indices(phones.VOWEL))].sum(axis=1)
        silent[part] = posteriors[part, phones.INDEX["sil"]]
        asked[part] = placed(posteriors[part], "sil")
        evict(posteriors)
    wanted = np.clip((silent - LOST[0]) / (LOST[1] - LOST[0]), 0.0, 1.0)
    loudness = performance.loudness
    rate = 1.0 / (_RECENT * FRAME_RATE)
    reach = round(_FOUND * FRAME_RATE)
    kept, began, recent = -1, 0.0, 0.0
    for frame, loud in enumerate(loudness.tolist()):
        if vowels[frame] >= SURE:
            first = max(frame - reach, 0)
            kept, began = first + int(np.argmax(vowels[first : frame + 1])), loud
            recent = loud
        elif asked[frame] or loud < max(recent - DROP, began - FADE) or vowels[frame] + silent[frame] < SURE:
            kept = -1
        elif kept >= 0:
            source[frame], share[frame] = kept, wanted[frame]
        recent += rate * (loud - recent)
    return Held(_settled(source), np.asarray(np.clip(sampling.smooth(share, _BLEND * FRAME_RATE), 0.0, 1.0), np.float32))


def sustained(mouth: Floats, curves: Floats, channels: list[int], notes: Held, amount: float) -> Floats:
    """float32[n, C] some frames of a mouth with held notes in it, as far as `amount` says, 0..1.

    curves: float32[T, 52] those of all frames, of which the mouth is the `channels`.   notes: of these frames.
    """
    share = (amount * notes.share)[:, None]
    return np.asarray(mouth + share * (curves[notes.source][:, channels] - mouth), np.float32)


def _settled(source: NDArray[np.intp]) -> NDArray[np.intp]:
    """The borders of a note, where its share is still fading, keep its frame too."""
    reach = round(2 * _BLEND * FRAME_RATE)
    own = np.arange(len(source))
    result = source.copy()
    for _ in range(reach):
        free = result == own
        before = np.concatenate([[result[0]], result[:-1]])
        before_held = np.concatenate([[False], ~free[:-1]])
        result = np.where(free & before_held, before, result)
    return result
