# SPDX-License-Identifier: GPL-3.0-or-later
"""The ears: a shell of loops from the hollow over the fold to the rim, and back behind it to the head."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import form, palette
from .design import Design
from .fields import ramp
from .mesh import Part, joined, mirrored, tube, turned_inside_out

_TILT: Final = np.radians(12.0)
"""Radians that the ear leans back."""
_FLARE: Final = 0.52
"""How far it stands off the head, as a share of how far back it reaches."""
_AROUND: Final = 40
"""Vertices of a loop."""
# Share of the outline and mm out of the plane of the ear, from the hollow over the fold and the rim to the back.
_PROFILE: Final = (
    (0.06, -5.5), (0.22, -5.2), (0.36, -3.6), (0.46, 0.2), (0.56, 1.2), (0.66, 0.0), (0.76, -0.6), (0.85, 1.2),
    (0.92, 2.9), (0.98, 2.8), (1.0, 1.2), (0.97, -0.8), (0.88, -2.6), (0.74, -9.0), (0.6, -24.0),
)  # fmt: skip


def build_ears(design: Design) -> Part:
    """Both ears; they have no shapes."""
    ear = _left_ear(design)
    return joined("Ears", [ear, mirrored(ear)])


def _left_ear(design: Design) -> Part:
    mm, paint = design.proportions, design.colouring.skin
    turn = np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False)
    up = 29.0 * np.sin(turn) - 2.0 - 3.0
    back = 16.5 * np.cos(turn) * (1.0 + 0.22 * np.sin(turn)) + 1.5 * np.sin(turn)
    back *= 1.0 - 0.25 * ramp(0.2, 0.9, -np.sin(turn))
    share, out = (column[:, None] for column in np.array(_PROFILE).T)
    u, v = share * back, share * (up + 3.0) - 3.0
    face_side, lobe = ramp(-4.0, -15.0, u), ramp(-12.0, -24.0, v)
    relief = np.where(out > -4.0, out * (1.0 - 0.75 * lobe), out)
    x = _FLARE * np.maximum(u + 12.0, 0.0) + relief * (1.0 - 0.6 * face_side) - 2.0 * face_side - 2.5 * lobe
    points, quads = tube(np.stack([x, v * np.cos(_TILT), -u - v * np.sin(_TILT)], axis=-1))
    place = np.array([[110.0, *mm.ear_place]])
    base = form.cast(place, np.array([[-1.0, 0.0, 0.0]]), mm)[0] - np.array([1.5, 0.0, 0.0])
    hollow = np.concatenate([np.repeat(ramp(0.5, 0.1, share[:, 0]), _AROUND), [1.0, 0.0]])
    rosy = palette.linear(design.colouring.blush) - paint.linear
    colours = paint.linear + (0.25 + 0.45 * hollow)[:, None] * rosy
    quads = turned_inside_out(quads)
    return Part("Ears", mm.ear_scale * points + base, quads, (paint,), np.zeros(len(quads), np.int64), colours)
