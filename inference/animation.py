# SPDX-License-Identifier: GPL-3.0-or-later
"""Animation: the final curves at the scene's frame rate, ready for a rig map and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

AnchorKind = Literal["vowel", "apex", "closure", "blink", "rest", "edge"]
"""A vowel's or another phone's apex, lips or teeth that meet, a pose of a blink, the borders of a rest, the ends."""
Layer = Literal["speech", "emotion", "eyes"]


@dataclass(frozen=True)
class Anchor:
    """A moment where an animator would set a key.

    frame: index into Animation.shapes (fractional allowed).
    channels: the ARKit indices it concerns; empty for all.
    """

    frame: float
    kind: AnchorKind
    channels: tuple[int, ...] = ()


@dataclass(frozen=True)
class Animation:
    """Final curves, F frames at `fps`; frame i is at scene time `start + i / fps` seconds, a whole frame of the scene.

    shapes: float32[F, 52] final weights, 0..1, the sum of all layers after the seal.
    layers: the same motion taken apart for separate output; float32[F, 52] each, they add up to shapes.
    emotion: float32[F, 7] the emotion mix in force (performance.EMOTIONS order), 0..1.
    arousal: float32[F] the arousal in force, -1..1.
    blink: float32[F, 2] lid closure by the blink track, left and right, 0..1.
    gaze: float32[F, 2] degrees, yaw (positive to the character's left) and pitch (positive up).
    head: float32[F, 3] degrees, pitch (positive nods down), yaw (positive to the character's left), roll (positive to the
        character's left shoulder).
    anchors: where keys belong.
    """

    fps: float
    start: float
    shapes: NDArray[np.float32]
    layers: Mapping[Layer, NDArray[np.float32]]
    emotion: NDArray[np.float32]
    arousal: NDArray[np.float32]
    blink: NDArray[np.float32]
    gaze: NDArray[np.float32]
    head: NDArray[np.float32]
    anchors: tuple[Anchor, ...]

    @property
    def times(self) -> NDArray[np.float64]:
        """float64[F] scene times in seconds."""
        return self.start + np.arange(len(self.shapes)) / self.fps
