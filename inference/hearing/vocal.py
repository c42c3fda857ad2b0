# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal sounds that are heard: laughs, sobs, efforts, coughs and sighs beside the breaths that `events.py` finds.

What is unsure is listed with a low confidence, and not acted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..performance import Event, Phone
from ..vocal_track import overlap
from .events import Sound
from .laughter import KINDS as REPEATED
from .laughter import repeated
from .outbursts import outbursts, sighs
from .voice import Voice

LISTED: Final = 0.35
"""Confidence from which a sound is worth a look."""
WHOLE: Final = 0.25
"""Confidence by which a single burst must be surer than the laugh or sob that it may be a part of."""


def joined(events: Sequence[Event], phones: Sequence[Phone], voice: Voice, sound: Sound) -> tuple[Event, ...]:
    """The events with the vocal sounds among them, in time order; no breath is within one.

    Of two at once the surer stays, or the laugh that the other is a burst of. events: what `events.find` has found.
    """
    breaths = [event for event in events if event.kind == "breath"]
    guesses = [*repeated(voice), *outbursts(phones, voice), *sighs(breaths, phones, sound)]
    kept: list[Event] = []
    for guess in sorted(guesses, key=lambda event: -event.confidence - WHOLE * (event.kind in REPEATED)):
        if guess.confidence >= LISTED and not any(overlap(guess, other) for other in kept):
            kept.append(guess)
    others = [event for event in events if event.kind != "breath" or not any(overlap(event, sound) for sound in kept)]
    return tuple(sorted((*others, *kept), key=lambda event: event.time))
