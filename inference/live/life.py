# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face does of itself while it speaks live: blinks, glances, brows and a head that is never quite still.

It is the acting of somebody who waits, made a stretch at a time ahead of the sound, for none of it depends on what will be said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from .. import arkit, idle
from ..acting import Borders, Extent, Performer, act
from ..arrays import Floats
from ..direction import Direction
from ..geometry import REFERENCE, Geometry

STRETCH: Final = 8.0
"""Seconds that are made at once."""
BLEND: Final = 1.0
"""Seconds in which one stretch goes over into the next."""
EXPRESSION_IN_SPEECH: Final = 0.5
"""How much of an expression's mouth is left while the mouth speaks."""
_UPPER: Final = [index for region in ("brows", "eyes", "cheeks", "nose") for index in arkit.REGIONS[region]]
_MOUTH: Final = [index for index in range(arkit.COUNT) if index not in _UPPER]
_LIDS: Final = [arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]]


@dataclass(frozen=True)
class Moment:
    """One frame. shapes: float32[52]. head: float32[3] degrees as in Animation. gaze: float32[2] degrees."""

    shapes: Floats
    head: Floats
    gaze: Floats


class Life:
    """Moment after moment at `fps`, of a face with some geometry. Holds two stretches at most."""

    def __init__(self, direction: Direction, fps: float, geometry: Geometry = REFERENCE) -> None:
        self._direction, self._fps, self._performer = direction, fps, Performer(geometry)
        self._frames = round(STRETCH * fps)
        self._blend = round(BLEND * fps)
        self._number = -1
        self._tail: tuple[Floats, Floats, Floats] | None = None
        self._now: tuple[Floats, Floats, Floats] = self._next()

    def at(self, frame: int, spoken: float) -> Moment:
        """The moment of a frame; frames are asked for in order. spoken: 0..1, how much the mouth has to say."""
        if frame // self._frames > self._number:
            self._now = self._next()
        place = frame - self._number * self._frames
        shapes, head, gaze = (track[place] for track in self._now)
        shapes = shapes.copy()
        shapes[_MOUTH] *= 1.0 - (1.0 - EXPRESSION_IN_SPEECH) * spoken
        return Moment(shapes, head, gaze)

    def _next(self) -> tuple[Floats, Floats, Floats]:
        self._number += 1
        seconds = STRETCH + BLEND
        own = replace(self._direction, seed=(self._direction.seed + 7919 * self._number) % (2**31 - 1))
        borders = Borders(-BLEND, seconds + BLEND)
        extent = Extent(frames=self._frames + self._blend, borders=borders)
        acted = act(idle.waiting(seconds), own, fps=self._fps, start=0.0, extent=extent, performer=self._performer)
        tracks = (acted.shapes, acted.head, acted.gaze)
        begin = tuple(track[: self._frames].copy() for track in tracks)
        if self._tail is not None:
            share = 0.5 - 0.5 * np.cos(np.pi * (np.arange(self._blend, dtype=np.float32) + 0.5) / self._blend)[:, None]
            for track, before in zip(begin, self._tail, strict=True):
                lids = track[: self._blend, _LIDS].copy() if track.shape[1] == arkit.COUNT else None
                track[: self._blend] = before + np.asarray(share, np.float32) * (track[: self._blend] - before)
                if lids is not None:
                    # Half a blink is none: whichever of the two is further down is seen.
                    track[: self._blend, _LIDS] = np.maximum(lids, before[:, _LIDS])
        self._tail = (tracks[0][self._frames :], tracks[1][self._frames :], tracks[2][self._frames :])
        return begin[0], begin[1], begin[2]
