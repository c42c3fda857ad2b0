# SPDX-License-Identifier: GPL-3.0-or-later
"""What the situation is at each moment: who speaks, where phrases begin and end, how tense the voice is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..direction import Direction
from ..performance import FRAME_RATE, Event, EventKind, Performance
from ..tracks import Tracks
from .sampling import Floats, eased, sample, smooth

WITHIN_PHRASE: Final = 0.35
"""Seconds of silence that are still part of a phrase."""
TENSION_OVER: Final = 0.4
"""Seconds over which the voice's tension is averaged."""


@dataclass(frozen=True)
class Situation:
    """A Performance under a Direction, seen from one Animation's frames.

    times: float64[F] each frame's time in seconds on the Performance's clock; layers depend on these, never on frame numbers.
    tracks: the artist's own curves at these frames.
    """

    performance: Performance
    direction: Direction
    times: NDArray[np.float64]
    fps: float
    tracks: Tracks = field(default_factory=Tracks)

    @cached_property
    def voice(self) -> Floats:
        """float32[T] at FRAME_RATE: 1 within phrases, 0 in pauses, with soft borders, whoever speaks."""
        speech = (self.performance.speech > 0.5).astype(np.float32)
        for phone in self.performance.phones:
            first, last = round(phone.start * FRAME_RATE), round(phone.end * FRAME_RATE)
            if phone.symbol == "sil":
                speech[first:last] = (phone.end - phone.start <= WITHIN_PHRASE) and first > 0 and last < len(speech)
        return smooth(speech, 0.08 * FRAME_RATE)

    @cached_property
    def speaking(self) -> Floats:
        """float32[T] as `voice`, for the character: 0 throughout for a listener."""
        return np.zeros_like(self.voice) if self.direction.listening else self.voice

    @cached_property
    def tension(self) -> Floats:
        """float32[F] -1 calm .. 1 tense: what is heard, as far as it is let in, and the slider on top."""
        if self.tracks.arousal is not None:
            return np.clip(self.tracks.arousal, -1, 1).astype(np.float32)
        if self.direction.listening:
            return np.full(len(self.times), self.direction.tension, np.float32)
        heard = self.direction.auto_tension * sample(smooth(self.performance.arousal, TENSION_OVER * FRAME_RATE), self.times)
        return np.asarray(np.clip(heard * self.presence + self.direction.tension, -1, 1), np.float32)

    @cached_property
    def presence(self) -> Floats:
        """float32[F] how far the face is out of rest: from 0 at the borders of the audio to 1, over `fade` seconds."""
        fade = max(self.direction.fade, 1e-3)
        until_border = np.minimum(self.times, self.performance.duration - self.times) + (1e-3 if fade <= 1e-3 else 0)
        return eased((until_border / min(fade, max(self.performance.duration / 2, 1e-3))).astype(np.float32))

    @cached_property
    def listener(self) -> NDArray[np.float64]:
        """float64[F, 2] where the listener is: yaw and pitch in degrees."""
        if self.tracks.target is not None:
            return np.clip(self.tracks.target, [-60, -45], [60, 45]).astype(np.float64)
        return np.tile([float(self.direction.gaze_yaw), float(self.direction.gaze_pitch)], (len(self.times), 1))

    def tension_at(self, times: NDArray[np.float64]) -> Floats:
        """The tension at any times on the Performance's clock."""
        if len(self.times) == 0:
            return np.zeros(len(times), np.float32)
        return np.interp(times, self.times, self.tension).astype(np.float32)

    def at_times(self, track: Floats, times: NDArray[np.float64]) -> Floats:
        """A track at FRAME_RATE, read at any times by the frame they fall into."""
        if len(track) == 0:
            return np.zeros(len(times), np.float32)
        return np.asarray(track[np.clip(times * FRAME_RATE, 0, len(track) - 1).astype(np.int64)])

    def at_frames(self, track: Floats) -> Floats:
        """A track at FRAME_RATE, read at the frames."""
        return sample(track, self.times)

    def events(self, kind: EventKind) -> tuple[Event, ...]:
        """The events of one kind, in time order."""
        return tuple(event for event in self.performance.events if event.kind == kind)
