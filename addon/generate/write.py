# SPDX-License-Identifier: GPL-3.0-or-later
"""The last step: a draft into f-curves, and everything needed to rebuild it into the file.

All is looked up and checked before anything is changed. Whose a key is, the records say: keys of this line are merged with what
the artist did to them, keys of other lines give way where the line's sound is, keys that nobody recorded are the artist's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeAlias

import bpy

from ...inference.errors import ParlanceError
from ...inference.keying import Keys, Record, gathered, merged, spooled
from ...inference.keying.cut import as_stored, empty, identical, same, select
from ...inference.keying.evaluate import evaluate
from ...inference.keying.ranges import Ranges, Span, beside, holds
from ...inference.spool import hand_back
from ..log import timed
from ..scene import actions, characters, fcurves, lines, nla, slots, stored, tidying
from . import (
    along,
    clearing,
    frames,
    giving_way,
    idle,
    line_keys,
    moving,
    remembering,
    running,
    sharing,
    warping,
)
from .aside import Aside
from .data import Draft, DraftCurve, Outcome, Plan
from .results import Result

Placed: TypeAlias = list[tuple[slots.SlotCurves, DraftCurve]]
ACTION_NAME: Final = "{} Lip Sync"


def write(plan: Plan, draft: Draft, aside: Aside | None = None) -> Result:
    """Write every curve and remember the line. Main thread.

    aside: keys of the draft that were set already, and are only taken over.
    Raises ParlanceError, with the scene as it was, where the character or one of its shapes is gone, or its records are damaged.
    """
    root = next((candidate for candidate in bpy.data.objects if candidate.session_uid == plan.root), None)
    character = characters.of(root)
    if root is None or character is None:
        raise ParlanceError("The character was removed while its lip sync was being generated; nothing was written.")
    records = slots.Records()
    _check(draft, character, records)
    with timed("writing keys"):
        line_keys.heal(root, records)
        moving.move(root, {**moving.moved(root, plan.scenes[1]), plan.line: plan.placement}, records)
        line = lines.with_token(root, plan.line)
        if line is not None and line.written and plan.fresh | (plan.heard is None):
            warping.warp_keys(root, line, stored.unpack(line.performance), draft.performance, fps=plan.fps, records=records)
        elif line is not None and plan.retouching.pace:
            warping.move_keys(root, line, plan.retouching.pace, fps=plan.fps, records=records)
        share = frames.share(root, line, plan)
        before = line_keys.slot_curves(root)
        placed = _placed(plan, draft, character, records)
        wanted = {(curves, curves.place(plan.line, curve.path, curve.index)) for curves, curve in placed}
        inherited = giving_way.taken_over(line, before, wanted, records)
        outcomes = along.followed(_merged(plan, placed, share, inherited, records), along.led(character))
        written = {curves for curves, _ in placed}
        others = giving_way.less(root, plan.line, share.ranges, share.released, records, written=written, replaced=share.replaced)
        outcomes = [_put(outcome, records.of(outcome.curves.action), aside) for outcome in running.counted(outcomes, _keys)]
        giving_way.handed_over(root, outcomes, share, records)
        giving_way.give_way(root, plan.line, share.ranges, others, records)
        for token in share.replaced:
            clearing.clear_from(root, lines.with_token(root, token), records)
        line = remembering.remember(plan, draft, root, lines.with_token(root, plan.line))  # lines that went have moved it
        lines.own(line, share.ranges)
        characters.remember(character)
        hand_back(plan.count)
        _save(root, placed, records)
        hand_back(plan.count)
    result = Result.of(outcomes, meshes=len(character.meshes), replaced=share.replaced_names, note=draft.note)
    unheard = plan.idle is None and not plan.direction.listening and draft.performance.is_wordless
    result = replace(result, unheard=unheard, left_behind=plan.retouching.left_behind)
    line.result, line.left_alone, line.keyed = result.sentence, len(result.left_alone), result.speaks
    if plan.idle is None and idle.around(root) and (line := lines.with_token(root, plan.line)) is not None:
        result = result.counted(line_keys.standing(root, line, records=slots.Records()))
        line.result, line.keyed = result.sentence, result.speaks
    return result


def _check(draft: Draft, character: characters.Character, records: slots.Records) -> None:
    """Raises ParlanceError where something that is to be written is not there any more, or may not be written to."""
    owners = _owners(character)
    for curve in draft.curves:
        if curve.owner not in owners:
            raise ParlanceError(
                f"A part of “{character.root.name}” was removed while its lip sync was being generated; generate it again."
            )
        line_keys.value_of(owners[curve.owner][0], curve.path, curve.index)
    for curves in line_keys.slot_curves(character.root):
        records.of(curves.action)


def _owners(character: characters.Character) -> dict[int, tuple[Any, str]]:
    """Every datablock that may be keyed, by identity, and what its slot is called."""
    names = {face.key.session_uid: (face.key, face.meshes[0].name) for face in character.faces}
    root, body = character.root, character.body
    others = (owner for owner, _ in character.elsewhere)
    found = (root, body, root.parlance.head_object, *others)
    return names | {item.session_uid: (item, item.name) for item in found if item is not None}


def _placed(plan: Plan, draft: Draft, character: characters.Character, records: slots.Records) -> Placed:
    """Where each curve is keyed; actions and slots are made where missing."""
    owners = _owners(character)
    family = [owner for owner, _ in owners.values()]
    found: dict[tuple[int, str], slots.SlotCurves] = {}
    for uid, layer in dict.fromkeys((curve.owner, curve.layer) for curve in draft.curves):
        owner, label = owners[uid]
        if layer:
            found[uid, layer] = nla.assign(owner, layer, label, plan.reach, records)
        else:
            title = ACTION_NAME.format(character.root.name)
            fresh, beside = plan.output == "NEW", plan.direction.mouth_only
            found[uid, layer] = actions.assign(owner, family, title, label, records, fresh=fresh, beside=beside)
    return [(found[curve.owner, curve.layer], curve) for curve in draft.curves]


def _merged(
    plan: Plan, placed: Placed, share: frames.Share, inherited: dict[tuple[int, str, int], Record], records: slots.Records
) -> list[Outcome]:
    fresh = line_keys.all_deleted_of(placed, plan.line, records)
    by_curve = {number: line_keys.by_curve(each, records) for number, each in {id(each): each for each, _ in placed}.items()}
    rests = line_keys.rests({id(each): (curve.owner, by_curve[id(each)]) for each, curve in placed}.values())
    outcomes = []
    for curves, curve in placed:
        standing = by_curve[id(curves)].get((curve.path, curve.index), {})
        heir = inherited.pop((curve.owner, curve.path, curve.index), None)
        rest = rests.get((curve.owner, curve.path, curve.index))
        outcomes.append(_outcome(plan, (curves, curve), standing, share, heir=heir, fresh=fresh, rest=rest))
        for keys in (curve.keys, *(record.written for record in standing.values())):
            spooled.let_go_of(keys)
    return sharing.shared(outcomes, _leads(plan))


def _leads(plan: Plan) -> dict[int, int]:
    """How much of the face each set of shape keys has, by identity: the one with most leads, teeth and tongue follow."""
    return {face.owner: len(face.rig_map.sources) for face in plan.faces}


def _outcome(
    plan: Plan,
    placed: tuple[slots.SlotCurves, DraftCurve],
    known: dict[str, Record],
    share: frames.Share,
    *,
    heir: Record | None,
    fresh: bool,
    rest: float | None,
) -> Outcome:
    """What becomes of one curve. known: its records, by line.   fresh: the whole line was deleted, and starts anew.

    rest: the value of its property before it was animated, None where it is not.
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
    if mine is not None and len(known) == 1 and heir is None and _stands_alone(mine, standing, share):
        same_again = mine.written is mine.generated and identical(ours, mine.generated)
        record = mine if same_again else Record(ours, ours, (), mine.resting).shown_in(share.ranges)
        stands = same_again or identical(record.written, standing)
        return outcome.with_record(record, share.ranges, share.ranges, touched=False, stands=stands)
    parts = {line: _left(known[line], curve, share.owned[line], area) for line, area in share.released.items() if line in known}
    ours_then = mine.among(share.before) if mine is not None and curve is not None else ()
    neighbours = share.owned.keys() & known.keys() - {plan.line}
    others = tuple(span for line in neighbours for span in known[line].among(share.owned[line]))
    unrecorded = select(standing, ~holds((*ours_then, *others), standing.frames))
    ranges = share.ranges
    if plan.idle is not None and not plan.take_over and len(unrecorded):
        ranges = _left_free(ranges, unrecorded, mine, draft.path)
        if not ranges and mine is None:
            return outcome.left("yours")
    elif not plan.take_over and len(unrecorded):
        if mine is None and not parts and heir is None and _animates(unrecorded, ranges, _rest_of(draft.path)):
            return outcome.left("yours")
        ranges = beside(ranges, unrecorded.frames)
    waits = mine is not None and not len(mine.written)
    base = [*([mine] if mine is not None and (curve is not None or waits) else []), *parts.values()]
    if parts and base[0] is mine and mine is not None:
        base[0] = replace(mine.within(ours_then), edits=mine.edits)  # those that wait for lost frames come back with them
    if edits := giving_way.awaited(known, share):
        base.append(Record(edits=edits))
    before = heir or (gathered(base) if base else Record())
    if before.resting is None and curve is None:
        rest = line_keys.value_of(curves.owner, draft.path, draft.index) if rest is None else rest
        before = Record(before.generated, before.written, before.edits, rest)
    theirs_in = (*ours_then, *(span for line in parts for span in known[line].among(share.released[line])))
    theirs = select(standing, holds(theirs_in, standing.frames)) if theirs_in else empty()
    record = merged.merged(before, ours, theirs)
    shown = replace(record, room=ranges if ranges != share.ranges else None).shown_in(ranges)
    touched = mine is not None and not same(mine.written, theirs)
    untouched = not parts and heir is None and ranges == ours_then and shown.room == before.room
    stands = untouched and merged.stands(shown, before, theirs)
    return outcome.with_record(shown, ranges, theirs_in, touched=touched, stands=stands)


