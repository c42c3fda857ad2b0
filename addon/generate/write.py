# SPDX-License-Identifier: GPL-3.0-or-later
"""The last step: a draft into f-curves, and everything needed to rebuild it into the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import bpy

from ...inference.errors import ParlanceError
from ...inference.keying import Keys, Record, merged
from ...inference.keying.cut import as_stored
from ..log import timed
from ..scene import characters, fcurves, nla, properties, slots, stored
from . import line_keys, retouching
from .data import Draft, DraftCurve, Plan, Result

Sheets: TypeAlias = dict[tuple[int, str], slots.Sheet]
"""Where each datablock's layers are keyed."""
UNMOVED: Final = 1e-4
"""A shape that never leaves zero by more than this gets no curve of its own."""


def write(plan: Plan, draft: Draft) -> Result:
    """Write every curve and remember the line. Main thread. Raises ParlanceError when the character is gone meanwhile."""
    root = next((candidate for candidate in bpy.data.objects if candidate.session_uid == plan.root), None)
    character = characters.of(root)
    if root is None or character is None:
        raise ParlanceError("The character was removed while its lip sync was being generated; nothing was written.")
    line = next((line for line in root.parlance.lines if line.token == plan.line), None)
    if line is not None:
        line_keys.follow(root, line, plan.placement, plan.fps)
    with timed("writing keys"):
        result = _write_curves(plan, draft, character)
    _remember(plan, draft, root, line, result)
    return result


def _write_curves(plan: Plan, draft: Draft, character: characters.Character) -> Result:
    records = slots.Records()
    sheets = _sheets(plan, draft, character)
    kept = {(sheet, sheet.place(plan.line, curve.path, curve.index)) for sheet, curve in _placed(sheets, draft)}
    inherited = line_keys.taken_over(character.root, plan.line, plan.reach, kept, records)
    written = [(curve, _put(sheet, curve, plan, records, inherited)) for sheet, curve in _placed(sheets, draft)]
    records.save()
    for sheet in sheets.values():
        sheet.owner.update_tag()
    shapes = {(curve.owner, curve.path) for curve, _ in written if curve.path.startswith("key_blocks")}
    done = [record for _, record in written if record is not None]
    return Result(
        shapes=len({path for _, path in shapes}),
        meshes=len(character.meshes),
        keys=sum(len(record.written) for record in done),
        left_alone=len(written) - len(done),
        changes=sum(len(record.edits) for record in done),
    )


def _placed(sheets: Sheets, draft: Draft) -> Iterator[tuple[slots.Sheet, DraftCurve]]:
    for curve in draft.curves:
        yield sheets[curve.owner, curve.layer], curve


def _sheets(plan: Plan, draft: Draft, character: characters.Character) -> Sheets:
    """Where each datablock and layer is keyed; made where missing."""
    root = character.root
    names = {face.key.session_uid: (face.key, face.meshes[0].name) for face in character.faces}
    names |= {item.session_uid: (item, item.name) for item in (root, root.parlance.head_object) if item is not None}
    family = [owner for owner, _ in names.values()]
    sheets = {}
    for uid, layer in dict.fromkeys((curve.owner, curve.layer) for curve in draft.curves):
        owner, label = names[uid]
        if layer:
            sheets[uid, layer] = nla.assign(owner, layer, label, plan.reach)
        else:
            title = f"{root.name} Lip Sync"
            sheets[uid, layer] = slots.assign(owner, family, title, label, fresh=plan.output == "NEW")
    return sheets


def _put(
    sheet: slots.Sheet, draft: DraftCurve, plan: Plan, records: slots.Records, inherited: line_keys.Inherited
) -> Record | None:
    """Merge one curve into a sheet and remember it.

    Returns the record; None where the curve was left alone: locked, or keyed by hand before we came.
    """
    ours = as_stored(draft.keys)
    known = records.of(sheet.action)
    place = sheet.place(plan.line, draft.path, draft.index)
    found = fcurves.find(sheet.bag, draft.path, draft.index)
    heir = inherited.pop((draft.owner, draft.path, draft.index), None)
    if found is None and heir is None and _rests(sheet.owner, draft.path, ours):
        known.pop(place, None)
        return Record()
    theirs = fcurves.read(found, plan.reach)
    if found is not None and (found.lock or (len(theirs) and place not in known)):
        return None
    curve = found or fcurves.ensure(sheet.ensured_bag(), draft.path, draft.index)
    before = heir or (known.get(place, Record()) if found is not None else Record())
    record = merged.merged(before, ours, theirs)
    if heir is not None or not merged.stands(record, before, theirs):
        fcurves.replace(curve, record.written, plan.reach, generated=merged.is_ours(record))
    known[place] = record
    return record


def _rests(owner: Any, path: str, keys: Keys) -> bool:
    """Whether a shape key stands at zero and shall stay there."""
    if not path.startswith("key_blocks"):
        return False
    return bool(abs(owner.path_resolve(path)) < UNMOVED and (len(keys) == 0 or abs(keys.values).max() < UNMOVED))


def _remember(plan: Plan, draft: Draft, root: Any, line: Any | None, result: Result) -> None:
    if line is None:
        line = root.parlance.lines.add()
        line.token = plan.line
        properties.set_direction(line.direction, plan.direction)
    line.name = plan.strip
    line.fps = plan.fps
    line.result = result.sentence
    if plan.heard is None:
        line.performance = stored.pack(draft.performance)
        line.placement = plan.placement.to_json()
        retouching.show(root, line, draft.performance, plan.retouching.lane(draft.performance))
