# SPDX-License-Identifier: GPL-3.0-or-later
"""The brows: solid, tapered strokes that ride on the skin."""

from __future__ import annotations

import numpy as np

from . import form
from .design import Design
from .fields import ramp
from .mesh import Part, joined, mirrored, painted, swept
from .on_skin import carried_shapes


def build_brows(design: Design) -> Part:
    """Both brows, with every shape that moves the skin under them."""
    brow = _left_brow(design)
    return joined("Brows", [brow, mirrored(brow)])


def _left_brow(design: Design) -> Part:
    style, mm = design.brows, design.proportions
    s = np.linspace(0.0, 1.0, 34)
    x = style.inner + style.length * s
    spine = form.front(x, style.height + style.arch * np.sin(0.78 * np.pi * s**0.9) - style.drop * s**3, mm)
    up = form.normals(spine, mm)
    taper = np.sqrt(ramp(-0.05, 0.2, s)) * (1.0 - 0.84 * s**2.0)
    spine = spine + 0.45 * style.bushy * up * taper[:, None]
    points, quads = swept(spine, up, style.thickness * taper + 0.12, style.bushy * taper + 0.12, 12)
    return painted("Brows", points, quads, design.colouring.brows, carried_shapes(points, 3.0, ("brow", "nose"), mm))
