# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of dialogue: each strip a character has spoken, where it stands, and whether it is still up to date.

A line knows its strip and its scene by tokens that they carry, and its sound by content, so that it finds them
again after renames, moves and saving elsewhere. Its frame ranges say which keys of the character's curves are its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import bpy

from ...inference.errors import ParlanceError
from ...inference.keying.ranges import Ranges, Span, common, without
from ..character.lookup_cache import cached, is_unchanging
from ..sequencer import strips
from ..sequencer.excerpt import ALL, Excerpt, of_line

State = Literal["current", "moved", "changed", "retimed", "gone", "damaged"]
MOST_RANGES = 10_000
SHARED = 0.3
"""A recording is taken for one of a line without a sound of its own where they share this much of the shorter one's time."""


@dataclass(frozen=True)
class Shift:
    """How a line's keys must move to follow its strip: every frame f becomes f * scale + offset."""

    offset: float = 0.0
    scale: float = 1.0

    @property
    def moves(self) -> bool:
        """Whether it moves anything."""
        return abs(self.offset) > 1e-6 or abs(self.scale - 1.0) > 1e-9


def scene_of(line: Any) -> Any:
    """The scene a line is animated in, whichever is shown; the shown one where it is gone."""
    return _scene(line.scene) or bpy.context.scene


def sequencer_of(line: Any, sequencer: Any) -> Any:
    """The scene whose sequencer has a line's strip."""
    return _scene(line.sequencer) or sequencer


def retire(line: Any) -> None:
    """Leave nothing of a line but its entry."""
    line.performance = line.model = line.strip_token = line.strip_name = line.result = line.counts = ""
    line.ranges, line.left_alone = "[]", 0


def settle_in(line: Any, scene: Any, sequencer: Any) -> None:
    """Remember the scenes of a line by tokens: a pointer would drag them along wherever the character is appended."""
    line.scene, line.sequencer = (strips.token(each) or strips.mark(each) for each in (scene, sequencer))


def _scene(token: str) -> Any | None:
    """The scene that carries a token; of copies the one that is shown."""
    found = [scene for scene in bpy.data.scenes if token and strips.token(scene) == token]
    return bpy.context.scene if bpy.context.scene in found else next(iter(found), None)


def strip_of(line: Any, sequencer: Any) -> Any | None:
    """A line's strip, None where it is gone.

    A cut or duplicated strip leaves two with one token: the line stays with the one that has its name, else with the one that
    starts nearest to where it was. An idle has none, nor has a line that is spoken from its text alone.
    """
    if line.idle or line.written:
        return None
    where = sequencer_of(line, sequencer)
    twins = _by_token(where).get(line.strip_token) if is_unchanging() else strips.marked_with(where, line.strip_token)
    if not twins:
        unknown = strips.named(where, line.title) if line.performance else None
        return unknown if unknown is not None and not strips.token(unknown) else None
    named = [strip for strip in twins if strip.name == line.title]
    if len(named or twins) == 1 or not readable(line):
        return (named or twins)[0]
    scene, start = sequencer_of(line, sequencer), placement_of(line).start
    if scene == scene_of(line) and retimed(line, strips.rate(scene)):
        start *= line.fps / strips.rate(scene)  # strips keep their frames
    return min(named or twins, key=lambda strip: abs(strips.placement(strip, scene).start - start))


_by_token = cached(strips.by_token)
"""Of hundreds of lines each asks several times while one of them is rebuilt."""


def of_strip(root: Any, strip: Any, sequencer: Any) -> Any | None:
    """The line spoken from a strip."""
    token = strips.token(strip)
    candidates = (line for line in root.parlance.lines if (line.strip_token == token if token else line.title == strip.name))
    return next((line for line in candidates if strip_of(line, sequencer) == strip), None)


def awaiting(root: Any, placement: strips.Placement) -> Any | None:
    """The line spoken from its text alone that waits for a recording there: the one that shares most of the time with it."""
    return _sharing([line for line in root.parlance.lines if line.written], placement)


def _sharing(found: Iterable[Any], placement: strips.Placement) -> Any | None:
    """The line that shares most of its time with a placement, and enough."""
    best, most = None, 0.0
    for line in found:
        if not line.performance or not readable(line):  # one that was cleared on an override keeps its entry
            continue
        own = placement_of(line)
        shared = min(own.end, placement.end) - max(own.start, placement.start)
        if shared >= SHARED * min(own.duration, placement.duration) and shared > most:
            best, most = line, shared
    return best


def preceding(root: Any, strip: Any, placement: strips.Placement, sequencer: Any) -> Any | None:
    """The line that a strip without one goes on from: the one that it was cut or copied from, else the take that it replaces."""
    token = strips.token(strip)
    for line in root.parlance.lines:
        if token and line.strip_token == token and _plays(line, placement):
            return line
    return replaced(root, placement, sequencer)


def replaced(root: Any, placement: strips.Placement, sequencer: Any) -> Any | None:
    """The line that another take there replaces: its strip is gone, or mute, and it shares most of the time with that take."""
    found = [line for line in root.parlance.lines if not line.idle and not line.written and not _is_heard(line, sequencer)]
    return _sharing(found, placement)


