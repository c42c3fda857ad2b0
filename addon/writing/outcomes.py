# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of each curve when a draft is written: left alone, written again, or merged with what stands there.

Nothing is changed here. Keys of the line are merged with what the artist did to them, keys of other lines go where the
line's sound is, keys that nobody recorded are the artist's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from ...inference.keying import Keys, Record, gathered, merged, spooled
from ...inference.keying.cut import as_stored, empty, identical, same, select
from ...inference.keying.evaluate import evaluate
from ...inference.keying.ranges import Ranges, Span, beside, common, holds
from ..animation import fcurves, slots
from ..lines import frame_transfer, line_keys, locked_curves
from ..lines.curve_outcome import Outcome, Why
from ..lines.data import DraftCurve, Plan
from ..lines.frames import Allotment
from ..lines.locked_curves import NOBODY
from . import main_mesh

Placed: TypeAlias = list[tuple[slots.SlotCurves, DraftCurve]]
"""Each curve of a draft, and the slot that it is keyed in."""
Inherited: TypeAlias = dict[tuple[int, str, int], Record]
"""What curves go on with that the line had elsewhere, by owner, path and element."""


def of_line(plan: Plan, placed: Placed, allotment: Allotment, inherited: Inherited, records: slots.Records) -> list[Outcome]:
    """What becomes of every curve of a draft; what is inherited is taken out of there."""
    fresh = line_keys.all_deleted_of(placed, plan.line, records)
    by_curve = {number: line_keys.by_curve(each, records) for number, each in {id(each): each for each, _ in placed}.items()}
    rests = line_keys.rests({id(each): (curve.owner, by_curve[id(each)]) for each, curve in placed}.values())
    found = []
    for curves, curve in placed:
        known = by_curve[id(curves)].get((curve.path, curve.index), {})
        property_of = curve.owner, curve.path, curve.index
        heir, rest = inherited.pop(property_of, None), rests.get(property_of)
        found.append(_outcome(_Curve(plan, allotment, curves, curve, known, heir=heir, fresh=fresh, rest=rest)))
        for keys in (curve.keys, *(known[line].written for line in (plan.line, *allotment.released) if line in known)):
            spooled.let_go_of(keys)
    return main_mesh.with_its_edits(found, _coverage(plan))


def _coverage(plan: Plan) -> dict[int, int]:
    """How many of the 52 shapes each set of shape keys has, by identity."""
    return {face.owner: len(face.rig_map.sources) for face in plan.faces}


@dataclass(frozen=True)
class _Curve:
    """One curve before it is written.

    known: its records, by line.   heir: what it goes on with that the line had elsewhere.
    fresh: the whole line was deleted, and starts anew.
    rest: the value of its property before it was animated, None where it is not.
    """

    plan: Plan
    allotment: Allotment
    curves: slots.SlotCurves
    draft: DraftCurve
    known: dict[str, Record]
    heir: Record | None
    fresh: bool
    rest: float | None

    @cached_property
    def untouched(self) -> Outcome:
        """The curve as it is."""
        place = self.curves.place(self.plan.line, self.draft.path, self.draft.index)
        owner, layer, group = self.draft.owner, self.draft.layer, self.draft.group
        return Outcome(self.curves, place, owner, layer, group, self.curves.find(place), before=self.mine)

    @property
    def mine(self) -> Record | None:
        """What is remembered of the line itself."""
        return self.known.get(self.plan.line)

    @cached_property
    def standing(self) -> Keys:
        """All keys that are on the curve."""
        return fcurves.read(self.untouched.curve)

    @cached_property
    def ours(self) -> Keys:
        """What is to be written."""
        return as_stored(self.draft.keys)

    @cached_property
    def handed_on(self) -> dict[str, Ranges]:
        """The frames of the curve that come to the line from others, which do not need them any more; by line."""
        allotment, nobody = self.allotment, locked_curves.frames_of(self.known.get(NOBODY))
        found = {line: area for line, area in allotment.released.items() if line in self.known}
        return found | {NOBODY: common(nobody, allotment.ranges)} if nobody else found

    @cached_property
    def left_to_us(self) -> dict[str, Record]:
        """What other lines leave of the curve in those frames, by line."""
        owned = self.allotment.owned | {NOBODY: locked_curves.frames_of(self.known.get(NOBODY))}
        return {line: self._left(self.known[line], owned[line], area) for line, area in self.handed_on.items()}

    def _left(self, record: Record, owned: Ranges, area: Ranges) -> Record:
        """What a line leaves of the curve in an area, changes with the borders that they have in the whole line."""
        curve = self.untouched.curve
        left = line_keys.as_edited(record, fcurves.read(curve, record.among(owned)), curve).within(area)
        return replace(left, edits=tuple(edit.bounded() for edit in left.edits))

    @property
    def before(self) -> Ranges:
        """The frames in which the line's keys stand on the curve."""
        return self.mine.among(self.allotment.before) if self.mine is not None and self.untouched.curve is not None else ()

    @property
    def unrecorded(self) -> Keys:
        """The keys that stand in nobody's frames: the artist's."""
        neighbours = self.allotment.owned.keys() & self.known.keys() - {self.plan.line}
        others = (span for line in neighbours for span in self.known[line].among(self.allotment.owned[line]))
        nobodys = locked_curves.frames_of(self.known.get(NOBODY))
        return select(self.standing, ~holds((*self.before, *others, *nobodys), self.standing.frames))


def _outcome(curve: _Curve) -> Outcome:
    if why := _left_alone(curve):
        return curve.untouched.left(why)
    if curve.mine is not None and _stands_alone(curve, curve.mine):
        return _written_again(curve, curve.mine)
    ranges = _room(curve)
    if ranges is None:
        return curve.untouched.left("yours")
    return _merged(curve, ranges)


