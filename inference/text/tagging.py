# SPDX-License-Identifier: GPL-3.0-or-later
"""Directions in brackets, at their time in a line: the passages, cues, vocal sounds and looks that they ask for.

What an artist then changes of these by hand stays, for it is known what was made; what they delete stays deleted; and what a
direction has made goes when the direction goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..acting.cues import Cue, of_row, seen_at
from ..direction import Direction
from ..performance import Event, Performance, Phone
from ..retouch.retouching import Passage
from ..retouch.vocal_track import is_meant, made
from . import script, tags
from .tags import Known, Meaning

FADES: Final = {"mood": 0.4, "manner": 0.2}
"""Seconds over which a mood and a manner of speaking come."""
PAUSED: Final[dict[str, Any]] = {"pauses": 0.0, "eye_contact": 0.05, "brow_idle": 1.0}
"""Sliders of somebody who thinks before going on: lips closed, eyes away."""
SHORT_PAUSE: Final = 0.4
"""Seconds of a pause that is asked for where the voice makes none."""
LOOKS: Final = 1.2
"""Seconds that eyes rest where they are told, by default."""
BESIDE: Final = 0.4
"""Seconds from a word within which a vocal sound that is heard is the one that its direction means, however doubtful it is."""
LATEST: Final = 0.25
"""Seconds before the end of a line in which there is hardly time for a direction."""
ALIKE: Final = 2e-3
"""Seconds, or share, that a stored number may differ from the one that was made."""


@dataclass(frozen=True)
class Placed:
    """A direction and the second on the line's clock at which it is given. tag: what it is known by, however it moves."""

    tag: str
    text: str
    time: float


@dataclass(frozen=True)
class Look:
    """Where eyes rest from second `start` to `end`: degrees yaw and pitch, or on what is called `name`."""

    start: float
    end: float
    yaw: float = 0.0
    pitch: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Written:
    """What the directions of a line ask for, by tag. troubles: a sentence for each direction that nobody knows."""

    passages: Mapping[str, Passage]
    cues: Mapping[str, Cue]
    vocals: Mapping[str, Event]
    looks: tuple[Look, ...]
    troubles: tuple[str, ...]


def in_text(text: str, performance: Performance, phones: Sequence[Phone] | None = None) -> tuple[Placed, ...]:
    """The directions in a line's text, where its words are. phones: the phone track where an artist has moved words in it."""
    return numbered((tag.text, time) for tag, time in script.tag_times(text, performance, phones))


def numbered(found: Iterable[tuple[str, float]], prefix: str = "") -> tuple[Placed, ...]:
    """Directions told apart: the second [nods] of a text is another one than the first."""
    seen: dict[str, int] = {}
    placed = []
    for text, time in found:
        bare = prefix + tags.plain(text)
        seen[bare] = seen.get(bare, 0) + 1
        placed.append(Placed(f"{bare} #{seen[bare]}", text, time))
    return tuple(placed)


def troubles(text: str, known: Known | None = None, names: Sequence[str] = ()) -> tuple[str, ...]:
    """A sentence for each direction in a text that cannot be done as it says, and for each bracket without the other."""
    told = (tags.trouble(tag.text, known, names) for tag in script.parse(text).tags)
    return (*filter(None, told), *script.unclosed(text))


def written(
    placed: Iterable[Placed],
    base: Direction,
    performance: Performance,
    known: Known | None = None,
    names: Sequence[str] = (),
) -> Written:
    """What directions ask for in a line that is directed as `base`. names: of what can be looked at."""
    end = performance.duration
    ordered = sorted(placed, key=lambda each: each.time)
    meant = [(each, found) for each in ordered if (found := tags.meaning(each.text, known)) is not None]
    passages, state = _states(meant, base, end)
    cues: dict[str, Cue] = {}
    vocals: dict[str, Event] = {}
    for each, found in meant:
        if found.does == "gesture":
            cue = of_row(found.raw["names"][0], found.raw, each.time, found.amount, found.seconds)
            cues[each.tag] = seen_at(cue, each.time)
        elif found.does == "sound":
            strength = found.amount if found.exact else found.raw["strength"] * found.amount
            first, last = _heard(performance, found, each.time)
            if first > end - LATEST:
                continue
            vocals[each.tag] = made(found.raw["kind"], first, min(last, end), strength)
            if "units" in found.raw:  # what a gasp does beyond breathing
                cue = of_row(found.raw["names"][0], found.raw, each.time, found.amount, None)
                cues[each.tag] = seen_at(cue, each.time)
        elif found.does == "pause":
            first, last = _silence(performance.phones, each.time, found.seconds)
            last = max(min(last, end), first + 0.01)
            direction = replace(state.get(each.tag, base), **PAUSED)
            passages[each.tag] = Passage(first, last, min(0.15, (last - first) / 3), direction)
            (blink,) = (row for row in tags.table() if row["names"][0] == "blink")
            cues[each.tag] = of_row("blink", blink, first + 0.12, 1.0, None)
    told = (_trouble(each, end, known, names) for each in ordered)
    return Written(passages, cues, vocals, tuple(_looks(meant, end)), tuple(filter(None, told)))


