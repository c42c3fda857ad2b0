# SPDX-License-Identifier: GPL-3.0-or-later
"""The lips and the skin around them."""

from __future__ import annotations

import numpy as np

from .. import lips
from ..fields import Array, bell, blob, ramp
from .face import Face


def _move(x: Array | float, y: Array | float, z: Array | float) -> Array:
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1).astype(float)


def centre(face: Face) -> dict[str, Array]:
    """Expressions of the whole mouth, and mouthLeft."""
    return {
        "mouthFunnel": _funnel(face),
        "mouthPucker": _pucker(face),
        "mouthLeft": _aside(face),
        "mouthRollLower": _roll(face, 1.0),
        "mouthRollUpper": _roll(face, -1.0),
        "mouthShrugLower": _shrug_lower(face),
        "mouthShrugUpper": _shrug_upper(face),
        "tongueOut": _part_for_tongue(face),
    }


def left(face: Face) -> dict[str, Array]:
    """Expressions of the left half of the mouth."""
    return {
        "mouthSmile": _smile(face),
        "mouthFrown": _frown(face),
        "mouthDimple": _dimple(face),
        "mouthStretch": _stretch(face),
        "mouthPress": _press(face),
        "mouthLowerDown": _lower_down(face),
        "mouthUpperUp": _upper_up(face),
    }


def _lower(face: Face) -> Array:
    return np.clip(face.below, 0.0, 1.0)


def _upper(face: Face) -> Array:
    return np.clip(-face.below, 0.0, 1.0)


def _inwards(face: Face) -> Array:
    """0 at the border of the red, 1 where the lips meet and behind."""
    return np.where(face.ring >= 0, ramp(lips.BORDER_RING - 0.5, lips.SEAL_RING, face.ring), 0.0)


def _corner(face: Face, radius: float) -> Array:
    """The left corner of the mouth and the skin around it."""
    along = 0.15 * ramp(-0.15, 1.0, face.across) + 0.85 * np.clip(face.across, 0.0, 1.0) ** 2.3
    return np.asarray(along * face.near_lips(radius))


def _funnel(face: Face) -> Array:
    near, rounded = face.near_lips(17.0), 1.0 - 0.55 * face.reach**2
    opening = np.sqrt(1.0 - 0.96 * face.reach**2) * (1.0 - face.reach**6) * near
    flare = _inwards(face) * (1.0 - face.depth)
    y = _upper(face) * opening * (4.4 - 0.6 * flare) - _lower(face) * opening * (6.2 - 0.8 * flare)
    z = near * rounded * (7.6 * _upper(face) + 6.2 * _lower(face) + 4.5 * (1 - np.abs(face.below))) + 1.2 * flare * near
    return _move(-0.25 * face.x * near, y, z)


def _pucker(face: Face) -> Array:
    near, wide = face.near_lips(17.0), face.near_lips(30.0)
    rounded = 1.0 - 0.42 * face.reach**2
    purse = near * (1.0 - face.reach**2)
    bunch = face.lip * (1.0 - _inwards(face)) * (1.0 - face.reach**2)
    y = (1.3 * bunch - 0.9 * purse) * (_upper(face) - _lower(face)) + 1.1 * near * (1.0 - 2.0 * face.reach**2)
    z = 9.8 * near * rounded + 1.5 * face.lip * (1.0 - face.reach**2) * (1 - face.depth)
    cheeks = blob(face.sided, (42.0, -55.0, 68.0), (16.0, 18.0, 26.0))
    x = -face.x * (0.28 * near + 0.05 * wide) - 1.5 * np.sign(face.x) * cheeks
    return _move(x, y, z)


def _aside(face: Face) -> Array:
    near = face.near_lips(24.0)
    return _move(8.5 * near, 0.8 * near * face.across, near * (-2.6 * face.across - 0.6))


def _roll(face: Face, side: float) -> Array:
    mine = np.clip(side * face.below, 0.0, 1.0)
    skin_share = np.where(face.ring >= lips.BORDER_RING, 1.0, np.exp(-((face.from_lips / 13.0) ** 2)))
    edge = mine * skin_share * (1.0 - face.depth) * (1.0 - face.reach**3)
    inwards = _inwards(face)
    towards = 3.6 - 1.2 * inwards if side > 0 else -3.3 + 2.7 * inwards
    back = -1.6 - 4.4 * np.sin(0.5 * np.pi * np.clip(1.5 * inwards, 0, 1)) * (1 - 0.12 * inwards)
    return _move(0.0, edge * towards, edge * np.where(face.ring >= lips.BORDER_RING, back, -1.6))


