# SPDX-License-Identifier: GPL-3.0-or-later
"""The 52 ARKit blend shapes: their names, their order in every array of this project, and their regions.

Order: Apple's Live Link Face order (eyes, jaw, mouth, brows, cheeks, nose, tongue) with left before right.
Channels are always matched by name at the borders (files, rigs), never by position.
"""

from __future__ import annotations

from typing import Final

NAMES: Final[tuple[str, ...]] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
    "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "noseSneerLeft", "noseSneerRight",
    "tongueOut",
)  # fmt: skip
COUNT: Final = len(NAMES)
INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(NAMES)}

REGION_PREFIXES: Final[dict[str, tuple[str, ...]]] = {
    "brows": ("brow",),
    "eyes": ("eye",),
    "cheeks": ("cheek",),
    "nose": ("nose",),
    "jaw": ("jaw",),
    "mouth": ("mouth",),
    "tongue": ("tongue",),
}
REGIONS: Final[dict[str, tuple[int, ...]]] = {
    region: tuple(i for i, name in enumerate(NAMES) if name.startswith(prefixes)) for region, prefixes in REGION_PREFIXES.items()
}


def region_of(name: str) -> str:
    """The region ("brows", "eyes", "cheeks", "nose", "jaw", "mouth", "tongue") of an ARKit shape name."""
    return next(region for region, prefixes in REGION_PREFIXES.items() if name.startswith(prefixes))


def mirrored(name: str) -> str:
    """The same shape on the other side of the face; a shape without a side is its own mirror."""
    if name.endswith("Left"):
        return name.removesuffix("Left") + "Right"
    if name.endswith("Right"):
        return name.removesuffix("Right") + "Left"
    return name


MIRROR: Final[tuple[int, ...]] = tuple(INDEX[mirrored(name)] for name in NAMES)
