# SPDX-License-Identifier: GPL-3.0-or-later
"""The lips and the bag behind them: rings from the border of the red to the throat.

Half rings run from the middle of the upper lip over the left corner to the middle of the lower lip. Each ring is
described by how wide it is, how far it stands from the line where the lips meet, and how far it comes forward.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from .fields import Array, bell
from .form import front
from .proportions import Proportions

BORDER_RING: Final = 4
SEAL_RING: Final = 8

# Per ring from the border inwards: share of the lip's height (upper, lower), mm forward (upper, lower), mm narrower.
_LIP: Final = (
    (1.00, 1.00, 0.4, 0.2, -0.9),
    (0.80, 0.84, 1.9, 2.1, -0.7),
    (0.52, 0.56, 2.9, 3.5, -0.5),
    (0.22, 0.24, 3.0, 3.7, -0.2),
    (0.0, 0.0, 1.7, 1.8, 0.0),
)
_PRESSED: Final = 0.22
"""Millimetres that each lip goes beyond the line where they meet: no teeth shine through a slit, and what is measured between
the innermost rings is what is seen."""

# Per ring behind the lips: mm away from the meeting line, mm back, mm narrower (wide enough for the teeth).
_BAG: Final = (
    (-0.5, 2.8, 0.4),
    (4.5, 4.0, 0.0),
    (11.0, 6.0, -2.0),
    (16.0, 13.0, -5.5),
    (18.0, 32.0, -6.0),
    (13.0, 48.0, 4.0),
    (5.0, 60.0, 14.0),
)


def meeting_line(t: Array, mm: Proportions) -> Array:
    """Height in mm of the line where the lips meet, for t = 0 in the middle … 1 at the corner."""
    return np.asarray(mm.mouth_height + mm.mouth_corner_lift * t**2 - 0.8 * bell(t, 0.0, 0.2) + 0.4 * bell(t, 0.45, 0.25))


@cache
def rings(half: int, mm: Proportions) -> Array:
    """Rings float[R, 2 * half + 1, 3] mm from the border of the red to the throat."""
    position = np.arange(2 * half + 1)
    t = np.sin(0.5 * np.pi * np.minimum(position, 2 * half - position) / half)
    upper = position <= half
    taper = np.clip(1.0 - t**2.2, 0.0, 1.0)
    height = np.where(
        upper,
        mm.upper_lip_height * taper**0.8 + 0.9 * bell(t, 0.22, 0.15) - 0.7 * bell(t, 0.0, 0.1),
        -mm.lower_lip_height * taper**0.62,
    )
    height[half] = 0.0
    side = np.where(upper, 1.0, -1.0)
    side[half] = 0.0
    line = meeting_line(t, mm)
    base = front(mm.mouth_half_width * t, line, mm)[:, 2]
    fullness = mm.lip_fullness * (0.12 + 0.88 * np.clip(1.0 - t**2.6, 0.0, 1.0))
    loops = []
    for share_up, share_low, out_up, out_low, narrower in _LIP:
        x = (mm.mouth_half_width - narrower) * t
        y = line + height * np.where(upper, share_up, share_low)
        skin_z = front(x, y, mm)[:, 2]
        share = np.where(upper, share_up, share_low)
        z = share * skin_z + (1 - share) * base + np.where(upper, out_up, out_low) * fullness
        loops.append(np.column_stack([x, y, z]))
    seal = loops[-1].copy()
    loops[-1][:, 1] -= side * _PRESSED
    for away, back, narrower in _BAG:
        deep = np.clip(back / 20.0, 0.0, 1.0)
        y = line + side * away * (1.0 - deep * t**4)
        z = seal[:, 2] - back * (1.0 - 0.35 * t**2 * deep)
        loops.append(np.column_stack([(mm.mouth_half_width - narrower) * t, y, z]))
    return np.stack(loops)
