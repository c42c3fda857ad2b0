# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a character's lines on its curves: found by record, moved after their strips, handed over and cleared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.keying import Keys, Record, merged, noticed
from ...inference.keying.cut import same, select, stands_among
from ...inference.keying.ranges import Ranges, common, holds, without
from ..scene import characters, fcurves, lines, retouch_properties, slots, stored, tidying

Owned: TypeAlias = dict[str, Ranges]
"""The frames that belong to each line, by its token."""
UNMOVED = 1e-4
"""A value that never leaves rest by more than this is at rest."""


def owners(root: Any) -> list[Any]:
    """The datablocks that a character's keys are on, those of meshes that are left out now too."""
    body = characters.body_of(root)
    keys = (mesh.data.shape_keys for mesh in characters.members(body))
    others = (item.controller for item in body.parlance.controllers)
    found = [root, body, root.parlance.head_object, *keys, *others]
    return list(dict.fromkeys(owner for owner in found if owner is not None))


def slot_curves(root: Any) -> list[slots.SlotCurves]:
    """Every slot that holds keys of a character's lines, wherever its head and meshes have gone since."""
    tokens = frozenset(line.token for line in root.parlance.lines)
    return list(slots.written(tokens, owners(root), elsewhere=not _has_copies(root, tokens)))


def _has_copies(root: Any, tokens: frozenset[str]) -> bool:
    """Whether another object has the same lines, as the copy of a character has: then each minds what it plays itself."""
    import bpy

    others = (other for other in bpy.data.objects if len(other.parlance.lines) and other != root)
    return any(line.token in tokens for other in others for line in other.parlance.lines)


def owned(root: Any) -> Owned:
    """The frames of each of a character's lines. A line that cannot be read owns none."""
    return {line.token: lines.owned(line) for line in root.parlance.lines if lines.readable(line)}


def places(known: Iterable[stored.Place], line: str, curves: slots.SlotCurves) -> list[stored.Place]:
    """Where the records of a line on one slot are kept."""
    return [place for place in known if (place.line, place.slot) == (line, curves.slot.handle)]


def on_line(root: Any, line: Any, records: slots.Records) -> Iterator[tuple[slots.SlotCurves, stored.Place, Record, Keys]]:
    """Every curve of a line: its record, and the keys that stand in the line's frames now."""
    ranges = lines.owned(line)
    for curves in slot_curves(root):
        known = records.of(curves.action)
        for place in places(known, line.token, curves):
            record = known[place]
            yield curves, place, record, fcurves.read(curves.find(place), record.among(ranges))


def standing(root: Any, line: Any, records: slots.Records) -> list[tuple[str, int]]:
    """The data path of every curve of a line, and how many keys of it are on it."""
    return [(place.path, len(record.written)) for _, place, record, _ in on_line(root, line, records)]


def is_deleted(record: Record, curve: Any | None) -> bool:
    """Whether an artist has deleted a whole curve that we wrote."""
    return curve is None and len(record.written) > 0


def all_deleted_of(placed: Iterable[tuple[slots.SlotCurves, Any]], line: str, records: slots.Records) -> bool:
    """Whether every curve of a line is gone: then the artist wants a new start, not silence."""
    seen = {id(curves): curves for curves, _ in placed}.values()
    found = [
        is_deleted(record, curves.find(place))
        for curves in seen
        for place, record in records.at(curves).items()
        if place.line == line and len(record.written)
    ]
    return bool(found) and all(found)


def heal(root: Any, records: slots.Records) -> None:
    """Let every record know its curve again where a shape or bone was renamed."""
    for curves in slot_curves(root):
        for old, new in slots.heal(curves, records).items():
            name = _bone(old)
            if name and root.parlance.head_bone in {name, ""} and curves.owner == (root.parlance.head_object or root):
                _follow_bone(root, name, _bone(new))


def _bone(path: str) -> str:
    return path.partition('pose.bones["')[2].partition('"]')[0]


def _follow_bone(root: Any, old: str, new: str) -> None:
    if old and new and root.parlance.head_bone in {old, ""}:
        root.parlance["head_bone"] = new


@dataclass(frozen=True)
class Less:
    """What another line keeps of one curve: its record from now on, the frames that are left to it and those that it loses.

    hand_made: keys of the artist's in frames that it does not need any more; they stay where no other line inherits them.
    """

    curves: slots.SlotCurves
    place: stored.Place
    record: Record
    left: Ranges
    lost: Ranges
    hand_made: tuple[float, ...] = ()


