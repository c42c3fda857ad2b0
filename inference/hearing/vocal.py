# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal sounds that are heard: laughs, sobs, efforts, coughs, sighs and gasps beside the breaths that `events.py` finds.

What is unsure is listed with a low confidence, and not acted. What something else is as loud around as, is a part of that: a
string that is plucked is no breath, and a tune that sinks no sob.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Event, Phone
from .breathing import surely
from .events import Sound
from .laughter import KINDS as REPEATED
from .laughter import SHORTEST, repeated
from .tunes import AROUND, company
from .vocal_bursts import sighs, vocal_bursts
from .voice import Voice

LISTED: Final = 0.35
"""Confidence from which a sound is worth a look."""
WHOLE: Final = 0.25
"""Confidence by which a single burst must be surer than the laugh or sob that it may be a part of."""

EDGE: Final = 0.6
"""Seconds at either end of a laugh or sob, as it was found in windows, that may be words beside it."""
SPOKEN: Final = 0.5
FEWEST: Final = 3
"""How sure the phones between two silences are on the whole, and how many, that are words and no laugh."""
LIKE_WORDS: Final = 0.45
"""How sure the phones are that are words and no part of a laugh, where no silence parts them from it."""
UNHEARD: Final = 1.0
"""Seconds at most that a laugh begins before, or ends after, it was found."""
GASP: Final = 0.6
"""Confidence from which a burst is air torn in, whatever is heard within it."""
AS_LOUD: Final = 10.0
"""Decibels below a sound at which others still go on beside it."""
STILL: Final = 0.04
"""Semitones by which the pitch of a voice changes from frame to frame at least: the stillest of 600 bursts of laughs, sobs and
efforts has .07; a beep that counts a take in, or a telephone's tone, has .01 or less."""
NARROW: Final = 7
BESIDE: Final = 25.0
"""Bands of a voice at least that are at most so many decibels below its strongest: no burst of those 600 has fewer than 8, though
a chuckle as a whole may."""
AMID: Final = 0.3
"""Share of the time around in which they do and are no speech, from which a sound is one of them. A breath between words has a
tenth at most, one in twenty of those heard in music has less than this."""


def found(
    breaths: Iterable[Event], phones: Sequence[Phone], voice: Voice, sound: Sound, spoken: NDArray[np.float32]
) -> list[Event]:
    """The breaths and all other vocal sounds; no breath is within one of those.

    Of two at once the surer stays, or the laugh that the other is a burst of. breaths: what `events.breaths` has found. spoken:
    float32[T] probability of speech where it is no tune.
    """

    def alone(event: Event) -> bool:
        first = min(int(event.time * FRAME_RATE), voice.frames - 1)
        last = max(round(event.end * FRAME_RATE), first + 1)
        around = AMID * _heard_around(first, last, voice.frames)
        if company(spoken, voice.passing, first, last, AS_LOUD) >= around:
            return False
        return not _is_tone(voice, first, last, fewest=0 if event.kind in REPEATED else NARROW)

    stretches = list(vocal_bursts(phones, voice))
    bursts = [burst for burst in stretches if alone(burst)]
    gasps = [burst for burst in bursts if burst.kind == "breath" and burst.confidence >= GASP]
    # What dies away in a gasp is no sigh, nor another breath.
    rushes = [breath for breath in breaths if alone(breath) and not any(breath.overlaps(gasp) for gasp in gasps)]
    rushes = surely(rushes, phones, voice)
    drawn = [breath for breath in rushes if breath.confidence >= LISTED]
    laughs = (whole(between_words(event, phones), stretches, phones) for event in repeated(voice))
    guesses = [*filter(alone, laughs), *bursts, *filter(alone, sighs(rushes, phones, sound))]
    guesses = [guess for guess in guesses if guess.kind != "breath" or not any(guess.overlaps(breath) for breath in drawn)]
    kept: list[Event] = []
    for guess in sorted(guesses, key=lambda event: -event.confidence - WHOLE * (event.kind in REPEATED)):
        if guess.confidence >= LISTED and not any(guess.overlaps(other) for other in kept):
            kept.append(guess)
    return [*kept, *(breath for breath in drawn if not any(breath.overlaps(sound) for sound in kept))]


def between_words(event: Event, phones: Sequence[Phone]) -> Event:
    """The same without the words before and after it that it reaches into, where a silence parts them from it."""
    begin, end = event.time, event.end
    for spoken, group in groupby(phones, lambda phone: phone.symbol != "sil"):
        words = list(group)
        start, stop = words[0].start, words[-1].end
        sure = sum(phone.confidence * (phone.end - phone.start) for phone in words) / (stop - start)
        if not spoken or len(words) < FEWEST or sure < SPOKEN:
            continue
        if start < event.time < stop < event.time + EDGE:
            begin = stop
        if event.end - EDGE < start < event.end < stop:
            end = start
    return replace(event, time=begin, duration=end - begin) if end - begin >= SHORTEST[event.kind] else event


def whole(event: Event, stretches: Iterable[Event], phones: Sequence[Phone]) -> Event:
    """The same from where its voice begins to where it ends, between two silences, if no word is surely said in what is added.

    stretches: what sounds between silences.
    """
    begin, end = event.time, event.end
    for stretch in stretches:
        if stretch.overlaps(event):
            begin = stretch.time if _wordless(phones, stretch.time, begin) else begin
            end = stretch.end if _wordless(phones, end, stretch.end) else end
    return replace(event, time=begin, duration=end - begin)


def _wordless(phones: Sequence[Phone], start: float, end: float) -> bool:
    """Whether there is something between two times, and no words in it."""
    parts = [(min(phone.end, end) - max(phone.start, start)) * phone.confidence for phone in phones if phone.symbol != "sil"]
    return 0 < end - start <= UNHEARD and sum(part for part in parts if part > 0) < LIKE_WORDS * (end - start)


def _is_tone(voice: Voice, first: int, last: int, fewest: int) -> bool:
    """Whether what sounds in the frames first .. last has a pitch that no throat holds so still, or fewer bands than `fewest`."""
    steps = np.abs(np.diff(voice.semitones[first:last]))
    steps = steps[~np.isnan(steps)]
    if 3 * len(steps) < last - first:
        return False
    bands = (10 ** (0.1 * voice.bands[first:last])).mean(axis=0)
    beside = int((bands > bands.max() * 10 ** (-0.1 * BESIDE)).sum())
    return float(np.median(steps)) < STILL or beside < fewest


def _heard_around(first: int, last: int, frames: int) -> float:
    """Share of the time around the frames first .. last that was recorded, where that is all of it on one side at least.

    A tune that has just begun plays on after it alone. A short recording tells less: there a cough is no company to the next.
    """
    reach = round(AROUND * FRAME_RATE)
    before, after = min(first, reach), min(frames - last, reach)
    return (before + after) / (2 * reach) if reach in (before, after) else 1.0
