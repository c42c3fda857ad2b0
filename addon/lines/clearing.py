# SPDX-License-Identifier: GPL-3.0-or-later
"""Clear a line: its generated keys are removed, and what they moved goes back to rest. It works whatever state the line is in."""

from __future__ import annotations

from typing import Any

from ...inference.errors import ParlanceError
from ...inference.keying import Record, merged
from ...inference.keying.cut import select, stands_among
from ...inference.keying.ranges import Ranges, holds
from ..animation import fcurves, slots, stored, tidying
from ..properties import retouch_properties
from . import lines, locked_curves
from .line_keys import heal, owners, places, slot_curves


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
            clear_curve(curves, place, known, ranges if hand_made else known[place].among(ranges), hand_made=hand_made)
        for place in places(known, locked_curves.NOBODY, curves):
            clear_curve(curves, place, known, locked_curves.frames_of(known[place]), hand_made=hand_made)
        touched.append(curves)
    remove_line(root, line)
    _tidy(touched, records)


def clear_unlocked(root: Any) -> None:
    """Take away the keys that lines gave up on curves that were locked then and are not now; what an artist changed stays."""
    records = slots.Records()
    found = locked_curves.unlocked(root)
    for curves, place in found:
        known = records.of(curves.action)
        clear_curve(curves, place, known, locked_curves.frames_of(known[place]), hand_made=False)
    _tidy(list({(curves.action, curves.slot.handle): curves for curves, _ in found}.values()), records)


def _tidy(touched: list[slots.SlotCurves], records: slots.Records) -> None:
    """Keep what is remembered, and take away what is empty now."""
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
            clear_curve(curves, place, known, known[place].among(ranges), hand_made=False)
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
        heal(root, records)
        found = slot_curves(root)
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
                slots.kept_in(curves.action)
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


def clear_curve(
    curves: slots.SlotCurves, place: stored.Place, known: dict[stored.Place, Record], ranges: Ranges, *, hand_made: bool
) -> None:
    """Take a line off one curve, and the curve away where nothing is left on it; of a locked one only what is remembered."""
    curve = curves.find(place)
    if curve is not None and curve.lock:
        if place.line != locked_curves.NOBODY:
            locked_curves.give_up(curves, place, (), ranges, known)
            del known[place]
        return
    if curve is not None:
        standing, record = fcurves.read(curve), known[place]
        inside = holds(ranges, standing.frames)
        generated = select(record.written, ~merged.hand_made(record))
        ours = inside & (stands_among(standing, generated) | hand_made)  # Blender bends the handles beside a key that is set
        if ours.any():
            fcurves.keep_only(curve, ~ours)
        fcurves.make_hand_made(curve, inside[~ours])
    forget(curves, place, known)


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


def forget(curves: slots.SlotCurves, place: stored.Place, known: dict[stored.Place, Record]) -> None:
    """Drop a record, and the curve where nothing is left on it."""
    record, curve = known.pop(place), curves.find(place)
    if curve is not None and len(curve.keyframe_points) == 0:
        curves.ensured_bag().fcurves.remove(curve)
        rest(curves.owner, place, record.resting)
