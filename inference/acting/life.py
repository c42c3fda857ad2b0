# SPDX-License-Identifier: GPL-3.0-or-later
"""Life: what moves in a face that says nothing. Small drifts, breathing, swallowing, lips pressed in thought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..pose import weights_of
from . import chance
from .remembering import remembered
from .sampling import Bump, bumps
from .situation import Situation
from .vocal import sureness

DRIFT_RATE: Final = 0.5
"""Knots a second of the drifts."""
DRIFTS: Final = {
    "browInnerUp": 0.05, "browDown": 0.04, "browOuterUp": 0.03, "eyeSquint": 0.04, "cheekSquint": 0.03, "noseSneer": 0.02,
}  # fmt: skip
MOUTH_DRIFTS: Final = {
    "mouthDimple": 0.05, "mouthPress": 0.05, "mouthSmile": 0.03, "mouthShrugLower": 0.03, "mouthRollLower": 0.03,
}  # fmt: skip
"""Largest weights; those of the mouth only where nothing is said."""
BREATH_IN: Final = {"jawOpen": 0.13, "mouthLowerDown": 0.16, "mouthUpperUp": 0.1, "noseSneer": 0.1, "browInnerUp": 0.06}
QUIET_BREATH: Final = {"noseSneer": 0.035, "jawOpen": 0.008}
QUIET_BREATHS: Final = 0.25
"""A second, at rest."""
SWALLOW: Final = {"mouthPress": 0.35, "mouthRollLower": 0.18, "mouthShrugLower": 0.22, "mouthDimple": 0.12}
ANSWER: Final = {"mouthSmile": 0.14, "mouthDimple": 0.08, "mouthPress": 0.06, "cheekSquint": 0.06}
ANSWERS: Final = 0.6
"""What a listener's mouth does at the end of a phrase, and how often."""
SWALLOW_CHANCE: Final = 0.5
LONG_PAUSE: Final = 1.0


@remembered
def life(situation: Situation) -> Floats:
    """float32[F, 52] drifts, breaths, swallows and a listener's short answers, faded at the borders of the line."""
    direction, times = situation.direction, situation.times
    shapes = np.zeros((len(times), arkit.COUNT), np.float32)
    if len(times) == 0:
        return shapes
    silent = situation.quiet
    _drift(shapes, situation, DRIFTS, np.float32(direction.life * direction.upper_face))
    _drift(shapes, situation, MOUTH_DRIFTS, np.asarray(direction.life * silent**2, np.float32))
    breathing, swallowing = bumps(times, _breaths(situation)), bumps(times, _swallows(situation))
    calm = calm_breath(situation)
    shapes += (direction.breath * breathing)[:, None] * weights_of(BREATH_IN)
    shapes += (direction.breath * silent**2 * calm.astype(np.float32))[:, None] * weights_of(QUIET_BREATH)
    shapes += (swallowing * silent)[:, None] * weights_of(SWALLOW)
    if direction.listening:
        shapes += bumps(times, _answers(situation))[:, None] * weights_of(ANSWER)
    return np.asarray(shapes * situation.presence[:, None], np.float32)


def calm_breath(situation: Situation) -> NDArray[np.float64]:
    """float64[F] 0..1 how far somebody at rest has breathed in."""
    drifting = 1.5 * chance.noise(situation.direction.seed, "life/breath", situation.times, 0.2)
    return np.asarray(0.5 + 0.5 * np.sin(2 * np.pi * QUIET_BREATHS * situation.times + drifting))


def _answers(situation: Situation) -> Iterator[Bump]:
    """A listener's corners move a little when the other has said something."""
    for event in situation.events("phrase_end"):
        u, v = (chance.draw(situation.direction.seed, f"life/answer {name}", round(event.time * 25)) for name in "uv")
        if u < ANSWERS * (0.4 + 0.6 * event.strength):
            yield Bump(event.time + 0.35 + 0.4 * v, 0.35, 0.9, 0.6 + 0.4 * v)


def _breaths(situation: Situation) -> Iterator[Bump]:
    for event in situation.events("breath") if situation.makes_sounds else ():
        deepest = min(0.6 * event.duration, 0.6)
        yield Bump(event.time + deepest, deepest + 0.12, 0.4, sureness(event) * (0.5 + 0.7 * event.strength))


def _swallows(situation: Situation) -> Iterator[Bump]:
    for event in situation.events("pause"):
        if event.duration > LONG_PAUSE and _draw(situation, event.time) < SWALLOW_CHANCE * situation.direction.swallow:
            yield Bump(event.time + 0.5 * event.duration, 0.3, 0.45, 1.0)


def _draw(situation: Situation, time: float) -> float:
    return chance.draw(situation.direction.seed, "life/swallow", round(time * 25))


def _drift(shapes: Floats, situation: Situation, sizes: dict[str, float], amount: Floats | np.float32) -> None:
    streams = ("life/" + name for name in sizes)
    waves = chance.noises(situation.direction.seed, streams, situation.times, DRIFT_RATE)
    for (name, size), wave in zip(sizes.items(), waves, strict=True):
        drift = amount * np.float32(size) * np.clip(wave.astype(np.float32), -1, 1)
        sides = [name] if name in arkit.INDEX else [name + "Left", name + "Right"]
        for side in sides:
            # Weights cannot be negative: the drift has its rest in the middle of its reach.
            shapes[:, arkit.INDEX[side]] += np.maximum(drift, 0)
