# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist has changed in the generated keys of a line: found, and held another way or given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...inference.keying import Edit, Keep, Record, merged, noticed, with_edits
from ...inference.keying.cut import as_stored, same
from ..generate import line_keys
from ..scene import characters, fcurves, lines, slots, strips

_found: dict[tuple[Any, ...], list[Change]] = {}


@dataclass(frozen=True)
class Change:
    """One edit of one curve, as a row of the list.

    key: what finds it again.   label: which curve, for people.   first, last: scene frames.
    """

    key: str
    label: str
    first: float
    last: float
    keep: Keep


def found(scene: Any, root: Any, line: Any) -> list[Change]:
    """Every change in a line, in time order; looked for again only after something was edited or written."""
    sheets = list(line_keys.sheets(root))
    state = (line.token, strips.rate(scene), *(hash(sheet.action.parlance_written) for sheet in sheets))
    if state not in _found:
        _found.clear()
        _found[state] = sorted(_changes(scene, root, line), key=lambda change: (change.first, change.label))
    return _found[state]


def forget() -> None:
    """Look again: keys may have been edited."""
    _found.clear()


def _changes(scene: Any, root: Any, line: Any) -> Iterator[Change]:
    character = characters.of(root)
    meshes = {face.key: face.meshes[0].name.removeprefix(root.name).strip() for face in character.faces} if character else {}
    for sheet, place, record, standing in _curves(scene, root, line):
        for edit in noticed(record, standing):
            first, last = edit.span if len(edit.before) or len(edit.after) else (edit.start, edit.end)
            label = _label(place.path, place.element)
            label = f"{label} ({meshes[sheet.owner]})" if len(meshes) > 1 and sheet.owner in meshes else label
            yield Change(_key(sheet, place, edit), label, first, last, edit.keep)


def _curves(scene: Any, root: Any, line: Any) -> Iterator[tuple[slots.Sheet, Any, Record, Any]]:
    records, span = slots.Records(), lines.span_of(line, strips.rate(scene))
    for sheet in line_keys.sheets(root):
        known = records.of(sheet.action)
        for place in line_keys.places(known, line.token, sheet):
            curve = fcurves.find(sheet.bag, place.path, place.element)
            yield sheet, place, known[place], fcurves.read(curve, span)


def share(scene: Any, root: Any, line: Any) -> int:
    """Give each change to the same shape of the character's other meshes, where they were generated alike and not changed there.

    Teeth and tongue then go with the jaw. The number of changes that were given on.
    """
    records, span = slots.Records(), lines.span_of(line, strips.rate(scene))
    rows = []
    for sheet in line_keys.sheets(root):
        known = records.of(sheet.action)
        for place in line_keys.places(known, line.token, sheet):
            standing = fcurves.read(fcurves.find(sheet.bag, place.path, place.element), span)
            rows.append((sheet, place, known[place], noticed(known[place], standing)))
    given = 0
    for sheet, place, record, edits in rows:
        alike = [row for row in rows if (row[1].path, row[1].element) == (place.path, place.element) and row[0] != sheet]
        offered = [edit for row in alike if same(row[2].generated, record.generated) for edit in row[3]]
        fresh = [edit for edit in offered if not any(edit.start < own.end and own.start < edit.end for own in edits)]
        if fresh:
            together = tuple(sorted({edit.start: edit for edit in (*fresh, *edits)}.values(), key=lambda edit: edit.start))
            records.of(sheet.action)[place] = _rewritten(sheet, place, Record(record.generated, record.generated, together), span)
            given += len(together) - len(edits)
            sheet.owner.update_tag()
    records.save()
    forget()
    return given


def hold(scene: Any, root: Any, line: Any, key: str | None, keep: Keep | None) -> bool:
    """Hold a change another way, or give it up (keep None); every change where no key is given.

    The keys are there at once; what depends on them follows when the line is rebuilt. False where there is no such change.
    """
    records, hit = slots.Records(), False
    span = lines.span_of(line, strips.rate(scene))
    for sheet in line_keys.sheets(root):
        known = records.of(sheet.action)
        for place in line_keys.places(known, line.token, sheet):
            curve = fcurves.find(sheet.bag, place.path, place.element)
            record = known[place]
            edits = noticed(record, fcurves.read(curve, span))
            chosen = [edit for edit in edits if key in {None, _key(sheet, place, edit)}]
            if chosen:
                others = [edit for edit in edits if edit not in chosen]
                again = [replace(edit, keep=keep) for edit in chosen] if keep else []
                held = tuple(sorted((*others, *again), key=lambda edit: edit.start))
                known[place] = _rewritten(sheet, place, Record(record.generated, record.generated, held), span)
                hit = True
    records.save()
    forget()
    return hit


def _rewritten(sheet: slots.Sheet, place: Any, record: Record, span: fcurves.Span) -> Record:
    """The record with its edits carried, put on the curve."""
    record = replace(record, written=as_stored(with_edits(record.generated, record.edits)))
    curve = fcurves.ensure(sheet.ensured_bag(), place.path, place.element)
    fcurves.replace(curve, record.written, span, generated=merged.is_ours(record))
    return record


def curve_of(root: Any, line: Any, key: str) -> Any | None:
    """The f-curve that a change is on."""
    slot, path, element, _ = json.loads(key)
    for sheet in line_keys.sheets(root):
        if sheet.slot.identifier == slot:
            return fcurves.find(sheet.bag, path, element)
    return None


def _key(sheet: slots.Sheet, place: Any, edit: Edit) -> str:
    return json.dumps([sheet.slot.identifier, place.path, place.element, str(edit.start)])


def _label(path: str, element: int) -> str:
    """What a curve is called: the shape, the track, or the channel of a rotation."""
    name = path.rpartition('["')[2].partition('"]')[0] if path.startswith("key_blocks") else path.rpartition(".")[2]
    if path.startswith("key_blocks") or path.startswith("parlance_tracks"):
        return name.replace("_", " ")
    axes = "WXYZ" if "quaternion" in name else "XYZ"
    bone = path.partition('["')[2].partition('"]')[0]
    return f"{bone or 'Object'} {axes[element]} rotation"
