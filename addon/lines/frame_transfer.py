# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames and curves that pass from one line to another: what the others keep, and which line inherits an artist's changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...inference.keying import Edit, Record, merged, noticed
from ...inference.keying.ranges import Ranges, common, holds, joined, without
from ..animation import fcurves, slots, stored
from . import lines, locked_curves
from .clearing import clear_curve, forget
from .curve_outcome import Outcome
from .frames import Allotment
from .line_keys import Owned, as_edited, owned, slot_curves
from .results import nothing_waits


@dataclass(frozen=True)
class Reduced:
    """What another line keeps of one curve: its record from now on, the frames that are left to it and those that it loses.

    hand_made: keys of the artist's in frames that it does not need any more; they stay where no other line inherits them.
    """

    curves: slots.SlotCurves
    place: stored.Place
    record: Record
    left: Ranges
    lost: Ranges
    hand_made: tuple[float, ...] = ()


def reduced(
    root: Any,
    token: str,
    ranges: Ranges,
    released: Owned,
    records: slots.Records,
    *,
    written: Collection[slots.SlotCurves] | None = None,
    replaced: Collection[str] = (),
) -> list[Reduced]:
    """What the other lines keep when `ranges` are the line's of that token. Nothing is changed yet.

    released: what the others do not need any more either; it leaves their records too.
    written: the slots that the line is written to, None for all: elsewhere, as when lines move to the NLA one by one, nobody
    could go on with what is released, and it waits.
    replaced: lines that go altogether; nothing waits with them.
    """
    now, found = owned(root), []
    losers = {line for line, frames in now.items() if line != token and common(frames, ranges)}
    for curves in slot_curves(root):
        for place, record in records.at(curves).items():
            if place.line not in losers:
                continue
            mine = record.among(now[place.line])
            lost = common(mine, ranges)
            if lost:
                left = without(mine, ranges)
                curve = curves.find(place)
                standing = as_edited(record, fcurves.read(curve, mine), curve)
                inherited = written is None or curves in written
                kept, gone = standing.shown_in(left), released.get(place.line, ()) if inherited else ()
                set_by_hand = standing.written.frames[merged.hand_made(standing)]
                staying = lost if place.line in replaced else common(lost, gone)
                stay = tuple(set_by_hand[holds(staying, set_by_hand)].tolist())
                found.append(Reduced(curves, place, kept.within(without(kept.span, gone)) if gone else kept, left, lost, stay))
    return found


def reduce_lines(root: Any, token: str, ranges: Ranges, others: list[Reduced], records: slots.Records) -> None:
    """Reduce the other lines; the keys that they lose are removed, unless the line of that token has written there."""
    for each in others:
        known, curve = records.of(each.curves.action), each.curves.find(each.place)
        if curve is not None and curve.lock:
            locked_curves.give_up(each.curves, each.place, each.left, joined((*each.left, *each.lost)), known)
            continue
        if curve is not None:
            heir = known.get(each.place._replace(line=token))
            gone = without(each.lost, heir.among(ranges)) if heir is not None else each.lost
            fcurves.replace(curve, each.record.written, each.left, generated=merged.is_ours(each.record))
            _drop(curve, gone, each.hand_made if heir is None else ())
        known[each.place] = each.record
        if not len(each.record.written) and not each.record.edits:
            forget(each.curves, each.place, known)
    for token_of, frames in owned(root).items():
        line = lines.with_token(root, token_of)
        if token_of != token and line is not None and common(frames, ranges):
            lines.own(line, without(frames, ranges))


def waiting_edits(known: Mapping[str, Record], allotment: Allotment) -> tuple[Edit, ...]:
    """Changes of one curve that wait with other pieces of a new line's sound, or with lines that it replaces, for its frames."""
    return tuple(
        edit.bounded()
        for token in allotment.predecessors
        for edit in (known[token].edits if token in known else ())
        if _waits(edit, allotment, token)
    )


