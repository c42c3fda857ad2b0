# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit: one place where the artist changed a generated curve, kept as two pieces of curve, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from .cut import as_stored, joined, shifted, stands_among
from .keys import Keys

Keep = Literal["offset", "verbatim"]
FADE: Final = 6.0
"""Frames over which a change without a border fades out in another result."""


@dataclass(frozen=True, eq=False)
class Edit:
    """One place where the artist changed a curve.

    start, end: frames of the untouched keys around it; infinite where the first or the last key was changed.
    before, after: the curve there as generated and as the artist left it, keys on both borders included.
    keep: "offset" lets the change ride on every new result, "verbatim" holds the artist's keys as they are.
    """

    start: float
    end: float
    before: Keys
    after: Keys
    keep: Keep = "offset"

    @property
    def span(self) -> tuple[float, float]:
        """First and last frame it may touch, for display: never infinite."""
        frames = np.concatenate([self.before.frames, self.after.frames])
        return float(frames.min()), float(frames.max())

    @property
    def own_frames(self) -> NDArray[np.float64]:
        """float64[n]: the frames of the keys that the artist has set or moved."""
        frames = self.after.frames
        inner = (frames > self.start) & (frames < self.end)
        return np.asarray(frames[inner & ~stands_among(self.after, self.before)])

    def bounded(self) -> Edit:
        """The same edit with borders on both sides: a change of the first or last key of one result fades out in another.

        Where it has no border, one stands FADE frames beyond its keys, at what was generated there: nothing is changed there.
        """
        edit = self
        if len(self.before) and not np.isfinite(self.start):
            frame = float(np.float32(self.span[0] - FADE))
            border = _level(frame, float(self.before.values[0]))
            edit = replace(edit, start=frame, before=joined([border, edit.before]), after=joined([border, edit.after]))
        if len(self.before) and not np.isfinite(self.end):
            frame = float(np.float32(self.span[1] + FADE))
            border = _level(frame, float(self.before.values[-1]))
            edit = replace(edit, end=frame, before=joined([edit.before, border]), after=joined([edit.after, border]))
        return edit

    def shifted(self, frames: float, scale: float = 1.0) -> Edit:
        """The same edit where every frame f has become f * scale + frames."""
        before, after = (as_stored(shifted(keys, frames, scale)) for keys in (self.before, self.after))
        # Borders are keys, and are rounded as keys are: a hair beside them they would count as two.
        start, end = (float(np.float32(border * scale + frames)) for border in (self.start, self.end))
        return replace(self, start=start, end=end, before=before, after=after)


def _level(frame: float, value: float) -> Keys:
    """One key with level handles."""
    return Keys(np.array([frame]), np.array([value]), np.array([[frame - 1.0, value]]), np.array([[frame + 1.0, value]]))
