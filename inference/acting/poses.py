# SPDX-License-Identifier: GPL-3.0-or-later
"""What each emotion looks like over the 52 shapes: stages that enter one after another as it grows.

Composed from the action units of the Facial Action Coding System that go with each emotion (Ekman, Friesen and Hager 2002,
EMFACS); the amounts are ours, made by eye. A slight emotion is not a faint strong one: joy begins around the eyes, anger in the
brows, and teeth come last. "Left" and "Right" are left out of the names where both sides do the same; a contemptuous face is
given with its left side leading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import EMOTIONS
from ..pose import weights_of


@dataclass(frozen=True)
class Stage:
    """A part of an expression: weights that come in between two levels of the emotion, 0..1. Weights may take away."""

    enters: float
    full: float
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Expression:
    """An emotion's stages, where it carries the head (pitch down, yaw, roll in degrees), and its factor on speech."""

    stages: tuple[Stage, ...]
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    speech: float = 1.0


EXPRESSIONS: Final[dict[str, Expression]] = {
    "joy": Expression(
        (
            Stage(0.0, 0.4, {"eyeSquint": 0.18, "cheekSquint": 0.25, "mouthSmile": 0.2, "mouthDimple": 0.08}),
            Stage(0.2, 0.75, {
                "mouthSmile": 0.4, "cheekSquint": 0.3, "eyeSquint": 0.17, "browOuterUp": 0.1, "mouthStretch": 0.06,
            }),
            Stage(0.6, 1.0, {
                "mouthSmile": 0.3, "cheekSquint": 0.35, "eyeSquint": 0.3, "mouthUpperUp": 0.28, "mouthLowerDown": 0.12,
                "jawOpen": 0.14, "noseSneer": 0.06, "browInnerUp": 0.12, "browOuterUp": 0.1, "mouthDimple": -0.08,
                "eyeBlink": 0.06,
            }),
        ),
        head=(-2.0, 0.0, 3.0), speech=1.05,
    ),
    "sadness": Expression(
        (
            Stage(0.0, 0.45, {"browInnerUp": 0.42, "eyeBlink": 0.1, "mouthFrown": 0.2, "eyeLookDown": 0.06}),
            Stage(0.3, 0.8, {
                "browInnerUp": 0.33, "browDown": 0.12, "mouthFrown": 0.3, "mouthShrugLower": 0.28, "eyeSquint": 0.14,
                "eyeLookDown": 0.06, "eyeBlink": 0.04,
            }),
            Stage(0.65, 1.0, {
                "browInnerUp": 0.25, "browDown": 0.16, "mouthFrown": 0.28, "mouthShrugLower": 0.14, "mouthStretch": 0.2,
                "cheekSquint": 0.25, "eyeSquint": 0.16, "mouthRollLower": 0.1, "mouthLowerDown": 0.08,
            }),
        ),
        head=(8.0, 0.0, 2.5), speech=0.85,
    ),
    "anger": Expression(
        (
            Stage(0.0, 0.4, {"browDown": 0.45, "eyeSquint": 0.22, "mouthPress": 0.22}),
            Stage(0.25, 0.75, {
                "browDown": 0.35, "eyeWide": 0.22, "eyeSquint": 0.14, "noseSneer": 0.22, "mouthPress": 0.14, "mouthFrown": 0.22,
                "jawForward": 0.12, "mouthShrugLower": 0.14,
            }),
            Stage(0.65, 1.0, {
                "browDown": 0.2, "eyeWide": 0.2, "noseSneer": 0.4, "cheekSquint": 0.25, "mouthUpperUp": 0.34,
                "mouthLowerDown": 0.34,
                "mouthStretch": 0.22, "mouthFunnel": 0.12, "jawOpen": 0.1, "jawForward": 0.12, "mouthPress": -0.3,
                "mouthShrugLower": -0.1,
            }),
        ),
        head=(5.0, 0.0, 0.0), speech=1.15,
    ),
    "fear": Expression(
        (
            Stage(0.0, 0.4, {"browInnerUp": 0.4, "eyeWide": 0.28, "mouthStretch": 0.14}),
            Stage(0.25, 0.75, {
                "browInnerUp": 0.3, "browOuterUp": 0.26, "browDown": 0.16, "eyeWide": 0.38, "mouthStretch": 0.24,
                "mouthFrown": 0.12,
            }),
            Stage(0.6, 1.0, {
                "browInnerUp": 0.28, "browOuterUp": 0.2, "browDown": 0.1, "eyeWide": 0.34, "mouthStretch": 0.3, "jawOpen": 0.2,
                "mouthLowerDown": 0.3, "mouthFrown": 0.1, "eyeSquint": 0.08,
            }),
        ),
        head=(-4.0, 0.0, 0.0), speech=0.95,
    ),
    "disgust": Expression(
        (
            Stage(0.0, 0.4, {"noseSneer": 0.36, "eyeSquint": 0.18, "browDown": 0.16, "mouthUpperUp": 0.08}),
            Stage(0.25, 0.75, {
                "noseSneer": 0.36, "mouthUpperUp": 0.24, "browDown": 0.2, "cheekSquint": 0.36, "eyeSquint": 0.18,
                "mouthFrown": 0.24,
                "mouthShrugLower": 0.2,
            }),
            Stage(0.6, 1.0, {
                "noseSneer": 0.28, "mouthUpperUp": 0.28, "browDown": 0.16, "cheekSquint": 0.26, "mouthFrown": 0.22,
                "mouthLowerDown": 0.24, "mouthShrugLower": 0.1, "jawOpen": 0.1, "eyeSquint": 0.34, "eyeBlink": 0.1,
                "mouthStretch": 0.1,
            }),
        ),
        head=(-3.0, 5.0, 2.0), speech=0.95,
    ),
    "surprise": Expression(
        (
            Stage(0.0, 0.4, {"browInnerUp": 0.36, "browOuterUp": 0.42, "eyeWide": 0.14}),
            Stage(0.25, 0.75, {"browInnerUp": 0.34, "browOuterUp": 0.36, "eyeWide": 0.4, "jawOpen": 0.1}),
            Stage(0.55, 1.0, {
                "browInnerUp": 0.25, "browOuterUp": 0.22, "eyeWide": 0.38, "jawOpen": 0.32, "mouthFunnel": 0.14,
                "mouthStretch": -0.1,
            }),
        ),
        head=(-5.0, 0.0, 0.0), speech=1.1,
    ),
    "contempt": Expression(
        (
            Stage(0.0, 0.45, {"mouthDimpleLeft": 0.4, "mouthSmileLeft": 0.12, "eyeBlink": 0.08}),
            Stage(0.25, 0.75, {
                "mouthDimpleLeft": 0.3, "mouthSmileLeft": 0.24, "mouthPressLeft": 0.14, "eyeSquint": 0.22, "eyeBlink": 0.06,
                "browOuterUpLeft": 0.32, "browDownRight": 0.2, "cheekSquintLeft": 0.14, "mouthShrugLower": 0.12,
            }),
            Stage(0.6, 1.0, {
                "mouthUpperUpLeft": 0.36, "noseSneerLeft": 0.4, "cheekSquintLeft": 0.3, "browOuterUpLeft": 0.3,
                "browDownRight": 0.25,
                "mouthLeft": 0.14, "mouthFrownRight": 0.2, "mouthShrugLower": 0.1, "eyeSquint": 0.1,
            }),
        ),
        head=(-5.0, 3.0, 4.0), speech=0.9,
    ),
}  # fmt: skip

