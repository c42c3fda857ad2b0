# SPDX-License-Identifier: GPL-3.0-or-later
"""The corners of the mouth and the cheeks that they push: smile, dimple, frown and stretch."""

from __future__ import annotations

import numpy as np

from .. import folds
from ..fields import Array, blob, ramp
from .places import Face


def left(face: Face) -> dict[str, Array]:
    """mouthSmile, mouthDimple, mouthFrown and mouthStretch on the left."""
    return {
        "mouthSmile": _smile(face),
        "mouthDimple": _dimple(face),
        "mouthFrown": _frown(face),
        "mouthStretch": _stretch(face),
    }


def _corner(face: Face, radius: float, middle: float = 0.2, bend: float = 1.7) -> Array:
    """The left corner of the mouth and the skin around it; `middle` is what the near half of the lips takes of it.

    The higher `bend`, the straighter the middle of the mouth stays.
    """
    along = middle * ramp(-0.25, 1.0, face.across) + (1.0 - middle) * np.clip(face.across, 0.0, 1.0) ** bend
    return np.asarray(along * face.near_lips(radius))


def _thin(face: Face) -> Array:
    """The red of the left half of the lips, most at its border: what a drawn lip loses."""
    return np.asarray(face.lip * ramp(-0.3, 0.3, face.across) * (1.0 - face.depth) * (1.0 - face.inwards))


def _moved(x: Array, y: Array, z: Array) -> Array:
    return np.column_stack([x, y, z])


def _smile(face: Face) -> Array:
    """The corner goes up, out and back around the teeth; the cheek it pushes rolls over it and swells under the eye."""
    corner, upwards, thin = _corner(face, 20.0, 0.3, 1.2), _corner(face, 20.0, 0.16, 2.7), _thin(face)
    middle = face.near_lips(15.0) * face.left * (1.0 - face.reach**2)
    apple = blob(face.model, (38.0, -31.0, 74.0), (17.0, 15.0, 26.0))
    fold = blob(face.model, (36.0, -45.0, 76.0), (10.0, 13.0, 24.0))
    under_eye = blob(face.model, (33.0, -14.0, 80.0), (17.0, 7.0, 22.0)) * ramp(6.5, 4.0, face.eye_ring)
    chin = blob(face.model, (18.0, -76.0, 84.0), (16.0, 10.0, 24.0))
    x = 8.6 * corner + 1.0 * apple + 2.0 * fold + 0.8 * chin
    y = 10.4 * upwards + 0.8 * middle + 5.6 * apple + 3.6 * fold + 1.6 * under_eye + 1.5 * chin
    z = -8.0 * corner - 1.2 * middle + 4.8 * apple + 1.5 * fold + 0.9 * under_eye - 0.9 * thin
    y += thin * 1.1 * (face.lower - face.upper)
    return _moved(x, y, z) + face.pressed(1.1 * folds.nasolabial(face.model) * face.left)


def _dimple(face: Face) -> Array:
    """The corner is pulled straight back into the cheek, which rings it."""
    corner = ramp(0.25, 1.0, face.across) * face.near_lips(12.0)
    ring = blob(face.model, (36.5, -54.0, 78.0), (6.5, 11.0, 22.0))
    pit = blob(face.model, (28.5, -56.0, 82.0), (3.6, 4.5, 20.0))
    x = 4.6 * corner + 0.8 * ring
    y = 2.4 * corner + 0.6 * ring
    z = -7.2 * corner + 2.6 * ring - 1.6 * pit
    lines = 1.2 * folds.nasolabial(face.model) * ramp(-36.0, -48.0, face.y) * face.left
    return _moved(x, y, z) + face.pressed(lines)


def _frown(face: Face) -> Array:
    """The corner goes down with a fold below it, the chin pushes up against the lower lip."""
    corner = _corner(face, 21.0, 0.2, 2.0)
    chin = blob(face.model, (9.0, -82.0, 90.0), (12.0, 9.0, 20.0))
    jowl = blob(face.model, (37.0, -70.0, 72.0), (11.0, 12.0, 24.0))
    middle = face.near_lips(14.0) * face.left * (1.0 - face.reach**2)
    x = 2.2 * corner + 1.2 * jowl
    y = -8.2 * corner + 1.0 * middle - 2.0 * jowl + 2.4 * chin
    z = -2.2 * corner + 0.6 * middle + 1.8 * jowl + 1.4 * chin
    lines = face.left * (1.5 * folds.marionette(face.model) + 0.5 * folds.chin_dimples(face.model))
    return _moved(x, y, z) + face.pressed(lines)


def _stretch(face: Face) -> Array:
    """The corner is drawn level to the side and back: a wide, thin, straight mouth over a tense jaw."""
    corner, thin = _corner(face, 20.0, 0.22), _thin(face)
    jaw = blob(face.model, (38.0, -74.0, 66.0), (17.0, 15.0, 26.0))
    bracket = blob(face.model, (41.0, -60.0, 72.0), (7.0, 13.0, 24.0))
    lower = face.lower * face.near_lips(12.0) * face.left * (1.0 - 0.7 * face.reach**2) * (1.0 - face.inwards)
    x = 8.4 * corner + 1.8 * jaw + 2.2 * bracket
    y = -2.0 * corner - 3.0 * jaw - 1.0 * bracket - 0.8 * lower
    z = -6.6 * corner + 1.6 * bracket - 1.6 * thin
    y += thin * 1.7 * (face.lower - face.upper)
    lines = face.left * (0.5 * folds.marionette(face.model) + 1.2 * folds.nasolabial(face.model) * ramp(-34.0, -50.0, face.y))
    return _moved(x, y, z) + face.pressed(lines)
