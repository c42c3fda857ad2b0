# SPDX-License-Identifier: GPL-3.0-or-later
"""Emotion: how much of each is felt at every moment, and the face that shows it without costing lip-sync."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..direction import Direction
from ..performance import EMOTIONS, FRAME_RATE
from ..pose import weights_of
from . import chance, poses
from .sampling import Floats, eased, follow, sample, smooth
from .situation import Situation

HEARD_OVER: Final = 0.8
"""Seconds over which the voice's emotion is averaged: feelings do not flicker with syllables."""
SURE: Final = (0.4, 0.7)
"""Probability of an emotion up to which it does nothing, and from which it does all that the slider lets it."""
LATE_SIDE: Final = 0.09
"""Seconds by which the following side of the face is late at full asymmetry."""
WEAK_SIDE: Final = 0.4
"""How much weaker it is then."""

_INDEX: Final = arkit.INDEX
LEFT: Final = [_INDEX[name] for name in arkit.NAMES if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")]
RIGHT: Final = [arkit.MIRROR[channel] for channel in LEFT]


def levels(situation: Situation) -> Floats:
    """float32[F, 7] how much of each emotion is in force, 0..1, before strength and regions.

    The sliders rule; what is heard in the voice only fills what they leave, by `auto_emotion` and as far as the model is sure.
    """
    direction, performance = situation.direction, situation.performance
    chosen = np.array([getattr(direction, emotion) for emotion in EMOTIONS], np.float32)
    target = np.broadcast_to(chosen, (len(situation.times), len(EMOTIONS)))
    if direction.auto_emotion and not direction.listening and len(performance.emotion):
        room = direction.auto_emotion * (1 - chosen.max())
        heard = sample(smooth(performance.emotion, HEARD_OVER * FRAME_RATE), situation.times)
        target = target + room * heard * eased((heard - SURE[0]) / (SURE[1] - SURE[0]))
    swell = _swell(situation)
    return np.asarray(np.clip(target * (swell * situation.presence)[:, None], 0, 1), np.float32)


def _swell(situation: Situation) -> Floats:
    """float32[F] between 1 - phrasing and 1: expressions live on what is said, most of all on stressed syllables."""
    direction = situation.direction
    said = 0.7 * situation.at_frames(situation.voice)
    for event in situation.events("accent"):
        first, last = np.searchsorted(situation.times, (event.time - 0.1, event.time + event.duration + 0.15))
        said[first:last] = np.maximum(said[first:last], 0.7 + 0.3 * event.strength)
    return 1 - direction.phrasing * (1 - follow(said, direction.onset / 2, direction.offset / 2, 1 / situation.fps))


def face(levels_in_force: Floats, situation: Situation) -> Floats:
    """float32[F, 52] the expression of these levels and of the tension: strength, regions and asymmetry applied, 0..1."""
    direction = situation.direction
    shapes = np.zeros((len(situation.times), arkit.COUNT), np.float32)
    amounts = levels_in_force * direction.emotion_strength
    lead = leading_side(direction)
    late = round(direction.asymmetry * LATE_SIDE * situation.fps)
    for index, emotion in enumerate(EMOTIONS):
        level = amounts[:, index]
        if not level.any():
            continue
        gain = _region_gains(direction, getattr(direction, emotion + "_place"))
        form = poses.STAGES[index] * gain
        shapes += poses.amounts(index, level) @ (form if lead == "Left" else form[:, arkit.MIRROR])
    shapes = _reconciled(np.maximum(shapes, 0))
    tension = situation.tension[:, None]
    both = np.maximum(tension, 0) * weights_of(poses.TENSE) + np.maximum(-tension, 0) * weights_of(poses.CALM)
    shapes += both * _region_gains(direction, 0.0) * situation.presence[:, None]
    following = RIGHT if lead == "Left" else LEFT
    if direction.asymmetry and len(shapes):
        behind = np.concatenate([np.repeat(shapes[:1, following], late, axis=0), shapes[: len(shapes) - late, following]])
        shapes[:, following] = behind[: len(shapes)] * (1 - WEAK_SIDE * direction.asymmetry)
    return np.clip(shapes, 0, 1)


def _reconciled(shapes: Floats) -> Floats:
    """Mixtures whose parts do not pull against each other, and that end softly at 1."""
    for one, other in poses.ANTAGONISTS:
        a, b = shapes[:, _INDEX[one]].copy(), shapes[:, _INDEX[other]].copy()
        both = np.minimum(a, b)
        shapes[:, _INDEX[one]] = a - np.where(a < b, 0.9, 0.5) * both
        shapes[:, _INDEX[other]] = b - np.where(b <= a, 0.9, 0.5) * both
    return np.where(shapes > 0.8, 0.8 + 0.2 * np.tanh((shapes - 0.8) / 0.2), shapes)


def _region_gains(direction: Direction, place: float) -> Floats:
    """float32[52]: the regions' sliders, and an emotion's place from -1 (upper face only) to 1 (mouth only)."""
    upper, lower, between = min(1.0, 1 - place), min(1.0, 1 + place), 1 - 0.5 * abs(place)
    gains = np.zeros(arkit.COUNT, np.float32)
    for region, gain in (
        ("brows", direction.emotion_brows * upper * direction.upper_face),
        ("eyes", direction.emotion_eyes * upper * direction.upper_face),
        ("cheeks", direction.emotion_cheeks * between * direction.upper_face),
        ("nose", direction.emotion_cheeks * between * direction.upper_face),
        ("mouth", direction.emotion_mouth * lower),
        ("jaw", direction.emotion_jaw * lower),
        ("tongue", direction.emotion_mouth * lower),
    ):
        gains[list(arkit.REGIONS[region])] = gain
    return gains


def leading_side(direction: Direction) -> str:
    """The side ("Left" or "Right") that leads an expression: the one that speaks more, else as the take has it."""
    if direction.lopsided:
        return "Left" if direction.lopsided > 0 else "Right"
    return "Left" if chance.draw(direction.seed, "side", 0) < 0.5 else "Right"
