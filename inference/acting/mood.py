# SPDX-License-Identifier: GPL-3.0-or-later
"""A mood acted: the face it holds, and what it does now and then. The sliders it moves are moved before (moods.directed)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit, moods
from ..arrays import Floats
from ..geometry import Geometry
from ..moods import Gesture
from . import chance, emotion
from .faces import Face, Solutions
from .sampling import eased
from .situation import Situation

USUAL: Final = {"accent": 40.0, "phrase_end": 16.0, "pause": 12.0}
"""How many such moments a minute of lively speech has: a gesture that is made as often is made on every one."""
MADE: Final = 0.85
"""Share of the gestures at any time that are made, so that they are no clock."""
SIZES: Final = (0.75, 1.15)
DEEP: Final = 0.7
"""How much of a gesture that shakes goes up and down with its beats."""


def is_in(situation: Situation) -> bool:
    """Whether the character is in any mood."""
    return bool(situation.direction.mood) and situation.direction.mood_amount > 0


def face(situation: Situation, geometry: Geometry) -> Floats:
    """float32[F, 52] what the mood shows: strength, regions and asymmetry applied, not bounded."""
    direction, frames = situation.direction, len(situation.times)
    shapes = np.zeros((frames, arkit.COUNT), np.float32)
    if not is_in(situation) or not frames:
        return shapes
    lead = emotion.leading_side(direction)
    forms = solutions(direction.mood).on(geometry, lead)
    for channels, breath in zip(emotion.STAGGERED.values(), emotion.breathing(situation, "mood"), strict=True):
        shapes[:, channels] = breath[:, None] * forms[0, channels]
    for index, gesture in enumerate(moods.load_mood(direction.mood).gestures):
        shapes += made(gesture, index, situation)[:, None] * forms[index + 1]
    shapes *= (_strength(situation) * direction.emotion_strength * situation.presence)[:, None]
    shapes *= emotion.region_gains(direction, 0.0)
    return emotion.one_side_first(shapes, lead, direction.asymmetry, situation.fps)


def head(situation: Situation) -> NDArray[np.float64]:
    """float64[F, 3] degrees that the mood's gestures move the head by."""
    turned = np.zeros((len(situation.times), 3))
    if is_in(situation):
        way = 1.0 if emotion.leading_side(situation.direction) == "Left" else -1.0
        for index, gesture in enumerate(moods.load_mood(situation.direction.mood).gestures):
            if any(gesture.head):
                turned += made(gesture, index, situation)[:, None] * (np.array(gesture.head) * [1.0, way, way])
        turned *= _strength(situation)
    return turned


def _strength(situation: Situation) -> float:
    return situation.direction.mood_amount * moods.load_mood(situation.direction.mood).strength


@lru_cache(maxsize=16)
def solutions(mood: str) -> Solutions:
    """The face that a mood holds, and those of its gestures."""
    recipe = moods.load_mood(mood)
    looks = [recipe.look, *(gesture.look for gesture in recipe.gestures)]
    return Solutions([Face(look.units, look.mm) for look in looks])


def made(gesture: Gesture, index: int, situation: Situation) -> Floats:
    """float32[F] 0..1 how much of a mood's gesture shows at each frame, for the face and the head alike.

    index: its place among the gestures of the mood.
    """
    times, total = situation.times, np.zeros(len(situation.times), np.float32)
    for begin, size in _begun(gesture, index, situation):
        end = begin + gesture.rise + gesture.hold + gesture.fall
        first, last = np.searchsorted(times, (begin, end))
        since, until = times[first:last] - begin, end - times[first:last]
        shape = np.minimum(eased((since / gesture.rise).astype(np.float32)), eased((until / gesture.fall).astype(np.float32)))
        if gesture.beats:
            shape = shape * (1 - DEEP * (0.5 + 0.5 * np.cos(2 * np.pi * gesture.beats * since))).astype(np.float32)
        total[first:last] = np.maximum(total[first:last], np.float32(size) * shape)
    return total


def _begun(gesture: Gesture, index: int, situation: Situation) -> Iterator[tuple[float, float]]:
    """When it begins (s), and how large it is, about 1."""
    seed, times = situation.direction.seed, situation.times
    if gesture.per_minute <= 0 or not len(times):
        return
    stream = f"mood/gesture {index}"
    if gesture.at == "any":
        apart = 60.0 / gesture.per_minute
        longest = gesture.rise + gesture.hold + gesture.fall
        cells = range(int(np.floor((times[0] - longest) / apart)), int(np.floor(times[-1] / apart)) + 1)
        begun = ((cell, (cell + 0.8 * chance.draw(seed, stream + " when", cell)) * apart, MADE) for cell in cells)
    else:
        share = gesture.per_minute / USUAL[gesture.at]
        found = [event for event in situation.performance.events if event.kind == gesture.at]
        begun = ((round(event.time * 25), event.time - 0.4 * gesture.rise, share) for event in found)
    for number, begin, likely in begun:
        if chance.draw(seed, stream, number) < likely:
            yield begin, SIZES[0] + (SIZES[1] - SIZES[0]) * chance.draw(seed, stream + " size", number)
