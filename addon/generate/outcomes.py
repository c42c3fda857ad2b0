# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of every curve of a line: its new keys merged with the artist's, in the frames that the line gets there.

Nothing is changed here. Whose a key is, the records say; keys that nobody recorded are the artist's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from ...inference.keying import Edit, Keys, Record, gathered, merged, spooled
from ...inference.keying.cut import as_stored, empty, identical, same, select
from ...inference.keying.evaluate import evaluate
from ...inference.keying.ranges import Ranges, Span, beside, holds
from ..scene import fcurves, slots
from . import frame_transfer, line_keys, main_mesh
from .data import DraftCurve, Outcome, Plan
from .frames import Allotment

Placed: TypeAlias = Sequence[tuple[slots.SlotCurves, DraftCurve]]
"""Each curve of a draft, and the slot that it is keyed in."""


def of_line(
    plan: Plan, placed: Placed, allotment: Allotment, inherited: dict[tuple[int, str, int], Record], records: slots.Records
) -> list[Outcome]:
    """What becomes of each curve of a line, in the order of the draft.

    inherited: changes of the artist's that come from a curve the line has left, by datablock, data path and array index.
    """
    fresh = line_keys.all_deleted_of(placed, plan.line, records)
    by_curve = {number: line_keys.by_curve(each, records) for number, each in {id(each): each for each, _ in placed}.items()}
    rests = line_keys.rests({id(each): (curve.owner, by_curve[id(each)]) for each, curve in placed}.values())
    outcomes = []
    for curves, curve in placed:
        standing = by_curve[id(curves)].get((curve.path, curve.index), {})
        heir = inherited.pop((curve.owner, curve.path, curve.index), None)
        rest = rests.get((curve.owner, curve.path, curve.index))
        outcomes.append(_outcome(plan, (curves, curve), standing, allotment, heir=heir, fresh=fresh, rest=rest))
        for keys in (curve.keys, *(record.written for record in standing.values())):
            spooled.let_go_of(keys)
    return main_mesh.with_its_edits(outcomes, _coverage(plan))


def _coverage(plan: Plan) -> dict[int, int]:
    """How many of the 52 shapes each set of shape keys has, by identity."""
    return {face.owner: len(face.rig_map.sources) for face in plan.faces}


def _outcome(
    plan: Plan,
    placed: tuple[slots.SlotCurves, DraftCurve],
    known: dict[str, Record],
    allotment: Allotment,
    *,
    heir: Record | None,
    fresh: bool,
    rest: float | None,
) -> Outcome:
    """What becomes of one curve. known: its records, by line.   fresh: the whole line was deleted, and starts anew.

    heir: changes that come from a curve the line has left.   rest: the value of its property before it was animated, None where
    it is not.
    """
    curves, draft = placed
    place = curves.place(plan.line, draft.path, draft.index)
    curve, mine = curves.find(place), known.get(plan.line)
    outcome = Outcome(curves, place, draft.owner, draft.layer, draft.group, curve, before=mine)
    if curve is not None and curve.lock:
        return outcome.left("locked")
    around = known.values() if plan.idle is not None else ()  # what was deleted from lines is in no gap between them
    if not fresh and any(line_keys.is_deleted(record, curve) for record in (mine, *around) if record is not None):
        return outcome.left("deleted")
    standing, ours = fcurves.read(curve), as_stored(draft.keys)
    if mine is not None and len(known) == 1 and heir is None and _stands_alone(mine, standing, allotment):
        return _of_this_line_alone(outcome, mine, ours, standing, allotment.ranges)
    released = {
        line: _left(known[line], curve, allotment.owned[line], area) for line, area in allotment.released.items() if line in known
    }
    ours_then = mine.among(allotment.before) if mine is not None and curve is not None else ()
    neighbours = allotment.owned.keys() & known.keys() - {plan.line}
    others = (span for line in neighbours for span in known[line].among(allotment.owned[line]))
    unrecorded = select(standing, ~holds((*ours_then, *others), standing.frames))
    goes_on = mine is not None or bool(released) or heir is not None
    ranges = _available(plan, allotment.ranges, unrecorded, mine, draft.path, goes_on=goes_on)
    if ranges is None:
        return outcome.left("yours")
    before = heir or _base(mine, curve, ours_then, list(released.values()), frame_transfer.waiting_edits(known, allotment))
    if before.resting is None and curve is None:
        rest = line_keys.value_of(curves.owner, draft.path, draft.index) if rest is None else rest
        before = Record(before.generated, before.written, before.edits, rest)
    theirs_in = (*ours_then, *(span for line in released for span in known[line].among(allotment.released[line])))
    theirs = select(standing, holds(theirs_in, standing.frames)) if theirs_in else empty()
    record = merged.merged(before, ours, theirs)
    shown = replace(record, room=ranges if ranges != allotment.ranges else None).shown_in(ranges)
    touched = mine is not None and not same(mine.written, theirs)
    untouched = not released and heir is None and ranges == ours_then and shown.room == before.room
    stands = untouched and merged.stands(shown, before, theirs)
    return outcome.with_record(shown, ranges, theirs_in, touched=touched, stands=stands)


