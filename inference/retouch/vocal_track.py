# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist can do to the vocal sounds of a line: breaths, sighs, laughs, sobs, coughs, efforts. Knows no Blender."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ..performance import VOCAL_KINDS, Event, EventKind, Performance, VocalKind

SHORTEST: Final = 0.08
"""Seconds that a vocal sound lasts at least."""
ROUNDING: Final = 2e-4
"""Seconds (and strength) that are lost in single precision within half an hour."""

HEARD_AS: Final[dict[EventKind, EventKind]] = {"throat": "cough", "sneeze": "cough"}
"""What a kind that is only ever added is heard as, if as anything."""

VocalTrack = tuple[Event, ...]
"""Events of VOCAL_KINDS in time order; different kinds may overlap."""


def of(performance: Performance) -> VocalTrack:
    """The vocal sounds of a Performance."""
    return tuple(event for event in performance.events if event.kind in VOCAL_KINDS)


def replaced(performance: Performance, track: VocalTrack) -> Performance:
    """The performance with these vocal sounds instead of its own; the same object where they are its own."""
    if track == of(performance):
        return performance
    others = (event for event in performance.events if event.kind not in VOCAL_KINDS)
    return replace(performance, events=_in_order((*others, *track)))


def made(kind: VocalKind, start: float, end: float, strength: float = 0.7) -> Event:
    """A vocal sound that is meant, not guessed: at least SHORTEST long, strength held to 0..1."""
    return Event(kind, start, max(end - start, SHORTEST), min(max(strength, 0.0), 1.0))


def added(track: VocalTrack, sound: Event) -> VocalTrack:
    """The track with one more sound; others of its kind that it overlaps give way, so that adding again changes nothing.

    So does what it was heard as.
    """
    return _in_order((*(other for other in track if not is_meant(other, sound.kind) or not other.overlaps(sound)), sound))


def is_meant(heard: Event, kind: EventKind) -> bool:
    """Whether a sound that was heard may be one that somebody calls so."""
    return heard.kind in (kind, HEARD_AS.get(kind))


def without(track: VocalTrack, index: int) -> VocalTrack:
    """The track without one sound."""
    return (*track[:index], *track[index + 1 :])


def changed(track: VocalTrack, heard: VocalTrack) -> tuple[bool, ...]:
    """For each sound, whether it differs from every sound that was heard."""
    return tuple(_twin(sound, heard) is None for sound in track)


def carried(
    heard_before: VocalTrack,
    track: VocalTrack,
    heard: VocalTrack,
    shift: float = 0.0,
    *,
    waiting: VocalTrack = (),
    silenced: VocalTrack = (),
) -> VocalTrack:
    """What an artist changed in one hearing of a sound, in another hearing that starts `shift` seconds later in it.

    What they added or changed comes along; what they removed stays away, however it is heard now.
    waiting, silenced: what they added or changed, and removed, where the hearing before did not reach.
    """
    unchanged = len(track) == len(heard_before) and all(map(_alike, track, heard_before))
    if unchanged and not waiting and not silenced:
        return heard  # of nearly every line, at every move of a slider
    gone = removed(heard_before, track, shift, silenced)
    result = tuple(sound for sound in heard if not any(sound.kind == other.kind and sound.overlaps(other) for other in gone))
    for sound in own(heard_before, track, shift, waiting):
        result = added(result, sound)
    return result


def own(heard_before: VocalTrack, track: VocalTrack, shift: float = 0.0, waiting: VocalTrack = ()) -> VocalTrack:
    """The sounds that an artist added or changed, as timed in a hearing that starts `shift` seconds later."""
    mine = (sound for sound in track if _twin(sound, heard_before) is None)
    return tuple(replace(sound, time=sound.time - shift) for sound in (*waiting, *mine))


def removed(heard_before: VocalTrack, track: VocalTrack, shift: float = 0.0, silenced: VocalTrack = ()) -> VocalTrack:
    """The sounds that an artist removed, timed like `own`."""
    gone = (sound for sound in heard_before if _twin(sound, track) is None)
    return tuple(replace(sound, time=sound.time - shift) for sound in (*silenced, *gone))


def _in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.time))


def _twin(sound: Event, others: VocalTrack) -> Event | None:
    return next((other for other in others if _alike(sound, other)), None)


def _alike(one: Event, other: Event) -> bool:
    """Whether they are the same but for rounding."""
    pairs = zip(_numbers(one), _numbers(other), strict=True)
    return one.kind == other.kind and all(abs(ours - theirs) < ROUNDING for ours, theirs in pairs)


def _numbers(sound: Event) -> tuple[float, float, float, float]:
    return sound.time, sound.duration, sound.strength, sound.confidence