TENSE: Final = {"eyeWide": 0.22, "mouthPress": 0.06, "mouthStretch": 0.06, "cheekSquint": 0.08, "browOuterUp": 0.06}
CALM: Final = {"eyeBlink": 0.2, "browOuterUp": 0.03, "eyeLookDown": 0.05}
"""What is seen of a voice's tension alone, at +1 and at -1: neither pleased nor displeased, for joy is as tense as anger."""

HEAD: Final = np.array([EXPRESSIONS[emotion].head for emotion in EMOTIONS], np.float32)
SPEECH: Final = np.array([EXPRESSIONS[emotion].speech for emotion in EMOTIONS], np.float32)

ANTAGONISTS: Final = (
    ("mouthSmileLeft", "mouthFrownLeft"),
    ("mouthSmileRight", "mouthFrownRight"),
    ("browDownLeft", "browOuterUpLeft"),
    ("browDownRight", "browOuterUpRight"),
    ("mouthLeft", "mouthRight"),
    ("jawOpen", "mouthPressLeft"),
    ("jawOpen", "mouthPressRight"),
)
"""Pairs of which, in a mixture, the weaker gives way by half its strength from the stronger too."""


STAGES: Final = tuple(np.stack([weights_of(stage.weights) for stage in EXPRESSIONS[emotion].stages]) for emotion in EMOTIONS)
"""For each emotion float32[stages, 52] what every stage adds."""


def amounts(emotion: int, level: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[F, stages] how far each stage of EMOTIONS[emotion] is in at each level; levels above 1 exaggerate them all.

    Stages begin gently but follow at once: half linear, half eased.
    """
    stages = EXPRESSIONS[EMOTIONS[emotion]].stages
    enters = np.array([stage.enters for stage in stages], np.float32)
    full = np.array([stage.full for stage in stages], np.float32)
    x = np.clip((level[:, None] - enters) / (full - enters), 0, 1)
    return np.asarray((0.5 * x + 0.5 * x * x * (3 - 2 * x)) * np.maximum(level, 1)[:, None], np.float32)
