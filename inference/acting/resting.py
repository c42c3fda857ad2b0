# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the lips of a silent mouth together, whatever expression the face has."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..arrays import Floats
from ..geometry import INDEX, Geometry
from ..rowwise import product
from .speech_priority import CLOSE, CLOSERS, JAW, OPENERS

PARTED: Final = 0.25
PRESSED: Final = 0.35
"""Millimetres that breath and mood may part the lips or press them together."""
_GAP: Final = INDEX["gap"]


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
