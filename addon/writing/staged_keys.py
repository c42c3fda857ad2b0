# SPDX-License-Identifier: GPL-3.0-or-later
"""Very many keys are staged first: set some at a time on curves of an action that nobody plays, and moved from there by writing.

So the window goes on meanwhile, and Escape ends it with nothing of the scene touched: whatever writing moves, merges and
reduces is all done at the end, in one step. Curves that are there already are written in place: they are not made anew, for
an artist may have locked, coloured or filed them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import bpy

from ...inference.keying.cut import as_stored, identical
from ...inference.keying.ranges import Span
from .. import compat, running
from ..animation import fcurves, slots
from ..lines.curve_outcome import Outcome
from ..lines.data import Draft, DraftCurve

Which: TypeAlias = tuple[int, str, int, str]
"""A curve of a draft: its datablock, data path, array element and layer."""
MANY: Final = running.MANY
"""Keys that take longer to write than anybody would wait for without a word: those of ten minutes."""
AT_ONCE: Final = 30_000
"""Keys that are set between two looks at the window: a hundredth of a second."""
_NAME: Final = ".Parlance Keys"
"""With a dot, so that no list of actions shows it."""
_EVERYTHING: Final = (Span(-1e9, 1e9),)


class StagedKeys:
    """Keys of drafts on curves that the scene does not have yet; where several drafts have keys for one, those of the first.

    Undo and a new file may take them away at any time: they are looked up whenever they are needed, and what is missing is
    written as if it had never been staged.
    """

    def __init__(self, *drafts: Draft) -> None:
        curves = [curve for draft in drafts for curve in draft.curves if len(curve.keys)]
        there = _standing({curve.owner for curve in curves})
        self._new: dict[Which, DraftCurve] = {}
        for curve in curves:
            if (curve.owner, curve.path, curve.index) not in there:
                self._new.setdefault((curve.owner, curve.path, curve.index, curve.layer), curve)
        many = sum(len(curve.keys) for curve in self._new.values()) > MANY
        self._numbers = dict(zip(self._new, itertools.count())) if many and compat.COPIES_CURVES else {}
        self._action, self._is_whole = 0, False

    def fill(self) -> Iterator[float]:
        """Set the keys, and tell after every few how much is done, 0..1. Where that is left off nothing stays behind."""
        total, done, since = sum(len(self._new[which].keys) for which in self._numbers), 0, 0
        try:
            for which, number in self._numbers.items():
                bag = self._bag(new=not self._action)
                if bag is None:
                    return
                curve = bag.fcurves.new(_path(number), index=which[2])
                fcurves.replace(curve, as_stored(self._new[which].keys), _EVERYTHING)
                done, since = done + len(self._new[which].keys), since + len(self._new[which].keys)
                if since >= AT_ONCE:
                    since = 0
                    yield done / total
            self._is_whole = True
        finally:
            if not self._is_whole:
                self.remove()

    def take(self, outcome: Outcome) -> bool:
        """Make a curve from the staged one. Whether that was possible: the keys must be the staged ones, and the curve be new."""
        place, record, curves = outcome.place, outcome.record, outcome.curves
        which = outcome.owner, place.path, place.element, outcome.layer
        if which not in self._numbers or record is None or record.edits or curves.find(place) is not None:
            return False
        bag = self._bag() if identical(record.written, as_stored(self._new[which].keys)) else None
        made = fcurves.find(bag, _path(self._numbers[which]), place.element) if bag is not None else None
        if made is None or bag is None:
            return False
        target = curves.ensured_bag()
        fcurves.file(target, compat.copied_curve(target, made, place.path), outcome.group)
        bag.fcurves.remove(made)
        return True

    def remove(self) -> None:
        """Remove what is still staged from the file."""
        action = self._found()
        if action is not None:
            bpy.data.actions.remove(action)
        self._action, self._is_whole = 0, False

    def _found(self) -> Any | None:
        return next((action for action in bpy.data.actions if self._action and action.session_uid == self._action), None)

    def _bag(self, *, new: bool = False) -> Any | None:
        """The staged curves; None where they are gone."""
        if new:
            action = bpy.data.actions.new(_NAME)
            action.slots.new(id_type="KEY", name=_NAME)
            self._action = action.session_uid
        action = self._found()
        return compat.ensure_channelbag(action, action.slots[0]) if action is not None else None


def _standing(owners: set[int]) -> set[tuple[int, str, int]]:
    """The curves that these datablocks play now: of which datablock, data path and array element."""
    return {
        (owner.session_uid, curve.data_path, curve.array_index)
        for owner in (*bpy.data.shape_keys, *bpy.data.objects)
        if owner.session_uid in owners
        for curves in slots.playing(owner)
        if curves.bag is not None
        for curve in curves.bag.fcurves
    }


def _path(number: int) -> str:
    return f'["{number}"]'
