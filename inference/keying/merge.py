# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate again without losing the artist's keys: a three-way merge.

For every curve we remember what was generated, what was written, and the artist's edits as pieces of curve before and after.
An edit spans from one untouched key to the next: there the change is nothing, so it fades by itself and everything outside
is exactly the new result. Edits are carried to every new result from the same two pieces, so that nothing drifts, however
often that happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from .carry import carried, joints
from .cut import FRAME_SLACK, as_stored, between, empty, joined, matches, same, select, shifted
from .edit import Edit, Keep
from .keys import Keys
from .ranges import Ranges, Span, common, holds

TOLERANCE: Final = 0.01
"""How far a carried edit may stray from new result + change before it gets further keys."""


@dataclass(frozen=True, eq=False)
class Record:
    """What is remembered of one curve between two generations; nothing of it lies outside the generated range.

    generated: the last result, without any edit.   written: what was put on the curve, edits carried.   edits: in time order.
    resting: the property's value before it had a curve of its own; None where that is not known.
    room: the frames that keys of the artist's own leave on this curve; None where nothing stands beside it.
    """

    generated: Keys = field(default_factory=empty)
    written: Keys = field(default_factory=empty)
    edits: tuple[Edit, ...] = ()
    resting: float | None = None
    room: Ranges | None = None

    def among(self, ranges: Ranges) -> Ranges:
        """Which of its line's frames belong to it on this curve."""
        return ranges if self.room is None else common(ranges, self.room)

    def shifted(self, frames: float, scale: float = 1.0) -> Record:
        """The same record for a sound that starts elsewhere, or plays at another frame rate (and keys that went along)."""
        edits = tuple(edit.shifted(frames, scale) for edit in self.edits)
        generated, written = (as_stored(shifted(keys, frames, scale)) for keys in (self.generated, self.written))
        room = None if self.room is None else tuple(span.moved(frames, scale) for span in self.room)
        return Record(generated, written, edits, self.resting, room)

    def shown_in(self, ranges: Ranges) -> Record:
        """The same record where only these ranges are still on the curve; edits elsewhere wait until they are again.

        Where a range cuts the curve off, a key on its border keeps the shape of what is left.
        """
        keys = self.written
        if holds(ranges, keys.frames).all():
            return self
        pieces = [_piece(keys, span) for span in ranges]
        return replace(self, written=as_stored(joined(pieces)) if pieces else empty())

    @property
    def span(self) -> Ranges:
        """From its first to its last frame."""
        frames = np.concatenate([self.generated.frames, self.written.frames])
        return (Span(float(frames.min()), float(frames.max())),) if len(frames) else ()

    def within(self, ranges: Ranges) -> Record:
        """What of the record lies in these ranges: its keys, and the edits that touch them."""
        written = select(self.written, holds(ranges, self.written.frames))
        pieces = [_piece(self.generated, span) for span in ranges] if len(self.generated) else []
        generated = as_stored(joined(pieces)) if pieces else empty()  # cut, not picked: changes are measured against the curve
        edits = tuple(edit for edit in self.edits if _touches(edit, ranges))
        return Record(generated, written, edits, self.resting, self.room)

    def waiting(self, ranges: Ranges) -> tuple[Edit, ...]:
        """The edits that nothing in these ranges shows; they come back with their frames."""
        return tuple(edit for edit in self.edits if not _touches(edit, ranges))


def _piece(keys: Keys, span: Span) -> Keys:
    """What of a curve is shown in a span, with a key on each border that cuts it off; nothing where all keys lie on one side."""
    first, last = float(keys.frames[0]), float(keys.frames[-1])
    held = keys.frames[span.holds(keys.frames)]
    if len(held) == 0 and (first > span.last or last < span.first):
        return empty()
    start, end = min([span.first, *held]), max([span.last, *held])  # a key between two frames belongs to the nearer one
    return between(keys, start if start > first else -np.inf, end if end < last else np.inf)


def _touches(edit: Edit, ranges: Ranges) -> bool:
    """Whether an edit changes something in these ranges; a key on its border is not changed by it."""
    frames = np.concatenate([edit.before.frames, edit.after.frames])
    inner = frames[(frames > edit.start) & (frames < edit.end)]
    return bool(holds(ranges, inner if len(inner) else frames).any())


