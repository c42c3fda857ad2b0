# SPDX-License-Identifier: GPL-3.0-or-later
"""Life: what moves in a face that says nothing. Small drifts, breathing, swallowing, lips pressed in thought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..arrays import Floats
from ..geometry import Geometry
from ..pose import weights_of
from . import chance, resting
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
ANSWER: Final = {"mouthSmile": 0.14, "mouthDimple": 0.06}
ANSWERED: Final = 0.45
"""What a listener's corners do at the end of a phrase, and by how many millimetres at most."""
WARMTH: Final = {"cheekSquint": 0.06, "eyeSquint": 0.16, "browInnerUp": 0.05, "browOuterUp": 0.06}
"""What shows meanwhile that it is a smile, where a mouth at rest hardly can."""
ANSWERS: Final = 0.6
"""How often a listener does so."""
USUAL_LIFE: Final = 0.5
"""The slider's default, beyond which an artist asks for more."""
SWALLOW_CHANCE: Final = 0.5
"""How often somebody swallows in a long pause, at the slider's 1."""
LONG_PAUSE: Final = 1.0
"""Seconds from which a pause is one."""


@remembered
def life(situation: Situation, geometry: Geometry) -> Floats:
    """float32[F, 52] drifts, breaths, swallows and a listener's short answers, faded at the borders of the line.

    Who says nothing has the mouth at rest meanwhile, within half a millimetre on this character; but for breaths that are heard.
    """
    direction, times = situation.direction, situation.times
    shapes = np.zeros((len(times), arkit.COUNT), np.float32)
    if len(times) == 0:
        return shapes
    silent = situation.quiet
    _drift(shapes, situation, DRIFTS, np.float32(direction.life * direction.upper_face))
    answering = bumps(times, _answers(situation)) if direction.listening else np.zeros(len(times), np.float32)
    _drift(shapes, situation, MOUTH_DRIFTS, np.asarray(direction.life * silent**2 * np.maximum(1 - answering, 0), np.float32))
    breathing, swallowing = bumps(times, _breaths(situation)), bumps(times, _swallows(situation))
    shapes += (direction.breath * silent**2 * calm_breath(situation).astype(np.float32))[:, None] * weights_of(QUIET_BREATH)
    shapes += (swallowing * silent)[:, None] * weights_of(SWALLOW)
    if direction.listening:
        corners = weights_of(ANSWER)
        corners *= min(ANSWERED / max(float((corners @ resting.stirs(geometry)).max()), ANSWERED), 1)
        shapes += answering[:, None] * (corners + weights_of(WARMTH))
    waits = np.ones(len(times), np.float32) if direction.listening or situation.is_idle else 1 - situation.sounding
    frames = np.flatnonzero(waits)
    calm = resting.at_rest(shapes[frames], geometry, resting.AT_REST * max(direction.life / USUAL_LIFE, 1.0))
    shapes[frames] += waits[frames, None] * (calm - shapes[frames])
    shapes += (direction.breath * breathing)[:, None] * weights_of(BREATH_IN)
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
