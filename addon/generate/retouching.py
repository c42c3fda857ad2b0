# SPDX-License-Identifier: GPL-3.0-or-later
"""Retouching in the file, to and from plain data."""

from __future__ import annotations

from typing import Any, Final

from ...inference import phone_track
from ...inference.performance import Performance, Phone
from ...inference.phone_track import PhoneTrack
from ...inference.retouching import Passage, Retouching
from ..scene import lines, properties, retouch_properties, stored, strips

SINGLE: Final = 2e-5
"""Seconds that single precision may lose in ten minutes."""


def planned(root: Any, line: Any | None, placement: strips.Placement, fps: float) -> Retouching:
    """The retouching of a line whose sound is placed like this now; phones of another sound are left behind."""
    entry = retouch_properties.of(root, line) if line is not None else None
    if line is None or entry is None:
        return Retouching()
    passages = tuple(Passage(each.start, each.end, each.fade, properties.direction_of(each.direction)) for each in entry.passages)
    before = lines.placement_of(line)
    if not entry.phones or not before.plays_same(placement):
        return Retouching(passages=passages)
    shift = _into_sound(placement, fps) - _into_sound(before, fps)
    return Retouching(phones_of(entry), stored.unpack(line.performance).phones, shift if abs(shift) > 1e-4 else 0.0, passages)


def _into_sound(placement: strips.Placement, fps: float) -> float:
    """Where in its sound a line begins, in seconds."""
    return strips.frames_of(placement, fps).first / fps - placement.origin


def phones_of(entry: Any) -> PhoneTrack:
    """The lane as it stands in the file."""
    return tuple(Phone(each.symbol, each.start, each.end, each.confidence, each.strength, each.word) for each in entry.phones)


def show(root: Any, line: Any, performance: Performance, phones: PhoneTrack) -> None:
    """Put a lane into the file, for a Performance as heard; the chosen phone stays chosen where it can."""
    entry = retouch_properties.ensured(root, line)
    marks = phone_track.changed(phones, performance.phones)
    with retouch_properties.quietly():
        while len(entry.phones) > len(phones):
            entry.phones.remove(len(entry.phones) - 1)
        while len(entry.phones) < len(phones):
            entry.phones.add()
        for each, phone, mark in zip(entry.phones, phones, marks, strict=True):
            _put(each, phone, changed=mark)
        entry.phone = min(entry.phone, max(len(phones) - 1, 0))


def _put(entry: Any, phone: Phone, *, changed: bool) -> None:
    """Only what differs is set: reading is ten times faster."""
    for name in ("symbol", "start", "end", "strength", "confidence"):
        value, old = getattr(phone, name), getattr(entry, name)
        if old != value and (name == "symbol" or abs(old - value) > SINGLE):
            setattr(entry, name, value)
    for mark, now in (("changed", changed), ("word", phone.word)):
        if getattr(entry, mark) != now:
            setattr(entry, mark, now)
