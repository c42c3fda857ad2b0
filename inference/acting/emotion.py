# SPDX-License-Identifier: GPL-3.0-or-later
"""Emotion: how much of each is felt at every moment, and the face that shows it without costing lip-sync."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..direction import Direction
from ..geometry import REFERENCE, Geometry
from ..performance import EMOTIONS, FRAME_RATE
from ..rowwise import product
from . import chance, poses
from .remembering import remembered
from .sampling import eased, follow, sample, smooth
from .situation import Situation

HEARD_OVER: Final = 0.8
"""Seconds over which the voice's emotion is averaged: feelings do not flicker with syllables."""
SURE: Final = (0.4, 0.7)
"""Probability of an emotion up to which it does nothing, and from which it does all that the slider lets it."""
LATE_SIDE: Final = 0.09
"""Seconds by which the following side of the face is late at full asymmetry."""
WEAK_SIDE: Final = 0.4
"""How much weaker it is then."""

ONSET: Final = Direction().onset
"""Seconds of onset for which the emotions' delays between regions are given."""
BREATH_RATE: Final = 0.45
"""Knots a second of the slow variation of an expression that is held."""
BREATHES: Final = 0.14
"""How much stronger or weaker it gets, as a share, at life 1."""
STAGGERED: Final = {
    "brows": list(arkit.REGIONS["brows"]),
    "eyes": [channel for region in ("eyes", "cheeks", "nose") for channel in arkit.REGIONS[region]],
    "mouth": [channel for region in ("mouth", "jaw", "tongue") for channel in arkit.REGIONS[region]],
}
"""Channels by what moves together as an expression comes and goes."""

_INDEX: Final = arkit.INDEX
LEFT: Final = [_INDEX[name] for name in arkit.NAMES if name.endswith("Left") and name not in ("jawLeft", "mouthLeft")]
RIGHT: Final = [arkit.MIRROR[channel] for channel in LEFT]


@remembered
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
    target = np.array(target * situation.presence[:, None], np.float32)
    if direction.phrasing and target.any():
        said = _said(situation)
        for index in np.flatnonzero(target.any(axis=0)):
            target[:, index] *= _swell(said, situation, poses.PACE[index])
    return np.asarray(np.clip(target, 0, 1), np.float32)


def _said(situation: Situation) -> Floats:
    """float32[F] what expressions live on: the voice, most of all its stressed syllables."""
    said = 0.7 * situation.at_frames(situation.voice)
    for event in situation.events("accent"):
        first, last = np.searchsorted(situation.times, (event.time - 0.1, event.time + event.duration + 0.15))
        said[first:last] = np.maximum(said[first:last], 0.7 + 0.3 * event.strength)
    return said


def _swell(said: Floats, situation: Situation, pace: poses.Pace) -> Floats:
    """float32[F] between 1 - phrasing and 1, at the emotion's own pace: surprise is there at once, sadness takes its time."""
    direction = situation.direction
    rise, fall = direction.onset * pace.onset / 2, direction.offset * pace.offset / 2
    return 1 - direction.phrasing * (1 - follow(said, rise, fall, 1 / situation.fps))


def face(levels_in_force: Floats, situation: Situation, mood: Floats, geometry: Geometry = REFERENCE) -> Floats:
    """float32[F, 52] the expression of these levels and of the tension: strength, regions and asymmetry applied, 0..1.

    mood: float32[F, 52] what is felt besides.   geometry: the face that shows it, with its own shapes' millimetres.
    """
    direction = situation.direction
    shapes = mood.copy()
    strong = levels_in_force * direction.emotion_strength
    lead = leading_side(direction)
    forms = poses.SOLUTIONS.on(geometry, lead)
    for index, emotion in enumerate(EMOTIONS):
        if strong[:, index].any():
            gains = region_gains(direction, getattr(direction, emotion + "_place"))
            own = forms[3 * index : 3 * index + 3] * gains
            shown = _shown(strong[:, index], own, poses.PACE[index], situation, "emotion/" + emotion)
            shapes += one_side_first(shown, lead, direction.asymmetry * poses.PACE[index].asymmetry, situation.fps)
    shapes = _reconciled(np.maximum(shapes, 0, out=shapes))
    tension = situation.tension[:, None]
    tense, calm = forms[-2:]
    toned = np.maximum(tension, 0) * tense + np.maximum(-tension, 0) * calm
    toned *= region_gains(direction, 0.0)
    both = one_side_first(toned.astype(np.float32, copy=False), lead, direction.asymmetry, situation.fps)
    both *= situation.presence[:, None]
    shapes += both
    return np.clip(shapes, 0, 1, out=shapes)


