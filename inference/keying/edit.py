# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit: one place where the artist changed a generated curve, kept as two pieces of curve, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .cut import as_stored, shifted, stands_among
from .keys import Keys

Keep = Literal["offset", "verbatim"]


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

    def shifted(self, frames: float, scale: float = 1.0) -> Edit:
        """The same edit where every frame f has become f * scale + frames."""
        before, after = (as_stored(shifted(keys, frames, scale)) for keys in (self.before, self.after))
        # Borders are keys, and are rounded as keys are: a hair beside them they would count as two.
        start, end = (float(np.float32(border * scale + frames)) for border in (self.start, self.end))
        return replace(self, start=start, end=end, before=before, after=after)
