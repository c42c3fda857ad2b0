# SPDX-License-Identifier: GPL-3.0-or-later
"""From the plan of an idle to its draft: each gap is acted by itself and joined to the lines on either side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...inference.acting import Borders, Extent, Performer, act, headless
from ...inference.animation import Animation
from ...inference.direction import Direction
from ...inference.keying import Keys
from ...inference.keying.cut import joined, select
from ...inference.keying.redo import frames_between, spliced
from ...inference.tracks import Tracks
from ..lines import tracks
from ..lines.data import Draft, DraftCurve, Gap, IdlePlan, Plan
from ..log import timed
from . import remembered_gaps
from .curves import curves as keyed

CHANGING: float = 2.0
"""Seconds in which the mood of one line becomes that of the next."""


def draft(plan: Plan, idle: IdlePlan) -> Draft:
    """Act, map and fit all gaps. Any thread."""
    parts: dict[tuple[int, str, int, str, str], list[Keys]] = {}
    with timed("idling"):
        made = remembered_gaps.each(plan, idle, lambda gap: _keyed(plan, idle, gap))
    for _, of_gap in made:
        for curve in of_gap:
            parts.setdefault((curve.owner, curve.path, curve.index, curve.layer, curve.group), []).append(curve.keys)
    curves = tuple(
        DraftCurve(owner, path, index, joined(keys), layer, group) for (owner, path, index, layer, group), keys in parts.items()
    )
    return Draft(idle.heard, made[-1][0] if made else _nothing(plan, idle), curves)


def _keyed(plan: Plan, idle: IdlePlan, gap: Gap) -> remembered_gaps.Made:
    """One gap: how it is acted, and the keys of every curve in it."""
    edits = _edits(plan, gap)
    generated = animation = _acted(plan, idle, gap, Tracks(), tracks_only=bool(edits))
    direction = replace(gap.start, blocking=False)
    if edits:
        changed = tracks.edited(generated, edits, direction, int(gap.span.first))
        animation = _acted(plan, idle, gap, changed)
    first, count = int(gap.span.first), int(gap.span.length)
    part = replace(plan, direction=direction, first=first, count=count, lead=0, trail=0, joins=gap.joins)
    return animation, keyed(part, generated, animation)


def _acted(plan: Plan, idle: IdlePlan, gap: Gap, edited: Tracks, *, tracks_only: bool = False) -> Animation:
    """One gap: as the line before it was directed, and from its middle on as the line after it. tracks_only: as of an Extent."""
    count, fps = int(gap.span.length), plan.fps
    begin, end = gap.span.first / fps, gap.span.last / fps
    turns = any(item.part == "head" for item in plan.joints)
    borders = Borders(begin, end, *(fps / count if goes_on else None for goes_on in gap.goes_on))

    def acted(direction: Direction, shown: slice | None = None) -> Animation:
        return act(
            idle.heard,
            direction if turns else headless(direction),
            fps=fps,
            start=0.0,
            extent=Extent(frames=count, begin=int(gap.span.first), borders=borders, shown=shown, tracks_only=tracks_only),
            tracks=replace(edited, target=gap.target, partner=gap.partner),
            performer=Performer(plan.rigging.geometry),
            cues=idle.cues,
        )

    first = acted(gap.start)
    if gap.start == gap.end:
        return first
    fade = min(CHANGING * fps, count - 1.0)
    start, end = (count - fade) / 2, 3.0 * count + fade
    return spliced(first, acted(gap.end, frames_between(count, start, end)), start, end, fade)


def _edits(plan: Plan, gap: Gap) -> tracks.Edits:
    """What an artist changed in the tracks within a gap."""
    ranges = (gap.span,)
    found = {name: (record.within(ranges), theirs) for name, (record, theirs) in plan.edits.items()}
    inside = {name: (record, select(theirs, gap.span.holds(theirs.frames))) for name, (record, theirs) in found.items()}
    return {name: each for name, each in inside.items() if len(each[0].generated)}


def _nothing(plan: Plan, idle: IdlePlan) -> Animation:
    still = Tracks(blink=np.zeros((0, 2), np.float32))
    return act(idle.heard, plan.direction, fps=plan.fps, start=0.0, extent=Extent(frames=0), tracks=still)