def gathered(records: Sequence[Record]) -> Record:
    """One record of several that lie beside each other in time: a line that takes over what others have left."""
    if len(records) == 1:
        return records[0]
    generated, written = (_in_order([getattr(each, name) for each in records]) for name in ("generated", "written"))
    edits = sorted((edit for each in records for edit in each.edits), key=lambda edit: edit.start)
    apart = [edit for at, edit in enumerate(edits) if at == 0 or edit.start >= edits[at - 1].end]
    known = (each.resting for each in records if each.resting is not None)
    return Record(generated, written, tuple(apart), next(known, None))


def _in_order(parts: Sequence[Keys]) -> Keys:
    together = joined(parts) if parts else empty()
    order = np.argsort(together.frames, kind="stable")
    columns = (together.frames, together.values, together.left, together.right)
    frames, values, left, right = (column[order] for column in columns)
    single = np.concatenate([[True], np.diff(frames) > FRAME_SLACK])[: len(frames)]
    return select(Keys(frames, values, left, right, together.every_kind[order]), single)


@dataclass(frozen=True)
class Merged:
    """keys: all keys for the curve, foreign ones outside the generated range included.   record: what to remember."""

    keys: Keys
    record: Record

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The artist's edits that the keys carry, in time order."""
        return self.record.edits


def merge(base: Keys, ours: Keys, theirs: Keys, *, keep: Keep = "offset") -> Merged:
    """Merge a whole curve: base as generated and written before, ours as newly generated, theirs as it stands there now.

    Keys of theirs before and after the range of base and ours are returned untouched, bit for bit. To merge again, hand the
    record to `regenerate`: it tells new edits from carried ones.
    """
    frames = np.concatenate([base.frames, as_stored(ours).frames])
    low, high = (float(frames.min()), float(frames.max())) if len(frames) else (np.inf, -np.inf)
    early, late = select(theirs, theirs.frames < low), select(theirs, theirs.frames > high)
    standing = select(theirs, (theirs.frames >= low) & (theirs.frames <= high))
    record = regenerate(Record(as_stored(base), as_stored(base)), ours, standing, keep=keep)
    return Merged(joined([early, record.written, late]), record)


def regenerate(record: Record, ours: Keys, theirs: Keys, *, keep: Keep = "offset", tolerance: float = TOLERANCE) -> Record:
    """The record after a new result; its `written` is what belongs on the stretch of curve we own.

    theirs: the keys that stand on that stretch now. Where nothing was generated before, they are replaced.
    keep: how edits made since the record are held; earlier ones keep their own way.
    """
    ours = as_stored(ours)
    edits = noticed(record, theirs, keep)
    return Record(ours, as_stored(with_edits(ours, edits, tolerance)), edits, record.resting)


def with_edits(ours: Keys, edits: Sequence[Edit], tolerance: float = TOLERANCE) -> Keys:
    """A result with every edit, in time order, carried over; outside the edits it is `ours`, key for key."""
    keys = ours
    for edit, borders in zip(edits, joints(ours, edits), strict=True):
        keys = carried(keys, ours, edit, borders, tolerance)
    return keys


def noticed(record: Record, standing: Keys, keep: Keep = "offset") -> tuple[Edit, ...]:
    """The edits on a stretch of curve that now holds the keys `standing`: recorded ones and new ones, in time order."""
    if len(record.generated) == 0 or same(standing, record.written):
        return record.edits
    known, left_alone = matches(standing, record.written), matches(record.written, standing)
    untouched = standing.frames[known]
    touched = np.concatenate([standing.frames[~known], record.written.frames[~left_alone]])
    borders = np.concatenate([[-np.inf], untouched, [np.inf]])
    edits = list(record.edits)
    for gap in np.unique(np.searchsorted(untouched, touched)):
        start, end = float(borders[gap]), float(borders[gap + 1])
        overlapped = [edit for edit in edits if edit.start < end and start < edit.end]
        edits = [edit for edit in edits if edit not in overlapped]
        start = min([start, *(edit.start for edit in overlapped)])
        end = max([end, *(edit.end for edit in overlapped)])
        kept: Keep = "verbatim" if any(edit.keep == "verbatim" for edit in overlapped) else keep
        edits.append(Edit(start, end, between(record.generated, start, end), between(standing, start, end), kept))
    changed = [edit for edit in edits if not same(edit.before, edit.after)]
    return tuple(sorted(changed, key=lambda edit: edit.start))


def without(record: Record, edit: Edit) -> Record:
    """The record with an edit given up: the next result replaces it."""
    return replace(record, edits=tuple(other for other in record.edits if other is not edit))


def held(record: Record, edit: Edit, keep: Keep) -> Record:
    """The record with an edit held another way from the next result on."""
    return replace(record, edits=tuple(replace(other, keep=keep) if other is edit else other for other in record.edits))
