# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a mouth turns from one frame to the next, beside film: what goes there and back at once is seen as a flicker.

Its keys are too dense to edit besides. Lips that part and meet are judged by their gap, which film shows; shapes by an actor's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit
from ...inference.geometry import INDEX
from ...inference.performance import FRAME_RATE
from ..targets import facegood, grid
from ..targets.face import FaceTargets
from .film import filmed
from .product import Shown

SHAPES: Final = (
    "mouthUpperUpLeft", "mouthLowerDownLeft", "mouthRollLower", "mouthPressLeft", "mouthFunnel", "mouthPucker", "jawOpen",
)  # fmt: skip
WEIGHT: Final = 0.1
"""What a shape goes by at least, there in one frame and back in the next."""
GAPS: Final = (1.5, 2.5)
"""The same of the gap, in mm; lips that are pressed into each other are no nearer than those that touch."""
TAKES: Final = tuple(f"1114_2_{take:02}" for take in range(1, 6))
EACH: Final = 10
"""Of the filmed man's clips one in so many is counted."""
Row = dict[str, float]


def turned(track: NDArray[np.floating], least: float) -> NDArray[np.bool_]:
    """bool[T - 2] frames that a track float[T] goes to by more than `least`, and back from by as much."""
    steps = np.diff(track)
    return np.asarray((steps[1:] * steps[:-1] < 0) & (np.minimum(np.abs(steps[1:]), np.abs(steps[:-1])) > least))


def turns(shown: Sequence[Shown]) -> Row:
    """Percent of frames in which each shape, and the gap, turns."""
    return _of_shapes([one.shapes for one in shown]) | _of_gaps([one.measures[:, INDEX["gap"]] for one in shown])


def real(fps: float) -> dict[str, Row]:
    """The same of real mouths seen at `fps`: the filmed man, four others, and the captured actor. Only those that are there."""
    rows = {}
    if man := list(grid.fitted().values())[::EACH]:
        rows["film of one man"] = _of_gaps(_at(fps, (face.measures[:, INDEX["gap"]] for face in man)))
    if others := [measures[:, INDEX["gap"]] for measures, _ in filmed().values()]:
        rows["film of four others"] = _of_gaps(_at(fps, others))
    if takes := [take for name in TAKES if (take := facegood.captured(name)) is not None]:
        rows["captured actor"] = _captured(takes, fps)
    return rows


def _captured(takes: Sequence[FaceTargets], fps: float) -> Row:
    row = _of_shapes(_at(fps, (take.weights for take in takes)))
    return row | _of_gaps(_at(fps, (take.measures[:, INDEX["gap"]] for take in takes)))


def _of_shapes(weights: Iterable[NDArray[np.floating]]) -> Row:
    clips = list(weights)
    return {f"{name.removesuffix('Left')} %": _percent((one[:, arkit.INDEX[name]] for one in clips), WEIGHT) for name in SHAPES}


def _of_gaps(gaps: Iterable[NDArray[np.floating]]) -> Row:
    clips = [np.maximum(gap, 0.0) for gap in gaps]
    return {f"gap, {least:g} mm %": _percent(clips, least) for least in GAPS}


def _percent(tracks: Iterable[NDArray[np.floating]], least: float) -> float:
    return 100.0 * float(np.concatenate([turned(track, least) for track in tracks]).mean())


def _at(fps: float, tracks: Iterable[NDArray[np.floating]]) -> list[NDArray[np.float64]]:
    """Tracks at FRAME_RATE, float[T] or float[T, C], as a camera of `fps` frames a second would have taken them."""
    seen = []
    for track in tracks:
        times = np.arange(int(len(track) / FRAME_RATE * fps)) / fps
        place = np.clip(times * FRAME_RATE - 0.5, 0.0, len(track) - 1.0)
        before = np.minimum(place.astype(np.intp), len(track) - 2)
        part = (place - before).reshape(-1, *[1] * (track.ndim - 1))
        seen.append(np.asarray(track[before] * (1.0 - part) + track[before + 1] * part, np.float64))
    return seen
