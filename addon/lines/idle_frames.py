# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a character idles: the frames between its lines, and what its lines do at their borders there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import bpy

from ...inference.keying.ranges import Ranges, Span, joined, without
from ..sequencer import strips
from . import frames, lines
from .data import Beside

ALONE: Final = Beside()
SHORTEST: Final = 0.25
"""Seconds between two sounds from which on the face does more than go from one to the other."""
LARGEST_SHARE: Final = 0.25
"""Share of a gap that the mouth may take to come to rest at either end."""


@dataclass(frozen=True)
class Edges:
    """The frames of coming from rest before a line, and of going back after it; whether the face idles beyond them."""

    lead: int
    trail: int
    idles_before: bool = False
    idles_after: bool = False

    @property
    def text(self) -> str:
        """As it is stored with a line; empty where it stands alone."""
        sides = ((self.idles_before, self.lead), (self.idles_after, self.trail))
        return " ".join(str(count) if idles else "-" for idles, count in sides) if self.idles_before or self.idles_after else ""


def line_of(root: Any) -> Any | None:
    """The idle of a character: a line without a sound."""
    return next((line for line in root.parlance.lines if line.idle), None)


def spaces(root: Any, scene: Any, cores: Iterable[Span], meanwhile: Ranges = ()) -> Ranges:
    """Where a character idles by its settings, given the frames of its sounds. Lines take their rest out of these.

    meanwhile: frames in which others will speak, whose lines are not made yet.
    """
    settings, fps = root.parlance, strips.rate(scene)
    heard = joined(tuple(cores))
    if settings.idle == "OFF":
        return ()
    least = max(math.ceil(SHORTEST * fps), 6)
    if settings.idle == "BETWEEN":
        gaps = [Span(one.last + 1, other.first - 1) for one, other in pairwise(heard)]
        most = settings.idle_longest * fps
        long = [gap for gap in gaps if gap.length >= least]
        return tuple(gap for gap in long if gap.length <= most or _hush(root, scene, gap, meanwhile) <= most)
    return tuple(gap for gap in without((extent(root, scene),), heard) if gap.length >= least)


def _hush(root: Any, scene: Any, gap: Span, meanwhile: Ranges) -> float:
    """The longest stretch of a gap, in frames, in which no other character of the scene speaks either."""
    speaking = [
        core
        for other in bpy.data.objects
        if other != root
        for line in other.parlance.lines
        if not line.idle and lines.readable(line) and lines.scene_of(line) == scene
        if (core := lines.core(line, lines.sequencer_of(line, scene))) is not None
    ]
    return max((span.length for span in without((gap,), (*speaking, *meanwhile))), default=0.0)


def extent(root: Any, scene: Any) -> Span:
    """First and last frame that a character idles in, lines aside."""
    settings = root.parlance
    if settings.idle == "RANGE":
        return Span(settings.idle_start, max(settings.idle_end, settings.idle_start))
    return Span(scene.frame_start, scene.frame_end)


def edges(
    root: Any, scene: Any, token: str, core: Span, fade: int, *, beside: Beside = ALONE, cores: Mapping[str, Span] | None = None
) -> Edges:
    """How a line begins and ends whose sound has these frames.

    fade: frames of rest at its ends where it stands alone.   beside: what gets lines in the same go.
    cores: what `frames.cores` tells, for who asks for many lines; looking there takes a look at every strip.
    """
    others = [other for each, other in (frames.cores(root) if cores is None else cores).items() if each != token]
    found = spaces(root, scene, (*others, *beside.own, core), beside.others)
    before = next((space for space in found if space.last == core.first - 1), None)
    after = next((space for space in found if space.first == core.last + 1), None)

    def room(space: Span | None) -> int:
        return fade if space is None else max(min(fade, int(LARGEST_SHARE * space.length)), 1)

    return Edges(room(before), room(after), before is not None, after is not None)


def of_line(root: Any, line: Any, *, cores: Mapping[str, Span] | None = None) -> Edges:
    """How a line that is there should begin and end now.   cores: as `edges`."""
    fps = line.fps or strips.rate(lines.scene_of(line))
    core = lines.core(line, lines.sequencer_of(line, bpy.context.scene)) or lines.span_of(line, fps)
    return edges(root, lines.scene_of(line), line.token, core, frames.fade_frames(line.direction.fade, fps), cores=cores)


def gaps(root: Any, scene: Any) -> Ranges:
    """The frames that a character idles in now: what its lines leave of its spaces."""
    own = line_of(root)
    others = (line for line in root.parlance.lines if lines.readable(line) and line != own)
    taken = [span for line in others for span in lines.owned(line)]
    free = without(spaces(root, scene, frames.cores(root).values()), taken)
    return tuple(span for span in free if span.length >= 3)
