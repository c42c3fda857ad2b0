# SPDX-License-Identifier: GPL-3.0-or-later
"""The ears: a shell of loops from the hollow over the fold to the rim, and back behind it to the head."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import form, palette
from .fields import Array, ramp
from .part import Part, joined, mirrored, tube

_PLACE: Final = (-9.0, -8.0)
_TILT: Final = np.radians(12.0)
_AROUND: Final = 40
# Share of the outline, mm out of the plane of the ear, and how much of the rear flare it takes, from the hollow outwards.
_PROFILE: Final = (
    (0.06, -5.5), (0.22, -5.2), (0.36, -3.6), (0.46, 0.2), (0.56, 1.2), (0.66, 0.0), (0.76, -0.6), (0.85, 1.2),
    (0.92, 2.9), (0.98, 2.8), (1.0, 1.2), (0.97, -0.8), (0.88, -2.6), (0.74, -9.0), (0.6, -24.0),
)  # fmt: skip


def build_ears() -> Part:
    """Both ears; they have no shapes."""
    ear = _left_ear()
    return joined("Ears", [ear, mirrored(ear)])


def _left_ear() -> Part:
    turn = np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False)
    back = 16.5 * np.cos(turn) * (1.0 + 0.22 * np.sin(turn)) + 1.5 * np.sin(turn)
    up = 27.0 * np.sin(turn) - 4.0 * (1 - np.sin(turn)) * 0.5
    back = np.where(np.sin(turn) < -0.2, back * (1.0 - 0.25 * ramp(0.2, 0.9, -np.sin(turn))), back)
    loops = np.zeros((len(_PROFILE), _AROUND, 3))
    for ring, (share, out) in enumerate(_PROFILE):
        u, v = share * back, share * up + (1 - share) * -3.0
        face_side = ramp(-4.0, -15.0, u)
        flare = 0.52 * np.maximum(u + 12.0, 0.0)
        lobe = ramp(-12.0, -24.0, v)
        relief = out * (1.0 - 0.75 * lobe) if out > -4 else np.full_like(u, out)
        loops[ring, :, 0] = flare + relief * (1.0 - 0.6 * face_side) - 2.0 * face_side - 2.5 * lobe
        loops[ring, :, 1] = v * np.cos(_TILT) + u * np.sin(_TILT) * 0.0 - u * 0.0
        loops[ring, :, 2] = -u - v * np.sin(_TILT)
    y, z = _PLACE
    base = form.cast(np.array([[110.0, y, z]]), np.array([[-1.0, 0.0, 0.0]]))[0]
    points, quads = tube(loops)
    quads = quads[:, ::-1]
    quads = np.where(quads[:, :1] == quads[:, 1:2], np.roll(quads, -1, axis=1), quads)
    colours = np.tile(palette.SKIN.linear, (len(points), 1))
    rosy = palette.linear("#D98874") - palette.SKIN.linear
    share = np.concatenate([np.repeat([p[0] for p in _PROFILE], _AROUND), [0.0, 0.5]])
    colours = colours + (0.25 + 0.45 * ramp(0.5, 0.1, share))[:, None] * rosy
    return Part("Ears", points + base + np.array([-1.5, 0.0, 0.0]), quads, (palette.SKIN,), np.zeros(len(quads), np.int64), colours)