def _stands_alone(mine: Record, standing: Keys, allotment: Allotment) -> bool:
    """Whether a curve is this line's alone and stands as it was written: what most sliders meet on most curves."""
    alone = allotment.ranges == allotment.before and mine.room is None and not mine.edits and len(standing) > 0
    return alone and identical(standing, mine.written)


def _of_this_line_alone(outcome: Outcome, mine: Record, ours: Keys, standing: Keys, ranges: Ranges) -> Outcome:
    """Of a curve where there is nothing to merge with: the new keys, or those that stand where they are the same."""
    same_again = mine.written is mine.generated and identical(ours, mine.generated)
    record = mine if same_again else Record(ours, ours, (), mine.resting).shown_in(ranges)
    stands = same_again or identical(record.written, standing)
    return outcome.with_record(record, ranges, ranges, touched=False, stands=stands)


def _available(
    plan: Plan, ranges: Ranges, unrecorded: Keys, mine: Record | None, path: str, *, goes_on: bool
) -> Ranges | None:
    """What the artist's keys leave to a line of its frames on one curve; None where the curve is theirs.

    unrecorded: the artist's keys.   goes_on: something of Parlance's is on the curve already, or comes to it.
    """
    if plan.take_over or not len(unrecorded):
        return ranges
    if plan.idle is not None:
        free = _free_gaps(ranges, unrecorded, mine, path)
        return free if free or mine is not None else None
    if not goes_on and _animates(unrecorded, ranges, _rest_of(path)):
        return None
    return beside(ranges, unrecorded.frames)


def _base(mine: Record | None, curve: Any | None, ours_then: Ranges, released: list[Record], waiting: tuple[Edit, ...]) -> Record:
    """What the new keys are merged with: the line's record, what other lines release, and changes that have waited for it."""
    base = list(released)
    if mine is not None and (curve is not None or not len(mine.written)):
        # Changes that wait for lost frames come back with them.
        base.insert(0, replace(mine.within(ours_then), edits=mine.edits) if released else mine)
    if waiting:
        base.append(Record(edits=waiting))
    return gathered(base) if base else Record()


def _free_gaps(ranges: Ranges, unrecorded: Keys, mine: Record | None, path: str) -> Ranges:
    """What keys of the artist's leave of the gaps on one curve: a gap that they animate is theirs, the others are not."""
    free: list[Span] = []
    for span in ranges:
        if mine is not None and holds((span,), mine.written.frames).any():
            free += beside((span,), unrecorded.frames)
        elif not _animates(unrecorded, (span,), _rest_of(path)):
            free.append(span)
    return tuple(free)


def _left(record: Record, curve: Any | None, owned: Ranges, area: Ranges) -> Record:
    """What a line leaves of a curve in an area, changes with the borders that they have in the whole line."""
    left = frame_transfer.as_edited(record, fcurves.read(curve, record.among(owned)), curve).within(area)
    return replace(left, edits=tuple(edit.bounded() for edit in left.edits))


def _rest_of(path: str) -> float | None:
    return 0.0 if path.startswith(("key_blocks", "parlance_tracks")) else None


def _animates(keys: Keys, ranges: Ranges, rest: float | None) -> bool:
    """Whether an artist's keys move a property in these frames, or hold it away from rest there."""
    if holds(ranges, keys.frames).any():
        return True
    values = evaluate(keys, line_keys.frames_in(ranges))
    level = float(values[0]) if rest is None and len(values) else (rest or 0.0)
    return bool(len(values) and abs(values - level).max() > line_keys.UNMOVED)
