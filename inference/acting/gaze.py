# SPDX-License-Identifier: GPL-3.0-or-later
"""Gaze: where the eyes point from frame to frame, following whoever they look at, with a take's saccades between."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..rowwise import product
from . import chance, emotion, poses
from .remembering import remembered
from .saccades import CELL, Saccade
from .sampling import eased, steps
from .situation import Situation

CHIN: Final = 0.35
"""The share of a lowered gaze that is left where the eyes never leave the listener: they rest on his chin."""
PURSUIT: Final = 100.0
"""Degrees a second up to which eyes follow a target that moves; beyond, they leap after it (Meyer, Lasker and Robinson 1985)."""
MICRO_RATE: Final = 1.5
"""Microsaccades a second; humans make 1 to 2."""
MICRO: Final = 0.3
"""Degrees of deviation of their targets."""


def lowered(situation: Situation, levels: Floats) -> Floats | None:
    """float32[F] degrees by which the eyes go down with what is felt; None where nothing lowers them.

    levels: float32[F, 7] emotions in force. Grief looks at nobody, but where the artist has it look.
    """
    direction, told = situation.direction, situation.tracks.target
    low = product(np.clip(levels * direction.emotion_strength, 0, 1), poses.GAZE)
    if told is not None:
        low = low * np.isnan(told).any(axis=1)
    share = CHIN + (1 - CHIN) * min(2 * (1 - direction.eye_contact), 1.0)
    share *= float(emotion.region_gains(direction, 0.0)[arkit.INDEX["eyeLookDownLeft"]])
    return np.asarray(share * low, np.float32) if share and low.any() else None


def path(made: tuple[Saccade, ...], situation: Situation) -> Floats:
    """float32[F, 2] where the eyes point in the world, degrees yaw and pitch, microsaccades included."""
    times = situation.times
    onsets = np.array([saccade.time for saccade in made])
    targets = np.array([saccade.target for saccade in made])
    durations = np.array([saccade.duration for saccade in made])
    now = np.maximum(np.searchsorted(onsets, times, side="right") - 1, 0)
    before = np.maximum(now - 1, 0)
    progress = eased(((times - onsets[now]) / durations[now]).astype(np.float32))[:, None]
    aside = targets[before] + (targets[now] - targets[before]) * progress
    return np.asarray(followed(situation) + aside + _micro(situation), np.float32)


def leaps(situation: Situation) -> tuple[Saccade, ...]:
    """Saccades from one target to another: where the listener is somewhere else from one frame to the next."""
    moved = np.diff(situation.listener, axis=0)
    sizes = np.hypot(moved[:, 0], moved[:, 1])
    at = np.flatnonzero(sizes > max(PURSUIT / situation.fps, MICRO))
    yaws, pitches, times = moved[at, 0].tolist(), moved[at, 1].tolist(), situation.times[at].tolist()
    return tuple(
        Saccade(time, (yaw, pitch), math.hypot(yaw, pitch)) for time, yaw, pitch in zip(times, yaws, pitches, strict=True)
    )


def followed(situation: Situation, *, turn: float | None = None, delay: float = 0.0) -> NDArray[np.float64]:
    """float64[F, 2] the listener as eyes follow him: smoothly while he walks, in a saccade where it is another one.

    turn: seconds as in `turning_time`, for the head, which starts `delay` seconds later; None for the eyes.
    """
    found = leaps(situation)
    path = situation.listener.astype(np.float64)
    if not found:
        return path
    begins = np.array([leap.time for leap in found])
    past = np.searchsorted(begins + 1e-9, situation.times)
    for axis in (0, 1):
        amounts = [leap.target[axis] for leap in found]
        path[:, axis] -= np.concatenate([[0.0], np.cumsum(amounts)])[past]
        lengths = [leap.duration if turn is None else turning_time(turn, leap.size) for leap in found]
        path[:, axis] += steps(situation.times, zip((begins + delay).tolist(), lengths, amounts, strict=True))
    return path


def turning_time(turn: float, size: float) -> float:
    """Seconds that a head takes for `size` degrees: .8 `turn` and more, 1.8 at 25 degrees; for larger ones it turns faster.

    60 degrees take about a second, at some 120 degrees a second, which people often exceed (Guitton and Volle 1987).
    """
    return turn * (0.8 + min(size, 25.0) / 25 + max(size - 25.0, 0.0) / 100)


def _micro(situation: Situation) -> NDArray[np.float64]:
    """float64[F, 2] tiny steps in between, degrees."""
    direction = situation.direction
    rate = MICRO_RATE * direction.gaze_tempo
    step = np.floor(situation.times * rate + 0.3 * np.sin(situation.times * 2.9)).astype(np.int64)
    size = MICRO * direction.gaze_micro
    return size * np.stack([chance.normal(direction.seed, f"gaze/micro {axis}", step).clip(-2, 2) for axis in range(2)], axis=1)


@remembered
def recruited(situation: Situation, made: tuple[Saccade, ...]) -> tuple[float, ...]:
    """Times of the saccades that take a blink along: nearly all above 33 degrees, few below 5 (Evinger et al. 1994)."""
    direction = situation.direction
    moved = [saccade for saccade in (*made[1:], *leaps(situation)) if saccade.size > 4]
    u = chance.uniform(direction.seed, "gaze/blink", [math.floor(saccade.time / CELL) for saccade in moved])
    return tuple(
        saccade.time
        for saccade, chosen in zip(moved, u.tolist(), strict=True)
        if chosen < min(direction.blink_gaze * (saccade.size - 4) / 29, 0.97)
    )
