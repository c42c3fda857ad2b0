# SPDX-License-Identifier: GPL-3.0-or-later
"""What the situation is at each moment: who speaks, where phrases begin and end, how tense the voice is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..direction import Direction
from ..performance import FRAME_RATE, SILENCE, Event, EventKind, Performance
from ..tracks import Tracks
from .remembering import Memory, remembered, watched
from .sampling import eased, follow, sample, smooth

WITHIN_PHRASE: Final = 0.35
"""Seconds of silence that are still part of a phrase."""
ATTENDS_FOR: Final = 1.0
"""Seconds around what somebody else says in which a listener is still with them."""
CLICK: Final = 2.0
"""Frames of a voice that are no more than a click."""
HEARD: Final = 0.5
"""How far into a phrase it must be for somebody to be heard."""
REACH: Final = 3.0
"""Seconds further than which a contact is not changed by what is heard."""
TENSION_OVER: Final = 0.4
"""Seconds over which the voice's tension is averaged."""


@dataclass(frozen=True)
class Borders:
    """How a face begins and ends a line.

    start, end: seconds between which it is out of rest; None for those of the audio.
    before, after: None where it comes from rest there, or goes back to it; else seconds beyond the audio in which the mouth alone
    does, as something else of the same face goes on from there.
    """

    start: float | None = None
    end: float | None = None
    before: float | None = None
    after: float | None = None

    def around(self, duration: float) -> tuple[float, float]:
        """First and last second, for an audio of that duration."""
        return (0.0 if self.start is None else self.start), (duration if self.end is None else self.end)