def _stands_alone(mine: Record, standing: Keys, share: frames.Share) -> bool:
    """Whether a curve is this line's alone and stands as it was written: what most sliders meet on most curves."""
    alone = share.ranges == share.before and mine.room is None and not mine.edits and len(standing) > 0
    return alone and identical(standing, mine.written)


def _left_free(ranges: Ranges, unrecorded: Keys, mine: Record | None, path: str) -> Ranges:
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
    left = giving_way.as_it_stands(record, fcurves.read(curve, record.among(owned)), curve).within(area)
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


def _keys(outcome: Outcome) -> int:
    return 0 if outcome.record is None else len(outcome.record.written)


def _put(outcome: Outcome, known: dict[stored.Place, Record], aside: Aside | None) -> Outcome:
    """Put one curve into the file, and remember it; what has really become of it."""
    if outcome.record is None:
        return outcome
    curves, place, record = outcome.curves, outcome.place, outcome.record
    inside = (*outcome.cleared, *outcome.ranges)
    if _is_idle(outcome, inside):
        known.pop(place, None)
        if outcome.curve is not None:
            resting = record.resting if record.resting is not None else 0.0
            curves.ensured_bag().fcurves.remove(outcome.curve)
            clearing.rest(curves.owner, place, resting)
        return outcome.left("resting")
    if aside is None or not aside.take(outcome):
        curve = fcurves.ensure(curves.ensured_bag(), place.path, place.element, outcome.group)
        if not outcome.stands:
            fcurves.replace(curve, record.written, inside, generated=merged.is_ours(record))
    known[place] = record
    spooled.let_go_of(record.written)
    return outcome


def _is_idle(outcome: Outcome, inside: Ranges) -> bool:
    """Whether a shape stands at rest and shall stay there: then it needs no curve.

    The lowest NLA layer always does: the others add to it, and without it to Blender's default, which is 1 for shape keys.
    """
    record = outcome.record
    if record is None or record.edits or not outcome.place.path.startswith("key_blocks") or outcome.layer == "speech":
        return False
    if not line_keys.is_at_rest(record.generated, 0.0) or abs(record.resting or 0.0) > line_keys.UNMOVED:
        return False
    return outcome.curve is None or bool(holds(inside, fcurves.read(outcome.curve).frames).all())


def _save(root: Any, placed: Placed, records: slots.Records) -> None:
    touched = {id(curves): curves for curves, _ in placed}
    for curves in touched.values():
        curves.owner.update_tag()
    every = [*line_keys.slot_curves(root), *touched.values()]
    for curves in {(curves.action, curves.slot.handle): curves for curves in every}.values():
        if curves.action in records.by_action:
            tidying.tidy(curves, records)
    records.save()
