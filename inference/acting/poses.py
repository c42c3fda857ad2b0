# SPDX-License-Identifier: GPL-3.0-or-later
"""What each emotion looks like: faces at three levels, in millimetres and the shapes they are made of.

Composed from the action units of the Facial Action Coding System that go with each emotion (Ekman, Friesen and Hager 2002,
EMFACS): joy is AU 6+12+25, sadness 1+4+15+17, anger 4+5+7+23/24 (10+22+25 in rage), fear 1+2+4+5+20+25, disgust 9+10+15+17,
surprise 1+2+5+26, contempt 12+14 on one side. The amounts are ours, made by eye on four heads. A slight emotion is not a faint
strong one, but it has its eyes and brows in it from the first. "Left" and "Right" are left out of the names where both sides do
the same; a contemptuous face is given with its left side leading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..performance import EMOTIONS
from .faces import Face, Solutions

LEVELS: Final = (1 / 3, 2 / 3, 1.0)
"""The levels of an emotion at which its faces are given."""


@dataclass(frozen=True)
class Pace:
    """How an emotion comes and goes, as factors on the sliders: `onset` and `offset` on its time, `asymmetry` on one side's lead.

    late: seconds by which eyes (lids, cheeks, nose) and mouth (with the jaw) follow the brows, or run ahead of them below zero.
    """

    onset: float = 1.0
    offset: float = 1.0
    asymmetry: float = 1.0
    late: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Expression:
    """An emotion's faces at LEVELS, where it carries the head (pitch down, yaw, roll in degrees), and its factor on speech.

    gaze: degrees by which the eyes go down.
    """

    faces: tuple[Face, Face, Face]
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    gaze: float = 0.0
    speech: float = 1.0
    pace: Pace = field(default_factory=Pace)


EXPRESSIONS: Final[dict[str, Expression]] = {
    # The cheeks close the eyes from below: a smile without them is only polite (Duchenne's marker, AU 6), and one under sinking
    # upper lids is sly.
    "joy": Expression(
        (
            Face(
                {"mouthSmile": 0.56, "cheekSquint": 0.42, "eyeSquint": 0.26, "mouthDimple": 0.06},
                {"corner": 5.8, "corner_out": 4.4, "cheek": 3.9, "lower_lid": 1.9},
            ),
            Face(
                {"mouthSmile": 0.88, "cheekSquint": 0.74, "eyeSquint": 0.44, "eyeWide": 0.12, "mouthUpperUp": 0.22,
                 "mouthLowerDown": 0.1, "mouthStretch": 0.08, "jawOpen": 0.04, "browOuterUp": 0.08},
                {"corner": 9.2, "corner_out": 7.8, "cheek": 6.8, "lower_lid": 3.2, "upper_lid": 0.2},
            ),
            Face(
                {"mouthSmile": 1.0, "cheekSquint": 0.9, "eyeSquint": 0.55, "eyeWide": 0.12, "mouthUpperUp": 0.3,
                 "mouthLowerDown": 0.16, "mouthStretch": 0.1, "jawOpen": 0.16, "browOuterUp": 0.12},
                {"corner": 10.5, "corner_out": 9.0, "cheek": 8.0, "lower_lid": 3.6, "upper_lid": 0.4},
            ),
        ),
        head=(-2.0, 0.0, 3.0), speech=1.05, pace=Pace(1.0, 1.2, 1.0, (-0.02, -0.06)),
    ),
    # Only the inner brows rise, so that they slope; the lids sink, the corners go down over a raised chin; in
    # grief the cheeks rise under the eyes, as in tears (AU 6).
    "sadness": Expression(
        (
            Face(
                {"browInnerUp": 0.7, "browDown": 0.2, "mouthFrown": 0.54, "mouthShrugLower": 0.22, "eyeBlink": 0.12,
                 "eyeLookDown": 0.06, "eyeSquint": 0.1},
                {"inner_brow": 3.8, "outer_brow": -1.2, "brow_in": 1.3, "upper_lid": -1.8, "corner": -3.8},
            ),
            Face(
                {"browInnerUp": 0.88, "browDown": 0.3, "mouthFrown": 0.78, "mouthShrugLower": 0.38, "eyeBlink": 0.24,
                 "eyeLookDown": 0.1, "eyeSquint": 0.22, "cheekSquint": 0.26},
                {"inner_brow": 5.0, "outer_brow": -1.8, "brow_in": 2.0, "upper_lid": -3.0, "corner": -5.2},
            ),
            Face(
                {"browInnerUp": 1.0, "browDown": 0.4, "mouthFrown": 1.0, "mouthShrugLower": 0.5, "eyeBlink": 0.22,
                 "eyeLookDown": 0.1, "eyeSquint": 0.38, "cheekSquint": 0.48, "mouthStretch": 0.08},
                {"inner_brow": 6.6, "outer_brow": -2.2, "brow_in": 2.8, "upper_lid": -3.0, "corner": -6.6, "lower_lid": 1.6},
            ),
        ),
        head=(8.0, 0.0, 2.5), gaze=10.0, speech=0.85, pace=Pace(1.7, 1.6, 0.7, (0.06, 0.16)),
    ),
    # Brows down and together, under them a hard stare from lids that tighten; the sides of the nose and the upper lip rise as in
    # a snarl, far less than in disgust. The lips press and narrow, and bare the teeth where speech parts them (BARED). In rage
    # they bare them anyway, square. The jaw is set forward over a hard chin, which draws the corners down; more would be sorrow.
    "anger": Expression(
        (
            Face(
                {"browDown": 0.86, "eyeSquint": 0.58, "mouthPress": 0.5, "noseSneer": 0.3, "mouthRollUpper": 0.15,
                 "mouthRollLower": 0.15, "mouthFunnel": 0.12, "mouthPucker": 0.08, "mouthFrown": 0.08, "mouthShrugLower": 0.07,
                 "jawForward": 0.3, "jawOpen": 0.06},
                {"inner_brow": -6.0, "brow": -4.6, "brow_in": 3.4, "lower_lid": 2.1, "upper_lid": -0.8, "corner": -0.8,
                 "corner_out": -0.7, "nose": 1.6, "upper_lip": 0.0},
            ),
            Face(
                {"browDown": 1.0, "eyeSquint": 0.8, "eyeWide": 0.08, "mouthPress": 0.75, "noseSneer": 0.4, "mouthRollUpper": 0.3,
                 "mouthRollLower": 0.3, "mouthFunnel": 0.2, "mouthPucker": 0.12, "mouthFrown": 0.12, "mouthShrugLower": 0.22,
                 "jawForward": 0.7, "jawOpen": 0.15},
                {"inner_brow": -8.0, "brow": -6.2, "brow_in": 4.2, "lower_lid": 3.0, "upper_lid": -0.5, "corner": -1.9,
                 "corner_out": -1.2, "nose": 2.4, "upper_lip": 0.0},
            ),
            Face(
                {"browDown": 1.0, "eyeSquint": 0.65, "eyeWide": 0.06, "noseSneer": 0.35, "mouthUpperUp": 0.4,
                 "mouthLowerDown": 0.85, "mouthStretch": 0.2, "mouthFunnel": 0.35, "mouthFrown": 0.4, "jawForward": 0.8,
                 "jawOpen": 0.06},
                {"inner_brow": -8.2, "brow": -6.2, "brow_in": 4.6, "lower_lid": 2.4, "upper_lid": -0.4, "corner": -2.2,
                 "nose": 2.2, "upper_lip": 2.6, "lower_lip": -4.0},
            ),
        ),
        head=(5.0, 0.0, 0.0), speech=1.15, pace=Pace(0.8, 1.2, 1.1, (0.04, 0.1)),
    ),
    # Brows raised and knotted, the inner ends most, so that they slope and do not arch as in surprise; grief does not open the
    # eyes. Upper lids high, the lower ones tight, lips drawn thin and level to the ears; corners that hang would be grief too.
    "fear": Expression(
        (
            Face(
                {"browInnerUp": 0.7, "browOuterUp": 0.16, "browDown": 0.44, "eyeWide": 0.8,
                 "mouthStretch": 0.46, "mouthLowerDown": 0.24, "jawOpen": 0.07},
                {"inner_brow": 3.9, "brow": 1.5, "outer_brow": 0.2, "brow_in": 2.1, "upper_lid": 2.8,
                 "lower_lid": -0.2, "corner_out": 3.2, "corner": -0.7},
            ),
            Face(
                {"browInnerUp": 0.88, "browOuterUp": 0.26, "browDown": 0.56, "eyeWide": 0.96, "eyeSquint": 0.12,
                 "mouthStretch": 0.72, "mouthLowerDown": 0.36, "mouthUpperUp": 0.06, "mouthRollUpper": 0.14,
                 "mouthRollLower": 0.14, "jawOpen": 0.13},
                {"inner_brow": 5.4, "brow": 1.6, "outer_brow": 0.25, "brow_in": 2.5, "upper_lid": 3.8,
                 "lower_lid": 0.1, "corner_out": 5.1, "corner": -1.1, "upper_lip": -0.4},
            ),
            Face(
                {"browInnerUp": 1.0, "browOuterUp": 0.28, "browDown": 0.8, "eyeWide": 1.0, "eyeSquint": 0.12,
                 "mouthStretch": 1.0, "mouthLowerDown": 0.56, "mouthUpperUp": 0.12, "mouthRollUpper": 0.12,
                 "mouthRollLower": 0.12, "jawOpen": 0.24},
                {"inner_brow": 7.1, "brow": 2.0, "outer_brow": -0.2, "brow_in": 3.8, "upper_lid": 4.9,
                 "lower_lid": 0.0, "corner_out": 6.7, "corner": -1.2, "upper_lip": -0.5},
            ),
        ),
        head=(-4.0, 0.0, 0.0), speech=0.95, pace=Pace(0.5, 1.0, 0.5, (-0.03, 0.08)),
    ),
    # The nose wrinkles and takes the upper lip along over a raised chin; the eyes shut out what they see, between brows that come
    # down on the nose and cheeks that rise. Anger has its brows lower still and its lips square.
    "disgust": Expression(
        (
            Face(
                {"noseSneer": 0.7, "mouthUpperUp": 0.42, "browDown": 0.14, "eyeSquint": 0.44, "cheekSquint": 0.5,
                 "mouthFrown": 0.3, "mouthShrugLower": 0.32, "jawOpen": 0.04},
                {"nose": 4.0, "upper_lip": 3.6, "inner_brow": -1.7, "brow": -1.0, "brow_in": 0.6, "lower_lid": 2.1,
                 "upper_lid": -0.6, "corner": -1.2},
            ),
            Face(
                {"noseSneer": 0.98, "mouthUpperUp": 0.65, "browDown": 0.36, "eyeSquint": 0.8, "cheekSquint": 0.9,
                 "mouthFrown": 0.5, "mouthShrugLower": 0.67, "mouthShrugUpper": 0.2, "mouthLowerDown": 0.05,
                 "jawOpen": 0.14},
                {"nose": 6.82, "upper_lip": 5.6, "inner_brow": -3.2, "brow": -2.5, "brow_in": 1.5, "lower_lid": 4.0,
                 "upper_lid": -1.24, "corner": -2.5, "lower_lip": 1.3},
            ),
            Face(
                {"noseSneer": 1.0, "mouthUpperUp": 0.7, "browDown": 0.4, "eyeSquint": 0.88, "cheekSquint": 1.0,
                 "mouthFrown": 0.54, "mouthShrugLower": 0.75, "mouthShrugUpper": 0.28, "mouthLowerDown": 0.05,
                 "jawOpen": 0.15},
                {"nose": 7.5, "upper_lip": 6.0, "inner_brow": -3.2, "brow": -2.6, "brow_in": 1.8, "lower_lid": 4.2,
                 "upper_lid": -1.4, "corner": -2.8, "lower_lip": 1.5},
            ),
        ),
        head=(-3.0, 5.0, 2.0), speech=0.95, pace=Pace(0.8, 0.9, 1.2, (-0.06, -0.03)),
    ),
    # Everything opens: brows high and arched, lids wide without tension, the jaw falls and leaves a round mouth.
    "surprise": Expression(
        (
            Face(
                {"browInnerUp": 0.62, "browOuterUp": 0.72, "eyeWide": 0.6, "jawOpen": 0.2, "mouthFunnel": 0.14,
                 "mouthPucker": 0.03},
                {"inner_brow": 4.0, "brow": 5.0, "outer_brow": 4.1, "upper_lid": 2.5, "corner_out": -0.7},
            ),
            Face(
                {"browInnerUp": 0.85, "browOuterUp": 0.88, "eyeWide": 0.8, "jawOpen": 0.5, "mouthFunnel": 0.35,
                 "mouthPucker": 0.08},
                {"inner_brow": 5.6, "brow": 7.0, "outer_brow": 5.8, "upper_lid": 3.6, "corner_out": -1.8},
            ),
            Face(
                {"browInnerUp": 1.0, "browOuterUp": 1.0, "eyeWide": 1.0, "jawOpen": 0.6, "mouthFunnel": 0.45,
                 "mouthPucker": 0.1},
                {"inner_brow": 6.8, "brow": 8.2, "outer_brow": 6.8, "upper_lid": 5.2, "corner_out": -2.5},
            ),
        ),
        head=(-5.0, 0.0, 0.0), speech=1.1, pace=Pace(0.4, 0.6, 0.4, (0.02, 0.08)),
    ),
    # One corner tightens and lifts, the lids look down on it all.
    "contempt": Expression(
        (
            Face(
                {"mouthDimpleLeft": 0.62, "mouthSmileLeft": 0.38, "cheekSquintLeft": 0.16, "eyeBlink": 0.15, "eyeSquint": 0.12,
                 "mouthPressRight": 0.18, "browOuterUpLeft": 0.14, "browDownRight": 0.14},
                {"cornerLeft": 3.2, "corner_outLeft": 3.2, "corner_backLeft": 3.6, "cornerRight": -0.3},
            ),
            Face(
                {"mouthDimpleLeft": 0.75, "mouthSmileLeft": 0.48, "cheekSquintLeft": 0.28, "eyeBlink": 0.17, "eyeSquint": 0.16,
                 "mouthPressRight": 0.25, "browOuterUpLeft": 0.3, "browDownRight": 0.3, "noseSneerLeft": 0.1},
                {"cornerLeft": 4.0, "corner_outLeft": 4.2, "corner_backLeft": 4.4, "cornerRight": -0.4},
            ),
            Face(
                {"mouthDimpleLeft": 0.95, "mouthSmileLeft": 0.66, "cheekSquintLeft": 0.44, "eyeBlink": 0.22, "eyeSquint": 0.2,
                 "mouthPressRight": 0.3, "mouthFrownRight": 0.16, "browOuterUpLeft": 0.6, "browDownRight": 0.5,
                 "noseSneerLeft": 0.2, "mouthUpperUpLeft": 0.14, "mouthShrugLower": 0.14},
                {"cornerLeft": 5.8, "corner_outLeft": 5.4, "corner_backLeft": 5.4, "cornerRight": -1.0},
            ),
        ),
        head=(-5.0, 3.0, 4.0), speech=0.9, pace=Pace(1.0, 1.0, 1.0, (0.05, -0.04)),
    ),
}  # fmt: skip

TENSE: Final = Face({"eyeWide": 0.22, "mouthPress": 0.06, "mouthStretch": 0.06, "cheekSquint": 0.08, "browOuterUp": 0.06})
CALM: Final = Face({"eyeBlink": 0.2, "browOuterUp": 0.03, "eyeLookDown": 0.05})
"""What is seen of a voice's tension alone, at +1 and at -1: neither pleased nor displeased, for joy is as tense as anger."""