def _shown(level: Floats, forms: Floats, pace: poses.Pace, situation: Situation, stream: str) -> Floats:
    """float32[F, 52] faces float32[3, 52] at a level that reaches brows, eyes and mouth one after the other, and breathes."""
    direction, fps = situation.direction, situation.fps
    first = min(0.0, *pace.late)
    shapes = np.zeros((len(level), arkit.COUNT), np.float32)
    breaths = breathing(situation, stream)
    for region, late, breath in zip(STAGGERED, (0.0, *pace.late), breaths, strict=True):
        behind = (late - first) * min(direction.onset / ONSET, 2.0) * fps
        felt = _delayed(level, behind)
        felt = felt * breath
        channels = STAGGERED[region]
        shapes[:, channels] = product(poses.amounts(felt), forms[:, channels])
    return shapes


@remembered
def breathing(situation: Situation, stream: str) -> Floats:
    """float32[3, F] factors about 1 by which an expression swells and fades slowly in each of STAGGERED, as far as `life` says.

    Random by `stream`.
    """
    life = situation.direction.life
    if not life:
        return np.ones((len(STAGGERED), len(situation.times)), np.float32)
    streams = (f"{stream} {region}" for region in STAGGERED)
    waves = chance.noises(situation.direction.seed, streams, situation.times, BREATH_RATE)
    return np.array([1 + BREATHES * life * np.clip(wave, -1.5, 1.5) for wave in waves], np.float32)


def _delayed(track: Floats, frames: float) -> Floats:
    """A track so many frames later; its first value holds until then."""
    if frames <= 0 or len(track) == 0:
        return track
    whole = math.floor(frames)
    places = np.arange(len(track)) - whole
    near, far = (track[np.maximum(places - step, 0)] for step in (0, 1))
    return np.asarray(near + np.float32(frames - whole) * (far - near), np.float32)


def one_side_first(shapes: Floats, lead: str, asymmetry: float, fps: float) -> Floats:
    """float32[F, 52] shapes with the side that does not lead delayed, by up to LATE_SIDE s, and weakened; changed in place.

    lead: "Left" or "Right".   asymmetry: 0 for both sides alike.
    """
    if not asymmetry or not len(shapes):
        return shapes
    late, following = round(asymmetry * LATE_SIDE * fps), RIGHT if lead == "Left" else LEFT
    behind = np.concatenate([np.repeat(shapes[:1, following], late, axis=0), shapes[: len(shapes) - late, following]])
    shapes[:, following] = behind[: len(shapes)] * (1 - WEAK_SIDE * min(asymmetry, 1.0))
    return shapes


def _reconciled(shapes: Floats) -> Floats:
    """Mixtures whose parts do not pull against each other, and that end softly at 1."""
    for one, other in poses.ANTAGONISTS:
        a, b = shapes[:, _INDEX[one]].copy(), shapes[:, _INDEX[other]].copy()
        both = np.minimum(a, b)
        shapes[:, _INDEX[one]] = a - np.where(a < b, 0.9, 0.5) * both
        shapes[:, _INDEX[other]] = b - np.where(b <= a, 0.9, 0.5) * both
    high = shapes > 0.8
    shapes[high] = 0.8 + 0.2 * np.tanh((shapes[high] - 0.8) / 0.2)
    return shapes


def region_gains(direction: Direction, place: float) -> Floats:
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
