# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else talks in a scene, and to whom a character's eyes belong meanwhile."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference import idle
from ...inference.attending import Attended, Company, Stretch
from ...inference.errors import ParlanceError
from ...inference.performance import Performance
from ..animation import stored
from ..character import characters, look_at
from ..lines import lines
from ..lines.data import Plan
from ..sequencer import strips

Table = dict[Any, dict[str, tuple[Stretch, ...]]]
"""When each character speaks in each of its lines: by its object, by the line's token; seconds of the scene."""


def talk(scene: Any) -> Table:
    """Every line that is heard in a scene."""
    found: Table = {}
    fps = strips.rate(scene)
    for root, line in _sounding(scene):
        start = lines.span_of(line, fps).first / fps
        said = () if line.direction.listening else phrases_of(line)
        if said:
            found.setdefault(root, {})[line.token] = tuple((start + a, start + b) for a, b in said)
    return found


def of(character: characters.Character, scene: Any, token: str, first: int, count: int, *, said: Table | None = None) -> Company:
    """Who else talks, for a line of a character, and where they are in the frames to act. Main thread; nothing is changed.

    said: what is said in the scene, `talk`, for who asks for many stretches.
    """
    root, said = character.root, talk(scene) if said is None else said
    others = [other for other in said if other != root]
    return _company(root, said, others, token, tuple(look_at.way_to(character, other, first, count) for other in others))


@dataclass(frozen=True)
class Expected:
    """Among whom a line will be spoken, before it is known what those say whose lines are made in the same go.

    company: with what is known.   roots: the identity of each of its others.
    """

    company: Company
    roots: tuple[int, ...]

    def when(self, planned: Plan, said: Mapping[tuple[int, str], Sequence[Stretch]]) -> Plan:
        """The plan of the line among these people.   said: when each line is spoken, scene seconds, by character and token."""
        own, others = list(self.company.own), [list(phrases) for phrases in self.company.others]
        for (root, token), phrases in said.items():
            if root == planned.root and token != planned.line:
                own += phrases
            elif root in self.roots:
                others[self.roots.index(root)] += phrases
        who = [number for number, phrases in enumerate(others) if phrases]
        names = tuple(self.company.names[number] for number in who)
        ways = tuple(self.company.ways[number] for number in who)
        return replace(planned, company=Company(tuple(own), names, tuple(tuple(others[number]) for number in who), ways))


def expected(character: characters.Character, scene: Any, planned: Plan, together: Collection[Plan]) -> Expected:
    """Who will be there when a line is spoken that is made together with others. Main thread; nothing is changed."""
    coming, again = {each.root for each in together}, {each.line for each in together}
    known = {root: {token: said for token, said in each.items() if token not in again} for root, each in talk(scene).items()}
    said: Table = {root: known.get(root, {}) for root in bpy.data.objects if known.get(root) or root.session_uid in coming}
    others = [root for root in said if root != character.root]
    ways = tuple(look_at.way_to(character, other, *planned.acted) for other in others)
    found = _company(character.root, said, others, planned.line, ways)
    return Expected(found, tuple(other.session_uid for other in others))


def partner(character: characters.Character, scene: Any, first: int, count: int, said: Table) -> NDArray[np.float32] | None:
    """float32[F, 2] degrees to whom a character attends in frames between its lines, NaN where to nobody; None where never.

    said: what is said in the scene, `talk`.
    """
    found = of(character, scene, "", first, count, said=said)
    return found.eyes((), (first + np.arange(count)) / strips.rate(scene)) if found.others else None


def voices(root: Any, scene: Any, fps: float, since: float = 0.0) -> Iterator[idle.Voice]:
    """What the other characters of a scene say, on a clock that begins at scene second `since`."""
    for other, line in _sounding(scene):
        if other != root and len((voice := _voice(line.performance)).speech):
            yield replace(voice, start=lines.span_of(line, fps).first / fps - since)


@lru_cache(maxsize=256)
def _voice(performance: str) -> idle.Voice:
    """What others hear of a line."""
    return idle.voice(stored.unpack(performance))


def stale(root: Any, scene: Any, said: Table) -> list[Any]:
    """The lines of a character in a scene that were made when it talked with others than now, or at other times.

    said: what is said there, `talk`.
    """
    others = [other for other in said if other != root]
    known = _company(root, said, others, "", (None,) * len(others))
    made, fps = known.attended(()), strips.rate(scene)
    return [line for line in root.parlance.lines if _is_heard(line, scene) and _talks_with(line) != _text(known, made, line, fps)]


def looks_elsewhere(line: Any, planned: Plan) -> bool:
    """Whether a line looks elsewhere now than when it was made: where nobody new is in sight it only remembers who talks."""
    said = phrases_of(line)
    now, looks = planned.attends(said), str(line.partners).partition("|")[2]
    if now == looks:
        remember(planned, line, said)
    return now != looks


def remember(planned: Plan, line: Any, said: tuple[Stretch, ...]) -> None:
    """Keep with a line when it speaks, whom it attends to, and where that is."""
    begins = planned.first / planned.fps
    made = planned.company.attended((begins + start, begins + end) for start, end in said)
    line.phrases = json.dumps(rounded(said))
    line.partners = f"{_text(planned.company, made, line, planned.fps)}|{planned.attends(said)}"


def in_scene(planned: Plan, performance: Performance) -> tuple[Stretch, ...]:
    """When a line will be spoken, scene seconds, as `talk` will tell it."""
    start = planned.first / planned.fps
    return tuple((start + a, start + b) for a, b in rounded(planned.phrases(performance)))


def rounded(said: Iterable[Stretch]) -> list[Stretch]:
    """As it is kept with a line: in milliseconds."""
    return [(round(start, 3), round(end, 3)) for start, end in said]


def _sounding(scene: Any) -> Iterator[tuple[Any, Any]]:
    """The characters and lines that are heard in a scene now."""
    for root in bpy.data.objects:
        for line in root.parlance.lines:
            if _is_heard(line, scene) and lines.core(line, lines.sequencer_of(line, scene)) is not None:
                yield root, line


def _talks_with(line: Any) -> str:
    return str(line.partners).partition("|")[0]


def _is_heard(line: Any, scene: Any) -> bool:
    """Whether a line of a scene has a sound that was heard, in a form that can be read."""
    return not line.idle and bool(line.performance) and lines.readable(line) and lines.scene_of(line) == scene


def _text(company: Company, made: tuple[Attended, ...], line: Any, fps: float) -> str:
    span = lines.span_of(line, fps)
    return company.text(made, span.first / fps, (span.last + 1) / fps)


def _company(root: Any, said: Table, others: list[Any], token: str, ways: tuple[NDArray[np.float32] | None, ...]) -> Company:
    """What a line with that token is made among."""
    own = tuple(phrase for each, phrases in said.get(root, {}).items() if each != token for phrase in phrases)
    theirs = tuple(tuple(phrase for phrases in said[other].values() for phrase in phrases) for other in others)
    return Company(own, tuple(other.name for other in others), theirs, ways)


def phrases_of(line: Any) -> tuple[Stretch, ...]:
    """When a line's character speaks in it, seconds of its sound."""
    try:
        if line.phrases:
            return tuple((float(start), float(end)) for start, end in json.loads(line.phrases))
        return _heard(line.performance)
    except (ParlanceError, ValueError, TypeError):
        return ()


@lru_cache(maxsize=256)
def _heard(performance: str) -> tuple[Stretch, ...]:
    return idle.phrases(stored.unpack(performance))
