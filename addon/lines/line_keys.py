# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a character's lines on its curves, found by their records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.keying import Keys, Record, noticed
from ...inference.keying.cut import matches, same
from ...inference.keying.ranges import Ranges
from ..animation import actions, doubled_curves, fcurves, slots, stored
from ..character import hierarchy
from . import lines

Owned: TypeAlias = dict[str, Ranges]
"""The frames that belong to each line, by its token."""
ByCurve: TypeAlias = dict[tuple[str, int], dict[str, Record]]
"""The records of a slot, by path and element, then by the line's token."""
UNMOVED = 1e-4
"""A value that never leaves rest by more than this is at rest."""


def owners(root: Any) -> list[Any]:
    """The datablocks that a character's keys are on, those of meshes that are left out now too."""
    body = hierarchy.body_of(root)
    keys = (mesh.data.shape_keys for mesh in hierarchy.members(body))
    others = (item.controller for item in body.parlance.controllers)
    found = [root, body, root.parlance.head_object, *keys, *others]
    return list(dict.fromkeys(owner for owner in found if owner is not None))


def slot_curves(root: Any) -> list[slots.SlotCurves]:
    """Every slot that holds keys of a character's lines, wherever its head and meshes have gone since."""
    tokens = frozenset(line.token for line in root.parlance.lines)
    return list(slots.written(tokens, owners(root), _owners_of(copies(root))))


def copies(root: Any) -> list[Any]:
    """Objects that have the same lines, as copies of a character have: each minds what it plays itself."""
    import bpy

    tokens = {line.token for line in root.parlance.lines}
    others = (other for other in bpy.data.objects if len(other.parlance.lines) and other != root)
    return [other for other in others if any(line.token in tokens for line in other.parlance.lines)]


def _owners_of(roots: Iterable[Any]) -> set[Any]:
    return {owner for root in roots for owner in owners(root)}


def owned(root: Any) -> Owned:
    """The frames of each of a character's lines. A line that cannot be read owns none."""
    return {line.token: lines.owned(line) for line in root.parlance.lines if lines.readable(line)}


def by_curve(curves: slots.SlotCurves, records: slots.Records) -> ByCurve:
    """The records of a slot by curve, then by line."""
    found: ByCurve = {}
    for place, record in records.at(curves).items():
        found.setdefault((place.path, place.element), {})[place.line] = record
    return found


def rests(known: Iterable[tuple[int, ByCurve]]) -> dict[tuple[int, str, int], float]:
    """Where properties stood before lines animated them, by owner, path and element: now another NLA layer may move them."""
    found: dict[tuple[int, str, int], float] = {}
    for owner, curves in known:
        for (path, element), records in curves.items():
            for rest in (record.resting for record in records.values() if record.resting is not None):
                found.setdefault((owner, path, element), rest)
    return found


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
    """The data path of every curve of a line, and how many of its keys are on it; none where an artist deleted or locked it."""
    found = [(curves.find(place), place, record, keys) for curves, place, record, keys in on_line(root, line, records)]
    unlocked = [each for each in found if each[0] is None or not each[0].lock]
    return [(place.path, int(matches(record.written, keys).sum())) for _, place, record, keys in unlocked]


def as_edited(record: Record, standing: Keys, curve: Any | None) -> Record:
    """The record with what the artist has done to the curve until now; a curve that was deleted altogether stays deleted."""
    if curve is None or same(standing, record.written):
        return record
    return replace(record, written=standing, edits=noticed(record, standing))


def is_deleted(record: Record, curve: Any | None) -> bool:
    """Whether an artist has deleted a whole curve that we wrote."""
    return curve is None and len(record.written) > 0


def all_deleted_of(placed: Iterable[tuple[slots.SlotCurves, Any]], line: str, records: slots.Records) -> bool:
    """Whether every curve of a line is gone: then the artist wants a new start, not silence."""
    seen = {id(curves): curves for curves, _ in placed}.values()
    written = [
        (curves, place)
        for curves in seen
        for place, record in records.at(curves).items()
        if place.line == line and len(record.written)
    ]
    return bool(written) and all(curves.find(place) is None for curves, place in written)


def heal(root: Any, records: slots.Records) -> None:
    """Let every record know its curve again where a shape or bone was renamed, or where it is another file's: then a copy's.

    Of two curves that a rename gave to one shape only one stays.
    A character and its copy that still play one action, as after copying with NLA tracks, get one each.
    """
    if others := _owners_of(copies(root)):
        actions.separate(owners(root), others)
    for owner in owners(root):
        if owner.animation_data is not None and owner.is_editable:
            actions.localise(owner.animation_data)
    for curves in slot_curves(root):
        for old, new in slots.heal(curves, records).items():
            name = _bone(old)
            if name and root.parlance.head_bone in {name, ""} and curves.owner == (root.parlance.head_object or root):
                _follow_bone(root, name, _bone(new))
        doubled_curves.join(curves, records)


def _bone(path: str) -> str:
    return path.partition('pose.bones["')[2].partition('"]')[0]


def _follow_bone(root: Any, old: str, new: str) -> None:
    if old and new and root.parlance.head_bone in {old, ""}:
        root.parlance["head_bone"] = new


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
