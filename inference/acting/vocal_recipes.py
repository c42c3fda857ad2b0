# SPDX-License-Identifier: GPL-3.0-or-later
"""How each vocal sound is acted: what is held while it lasts, and what every burst of it adds. Weights at strength 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ..performance import VocalKind

GATHERED: Final = {
    "jawOpen": 0.14, "mouthLowerDown": 0.16, "mouthUpperUp": 0.1, "browInnerUp": 0.22, "browOuterUp": 0.18, "eyeWide": 0.14,
    "noseSneer": 0.06,
}  # fmt: skip
"""The face that draws in air for a cough or an effort."""


@dataclass(frozen=True)
class Recipe:
    """One vocal sound.

    held, burst: shapes that stay, and that come with every burst. head, jolt: degrees (pitch down, yaw, roll) of the same.
    rate: bursts a second where the sound does not tell; 0 where there is but one.
    rise, fall: seconds in which the face comes and goes; a burst takes the shares `attack` and 1 - attack of its time.
    mouth: how far it has the mouth to itself where nothing is said, 0..1. mood: how far it takes the place of an expression.
    opened: shapes that a burst adds to those when the voice is held for long, as loudly.
    gather: seconds before it in which air is drawn in for it, if there is time. gathered, gathered_head: the face that does so,
    and degrees by which its head goes back.
    trembles: shapes that tremble while it is held.
    after, linger: shapes that are left of it when the sound is over, and the seconds in which they go.
    """

    held: dict[str, float]
    burst: dict[str, float]
    head: tuple[float, float, float]
    jolt: tuple[float, float, float]
    rate: float
    rise: float
    fall: float
    attack: float
    mouth: float
    mood: float
    opened: dict[str, float] = field(default_factory=dict)
    trembles: dict[str, float] = field(default_factory=dict)
    gather: float = 0.0
    gathered: dict[str, float] = field(default_factory=lambda: GATHERED)
    gathered_head: float = -3.5
    after: dict[str, float] = field(default_factory=dict)
    linger: float = 0.0


RECIPES: Final[dict[VocalKind, Recipe]] = {
    # A smile with the eyes in it; chest and diaphragm push 4 to 6 times a second and the head rocks with them (Ruch and Ekman
    # 2001: jaw drops, head goes back, lids close on strong laughs). The smile outlasts the voice.
    "laugh": Recipe(
        held={
            "mouthSmile": 0.78, "cheekSquint": 0.66, "eyeSquint": 0.42, "eyeBlink": 0.14, "mouthUpperUp": 0.26, "jawOpen": 0.17,
            "mouthLowerDown": 0.26, "noseSneer": 0.14, "browOuterUp": 0.16, "browInnerUp": 0.1, "mouthDimple": 0.12,
        },
        burst={
            "jawOpen": 0.22, "mouthLowerDown": 0.12, "cheekSquint": 0.16, "eyeSquint": 0.14, "eyeBlink": 0.18, "noseSneer": 0.1,
        },
        head=(-7.5, 0.0, 0.0), jolt=(4.0, 0.0, 0.8), rate=5.0, rise=0.18, fall=0.5, attack=0.4, mouth=0.85, mood=0.7,
        after={"mouthSmile": 0.42, "cheekSquint": 0.3, "eyeSquint": 0.16, "mouthDimple": 0.1}, linger=1.8,
    ),
    # Inner brows up and together, lids squeezed, corners down, chin and brows trembling; sobs are drawn in with a jerk. The nose
    # and the upper lip hardly rise: with them it is disgust.
    "cry": Recipe(
        held={
            "browInnerUp": 0.95, "browDown": 0.12, "eyeSquint": 0.55, "eyeBlink": 0.45, "cheekSquint": 0.4, "mouthFrown": 0.72,
            "mouthStretch": 0.3, "mouthShrugLower": 0.3, "mouthLowerDown": 0.22, "mouthUpperUp": 0.05, "jawOpen": 0.12,
            "noseSneer": 0.06,
        },
        trembles={"mouthShrugLower": 0.22, "mouthFrown": 0.1, "browInnerUp": 0.12, "mouthLowerDown": 0.08},
        burst={"jawOpen": 0.1, "mouthShrugLower": 0.24, "mouthStretch": 0.14, "eyeBlink": 0.2, "browInnerUp": 0.1},
        head=(5.0, 0.0, 2.0), jolt=(-3.2, 0.0, 0.0), rate=3.4, rise=0.3, fall=0.7, attack=0.35, mouth=0.8, mood=0.85,
        opened={"jawOpen": 0.34, "mouthUpperUp": 0.16, "mouthLowerDown": 0.16, "cheekSquint": 0.2, "eyeBlink": 0.2},
        after={"browInnerUp": 0.5, "mouthFrown": 0.34, "eyeSquint": 0.2, "mouthShrugLower": 0.14}, linger=2.2,
    ),
    # All at once and over quickly: lids shut and hardly open between two, brows down, jaw thrown open, head forward. Air comes
    # first: the lips are apart before the loudest moment, and between two.
    "cough": Recipe(
        held={"browDown": 0.3, "eyeSquint": 0.4, "eyeBlink": 0.42, "noseSneer": 0.14, "mouthFunnel": 0.12, "jawOpen": 0.13},
        burst={
            "jawOpen": 0.3, "eyeBlink": 0.56, "eyeSquint": 0.4, "browDown": 0.4, "cheekSquint": 0.4, "mouthFunnel": 0.2,
            "mouthLowerDown": 0.16, "mouthStretch": 0.16, "noseSneer": 0.16,
        },
        head=(3.0, 0.0, 0.0), jolt=(7.5, 0.0, 0.0), rate=2.6, rise=0.1, fall=0.3, attack=0.3, mouth=0.9, mood=0.85,
        gather=0.3,
    ),
    # Lids and brows squeeze, teeth are bared, the neck pushes the head forward; one long burst.
    "effort": Recipe(
        held={
            "browDown": 0.65, "eyeSquint": 0.75, "eyeBlink": 0.5, "noseSneer": 0.5, "cheekSquint": 0.55, "mouthStretch": 0.5,
            "mouthUpperUp": 0.26, "mouthLowerDown": 0.42, "jawOpen": 0.1, "jawForward": 0.16,
        },
        burst={"jawOpen": 0.14, "mouthLowerDown": 0.12, "eyeBlink": 0.16, "mouthStretch": 0.12},
        head=(3.5, 0.0, 0.0), jolt=(3.5, 0.0, 0.0), rate=0.0, rise=0.12, fall=0.28, attack=0.35, mouth=0.85, mood=0.8,
        opened={"jawOpen": 0.42, "mouthUpperUp": 0.14, "mouthLowerDown": 0.12}, gather=0.2,
    ),
    # Air is drawn in with the brows up and the head back, then all of it sinks; it is let out through lips that are rounded and
    # not bared, and the cheeks give way to it.
    "sigh": Recipe(
        held={
            "jawOpen": 0.13, "mouthFunnel": 0.26, "mouthPucker": 0.2, "eyeBlink": 0.4, "browInnerUp": 0.22, "mouthFrown": 0.06,
        },
        burst={"jawOpen": 0.08, "mouthPucker": 0.16, "mouthFunnel": 0.06, "cheekPuff": 0.26, "eyeBlink": 0.06},
        head=(8.0, 0.0, 1.5), jolt=(2.0, 0.0, 0.0), rate=0.0, rise=0.45, fall=0.9, attack=0.2, mouth=0.7, mood=0.2,
        gather=0.7, after={"eyeBlink": 0.14, "browInnerUp": 0.1}, linger=1.2,
    ),
    # The jaw sinks slowly as air is drawn in, the head goes back, lids squeeze at the widest; then all closes twice as fast, and
    # the lids stay heavy (4 to 7 s: Barbizet 1958).
    "yawn": Recipe(
        held={"browInnerUp": 0.3, "browOuterUp": 0.24, "eyeBlink": 0.24, "eyeSquint": 0.16, "jawOpen": 0.08, "noseSneer": 0.06},
        burst={
            "jawOpen": 0.84, "mouthFunnel": 0.2, "mouthUpperUp": 0.22, "mouthLowerDown": 0.18, "mouthStretch": 0.14,
            "eyeBlink": 0.72, "eyeSquint": 0.5, "cheekSquint": 0.3, "browDown": 0.2, "noseSneer": 0.2,
        },
        head=(-3.0, 0.0, 1.5), jolt=(-7.0, 0.0, 1.0), rate=0.0, rise=0.5, fall=0.7, attack=0.62, mouth=0.95, mood=0.7,
        after={"eyeBlink": 0.26, "browInnerUp": 0.1, "mouthPress": 0.16}, linger=1.6,
    ),
    # Through the nose with the lips shut: nostrils and upper lip are drawn up with each, the head goes back a little.
    "sniff": Recipe(
        held={"noseSneer": 0.2, "mouthPress": 0.24, "mouthShrugLower": 0.22, "browDown": 0.1, "eyeSquint": 0.12},
        burst={"noseSneer": 0.56, "mouthShrugUpper": 0.3, "mouthShrugLower": 0.16, "cheekSquint": 0.24, "eyeSquint": 0.24},
        head=(0.0, 0.0, 0.0), jolt=(-4.0, 0.0, 0.6), rate=2.2, rise=0.12, fall=0.3, attack=0.35, mouth=0.85, mood=0.2,
    ),
    # Air is drawn in against the tickle, with the head back, the nose wrinkled and the lids sinking; then all of it goes at once,
    # lids shut and the head thrown down, out through teeth that nearly meet.
    "sneeze": Recipe(
        held={"eyeBlink": 0.62, "eyeSquint": 0.5, "browDown": 0.3, "noseSneer": 0.34, "cheekSquint": 0.3, "jawOpen": 0.05},
        burst={
            "jawOpen": 0.1, "mouthFunnel": 0.26, "mouthUpperUp": 0.14, "mouthLowerDown": 0.18, "eyeBlink": 0.38, "eyeSquint": 0.5,
            "browDown": 0.4, "cheekSquint": 0.4, "noseSneer": 0.3,
        },
        head=(4.0, 0.0, 0.0), jolt=(12.0, 0.0, 1.0), rate=0.0, rise=0.1, fall=0.4, attack=0.24, mouth=0.9, mood=0.9,
        gather=1.0, gathered_head=-9.0,
        gathered={
            "jawOpen": 0.26, "mouthUpperUp": 0.34, "mouthLowerDown": 0.12, "noseSneer": 0.4, "browInnerUp": 0.5,
            "browOuterUp": 0.3, "eyeBlink": 0.5, "eyeSquint": 0.3, "cheekSquint": 0.2,
        },
        after={"eyeBlink": 0.2, "noseSneer": 0.16, "browInnerUp": 0.14, "mouthPress": 0.14}, linger=1.0,
    ),
    # Behind lips that hardly part: the chin is tucked in, the throat pushes two or three times, brows and lids give a little.
    "throat": Recipe(
        held={"mouthPress": 0.3, "mouthShrugLower": 0.14, "browDown": 0.16, "eyeSquint": 0.16, "eyeBlink": 0.16},
        burst={
            "jawOpen": 0.07, "mouthPress": 0.1, "mouthShrugLower": 0.12, "mouthStretch": 0.14, "browDown": 0.2, "eyeSquint": 0.2,
            "eyeBlink": 0.2, "cheekSquint": 0.14, "noseSneer": 0.1,
        },
        head=(3.5, 0.0, 0.0), jolt=(3.0, 0.0, 0.4), rate=3.2, rise=0.16, fall=0.3, attack=0.4, mouth=0.85, mood=0.3,
    ),
    # Of breaths only a gasp: air torn in as loudly as others speak; eyes and mouth fly open and sink with what is let out.
    "breath": Recipe(
        held={"jawOpen": 0.04, "mouthLowerDown": 0.06, "browInnerUp": 0.08, "browOuterUp": 0.08},
        burst={
            "jawOpen": 0.26, "mouthLowerDown": 0.2, "mouthUpperUp": 0.14, "mouthStretch": 0.12, "eyeWide": 0.6,
            "browInnerUp": 0.34, "browOuterUp": 0.4, "noseSneer": 0.08,
        },
        head=(0.0, 0.0, 0.0), jolt=(-4.5, 0.0, 0.0), rate=0.0, rise=0.1, fall=0.4, attack=0.16, mouth=0.8, mood=0.3,
    ),
}  # fmt: skip
"""Other breaths are part of `life.py`: they go on all the time."""
