# SPDX-License-Identifier: GPL-3.0-or-later
"""Teeth and gums: rounded teeth along an arch, the lower ones carried by the jaw."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from . import lips, palette
from .design import Design
from .expressions.jaw import FORWARD, SIDEWAYS, turned
from .fields import Array, ramp
from .mesh import Part, joined, painted, swept, tube, turned_inside_out
from .proportions import Proportions

# Width and height of each tooth from the middle outwards, mm.
_UPPER: Final = ((8.8, 10.4), (7.0, 9.4), (7.8, 10.2), (7.2, 8.6), (7.0, 8.0), (9.6, 7.4), (9.4, 7.0))
_LOWER: Final = ((5.6, 8.6), (6.0, 8.6), (6.9, 9.4), (7.1, 8.4), (7.2, 8.0), (10.4, 7.4), (10.0, 7.0))
_BEHIND_LIPS: Final = 6.6
"""Millimetres that the upper incisors stand behind where the lips meet."""
_BEND: Final = (0.012, 0.000034)
"""How fast the arch falls back to the sides, by the square and the fourth power of mm: a narrower one leaves black corners."""


def front_of_arch(mm: Proportions) -> float:
    """How far forward the upper incisors stand, mm."""
    return float(lips.rings(4, mm)[lips.SEAL_RING - lips.BORDER_RING, 0, 2]) - _BEHIND_LIPS


def _arch(x: Array, front: float) -> Array:
    square, fourth = _BEND
    return front - square * x**2 - fourth * x**4


def _row(sizes: tuple[tuple[float, float], ...], edge: float, rise: float, front: float) -> list[Part]:
    across = np.linspace(0.0, 30.0, 400)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(across), np.diff(_arch(across, front))))])
    parts = []
    start = 0.0
    for number, (width, height) in enumerate(sizes):
        x = float(np.interp(start + 0.5 * width, length, across))
        start += width
        slope = -2 * _BEND[0] * x - 4 * _BEND[1] * x**3
        heading = np.arctan2(slope, 1.0)
        depth = 6.5 if number < 3 else 9.0
        tooth = _tooth(width * 1.02, height, depth, pointed=0.14 if number == 2 else 0.0)
        sunk = (0.35 if number == 1 else 0.0) + (0.0035 * x**2 if rise < 0 else 0.0)
        tooth[:, 1] = edge + rise * (tooth[:, 1] + sunk)
        for side in (1.0, -1.0):
            placed = tooth.copy()
            turn = side * heading
            placed[:, 0] = side * x + tooth[:, 0] * np.cos(turn) - tooth[:, 2] * np.sin(turn)
            placed[:, 2] = _arch(np.array([x]), front)[0] + tooth[:, 0] * np.sin(turn) + tooth[:, 2] * np.cos(turn)
            quads = _TOOTH_QUADS if rise > 0 else turned_inside_out(_TOOTH_QUADS)
            parts.append(painted("Teeth", placed, quads, palette.TEETH))
    return parts


def _tooth(width: float, height: float, depth: float, pointed: float) -> Array:
    """A rounded block standing on y = 0 (its biting edge) and growing to y = height; its front at z = 0."""
    turn = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)
    square = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.55, np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.6
    levels = np.array([0.0, 0.035, 0.12, 0.35, 0.6, 0.85, 1.0])
    wide = np.array([0.72, 0.9, 0.97, 1.0, 0.98, 0.9, 0.8])
    thick = np.array([0.18, 0.34, 0.5, 0.75, 0.95, 1.0, 1.0])
    loops = np.zeros((len(levels), len(turn), 3))
    loops[..., 0] = 0.5 * width * wide[:, None] * square[0]
    loops[..., 1] = height * levels[:, None] + pointed * height * np.abs(square[0]) ** 1.5 * (1 - levels[:, None]) * 0.8
    loops[..., 2] = 0.5 * depth * thick[:, None] * (square[1] - 1.0) - 0.6 * (levels[:, None] - 0.3) ** 2
    return tube(loops)[0]


_TOOTH_QUADS: Final = turned_inside_out(tube(np.zeros((7, 16, 3)))[1])


def _gum(height: float, front: float, thickness: float) -> Part:
    x = np.linspace(-28.0, 28.0, 41)
    spine = np.column_stack([x, np.full_like(x, height), _arch(x, front) - 3.2])
    size = np.full_like(x, thickness)
    points, quads = swept(spine, np.tile([0.0, 1.0, 0.0], (len(x), 1)), 0.85 * size, 1.35 * size, 14)
    return painted("Teeth", points, quads, palette.GUMS)


def build_upper_teeth(design: Design) -> Part:
    """The upper teeth, which never move."""
    mm = design.proportions
    front = front_of_arch(mm)
    edge = mm.mouth_height - 2.6
    return _shaded(joined("Upper Teeth", [*_row(_UPPER, edge, 1.0, front), _gum(edge + 12.4, front, 4.2)]), mm)


def build_lower_teeth(design: Design) -> Part:
    """The lower teeth, which the jaw carries."""
    mm = design.proportions
    front = front_of_arch(mm) - 2.6
    edge = mm.mouth_height + 0.2
    part = _shaded(joined("Lower Teeth", [*_row(_LOWER, edge, -1.0, front), _gum(edge - 11.4, front, 4.2)]), mm)
    return replace(part, shapes=jaw_shapes(part.points, mm))


def _shaded(part: Part, mm: Proportions) -> Part:
    """Darker towards the back of the mouth, where little light arrives."""
    light = 0.16 + 0.84 * ramp(front_of_arch(mm) - 28.0, front_of_arch(mm) - 5.0, part.points[:, 2])
    return replace(part, colours=part.colours * light[:, None] ** np.array([0.85, 1.0, 1.0]))


def jaw_shapes(points: Array, mm: Proportions) -> dict[str, Array]:
    """What the jaw does to points float[N, 3] that are fixed to it."""
    ones = np.ones((len(points), 1))
    return {
        "jawOpen": turned(points, mm),
        "jawForward": ones * FORWARD,
        "jawLeft": ones * SIDEWAYS,
        "jawRight": ones * SIDEWAYS * np.array([-1.0, 1.0, 1.0]),
    }
