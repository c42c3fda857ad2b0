# SPDX-License-Identifier: GPL-3.0-or-later
"""Read an artist's retouching of a line from the file as plain data, change it, and write it back."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from ...inference.acting.cues import Cue
from ...inference.errors import ParlanceError
from ...inference.performance import Event, Performance, Phone
from ...inference.retouch import phone_track, vocal_track
from ...inference.retouch.phone_track import PhoneTrack
from ...inference.retouch.retouching import Retouching
from ...inference.retouch.vocal_track import VocalTrack
from ..animation import stored
from ..properties import override_rows, properties, retouch_properties, waiting
from . import lines

SINGLE: Final = 2e-5
"""Seconds that single precision may lose in ten minutes."""
MANY: Final = 20_000
"""Phones that are not listed in the file while all are as heard: those of half an hour. A listed phone takes a thousand bytes,
and Blender keeps two of each."""
_unlisted: OrderedDict[str, PhoneTrack] = OrderedDict()
"""Those of the last few lines, by their hearing: they are drawn again and again, and reading them takes the whole Performance."""


def changes_of(clock: Retouching, entry: Any, heard_then: Performance) -> Retouching:
    """With what the file says of phones and vocal sounds, which were changed in what was heard then."""
    vocals = vocals_of(entry) if entry.lists_vocals else None
    kept = replace(clock, phones=phones_of(entry), heard=heard_then.phones, vocals=vocals)
    return replace(kept, vocals_heard=vocal_track.of(heard_then), waiting=waiting.read(entry.waiting))


def phones_of(entry: Any) -> PhoneTrack:
    """The phone track as it stands in the file; the very same while it stands as it did, for every slider asks."""
    if entry.as_heard:
        return _as_heard(entry)
    columns = [_column(entry.phones, name) for name in ("start", "end", "confidence", "strength")]
    return _track(tuple(each.symbol for each in entry.phones), *columns, _column(entry.phones, "word", np.int32))


def has_phones(entry: Any) -> bool:
    """Whether a line has phones: quick, for every redraw asks."""
    return bool(entry.as_heard or entry.phones)


def _as_heard(entry: Any) -> PhoneTrack:
    """The phones of a line that are not listed, as all of them are as heard. None where that is damaged: planning says so."""
    if entry.as_heard not in _unlisted:
        line = lines.with_token(entry.id_data, entry.name)
        try:
            _unlisted[entry.as_heard] = stored.unpack(line.performance).phones if line is not None else ()
        except ParlanceError:
            return ()
    _unlisted.move_to_end(entry.as_heard)
    while len(_unlisted) > stored.PERFORMANCES:
        _unlisted.popitem(last=False)
    return _unlisted[entry.as_heard]


def _column(items: Any, name: str, dtype: type[np.generic] = np.float32) -> bytes:
    """One property of all items: a slider reads a thousand phones of a minute."""
    values = np.empty(len(items), dtype)
    items.foreach_get(name, values)
    return values.tobytes()


@lru_cache(maxsize=4)
def _track(symbols: tuple[str, ...], *columns: bytes) -> PhoneTrack:
    *rows, words = columns
    values = (np.frombuffer(row, np.float32).tolist() for row in rows)
    return tuple(map(Phone, symbols, *values, np.frombuffer(words, np.int32).tolist()))


def show(root: Any, line: Any, performance: Performance, phones: PhoneTrack) -> None:
    """Put a phone track into the file, for a Performance as heard; the chosen phone stays chosen where it can.

    Very many phones are listed only when one of them differs from what was heard.
    """
    entry = retouch_properties.ensured(root, line)
    marks = phone_track.changed(phones, performance.phones)
    if not any(marks) and len(phones) > MANY:
        with retouch_properties.quietly():
            entry.phones.clear()
            entry.as_heard = uuid.uuid4().hex
            entry.phone = min(entry.phone, len(phones) - 1)
        return
    list_all(entry, phones, marks)


def list_all(entry: Any, phones: PhoneTrack, marks: Sequence[bool]) -> None:
    """Put every phone into the file as an item of its own. marks: which of them the artist has changed."""
    with retouch_properties.quietly():
        while len(entry.phones) > len(phones):
            override_rows.take_out(entry.phones, len(entry.phones) - 1)
        entry.as_heard = ""
        while len(entry.phones) < len(phones):
            override_rows.add(entry.phones)
        for each, phone, mark in zip(entry.phones, phones, marks, strict=True):
            _put(each, phone, changed=mark)
        entry.phone = min(entry.phone, max(len(phones) - 1, 0))


def moved(entry: Any, when: Callable[[float], float]) -> None:
    """Passages, cues and opened syllables go where their times on the line's clock have gone, as its sound begins elsewhere."""
    with retouch_properties.quietly():
        for each in (*entry.passages, *entry.cues):
            each.start, each.end = when(each.start), when(each.end)
        for opening in entry.openings:
            opening.time = when(opening.time)


