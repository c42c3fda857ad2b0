# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist has changed in the generated keys of a line: found, and held another way or given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...inference.keying import Edit, Keep, merged, noticed
from .. import leaving
from ..animation import fcurves, slots
from ..character import characters
from ..lines import line_keys, lines
from ..writing import main_mesh
from . import learned

_found: dict[tuple[Any, ...], list[Change]] = {}


@dataclass(frozen=True)
class Change:
    """One edit of one curve, and the same edit on other meshes, as a row of the list.

    key: what finds it again.   label: which curve, for people.   first, last: scene frames.   also: keys of the same on others.
    """

    key: str
    label: str
    first: float
    last: float
    keep: Keep
    mesh: str = ""
    also: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Like “jawOpen”, “jawOpen (Tongue)” or “jawOpen, 3 meshes”."""
        if self.also:
            return f"{self.label}, {len(self.also) + 1} meshes"
        return f"{self.label} ({self.mesh})" if self.mesh else self.label


def found(root: Any, line: Any) -> list[Change]:
    """Every change in a line, in time order; looked for again only after something was edited or written."""
    state = (line.token, line.ranges, *(slots.stamp_of(curves.action) for curves in line_keys.slot_curves(root)))
    if state not in _found:
        _found.clear()
        leaving.ends_with(forget)
        _found[state] = _together(sorted(_changes(root, line), key=lambda change: (change.first, change.label)))
    return _found[state]


def _together(rows: list[Change]) -> list[Change]:
    """One row for what was changed alike on several meshes, as teeth and tongue go with the jaw."""
    merged_rows: dict[tuple[Any, ...], Change] = {}
    for row in rows:
        alike = (row.label, round(row.first, 2), round(row.last, 2), row.keep)
        known = merged_rows.get(alike)
        merged_rows[alike] = row if known is None else replace(known, also=(*known.also, row.key))
    return list(merged_rows.values())


def forget() -> None:
    """Look for changes anew when next asked: keys may have been edited."""
    _found.clear()
    learned.forget()


def _changes(root: Any, line: Any) -> Iterator[Change]:
    character = characters.of(root)
    meshes = {face.key: face.meshes[0].name.removeprefix(root.name).strip() for face in character.faces} if character else {}
    records = slots.Records()
    for curves, place, record, standing in line_keys.on_line(root, line, records):
        if curves.find(place) is None:
            continue
        for edit in noticed(record, standing):
            first, last = edit.span if len(edit.before) or len(edit.after) else (edit.start, edit.end)
            mesh = meshes[curves.owner] if len(meshes) > 1 and curves.owner in meshes else ""
            yield Change(_key(curves, place, edit), _label(place.path, place.element), first, last, edit.keep, mesh)


def hold(root: Any, line: Any, key: str | None, keep: Keep | None) -> bool:
    """Hold a change another way, or give it up (keep None); every change where no key is given.

    The keys are there at once; what depends on them follows when the line is rebuilt. False where there is no such change.
    """
    row = next((each for each in found(root, line) if each.key == key), None)
    keys = {None} if key is None else {key, *(row.also if row is not None else ())}
    records, hit = slots.Records(), False
    ranges = lines.owned(line)
    for curves, place, record, standing in list(line_keys.on_line(root, line, records)):
        if curves.find(place) is None:
            continue
        edits = noticed(record, standing)
        chosen = [edit for edit in edits if keys & {None, _key(curves, place, edit)}]
        if chosen:
            others = [edit for edit in edits if edit not in chosen]
            again = [replace(edit, keep=keep) for edit in chosen] if keep else []
            held = tuple(sorted((*others, *again), key=lambda edit: edit.start))
            mine = record.among(ranges)
            new = main_mesh.rewritten(replace(record, edits=held)).shown_in(mine)
            fcurves.replace(curves.find(place), new.written, mine, generated=merged.is_ours(new))
            records.of(curves.action)[place] = new
            hit = True
    records.save()
    forget()
    return hit


def curve_of(root: Any, key: str) -> Any | None:
    """The f-curve that a change is on."""
    slot, path, element, _ = json.loads(key)
    for curves in line_keys.slot_curves(root):
        if curves.slot.identifier == slot:
            return fcurves.find(curves.bag, path, element)
    return None


def _key(curves: slots.SlotCurves, place: Any, edit: Edit) -> str:
    return json.dumps([curves.slot.identifier, place.path, place.element, str(edit.start)])


def _label(path: str, element: int) -> str:
    """What a curve is called: the shape, the track, or the channel of a rotation."""
    name = path.rpartition('["')[2].partition('"]')[0] if path.startswith("key_blocks") else path.rpartition(".")[2]
    if path.startswith("key_blocks") or path.startswith("parlance_tracks"):
        return name.replace("_", " ")
    axes = "WXYZ" if "quaternion" in name else "XYZ"
    bone = path.partition('["')[2].partition('"]')[0]
    return f"{bone or 'Object'} {axes[element]} rotation"
