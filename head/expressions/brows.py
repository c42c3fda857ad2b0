# SPDX-License-Identifier: GPL-3.0-or-later
"""The brows and the forehead above them."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import folds
from ..fields import Array, bell, blob, ramp
from .places import Face

_BROW_HEIGHT: Final = 22.0
"""Height of the brow in mm, on the head that the shapes were drawn on."""


def left(face: Face) -> dict[str, Array]:
    """browDown and browOuterUp on the left."""
    return {"browDown": _down(face), "browOuterUp": _outer_up(face)}


def centre(face: Face) -> dict[str, Array]:
    """browInnerUp on both sides."""
    inner = bell(np.abs(face.x), 12.0, 17.0) * _band(face, 34.0, 15.0)
    together = -1.6 * np.sign(face.x) * ramp(0.0, 9.0, np.abs(face.x)) * inner
    lines = 1.2 * folds.forehead(face.model) * bell(face.x, 0.0, 26.0)
    return {"browInnerUp": np.column_stack([together, 9.6 * inner, -0.6 * inner]) + face.pressed(lines)}


def _band(face: Face, above: float = 30.0, under: float = 12.0) -> Array:
    """The strip of skin that the brow muscles move: wide above the brow, short below it, never the lids' edges."""
    rise = face.y - _BROW_HEIGHT
    front = ramp(0.0, 36.0, face.z)
    return np.asarray(np.exp(-((rise / np.where(rise > 0.0, above, under)) ** 2)) * front * ramp(4.0, 1.2, face.eye_ring))


def _down(face: Face) -> Array:
    """The inner ends come down and together over a furrow, the tails follow; the fold of the lid goes under the brow."""
    band, side = _band(face, 24.0, 14.0), ramp(-4.0, 5.0, face.x)
    inner = side * bell(face.x, 11.0, 13.0) * band
    whole = side * (1.0 - ramp(40.0, 64.0, face.x)) * band
    between = blob(face.model, (0.0, 17.0, 90.0), (9.0, 12.0, 25.0)) * side
    welt = blob(face.model, (12.0, 15.0, 86.0), (7.0, 6.0, 20.0)) * side
    x = -5.2 * inner * ramp(0.0, 9.0, face.x) - 0.6 * whole
    y = -5.2 * inner - 3.4 * whole - 1.5 * between
    z = 1.5 * inner + 0.8 * whole + 1.2 * between + 1.2 * welt
    return np.column_stack([x, y, z]) + face.pressed(1.8 * folds.furrow(face.model) * side)


def _outer_up(face: Face) -> Array:
    """The tail and the arch go up over lines in the outer forehead."""
    band = _band(face, 34.0, 14.0)
    outer = ramp(-2.0, 32.0, face.x) * (1.0 - 0.85 * ramp(52.0, 74.0, face.x)) * band
    lines = 1.1 * folds.forehead(face.model) * bell(face.x, 36.0, 20.0) * (face.x > 0)
    return np.column_stack([1.0 * outer, 9.4 * outer, -1.4 * outer]) + face.pressed(lines)
