# SPDX-License-Identifier: GPL-3.0-or-later
"""The brows and the forehead above them."""

from __future__ import annotations

import numpy as np

from ..fields import Array, bell, blob, ramp
from .face import Face

BROW_HEIGHT = 23.0


def _band(face: Face) -> Array:
    """The strip of skin that the brow muscles move: wide above the brow, short below it, never the lids."""
    rise = face.y - BROW_HEIGHT
    spread = np.where(rise > 0.0, 27.0, 13.0)
    front = ramp(0.0, 36.0, face.z)
    return np.asarray(np.exp(-((rise / spread) ** 2)) * front * ramp(4.5, 1.5, face.eye_ring))


def left(face: Face) -> dict[str, Array]:
    """browDown and browOuterUp on the left."""
    band, side = _band(face), face.left
    inner = side * bell(face.x, 14.0, 18.0)
    whole = side * (1.0 - ramp(38.0, 62.0, face.x))
    frown = blob(face.points, (6.0, 21.0, 92.0), (6.0, 10.0, 18.0)) * side
    outer = ramp(12.0, 36.0, face.x) * (1.0 - ramp(52.0, 72.0, face.x))
    down = np.column_stack(
        [-2.8 * inner * band, -(3.0 * whole + 3.8 * inner) * band, 1.4 * inner * band + 1.0 * frown]
    )
    up = np.column_stack([0.6 * outer * band, 7.2 * outer * band, -0.9 * outer * band])
    return {"browDown": down, "browOuterUp": up}


def centre(face: Face) -> dict[str, Array]:
    """browInnerUp on both sides."""
    inner = bell(np.abs(face.x), 9.0, 19.0) * _band(face)
    together = -0.9 * np.sign(face.x) * ramp(0.0, 9.0, np.abs(face.x)) * inner
    return {"browInnerUp": np.column_stack([together, 7.4 * inner, -0.8 * inner])}
