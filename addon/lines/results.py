# SPDX-License-Identifier: GPL-3.0-or-later
"""What was written, and how people are told of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..plurals import counted
from .curve_outcome import Outcome


@dataclass(frozen=True)
class Result:
    """What was written.

    shapes, controls, meshes: how many shapes, bones and properties, and meshes move. keys: in all.
    left_alone: the names of what the artist keys or has locked. deleted: of curves that the artist has deleted.
    changes: hand-made changes that were carried over. waiting: those in frames that the line does not have now.
    replaced: names of lines whose place this one took.
    note: what else there is to tell. unheard: nobody is heard in the sound.
    left_behind: changed phones and vocal sounds of a recording that said something else.
    """

    shapes: int
    controls: int
    meshes: int
    keys: int
    left_alone: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    changes: int = 0
    replaced: tuple[str, ...] = ()
    note: str = ""
    unheard: bool = False
    left_behind: int = 0
    waiting: int = 0

    @staticmethod
    def of(outcomes: Sequence[Outcome], *, meshes: int, replaced: tuple[str, ...], note: str = "") -> Result:
        """Counted from what became of every curve."""
        done = [each for each in outcomes if each.record is not None and len(each.record.written)]
        shapes = {each.place.path for each in done if each.place.path.startswith("key_blocks")}
        tracks = {each.place.path for each in done if each.place.path.startswith("parlance_tracks")}
        others = {_holder(each.place.path) for each in done} - {_holder(path) for path in shapes | tracks}
        kept = [(each, each.record) for each in outcomes if each.record is not None]
        waiting = {(*each.key[:2], edit.start) for each, record in kept for edit in record.waiting(each.ranges)}
        edits = {(*each.key[:2], edit.start) for each, record in kept for edit in record.edits} - waiting
        alone = sorted({_name(each.place.path) for each in outcomes if each.why in {"yours", "locked"}})
        deleted = sorted({_name(each.place.path) for each in outcomes if each.why == "deleted"})
        moving = [each for each in done if each.place.path not in tracks]
        keys = sum(len(each.record.written) for each in moving if each.record is not None)
        counts = len(shapes), len(others), meshes, keys
        return Result(*counts, tuple(alone), tuple(deleted), len(edits), replaced, note, waiting=len(waiting))

    def counted(self, standing: Sequence[tuple[str, int]]) -> Result:
        """The same, where lines beside it have taken frames of it since: data paths, and how many keys are left on each."""
        left = [(path, count) for path, count in standing if count and not path.startswith("parlance_tracks")]
        shapes = {path for path, _ in left if path.startswith("key_blocks")}
        others = {_holder(path) for path, _ in left} - {_holder(path) for path in shapes}
        return replace(self, shapes=len(shapes), controls=len(others), keys=sum(count for _, count in left))

    @property
    def speaks(self) -> bool:
        """Whether it is what was asked for: keys of somebody who speaks."""
        return self.keys > 0 and not self.unheard

    @property
    def sentence(self) -> str:
        """The result as a sentence for the panel."""
        where = [counted(self.shapes, "shape")] if self.shapes or not self.controls else []
        where += [counted(self.controls, "control")] if self.controls else []
        said = f"{self.keys:,} keys on {' and '.join(where)}" if self.keys else "Nothing was keyed"
        said = f"Nobody is heard, so the mouth rests; {said[0].lower()}{said[1:]}" if self.unheard else said
        said += f"; {counted(self.changes, 'change')} of yours kept" if self.changes else ""
        waits = "s" * (self.waiting == 1)
        wait = f"of yours wait{waits} until this line has its frames again"
        said += f"; {counted(self.waiting, 'change')} {wait}" if self.waiting else ""
        said += f"; left alone, as you key or lock them: {_listed(self.left_alone)}" if self.left_alone else ""
        said += f"; deleted by you and not brought back: {_listed(self.deleted)}" if self.deleted else ""
        behind = counted(self.left_behind, "changed sound")
        comes = "comes" if self.left_behind == 1 else "come"
        elsewhere = f"left behind, as this recording says something else, and {comes} back with the other one"
        said += f"; {behind} {elsewhere}" if self.left_behind else ""
        said += f"; takes the place of {_listed(self.replaced)}" if self.replaced else ""
        return said + (f"; {self.note}" if self.note else "")


def keep(line: Any, result: Result) -> None:
    """Remember with a line what was written for it, and how people are told."""
    line.result, line.left_alone, line.keyed = result.sentence, len(result.left_alone), result.speaks
    line.counts = json.dumps(asdict(result))


def nothing_waits(line: Any) -> None:
    """Tell of a line whose waiting changes have gone to another."""
    try:
        stored: dict[str, Any] = json.loads(line.counts)
        stored |= {name: tuple(map(str, stored[name])) for name in ("left_alone", "deleted", "replaced")}
        keep(line, replace(Result(**stored), waiting=0))
    except (ValueError, TypeError, KeyError, AttributeError):
        return  # of an earlier release, or damaged: it is told anew when it is written again


def _holder(path: str) -> str:
    """What a data path is of: the bone of a channel, the property itself where it is one of the artist's."""
    return path if path.endswith('"]') else path.rpartition(".")[0] or path


def _name(path: str) -> str:
    """A shape, a bone or a property, for people."""
    return path.rpartition('["')[2].partition('"]')[0] if '["' in path else path.rpartition(".")[2]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
