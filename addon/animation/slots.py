# SPDX-License-Identifier: GPL-3.0-or-later
"""The curves of a datablock's action slot, and the record of what we wrote there.

A key is ours because a record says that we wrote it, and for which line. The records of an action are kept with it, so that they
go wherever it goes: into other files, onto overrides, back and forth in undo.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

from ...inference.keying import Record
from ...inference.keying.cut import matches
from .. import compat
from . import fcurves, stored


@dataclass(frozen=True)
class SlotCurves:
    """The curves of one datablock: its action and its slot in it. The owner is None where nothing plays from the slot now."""

    owner: Any
    action: Any
    slot: Any

    @property
    def bag(self) -> Any | None:
        """The slot's curves, None before there are any."""
        return compat.channelbag(self.action, self.slot)

    def ensured_bag(self) -> Any:
        """The slot's curves, made where there are none."""
        return compat.ensure_channelbag(self.action, self.slot)

    def find(self, place: stored.Place) -> Any | None:
        """The f-curve of a place, None where it has none."""
        return fcurves.find(self.bag, place.path, place.element)

    def place(self, line: str, path: str, index: int = 0) -> stored.Place:
        """Where the record of a line's stretch of one curve is kept."""
        return stored.Place(line, self.slot.handle, path, index)


@dataclass
class Records:
    """What we remember of the curves in each action; read when first asked for, stored again by `save`."""

    by_action: dict[Any, dict[stored.Place, Record]] = field(default_factory=dict)
    made: dict[Any, stored.Made] = field(default_factory=dict)

    def of(self, action: Any) -> dict[stored.Place, Record]:
        """The records of an action, free to change. Raises ParlanceError where they are damaged or from a newer Parlance."""
        if action not in self.by_action:
            kept = kept_in(action)
            self.by_action[action], self.made[action] = dict(kept.records), kept.made
        return self.by_action[action]

    def at(self, curves: SlotCurves) -> dict[stored.Place, Record]:
        """The records of one slot; a copy."""
        handle = curves.slot.handle
        return {place: record for place, record in self.of(curves.action).items() if place.slot == handle}

    def note_made(self, curves: SlotCurves, *, slot: bool, data: bool) -> None:
        """Remember that a slot, or the animation data of its datablock, is there because of us."""
        self.of(curves.action)
        before, handle = self.made[curves.action], curves.slot.handle
        self.made[curves.action] = stored.Made(
            before.slots | ({handle} if slot else set()), before.data | ({handle} if data else set())
        )

    def save(self) -> None:
        """Keep the records of every action with it."""
        for action, records in self.by_action.items():
            text = stored.pack_records(records, self.made[action]) if records or self.made[action] != stored.NOTHING else ""
            if editable(action) and stamp_of(action) != stored.which(text):
                action.parlance_written = text
                action.parlance_stamp = stored.which(text)


def stamp_of(action: Any) -> str:
    """What the records of an action are known by, without reading them: they may be many megabytes. Empty for none.

    Whoever else sets their text takes the stamp away (`properties.register`).
    """
    return str(action.parlance_stamp) or stored.which(action.parlance_written)


def kept_in(action: Any) -> stored.Kept:
    """The records of an action. Raises ParlanceError where they are damaged or from a newer Parlance."""
    return stored.kept(stamp_of(action), lambda: str(action.parlance_written))


def existing(owner: Any) -> SlotCurves | None:
    """The slot that a datablock plays from now, None where it plays no action."""
    data = owner.animation_data
    if data is None or data.action is None or data.action_slot is None:
        return None
    return SlotCurves(owner, data.action, data.action_slot)


def playing(owner: Any) -> Iterator[SlotCurves]:
    """Every slot that a datablock plays from: of its action and of its NLA strips."""
    found = existing(owner)
    if found is not None:
        yield found
    for track in owner.animation_data.nla_tracks if owner.animation_data else ():
        for strip in track.strips:
            if strip.action is not None and strip.action_slot is not None:
                yield SlotCurves(owner, strip.action, strip.action_slot)


def written(tokens: frozenset[str], owners: Iterable[Any], others: Collection[Any]) -> Iterator[SlotCurves]:
    """Every slot that holds keys of these lines, as the records say.

    owners: datablocks whose slots come first; then those of a head that was exchanged, or a mesh that left the character.
    others: datablocks of copies, which share the tokens; the actions that they play are theirs.
    """
    seen = set()
    for owner in owners:
        for curves in playing(owner):
            if (curves.action, curves.slot.handle) not in seen:
                seen.add((curves.action, curves.slot.handle))
                yield curves
    theirs = {curves.action for other in others for curves in playing(other)}  # what a slot knows of its users may be old
    for action in bpy.data.actions:
        if action in theirs or not written_by_us(action) or not editable(action):
            continue
        handles = {place.slot for place in kept_in(action).records if place.line in tokens}
        for slot in action.slots:
            if slot.handle in handles and (action, slot.handle) not in seen:
                yield SlotCurves(next(iter(slot.users()), None), action, slot)


