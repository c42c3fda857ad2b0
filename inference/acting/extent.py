# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames of a line are acted, and what the face does at both ends of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .situation import Borders

FROM_REST: Final = Borders()


@dataclass(frozen=True)
class Extent:
    """Frames of a line, counted from the whole scene frame at or before its start.

    frames: how many; None for as many as the audio lasts.   begin: the first of them; below zero before the audio.
    borders: where the face comes from rest and goes back to it; by default at both ends of the audio.
    shown: some of the frames; the Animation is then of these alone, and in each as it is in the whole.
    tracks_only: whether only the artist's tracks are asked for; the shapes are then not worked out, and 0.
    """

    frames: int | None = None
    begin: int = 0
    borders: Borders = FROM_REST
    shown: slice | None = None
    tracks_only: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the face comes from, or goes on to, something else at a border."""
        return self.borders != FROM_REST


WHOLE: Final = Extent()
"""From the beginning of the audio to its end."""
