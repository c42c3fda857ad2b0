# SPDX-License-Identifier: GPL-3.0-or-later
"""The brows: solid, tapered strokes that ride on the skin."""

from __future__ import annotations

import numpy as np

from . import form, palette
from .fields import ramp
from .part import Part, joined, mirrored, painted, swept
from .riding import carried_shapes


def build_brows() -> Part:
    """Both brows, with every shape that moves the skin under them."""
    brow = _left_brow()
    return joined("Brows", [brow, mirrored(brow)])


def _left_brow() -> Part:
    s = np.linspace(0.0, 1.0, 30)
    spine = form.front(10.0 + 39.0 * s, 20.0 + 6.5 * np.sin(0.8 * np.pi * s**0.85) - 2.0 * s**3)
    up = form.normals(spine)
    taper = np.sqrt(ramp(-0.03, 0.16, s)) * (1.0 - 0.86 * s**2.2)
    points, quads = swept(spine + 0.5 * up, up, 3.0 * taper + 0.15, 1.35 * taper + 0.15, 12)
    return painted("Brows", points, quads, palette.BROWS, carried_shapes(points, 3.0, ("brow", "nose")))
