# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of lines move with their strips, or to another frame rate: all of a character's in one pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ...inference.keying import merged
from ...inference.keying.cut import same
from ...inference.keying.ranges import Ranges, beside, holds
from ..animation import fcurves, slots, stored
from ..sequencer import strips
from . import frames, line_keys, lines


def moved(root: Any, sequencer: Any) -> dict[str, strips.Placement]:
    """Where the strips of lines are now that were only moved, or whose scene has another frame rate; by token."""
    found = {}
    for line in root.parlance.lines:
        if not lines.readable(line):
            continue
        strip = lines.strip_of(line, sequencer)
        if strip is None:
            if lines.retimed(line, strips.rate(lines.scene_of(line))):
                found[line.token] = lines.placement_of(line)
            continue
        now = strips.placement(strip, lines.sequencer_of(line, sequencer))
        shift = lines.placement_of(line).moved(now)
        if lines.retimed(line, strips.rate(lines.scene_of(line))) or (shift is not None and abs(shift) > strips.SAME):
            found[line.token] = now
    return found


def all_moved(root: Any, sequencer: Any) -> None:
    """Move every line that has to, so that none stays under another that has gone ahead. Raises ParlanceError."""
    records = slots.Records()
    line_keys.heal(root, records)
    move(root, moved(root, sequencer), records)
    records.save()


def move(root: Any, placements: dict[str, strips.Placement], records: slots.Records) -> None:
    """Move the keys of lines to where these placements are, all in one pass, so that lines may change places."""
    found = {token: line for token in placements if (line := lines.with_token(root, token)) is not None}
    rates = {token: strips.rate(lines.scene_of(line)) for token, line in found.items()}
    shifts = {token: lines.shift_to(line, placements[token], rates[token]) for token, line in found.items()}
    before = line_keys.owned(root)
    still = lines.Shift()
    landing = {
        token: tuple(span.moved(shifts.get(token, still).offset, shifts.get(token, still).scale) for span in ranges)
        for token, ranges in before.items()
    }
    for token, line in found.items():
        line.placement = without_trim(line, placements[token]).to_json()
        line.fps = rates[token]
    if not any(shift.moves for shift in shifts.values()):
        return
    allowed = frames.allowed(root, landing)
    for curves in line_keys.slot_curves(root):
        _move(curves, before, shifts, allowed, records.of(curves.action))
    for token, ranges in allowed.items():
        line = lines.with_token(root, token)
        if line is not None:
            lines.own(line, ranges)


def without_trim(line: Any, placement: strips.Placement) -> strips.Placement:
    """Where a line is after it followed its strip: a trim is not followed, for nothing was heard there yet."""
    before = lines.placement_of(line)
    if before.moved(placement) is not None or not before.plays_same(placement):
        return placement if before.moved(placement) is not None else before
    shift = placement.origin - before.origin
    return replace(before, start=before.start + shift, end=before.end + shift, origin=placement.origin)


def _move(
    curves: slots.SlotCurves,
    before: line_keys.Owned,
    shifts: dict[str, lines.Shift],
    allowed: line_keys.Owned,
    known: dict[stored.Place, Any],
) -> None:
    by_curve: dict[tuple[str, int], list[stored.Place]] = {}
    for place in known:
        if place.slot == curves.slot.handle and place.line in before:
            by_curve.setdefault((place.path, place.element), []).append(place)
    for (path, element), places in by_curve.items():
        curve = fcurves.find(curves.bag, path, element)
        mine = {place: known[place].among(before[place.line]) for place in places}
        for place in places:
            shift = shifts.get(place.line, lines.Shift())
            record = line_keys.as_edited(known[place], fcurves.read(curve, mine[place]), curve)
            known[place] = record.shifted(shift.offset, shift.scale) if shift.moves else record
        room = _room(curve, mine, allowed)
        if curve is not None:
            _move_curve(curve, mine, shifts, room)
        for place in places:
            free = room[place] if room[place] != allowed[place.line] else None
            shown = replace(known[place], room=free).shown_in(room[place])
            if not same(shown.written, known[place].written) and curve is not None:
                fcurves.replace(curve, shown.written, room[place], generated=merged.is_ours(shown))
            known[place] = shown
    if by_curve and curves.owner is not None:
        curves.owner.update_tag()


def _room(curve: Any | None, mine: dict[stored.Place, Ranges], allowed: line_keys.Owned) -> dict[stored.Place, Ranges]:
    """The frames that each line may have on a curve: it gives way to keys of the artist's own, which stay where they are."""
    frames = fcurves.read(curve).frames
    unrecorded = frames[~holds(tuple(span for ranges in mine.values() for span in ranges), frames)]
    return {place: beside(allowed[place.line], unrecorded) for place in mine}


def _move_curve(
    curve: Any, mine: dict[stored.Place, Ranges], shifts: dict[str, lines.Shift], room: dict[stored.Place, Ranges]
) -> None:
    """Keys that would land in frames of another line or of the artist's go first; then all move at once."""
    standing = fcurves.read(curve).frames
    stays = np.ones(len(standing), bool)
    for place, ranges in mine.items():
        shift = shifts.get(place.line, lines.Shift())
        stays &= ~holds(ranges, standing) | holds(room[place], standing * shift.scale + shift.offset)
    if not stays.all():
        fcurves.keep_only(curve, stays)
        standing = standing[stays]
    moves = [(holds(ranges, standing), shifts[place.line]) for place, ranges in mine.items() if place.line in shifts]
    fcurves.move(curve, [(mask, shift.offset, shift.scale) for mask, shift in moves if shift.moves])
