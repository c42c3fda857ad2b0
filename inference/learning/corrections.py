# SPDX-License-Identifier: GPL-3.0-or-later
"""From edits of curves to corrections of sounds: which phone was under the key, what stood there, what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..keying.edit import Edit
from ..keying.evaluate import evaluate
from ..performance import Phone
from .classes import WORDS, base_of, shapes_of

SEEN: Final = 0.01
"""A weight; a change below it is not meant to be one."""
ALIKE: Final = 0.5
"""Two sides of a face that are changed alike differ by less than this share of the larger change."""


@dataclass(frozen=True)
class CurveEdit:
    """One edit of a curve that one ARKit shape, or both sides of a pair, moves: value = gain * weight + offset."""

    shapes: tuple[str, ...]
    edit: Edit
    gain: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Clock:
    """A line's clock: the scene frame at which it starts, frames a second, and how far the mouth runs ahead, in seconds."""

    first: float
    fps: float
    lead: float = 0.0

    def times(self, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is heard where these frames are seen, in seconds on the line's clock."""
        return (frames - self.first) / self.fps + self.lead


@dataclass(frozen=True)
class Correction:
    """What an artist made of one shape, or of a pair, during one phone.

    shapes: ARKit names.   time: the middle of the phone, seconds on the line's clock.   before: the weight that was generated.
    change: what was added to it.   gesture: the same for changes that were made in one go.
    """

    phone: str
    shapes: tuple[str, ...]
    time: float
    before: float
    change: float
    gesture: int


def corrections(edits: Iterable[CurveEdit], phones: Sequence[Phone], clock: Clock, *, gesture: int = 0) -> list[Correction]:
    """Corrections of one line. Deleted keys count as changes where they change the curve most.

    gesture: the number of the first edit; several lines must not share numbers.
    """
    found: dict[tuple[int, str], dict[tuple[str, ...], Correction]] = {}
    for number, each in enumerate(edits):
        base = base_of(each.shapes[0])
        if base not in WORDS:
            continue
        for index, correction in _of_edit(each, phones, clock, gesture + number):
            known = found.setdefault((index, base), {})
            if each.shapes not in known or abs(correction.change) > abs(known[each.shapes].change):
                known[each.shapes] = correction
    return [correction for (_, base), sides in sorted(found.items()) for correction in _paired(base, list(sides.values()))]


def _of_edit(curve: CurveEdit, phones: Sequence[Phone], clock: Clock, gesture: int) -> Iterator[tuple[int, Correction]]:
    """The correction of each phone that a key of this edit falls into, by the phone's place."""
    start, end = curve.edit.span
    frames = np.unique(np.concatenate([np.arange(np.ceil(start), np.floor(end) + 1), curve.edit.own_frames]))
    if not len(frames) or not len(curve.edit.before):
        return
    before = evaluate(curve.edit.before, frames)
    change = (evaluate(curve.edit.after, frames) - before) / curve.gain
    before = (before - curve.offset) / curve.gain
    times = clock.times(frames)
    own = curve.edit.own_frames if len(curve.edit.own_frames) else frames[[np.argmax(np.abs(change))]]
    borders = np.array([phone.end for phone in phones])
    for index in np.unique(np.searchsorted(borders, clock.times(own), side="right")):
        if index >= len(phones) or phones[index].symbol == "sil":
            continue
        phone = phones[index]
        inside = (times >= phone.start) & (times < phone.end) | np.isin(frames, own) & (
            np.searchsorted(borders, times, side="right") == index
        )
        rows = np.flatnonzero(inside)
        most = rows[np.argmax(np.abs(change[rows]))]
        if abs(change[most]) >= SEEN:
            middle = (phone.start + phone.end) / 2
            yield int(index), Correction(phone.symbol, curve.shapes, middle, float(before[most]), float(change[most]), gesture)


def _paired(base: str, sides: list[Correction]) -> list[Correction]:
    """Both sides as one correction where they were changed alike."""
    pair = shapes_of(base)
    if len(sides) == 2 and len(pair) == 2:
        one, other = sides
        larger = max(abs(one.change), abs(other.change))
        if abs(one.change - other.change) < ALIKE * larger:
            before, change = (one.before + other.before) / 2, (one.change + other.change) / 2
            return [replace(one, shapes=pair, before=before, change=change)]
    return sides
