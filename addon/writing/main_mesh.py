# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy an artist's edits on the main mesh to the character's other meshes, so that teeth and tongue go with the jaw.

The main mesh is the one whose rig map has most of the 52 shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ...inference.keying import Edit, Record, merged, noticed, with_edits
from ...inference.keying.cut import as_stored, same
from ..animation import fcurves, slots
from ..character import characters
from ..lines import line_keys, lines
from ..lines.curve_outcome import Outcome


def with_its_edits(outcomes: list[Outcome], coverage: dict[int, int]) -> list[Outcome]:
    """The outcomes with the edits of the main mesh on the same shape of every other mesh that was generated alike.

    coverage: how many of the 52 shapes each datablock has, by its identity. Edits that another mesh has of its own stay there.
    """
    main: dict[tuple[str, int, str], Outcome] = {}
    for outcome in outcomes:
        if outcome.owner in coverage:
            best = main.get(outcome.key)
            if best is None or coverage[outcome.owner] > coverage[best.owner]:
                main[outcome.key] = outcome
    return [_with_edits_of(outcome, main.get(outcome.key)) for outcome in outcomes]


def _with_edits_of(outcome: Outcome, main: Outcome | None) -> Outcome:
    if main is None or main is outcome or outcome.owner == main.owner:
        return outcome
    if main.why in {"yours", "locked"} and outcome.record is not None and outcome.before is None:
        return outcome.left(main.why)  # where the artist animates the jaw, the teeth do not take another line
    if outcome.record is None or main.record is None or not same(outcome.record.generated, main.record.generated):
        return outcome
    edits = together(outcome.record.edits, main.record.edits, main.before.edits if main.before else ())
    if _identical(edits, outcome.record.edits):
        return outcome
    record = rewritten(replace(outcome.record, edits=edits)).shown_in(outcome.ranges)
    return replace(outcome, record=record, stands=False)


def together(own: Sequence[Edit], of_main: Sequence[Edit], main_before: Sequence[Edit]) -> tuple[Edit, ...]:
    """A mesh's own edits, and those of the main mesh where it has none of its own; what the main mesh gave up goes."""
    mine = [edit for edit in own if not any(_alike(edit, other) for other in (*main_before, *of_main))]
    fresh = [edit for edit in of_main if not any(edit.start < other.end and other.start < edit.end for other in mine)]
    return tuple(sorted((*mine, *fresh), key=lambda edit: edit.start))


def rewritten(record: Record) -> Record:
    """The record with what is written made anew: the generated keys with its edits on them."""
    return replace(record, written=as_stored(with_edits(record.generated, record.edits)))


def _alike(edit: Edit, other: Edit) -> bool:
    return edit is other or (edit.start == other.start and edit.end == other.end and same(edit.after, other.after))


def _identical(edits: Sequence[Edit], others: Sequence[Edit]) -> bool:
    return len(edits) == len(others) and all(_alike(a, b) and a.keep == b.keep for a, b in zip(edits, others, strict=True))


def copy_edits(root: Any, line: Any) -> int:
    """Copy the edits of the main mesh to the other meshes, for a line's keys as they stand now; how many were copied."""
    records = slots.Records()
    character = characters.of(root)
    coverage = {face.key: len(face.sources) for face in character.faces} if character else {}
    by_shape: dict[tuple[str, int], list[tuple[slots.SlotCurves, Any, Record, tuple[Edit, ...]]]] = {}
    for curves, place, record, standing in line_keys.on_line(root, line, records):
        if curves.owner in coverage and curves.find(place) is not None:
            edits = noticed(record, standing)
            by_shape.setdefault((place.path, place.element), []).append((curves, place, record, edits))
    given = 0
    for rows in by_shape.values():
        main = max(rows, key=lambda row: coverage[row[0].owner])
        for curves, place, record, edits in rows:
            if curves.owner == main[0].owner or not same(record.generated, main[2].generated):
                continue
            wanted = together(edits, main[3], main[2].edits)
            if not _identical(wanted, edits):
                given += max(len(wanted) - len(edits), 1)
                new = rewritten(replace(record, edits=wanted)).shown_in(record.among(lines.owned(line)))
                fcurves.replace(curves.find(place), new.written, new.among(lines.owned(line)), generated=merged.is_ours(new))
                records.of(curves.action)[place] = new
                curves.owner.update_tag()
    if given:
        _note_main(root, line, records, by_shape, coverage)
        records.save()
    return given


def _note_main(root: Any, line: Any, records: slots.Records, by_shape: dict[Any, Any], coverage: dict[Any, int]) -> None:
    """Remember the main mesh's edits too: what it gives up later is then known to have been given."""
    for rows in by_shape.values():
        curves, place, record, edits = max(rows, key=lambda row: coverage[row[0].owner])
        standing = fcurves.read(curves.find(place), record.among(lines.owned(line)))
        records.of(curves.action)[place] = replace(record, edits=edits, written=standing)
