# SPDX-License-Identifier: GPL-3.0-or-later
"""What the directions in brackets of a line, in its text and on markers, have made of it.

That is remembered with the line, so that an artist's change of it is known from a change of the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeAlias

from ...inference.acting.cues import Cue, of_row
from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.performance import Event, Performance
from ...inference.retouch import vocal_track
from ...inference.retouch.retouching import Passage, Retouching
from ...inference.text import tagging, tags
from ..properties import override_rows, properties, retouch_properties
from ..properties.waiting import DAMAGED
from . import markers, retouching, tag_names

PLAYED: Final = "markers"
"""What a line remembers of the markers within it, among what its directions have made: what each says, and its second."""
When: TypeAlias = Callable[[float], float]
Memory: TypeAlias = dict[str, dict[str, Any]]
"""What each direction has made last: signatures by kind and tag."""


@dataclass(frozen=True)
class Asked:
    """What the directions of a line come to.

    memory: what is remembered with the line.   looks: where its eyes are told to look.   troubles: what is not understood.
    vocals: the vocal sounds as they stand then, None where directions have nothing to do with them.
    """

    memory: str = ""
    looks: tuple[tagging.Look, ...] = ()
    troubles: tuple[str, ...] = ()
    vocals: vocal_track.VocalTrack | None = None


def asked(
    entry: Any | None,
    placed: Sequence[tagging.Placed],
    performance: Performance,
    direction: Direction,
    base: Retouching,
    *,
    names: Sequence[str] = (),
) -> tuple[Retouching, Asked]:
    """A line's retouching with what its directions ask for now. entry: what is kept of it.   base: as the artist has it."""
    memory, standing_cues = _remembered(entry, base.when), cues_of(entry, base.when)
    if not placed and not memory:
        return replace(base, cues=standing_cues), Asked()
    texts = [each.text for each in placed]
    known = tag_names.known(texts)
    wanted = tagging.written(placed, direction, performance, known, names)
    passages = _passages(wanted, memory, base)
    cues = _cues(wanted, memory, standing_cues)
    heard = vocal_track.of(performance)
    standing = base.vocal_sounds(performance)
    vocals = _vocals(wanted, memory, standing)
    result = replace(base, passages=passages, cues=cues)
    if vocals != standing or base.vocals is not None:
        later = [tuple(replace(sound, time=sound.time + base.shift) for sound in track) for track in (vocals, heard)]
        result = replace(result, vocals=later[0], vocals_heard=later[1])
    made: Memory = {
        "passages": {tag: _passage_signature(each) for tag, each in wanted.passages.items()},
        "cues": {tag: _cue_signature(each) for tag, each in wanted.cues.items()},
        "vocals": {tag: _vocal_signature(each) for tag, each in wanted.vocals.items()},
    }
    made[PLAYED] = {each.tag: [each.text, round(each.time, 4)] for each in placed if each.tag.startswith(markers.TAGGED)}
    if own := tag_names.kept(texts, known):
        made[tag_names.KEPT] = own
    stored = json.dumps(made, ensure_ascii=False) if placed else ""
    return result, Asked(stored, wanted.looks, wanted.troubles, vocals if vocals != standing else None)


def _remembered(entry: Any | None, when: When) -> Memory:
    """What directions made last time, nothing where that is damaged.   when: where a time on the line's clock has gone since."""
    try:
        return _retimed(json.loads(entry.tags), when) if entry is not None and entry.tags else {}
    except DAMAGED:
        return {}


def played_markers(entry: Any | None) -> tuple[tuple[str, float | None], ...]:
    """What the markers said that a line was made with, and their seconds on its clock; None where a file does not tell."""
    try:
        found = json.loads(entry.tags) if entry is not None and entry.tags else {}
        if PLAYED in found:
            return tuple((str(text), float(time)) for text, time in found[PLAYED].values())
        tags_made = dict.fromkeys(tag for made in found.values() for tag in made if tag.startswith(markers.TAGGED))
    except DAMAGED:
        return ()
    return tuple((tag.removeprefix(markers.TAGGED).rpartition(" #")[0], None) for tag in tags_made)


def _retimed(memory: Memory, when: When) -> Memory:
    """Every signature with its times where they have gone."""
    return {
        kind: {
            tag: [round(when(value), 4) if place in _TIMES[kind] else value for place, value in enumerate(signature)]
            for tag, signature in made.items()
        }
        for kind, made in memory.items()
        if kind in _TIMES
    }


