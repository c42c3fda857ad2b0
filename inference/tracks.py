# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks: what the artist's editable curves on the character say, read back when the animation is rebuilt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Tracks:
    """Values at every frame of the animation to build; None where the artist has no such track and generation decides.

    emotion: float32[F, 7], 0..1.   arousal: float32[F], -1..1.   blink: float32[F, 2], 0..1 (left, right).
    target: float32[F, 2] where the listener is, degrees from straight ahead of the resting head: yaw (positive to the character's
        left) and pitch (positive up); NaN where the sliders say. The eyes follow it smoothly while they rest on it, and
        leap where it is somewhere else from one frame to the next.
    partner: the same of whoever is talked with, where nobody says where to look; NaN where nobody is.
    """

    emotion: NDArray[np.float32] | None = None
    arousal: NDArray[np.float32] | None = None
    blink: NDArray[np.float32] | None = None
    target: NDArray[np.float32] | None = None
    partner: NDArray[np.float32] | None = None

    def within(self, frames: slice) -> Tracks:
        """The same tracks at some of the frames only."""
        return Tracks(*(part if part is None else part[frames] for part in self.all))

    @property
    def all(self) -> tuple[NDArray[np.float32] | None, ...]:
        """Every track, in the order of the fields."""
        return self.emotion, self.arousal, self.blink, self.target, self.partner
