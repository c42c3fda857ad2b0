# SPDX-License-Identifier: GPL-3.0-or-later
"""Put all layers together into shapes, a stretch of frames at a time, so that an hour needs no more memory than a minute.

What depends on the whole line (levels, head, gaze, contacts, what the mouth says) is worked out before, in tracks of a few
columns; here every frame depends on those near it alone, so that stretches of any size make the same line to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..contact import closure_from_posteriors, resample_contact
from ..geometry import measure_one
from ..learning.rules import applied
from ..performance import FRAME_RATE
from ..rowwise import AT_ONCE, product, stretches
from ..seal import seal
from ..spool import evict, trim_heap, zeros
from ..style import delayed, presence, shaped
from . import brows, cues, emotion, lids, life, mood, mouth_posture, opening, poses, resting, speech, speech_priority
from .cues import Cue
from .extent import Extent
from .performer import Performer
from .remembering import remembered
from .sampling import smooth
from .situation import Situation
from .vocal import Played

ABOVE: Final = [channel for region in ("brows", "eyes", "cheeks", "nose") for channel in arkit.REGIONS[region]]
DIGITS: Final = 5
"""Decimals that are kept: below what any key shows, above what processors disagree on."""
MARGIN: Final = 3.0
"""Seconds around a stretch that its own frames depend on, and more: the slowest slider smooths over one and a half."""
HALF: Final = 0.5
"""Contact below which a frame is only on its way: it draws the lips less, or short vowels beside a p would be shut."""
RULED: Final = 1.0
"""Seconds around a stretch in which a phone's rule may reach into it, and more."""