def claim_waiting_edits(root: Any, outcomes: Iterable[Outcome], allotment: Allotment, records: slots.Records) -> None:
    """What has waited for a new line is its own from now on, on the curves that it was written to."""
    given = set()
    for outcome in outcomes if allotment.predecessors else ():
        known = records.of(outcome.curves.action)
        for token in allotment.predecessors if outcome.record is not None else ():
            place = outcome.place._replace(line=token)
            if place in known:
                edits = tuple(edit for edit in known[place].edits if not _waits(edit, allotment, token))
                given |= {token} if len(edits) < len(known[place].edits) else set()
                known[place] = replace(known[place], edits=edits)
    for line in (each for each in root.parlance.lines if each.token in given):
        nothing_waits(line)


def _waits(edit: Edit, allotment: Allotment, token: str) -> bool:
    record = Record(edits=(edit,))
    return not record.waiting(allotment.ranges) and bool(record.waiting(allotment.owned.get(token, ())))


def _drop(curve: Any, ranges: Ranges, hand_made: tuple[float, ...]) -> None:
    """Take the keys in these frames away, but for the artist's own."""
    frames = fcurves.read(curve).frames
    inside = holds(ranges, frames)
    own = np.isclose(frames[:, None], np.array(hand_made), rtol=0, atol=fcurves.SAME_FRAME).any(axis=1)
    if (inside & ~own).any():
        fcurves.keep_only(curve, ~inside | own)
    if own.any():
        fcurves.make_hand_made(curve, own[~inside | own])


def detach(
    line: Any | None,
    before: Iterable[slots.SlotCurves],
    wanted: set[tuple[slots.SlotCurves, stored.Place]],
    records: slots.Records,
) -> dict[tuple[int, str, int], Record]:
    """Take a line off every curve but those about to be written, and hand on the changes the artist made there.

    before: the character's slots as they played until now; one that was left for another action has no user any more.
    That is how a line moves to another action or to NLA tracks, and how a curve goes away whose shape is no longer mapped.
    Changes that nobody inherits stay where they are, as keys of the artist's own.
    """
    heirs = {(curves.owner.session_uid, place.path, place.element) for curves, place in wanted}
    before = list(before)
    owner_of = {curves.slot.identifier: curves.owner.session_uid for curves, _ in wanted}
    left = {curves.slot.identifier for curves in before if curves.owner is None}
    strangers = {uid for name, uid in owner_of.items() if name not in left}
    inherited: dict[tuple[int, str, int], Record] = {}
    if line is None:
        return inherited
    kept, ranges = {(curves.action, place) for curves, place in wanted}, lines.owned(line)
    gone = [
        (curves, place, record)
        for curves in before
        if slots.editable(curves.action)
        for place, record in records.at(curves).items()
        if place.line == line.token and (curves.action, place) not in kept
    ]
    for curves, place, record in gone:
        curve = curves.find(place)
        heir = _heir(curves, owner_of, strangers, heirs, place), place.path, place.element
        if curve is not None and curve.lock:
            if heir not in heirs:
                clear_curve(curves, place, records.of(curves.action), record.among(ranges), hand_made=False)
            continue
        if heir not in heirs and record.edits and not len(record.written):
            continue  # others have its frames: the changes wait for the mesh to be animated again
        if changes := noticed(record, fcurves.read(curve, record.among(ranges))) if curve is not None else ():
            inherited.setdefault(heir, Record(edits=changes))
        clear_curve(curves, place, records.of(curves.action), record.among(ranges), hand_made=heir in heirs)
    return inherited


def _heir(
    curves: slots.SlotCurves, owner_of: dict[str, int], strangers: set[int], heirs: set[tuple[int, str, int]], place: stored.Place
) -> int:
    """Whose curve goes on with a place: its owner; of a slot that was left, who plays one of that name, else of that property."""
    if curves.owner is not None:
        return int(curves.owner.session_uid)
    alike = (uid for uid in sorted(strangers) if (uid, place.path, place.element) in heirs)
    return owner_of.get(curves.slot.identifier) or next(alike, 0)
