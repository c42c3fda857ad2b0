# SPDX-License-Identifier: GPL-3.0-or-later
"""The last step: a draft into f-curves, and everything needed to rebuild it into the file."""

from __future__ import annotations

from typing import Any

import bpy

from ..inference.errors import ParlanceError
from ..inference.keying import Keys, Record
from . import actions, characters, fcurves, merging, properties, store
from .generate import Draft, DraftCurve, Plan, Result

UNMOVED = 1e-4
"""A shape that never leaves zero by more than this gets no curve of its own."""


def write(plan: Plan, draft: Draft) -> Result:
    """Write every curve and remember the line. Main thread. Raises ParlanceError when the character is gone meanwhile."""
    root = next((candidate for candidate in bpy.data.objects if candidate.session_uid == plan.root), None)
    character = characters.of(root)
    if root is None or character is None:
        raise ParlanceError("The character was removed while its lip sync was being generated; nothing was written.")
    result = _write_curves(plan, draft, character)
    _remember(plan, draft, root, result)
    return result


def _write_curves(plan: Plan, draft: Draft, character: characters.Character) -> Result:
    root = character.root
    owners = {face.key.session_uid: face.key for face in character.faces}
    owners |= {item.session_uid: item for item in (root, root.parlance.head_object) if item is not None}
    by_owner: dict[int, list[DraftCurve]] = {}
    for curve in draft.curves:
        by_owner.setdefault(curve.owner, []).append(curve)
    fresh = root.parlance.output == "NEW"
    records = actions.Records()
    written = left_alone = shapes = meshes = 0
    for uid, curves in by_owner.items():
        if uid not in owners:
            continue
        sheet = actions.assign(owners[uid], owners.values(), f"{root.name} Lip Sync", fresh=fresh)
        counts = [put(sheet, curve, plan.line, plan.reach, records) for curve in curves]
        owners[uid].update_tag()
        written += sum(count for count in counts if count is not None)
        left_alone += counts.count(None)
        if owners[uid].id_type == "KEY":
            shapes = max(shapes, len(curves))
            meshes += len(next(face.meshes for face in character.faces if face.key == owners[uid]))
    records.save()
    return Result(shapes, meshes, written, left_alone)


def put(sheet: actions.Sheet, draft: DraftCurve, line: str, span: fcurves.Span, records: actions.Records) -> int | None:
    """Merge one curve into a sheet and remember it.

    The number of keys in the span; None where the curve was left alone: locked, or keyed by hand before we came.
    """
    ours = fcurves.rounded(draft.keys)
    known = records.of(sheet.action)
    place = sheet.place(line, draft.path, draft.index)
    found = fcurves.find(sheet.bag, draft.path, draft.index)
    if found is None and _is_still(ours) and draft.path.startswith("key_blocks"):
        known.pop(place, None)
        return 0
    theirs = fcurves.read(found, span)
    if found is not None and (found.lock or (len(theirs) and place not in known)):
        return None
    curve = found or fcurves.ensure(sheet.ensured_bag(), draft.path, draft.index)
    record = merging.merged(known.get(place, Record()) if found else Record(), ours, theirs)
    fcurves.replace(curve, record.written, span, generated=merging.is_ours(record))
    known[place] = record
    return len(record.written)


def _is_still(keys: Keys) -> bool:
    return bool(len(keys) == 0 or abs(keys.values).max() < UNMOVED)


def _remember(plan: Plan, draft: Draft, root: Any, result: Result) -> None:
    settings = root.parlance
    line = properties.line_named(root, plan.strip)
    if line is None:
        line = settings.lines.add()
        line.name, line.token = plan.strip, plan.line
        properties.set_direction(line.direction, plan.direction)
    if plan.heard is None:
        line.performance = store.pack(draft.performance)
        line.placement = plan.placement.to_json()
    line.result = result.sentence
    settings.trouble = ""
