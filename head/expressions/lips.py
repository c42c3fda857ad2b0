# SPDX-License-Identifier: GPL-3.0-or-later
"""The lips themselves: rounded, rolled, pressed, shrugged, raised and lowered, and carried aside."""

from __future__ import annotations

import numpy as np

from .. import folds
from .. import lips as rim
from ..fields import Array, bell, blob, ramp
from .places import Face


def _move(x: Array | float, y: Array | float, z: Array | float) -> Array:
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1).astype(float)


def centre(face: Face) -> dict[str, Array]:
    """Name → float[N, 3] mm of the shapes of the whole mouth, and mouthLeft."""
    return {
        "mouthFunnel": _funnel(face),
        "mouthPucker": _pucker(face),
        "mouthLeft": _aside(face),
        "mouthRollLower": _roll_lower(face),
        "mouthRollUpper": _roll_upper(face),
        "mouthShrugLower": _shrug_lower(face),
        "mouthShrugUpper": _shrug_upper(face),
        "tongueOut": _part_for_tongue(face),
    }


def left(face: Face) -> dict[str, Array]:
    """Name → float[N, 3] mm of the shapes of the left half of the lips."""
    return {
        "mouthPress": _press(face),
        "mouthLowerDown": _lower_down(face),
        "mouthUpperUp": _upper_up(face),
    }


def _funnel(face: Face) -> Array:
    """Lips forward and apart in a ring: from the front the opening is round."""
    near, wide = face.near_lips(16.0), face.near_lips(30.0)
    rounded = 1.0 - 0.5 * face.reach**2
    opening = np.sqrt(1.0 - 0.97 * face.reach**2) * (1.0 - face.reach**6) * near
    flare = face.inwards * (1.0 - face.depth)
    y = face.upper * opening * (5.4 - 0.6 * flare) - face.lower * opening * (7.6 - 0.8 * flare)
    z = near * rounded * (9.0 * face.upper + 7.8 * face.lower + 8.8 * (1 - np.abs(face.below))) + 1.4 * flare * near
    return _move(-face.points[:, 0] * (0.36 * near + 0.05 * wide), y, z)


def _pucker(face: Face) -> Array:
    """Lips drawn together and forward, as in a kiss."""
    near, wide = face.near_lips(16.0), face.near_lips(32.0)
    rounded = 1.0 - 0.36 * face.reach**2
    purse = near * (1.0 - face.reach**2)
    bunch = face.lip * (1.0 - face.inwards) * (1.0 - face.reach**2)
    y = (2.2 * bunch - 1.0 * purse) * (face.upper - face.lower) + 1.1 * near * (1.0 - 2.0 * face.reach**2)
    z = 10.6 * near * rounded + 2.0 * face.lip * (1.0 - face.reach**2) * (1 - face.depth)
    cheeks = blob(face.sided, (42.0, -51.0, 68.0), (16.0, 18.0, 26.0))
    x = -face.points[:, 0] * (0.36 * near + 0.07 * wide) - 2.2 * np.sign(face.x) * cheeks
    return _move(x, y, z - 1.2 * cheeks)


def _aside(face: Face) -> Array:
    """The mouth goes to the left: the far corner travels most, the near one bunches the cheek."""
    near = face.near_lips(25.0)
    far = 1.0 - 0.28 * (face.across + 1.0)
    bunch = blob(face.model, (38.0, -54.0, 76.0), (9.0, 14.0, 24.0))
    return _move(18.8 * near * far, 1.4 * near * face.across, near * (-3.4 * face.across + 0.6) + 3.0 * bunch)


def _roll_lower(face: Face) -> Array:
    """The red of the lower lip turns in over the lower teeth: its border comes up to where the lips meet, the chin follows."""
    on_lip = face.ring >= rim.BORDER_RING - 0.25
    skin_share = np.where(on_lip, 1.0, np.exp(-((face.from_lips / 13.0) ** 2)))
    edge = face.lower * skin_share * (1.0 - face.depth) * (1.0 - face.reach**3)
    outer = 1.0 - face.inwards
    up = 0.85 * face.mm.lower_lip_height * outer + 0.6 * face.inwards
    # What lies behind the edge goes down with it, or it would stand before the teeth that a bitten lip shows.
    up = up - 1.5 * ramp(rim.SEAL_RING, rim.SEAL_RING + 1.0, face.ring)
    back = -2.2 - 3.8 * face.inwards**1.3
    back -= 9.8 * ramp(rim.SEAL_RING + 0.2, rim.SEAL_RING + 2.0, face.ring)
    return _move(0.0, edge * up, edge * np.where(on_lip, back, -2.2))