HEAD: Final = np.array([EXPRESSIONS[emotion].head for emotion in EMOTIONS], np.float32)
GAZE: Final = np.array([EXPRESSIONS[emotion].gaze for emotion in EMOTIONS], np.float32)
SPEECH: Final = np.array([EXPRESSIONS[emotion].speech for emotion in EMOTIONS], np.float32)
PACE: Final = tuple(EXPRESSIONS[emotion].pace for emotion in EMOTIONS)

ANTAGONISTS: Final = (
    ("mouthSmileLeft", "mouthFrownLeft"),
    ("mouthSmileRight", "mouthFrownRight"),
    ("mouthLeft", "mouthRight"),
    ("jawOpen", "mouthPressLeft"),
    ("jawOpen", "mouthPressRight"),
)
"""Pairs of which, in a mixture, the weaker gives way by half its strength from the stronger too."""

SOLUTIONS: Final = Solutions([*(face for emotion in EMOTIONS for face in EXPRESSIONS[emotion].faces), TENSE, CALM])
"""As a character's own weights: the faces of EMOTIONS one after the other, three each, then those of tension and calm."""


def amounts(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[F, 3] how much of each face shows at each level: between two levels both do; above 1 the last is exaggerated."""
    knots = np.array([0.0, *LEVELS], np.float32)
    place = np.clip(level, 0, 1) * len(LEVELS)
    shares = np.clip(1 - np.abs(place[:, None] - np.arange(len(knots))), 0, 1)[:, 1:]
    return np.asarray(shares * np.maximum(level, 1)[:, None], np.float32)