def _trouble(each: Placed, end: float, known: Known | None, names: Sequence[str]) -> str:
    """What is to be told of a direction in a line that ends at second `end`; empty where it does what it says."""
    meaning = tags.meaning(each.text, known)
    if meaning is None or meaning.does == "end" or each.time <= end - LATEST:
        return tags.trouble(each.text, known, names)
    return f"The direction [{each.text[:60]}] stands where the sound ends; write it before a word, or let the strip last longer."


def _states(
    meant: Sequence[tuple[Placed, Meaning]], base: Direction, end: float
) -> tuple[dict[str, Passage], dict[str, Direction]]:
    """The stretches of each mood and manner, by the direction that begins them; and how the line is directed at each direction.

    One goes over into the next: a stretch ends only after the next has come in.
    """
    now: dict[str, Meaning] = {}
    begun: list[tuple[str, float, float, Direction | None]] = []
    state: dict[str, Direction] = {}

    def directed() -> Direction:
        direction = base
        for group in ("mood", "manner"):
            if group in now:
                direction = now[group].directed(direction)
        return direction

    ends: list[tuple[float, str, Meaning]] = []

    def expire(until: float) -> None:
        for time, group, meaning in sorted(ends, key=lambda item: item[0]):
            if time <= until and now.get(group) is meaning:
                del now[group]
                begun.append(("", time, FADES[group], directed() if now else None))
        ends[:] = [item for item in ends if item[0] > until]

    for each, found in meant:
        expire(each.time)
        if found.does in FADES:
            now[found.does] = found
            begun.append((each.tag, each.time, FADES[found.does], directed()))
            if found.seconds is not None:
                ends.append((each.time + found.seconds, found.does, found))
        elif found.does == "end":
            for group in found.raw["of"]:
                now.pop(group, None)
            begun.append((each.tag, each.time, FADES["mood"], directed() if now else None))
        state[each.tag] = directed()
    expire(end)
    passages: dict[str, Passage] = {}
    for number, (tag, start, fade, direction) in enumerate(begun):
        if direction is None:
            continue
        following = begun[number + 1] if number + 1 < len(begun) else None
        stop = end + fade if following is None else min(following[1] + following[2], end + fade)
        name = tag or f"{begun[number - 1][0]} after"
        passages[name] = Passage(max(start, -fade), stop, min(fade, (stop - start) / 2), direction)
    return passages, state


def _silence(phones: Sequence[Phone], time: float, seconds: float | None) -> tuple[float, float]:
    """The pause before a word, or a short one on it where there is none."""
    before = [phone for phone in phones if phone.symbol == "sil" and abs(phone.end - time) < 0.1 and phone.end > phone.start]
    if before:
        return before[-1].start, before[-1].end
    return time, time + (seconds or SHORT_PAUSE)


def _heard(performance: Performance, found: Meaning, time: float) -> tuple[float, float]:
    """From when to when a vocal sound goes that is given on a word: where the voice makes one just there, that one."""
    for event in performance.events if found.seconds is None else ():
        if is_meant(event, found.raw["kind"]) and event.time < time + BESIDE and event.end > time - BESIDE:
            return event.time, event.end
    return time, time + (found.seconds or found.raw["seconds"])


def _looks(meant: Sequence[tuple[Placed, Meaning]], end: float) -> Iterable[Look]:
    found = [(each, meaning) for each, meaning in meant if meaning.does in ("look", "look at")]
    for number, (each, meaning) in enumerate(found):
        following = found[number + 1][0].time if number + 1 < len(found) else np.inf
        if meaning.does == "look at":
            if meaning.name:
                yield Look(each.time, min(following, meaning.seconds + each.time if meaning.seconds else end), name=meaning.name)
            continue
        last = each.time + (meaning.seconds or float(meaning.raw.get("hold", LOOKS)))
        yield Look(each.time, min(last, following), meaning.amount * meaning.raw["yaw"], meaning.amount * meaning.raw["pitch"])


def target(looks: Iterable[Look], times: NDArray[np.float64]) -> NDArray[np.float32] | None:
    """float32[F, 2] where eyes are told to look at these times, degrees; NaN where they are not. None where they never are."""
    seen = np.full((len(times), 2), np.nan, np.float32)
    for look in looks:
        if not look.name:
            seen[(times >= look.start) & (times < look.end)] = look.yaw, look.pitch
    return None if np.isnan(seen).all() else seen


Item = TypeVar("Item")


def settled(
    wanted: Mapping[str, Item], before: Mapping[str, Any], standing: Mapping[str, Item], signature: Any
) -> dict[str, Item]:
    """What stands from now on of what directions have made, by tag.

    wanted: as they ask for it now.   before: the signature of each as it was made last.   standing: as it stands.
    signature: of an item, a tuple of numbers and texts. What was changed by hand stays as it is, what was deleted stays away.
    """
    kept: dict[str, Item] = {}
    for tag, item in wanted.items():
        if tag not in before:
            kept[tag] = item
        elif tag in standing:
            kept[tag] = item if alike(signature(standing[tag]), before[tag]) else standing[tag]
    return kept


def alike(one: Any, other: Any) -> bool:
    """Whether two signatures are the same but for rounding."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= ALIKE
    return bool(one == other)
