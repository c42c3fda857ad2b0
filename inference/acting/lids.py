# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyes and lids as shapes: gaze directions become eyeLook shapes; lids follow the eyes, and meet on this character's face."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..direction import Direction
from ..geometry import INDEX as MEASURE
from ..geometry import REFERENCE, Geometry
from ..rowwise import product

FULL_LOOK: Final = {"Out": 32.0, "In": 32.0, "Up": 25.0, "Down": 30.0}
"""Degrees that an eyeLook shape at 1 turns the eye."""
HALF_EYE_DISTANCE: Final = 0.0315
"""Metres from the middle of the face to an eye."""
EYE_RADIUS: Final = 1.45
"""Radius of the eyeball in openings of the lids (12 mm against 8.3 mm)."""

WIDEST: Final = 0.8
SLEEPIEST: Final = 0.55
"""Share of eyeWide, and of eyeBlink, that the lid opening slider reaches."""

_INDEX: Final = arkit.INDEX
SIDES: Final = (("Left", 1.0, MEASURE["lid_left"]), ("Right", -1.0, MEASURE["lid_right"]))
"""Each lid: its side, which way of a gaze goes towards it, and the measure of its opening."""


def look(gaze: Floats, distance: float) -> Floats:
    """float32[F, 52] eyeLook shapes for a gaze in degrees (yaw, pitch), both eyes meeting at `distance` metres."""
    shapes = np.zeros((len(gaze), arkit.COUNT), np.float32)
    converge = np.degrees(np.arctan(HALF_EYE_DISTANCE / max(distance, 0.05)))
    for side, sign, _measure in SIDES:
        outward = sign * gaze[:, 0] - converge
        for way, degrees in (("Out", outward), ("In", -outward), ("Up", gaze[:, 1]), ("Down", -gaze[:, 1])):
            shapes[:, _INDEX["eyeLook" + way + side]] = np.clip(degrees / FULL_LOOK[way], 0, 1)
    return shapes


def close(shapes: Floats, blink: Floats, gaze: Floats, direction: Direction, geometry: Geometry) -> Floats:
    """float32[F, 52]: shapes with the lids opened or drooping as directed, following the gaze, and closed by the blink track.

    shapes: expression and looks; its eyeBlink is what the expression lowers the lids by.   blink: float32[F, 2] closure 0..1.
    At closure 1 the lids just meet, whatever else widens or narrows the eyes.
    """
    result = shapes.copy()
    for column, (side, _sign, measure) in enumerate(SIDES):
        effects = geometry.jacobian[:, measure]
        opening = float(geometry.neutral[measure])
        if opening <= 0 or effects[_INDEX["eyeBlink" + side]] >= 0:
            effects, opening = REFERENCE.jacobian[:, measure], float(REFERENCE.neutral[measure])
        _follow(result, side, _wanted(gaze[:, 1], opening, direction), direction, effects)
        _meet(result, side, blink[:, column], effects, opening)
    return result


def _wanted(pitch: Floats, opening: float, direction: Direction) -> Floats:
    """float32[F] millimetres that the lid should rise (fall, below zero) as it goes with the eyeball."""
    turned = np.sin(np.radians(np.clip(pitch, -30, 25)))
    return np.asarray(direction.lid_follow * EYE_RADIUS * opening * turned, np.float32)


def _follow(shapes: Floats, side: str, wanted: Floats, direction: Direction, effects: Floats) -> None:
    """Raise or lower one lid; what the character's own eyeLook shapes do to it already is not done again."""
    shut, wide, up, down = (_INDEX[name + side] for name in ("eyeBlink", "eyeWide", "eyeLookUp", "eyeLookDown"))
    lowered, raised = -effects[shut], max(float(effects[wide]), 1e-3)
    change = wanted - shapes[:, up] * effects[up] - shapes[:, down] * effects[down]
    change += direction.lids * (WIDEST * raised if direction.lids > 0 else SLEEPIEST * lowered)
    shapes[:, wide] = np.clip(shapes[:, wide] + np.clip(change / raised, 0, 0.8), 0, 1)
    shapes[:, shut] = np.clip(shapes[:, shut] + np.clip(-change / lowered, 0, 0.9), 0, 1)


def _meet(shapes: Floats, side: str, blink: Floats, effects: Floats, opening: float) -> None:
    """Close one lid by the blink track: at 1 it covers exactly what is open, so that lids meet and never cross."""
    shut, wide, squint = (_INDEX[name + side] for name in ("eyeBlink", "eyeWide", "eyeSquint"))
    shapes[:, wide] *= 1 - blink
    shapes[:, squint] = np.clip(shapes[:, squint], 0, 1) * (1 - 0.5 * blink)
    still_open = opening + product(shapes, effects)
    needed = shapes[:, shut] + np.minimum(blink * still_open, still_open) / -effects[shut]
    # Where the lid alone does not reach, the eye turns down a little, as in real blinks, and the lower lid comes to meet it.
    missing = np.maximum(needed - 1, 0) * -effects[shut]
    for helper, direction in ((_INDEX["eyeLookUp" + side], -1.0), (squint, 1.0)):
        reach = max(direction * -float(effects[helper]), 1e-3)
        given = np.minimum(missing / reach, shapes[:, helper] if direction < 0 else 1 - shapes[:, helper])
        shapes[:, helper] += direction * given
        missing -= given * reach
    shapes[:, shut] = np.clip(needed, 0, 1)
