# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a line: found, moved after its strip, taken over by another action, and cleared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from ...inference.keying import Keys, Record, noticed
from ...inference.keying.cut import matches, select
from ..scene import characters, fcurves, lines, slots, stored, strips

Inherited: TypeAlias = dict[tuple[int, str, int], Record]
"""Hand-made changes on their way to another sheet, by owner, path and element."""


def follow(root: Any, line: Any, placement: strips.Placement, fps: float) -> None:
    """Move everything of a line, the artist's keys within it included, to where its strip is now."""
    frames, span = lines.shift_to(line, placement, fps), lines.span_of(line, fps)
    if frames:
        records = slots.Records()
        for sheet in sheets(root):
            known = records.of(sheet.action)
            for place in places(known, line.token, sheet):
                curve = fcurves.find(sheet.bag, place.path, place.element)
                if curve is not None:
                    fcurves.move(curve, span, frames)
                known[place] = known[place].shifted(frames)
            sheet.owner.update_tag()
        records.save()
    line.placement = placement.to_json()


def taken_over(
    root: Any, line: str, span: fcurves.Span, wanted: set[tuple[slots.Sheet, stored.Place]], records: slots.Records
) -> Inherited:
    """Take a line off every curve but those about to be written, and hand on the changes the artist made there.

    That is how a line moves to another action or to NLA tracks, and how a curve goes away whose shape is no longer mapped.
    Changes that nobody inherits stay where they are, as keys of the artist's own.
    """
    heirs = {(sheet.owner.session_uid, place.path, place.element) for sheet, place in wanted}
    inherited: Inherited = {}
    for sheet in sheets(root):
        known = records.of(sheet.action)
        for place in places(known, line, sheet):
            curve = fcurves.find(sheet.bag, place.path, place.element)
            if (sheet, place) in wanted or (curve is not None and curve.lock):
                continue
            record, heir = known.pop(place), (sheet.owner.session_uid, place.path, place.element)
            if changes := noticed(record, fcurves.read(curve, span)):
                inherited.setdefault(heir, Record(edits=changes))
            _clear_curve(sheet, place, record.written, span, hand_made=heir in heirs)
    return inherited


def places(known: Iterable[stored.Place], line: str, sheet: slots.Sheet) -> list[stored.Place]:
    """Where the records of a line on one sheet are kept."""
    return [place for place in known if (place.line, place.slot) == (line, sheet.slot.handle)]


def clear(root: Any, line: Any, fps: float, *, hand_made: bool) -> None:
    """Take away what was generated for a line. Keys the artist made or changed stay, unless `hand_made` asks for them too."""
    span = lines.span_of(line, fps)
    records = slots.Records()
    for sheet in sheets(root):
        known = records.of(sheet.action)
        for place in places(known, line.token, sheet):
            _clear_curve(sheet, place, known.pop(place).written, span, hand_made=hand_made)
        sheet.owner.update_tag()
    records.save()
    root.parlance.lines.remove(root.parlance.lines.find(line.name))


def _clear_curve(sheet: slots.Sheet, place: stored.Place, written: Keys, span: fcurves.Span, *, hand_made: bool) -> None:
    curve = fcurves.find(sheet.bag, place.path, place.element)
    if sheet.bag is None or curve is None or curve.lock:
        return
    standing = fcurves.read(curve, span)
    ours = matches(standing, written) | hand_made
    fcurves.replace(curve, select(standing, ~ours), span)
    if len(curve.keyframe_points) == 0:
        sheet.bag.fcurves.remove(curve)
        _rest(sheet.owner, place)


def _rest(owner: Any, place: stored.Place) -> None:
    """What nothing animates any more goes back to rest; a custom property stays as it is.

    Blender starts shape keys at 1, so that theirs is zero; all else rests where Blender starts it.
    """
    holder, _, name = place.path.rpartition(".")
    if name.endswith("]"):
        return
    resting = owner.path_resolve(holder) if holder else owner
    if owner.id_type == "KEY":
        resting.value = 0.0
        return
    declared = resting.bl_rna.properties[name]
    if declared.is_array:
        getattr(resting, name)[place.element] = declared.default_array[place.element]
    else:
        setattr(resting, name, declared.default)


def sheets(root: Any) -> Iterator[slots.Sheet]:
    """Every sheet that a character's keys may be on, those of meshes that are left out now too."""
    keys = (mesh.data.shape_keys for mesh in characters.members(root))
    owners = [root, root.parlance.head_object, *keys]
    for owner in dict.fromkeys(owner for owner in owners if owner is not None):
        yield from slots.playing(owner)
