# SPDX-License-Identifier: GPL-3.0-or-later
"""Efforts, coughs and sighs: what a voice does between two silences that is like no word.

Grunts and cries of effort are voiced and short; a cough is mostly air; a sigh is nothing but air that dies away. Set by hand on
recorded efforts and coughs of a few actors against words said alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE, Event, Phone
from .events import Sound
from .laughter import HARD, Voice

DEEPEST: Final = 28.0
"""Decibels below the loudest in which a voice is looked for."""
ABOVE_ROOM: Final = 12.0
GAP: Final = 10
"""Frames of silence that end an outburst."""
LENGTHS: Final = (0.1, 1.6)
"""Seconds that one lasts."""
KNOWN: Final = 0.5
"""Confidence from which a phone is surely one."""
BIAS: Final = -1.9
"""Log odds, where all evidence is even, that it is none."""
SIGH: Final = (0.5, 1.6)
"""Seconds that a sigh lasts."""
BEFORE_SPEECH: Final = 0.3
"""Seconds before a word in which air is drawn in for it."""
DYING: Final = 4.0
"""Decibels by which the second half of a sigh is weaker than the first."""


@dataclass(frozen=True)
class _Outburst:
    """Evidence on one stretch between silences: means over its frames, and how many phones it was taken for."""

    first: int
    last: int
    sure: float
    hard: float
    voiced: float
    speech: float
    relative: float
    airy: float
    known: int
    phones: int

    @property
    def seconds(self) -> float:
        return (self.last - self.first) / FRAME_RATE


def outbursts(phones: Sequence[Phone], voice: Voice, sound: Sound) -> Iterator[Event]:
    """Efforts and coughs in time order."""
    for each in _alone(phones, voice, sound):
        effort, cough = _odds_of_effort(each), _odds_of_cough(each)
        confidence = 1 / (1 + float(np.exp(-max(effort, cough) - BIAS)))
        strength = float(np.clip(0.65 + each.relative / 15 + 0.1 * each.seconds, 0.3, 1))
        if confidence > 0.3:
            kind = "effort" if effort >= cough else "cough"
            yield Event(kind, each.first / FRAME_RATE, each.seconds, strength, confidence)  # type: ignore[arg-type]


def sighs(breaths: Sequence[Event], phones: Sequence[Phone], sound: Sound) -> Iterator[Event]:
    """Of the breaths those that are let out: long, dying away, and with no word after them."""
    starts = np.array([phone.start for phone in phones if phone.symbol != "sil"])
    for breath in breaths:
        following = starts[starts > breath.time + 0.1]
        until_word = float(following.min()) - breath.end if len(following) else np.inf
        first, last = round(breath.time * FRAME_RATE), round(breath.end * FRAME_RATE)
        middle = (first + last) // 2
        if not SIGH[0] <= breath.duration <= SIGH[1] or until_word < BEFORE_SPEECH:
            continue
        dies = float(sound.air[first:middle].mean() - sound.air[middle:last].mean())
        if dies >= DYING:
            confidence = float(np.clip(0.5 + 0.03 * (dies - DYING) + 0.2 * (breath.duration - SIGH[0]), 0, 0.8))
            yield Event("sigh", breath.time, breath.duration, max(breath.strength, 0.4), confidence)


def _odds_of_effort(each: _Outburst) -> float:
    too_long, too_short = 4 * max(each.seconds - 0.9, 0), 40 * max(0.13 - each.seconds, 0)
    heard = 5 * (min(each.voiced, 0.5) - 0.35) + 5 * (min(each.speech, 0.55) - 0.4)
    return _wordless(each) + heard + 0.15 * min(each.relative + 4, 0) - too_long - too_short


def _odds_of_cough(each: _Outburst) -> float:
    heard = 4 * (0.5 - each.voiced) + 0.3 * min(max(each.airy + 7, -4), 4) + 5 * (min(each.speech, 0.35) - 0.2)
    # Without any voice in it, it may as well be a door or a cup.
    soundless = 45 * max(0.1 - each.voiced, 0)
    return _wordless(each) + heard + 0.22 * min(each.relative + 4, 0) - 2 * abs(each.seconds - 0.5) - 0.5 - soundless


def _wordless(each: _Outburst) -> float:
    """Log odds that no word was said: phones that are unsure, few, and none that takes the tongue or the lips."""
    return 9 * (0.47 - each.sure) + 4 * (0.42 - each.hard) - 1.2 * each.known - 0.3 * max(each.phones - 3, 0)


def _alone(phones: Sequence[Phone], voice: Voice, sound: Sound) -> Iterator[_Outburst]:
    loud = sound.loudness
    if len(loud) < GAP:
        return
    top = float(np.percentile(loud, 98))
    heard = loud > max(top - DEEPEST, float(np.percentile(loud, 5)) + ABOVE_ROOM)
    posteriors = voice.posteriors
    sure, hard, silent = posteriors.max(axis=1), posteriors[:, HARD].sum(axis=1), posteriors[:, 0]
    for first, last in _stretches(heard):
        if not LENGTHS[0] <= (last - first) / FRAME_RATE <= LENGTHS[1]:
            continue
        here = slice(first, last)
        sounding = sure[here][silent[here] < 0.5]
        begin, end = first / FRAME_RATE - 0.02, last / FRAME_RATE + 0.02
        spoken = [phone for phone in phones if phone.symbol != "sil" and phone.end > begin and phone.start < end]
        yield _Outburst(
            first,
            last,
            sure=float(sounding.mean()) if len(sounding) else 0.3,
            hard=float(hard[here].mean()),
            voiced=float((sound.voicing[here] >= 0.5).mean()),
            speech=float(voice.speech[here].mean()),
            relative=float(loud[here].max()) - top,
            airy=float((sound.air[here] - loud[here]).mean()),
            known=sum(phone.confidence > KNOWN for phone in spoken),
            phones=len(spoken),
        )


def _stretches(heard: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First frame and end of what is heard between silences of GAP frames and more."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return
    apart = np.flatnonzero(starts[1:] - ends[:-1] >= GAP)
    for first, last in zip([0, *(apart + 1).tolist()], [*apart.tolist(), len(ends) - 1], strict=True):
        yield int(starts[first]), int(ends[last])
