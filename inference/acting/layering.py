# SPDX-License-Identifier: GPL-3.0-or-later
"""act(): all layers put together into an Animation."""

from __future__ import annotations

import numpy as np

from ..animation import Animation
from ..direction import Direction
from ..geometry import REFERENCE, Geometry
from ..performance import EMOTIONS, FRAME_RATE, Performance
from ..seal import closure_from_posteriors, resample_contact, seal
from ..tracks import Tracks
from .anchors import LIDS, anchors
from .blink import blinks, closure
from .sampling import Floats, span
from .situation import Situation
from .speech import speech


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
    geometry: the character's face, on which the lips must meet.
    """
    tracks = tracks or Tracks()
    first, count = span(performance.duration, fps=fps, start=start)
    count = count if frames is None else frames
    times = (first + np.arange(count)) / fps - start
    situation = Situation(performance, direction, times, fps)
    spoken = speech(situation)
    events = blinks(situation)
    lids = closure(events, times, fps, direction.blink_strength) if tracks.blink is None else tracks.blink
    eyes = np.zeros_like(spoken)
    eyes[:, LIDS] = lids
    shapes = np.clip(spoken + eyes, 0, 1)
    shapes = _sealed(shapes, situation, geometry)
    return Animation(
        fps=fps,
        start=first / fps,
        shapes=shapes,
        layers={"speech": shapes - eyes, "emotion": np.zeros_like(shapes), "eyes": eyes},
        emotion=np.zeros((count, len(EMOTIONS)), np.float32),
        arousal=situation.tension,
        blink=lids,
        gaze=np.zeros((count, 2), np.float32),
        head=np.zeros((count, 3), np.float32),
        anchors=anchors(situation, events),
    )


def _sealed(shapes: Floats, situation: Situation, geometry: Geometry) -> Floats:
    """Lips that meet on p, b, m and touch the teeth on f, v, whatever was done to them before."""
    performance, direction = situation.performance, situation.direction
    if direction.listening or len(performance.posteriors) == 0:
        return shapes
    spoken_at = situation.times + direction.lead
    closure, labiodental = (
        resample_contact(track, FRAME_RATE, spoken_at, situation.fps)
        for track in closure_from_posteriors(performance.posteriors, FRAME_RATE)
    )
    return seal(shapes, closure, labiodental, geometry)
