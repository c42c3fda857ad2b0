# SPDX-License-Identifier: GPL-3.0-or-later
"""A crew neck and shoulders, so that the bust ends where a portrait would crop it."""

from __future__ import annotations

from typing import Final

import numpy as np

from .design import Design
from .fields import ramp
from .mesh import Part, catmull_rom, tube, turned_inside_out
from .proportions import Proportions

_AROUND: Final = 72
_OWN_NECK: Final = 34.2
"""Radius in mm of the neck that the loops were drawn around."""
_FORWARD: Final = -33.0
"""Millimetres forward of the axis that loops are made narrower about, where a neck is."""
# Half width, half depth, height, forward, squareness of each loop, from inside the collar down to the chest.
_LOOPS: Final = (
    (37.0, 38.0, -166.0, -32.0, 2.0), (41.0, 42.0, -147.0, -32.0, 2.0), (43.5, 44.0, -144.0, -32.0, 2.0),
    (46.5, 46.5, -145.0, -32.0, 2.0), (49.5, 49.0, -150.0, -32.0, 2.0), (51.0, 50.5, -157.0, -32.0, 2.0),
    (50.0, 49.5, -160.0, -32.0, 2.0), (56.0, 52.0, -162.0, -33.0, 2.0), (74.0, 57.0, -170.0, -35.0, 2.1),
    (100.0, 63.0, -180.0, -37.0, 2.2), (128.0, 69.0, -192.0, -38.0, 2.3), (148.0, 75.0, -208.0, -38.0, 2.4),
    (160.0, 80.0, -230.0, -37.0, 2.5), (165.0, 84.0, -259.0, -35.0, 2.5), (166.0, 88.0, -294.0, -33.0, 2.5),
)  # fmt: skip


def build_shirt(design: Design) -> Part:
    """The shirt; it has no shapes and follows the chest."""
    mm, paint = design.proportions, design.colouring.shirt
    turn = np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False)
    knots = np.arange(len(_LOOPS), dtype=float)
    number = np.linspace(0.0, knots[-1], 3 * len(_LOOPS) - 2)
    wide, deep, height, forward, square = catmull_rom(np.array(_LOOPS), number).T[:, :, None]
    x = wide * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2.0 / square)
    z = forward + deep * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** (2.0 / square)
    collar = ramp(9.5, 7.5, number)[:, None]
    dip = collar * (4.0 * np.clip(-np.sin(turn), 0.0, 1.0) - 9.0 * np.clip(np.sin(turn), 0.0, 1.0) ** 1.5)
    points, quads = tube(np.stack([x, height + dip, z], axis=-1))
    quads = turned_inside_out(quads[: -2 * _AROUND])
    points = points[:-2]
    points[:, 1] += mm.collar_rise
    snug = 1.0 + (_neck_radius(mm) / _OWN_NECK - 1.0) * ramp(-190.0, -150.0, points[:, 1])
    points[:, 0] *= snug
    points[:, 2] = _FORWARD + (points[:, 2] - _FORWARD) * snug
    spread = 1.0 + (mm.shoulder_scale - 1.0) * ramp(-150.0, -185.0, points[:, 1])
    points[:, 0] *= spread
    colours = np.tile(paint.linear, (len(points), 1))
    colours *= np.repeat(1.0 - 0.22 * ramp(6.4, 5.6, number), _AROUND)[:, None]
    return Part("Shirt", points, quads, (paint,), np.zeros(len(quads), np.int64), colours)


def _neck_radius(mm: Proportions) -> float:
    """At the height of the collar."""
    (_, top, _), (_, bottom, _), above, below = mm.neck
    return above + (below - above) * (top + 150.0) / (top - bottom)