def _left_alone(curve: _Curve) -> Why:
    """Why a curve is not looked at any further, empty where it is."""
    it = curve.untouched.curve
    if it is not None and it.lock:
        return "locked"
    around = curve.known.values() if curve.plan.idle is not None else ()  # what was deleted from lines is in no gap between them
    deleted = any(line_keys.is_deleted(record, it) for record in (curve.mine, *around) if record is not None)
    return "deleted" if deleted and not curve.fresh else ""


def _stands_alone(curve: _Curve, mine: Record) -> bool:
    """Whether a curve is this line's alone and stands as it was written: what most sliders meet on most curves."""
    if len(curve.known) > 1 or curve.heir is not None:
        return False
    alone = curve.allotment.ranges == curve.allotment.before and mine.room is None and not mine.edits and len(curve.standing) > 0
    return alone and identical(curve.standing, mine.written)


def _written_again(curve: _Curve, mine: Record) -> Outcome:
    """A curve that nobody but the line has touched."""
    ours, ranges = curve.ours, curve.allotment.ranges
    same_again = mine.written is mine.generated and identical(ours, mine.generated)
    record = mine if same_again else Record(ours, ours, (), mine.resting).shown_in(ranges)
    stands = same_again or identical(record.written, curve.standing)
    return curve.untouched.with_record(record, ranges, ranges, touched=False, stands=stands, standing=curve.standing)


def _room(curve: _Curve) -> Ranges | None:
    """The frames of the curve that the artist's keys leave to the line; None where the whole curve is theirs."""
    ranges, unrecorded = curve.allotment.ranges, curve.unrecorded
    if curve.plan.take_over or not len(unrecorded):
        return ranges
    if curve.plan.idle is not None:
        free = _left_free(curve, unrecorded)
        return free if free or curve.mine is not None else None
    is_new = curve.mine is None and not curve.left_to_us and curve.heir is None
    if is_new and _animates(unrecorded, ranges, _rest_of(curve.draft.path)):
        return None
    return beside(ranges, unrecorded.frames)


def _left_free(curve: _Curve, unrecorded: Keys) -> Ranges:
    """What keys of the artist's leave of the gaps on one curve: a gap that they animate is theirs, the others are not."""
    free: list[Span] = []
    for span in curve.allotment.ranges:
        if curve.mine is not None and holds((span,), curve.mine.written.frames).any():
            free += beside((span,), unrecorded.frames)
        elif not _animates(unrecorded, (span,), _rest_of(curve.draft.path)):
            free.append(span)
    return tuple(free)


def _rest_of(path: str) -> float | None:
    return 0.0 if path.startswith(("key_blocks", "parlance_tracks")) else None


def _animates(keys: Keys, ranges: Ranges, rest: float | None) -> bool:
    """Whether an artist's keys move a property in these frames, or hold it away from rest there."""
    if holds(ranges, keys.frames).any():
        return True
    values = evaluate(keys, line_keys.frames_in(ranges))
    level = float(values[0]) if rest is None and len(values) else (rest or 0.0)
    return bool(len(values) and abs(values - level).max() > line_keys.UNMOVED)


def _merged(curve: _Curve, ranges: Ranges) -> Outcome:
    """The curve with what was remembered, what stands there and what is new brought together in these frames."""
    before, allotment, mine = _remembered(curve), curve.allotment, curve.mine
    handed_on = (span for line, area in curve.handed_on.items() for span in curve.known[line].among(area))
    replaced = (*curve.before, *handed_on)
    theirs = select(curve.standing, holds(replaced, curve.standing.frames)) if replaced else empty()
    record = merged.merged(before, curve.ours, theirs)
    shown = replace(record, room=ranges if ranges != allotment.ranges else None).shown_in(ranges)
    touched = mine is not None and not same(mine.written, theirs)
    in_place = not curve.left_to_us and curve.heir is None and ranges == curve.before and shown.room == before.room
    stands = in_place and merged.stands(shown, before, theirs)
    return curve.untouched.with_record(shown, ranges, replaced, touched=touched, stands=stands, standing=curve.standing)


def _remembered(curve: _Curve) -> Record:
    """What was remembered of a curve until now, by the line and by those whose frames it takes."""
    before = curve.heir or _gathered(curve)
    if before.resting is not None or curve.untouched.curve is not None:
        return before
    rest = curve.rest
    if rest is None:
        rest = line_keys.value_of(curve.curves.owner, curve.draft.path, curve.draft.index)
    return Record(before.generated, before.written, before.edits, rest)


def _noticed(curve: _Curve, mine: Record) -> Record:
    """The line's own record with what the artist has changed: against the line, not against how it meets those beside it."""
    own = line_keys.as_edited(mine, select(curve.standing, holds(curve.before, curve.standing.frames)), curve.untouched.curve)
    return own if own is mine else replace(own, edits=tuple(edit.bounded() for edit in own.edits))


def _gathered(curve: _Curve) -> Record:
    """The line's own record, what other lines leave, and changes that have waited for it, as one."""
    found, mine = list(curve.left_to_us.values()), curve.mine
    waits = mine is not None and not len(mine.written)
    if mine is not None and (curve.untouched.curve is not None or waits):
        # Edits that wait for lost frames come back with them.
        found.insert(0, replace((own := _noticed(curve, mine)).within(curve.before), edits=own.edits) if found else mine)
    if edits := frame_transfer.waiting_edits(curve.known, curve.allotment):
        found.append(Record(edits=edits))
    return gathered(found) if found else Record()
