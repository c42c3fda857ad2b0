# SPDX-License-Identifier: GPL-3.0-or-later
"""The face as a mesh: the skin with its expressions, its paints and its complexion."""

from __future__ import annotations

import numpy as np

from . import lids, lips, palette
from .design import Design
from .expressions import skin_expressions
from .fields import Array, blob, ramp
from .mesh import Part
from .skin import Skin, build_skin


def build_face(design: Design) -> Part:
    """The skin with all 52 shapes."""
    skin, colouring = build_skin(design.proportions), design.colouring
    ring = skin.mouth_ring[skin.quads].mean(1)
    paint_of = np.where(ring > lips.SEAL_RING + 1.0, 2, np.where(ring > lips.BORDER_RING, 1, 0))
    paints = (colouring.skin, colouring.lips, palette.MOUTH)
    shapes = dict(skin_expressions(design.proportions))
    return Part("Face", skin.points, skin.quads, paints, paint_of, _complexion(skin, design), shapes)


def _complexion(skin: Skin, design: Design) -> Array:
    """Linear RGB float[N, 3]: rosy cheeks, nose and chin, shaded sockets, soft-edged lips, a dark mouth."""
    colouring, mm = design.colouring, design.proportions
    place = build_skin().points
    sided = np.column_stack([np.abs(place[:, 0]), place[:, 1:]])
    colours = np.tile(colouring.skin.linear, (len(sided), 1))

    def tint(paint: Array, amount: Array) -> None:
        nonlocal colours
        colours = colours + np.clip(amount, 0, 1)[:, None] * (paint - colours)

    blush, shade = palette.linear(colouring.blush), palette.linear(colouring.shade)
    tint(blush, 0.5 * blob(sided, (41.0, -29.0, 72.0), (18.0, 14.0, 30.0)))
    tint(blush, 0.45 * blob(sided, (0.0, -28.0, 114.0), (9.0, 8.0, 10.0)))
    tint(blush, 0.2 * blob(sided, (0.0, -86.0, 92.0), (12.0, 9.0, 14.0)))
    tint(shade, 0.45 * blob(sided, (0.0, -106.0, 30.0), (40.0, 22.0, 34.0)))
    tint(shade, 0.2 * blob(sided, (15.0, 9.0, 80.0), (8.0, 10.0, 14.0)))
    tint(shade, 0.6 * ramp(2.2, 5.5, skin.eye_ring) * (0.4 + 0.6 * skin.upper_lid))
    own = np.column_stack([np.abs(skin.points[:, 0]), skin.points[:, 1:]])
    x, y, z = mm.nostril
    tint(0.12 * shade, ramp(0.15, 0.8, blob(own, (x, y + 3.2, z - 0.2), (2.8, 2.8, 3.4))))
    tint(palette.linear("#FFC4B4"), ramp(lids.EDGE_RING + 0.1, lids.EDGE_RING + 0.8, skin.eye_ring))
    tint(colouring.lips.linear, 0.95 * ramp(lips.BORDER_RING - 0.7, lips.BORDER_RING + 0.9, skin.mouth_ring))
    tint(0.4 * colouring.lips.linear, 0.7 * ramp(lips.SEAL_RING - 1.0, lips.SEAL_RING + 0.5, skin.mouth_ring))
    tint(palette.MOUTH.linear, ramp(lips.SEAL_RING + 0.5, lips.SEAL_RING + 2.0, skin.mouth_ring))
    tint(0.55 * palette.MOUTH.linear, ramp(lips.SEAL_RING + 3.0, lips.SEAL_RING + 6.0, skin.mouth_ring))
    return colours
