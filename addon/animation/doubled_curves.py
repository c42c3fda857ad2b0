# SPDX-License-Identifier: GPL-3.0-or-later
"""Two curves of one property in a slot, of which Blender plays the last: one has to go, and no key of the artist's with it.

An artist gets them by renaming: a shape is taken away, its curve stays, and another shape that has a curve is given its name.
Blender renames the path of that one's curve, whether or not there is one already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from ...inference.keying import Record, merged
from ...inference.keying.cut import matches, select, stands_among
from . import fcurves, slots, stored

_SHAPES: Final = 'key_blocks["'
Property: TypeAlias = tuple[str, int]
"""Data path and element."""


def join(curves: slots.SlotCurves, records: slots.Records) -> None:
    """Let every shape, and whatever else we have written to, have one curve in a slot. Locked curves stay as they are.

    The curve that we know stays, else the one that is played; keys that the artist made on the other go to it. What was written
    to the other goes, or goes back to the property that it was written for, where another mesh on the slot has that still.
    """
    bag = curves.bag if slots.editable(curves.action) else None
    by_property: dict[Property, list[Any]] = {}
    for curve in bag.fcurves if bag is not None else ():
        by_property.setdefault((curve.data_path, curve.array_index), []).append(curve)
    if len(by_property) == sum(map(len, by_property.values())):
        return
    known = records.of(curves.action)
    places: dict[Property, list[stored.Place]] = {}
    for place in records.at(curves):
        places.setdefault((place.path, place.element), []).append(place)
    for at, found in list(by_property.items()):
        if len(found) == 1 or any(curve.lock for curve in found) or not (at in places or at[0].startswith(_SHAPES)):
            continue
        ours = [known[place] for place in places.get(at, ())]
        kept = max(reversed(found), key=lambda curve: _standing(curve, ours))
        for curve in [curve for curve in found if curve != kept]:
            lost = [was for was in places if was not in by_property and was[1] == at[1]]
            its = [was for was in lost if slots.still_holds(curve, [known[place] for place in places[was]])]
            if back := next((was for was in its if slots.any_has(curves, was[0])), None):
                curve.data_path = back[0]
                by_property[back] = [curve]
            else:
                _take_off(curve, kept, [known.pop(place) for was in its for place in places.pop(was)])
                curves.ensured_bag().fcurves.remove(curve)


def _standing(curve: Any, written: Sequence[Record]) -> int:
    """How many of the keys that were written stand on a curve."""
    keys = fcurves.read(curve)
    return sum(int(matches(record.written, keys).sum()) for record in written)


def _take_off(curve: Any, kept: Any, written: Sequence[Record]) -> None:
    """Give the artist's keys, all but those that were written, to the curve that stays, where it has none on their frames."""
    standing, there = fcurves.read(curve), fcurves.read(kept).frames
    theirs = np.ones(len(standing), bool)
    for record in written:
        theirs &= ~stands_among(standing, select(record.written, ~merged.hand_made(record)))
    for point in [point for point, is_theirs in zip(curve.keyframe_points, theirs, strict=True) if is_theirs]:
        if not (np.abs(there - point.co[0]) <= fcurves.SAME_FRAME).any():
            _copy(point, kept)


def _copy(point: Any, curve: Any) -> None:
    """Set a key on another curve, with all that can be said of it; one that was generated is the artist's now."""
    copy = curve.keyframe_points.insert(*point.co, options={"FAST"})
    for name in (*fcurves.FLOATS, *fcurves.ENUMS, *fcurves.PAIRS[1:], *fcurves.FLAGS):
        setattr(copy, name, getattr(point, name))
    if copy.type == "GENERATED":
        copy.type = "KEYFRAME"