def less(root: Any, token: str, ranges: Ranges, released: Owned, records: slots.Records) -> list[Less]:
    """What the other lines keep when `ranges` are the line's of that token. Nothing is changed yet.

    released: what the others do not need any more either; it leaves their records too.
    """
    now, found = owned(root), []
    for curves in slot_curves(root):
        for place, record in records.at(curves).items():
            mine = record.among(now.get(place.line, ()))
            lost = common(mine, ranges) if place.line != token else ()
            if lost:
                left = without(mine, ranges)
                curve = curves.find(place)
                standing = as_it_stands(record, fcurves.read(curve, mine), curve)
                kept, gone = standing.shown_in(left), released.get(place.line, ())
                set_by_hand = standing.written.frames[merged.hand_made(standing)]
                stay = tuple(set_by_hand[holds(common(lost, gone), set_by_hand)].tolist())
                found.append(Less(curves, place, kept.within(without(kept.span, gone)) if gone else kept, left, lost, stay))
    return found


def give_way(root: Any, token: str, ranges: Ranges, others: list[Less], records: slots.Records) -> None:
    """Let other lines have less; what they lose goes from their curves, unless the line of that token has written there."""
    for each in others:
        known, curve = records.of(each.curves.action), each.curves.find(each.place)
        if curve is not None and not curve.lock:
            heir = known.get(each.place._replace(line=token))
            gone = without(each.lost, heir.among(ranges)) if heir is not None else each.lost
            fcurves.replace(curve, each.record.written, each.left, generated=merged.is_ours(each.record))
            _drop(curve, gone, each.hand_made if heir is None else ())
        known[each.place] = each.record
        if not len(each.record.written) and not each.record.edits:
            _forget(each.curves, each.place, known)
    for token_of, frames in owned(root).items():
        line = lines.with_token(root, token_of)
        if token_of != token and line is not None and common(frames, ranges):
            lines.own(line, without(frames, ranges))


def _drop(curve: Any, ranges: Ranges, hand_made: tuple[float, ...]) -> None:
    """Take the keys in these frames away, but for the artist's own."""
    frames = fcurves.read(curve).frames
    inside = holds(ranges, frames)
    own = np.isclose(frames[:, None], np.array(hand_made), rtol=0, atol=fcurves.SAME_FRAME).any(axis=1)
    if (inside & ~own).any():
        fcurves.keep_only(curve, ~inside | own)
    if own.any():
        fcurves.make_hand_made(curve, own[~inside | own])


def as_it_stands(record: Record, standing: Keys, curve: Any | None) -> Record:
    """The record with what the artist has done to the curve until now; a curve that was deleted altogether stays deleted."""
    if curve is None or same(standing, record.written):
        return record
    return replace(record, written=standing, edits=noticed(record, standing))


def _forget(curves: slots.SlotCurves, place: stored.Place, known: dict[stored.Place, Record]) -> None:
    """Drop a record, and the curve where nothing is left on it."""
    record, curve = known.pop(place), curves.find(place)
    if curve is not None and len(curve.keyframe_points) == 0:
        curves.ensured_bag().fcurves.remove(curve)
        rest(curves.owner, place, record.resting)


