# SPDX-License-Identifier: GPL-3.0-or-later
"""act(): all layers put together into an Animation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .. import arkit
from ..animation import Animation, Layer
from ..contact import closure_from_posteriors, resample_contact
from ..direction import Direction
from ..geometry import REFERENCE, Geometry
from ..learning.rules import Placed, applied
from ..moods import directed
from ..performance import FRAME_RATE, Performance
from ..seal import seal
from ..style import Worn, inclined
from ..style import applied as styled
from ..tracks import Tracks
from . import bearing, blink, brows, emotion, gaze, head, lids, life, mood, opening, poses, resting, speech, vocal, yielding
from .anchors import anchors
from .cues import Cue, play
from .sampling import Floats, smooth, span
from .situation import Borders, Situation

MOUTH: Final = list(speech.MOUTH)
ABOVE: Final = [channel for region in ("brows", "eyes", "cheeks", "nose") for channel in arkit.REGIONS[region]]
EYES: Final = list(arkit.REGIONS["eyes"])
OTHERS: Final = [channel for channel in range(arkit.COUNT) if channel not in EYES]
FROM_REST: Final = Borders()
DIGITS: Final = 5
"""Decimals that are kept: below what any key shows, above what processors disagree on."""


def act(
    performance: Performance,
    direction: Direction,
    *,
    fps: float,
    start: float,
    frames: int | None = None,
    begin: int = 0,
    borders: Borders = FROM_REST,
    tracks: Tracks | None = None,
    geometry: Geometry = REFERENCE,
    rules: Sequence[Placed] = (),
    cues: Sequence[Cue] = (),
    style: Worn | None = None,
) -> Animation:
    """The final curves of a Performance under a Direction: the same in, the same out, on every platform.

    fps: frames a second of the scene.   start: where the audio begins in the scene, in seconds.
    frames: how many frames to make, from the whole scene frame at or before `start`; None for as many as the audio lasts.
    begin: how many frames after that one to begin; before it, below zero.
    borders: where the face comes from rest and goes back to it; by default at both ends of the audio.
    tracks: what the artist's own emotion and blink curves say at these frames; they replace what would be generated.
    geometry: the character's face, on which lips and lids must meet.
    rules: how this character says some sounds differently; closures stay closed.
    cues: what the face is told to do at moments.
    style: how this performer moves the mouth, whatever is said; closures stay closed.
    """
    tracks, direction = tracks or Tracks(), inclined(directed(direction), style)
    first, count = span(performance.duration, fps=fps, start=start)
    first += begin
    times = (first + np.arange(count if frames is None else frames)) / fps - start
    situation = Situation(performance, direction, times, fps, tracks, borders)

    levels = emotion.levels(situation) if tracks.emotion is None else np.clip(tracks.emotion, 0, 1).astype(np.float32)
    shifts = gaze.saccades(situation)
    events = blink.blinks(situation, gaze.recruited(shifts, situation)) if tracks.blink is None else ()
    closed = blink.closure(events, times, fps, direction.blink_strength) if tracks.blink is None else np.clip(tracks.blink, 0, 1)
    sounds, told = vocal.play(situation, geometry), play(cues, times)
    turned = head.head(situation, shifts, levels, sounds.head + mood.head(situation) + told.head)
    if tracks.blink is None:
        closed = np.maximum(closed, told.lids)
    looking = _in_head(gaze.path(shifts, situation), turned, direction) * situation.presence[:, None]

    contact = _contact(situation, sounds.own)
    # In place from here on: an array of all shapes is 90 MB for two hours at 60 frames a second.
    spoken = speech.speech(situation)
    spoken *= (1 + levels @ (poses.SPEECH - 1) - sounds.own)[:, None]
    spoken += direction.upper_face * speech.companions(spoken, contact[0])
    spoken = opening.alike(spoken, geometry, fps)
    if not direction.listening:
        spoken = applied(spoken, rules, performance.phones, times + direction.lead)
        spoken = styled(spoken, style, times + direction.lead, performance.posteriors)
    if borders != FROM_REST:
        spoken *= situation.sounding[:, None]
    spoken += bearing.bearing(situation, spoken, contact[0])
    expression = emotion.face(levels, situation, mood.face(situation, geometry), geometry)
    expression *= (1 - sounds.mood)[:, None]
    if not situation.is_idle:
        spoken = yielding.lips_held(yielding.corners_low(spoken, expression, geometry), expression, situation)
        expression = yielding.give_way(expression, spoken, contact[0], situation, geometry)
    moved = sounds.shapes + told.shapes
    moved += brows.brows(brows.movements(situation), situation)
    moved += life.life(situation)
    expression += moved
    del moved
    expression[:, ABOVE] = smooth(expression[:, ABOVE], direction.smoothing * fps)
    np.clip(expression, 0, 1, out=expression)
    if situation.is_idle:
        expression = resting.lips_together(expression, geometry)

    spoken += expression
    spoken += lids.look(looking, direction.gaze_distance)
    whole = lids.close(spoken, closed.astype(np.float32), looking, direction, geometry)
    del spoken
    shut = yielding.kept_shut(np.clip(whole, 0, 1), situation, geometry) * (1 - sounds.own)
    closure = np.maximum(contact[0], shut)
    whole = yielding.jaw_raised(seal(whole, closure, contact[1], geometry), contact[0], fps, geometry)
    np.round(whole, DIGITS, out=whole)
    if direction.mouth_only:
        whole[:, ABOVE], closed, looking, turned = 0, np.zeros_like(closed), np.zeros_like(looking), np.zeros_like(turned)
    return Animation(
        fps=fps,
        start=first / fps,
        shapes=whole,
        layers=_Apart(whole, np.minimum(expression, whole, out=expression)),
        emotion=levels,
        arousal=situation.tension,
        blink=np.asarray(closed, np.float32),
        gaze=np.asarray(looking, np.float32),
        head=turned,
        anchors=anchors(situation, np.asarray(closed, np.float32)),
    )


def _contact(situation: Situation, other: Floats) -> tuple[Floats, Floats]:
    """float32[F] how far the lips must meet, and how far the lower lip must touch the teeth, at each frame.

    other: float32[F] how far the mouth makes other sounds than speech.
    """
    performance, direction = situation.performance, situation.direction
    if direction.listening or len(performance.posteriors) == 0:
        return np.zeros(len(situation.times), np.float32), np.zeros(len(situation.times), np.float32)
    heard_at = situation.times + direction.lead
    closure, bite = closure_from_posteriors(performance.posteriors, FRAME_RATE)
    return (
        resample_contact(closure, FRAME_RATE, heard_at, situation.fps) * (1 - other),
        resample_contact(bite, FRAME_RATE, heard_at, situation.fps) * (1 - other),
    )


def _in_head(world: Floats, turned: Floats, direction: Direction) -> Floats:
    """float32[F, 2] the gaze as seen from the head: eyes that keep their target turn back as far as the head turns."""
    carried = np.stack([turned[:, 1], -turned[:, 0]], axis=1)
    return np.asarray(np.clip(world - direction.gaze_hold * carried, [-40, -30], [40, 25]), np.float32)


@dataclass(frozen=True, eq=False)
class _Apart(Mapping[Layer, Floats]):
    """The layers, none negative, that add up to the whole: what the expression asks for, as far as it is there; then the rest.

    Two of the three are made when they are asked for: most never are, and they would take as much memory as the whole.
    """

    whole: Floats
    felt: Floats

    def __getitem__(self, layer: Layer) -> Floats:
        if layer == "emotion":
            return self.felt
        if layer not in ("speech", "eyes"):
            raise KeyError(layer)
        rest = self.whole - self.felt
        rest[:, EYES if layer == "speech" else OTHERS] = 0
        return rest

    def __iter__(self) -> Iterator[Layer]:
        yield from ("speech", "emotion", "eyes")

    def __len__(self) -> int:
        return 3
