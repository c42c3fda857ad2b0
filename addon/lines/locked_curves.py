# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that lines gave up on a curve which is locked: they stay there, known as Parlance's, until the curve is unlocked.

No line owns them, so that their record is kept under no line's token; its room says where they stand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.keying import Record, gathered
from ...inference.keying.cut import select
from ...inference.keying.ranges import Ranges, holds, joined, without
from ..animation import fcurves, slots, stored
from .line_keys import as_edited, owners

NOBODY: Final = ""
"""What the records of such keys have for a line's token."""


def give_up(curves: slots.SlotCurves, place: stored.Place, left: Ranges, mine: Ranges, known: dict[stored.Place, Record]) -> None:
    """Let a line have only the frames `left` of a locked curve, where it had `mine`; its keys elsewhere become nobody's.

    Nor does it get frames there meanwhile, in which keys of others stand: its room says so until it is written again.
    """
    lost = without(mine, left)
    known[place] = replace(known[place], room=left)
    if not lost:
        return
    curve = curves.find(place)
    record = as_edited(known[place], fcurves.read(curve, mine), curve)
    piece = record.within(lost)
    piece = replace(piece, edits=tuple(edit.bounded() for edit in piece.edits))
    elsewhere = tuple(edit for edit in record.edits if not any(edit.start == other.start for other in piece.edits))
    known[place] = replace(record, written=select(record.written, holds(left, record.written.frames)), edits=elsewhere)
    nobody = place._replace(line=NOBODY)
    before = known.get(nobody)
    known[nobody] = replace(gathered([before, piece]) if before else piece, room=joined((*frames_of(before), *lost)))


def frames_of(record: Record | None) -> Ranges:
    """Where nobody's keys stand."""
    return record.room or () if record is not None else ()


def taken(place: stored.Place, ranges: Ranges, known: dict[stored.Place, Record]) -> None:
    """A line has written these frames: what was nobody's there is its own now."""
    nobody = place._replace(line=NOBODY)
    if nobody not in known:
        return
    left = without(frames_of(known[nobody]), ranges)
    if left:
        known[nobody] = replace(known[nobody].within(left), room=left)
    else:
        del known[nobody]


def unlocked(root: Any) -> list[tuple[slots.SlotCurves, stored.Place]]:
    """Where nobody's keys stand on curves of a character that are locked no more, and in the action's records."""
    found = []
    for owner in owners(root):
        for curves in slots.playing(owner):
            if slots.written_by_us(curves.action) and slots.editable(curves.action):
                found += [(curves, place) for place in _nobodys(curves)]
    return found


def _nobodys(curves: slots.SlotCurves) -> list[stored.Place]:
    """Their places on one slot, but those on curves that are still locked; none where what is remembered cannot be read."""
    try:
        known = slots.kept_in(curves.action).records
    except ParlanceError:
        return []
    here = [place for place in known if (place.line, place.slot) == (NOBODY, curves.slot.handle)]
    return [place for place in here if (curve := curves.find(place)) is None or not curve.lock]
