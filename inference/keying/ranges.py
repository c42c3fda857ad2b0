# SPDX-License-Identifier: GPL-3.0-or-later
"""Frame ranges: which stretches of a timeline belong to a line of dialogue, and who gives way where two lines overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

ROUNDED: Final = 1e-4
"""Frames that a key may lie beside where it belongs, as Blender keeps it in single precision."""
MANY: Final = 8
"""Spans from which on looking at each takes longer than sorting them."""


@dataclass(frozen=True)
class Span:
    """Frames from first to last, both included; a key belongs to the frame it is nearest to."""

    first: float
    last: float

    def holds(self, frames: NDArray[Any]) -> NDArray[np.bool_]:
        """bool[n]: which of these frames lie in it; what is rounded on a border lies in what follows it."""
        return (frames >= self.first - 0.5 - ROUNDED) & (frames < self.last + 0.5 - ROUNDED)

    def moved(self, offset: float, scale: float = 1.0) -> Span:
        """The same stretch where every frame f has become f * scale + offset."""
        return Span((self.first - 0.5) * scale + offset + 0.5, (self.last + 0.5) * scale + offset - 0.5)

    @property
    def length(self) -> float:
        """How many frames it holds."""
        return self.last - self.first + 1.0


Ranges: TypeAlias = tuple[Span, ...]
"""Spans in time order that do not overlap."""


def holds(ranges: Ranges, frames: NDArray[Any]) -> NDArray[np.bool_]:
    """bool[n]: which of these frames lie in one of the ranges."""
    if len(ranges) > MANY:
        return _one_holds(ranges, frames)
    inside = np.zeros(len(frames), bool)
    for span in ranges:
        inside |= span.holds(frames)
    return inside


def _one_holds(spans: Iterable[Span], frames: NDArray[Any]) -> NDArray[np.bool_]:
    """What `holds` tells of spans in any order, which may overlap too, with no look at each."""
    ordered = np.array(sorted((span.first - 0.5 - ROUNDED, span.last + 0.5 - ROUNDED) for span in spans))
    furthest = np.append(-np.inf, np.maximum.accumulate(ordered[:, 1]))  # the end of those that have begun
    inside: NDArray[np.bool_] = frames < furthest[np.searchsorted(ordered[:, 0], frames, side="right")]
    return inside


def without(ranges: Ranges, others: Iterable[Span]) -> Ranges:
    """What is left of the ranges where the others are taken away."""
    left = ranges
    for other in others:
        before = (Span(span.first, min(span.last, other.first - 1.0)) for span in left)
        after = (Span(max(span.first, other.last + 1.0), span.last) for span in left)
        left = tuple(sorted({span for span in (*before, *after) if span.length > 1e-6}, key=lambda span: span.first))
    return left


def common(ranges: Ranges, others: Ranges) -> Ranges:
    """The frames that lie in both."""
    pairs = (Span(max(a.first, b.first), min(a.last, b.last)) for a in ranges for b in others)
    return tuple(sorted((span for span in pairs if span.length > 1e-6), key=lambda span: span.first))


def length(ranges: Ranges) -> float:
    """How many frames the ranges hold."""
    return sum(span.length for span in ranges)


def beside(ranges: Ranges, frames: NDArray[Any]) -> Ranges:
    """The ranges without these frames, and without what lies beyond those: before the early ones, after the late ones."""
    inside = frames[holds(ranges, frames)]
    if not len(inside):
        return ranges
    middle = (ranges[0].first + ranges[-1].last) / 2
    early, late = inside[inside < middle], inside[inside >= middle]
    first = float(early.max()) + 1.0 if len(early) else ranges[0].first
    last = float(late.min()) - 1.0 if len(late) else ranges[-1].last
    return without(ranges, (Span(-1e9, first - 1.0), Span(last + 1.0, 1e9)))


@dataclass(frozen=True)
class Claim:
    """The frames a line needs.

    core: where its sound is heard.   order: the later of two lines that start together goes first.
    """

    core: Span
    order: int


def allotted(claim: Claim, lead: float, trail: float, others: Iterable[Claim]) -> Ranges:
    """The frames a line gets: its sound, and up to `lead` and `trail` frames of coming from rest and going back to it.

    Where the sounds of two lines overlap, the one that starts later is shown, as in a cut. Rest before and after a line gives way
    to every sound, and meets the neighbour's halfway.
    """
    core = claim.core
    others = tuple(others)
    spoken = [other.core for other in others if (other.core.first, other.order) > (core.first, claim.order)]
    ranges = without((core,), spoken)
    ended = [other.core.last for other in others if other.core.last < core.first]
    begun = [other.core.first for other in others if other.core.first > core.last]
    start = max([core.first - lead, *(end + 1 + (core.first - 1 - end) // 2 for end in ended)])
    end = min([core.last + trail, *(first - 1 - (first - 1 - core.last + 1) // 2 for first in begun)])
    above = [other.core for other in others if (other.core.first, other.order) > (core.first, claim.order)]
    begun_with = any(span.first == core.first for span in above)  # of two that begin or end together, the one that is shown rests
    ended_with = any(span.last == core.last for span in above)
    begun_with = begun_with or any(other.core.first < core.first <= other.core.last for other in others)
    ended_with = ended_with or any(other.core.first <= core.last < other.core.last for other in others)
    if not begun_with and start < core.first:
        ranges = (*without((Span(start, core.first - 1),), (other.core for other in others)), *ranges)
    if not ended_with and end > core.last:
        ranges = (*ranges, *without((Span(core.last + 1, end),), (other.core for other in others)))
    return joined(ranges)


def joined(ranges: Ranges) -> Ranges:
    """The same frames in as few spans as possible."""
    result: list[Span] = []
    for span in sorted(ranges, key=lambda span: span.first):
        if result and span.first <= result[-1].last + 1.0 + 1e-6:
            result[-1] = Span(result[-1].first, max(result[-1].last, span.last))
        else:
            result.append(span)
    return tuple(result)


def distance(frames: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """How far each frame is from the nearest of others, of which there is one at least, in any order.

    Not by pairs: a line of a minute among others of an hour would have tens of millions on every curve.
    """
    others = np.sort(others)
    after = np.searchsorted(others, frames)
    before, behind = others[np.maximum(after - 1, 0)], others[np.minimum(after, len(others) - 1)]
    nearest: NDArray[Any] = np.minimum(np.abs(frames - before), np.abs(frames - behind))
    return nearest
