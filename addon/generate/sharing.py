# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy an artist's edits of a shape to the character's other meshes, so that teeth and tongue follow the jaw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...inference.keying import Edit, Record, merged, noticed, with_edits
from ...inference.keying.cut import as_stored, same
from ..scene import characters, fcurves, lines, slots
from . import line_keys
from .data import Outcome


def shared(outcomes: list[Outcome], leads: dict[int, int]) -> list[Outcome]:
    """The outcomes with the edits of the leading mesh on the same shape of every other mesh that was generated alike.

    leads: how much of the face each datablock has. Edits that another mesh has of its own stay there.
    """
    lead: dict[tuple[str, int, str], Outcome] = {}
    for outcome in outcomes:
        if outcome.owner in leads:
            best = lead.get(outcome.key)
            if best is None or leads[outcome.owner] > leads[best.owner]:
                lead[outcome.key] = outcome
    return [_follow(outcome, lead.get(outcome.key)) for outcome in outcomes]


def _follow(outcome: Outcome, lead: Outcome | None) -> Outcome:
    if lead is None or lead is outcome or outcome.owner == lead.owner:
        return outcome
    if lead.why in {"yours", "locked"} and outcome.record is not None and outcome.before is None:
        return outcome.left(lead.why)  # where the artist animates the jaw, the teeth do not take another line
    if outcome.record is None or lead.record is None or not same(outcome.record.generated, lead.record.generated):
        return outcome
    edits = together(outcome.record.edits, lead.record.edits, lead.before.edits if lead.before else ())
    if _identical(edits, outcome.record.edits):
        return outcome
    record = rewritten(replace(outcome.record, edits=edits)).shown_in(outcome.ranges)
    return replace(outcome, record=record, stands=False)


def together(own: Sequence[Edit], led: Sequence[Edit], led_before: Sequence[Edit]) -> tuple[Edit, ...]:
    """A mesh's own edits, and those of the leading mesh where it has none of its own; what the leading mesh gave up goes."""
    mine = [edit for edit in own if not any(_alike(edit, other) for other in (*led_before, *led))]
    fresh = [edit for edit in led if not any(edit.start < other.end and other.start < edit.end for other in mine)]
    return tuple(sorted((*mine, *fresh), key=lambda edit: edit.start))


def rewritten(record: Record) -> Record:
    """The record with its edits carried."""
    return replace(record, written=as_stored(with_edits(record.generated, record.edits)))


def _alike(edit: Edit, other: Edit) -> bool:
    return edit is other or (edit.start == other.start and edit.end == other.end and same(edit.after, other.after))


def _identical(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    return len(edits) == len(others) and all(_alike(a, b) and a.keep == b.keep for a, b in zip(edits, others, strict=True))


def copy_edits(root: Any, line: Any) -> int:
    """Copy the edits of the leading mesh to the other meshes, for a line's keys as they stand now; how many were copied."""
    records = slots.Records()
    character = characters.of(root)
    leads = {face.key: len(face.sources) for face in character.faces} if character else {}
    by_shape: dict[tuple[str, int], list[tuple[slots.SlotCurves, Any, Record, tuple[Edit, ...]]]] = {}
    for curves, place, record, standing in line_keys.on_line(root, line, records):
        if curves.owner in leads and curves.find(place) is not None:
            edits = noticed(record, standing)
            by_shape.setdefault((place.path, place.element), []).append((curves, place, record, edits))
    given = 0
    for rows in by_shape.values():
        lead = max(rows, key=lambda row: leads[row[0].owner])
        for curves, place, record, edits in rows:
            if curves.owner == lead[0].owner or not same(record.generated, lead[2].generated):
                continue
            wanted = together(edits, lead[3], lead[2].edits)
            if not _identical(wanted, edits):
                given += max(len(wanted) - len(edits), 1)
                new = rewritten(replace(record, edits=wanted)).shown_in(record.among(lines.owned(line)))
                fcurves.replace(curves.find(place), new.written, new.among(lines.owned(line)), generated=merged.is_ours(new))
                records.of(curves.action)[place] = new
                curves.owner.update_tag()
    if given:
        _note_lead(root, line, records, by_shape, leads)
        records.save()
    return given


def _note_lead(root: Any, line: Any, records: slots.Records, by_shape: dict[Any, Any], leads: dict[Any, int]) -> None:
    """Remember the leading mesh's edits too: what it gives up later is then known to have been given."""
    for rows in by_shape.values():
        curves, place, record, edits = max(rows, key=lambda row: leads[row[0].owner])
        standing = fcurves.read(curves.find(place), record.among(lines.owned(line)))
        records.of(curves.action)[place] = replace(record, edits=edits, written=standing)
