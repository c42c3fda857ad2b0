# SPDX-License-Identifier: GPL-3.0-or-later
"""act(): all layers put together into an Animation."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..animation import Animation, Layer
from ..direction import Direction
from ..geometry import INDEX as MEASURE
from ..geometry import REFERENCE, Geometry, measure
from ..performance import FRAME_RATE, Performance
from ..seal import closure_from_posteriors, resample_contact, seal
from ..tracks import Tracks
from . import bearing, blink, brows, emotion, gaze, head, lids, life, poses, speech
from .anchors import anchors
from .sampling import Floats, dilate, eased, peaks, sample, smooth, span
from .situation import Situation

MOUTH: Final = list(speech.MOUTH)
ABOVE: Final = [channel for channel in range(arkit.COUNT) if channel not in speech.MOUTH]
EYES: Final = list(arkit.REGIONS["eyes"])
SHUT: Final = 0.5
PARTED: Final = 1.8
"""Millimetres of lip gap in the voice's own curves up to which lips stay shut, and from which anything may open them."""
JAW: Final = arkit.INDEX["jawOpen"]
JAW_AT_CLOSURE: Final = 0.16
JAW_HELPS: Final = 0.7
"""jawOpen with which lips close easily (a chin 4 mm down), and the share of what is beyond that a closure takes away."""
CLOSING: Final = 0.03
"""Seconds before and after contact in which the jaw moves."""
AROUND: Final = round(0.16 * FRAME_RATE)
"""Frames before and after a phrase in which its first and last closures lie."""
DIGITS: Final = 5
"""Decimals that are kept: below what any key shows, above what processors disagree on."""


def act(
    performance: Performance,
    direction: Direction,
    *,
    fps: float,
    start: float,
    frames: int | None = None,
    tracks: Tracks | None = None,
    geometry: Geometry = REFERENCE,
) -> Animation:
    """The final curves of a Performance under a Direction: the same in, the same out, on every platform.

    fps: frames a second of the scene.   start: where the audio begins in the scene, in seconds.
    frames: how many frames to make, from the whole scene frame at or before `start`; None for as many as the audio lasts.
    tracks: what the artist's own emotion and blink curves say at these frames; they replace what would be generated.
    geometry: the character's face, on which lips and lids must meet.
    """
    tracks = tracks or Tracks()
    first, count = span(performance.duration, fps=fps, start=start)
    times = (first + np.arange(count if frames is None else frames)) / fps - start
    situation = Situation(performance, direction, times, fps, tracks)

    levels = emotion.levels(situation) if tracks.emotion is None else np.clip(tracks.emotion, 0, 1).astype(np.float32)
    shifts = gaze.saccades(situation)
    events = blink.blinks(situation, gaze.recruited(shifts, situation)) if tracks.blink is None else ()
    closed = blink.closure(events, times, fps, direction.blink_strength) if tracks.blink is None else np.clip(tracks.blink, 0, 1)
    turned = head.head(situation, shifts, levels)
    looking = _in_head(gaze.path(shifts, situation), turned, direction) * situation.presence[:, None]

    contact = _contact(situation)
    spoken = speech.speech(situation) * (1 + levels @ (poses.SPEECH - 1))[:, None]
    spoken += bearing.bearing(situation, spoken, contact[0])
    expression = emotion.give_way(emotion.face(levels, situation), spoken, contact[0], situation)
    expression += brows.brows(brows.movements(situation), situation) + life.life(situation)
    expression[:, ABOVE] = smooth(expression[:, ABOVE], direction.smoothing * fps)
    expression = np.clip(expression, 0, 1)

    whole = spoken + expression + lids.look(looking, direction.gaze_distance)
    whole = lids.close(whole, closed.astype(np.float32), looking, direction, geometry)
    whole = _jaw_raised(np.clip(whole, 0, 1), contact[0], fps)
    closure = np.maximum(contact[0], _kept_shut(whole, situation, geometry))
    whole = np.round(seal(whole, closure, contact[1], geometry), DIGITS)
    if direction.mouth_only:
        whole[:, ABOVE], closed, looking, turned = 0, np.zeros_like(closed), np.zeros_like(looking), np.zeros_like(turned)
    return Animation(
        fps=fps,
        start=first / fps,
        shapes=whole,
        layers=_apart(whole, expression),
        emotion=levels,
        arousal=situation.tension,
        blink=np.asarray(closed, np.float32),
        gaze=np.asarray(looking, np.float32),
        head=turned,
        anchors=anchors(situation, np.asarray(closed, np.float32)),
    )


def _contact(situation: Situation) -> tuple[Floats, Floats]:
    """float32[F] how far the lips must meet, and how far the lower lip must touch the teeth, at each frame."""
    performance, direction = situation.performance, situation.direction
    if direction.listening or len(performance.posteriors) == 0:
        return np.zeros(len(situation.times), np.float32), np.zeros(len(situation.times), np.float32)
    heard_at = situation.times + direction.lead
    closure, bite = closure_from_posteriors(performance.posteriors, FRAME_RATE)
    return (
        resample_contact(closure, FRAME_RATE, heard_at, situation.fps),
        resample_contact(bite, FRAME_RATE, heard_at, situation.fps),
    )


def _jaw_raised(whole: Floats, closure: Floats, fps: float) -> Floats:
    """The jaw comes up to help the lips close: nobody says p with a wide open jaw and lips stretched over it."""
    nearing = smooth(dilate(closure, round(CLOSING * fps)), CLOSING * fps)
    jaw = whole[:, JAW]
    whole[:, JAW] = jaw - JAW_HELPS * nearing * np.maximum(jaw - JAW_AT_CLOSURE, 0)
    return whole


def _kept_shut(whole: Floats, situation: Situation, geometry: Geometry) -> Floats:
    """float32[F] 0..1 how far the lips must be closed so that what the voice all but shuts is not opened by anything else.

    Besides p, b and m that are recognised there are those that only the curves know of.
    """
    performance = situation.performance
    heard = measure(performance.curves)[:, MEASURE["gap"]]
    heard_at = situation.times + situation.direction.lead
    narrowest = -peaks(-heard, heard_at, situation.fps)
    gap = measure(whole, geometry)[:, MEASURE["gap"]]
    firm = 1 - eased((narrowest - SHUT) / (PARTED - SHUT))
    firm *= sample(dilate(situation.speaking, AROUND), heard_at)
    excess = np.maximum(gap - np.minimum(narrowest, gap), 0) * firm
    return np.asarray(np.clip(excess / np.maximum(gap + 1, 1e-3), 0, 1), np.float32)


def _in_head(world: Floats, turned: Floats, direction: Direction) -> Floats:
    """float32[F, 2] the gaze as seen from the head: eyes that keep their target turn back as far as the head turns."""
    carried = np.stack([turned[:, 1], -turned[:, 0]], axis=1)
    return np.asarray(np.clip(world - direction.gaze_hold * carried, [-40, -30], [40, 25]), np.float32)


def _apart(whole: Floats, expression: Floats) -> dict[Layer, Floats]:
    """The layers, none negative, that add up to the whole: what the expression asks for, as far as it is there; then the rest."""
    felt = np.minimum(expression, whole)
    rest = whole - felt
    eyes = np.zeros_like(rest)
    eyes[:, EYES] = rest[:, EYES]
    return {"speech": rest - eyes, "emotion": felt, "eyes": eyes}
