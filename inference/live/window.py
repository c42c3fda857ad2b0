# SPDX-License-Identifier: GPL-3.0-or-later
"""The last second of what was heard, and the lips it asks for so many frames before its end.

Frames are known better the longer ago they are: each is written when it is heard, and again by every answer that comes later.
The stages after the network (articulation, contact) see the same future as the network does, and nothing beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import arkit
from .. import phones as inventory
from ..arrays import Floats
from ..articulation.shaping import VISEME_BLUR, likelier, shape_at
from ..contact import closure_from_posteriors
from ..hearing.rest import certain, presence, silenced
from ..performance import FRAME_RATE, Phone
from ..smoothing import smooth
from .ear import Answer

CERTAIN: Final = 0.8
"""As in hearing/rest.py, for the live network: it is a little sure of speech in the first frames of silence."""
BITES: Final = {0: 0.15, 4: 0.25}
"""As in contact.py, for the live network, by look-ahead: what it takes less surely for an f or v is more often another sound, but
where nothing is heard ahead it is never surer."""
PAST: Final = 26
"""Frames before the one that is shown: what contact, visemes and coarticulation look back at."""
EASED: Final = {
    0: (0.02, -0.10, 0.08, 0.95),
    4: (0.00, 0.05, 0.15, 0.65, -0.04, 0.05, 0.06, 0.08),
    8: (0.01, 0.05, 0.18, 0.54, 0.10, 0.08, -0.01, 0.02),
    13: (0.01, 0.05, 0.24, 0.36, 0.27, 0.07, -0.01, 0.00),
}
"""By look-ahead: how much each frame from EASED_BEFORE before the one that is shown counts in its gap and chin. Those after it
are known less well, and least where little is heard ahead. Fitted to the whole recording's by models/live/easing.py."""
EASED_BEFORE: Final = 3
_BLURRED: Final = 5
"""Frames on either side that a viseme runs into."""


@dataclass(frozen=True)
class Mouth:
    """The mouth at one frame of 20 ms. shapes: float32[52] of speech, before the seal. closure, labiodental, speech: 0..1.

    said: float32[P] how likely each phone is (phones.SYMBOLS order), run into its neighbours as visemes are; 0 in silence.
    """

    shapes: Floats
    closure: float
    labiodental: float
    speech: float
    said: Floats


class Window:
    """Answers in, a Mouth out for the frame `look_ahead` frames ago. Of fixed size; silence before the start."""

    def __init__(self, look_aheads: tuple[int, ...], look_ahead: int) -> None:
        self._look_ahead = look_ahead
        self._heads = [(head, ahead) for head, ahead in enumerate(look_aheads) if ahead <= look_ahead]
        frames = PAST + 1 + look_ahead
        self._posteriors = np.zeros((frames, inventory.COUNT), np.float32)
        self._posteriors[:, inventory.INDEX["sil"]] = 1.0
        self._curves = np.zeros((frames, arkit.COUNT), np.float32)
        self._speech = np.zeros(frames, np.float32)
        self._heard = 0
        self._bites = BITES[max(known for known in BITES if known <= look_ahead)]
        weights = EASED[max(known for known in EASED if known <= look_ahead)]
        self._easing = np.zeros(frames, np.float32)
        self._easing[PAST - EASED_BEFORE :][: len(weights)] = weights

    def hear(self, answer: Answer) -> Mouth | None:
        """The mouth so many frames ago, or None before the first."""
        return self._mouth() if self.add(answer) else None

    def add(self, answer: Answer) -> bool:
        """Take an answer in. Whether the frame so many frames ago was heard."""
        for track in (self._posteriors, self._curves, self._speech):
            track[:-1] = track[1:]
        for head, ahead in self._heads:
            if self._heard >= ahead:
                place = len(self._speech) - 1 - ahead
                self._posteriors[place] = answer.posteriors[head]
                self._curves[place] = answer.curves[head]
                self._speech[place] = answer.speech[head]
        self._heard += 1
        return self._heard > self._look_ahead

    @property
    def curves(self) -> Floats:
        """float32[T, 52] as the network gives them, the frame that is shown at PAST."""
        return self._curves

    def _mouth(self) -> Mouth:
        speech = certain(self._speech, CERTAIN)
        present = presence(speech)
        said = silenced(self._posteriors.copy(), present)
        contact = closure_from_posteriors(said, FRAME_RATE, self._bites)
        closure, labiodental = (float(track[PAST]) for track in contact)
        if not present[PAST]:  # most of the work is saved while nobody speaks
            still, silent = np.zeros(arkit.COUNT, np.float32), np.zeros(inventory.COUNT, np.float32)
            return Mouth(still, closure, labiodental, float(speech[PAST]), silent)
        shapes = shape_at(PAST, self._curves, said, segments(said), contact=contact, easing=self._easing)
        blurred = smooth(likelier(said[PAST - _BLURRED : PAST + _BLURRED + 1]), VISEME_BLUR * FRAME_RATE)[_BLURRED]
        return Mouth(np.clip(shapes, 0.0, 1.0) * present[PAST], closure, labiodental, float(speech[PAST]), blurred)


def segments(posteriors: Floats) -> list[Phone]:
    """The likeliest phone of each frame, neighbours that agree as one: what rules of coarticulation need, and no more."""
    likeliest = posteriors.argmax(axis=1)
    cuts = np.flatnonzero(np.diff(likeliest, prepend=-1))
    ends = np.append(cuts[1:], len(likeliest))
    return [
        Phone(inventory.SYMBOLS[likeliest[cut]], cut / FRAME_RATE, end / FRAME_RATE, 1.0)
        for cut, end in zip(cuts.tolist(), ends.tolist(), strict=True)
    ]
