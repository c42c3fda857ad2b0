# SPDX-License-Identifier: GPL-3.0-or-later
"""Move keys to where the same sounds are now: where a recording replaces a spoken text, or a strip plays at another speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...inference.keying import merged, warp
from ...inference.keying.cut import same
from ...inference.performance import Performance
from ...inference.retouch import phone_track
from ..animation import fcurves, slots
from . import frames, line_keys, lines


def warp_keys(root: Any, line: Any, before: Performance, after: Performance, *, fps: float, records: slots.Records) -> None:
    """Move every key of a line, which begins where it did, from the words of one performance to those of another."""
    was, now = ([word.text for word in each.words] for each in (before, after))
    pairs = phone_track.same_moments(phone_track.renumbered(before.phones, was, now), after.phones)
    if pairs:
        first = lines.span_of(line, fps).first
        move_keys(root, line, pairs, clocks=(first, first), fps=fps, records=records)


def move_keys(
    root: Any,
    line: Any,
    pairs: Sequence[tuple[float, float]],
    *,
    clocks: tuple[float, float],
    fps: float,
    records: slots.Records,
) -> None:
    """Move every key of a line as these seconds on its clock have moved. clocks: the frames where that began, and begins now."""
    moved = warp.through(pairs).scaled(fps, *clocks)
    owned = line_keys.owned(root)
    landing = {**owned, line.token: warp.ranges(owned[line.token], moved)}
    allowed = frames.allowed(root, landing)
    for curves, place, record, standing in list(line_keys.on_line(root, line, records)):
        curve = curves.find(place)
        known = line_keys.as_edited(record, standing, curve)
        shown = warp.record(known, moved).shown_in(allowed[line.token])
        if curve is not None and not same(shown.written, known.written):
            inside = (*record.among(owned[line.token]), *allowed[line.token])
            fcurves.replace(curve, shown.written, inside, generated=merged.is_ours(shown))
        records.of(curves.action)[place] = shown
    lines.own(line, allowed[line.token])