def _is_heard(line: Any, sequencer: Any) -> bool:
    strip = strip_of(line, sequencer)
    return strip is not None and strips.is_heard(strip, sequencer_of(line, sequencer))


def with_token(root: Any, token: str) -> Any | None:
    """The line that a token stands for."""
    return next((line for line in root.parlance.lines if line.token == token), None)


def placement_of(line: Any) -> strips.Placement:
    """Where a line's strip was when it was generated. Raises ParlanceError where that is damaged."""
    return strips.Placement.from_json(line.placement)


def listens(root: Any, line: Any | None, placement: strips.Placement) -> Excerpt:
    """The part of a strip's sound that is a character's voice.

    A strip without a line, as a cut leaves one, is listened to as the character's other strips of that sound are. Turns are times
    of one sound: they say nothing about the sound that has taken its place.
    """
    known = line if line is not None else next((each for each in root.parlance.lines if _plays(each, placement)), None)
    found = of_line(known)
    return found if not found.turns or _plays(known, placement) else Excerpt(found.channel)


def of_piece(root: Any, strip: Any, placement: strips.Placement) -> bool:
    """Whether a character speaks the strip that this one was cut from, or shares its sound with others."""
    token = strips.token(strip)
    alike = (each for each in root.parlance.lines if _plays(each, placement))
    return any((token and each.strip_token == token) or of_line(each) != ALL for each in alike)


def _plays(line: Any, placement: strips.Placement) -> bool:
    """Whether a line was made from that sound."""
    return not line.idle and not line.written and readable(line) and "" != placement.sound == placement_of(line).sound


def readable(line: Any) -> bool:
    """Whether what is stored of a line makes sense."""
    try:
        placement_of(line)
        owned(line)
    except ParlanceError:
        return False
    return True


def state(line: Any, sequencer: Any) -> State:
    """Whether a line still fits its strip."""
    if not readable(line):
        return "damaged"
    if line.idle or line.written:
        return "current"
    strip = strip_of(line, sequencer)
    if strip is None:
        return "gone"
    if retimed(line, strips.rate(scene_of(line))):
        return "retimed"  # Then the strip starts and ends at other seconds too: that is not what was done to it.
    moved = placement_of(line).moved(strips.placement(strip, sequencer_of(line, sequencer)))
    if moved is None:
        return "changed"
    return "moved" if abs(moved) > 1e-4 else "current"


def span_of(line: Any, fps: float) -> Span:
    """The scene frames of a line's sound as it was generated; the scene may have had another frame rate then."""
    return strips.frames_of(placement_of(line), line.fps or fps)


def retimed(line: Any, fps: float) -> bool:
    """Whether the scene's frame rate is no longer the one a line was generated at."""
    return bool(line.fps) and abs(line.fps - fps) > 1e-3


def owned(line: Any) -> Ranges:
    """The scene frames in which keys on a line's curves are the line's own. Raises ParlanceError where that is damaged."""
    if not line.ranges:
        return (span_of(line, line.fps or strips.rate(scene_of(line))),)
    return _ranges(line.ranges)


@lru_cache(maxsize=256)
def _ranges(text: str) -> Ranges:
    try:
        pairs = json.loads(text)
        ranges = tuple(Span(float(first), float(last)) for first, last in pairs[:MOST_RANGES])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ParlanceError("The frames of this line are damaged or from a newer Parlance; clear the line.") from error
    if not all(math.isfinite(end) for span in ranges for end in (span.first, span.last)):
        raise ParlanceError("The frames of this line make no sense; clear the line.")
    return ranges


def own(line: Any, ranges: Ranges) -> None:
    """Remember which frames are a line's own."""
    line.ranges = json.dumps([[span.first, span.last] for span in ranges])


def core(line: Any, sequencer: Any) -> Span | None:
    """The frames of a line's sound that its strip still plays; None where that is gone or muted, so that others may have them."""
    if line.written:
        return span_of(line, line.fps)
    strip, scene = strip_of(line, sequencer), sequencer_of(line, sequencer)
    if strip is None or not strips.is_heard(strip, scene):
        return None
    spoken = span_of(line, line.fps)
    before, now = placement_of(line), strips.placement(strip, scene)
    if before.moved(now) is not None:
        return spoken
    left = common((spoken,), (strips.frames_of(now, line.fps or strips.rate(scene_of(line))),))
    return left[0] if left else None


def lacks_frames(line: Any) -> bool:
    """Whether a line does not have all the frames of its sound: others have, or had, some of them."""
    spoken = core(line, sequencer_of(line, scene_of(line)))
    return spoken is not None and bool(without((spoken,), owned(line)))


def shift_to(line: Any, placement: strips.Placement, fps: float) -> Shift:
    """How a line's keys must move to sit on the same sound as before, where its strip is now."""
    before, old = placement_of(line), line.fps or fps
    if line.written and not retimed(line, fps):
        return Shift(strips.frames_of(placement, fps).first - strips.frames_of(before, fps).first)
    if retimed(line, fps):
        scale = fps / old
        return Shift(placement.origin * fps - before.origin * old * scale, scale)
    if before.moved(placement) is None and before.plays_same(placement) and not placement.retimed:
        return Shift(float(round((placement.origin - before.origin) * fps)))
    return Shift(strips.frames_of(placement, fps).first - strips.frames_of(before, fps).first)