def _roll_upper(face: Face) -> Array:
    """The red of the upper lip goes in over the teeth."""
    on_lip = face.ring >= rim.BORDER_RING
    skin_share = np.where(on_lip, 1.0, np.exp(-((face.from_lips / 13.0) ** 2)))
    edge = face.upper * skin_share * (1.0 - face.depth) * (1.0 - face.reach**3)
    back = -1.8 - 4.0 * np.sin(0.5 * np.pi * np.clip(1.4 * face.inwards, 0, 1))
    back -= 7.4 * ramp(rim.SEAL_RING + 0.2, rim.SEAL_RING + 2.0, face.ring)
    return _move(0.0, edge * (2.7 * face.inwards - 3.3), edge * np.where(on_lip, back, -1.8))


def _shrug_lower(face: Face) -> Array:
    """The chin bunches, dimples and pushes the lower lip up and out."""
    near = face.near_lips(18.0) * (1.0 - 0.55 * face.reach**2)
    chin = blob(face.model, (0.0, -84.0, 90.0), (20.0, 12.0, 25.0))
    lift = 6.2 * face.lower + 2.8 * face.upper + 1.8 * (1.0 - np.abs(face.below))
    corner_drop = -2.2 * bell(face.reach, 1.0, 0.3) * face.near_lips(12.0)
    flare = face.lip * face.lower * (1.0 - 0.5 * face.inwards)
    out = near * face.lower * (2.6 + 2.2 * flare) + 1.0 * near * face.upper + 1.6 * chin
    crease = -1.6 * bell(face.y, -71.5, 2.6) * bell(face.x, 0.0, 15.0)
    return _move(0.0, near * lift + 9.4 * chin + corner_drop, out) + face.pressed(1.1 * folds.chin_dimples(face.model) + crease)


def _shrug_upper(face: Face) -> Array:
    """The upper lip goes up and out towards the nose."""
    near = face.near_lips(16.0) * (1.0 - 0.6 * face.reach**2)
    nose = blob(face.model, (0.0, -35.0, 102.0), (16.0, 8.0, 18.0))
    return _move(0.0, near * (6.4 * face.upper) + 1.4 * nose, near * face.upper * (2.6 - 0.8 * face.inwards))


def _part_for_tongue(face: Face) -> Array:
    near = face.near_lips(15.0) * (1.0 - face.reach**2)
    return _move(0.0, near * (2.4 * face.upper - 5.6 * face.lower), near * (0.6 + 0.8 * face.lower))


def _press(face: Face) -> Array:
    """Both lips flatten against each other; the chin rises a little and the corners bulge."""
    side = face.left * (1.0 - face.depth)
    body = face.lip * (1.0 - 0.4 * face.reach**2) * side
    outer = body * (1.0 - face.inwards)
    near = face.near_lips(12.0) * face.left
    bulge = blob(face.model, (31.0, -56.0, 86.0), (6.0, 9.0, 20.0))
    chin = blob(face.model, (10.0, -83.0, 90.0), (12.0, 10.0, 22.0))
    y = outer * (3.6 * face.lower - 2.9 * face.upper) + 1.0 * near * face.lower - 1.0 * near * face.upper + 2.4 * chin
    z = -2.8 * outer - 0.9 * near + 1.8 * bulge + 1.0 * chin
    return _move(0.6 * bulge, y, z) + face.pressed(0.4 * face.left * folds.chin_dimples(face.model))


def _lower_down(face: Face) -> Array:
    """Half of the lower lip goes down and bares the lower teeth."""
    near = face.near_lips(18.0) * face.left * (1.0 - 0.85 * face.reach**3)
    lower = face.lower
    return _move(1.0 * near * lower, -7.2 * near * lower, near * lower * (-0.8 + 0.9 * face.inwards))


def _upper_up(face: Face) -> Array:
    """Half of the upper lip goes up, most beside the middle, under a fold from the nose."""
    near = face.near_lips(17.0) * face.left * (1.0 - 0.8 * face.reach**3)
    beside = blob(face.model, (22.5, -43.0, 88.0), (10.0, 11.0, 22.0))
    wing = blob(face.model, (10.0, -32.0, 97.0), (7.0, 8.0, 14.0))
    upper = face.upper
    square = 0.85 + 0.35 * bell(face.across, 0.5, 0.3)
    # What lies behind the edge goes up with it, or it would hang before the teeth that are bared.
    y = 8.5 * near * upper * square + 3.4 * beside + 0.8 * wing
    y = y + 1.8 * near * upper * ramp(rim.SEAL_RING, rim.SEAL_RING + 1.0, face.ring)
    fold = 2.0 * folds.nasolabial(face.model) * ramp(-60.0, -46.0, face.y) * face.left
    return _move(0.6 * near * upper + 0.8 * beside, y, near * upper * 0.9 + 1.8 * beside) + face.pressed(fold)