def taken_over(root: Any, line: Any, kept: Retouching) -> None:
    """A new line goes on with another's passages, cues and opened syllables, but for what was over before it begins."""
    if not (kept.passages or kept.cues or kept.openings):
        return
    entry = retouch_properties.ensured(root, line)
    with retouch_properties.quietly(), properties.quietly():
        for passage in kept.passages:
            if passage.end > 0:
                each = override_rows.add(entry.passages)
                each.tag, each.start, each.end, each.fade = passage.tag, passage.start, passage.end, passage.fade
                properties.set_direction(each.direction, passage.direction)
        for time, amount in kept.openings:
            if time > 0:
                opening = override_rows.add(entry.openings)
                opening.time, opening.amount = time, amount
        show_cues(entry, tuple(cue for cue in kept.cues if cue.end > 0))


def show_heard(root: Any, line: Any, performance: Performance, kept: Retouching) -> None:
    """Put what belongs to a Performance that was just heard into the file, and what waits as it does not reach it."""
    show(root, line, performance, kept.track(performance))
    show_vocals(root, line, performance, kept.vocal_sounds(performance))
    entry = retouch_properties.ensured(root, line)
    entry.waiting = waiting.text_of(kept.still_waiting(performance))
    entry.elsewhere = waiting.text_of_elsewhere(kept.elsewhere)


def show_cues(entry: Any, cues: tuple[Cue, ...]) -> None:
    """Put cues into the file. What another file lists more of them stays, and does nothing."""
    with suppress(ParlanceError):
        while len(entry.cues) > len(cues):
            override_rows.take_out(entry.cues, len(entry.cues) - 1)
    while len(entry.cues) < len(cues):
        override_rows.add(entry.cues)
    for each, cue in zip(entry.cues, cues, strict=False):
        each.tag, each.gesture, each.start, each.end, each.strength = cue.tag, cue.name, cue.start, cue.end, cue.strength
    for each in entry.cues[len(cues) :]:
        each.strength = 0.0


def vocals_of(entry: Any) -> VocalTrack:
    """The vocal sounds as they stand in the file."""
    return tuple(
        Event(each.kind, each.start, max(each.end - each.start, 0.0), each.strength, each.confidence) for each in entry.vocals
    )


def show_vocals(root: Any, line: Any, performance: Performance, track: VocalTrack) -> None:
    """Put vocal sounds into the file, for a Performance as heard; the chosen one stays chosen where it can."""
    entry = retouch_properties.ensured(root, line)
    marks = vocal_track.changed(track, vocal_track.of(performance))
    with retouch_properties.quietly():
        while len(entry.vocals) > len(track):
            override_rows.take_out(entry.vocals, len(entry.vocals) - 1)
        entry.lists_vocals = True
        while len(entry.vocals) < len(track):
            override_rows.add(entry.vocals)
        for each, sound, mark in zip(entry.vocals, track, marks, strict=True):
            each.kind, each.start, each.end, each.strength = sound.kind, sound.time, sound.end, sound.strength
            each.confidence, each.changed = (1.0 if mark else sound.confidence), mark
        entry.vocal = min(entry.vocal, max(len(track) - 1, 0))


def listed_vocals(root: Any, line: Any) -> VocalTrack:
    """The vocal sounds of a line: as the artist left them, else as heard."""
    entry = retouch_properties.of(root, line)
    if entry is not None and entry.lists_vocals:
        return vocals_of(entry)
    return vocal_track.of(stored.unpack(line.performance))


def add_vocal(root: Any, line: Any, sound: Event) -> None:
    """Note a vocal sound of a generated line, in seconds on its clock, as if added by hand; `live.rebuild` then shows it.

    sound: as `vocal_track.made` makes it. It survives another hearing of the sound. Adding the same again changes nothing.
    """
    track = vocal_track.added(listed_vocals(root, line), sound)
    show_vocals(root, line, stored.unpack(line.performance), track)


def _put(entry: Any, phone: Phone, *, changed: bool) -> None:
    """Only what differs is set: reading is ten times faster."""
    for name in ("symbol", "start", "end", "strength", "confidence"):
        value, old = getattr(phone, name), getattr(entry, name)
        if old != value and (name == "symbol" or abs(old - value) > SINGLE):
            setattr(entry, name, value)
    for mark, now in (("changed", changed), ("word", phone.word)):
        if getattr(entry, mark) != now:
            setattr(entry, mark, now)
