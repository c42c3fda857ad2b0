# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames each line owns: what a line is allotted when it is written, and what the character's other lines release to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import bpy

from ...inference.keying.ranges import Claim, Ranges, Span, allotted, common, length, without
from ..sequencer import strips
from . import line_keys, lines
from .data import Plan

EVERYTHING: Final = 1e6
"""Frames; further than any line reaches."""
REPLACED: Final = 0.5
"""A line whose strip is gone or muted goes away altogether where another line takes this share of its sound."""


@dataclass(frozen=True)
class Allotment:
    """The frames that a line is allotted.

    ranges: its frames from now on.   before: its frames until now.   owned: the frames of every line until now, by token.
    released: what other lines own in `ranges` and do not need any more, as their strips were cut, muted or removed.
    replaced, replaced_names: lines that this one takes the place of, by token and for people.
    predecessors: lines whose changes may have waited for this one: those that it replaces, and the other pieces of its sound;
    none where it is not new.
    """

    ranges: Ranges
    before: Ranges
    owned: line_keys.Owned
    released: line_keys.Owned
    replaced: tuple[str, ...]
    replaced_names: tuple[str, ...]
    predecessors: tuple[str, ...] = ()


def allot(root: Any, line: Any | None, plan: Plan) -> Allotment:
    """Allot frames to a line among the others of its character, as their strips stand now."""
    owned = line_keys.owned(root)
    if plan.idle is not None:
        return _beside_lines(owned, plan)
    claims = _claims(root)
    claims.pop(plan.line, None)
    order = next((number for number, each in enumerate(root.parlance.lines) if each.token == plan.line), len(root.parlance.lines))
    mine = Claim(plan.core, order)
    ranges = allotted(mine, plan.lead, plan.trail, claims.values())
    released = {}
    replaced = []
    idle = {each.token for each in root.parlance.lines if each.idle}
    for token, frames in owned.items():
        if token == plan.line:
            continue
        needed = (claims[token].core,) if token in claims else ()
        free = without(common(frames, ranges), needed)
        if free:
            released[token] = free
        shared = length(common(frames, (plan.core,)))
        if token not in claims and token not in idle and frames and shared >= REPLACED * min(length(frames), plan.core.length):
            replaced.append(token)
    names = tuple(each.title for each in root.parlance.lines if each.token in replaced)
    before = owned.get(plan.line, ()) if line is not None else ()
    predecessors = tuple(dict.fromkeys((*replaced, *_pieces(root, plan)))) if line is None else ()
    return Allotment(ranges, before, owned, released, tuple(replaced), names, predecessors)


def _pieces(root: Any, plan: Plan) -> Iterator[str]:
    """The lines that play the same sound at the same time, as the parts of a cut strip do."""
    now = plan.placement
    for line in root.parlance.lines:
        before = lines.placement_of(line) if lines.readable(line) and not line.idle else now
        same = line.token != plan.line and not line.idle and "" != before.sound == now.sound and not now.retimed
        if same and abs(before.origin - now.origin) < strips.SAME:
            yield line.token


def _beside_lines(owned: line_keys.Owned, plan: Plan) -> Allotment:
    """An idle gets what all lines leave of its gaps."""
    ranges = tuple(gap.span for gap in plan.idle.gaps) if plan.idle is not None else ()
    taken = (span for token, frames in owned.items() if token != plan.line for span in frames)
    return Allotment(without(ranges, taken), owned.get(plan.line, ()), owned, {}, (), ())


def allowed(root: Any, landing: line_keys.Owned) -> line_keys.Owned:
    """What each line may keep of the frames that its keys come to lie in, as the strips stand now. No two share a frame.

    Lines that are heard go first; those whose strip is muted or gone keep what is left.
    """
    claims = _claims(root)
    kept: line_keys.Owned = {}
    for token in sorted(landing, key=lambda token: token not in claims):
        others = [claim for other, claim in claims.items() if other != token]
        if token in claims:
            free = common(landing[token], allotted(claims[token], EVERYTHING, EVERYTHING, others))
        else:
            free = without(landing[token], (claim.core for claim in others))
        kept[token] = without(free, (span for ranges in kept.values() for span in ranges))
    return kept


def _claims(root: Any) -> dict[str, Claim]:
    """What the strips of a character's lines still play, by the line's token."""
    found = {}
    for number, line in enumerate(root.parlance.lines):
        core = lines.core(line, lines.sequencer_of(line, bpy.context.scene)) if lines.readable(line) else None
        if core is not None:
            found[line.token] = Claim(core, number)
    return found


def cores(root: Any) -> dict[str, Span]:
    """The frames of every sound that a character speaks, by the line's token."""
    return {token: claim.core for token, claim in _claims(root).items()}


def fade_frames(fade: float, fps: float) -> int:
    """How many frames of rest a line has before it and after it."""
    return max(math.ceil(fade * fps), 2)