def heal(curves: SlotCurves, records: Records) -> dict[str, str]:
    """Find the curves again whose shape or bone was renamed, and tell the old and the new data path of each.

    Blender renames the data path of the f-curve and not the one in our record: the curve whose keys we know is the one.
    """
    known = records.of(curves.action)
    found = _found_again(curves, known)
    for again in found:
        if again.goes_back:
            again.curve.data_path = again.path
        for place in () if again.goes_back else again.places:
            known[place._replace(path=str(again.curve.data_path))] = known.pop(place)
    return _renamed(found)


def renamed(curves: SlotCurves) -> dict[str, str]:
    """What `heal` would tell, with nothing changed: for planning and drawing. Raises ParlanceError where records are damaged."""
    return _renamed(_found_again(curves, kept_in(curves.action).records))


@dataclass(frozen=True)
class _Again:
    """A curve that a record has lost: what it was written for, and whether that is there still, so that the curve goes back."""

    path: str
    places: Sequence[stored.Place]
    curve: Any
    goes_back: bool


def _renamed(found: Iterable[_Again]) -> dict[str, str]:
    return {again.path: str(again.curve.data_path) for again in found if not again.goes_back}


def _found_again(curves: SlotCurves, known: Mapping[stored.Place, Record]) -> list[_Again]:
    """The curves of lost records: by their keys, then by the bone or shape that others of its curves have been found on."""
    bag = curves.bag
    mine: dict[tuple[str, int], list[stored.Place]] = {}
    for place in known:
        if place.slot == curves.slot.handle:
            mine.setdefault((place.path, place.element), []).append(place)
    lost = {curve: places for curve, places in mine.items() if fcurves.find(bag, *curve) is None}
    if not lost or bag is None:
        return []
    taken = mine.keys() - lost.keys()
    strangers = [curve for curve in bag.fcurves if (curve.data_path, curve.array_index) not in taken]
    found: list[_Again] = []
    for is_it in (_is_known, _is_named):
        for path, element in list(lost):
            places, names = lost[path, element], _renamed(found)
            alike = (each for each in strangers if each.array_index == element)
            curve = next((each for each in alike if is_it(each, known, places, names)), None)
            if curve is not None and _same_kind(path, curve.data_path):
                # Blender 4.5 renames in every slot of an action, also where the name was another mesh's
                back = _is_there(curves.owner, path) and not any_has(curves, str(curve.data_path))
                found.append(_Again(path, places, curve, back))
                strangers.remove(curve)
                del lost[path, element]
    return found


def any_has(curves: SlotCurves, path: str) -> bool:
    """Whether any datablock that plays from the very slot, as head and teeth may, has a property."""
    return any(_is_there(each, path) for each in (curves.owner, *curves.slot.users()))


def _is_there(owner: Any | None, path: str) -> bool:
    """Whether a datablock has a property."""
    try:
        return owner is not None and owner.path_resolve(path) is not None
    except ValueError:
        return False


def _is_known(curve: Any, known: Mapping[stored.Place, Record], places: Sequence[stored.Place], _: Mapping[str, str]) -> bool:
    return still_holds(curve, [known[place] for place in places])


def still_holds(curve: Any, records: Iterable[Record]) -> bool:
    """Whether half of the keys that were written still stand on this curve, as written."""
    keys = [record.written for record in records]
    standing = fcurves.read(curve)
    count = sum(map(len, keys))
    return count > 0 and 2 * sum(int(matches(each, standing).sum()) for each in keys) >= count


def _is_named(curve: Any, _: Mapping[stored.Place, Record], places: Sequence[stored.Place], renamed: Mapping[str, str]) -> bool:
    """Whether it is of a bone or shape that is known to have been renamed, by another of its curves."""
    holder, _end, channel = places[0].path.rpartition('"]')
    names = ((old.rpartition('"]')[0], new.rpartition('"]')[0]) for old, new in renamed.items())
    return any(old == holder and curve.data_path == f'{new}"]{channel}' for old, new in names)


def _same_kind(path: str, other: str) -> bool:
    """Whether two data paths differ only in the name between the brackets."""
    return path.partition('["')[0] == other.partition('["')[0] and path.rpartition('"]')[2] == other.rpartition('"]')[2]


def editable(action: Any) -> bool:
    """Whether keys can be written into an action."""
    return bool(action.library is None and action.override_library is None)


def written_by_us(action: Any) -> bool:
    """Whether an action holds generated keys."""
    return bool(action.parlance_stamp or action.parlance_written)
