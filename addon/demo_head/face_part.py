# SPDX-License-Identifier: GPL-3.0-or-later
"""The skin as a part: its expressions, its paints and its complexion."""

from __future__ import annotations

import numpy as np

from . import lids, lips, palette
from .expressions import skin_expressions
from .fields import Array, blob, ramp
from .part import Part
from .skin import NOSTRIL, Skin, build_skin


def build_face() -> Part:
    """The skin with all 52 shapes."""
    skin = build_skin()
    ring = skin.mouth_ring[skin.quads].mean(1)
    paint_of = np.where(ring > lips.SEAL_RING + 1.0, 2, np.where(ring > lips.BORDER_RING, 1, 0))
    paints = (palette.SKIN, palette.LIPS, palette.MOUTH)
    return Part("Face", skin.points, skin.quads, paints, paint_of, _complexion(skin), dict(skin_expressions()))


def _complexion(skin: Skin) -> Array:
    """Linear RGB float[N, 3]: rosy cheeks, nose and ears, soft-edged lips, a dark mouth."""
    sided = np.column_stack([np.abs(skin.points[:, 0]), skin.points[:, 1:]])
    colours = np.tile(palette.SKIN.linear, (len(sided), 1))

    def tint(paint: Array, amount: Array) -> None:
        nonlocal colours
        colours = colours + np.clip(amount, 0, 1)[:, None] * (paint - colours)

    blush = palette.linear("#DD8272")
    tint(blush, 0.55 * blob(sided, (40.0, -31.0, 74.0), (19.0, 15.0, 30.0)))
    tint(blush, 0.4 * blob(sided, (0.0, -32.0, 115.0), (9.0, 8.0, 9.0)))
    shade = palette.linear("#C98C70")
    tint(shade, 0.5 * blob(sided, (0.0, -112.0, 30.0), (40.0, 24.0, 34.0)))
    tint(shade, 0.3 * blob(sided, (15.0, 8.0, 80.0), (8.0, 12.0, 14.0)))
    tint(palette.linear("#C98670"), 0.35 * ramp(2.0, 5.5, skin.eye_ring))
    tint(palette.linear("#7A3A34"), 0.85 * blob(sided, NOSTRIL, (2.2, 2.4, 3.2)))
    tint(palette.linear("#FFC4B4"), ramp(lids.EDGE_RING + 0.1, lids.EDGE_RING + 0.8, skin.eye_ring))
    tint(palette.LIPS.linear, ramp(lips.BORDER_RING - 0.6, lips.BORDER_RING + 0.6, skin.mouth_ring))
    tint(palette.linear("#8E3A3C"), 0.7 * ramp(lips.SEAL_RING - 1.0, lips.SEAL_RING + 0.5, skin.mouth_ring))
    tint(palette.MOUTH.linear, ramp(lips.SEAL_RING + 0.5, lips.SEAL_RING + 2.0, skin.mouth_ring))
    tint(0.3 * palette.MOUTH.linear, ramp(lips.SEAL_RING + 3.0, lips.SEAL_RING + 6.0, skin.mouth_ring))
    return colours