def _passages(wanted: tagging.Written, memory: Memory, base: Retouching) -> tuple[Passage, ...]:
    before = memory.get("passages", {})
    standing = {passage.tag: passage for passage in base.passages if passage.tag}
    own = [passage for passage in base.passages if not passage.tag]
    settled = tagging.settled(wanted.passages, before, standing, _passage_signature)
    tagged = [replace(passage, tag=tag) for tag, passage in settled.items()]
    return (*sorted(tagged, key=lambda passage: passage.start), *own)


def _cues(wanted: tagging.Written, memory: Memory, standing: tuple[Cue, ...]) -> tuple[Cue, ...]:
    tagged = {cue.tag: cue for cue in standing if cue.tag}
    settled = tagging.settled(wanted.cues, memory.get("cues", {}), tagged, _cue_signature)
    found = [replace(cue, tag=tag) for tag, cue in settled.items()]
    return tuple(sorted((*found, *(cue for cue in standing if not cue.tag)), key=lambda cue: cue.start))


def _vocals(wanted: tagging.Written, memory: Memory, standing: vocal_track.VocalTrack) -> vocal_track.VocalTrack:
    """The vocal sounds with those that directions ask for; those are known again by what was made."""
    before = memory.get("vocals", {})
    found = {tag: sound for tag, made in before.items() for sound in standing if tagging.alike(_vocal_signature(sound), made)}
    rest = tuple(sound for sound in standing if not any(sound is each for each in found.values()))
    for tag, sound in wanted.vocals.items():
        if tag not in before or tag in found:
            rest = vocal_track.added(rest, sound)
    return rest


_TIMES: Final = {"passages": (0, 1), "cues": (1, 2), "vocals": (1,)}
"""Where in its signature each kind has its times."""


def _passage_signature(passage: Passage) -> list[Any]:
    usual = Direction()
    differs = {
        item.name: round(value, 4) if isinstance(value, float) else value
        for item in fields(Direction)
        if (value := getattr(passage.direction, item.name)) != getattr(usual, item.name)
    }
    return [round(passage.start, 4), round(passage.end, 4), round(passage.fade, 4), differs]


def _cue_signature(cue: Cue) -> list[Any]:
    return [cue.name, round(cue.start, 4), round(cue.end, 4), round(cue.strength, 4)]


def _vocal_signature(sound: Event) -> list[Any]:
    return [sound.kind, round(sound.time, 4), round(sound.duration, 4), round(sound.strength, 4)]


def cues_of(entry: Any | None, when: When = float) -> tuple[Cue, ...]:
    """The cues of a line as they stand in the file.   when: where a time on the line's clock has gone since."""
    return tuple(cue for each in (entry.cues if entry is not None else ()) if (cue := _cue(each, when)) is not None)


def _cue(each: Any, when: When) -> Cue | None:
    meant = tags.meaning(retouch_properties.gesture_of(each))
    if meant is None or meant.does != "gesture":
        return None
    row = of_row(meant.raw["names"][0], meant.raw, when(each.start), each.strength, max(when(each.end) - when(each.start), 0.0))
    return replace(row, tag=each.tag)


def show(root: Any, line: Any, performance: Performance, plan: Retouching, told: Asked) -> None:
    """Put what directions have made into the file, beside what the artist has."""
    line.tag_trouble = "\n".join(told.troubles)
    entry = retouch_properties.of(root, line)
    if entry is None and not told.memory:
        return
    entry = retouch_properties.ensured(root, line)
    if not told.memory and not entry.tags:
        return
    with retouch_properties.quietly(), properties.quietly():
        _show_passages(entry, plan.passages)
        retouching.show_cues(entry, plan.cues)
        if told.vocals is not None:
            retouching.show_vocals(root, line, performance, told.vocals)
        entry.tags = told.memory


def _show_passages(entry: Any, passages: tuple[Passage, ...]) -> None:
    """Those of directions; the artist's own are never touched."""
    wanted = {passage.tag: passage for passage in passages if passage.tag}
    for index in reversed(range(len(entry.passages))):
        if entry.passages[index].tag and entry.passages[index].tag not in wanted:
            with suppress(ParlanceError):  # what stays of another file's directions is not played
                override_rows.take_out(entry.passages, index)
    there = {each.tag: each for each in entry.passages if each.tag}
    for tag, passage in wanted.items():
        each = there.get(tag) or override_rows.add(entry.passages)
        each.tag, each.start, each.end, each.fade = tag, passage.start, passage.end, passage.fade
        properties.set_direction(each.direction, passage.direction)
    entry.passage = min(entry.passage, max(len(entry.passages) - 1, 0))