@dataclass(frozen=True)
class Situation:
    """A Performance under a Direction, seen from one Animation's frames.

    times: float64[F] each frame's time in seconds on the Performance's clock; layers depend on these, never on frame numbers.
    tracks: the artist's own curves at these frames.
    borders: where the face comes from rest and goes back to it.
    memory: what its parts were when they were last asked for, under these sliders or others.
    """

    performance: Performance
    direction: Direction
    times: NDArray[np.float64]
    fps: float
    tracks: Tracks = field(default_factory=Tracks)
    borders: Borders = field(default_factory=Borders)
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", watched(self.direction))

    @property
    def is_idle(self) -> bool:
        """Whether there is no sound at all that the mouth could follow."""
        return len(self.performance.curves) == 0 < len(self.performance.speech)

    @property
    def is_alone(self) -> bool:
        """Whether the character says nothing and, but for idling, hears nobody: on a silent strip too."""
        return self.is_idle or (self.direction.listening and not bool((self.voice > HEARD).any()))

    @property
    def makes_sounds(self) -> bool:
        """Whether laughs and breaths are the character's own: in its own voice, or put by an artist where nobody is heard."""
        return not self.direction.listening or self.performance.model == SILENCE

    @property
    @remembered
    def voice(self) -> Floats:
        """float32[T] at FRAME_RATE: 1 within phrases, 0 in pauses, with soft borders, whoever speaks."""
        speech = (self.performance.speech > 0.5).astype(np.float32)
        for phone in self.performance.phones:
            first, last = round(phone.start * FRAME_RATE), round(phone.end * FRAME_RATE)
            if phone.symbol == "sil":
                speech[first:last] = (phone.end - phone.start <= WITHIN_PHRASE) and first > 0 and last < len(speech)
        return smooth(speech, 0.08 * FRAME_RATE)

    @property
    @remembered
    def speaking(self) -> Floats:
        """float32[T] as `voice`, for the character: 0 throughout for a listener."""
        return np.zeros_like(self.voice) if self.direction.listening else self.voice

    @property
    @remembered
    def attending(self) -> Floats:
        """float32[T] 1 while somebody else speaks and shortly after; 0 while the character speaks or nobody does."""
        others = self.voice - self.speaking
        around = np.convolve(others, np.ones(2 * round(ATTENDS_FOR * FRAME_RATE) + 1), "same")
        return np.asarray(around > CLICK, np.float32)

    @property
    @remembered
    def tension(self) -> Floats:
        """float32[F] -1 calm .. 1 tense: what is heard, as far as it is let in, and the slider on top."""
        if self.tracks.arousal is not None:
            return np.clip(self.tracks.arousal, -1, 1).astype(np.float32)
        if self.direction.listening:
            return np.full(len(self.times), self.direction.tension, np.float32)
        heard = self.direction.auto_tension * sample(smooth(self.performance.arousal, TENSION_OVER * FRAME_RATE), self.times)
        heard *= self.presence * self.sounding  # who waits beside the line is as calm as the slider says
        return np.asarray(np.clip(heard + self.direction.tension, -1, 1), np.float32)

    @property
    @remembered
    def quiet(self) -> Floats:
        """float32[F] 0 while the character speaks, and soon 1 after it: how far a face is left to itself."""
        return np.asarray(1 - follow(self.at_frames(self.speaking), 0.05, 0.5, 1 / self.fps), np.float32)

    @property
    @remembered
    def presence(self) -> Floats:
        """float32[F] how far the face is out of rest: from 0 at the borders of the audio to 1, over `fade` seconds.

        Where it goes on beyond a border, there is no rest at that side.
        """
        first, last = self.borders.around(self.performance.duration)
        fade = max(self.direction.fade, 1e-3)
        since = np.full(len(self.times), np.inf) if self.borders.before is not None else self.times - first
        until = np.full(len(self.times), np.inf) if self.borders.after is not None else last - self.times
        until_border = np.minimum(since, until) + (1e-3 if fade <= 1e-3 else 0)
        return eased((until_border / min(fade, max((last - first) / 2, 1e-3))).astype(np.float32))

    @property
    @remembered
    def sounding(self) -> Floats:
        """float32[F] 1 while the audio lasts; beyond it, where the face goes on, the mouth comes to rest."""
        before, after = (max(side or 0.0, 1e-3) for side in (self.borders.before, self.borders.after))
        away = np.maximum(-self.times / before, (self.times - self.performance.duration) / after)
        return np.asarray(1 - eased(away.astype(np.float32)), np.float32)

    @property
    @remembered
    def listener(self) -> NDArray[np.float64]:
        """float64[F, 2] where the listener is, degrees yaw and pitch: as told, else who is talked with, else as the sliders say.

        Who talks looks where a slider has the listener at his side; how high is added, as who is shy looks at nobody's eyes.
        """
        direction, told, partner = self.direction, self.tracks.target, self.tracks.partner
        found = np.tile([float(direction.gaze_yaw), float(direction.gaze_pitch)], (len(self.times), 1))
        if partner is not None and (direction.listening or not direction.gaze_yaw):
            found = np.where(np.isnan(partner), found, partner + np.array([0.0, float(direction.gaze_pitch)]))
        if told is not None:
            found = np.where(np.isnan(told), found, told)
        if told is None and partner is None:
            return found
        return np.asarray(np.clip(found, [-60, -45], [60, 45]), np.float64)

    @property
    def is_led(self) -> bool:
        """Whether the listener may move, or be another one."""
        return self.tracks.target is not None or self.tracks.partner is not None

    def near(self, later: float = 0.0) -> slice:
        """The frames of the performance that are heard in these frames, `later` seconds later, and REACH around them."""
        if len(self.times) == 0:
            return slice(0, 0)
        first, last = self.times[0] + later - REACH, self.times[-1] + later + REACH
        begin, end = (min(max(round(at * FRAME_RATE), 0), len(self.performance.curves)) for at in (first, last))
        return slice(begin, end)

    def within(self, frames: slice) -> Situation:
        """The same moments at some of the frames only: what depends on the whole line is there as it is in the whole."""
        if frames.indices(len(self.times)) == (0, len(self.times), 1):
            return self
        known = {"voice": self.voice, "speaking": self.speaking, "tension": self.tension[frames], "quiet": self.quiet[frames]}
        memory = Memory()
        for name, made in known.items():
            memory.keep(f"{__name__}.{Situation.__qualname__}.{name}", {}, (), made)
        return replace(self, times=self.times[frames], tracks=self.tracks.within(frames), memory=memory)

    def tension_at(self, times: NDArray[np.float64]) -> Floats:
        """The tension at any times on the Performance's clock."""
        if len(self.times) == 0:
            return np.zeros(len(times), np.float32)
        return np.asarray(np.interp(times, self.times, self.tension), np.float32)

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
