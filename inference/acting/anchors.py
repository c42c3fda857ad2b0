# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an animator would set keys: apexes of phones, closures, the poses of a blink, rests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from .. import arkit
from .. import phones as inventory
from ..animation import Anchor, AnchorKind
from ..arrays import Floats
from .remembering import remembered
from .situation import Situation
from .speech import MOUTH as SPOKEN

APEX_SHARE: Final = {True: 0.45, False: 0.5}
"""How far into a vowel, or a consonant, its shape is reached."""
MOUTH: Final = tuple(SPOKEN)
LIDS: Final = (arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"])
SHORTEST_REST: Final = 0.25
STIR: Final = 0.02
"""Closure at which a lid counts as moving."""


def anchors(situation: Situation, blink: Floats) -> tuple[Anchor, ...]:
    """Every anchor in time order; frames are indices into the Animation. blink: float32[F, 2], its blink track."""
    if len(situation.times) == 0:
        return ()
    last = len(situation.times) - 1
    inside = [anchor for anchor in (*_spoken(situation), *_blinked(blink)) if 0 < anchor.frame < last]
    return tuple(sorted([Anchor(0, "edge"), *inside, Anchor(last, "edge")], key=lambda anchor: anchor.frame))


@remembered
def _spoken(situation: Situation) -> tuple[Anchor, ...]:
    return tuple(_said(situation))


def _said(situation: Situation) -> Iterator[Anchor]:
    if situation.direction.listening:
        return
    lead = situation.direction.lead
    for phone in situation.performance.phones:
        if phone.symbol == "sil":
            if phone.end - phone.start >= SHORTEST_REST:
                yield Anchor(_frame(situation, phone.start - lead + 0.12), "rest", MOUTH)
                yield Anchor(_frame(situation, phone.end - lead - 0.08), "rest", MOUTH)
            continue
        share = APEX_SHARE[phone.symbol in inventory.VOWEL]
        apex = phone.start + share * (phone.end - phone.start) - lead
        yield Anchor(_frame(situation, apex), _kind(phone.symbol), MOUTH)


def _kind(symbol: str) -> AnchorKind:
    if symbol in inventory.VOWEL:
        return "vowel"
    return "closure" if symbol in inventory.BILABIAL or symbol in inventory.LABIODENTAL else "apex"


def _blinked(blink: Floats) -> Iterator[Anchor]:
    """Where the lids leave, turn and arrive, as the blink track has it: the artist may have moved, deleted or added blinks."""
    lids = np.pad(blink.max(axis=1), 1)
    moving = lids > STIR
    for frame in np.flatnonzero(moving[1:] & ~moving[:-1]):
        yield Anchor(float(frame - 1), "blink", LIDS)
    for frame in np.flatnonzero(~moving[1:] & moving[:-1]):
        yield Anchor(float(frame), "blink", LIDS)
    rising, falling = np.diff(lids)[:-1], np.diff(lids)[1:]
    for frame in np.flatnonzero(moving[1:-1] & (((rising > 0) & (falling <= 0)) | ((rising < 0) & (falling > 0)))):
        yield Anchor(float(frame), "blink", LIDS)


def _frame(situation: Situation, time: float) -> float:
    return float((time - situation.times[0]) * situation.fps)
