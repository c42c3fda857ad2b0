# SPDX-License-Identifier: GPL-3.0-or-later
"""What the situation is at each moment: who speaks, where phrases begin and end, how tense the voice is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..direction import Direction
from ..performance import FRAME_RATE, Event, EventKind, Performance
from .sampling import Floats, sample, smooth

QUIET_RUN = 0.35
"""Seconds of silence that are still part of a phrase."""


@dataclass(frozen=True)
class Situation:
    """A Performance under a Direction, seen from one Animation's frames.

    times: float64[F] each frame's time in seconds on the Performance's clock; layers depend on these, never on frame numbers.
    """

    performance: Performance
    direction: Direction
    times: NDArray[np.float64]
    fps: float

    @cached_property
    def speaking(self) -> Floats:
        """float32[T] at FRAME_RATE: 1 within phrases, 0 in pauses, with soft borders. 0 throughout for a listener."""
        if self.direction.listening:
            return np.zeros(len(self.performance.curves), np.float32)
        return self.voice

    @cached_property
    def voice(self) -> Floats:
        """float32[T] as `speaking`, whoever speaks."""
        speech = (self.performance.speech > 0.5).astype(np.float32)
        for phone in self.performance.phones:
            if phone.symbol == "sil" and phone.end - phone.start > QUIET_RUN:
                speech[round(phone.start * FRAME_RATE) : round(phone.end * FRAME_RATE)] = 0
        return smooth(speech, 0.08 * FRAME_RATE)

    @cached_property
    def tension(self) -> Floats:
        """float32[F] -1 calm .. 1 tense: what is heard, as far as it is let in, and the slider on top."""
        heard = self.direction.auto_tension * sample(smooth(self.performance.arousal, 0.4 * FRAME_RATE), self.times)
        return np.asarray(np.clip(heard + self.direction.tension, -1, 1), np.float32)

    def at_frames(self, track: Floats) -> Floats:
        """A track at FRAME_RATE, read at the frames."""
        return sample(track, self.times)

    def events(self, kind: EventKind) -> tuple[Event, ...]:
        """The events of one kind, in time order."""
        return tuple(event for event in self.performance.events if event.kind == kind)
