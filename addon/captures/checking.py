# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a face against its sound: the card, the syllables that cannot be read from the lips, and more of one syllable."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Final

import bpy
import numpy as np

from ...inference.checking import readability, scorecard
from ...inference.errors import ParlanceError
from ...inference.performance import Phone
from ..character import characters
from ..lines import lines, retouching
from ..planning import rig_plan
from ..properties import retouch_properties
from ..retouch import phone_operators
from ..sequencer import strips
from . import said

EMPHASES: Final = (1.4, 2.0)
"""Strengths of a syllable's phones that are tried, one after the other."""
BETTER: Final = 0.03
"""How much more probable it must become that a syllable is read, for emphasis to be worth it."""
BESIDE: Final = 0.5
"""Seconds on both sides of a syllable that decide how it is read."""


@dataclass(frozen=True)
class Measure:
    """One row of the card for people; bounds and source of its limits."""

    sentence: str
    good: bool
    bounds: str
    source: str


@dataclass(frozen=True)
class Mark:
    """A syllable that cannot be read: first and last frame of the scene, its sounds, the probability that it is read right."""

    first: int
    last: int
    symbols: tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class Checked:
    """What the last check of a character came to; sound: the name of its strip; origin: where that sound began, in seconds."""

    sound: str = ""
    origin: float = 0.0
    measures: tuple[Measure, ...] = ()
    marks: tuple[Mark, ...] = ()


def check(context: bpy.types.Context) -> Checked:
    """Check the face in hand, and keep the result with the character. Raises ParlanceError as `said.in_hand`."""
    character, strip = said.in_hand(context)
    return _checked(character, strip, said.of(context, character, strip, _line(context, character, strip)))


def again(character: characters.Character, strip: Any, spoken: said.Said) -> None:
    """Bring a card up to date after the face was changed, where one was asked for."""
    if kept(character.root).measures:
        _checked(character, strip, spoken)


def forget(root: Any) -> None:
    """Drop the card that is shown, as the face has changed since."""
    keep(root, Checked())


def _checked(character: characters.Character, strip: Any, spoken: said.Said) -> Checked:
    shapes, geometry = said.shown(character, spoken.frames), spoken.planned.rigging.geometry
    performance = spoken.performance
    read = readability.read(performance.phones, shapes, spoken.times, geometry)
    rows = scorecard.card(performance, shapes, spoken.times, geometry, read)
    marks = tuple(_mark(spoken, performance.phones, each) for each in read if not each.reads)
    measures = tuple(Measure(row.sentence, row.good, row.bounds, row.source) for row in rows)
    found = Checked(strip.name, spoken.planned.placement.origin, measures, marks)
    keep(character.root, found)
    return found


def keep(root: Any, found: Checked) -> None:
    """Store it with the character."""
    root.parlance.checked = json.dumps(asdict(found))


def kept(root: Any) -> Checked:
    """As stored; empty where nothing was checked, or what is stored is damaged."""
    return _read(root.parlance.checked)


@lru_cache(maxsize=8)
def _read(text: str) -> Checked:
    """A panel asks for each of its buttons."""
    try:
        stored = json.loads(text or "{}")
        measures = tuple(Measure(**row) for row in stored.get("measures", ()))
        marks = tuple(Mark(**{**row, "symbols": tuple(row["symbols"])}) for row in stored.get("marks", ()))
        return Checked(str(stored.get("sound", "")), float(stored.get("origin", 0.0)), measures, marks)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Checked()


def standing(context: bpy.types.Context, root: Any) -> Checked:
    """The same with its marks where the sound has gone since; none where it is gone."""
    found, sequencer = kept(root), strips.sequencer(context)
    strip = strips.named(sequencer, found.sound)
    if strip is None:
        return replace(found, marks=())
    by = round((strips.placement(strip, sequencer).origin - found.origin) * strips.rate(context.scene))
    moved = (replace(mark, first=mark.first + by, last=mark.last + by) for mark in found.marks)
    return replace(found, marks=tuple(moved)) if by else found


def emphasise(context: bpy.types.Context, sound: str, mark: Mark) -> tuple[float, float]:
    """Speak a marked syllable of a generated line with more emphasis; the probability before and after.

    sound: the strip that was checked.   Raises ParlanceError, with everything as it was, where another one is in hand, where the
    line was not generated, and where emphasis does not help.
    """
    character, strip = said.in_hand(context)
    if strip.name != sound:
        raise ParlanceError(f"“{sound}” was checked, and “{strip.name}” is in hand; select the one that was checked.")
    line = _line(context, character, strip)
    entry = retouch_properties.of(character.root, line) if line is not None else None
    if line is None or entry is None or not retouching.has_phones(entry):
        raise ParlanceError("This mouth is not one that was generated; repair it in these frames instead.")
    token, before = line.token, retouching.phones_of(entry)
    rate = strips.rate(context.scene)
    start = lines.span_of(line, rate).first
    times = (mark.first - start) / rate, (mark.last + 1 - start) / rate
    inside = [n for n, phone in enumerate(before) if phone.symbol != "sil" and phone.end > times[0] and phone.start < times[1]]
    was = _reading(context, character, line, mark).probability
    best, chosen = was + BETTER, before
    for strength in EMPHASES:
        stronger = tuple(
            replace(phone, strength=max(phone.strength, strength)) if n in inside else phone for n, phone in enumerate(before)
        )
        phone_operators.put(character.root, line, stronger)
        line = lines.with_token(character.root, token)
        now = _reading(context, character, line, mark)
        if now.probability >= best:
            best, chosen = now.probability, stronger
        if now.reads:
            break
    if retouching.phones_of(entry) != chosen:
        phone_operators.put(character.root, line, chosen)
    if chosen == before:
        raise ParlanceError("Emphasis does not make this syllable easier to read; look at its phones, and at keys that hold it.")
    return was, best


def _reading(context: bpy.types.Context, character: characters.Character, line: Any, mark: Mark) -> readability.Syllable:
    """How well the syllable of a mark is read now."""
    scene = context.scene
    rate, entry = strips.rate(scene), retouch_properties.of(character.root, line)
    around = round(BESIDE * rate)
    frames = np.arange(mark.first - around, mark.last + around + 1)
    times = np.asarray((frames - lines.span_of(line, rate).first) / rate, np.float64)
    geometry = rig_plan.rig_of(character).geometry
    phones = retouching.phones_of(entry)
    read = readability.read(phones, said.shown(character, frames), times, geometry)
    middle = (times[0] + times[-1]) / 2
    return min(read, key=lambda each: abs((each.start + each.end) / 2 - middle))


def _line(context: bpy.types.Context, character: characters.Character, strip: Any) -> Any | None:
    return lines.of_strip(character.root, strip, strips.sequencer(context))


def _mark(spoken: said.Said, phones: tuple[Phone, ...], each: readability.Syllable) -> Mark:
    first, last = (round(spoken.frame(seconds)) for seconds in (each.start, each.end))
    symbols = tuple(phones[place].symbol for place in each.phones)
    return Mark(first, max(last - 1, first), symbols, round(each.probability, 3))