@dataclass(frozen=True, eq=False)
class Composing:
    """A line whose shapes are composed.

    levels: float32[F, 7] emotions.   closed: float32[F, 2] lids.   looking: float32[F, 2] degrees in the head.
    """

    situation: Situation
    extent: Extent
    performer: Performer
    cues: Sequence[Cue]
    levels: Floats
    sounds: Played
    closed: Floats
    looking: Floats

    def shapes(self, at_once: int = AT_ONCE) -> tuple[Floats, Floats]:
        """float32[F, 52] the final weights 0..1, and float32[F, 52] the part of them that comes from expressions."""
        every, margin = len(self.situation.times), math.ceil(MARGIN * self.situation.fps)
        shown = self.extent.shown or slice(0, every)
        frames = shown.stop - shown.start
        if self.extent.tracks_only:
            return np.zeros((frames, arkit.COUNT), np.float32), np.zeros((frames, arkit.COUNT), np.float32)
        whole, felt = zeros((frames, arkit.COUNT)), zeros((frames, arkit.COUNT))
        for part, _, _ in stretches(frames, 0, at_once):
            start, stop = shown.start + part.start, shown.start + part.stop
            around = slice(max(start - margin, 0), min(stop + margin, every))
            inside = slice(start - around.start, stop - around.start)
            made, expression = self._composed(around)
            whole[part] = made[inside]
            felt[part] = expression[inside]
            evict(whole)
            evict(felt)
            self._let_go()
            trim_heap(frames)
        return whole, felt

    def _let_go(self) -> None:
        performance = self.situation.performance
        for array in (self._mouth, performance.posteriors, performance.curves):
            evict(array)

    @cached_property
    def _mouth(self) -> Floats:
        situation = self.situation
        if self.extent.shown is None or len(situation.performance.curves) <= AT_ONCE:  # all of it is soon made, and remembered
            return speech.mouth(situation)
        near = situation.times[self.extent.shown][[0, -1]] + situation.direction.lead + [-2 * MARGIN, 2 * MARGIN]
        return speech.mouth(situation, (float(near[0]), float(near[1])))

    @cached_property
    def _contact(self) -> tuple[Floats, Floats]:
        return _contact(self.situation, self.sounds)

    @cached_property
    def _brows(self) -> Floats:
        return brows.moved(self.situation)

    @cached_property
    def _shut(self) -> tuple[Floats, Floats]:
        return speech_priority.shut_by_voice(self.situation)

    @cached_property
    def _classes(self) -> Floats | None:
        """float32[F, classes] of sounds, for a style; None without one, or without sounds."""
        situation, style = self.situation, self.performer.style
        posteriors = situation.performance.posteriors
        if style is None or style.strength == 0.0 or not len(posteriors) or situation.direction.listening:
            return None
        return presence(posteriors, situation.times + situation.direction.lead)

    def _composed(self, frames: slice) -> tuple[Floats, Floats]:
        """The shapes of some frames, and the expression's part of them. Right but for what lies within MARGIN of either end."""
        direction, geometry, fps = self.situation.direction, self.performer.geometry, self.situation.fps
        situation, sounds = self.situation.within(frames), self.sounds
        closure, bite = (track[frames] for track in self._contact)
        expression = emotion.face(self.levels[frames], situation, mood.face(situation, geometry), geometry)
        expression *= (1 - sounds.mood[frames])[:, None]
        spoken = self._spoken(situation, frames, closure)
        if not situation.is_idle:
            spoken = speech_priority.lips_held(speech_priority.corners_low(spoken, expression, geometry), expression, situation)
            expression = speech_priority.make_room(expression, spoken, np.maximum(closure, bite), situation, geometry)
            expression = speech_priority.pouting_less(expression, bite)
            expression = speech_priority.kept_apart(expression, spoken, closure, situation, geometry)
        moved = sounds.shapes(frames) + cues.shapes_of(self.cues, situation.times)
        moved += brows.brows(self._brows[frames], direction)
        moved += life.life(situation, geometry)
        expression += moved
        expression[:, ABOVE] = smooth(expression[:, ABOVE], direction.smoothing * fps)
        np.clip(expression, 0, 1, out=expression)
        if situation.is_idle:
            expression = resting.lips_together(expression, geometry)

        said = measure_one(spoken, speech_priority.GAP, geometry)
        spoken += expression
        spoken += lids.look(self.looking[frames], direction.gaze_distance)
        whole = lids.close(spoken, self.closed[frames], self.looking[frames], direction, geometry)
        firm, widest = (track[frames] for track in self._shut)
        shut = speech_priority.kept_shut(np.clip(whole, 0, 1), firm, widest, geometry) * (1 - sounds.own[frames])
        bitten = speech_priority.bitten(bite, said, np.clip(whole, 0, 1), geometry)
        whole = seal(whole, np.maximum(closure, shut), bitten, geometry)
        whole = speech_priority.jaw_raised(whole, closure, fps, geometry)
        np.round(whole, DIGITS, out=whole)
        return whole, np.minimum(expression, whole, out=expression)

    def _spoken(self, situation: Situation, frames: slice, closure: Floats) -> Floats:
        """float32[n, 52] what is said, on this character's face."""
        direction, geometry, fps = situation.direction, self.performer.geometry, situation.fps
        spoken = speech.speech(self._mouth, situation)
        spoken *= (1 + product(self.levels[frames], poses.SPEECH - 1) - self.sounds.own[frames])[:, None]
        spoken += direction.upper_face * speech.companions(spoken, closure)
        spoken = opening.alike(spoken, geometry, fps)
        heard_at = situation.times + direction.lead
        if not direction.listening and len(heard_at):
            near = (heard_at[0] - RULED, heard_at[-1] + RULED)
            phones = [phone for phone in situation.performance.phones if phone.end > near[0] and phone.start < near[1]]
            spoken = applied(spoken, self.performer.rules, phones, heard_at)
            style = self.performer.style
            if style is not None and self._classes is not None:
                spoken = shaped(delayed(spoken, heard_at, style.strength * style.style.lag), style, self._classes[frames])
        if self.extent.goes_on:
            spoken *= situation.sounding[:, None]
        spoken += mouth_posture.posture(situation, spoken, closure)
        return spoken


@remembered
def _contact(situation: Situation, sounds: Played) -> tuple[Floats, Floats]:
    """float32[F] how far the lips must meet, and how far the lower lip must touch the teeth, at each frame."""
    met, bite = _heard_contact(situation)
    free = 1 - sounds.own
    return met * free, bite * free


@remembered
def _heard_contact(situation: Situation) -> tuple[Floats, Floats]:
    """The same, whatever else the voice does."""
    performance, direction = situation.performance, situation.direction
    if direction.listening or len(performance.posteriors) == 0:
        return np.zeros(len(situation.times), np.float32), np.zeros(len(situation.times), np.float32)
    near = situation.near(direction.lead)
    heard_at = situation.times + (direction.lead - near.start / FRAME_RATE)
    closure, bite = closure_from_posteriors(performance.posteriors[near], FRAME_RATE)
    met = resample_contact(closure, FRAME_RATE, heard_at, situation.fps)
    met = np.where(met < HALF, met * met / HALF, met).astype(np.float32)
    return met, resample_contact(bite, FRAME_RATE, heard_at, situation.fps)