def taken_over(
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
        if curve is not None and curve.lock:
            continue
        heir = _heir(curves, owner_of, strangers, heirs, place), place.path, place.element
        if changes := noticed(record, fcurves.read(curve, record.among(ranges))) if curve is not None else ():
            inherited.setdefault(heir, Record(edits=changes))
        _clear_curve(curves, place, records.of(curves.action), record.among(ranges), hand_made=heir in heirs)
    return inherited


def _heir(
    curves: slots.SlotCurves, owner_of: dict[str, int], strangers: set[int], heirs: set[tuple[int, str, int]], place: stored.Place
) -> int:
    """Whose curve goes on with a place: its owner; of a slot that was left, who plays one of that name, else of that property."""
    if curves.owner is not None:
        return int(curves.owner.session_uid)
    alike = (uid for uid in sorted(strangers) if (uid, place.path, place.element) in heirs)
    return owner_of.get(curves.slot.identifier) or next(alike, 0)


def clear(root: Any, line: Any, *, hand_made: bool) -> None:
    """Take away what was generated for a line. Keys the artist made or changed stay, unless `hand_made` asks for them too.

    It works for lines and records that are damaged as well: keys that Blender draws as generated go then.
    """
    records = slots.Records()
    token, readable = line.token, lines.readable(line)
    ranges = lines.owned(line) if readable else ()
    touched = _cleared_damaged(root) if not readable else []
    for curves in _readable_curves(root, records, touched):
        known = records.of(curves.action)
        for place in places(known, token, curves):
            _clear_curve(curves, place, known, ranges if hand_made else known[place].among(ranges), hand_made=hand_made)
        touched.append(curves)
    remove_line(root, line)
    records.save()
    for curves in touched:
        if curves.owner is not None:
            curves.owner.update_tag()
        if curves.action in records.by_action:
            tidying.tidy(curves, records)
    records.save()


def clear_from(root: Any, line: Any | None, records: slots.Records) -> None:
    """Take a line away whose place another one has taken: what was generated goes, keys the artist made or changed stay."""
    if line is None:
        return
    ranges, token = lines.owned(line), line.token
    for curves in slot_curves(root):
        known = records.of(curves.action)
        for place in places(known, token, curves):
            _clear_curve(curves, place, known, known[place].among(ranges), hand_made=False)
    remove_line(root, line)


def remove_line(root: Any, line: Any) -> None:
    """Forget a line and its retouching; its keys are somebody else's matter."""
    token = line.token
    index = next(index for index, each in enumerate(root.parlance.lines) if each.token == token)
    if root.override_library is not None and not _is_local(root, index):
        lines.retire(root.parlance.lines[index])
    else:
        root.parlance.lines.remove(index)
        retouch_properties.remove(root, token)


def _is_local(root: Any, index: int) -> bool:
    """Whether a line of an overridden character was made here; what comes from the library cannot be removed."""
    reference = root.override_library.reference
    return index >= len(reference.parlance.lines)


def _readable_curves(root: Any, records: slots.Records, cleared: list[slots.SlotCurves]) -> list[slots.SlotCurves]:
    try:
        found = slot_curves(root)
        heal(root, records)
    except ParlanceError:
        cleared += _cleared_damaged(root)
        return [curves for curves in slot_curves(root) if records.of(curves.action)]
    return found


def _cleared_damaged(root: Any) -> list[slots.SlotCurves]:
    """The way out where records cannot be read: every key drawn as generated goes, with the record of its action."""
    found = []
    for owner in owners(root):
        for curves in slots.playing(owner):
            try:
                stored.unpack_records(curves.action.parlance_written)
                continue
            except ParlanceError:
                found.append(curves)
    for curves in found:
        for curve in list(curves.bag.fcurves) if curves.bag is not None else ():
            ours = fcurves.generated(curve)
            if ours.all():
                place = stored.Place("", curves.slot.handle, curve.data_path, curve.array_index)
                curves.ensured_bag().fcurves.remove(curve)
                rest(curves.owner, place, None)
            elif ours.any():
                fcurves.keep_only(curve, ~ours)
    for curves in found:
        curves.action.parlance_written = ""
    return found


def _clear_curve(
    curves: slots.SlotCurves, place: stored.Place, known: dict[stored.Place, Record], ranges: Ranges, *, hand_made: bool
) -> None:
    """Take a line off one curve, and the curve away where nothing is left on it."""
    curve = curves.find(place)
    if curve is not None and curve.lock:
        return
    if curve is not None:
        standing, record = fcurves.read(curve), known[place]
        inside = holds(ranges, standing.frames)
        generated = select(record.written, ~merged.hand_made(record))
        ours = inside & (stands_among(standing, generated) | hand_made)  # Blender bends the handles beside a key that is set
        if ours.any():
            fcurves.keep_only(curve, ~ours)
        fcurves.make_hand_made(curve, inside[~ours])
    _forget(curves, place, known)


def rest(owner: Any, place: stored.Place, resting: float | None) -> None:
    """What nothing animates any more goes back to where it was; where that is not known, to rest.

    Blender starts shape keys at 1, so that theirs is zero; all else rests where Blender starts it. A custom property stays.
    """
    holder, _, name = place.path.rpartition(".")
    if owner is None or (name.endswith("]") and resting is None):
        return
    try:
        resting_holder = owner.path_resolve(holder) if holder else owner
    except ValueError:  # the shape or bone is gone
        return
    if name.endswith("]"):
        return
    if resting is None:
        if owner.id_type == "KEY":
            resting = 0.0
        else:
            declared = resting_holder.bl_rna.properties[name]
            resting = declared.default_array[place.element] if declared.is_array else declared.default
    if resting_holder.bl_rna.properties[name].is_array:
        getattr(resting_holder, name)[place.element] = resting
    else:
        setattr(resting_holder, name, resting)


def value_of(owner: Any, path: str, element: int) -> float | None:
    """The value of a property now. Raises ParlanceError where it is gone."""
    try:
        value = owner.path_resolve(path)
    except ValueError as error:
        raise ParlanceError(
            f"“{owner.name}” was changed while its lip sync was generated: {path} is gone; generate it again."
        ) from error
    if isinstance(value, (int, float)):
        return float(value)
    return float(value[element])


def is_at_rest(keys: Keys, value: float) -> bool:
    """Whether keys never leave a value."""
    return bool(len(keys) == 0 or np.abs(keys.values - value).max() < UNMOVED)


def frames_in(ranges: Ranges) -> NDArray[np.float64]:
    """The whole frames of ranges, every second one of long ones."""
    return np.concatenate([np.zeros(0), *(np.linspace(span.first, span.last, int(min(span.length, 200)) + 1) for span in ranges)])
