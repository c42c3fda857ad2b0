# SPDX-License-Identifier: GPL-3.0-or-later
"""The tongue: a broad loft that lies in the lower jaw and comes out over the lower lip."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import palette
from .design import Design
from .fields import Array, bell, ramp
from .mesh import Index, Part, tube, turned_inside_out
from .proportions import Proportions
from .teeth import front_of_arch, jaw_shapes

_STATIONS: Final = 26
"""Loops from the root to the tip."""
_AROUND: Final = 24
"""Vertices of a loop."""
_ROOT: Final = 32.0
"""How far forward the root is, mm."""


def build_tongue(design: Design) -> Part:
    """The tongue, with tongueOut and the shapes of the jaw."""
    points, quads, along, above = _loft(design.proportions)
    rooted = (0.45 + 0.55 * ramp(0.0, 0.35, along))[:, None]
    shapes = {name: rooted * shape for name, shape in jaw_shapes(points, design.proportions).items()}
    reach = ramp(0.05, 1.0, along) ** 0.9
    rise = 7.6 * bell(along, 0.72, 0.3) + 3.0 * ramp(0.75, 1.0, along)
    shapes["tongueOut"] = np.column_stack([-0.36 * points[:, 0] * reach, rise - 0.25 * above * reach, 43.0 * reach])
    colours = palette.TONGUE.linear * (0.45 + 0.55 * ramp(0.15, 0.75, along))[:, None]
    return Part("Tongue", points, quads, (palette.TONGUE,), np.zeros(len(quads), np.int64), colours, shapes)


def _loft(mm: Proportions) -> tuple[Array, Index, Array, Array]:
    """Points, faces, how far along from root (0) to tip (1), and mm above the middle of the tongue."""
    s = np.linspace(0.0, 1.0, _STATIONS)
    z = _ROOT + (front_of_arch(mm) - 11.0 - _ROOT) * np.sin(0.5 * np.pi * s) ** 0.9
    y = mm.mouth_height - 14.0 + 5.5 * np.sin(np.pi * s * 0.8) + 7.0 * ramp(0.45, 1.0, s)
    width = 19.5 * np.sqrt(np.clip(1.0 - ((s - 0.42) / 0.60) ** 2, 0.0, 1.0)) + 0.4
    thick = (6.4 - 2.8 * s) * np.sqrt(1.0 - np.clip((s - 0.55) / 0.46, 0.0, 1.0) ** 3) + 0.3
    turn = np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False)
    groove = 0.22 * bell(np.cos(turn), 0.0, 0.22) * (np.sin(turn) > 0)
    above = thick[:, None] * (np.sin(turn) - groove)
    x = width[:, None] * np.cos(turn)
    points, quads = tube(np.stack([x, y[:, None] + above, z[:, None] + 0.0 * x], axis=-1))
    along = np.concatenate([np.repeat(s, _AROUND), [0.0, 1.0]])
    return points, turned_inside_out(quads), along, np.concatenate([above.ravel(), [0.0, 0.0]])
