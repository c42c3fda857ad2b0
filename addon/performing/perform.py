# SPDX-License-Identifier: GPL-3.0-or-later
"""From a Plan to a Draft: hear, act, map and fit. Any thread; nothing of Blender's data is touched."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ...inference.animation import Animation
from ...inference.fade import faded
from ...inference.performance import Performance
from ...inference.progress import Progress, unheard
from ...inference.spool import trim_heap
from ...inference.tracks import Tracks
from ..animation import stored
from ..lines import tracks, wordings
from ..lines.data import Draft, Listened, Plan
from ..log import timed
from . import hearing, idle_perform
from .curves import curves

WARM: Final = 12.0
AFTER: Final = 3.0
"""Seconds before and after frames that are shown alone which are acted too: feelings swell and ebb over some."""


def perform(plan: Plan, progress: Progress = unheard) -> Draft:
    """Hear, act, map and fit. Any thread; nothing of Blender's data is touched.

    progress: as for `hear`; what it raises cancels the work. Raises ParlanceError about the sound.
    """
    if plan.idle is not None:
        return idle_perform.draft(plan, plan.idle)
    return acted(plan, listened(plan, progress), progress)


def listened(plan: Plan, progress: Progress = unheard) -> Listened:
    """What the line of a plan says. Any thread. Raises as `perform`."""
    if plan.heard is not None:
        return Listened(plan.heard, plan.alignment)
    raw, note = hearing.heard(plan, progress)
    alignment = wordings.align(raw, plan.wording)
    return Listened(alignment.settled(), alignment, note)


def acted(plan: Plan, listened: Listened, progress: Progress = unheard) -> Draft:
    """Act, map and fit what was heard. Any thread.   progress: from 0.9 on."""
    performance = plan.retouching.revised(listened.performance)
    progress(0.9, "Acting")
    trim_heap(plan.count)
    with timed("acting"):
        # Where the face idles beside the line, it goes on acting in the frames before and after the sound; else it comes to rest.
        lead, trail = (0 if idles else frames for idles, frames in zip(plan.idles, (plan.lead, plan.trail), strict=True))
        generated = faded(act_line(plan, performance, Tracks(), tracks_only=bool(plan.edits)), lead, trail)
        animation = generated
        if plan.edits:
            edited = tracks.edited(generated, plan.edits, plan.direction, plan.first - plan.lead)
            acted_frames = slice(lead, len(generated.shapes) - trail)
            animation = faded(act_line(plan, performance, edited.within(acted_frames)), lead, trail)
        trim_heap(plan.count)
    progress(0.95, "Setting keys")
    with timed("fitting keys"):
        said_at = animation.times - plan.first / plan.fps + plan.direction.lead
        told = replace(plan, rigging=plan.rigging.saying(performance, said_at))
        made = curves(told, generated, animation, performance.phones, progress)
        stored.prepare(curve.keys for curve in made)
        trim_heap(plan.count)
    animation = replace(animation, anchors=())  # hours have a hundred thousand, and keys are set
    return Draft(listened.performance, animation, made, listened.alignment, listened.note, plan.phrases(performance))


def act_line(
    plan: Plan, performance: Performance, edited: Tracks, shown: slice | None = None, *, tracks_only: bool = False
) -> Animation:
    """A line under its direction and passages.

    shown: some frames alone, as seen from WARM before them: blinks and glances may fall otherwise there than in the whole.
    tracks_only: as of an Extent.
    """
    from ...inference.acting import Borders, Extent, Performer, act, headless
    from ...inference.idle import is_silent, listening

    turns = any(item.part == "head" for item in plan.joints)
    ahead, beyond = plan.around
    borders = Borders(before=ahead / plan.fps if ahead else None, after=beyond / plan.fps if beyond else None)
    waits = is_silent(performance)
    if waits:
        performance = listening(performance, plan.voices)
    (_, count), begin, target = plan.acted, -ahead, plan.target
    partner = plan.partner(plan.phrases(performance))
    if shown is not None:
        near = slice(max(shown.start - round(WARM * plan.fps), 0), min(shown.stop + round(AFTER * plan.fps), count))
        shown = slice(shown.start - near.start, shown.stop - near.start)
        count, begin = near.stop - near.start, near.start - ahead
        target, partner = (None if each is None else each[near] for each in (target, partner))
    return plan.retouching.acted(
        lambda direction, part: act(
            performance,
            replace(direction if turns else headless(direction), listening=direction.listening or waits),
            fps=plan.fps,
            start=plan.first / plan.fps,
            extent=Extent(frames=count, begin=begin, borders=borders, shown=shown or part, tracks_only=tracks_only),
            tracks=replace(edited, target=target, partner=partner),
            performer=Performer(plan.rigging.geometry, rules=plan.rules, style=plan.style),
            cues=plan.retouching.cues,
        ),
        plan.direction,
        ahead / plan.fps,
    )
