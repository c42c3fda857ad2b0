# SPDX-License-Identifier: GPL-3.0-or-later
"""The last step: a draft into f-curves, and everything needed to rebuild it into the file.

All is looked up and checked before anything is changed. Whose a key is, the records say: keys of this line are merged with what
the artist did to them, other lines lose theirs where the line's sound is, keys that nobody recorded are the artist's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import bpy

from ...inference.errors import ParlanceError
from ...inference.keying import Record, merged, spooled
from ...inference.keying.ranges import Ranges, common, holds
from ...inference.spool import trim_heap
from .. import running
from ..animation import actions, fcurves, nla, slots, stored, tidying
from ..character import characters
from ..character.lookup_cache import unchanging_scene
from ..lines import clearing, frame_transfer, frames, line_keys, lines, locked_curves, moving, warping
from ..lines.curve_outcome import Outcome
from ..lines.data import Draft, DraftCurve, Plan
from ..lines.results import Result, keep
from ..log import timed
from ..sequencer import strips
from . import follower_keys, outcomes, remembering
from .outcomes import Placed
from .staged_keys import StagedKeys

ACTION_NAME: Final = "{} Lip Sync"


def write(plan: Plan, draft: Draft, staged: StagedKeys | None = None) -> Result:
    """Write every curve and remember the line. Main thread.

    staged: keys of the draft that were set already, and are only taken over.
    Raises ParlanceError, with the scene as it was, where the character or one of its shapes is gone, or its records are damaged.
    """
    root = next((candidate for candidate in bpy.data.objects if candidate.session_uid == plan.root), None)
    character = characters.of(root)
    if root is None or character is None:
        raise ParlanceError("The character was removed while its lip sync was being generated; nothing was written.")
    records = slots.Records()
    _check(draft, character, records)
    with timed("writing keys"):
        with unchanging_scene():
            allotment, placed, done = _keyed(plan, draft, staged, character, records)
        for token in allotment.replaced:
            clearing.clear_from(root, lines.with_token(root, token), records)
        line = remembering.remember(plan, draft, root, lines.with_token(root, plan.line))  # lines that went have moved it
        lines.own(line, allotment.ranges)
        characters.remember(character)
        trim_heap(plan.count)
        _save(root, placed, records)
        tidying.lighten(plan.count, {curves.action for curves, _ in placed})
    result = Result.of(done, meshes=len(character.meshes), replaced=allotment.replaced_names, note=draft.note)
    result = replace(result, unheard=_is_unheard(plan, draft), left_behind=plan.retouching.left_behind)
    keep(line, result)
    return result


def _keyed(
    plan: Plan, draft: Draft, staged: StagedKeys | None, character: characters.Character, records: slots.Records
) -> tuple[frames.Allotment, Placed, list[Outcome]]:
    """The frames that the line gets, where its curves are keyed, and what has become of them; other lines have given way."""
    root = character.root
    line_keys.heal(root, records)
    _follow_sounds(root, plan, draft, records)
    line = lines.with_token(root, plan.line)
    allotment = frames.allot(root, line, plan)
    before = line_keys.slot_curves(root)
    placed = _placed(plan, draft, character, records)
    wanted = {(curves, curves.place(plan.line, curve.path, curve.index)) for curves, curve in placed}
    inherited = frame_transfer.detach(line, before, wanted, records)
    merged_curves = outcomes.of_line(plan, placed, allotment, inherited, records)
    planned = follower_keys.with_followers(merged_curves, follower_keys.leaders(character))
    written = {curves for curves, _ in placed}
    others = frame_transfer.reduced(
        root, plan.line, allotment.ranges, allotment.released, records, written=written, replaced=allotment.replaced
    )
    done = [_put(outcome, records.of(outcome.curves.action), staged) for outcome in running.counted(planned, _keys)]
    for each in done:
        _mind_lock(each, allotment, records.of(each.curves.action))
    frame_transfer.claim_waiting_edits(root, done, allotment, records)
    frame_transfer.reduce_lines(root, plan.line, allotment.ranges, others, records)
    return allotment, placed, done


def _is_unheard(plan: Plan, draft: Draft) -> bool:
    """Whether nobody speaks in a line that is to speak, nor makes a sound that the artist has added to it."""
    if plan.idle is not None or plan.direction.listening or not draft.performance.is_wordless:
        return False
    return plan.retouching.revised(draft.performance).is_wordless


def _follow_sounds(root: Any, plan: Plan, draft: Draft, records: slots.Records) -> None:
    """Keys of lines go where their strips have gone; those of this one, or of the take it replaces, to where its sounds are."""
    line = lines.with_token(root, plan.line) or _replaced_take(root, plan)
    placements = moving.moved(root, plan.scenes[1])
    if line is None:
        moving.move(root, placements, records)
        return
    token, shift = line.token, lines.shift_to(line, plan.placement, plan.fps)
    began = lines.span_of(line, plan.fps).first * shift.scale + shift.offset
    moving.move(root, {**placements, token: plan.placement}, records)
    if line.written and (plan.fresh or plan.heard is None):
        warping.warp_keys(root, line, stored.unpack(line.performance), draft.performance, fps=plan.fps, records=records)
    elif plan.retouching.pace:
        clocks = began, float(plan.first)
        warping.move_keys(root, line, plan.retouching.pace, clocks=clocks, fps=plan.fps, records=records)


def _replaced_take(root: Any, plan: Plan) -> Any | None:
    """The line whose take this new one replaces with another recording of the same words; None where that is not so."""
    strip = strips.named(plan.scenes[1], plan.strip)
    if not plan.retouching.says_same or strip is None:
        return None
    before = lines.preceding(root, strip, plan.placement, plan.scenes[1])
    replaced = lines.replaced(root, plan.placement, plan.scenes[1])
    return before if before is not None and replaced is not None and before.token == replaced.token else None


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
    """Where each curve is keyed, once where several datablocks play one slot; actions and slots are made where missing."""
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
    placed: dict[tuple[Any, int, str, int], tuple[slots.SlotCurves, DraftCurve]] = {}
    for curve in draft.curves:
        at = found[curve.owner, curve.layer]
        placed.setdefault((at.action, at.slot.handle, curve.path, curve.index), (at, curve))
    return list(placed.values())


def _keys(outcome: Outcome) -> int:
    return 0 if outcome.record is None else len(outcome.record.written)


def _put(outcome: Outcome, known: dict[stored.Place, Record], staged: StagedKeys | None) -> Outcome:
    """Put one curve into the file, and remember it; what has really become of it."""
    if outcome.record is None:
        return outcome
    curves, place, record = outcome.curves, outcome.place, outcome.record
    inside = (*outcome.cleared, *outcome.ranges)
    if _needs_no_curve(outcome, inside):
        known.pop(place, None)
        if outcome.curve is not None:
            resting = record.resting if record.resting is not None else 0.0
            curves.ensured_bag().fcurves.remove(outcome.curve)
            clearing.rest(curves.owner, place, resting)
        return outcome.left("resting")
    if staged is None or not staged.take(outcome):
        filed = fcurves.is_filed(outcome.curve)
        curve = outcome.curve if filed else fcurves.ensure(curves.ensured_bag(), place.path, place.element, outcome.group)
        if not outcome.stands:
            ours = merged.is_ours(record)
            fcurves.replace(curve, record.written, inside, generated=ours, standing=outcome.standing)
    known[place] = record
    spooled.let_go_of(record.written)
    return outcome


def _mind_lock(outcome: Outcome, allotment: frames.Allotment, known: dict[stored.Place, Record]) -> None:
    """A line that lost frames leaves its keys there on a curve that is locked; where it is unlocked, such keys are its own."""
    if outcome.record is not None:
        locked_curves.taken(outcome.place, outcome.ranges, known)
    elif outcome.why == "locked" and outcome.before is not None:
        before = outcome.before.among(allotment.before)
        locked_curves.give_up(outcome.curves, outcome.place, common(before, allotment.ranges), before, known)


def _needs_no_curve(outcome: Outcome, inside: Ranges) -> bool:
    """Whether a shape stands at rest and shall stay there.

    The lowest NLA layer always does: the others add to it, and without it to Blender's default, which is 1 for shape keys.
    """
    record = outcome.record
    if record is None or record.edits or not outcome.place.path.startswith("key_blocks") or outcome.layer == "speech":
        return False
    if not line_keys.is_at_rest(record.generated, 0.0) or abs(record.resting or 0.0) > line_keys.UNMOVED:
        return False
    standing = outcome.standing if outcome.standing is not None else fcurves.read(outcome.curve)
    return bool(holds(inside, standing.frames).all())


def _save(root: Any, placed: Placed, records: slots.Records) -> None:
    touched = {id(curves): curves for curves, _ in placed}
    for curves in touched.values():
        curves.owner.update_tag()
    every = [*line_keys.slot_curves(root), *touched.values()]
    for curves in {(curves.action, curves.slot.handle): curves for curves in every}.values():
        if curves.action in records.by_action:
            tidying.tidy(curves, records)
    records.save()
