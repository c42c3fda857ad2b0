# SPDX-License-Identifier: GPL-3.0-or-later
"""What an animator gets of a recording: heard, acted, sealed, and keyed as sparsely as the settings say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...inference import geometry
from ...inference.acting import Performer, act
from ...inference.animation import Animation
from ...inference.arkit import COUNT
from ...inference.direction import Direction
from ...inference.geometry import REFERENCE, Geometry
from ...inference.keying import evaluate
from ...inference.keying.fitting import Anchors, Wish, fit_keys
from ...inference.performance import FRAME_RATE, Performance
from ..corpora import Utterance


@dataclass(frozen=True)
class Shown:
    """One utterance as it is seen on a face: F frames at `fps`, the first at the start of the recording.

    shapes: float32[F, 52] as the keys have them.   measures: float32[F, M] millimetres on the face that speaks.
    """

    utterance: Utterance
    performance: Performance
    fps: float
    shapes: NDArray[np.float32]
    measures: NDArray[np.float32]

    def at(self, measure: str, times: ArrayLike) -> NDArray[np.float64]:
        """One measure in mm at any times in seconds, straight between frames."""
        track = self.measures[:, geometry.INDEX[measure]]
        return np.interp(np.asarray(times, np.float64) * self.fps, np.arange(len(track)), track)

    def span(self, measure: str, start: float, end: float) -> NDArray[np.float64]:
        """The measure every 5 ms from start to end, both included."""
        return self.at(measure, np.arange(start, end + 1e-9, 0.005))


def show(utterance: Utterance, performance: Performance, fps: float, direction: Direction, face: Geometry = REFERENCE) -> Shown:
    """A performance through acting, seal and keys."""
    animation = act(performance, direction, fps=fps, start=0.0, performer=Performer(face))
    shapes = keyed(animation, direction)
    return Shown(utterance, performance, fps, shapes, geometry.measure(shapes, face))


def as_heard(utterance: Utterance, performance: Performance) -> Shown:
    """The performance's own curves, before any acting, at the rate they have (half a frame early, as no key could be)."""
    shapes = performance.curves
    return Shown(utterance, performance, FRAME_RATE, shapes, geometry.measure(shapes))


def keyed(animation: Animation, direction: Direction) -> NDArray[np.float32]:
    """float32[F, 52]: the curves as their keys show them on whole frames."""
    anchors = Anchors(animation)
    keys = fit_keys([Wish(animation.shapes[:, at], anchors.of((at,))) for at in range(COUNT)], 0, direction)
    frames = np.arange(len(animation.shapes))
    return np.stack([evaluate(curve, frames) for curve in keys], axis=1).astype(np.float32)
