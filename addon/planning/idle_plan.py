# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan the idle animation of a character: its gaps, the lines on either side of each, and who speaks meanwhile."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np

from ...inference import idle
from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.keying.ranges import Ranges, Span
from ..character import characters, look_at
from ..lines import idle_frames, joins, lines, markers
from ..lines.data import Gap, IdlePlan, Plan
from ..properties import properties
from ..sequencer import strips
from . import company, line_plan

NAME = "Idle"


def of(root: Any, scene: Any) -> Plan:
    """Plan what a character does in its gaps. Main thread; nothing is changed. Raises ParlanceError as `plan.plan`."""
    character = characters.of(root)
    if character is None or not character.speaks:
        raise ParlanceError(characters.why_silent(root))
    fps, line = strips.rate(scene), idle_frames.line_of(root)
    found = [(span, *_beside(root, line, span)) for span in idle_frames.gaps(root, scene)]
    found = [(span, before, after) for span, before, after in found if not _dubbed(before) and not _dubbed(after)]
    gaps = tuple(span for span, _, _ in found)
    own = properties.direction_of(line.direction) if line is not None else Direction()
    end = max((span.last for span in gaps), default=0.0) / fps
    begin = min((span.first for span in gaps), default=0.0) / fps
    placement = strips.Placement(begin, end + 1 / fps, 0.0, retimed=False, sound="")
    base = line_plan.common(line_plan.Basis(scene, character, NAME, line, placement, own))
    voices = tuple(company.voices(root, scene, fps))
    told, said = markers.of_scene(root, scene, fps), company.talk(scene)
    sides = [(_owned_at(before, span.first - 1), _owned_at(after, span.last + 1)) for span, before, after in found]
    joined = joins.seen(root, gaps, sides)
    alone = properties.direction_of(root.parlance.direction)
    planned = tuple(
        Gap(
            span,
            idle.directed(own, _direction(before) or _direction(after) or alone),
            idle.directed(own, _direction(after) or _direction(before) or alone),
            (_goes_on(before, span.first, scene.frame_start), _goes_on(after, span.last, scene.frame_end)),
            look_at.track(character, int(span.first), int(span.length), scene, named=told.named, glances=told.looks),
            company.partner(character, scene, int(span.first), int(span.length), said),
            ends,
        )
        for (span, before, after), ends in zip(found, joined, strict=True)
    )
    waits = IdlePlan(planned, idle.waiting(end + 1 / fps, voices), told.cues)
    return replace(base, idle=waits, voices=voices, lead=0, trail=0)


def digest(planned: Plan) -> str:
    """The same for plans that lead to the same."""
    parts = [repr((planned.direction, planned.fps, planned.output, planned.sources, len(planned.joints)))]
    for gap in planned.idle.gaps if planned.idle is not None else ():
        target = [None if way is None else np.round(way, 2).tobytes() for way in (gap.target, gap.partner)]
        parts.append(repr((gap.span, gap.start, gap.end, gap.goes_on, target, gap.joins.signature)))
    if planned.idle is not None:
        parts.append(repr((planned.idle.heard.events, planned.idle.cues)))
        parts.append(hashlib.blake2b(planned.idle.heard.speech.tobytes()).hexdigest())
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _beside(root: Any, own: Any | None, gap: Span) -> tuple[Any | None, Any | None]:
    """The lines that end where a gap begins, and begin where it ends."""
    before = after = None
    for line in root.parlance.lines:
        if line != own and lines.readable(line):
            before = line if _owned_at(line, gap.first - 1) else before
            after = line if _owned_at(line, gap.last + 1) else after
    return before, after


def _owned_at(line: Any | None, frame: float) -> Span | None:
    """The stretch of a line's frames that holds a frame."""
    owned: Ranges = lines.owned(line) if line is not None else ()
    return next((span for span in owned if span.holds(np.array([frame]))[0]), None)


def _direction(line: Any | None) -> Direction | None:
    return properties.direction_of(line.direction) if line is not None else None


def _dubbed(line: Any | None) -> bool:
    """Whether a line leaves all but the mouth to the artist, who then animates the gaps beside it too."""
    return line is not None and line.direction.mouth_only


def _goes_on(line: Any | None, frame: float, border_of_scene: int) -> bool:
    """Whether the face moves beyond a gap's end: there is a line, or nothing is shown there."""
    return line is not None or frame == border_of_scene
