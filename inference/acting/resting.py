# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep a silent mouth at rest: the lips together whatever expression the face has, and what lives in it small."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit, features
from ..arrays import Floats
from ..geometry import INDEX, Geometry
from ..rowwise import product
from .speech_priority import CLOSE, CLOSERS, JAW, OPENERS

PARTED: Final = 0.25
PRESSED: Final = 0.35
"""Millimetres that breath and mood may part the lips or press them together."""
AT_REST: Final = 0.43
"""Millimetres that no point of a waiting mouth goes beyond by itself: with what keys leave out, half a millimetre."""
_GAP: Final = INDEX["gap"]
_POINTS: Final = (
    (("corner", "corner_out", "corner_back"), (), 1.5),
    (("upper_lip",), ("upper_protrusion",), 1.6),
    (("lower_lip",), ("lower_protrusion", "lower_roll"), 2.2),
)
"""Parts of a mouth: their features, their measures, and how much further the furthest vertex goes than the mean around a landmark
(so that it is not underestimated on ICT-FaceKit, MakeHuman and both demo heads, where mouths are as still as these)."""
_MOUTH: Final = [channel for region in ("mouth", "jaw", "nose") for channel in arkit.REGIONS[region]]
"""A wrinkled nose lifts the upper lip of some heads."""
_BESIDE: Final = [channel for channel in range(arkit.COUNT) if channel not in _MOUTH]


def lips_together(expression: Floats, geometry: Geometry) -> Floats:
    """The expression, float32[F, 52], with the lips no further apart than PARTED, and no further together than PRESSED."""
    if len(expression) == 0:
        return expression
    limited = expression.copy()
    for group, way, most in (([JAW, *OPENERS], 1.0, PARTED), (CLOSERS, -1.0, PRESSED)):
        effects = np.maximum(way * geometry.jacobian[group, _GAP], 0)
        done = product(limited[:, group], effects)
        excess = way * product(limited, geometry.jacobian[:, _GAP]) - most
        share = np.clip(1 - np.maximum(excess, 0) / np.maximum(done, 1e-6), 0, 1)
        limited[:, group] *= np.where(effects > 0, share[:, None], 1)  # an upper lip rolled in may part the lips of this face
    # What corners and cheeks still draw apart, the lips close.
    left = product(limited, geometry.jacobian[:, _GAP]) - PARTED
    closing = -float(geometry.jacobian[CLOSE, _GAP])
    if closing > 0:
        limited[:, CLOSE] = np.clip(limited[:, CLOSE] + np.maximum(left, 0) / closing, 0, 1)
    return limited


def stirs(geometry: Geometry) -> Floats:
    """float32[52, 6] millimetres by which each shape at weight 1 moves corners, upper and lower lip of either side at most."""
    moves = features.typical() if geometry.features is None else geometry.features
    found = []
    for parts, measures, further in _POINTS:
        both = geometry.jacobian[:, [INDEX[name] for name in measures]]
        for side in ("Left", "Right"):
            own = moves[:, [features.INDEX[part + side] for part in parts]]
            found.append(further * np.linalg.norm(np.hstack([own, both]), axis=1))
    return np.stack(found, axis=1).astype(np.float32)


def at_rest(lived: Floats, geometry: Geometry, most: float = AT_REST) -> Floats:
    """What lives in a face that waits, float32[F, 52], with no point of the mouth moved by more than `most` mm on this character.

    Cheeks, lids and brows stay as they are: the mouth has what they leave of it.
    """
    moves = stirs(geometry)
    left = np.maximum(most - product(lived[:, _BESIDE], moves[_BESIDE]).max(axis=1), 0)
    own = product(lived[:, _MOUTH], moves[_MOUTH]).max(axis=1)
    limited = lived.copy()
    # Bounded softly: a movement is not cut off flat.
    limited[:, _MOUTH] *= (left / np.maximum((own**4 + left**4) ** 0.25, 1e-6))[:, None]
    return limited
