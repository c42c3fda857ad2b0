# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and their records when a line is spoken at another pace: every moment goes to where the same sound is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cut import as_stored
from .edit import Edit
from .keys import Keys
from .merge import Record
from .ranges import Ranges, Span


@dataclass(frozen=True)
class Warp:
    """Moments before and after, float64[n] each, ascending; in between time runs evenly, outside as it did."""

    before: NDArray[np.float64]
    after: NDArray[np.float64]

    def __call__(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[m] where moments have gone."""
        times = np.asarray(times, np.float64)
        if not len(self.before):
            return times
        inside = np.interp(times, self.before, self.after)
        early, late = np.minimum(times - self.before[0], 0.0), np.maximum(times - self.before[-1], 0.0)
        return np.asarray(inside + early + late)

    def scaled(self, scale: float, before: float, after: float) -> Warp:
        """The same with moments in other units, which begin at other points: frames of a scene for seconds of a line."""
        return Warp(self.before * scale + before, self.after * scale + after)


def through(pairs: Iterable[tuple[float, float]]) -> Warp:
    """The warp through pairs of moments; those that would run backwards are left out."""
    kept: list[tuple[float, float]] = []
    for before, after in sorted(pairs):
        if not kept or (before > kept[-1][0] + 1e-6 and after > kept[-1][1] + 1e-6):
            kept.append((before, after))
    rows = np.array(kept, np.float64).reshape(-1, 2)
    return Warp(rows[:, 0], rows[:, 1])


def keys(old: Keys, warp: Warp) -> Keys:
    """The keys at their new frames; handles keep their share of the way to the moment they point at."""
    if not len(old):
        return old
    frames = warp(old.frames)
    moved = [np.column_stack((_pulled(warp, old.frames, frames, side[:, 0]), side[:, 1])) for side in (old.left, old.right)]
    return as_stored(old.changed(frames=frames, left=moved[0], right=moved[1]))


def _pulled(warp: Warp, old: NDArray[np.float64], new: NDArray[np.float64], handle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Handles go with time; one that stood beside its key stays on that side of it."""
    moved = warp(handle)
    return np.where(handle <= old, np.minimum(moved, new), np.maximum(moved, new))


def record(old: Record, warp: Warp) -> Record:
    """What is remembered of a curve, every key and edit of it at its new frames."""
    edits = tuple(
        Edit(_one(warp, edit.start), _one(warp, edit.end), keys(edit.before, warp), keys(edit.after, warp), edit.keep)
        for edit in old.edits
    )
    room = None if old.room is None else ranges(old.room, warp)
    return Record(keys(old.generated, warp), keys(old.written, warp), edits, old.resting, room)


def ranges(old: Ranges, warp: Warp) -> Ranges:
    """Frame ranges at their new frames."""
    return tuple(Span(_one(warp, span.first), _one(warp, span.last)) for span in old)


def _one(warp: Warp, frame: float) -> float:
    return float(np.float32(warp(np.array([frame]))[0])) if np.isfinite(frame) else frame