def _shrug_lower(face: Face) -> Array:
    near = face.near_lips(18.0) * (1.0 - 0.55 * face.reach**2)
    chin = blob(face.points, (0.0, -89.0, 90.0), (22.0, 14.0, 25.0))
    lift = 5.4 * _lower(face) + 2.6 * _upper(face) + 1.5 * (1.0 - np.abs(face.below))
    corner_drop = -1.6 * bell(face.reach, 1.0, 0.3) * face.near_lips(12.0)
    flare = face.lip * _lower(face) * (1.0 - 0.5 * _inwards(face))
    out = near * _lower(face) * (2.6 + 2.0 * flare) + 1.0 * near * _upper(face) + 1.2 * chin
    return _move(0.0, near * lift + 5.5 * chin + corner_drop, out)


def _shrug_upper(face: Face) -> Array:
    near = face.near_lips(17.0) * (1.0 - 0.6 * face.reach**2)
    nose = blob(face.points, (0.0, -39.0, 104.0), (16.0, 9.0, 18.0))
    return _move(0.0, near * (4.2 * _upper(face)) + 1.0 * nose, near * _upper(face) * (2.4 - 0.8 * _inwards(face)))


def _part_for_tongue(face: Face) -> Array:
    near = face.near_lips(15.0) * (1.0 - face.reach**2)
    return _move(0.0, near * (2.4 * _upper(face) - 5.6 * _lower(face)), near * (0.6 + 0.8 * _lower(face)))


def _smile(face: Face) -> Array:
    corner = _corner(face, 19.0)
    apple = blob(face.points, (38.0, -35.0, 72.0), (19.0, 17.0, 26.0))
    fold = blob(face.points, (35.0, -55.0, 82.0), (7.0, 14.0, 22.0))
    under_eye = blob(face.points, (32.0, -20.0, 80.0), (16.0, 8.0, 22.0)) * ramp(7.0, 4.0, face.eye_ring)
    tight = face.lip * ramp(-0.3, 0.6, face.across) * (1 - face.depth) * (1 - _inwards(face))
    middle = face.near_lips(15.0) * face.left * (1.0 - face.reach**2)
    x = 5.6 * corner + 1.4 * apple + 1.6 * fold
    y = 6.4 * corner + 1.0 * middle + 5.0 * apple + 1.6 * under_eye + tight * 0.9 * (_lower(face) - _upper(face))
    z = -3.4 * corner - 0.8 * middle + 4.2 * apple + 2.2 * fold + 0.8 * under_eye - 0.8 * tight
    return _move(x, y, z)


def _frown(face: Face) -> Array:
    corner = _corner(face, 17.0)
    chin = blob(face.points, (9.0, -87.0, 92.0), (12.0, 10.0, 20.0))
    jowl = blob(face.points, (32.0, -79.0, 78.0), (12.0, 12.0, 22.0))
    y = -6.0 * corner - 1.8 * jowl + 1.6 * chin
    return _move(1.4 * corner + 0.8 * jowl, y, -1.0 * corner + 1.2 * jowl + 1.0 * chin)


def _dimple(face: Face) -> Array:
    corner = ramp(0.2, 1.0, face.across) * face.near_lips(13.0)
    ring = blob(face.points, (36.0, -59.0, 80.0), (8.0, 12.0, 20.0))
    return _move(3.2 * corner + 1.4 * ring, 1.2 * corner, -4.2 * corner + 1.8 * ring)


def _stretch(face: Face) -> Array:
    corner = _corner(face, 20.0)
    jaw = blob(face.points, (36.0, -81.0, 70.0), (18.0, 16.0, 26.0))
    thin = face.lip * ramp(-0.2, 0.7, face.across) * (1 - face.depth) * (1 - _inwards(face))
    y = -2.4 * corner - 2.4 * jaw + 0.7 * thin * (_lower(face) - _upper(face))
    return _move(6.4 * corner + 1.4 * jaw, y, -3.6 * corner - 0.9 * thin)


def _press(face: Face) -> Array:
    side = face.left * (1.0 - face.depth)
    body = face.lip * (1.0 - 0.4 * face.reach**2) * side
    outer = body * (1.0 - _inwards(face))
    near = face.near_lips(12.0) * face.left
    bulge = blob(face.points, (30.0, -61.0, 88.0), (7.0, 9.0, 18.0))
    y = outer * (2.4 * _lower(face) - 1.9 * _upper(face)) + 0.55 * near * _lower(face) - 0.45 * near * _upper(face)
    return _move(0.9 * bulge, y, -1.9 * outer - 0.6 * near + 1.0 * bulge)


def _lower_down(face: Face) -> Array:
    near = face.near_lips(19.0) * face.left * (1.0 - 0.85 * face.reach**3)
    lower = _lower(face)
    return _move(0.9 * near * lower, -6.4 * near * lower, near * lower * (-0.6 + 0.9 * _inwards(face)))


def _upper_up(face: Face) -> Array:
    near = face.near_lips(18.0) * face.left * (1.0 - 0.8 * face.reach**3)
    fold = blob(face.points, (19.0, -41.0, 94.0), (9.0, 12.0, 20.0))
    upper = _upper(face)
    return _move(0.5 * near * upper + 1.0 * fold, 5.4 * near * upper + 2.6 * fold, near * upper * 0.8 + 1.6 * fold)
