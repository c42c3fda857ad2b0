# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that says nothing: what it hears of others meanwhile, and how it is directed between its own lines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from . import arkit
from .direction import Direction
from .performance import EMOTIONS, FRAME_RATE, Event, Performance, Phone
from .phones import COUNT as PHONES
from .phones import INDEX

SWELL: Final = 0.5
"""How much of the ebb of a mood in pauses is left between lines: it is held there."""
SWALLOWS: Final = 11.0
"""Seconds of silence in which somebody has one occasion to swallow (about one swallow a minute is usual in adults at rest)."""
FIRST: Final = Direction()


@dataclass(frozen=True)
class Voice:
    """Somebody else who is heard: the second at which the sound begins on the idle's clock, and what is said."""

    start: float
    performance: Performance


def waiting(end: float, voices: Iterable[Voice] = ()) -> Performance:
    """The Performance of somebody who says nothing from second 0 to `end`, and hears these voices.

    It has neither curves nor phones, for nothing moves the mouth; its speech and its phrase ends are those of the others.
    """
    count = max(math.ceil(end * FRAME_RATE), 1)
    speech = np.zeros(count, np.float32)
    events: list[Event] = []
    for voice in voices:
        at = round(voice.start * FRAME_RATE)
        first, last = max(at, 0), min(at + len(voice.performance.speech), count)
        if first >= last:
            continue
        speech[first:last] = np.maximum(speech[first:last], voice.performance.speech[first - at : last - at])
        ends = (event for event in voice.performance.events if event.kind == "phrase_end")
        heard = (replace(event, time=event.time + voice.start) for event in ends)
        events += [event for event in heard if 0 <= event.time < end]
    silence = np.zeros(count, np.float32)
    return Performance(
        curves=np.zeros((0, arkit.COUNT), np.float32),
        posteriors=np.zeros((0, PHONES), np.float32),
        phones=(),
        emotion=np.zeros((0, len(EMOTIONS)), np.float32),
        arousal=silence,
        speech=speech,
        loudness=silence - 100,
        pitch=silence,
        voicing=silence,
        events=tuple(sorted((*events, *_lulls(speech)), key=lambda event: event.time)),
        duration=float(end),
        model="idle",
    )


def _lulls(speech: np.ndarray) -> list[Event]:
    """Pauses to swallow in, one in each SWALLOWS seconds in which nobody speaks."""
    found = []
    for number in range(int(len(speech) / FRAME_RATE / SWALLOWS)):
        begin = (number + 0.3) * SWALLOWS
        first = round(begin * FRAME_RATE)
        if not (speech[first : first + 100] > 0.5).any():
            found.append(Event("pause", begin, 2.0, 1.0))
    return found


def silent(duration: float) -> Performance:
    """What is heard in a sound without anything in it: a Performance like any other, in which nobody speaks."""
    count = max(math.ceil(duration * FRAME_RATE), 1)
    posteriors = np.zeros((count, PHONES), np.float32)
    posteriors[:, INDEX["sil"]] = 1
    nothing = np.zeros(count, np.float32)
    return Performance(
        curves=np.zeros((count, arkit.COUNT), np.float32),
        posteriors=posteriors,
        phones=(Phone("sil", 0.0, duration),),
        emotion=np.zeros((count, len(EMOTIONS)), np.float32),
        arousal=nothing,
        speech=nothing,
        loudness=nothing - 100,
        pitch=nothing,
        voicing=nothing,
        events=(),
        duration=duration,
        model="silence",
    )


def is_silent(performance: Performance) -> bool:
    """Whether nobody speaks in it at all."""
    return all(phone.symbol == "sil" for phone in performance.phones) and not any(
        event.kind not in ("pause", "phrase_end") for event in performance.events
    )


def directed(own: Direction, beside: Direction | None) -> Direction:
    """How somebody is directed who waits beside a line: what the artist set for waiting itself, else as in the line.

    own: the sliders of the idle; those at their defaults are left to the line.   beside: of the line, None where there is none.
    """
    if beside is not None:
        chosen = {item.name: getattr(own, item.name) for item in fields(own) if getattr(own, item.name) != item.default}
        own = replace(beside, **(chosen | {"seed": own.seed}))
    return replace(own, listening=True, phrasing=own.phrasing * SWELL)
