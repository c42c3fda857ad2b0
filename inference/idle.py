# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that says nothing: what it hears of others meanwhile, and how it is directed between its own lines."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import arkit
from .acting.beats import said_something
from .direction import Direction
from .performance import EMOTIONS, FRAME_RATE, SILENCE, Event, Performance, Phone
from .phones import COUNT as PHONES
from .phones import INDEX

SWELL: Final = 0.5
"""How much of the ebb of a mood in pauses is left between lines: it is held there."""
SWALLOWS: Final = 11.0
"""Seconds of silence in which somebody has one occasion to swallow (about one swallow a minute is usual in adults at rest)."""
ONE_TURN: Final = 1.5
"""Seconds of silence in which a listener goes on looking at who has the word."""


@dataclass(frozen=True, eq=False)
class Voice:
    """Somebody else who is heard: when the sound begins, seconds on the listener's clock; speech, float32[T]; phrase ends."""

    start: float
    speech: NDArray[np.float32]
    phrase_ends: tuple[Event, ...]


def voice(performance: Performance, start: float = 0.0) -> Voice:
    """What of a Performance somebody else attends to, who hears it from second `start` on."""
    ended = (event for event in performance.events if event.kind == "phrase_end")
    ends = tuple(event for event in ended if said_something(performance.phones, event))
    return Voice(start, performance.speech if not is_silent(performance) else performance.speech[:0], ends)


def phrases(performance: Performance) -> tuple[tuple[float, float], ...]:
    """When somebody speaks, seconds from and to; over pauses shorter than ONE_TURN it is one phrase."""
    found: list[tuple[float, float]] = []
    for phone in performance.phones:
        if phone.symbol == "sil":
            continue
        if found and phone.start - found[-1][1] < ONE_TURN:
            found[-1] = found[-1][0], phone.end
        else:
            found.append((phone.start, phone.end))
    return tuple(found)


def waiting(end: float, voices: Iterable[Voice] = ()) -> Performance:
    """The Performance of somebody who says nothing from second 0 to `end`, and hears these voices.

    It has neither curves nor phones, for nothing moves the mouth; its speech and its phrase ends are those of the others.
    """
    speech, ends = _together(end, voices)
    count = len(speech)
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
        events=tuple(sorted((*ends, *_lulls(speech)), key=lambda event: event.time)),
        duration=float(end),
        model="idle",
    )


def listening(performance: Performance, voices: Iterable[Voice]) -> Performance:
    """A Performance in which nobody speaks, as it is for somebody who hears these voices on its clock."""
    speech, ends = _together(performance.duration, voices)
    count = len(performance.speech)
    heard = np.zeros(count, np.float32)
    heard[: len(speech)] = speech[:count]
    return replace(performance, speech=heard, events=(*performance.events, *ends), phones=())


def _together(end: float, voices: Iterable[Voice]) -> tuple[NDArray[np.float32], list[Event]]:
    """float32[T] the speech of all voices from second 0 to `end`, and the ends of their phrases."""
    count = max(math.ceil(end * FRAME_RATE), 1)
    speech = np.zeros(count, np.float32)
    ends: list[Event] = []
    for voice in voices:
        at = round(voice.start * FRAME_RATE)
        first, last = max(at, 0), min(at + len(voice.speech), count)
        if first >= last:
            continue
        speech[first:last] = np.maximum(speech[first:last], voice.speech[first - at : last - at])
        heard = (replace(event, time=event.time + voice.start) for event in voice.phrase_ends)
        ends += [event for event in heard if 0 <= event.time < end]
    return speech, sorted(ends, key=lambda event: event.time)


def _lulls(speech: NDArray[np.float32]) -> list[Event]:
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
        model=SILENCE,
    )


def is_silent(performance: Performance) -> bool:
    """Whether it was made by `silent`, or of it by `listening`: nobody speaks in it at all."""
    return performance.model == SILENCE


def directed(own: Direction, beside: Direction | None) -> Direction:
    """How somebody is directed who waits beside a line: what the artist set for waiting itself, else as in the line.

    own: the sliders of the idle; those at their defaults are left to the line.   beside: of the line, None where there is none.
    """
    if beside is not None:
        chosen = {item.name: getattr(own, item.name) for item in fields(own) if getattr(own, item.name) != item.default}
        own = replace(beside, **(chosen | {"seed": own.seed}))
    return replace(own, listening=True, phrasing=own.phrasing * SWELL)
