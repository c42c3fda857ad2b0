# SPDX-License-Identifier: GPL-3.0-or-later
"""The upper lashes: one dark, tapered blade per eye that stands on the edge of the lid and turns over with it."""

from __future__ import annotations

from typing import Final

import numpy as np

from . import lids, palette
from .design import Design
from .fields import Array, ramp
from .mesh import Index, Part, joined, mirrored, painted, tube
from .on_skin import carried_shapes

_TURN_DEGREES: Final = {
    "eyeBlinkLeft": -50.0, "eyeLookDownLeft": -26.0, "eyeSquintLeft": -8.0, "eyeWideLeft": 10.0, "eyeLookUpLeft": 10.0,
}  # fmt: skip
"""How far lashes turn with their lid at 1, up as positive."""
_OUTWARDS: Final = (0.0, 0.35, 0.75, 1.0)
"""Share of their length at each layer."""


def build_lashes(design: Design) -> Part:
    """The upper lashes of both eyes, with the shapes of the lids."""
    lash = _left_lashes(design)
    return joined("Lashes", [lash, mirrored(lash)])


def _left_lashes(design: Design) -> Part:
    points, quads, roots = _blade(design)
    carried = carried_shapes(roots, 1.0, ("eye",), design.proportions)
    shapes = {name: shape for name, shape in carried.items() if name.endswith("Left")}
    for name, degrees in _TURN_DEGREES.items():
        shapes[name] = shapes[name] + _pitched(points - roots, degrees)
    return painted("Lashes", points, quads, palette.LASHES, shapes)


def _blade(design: Design) -> tuple[Array, Index, Array]:
    """Points, faces and, for each point, the place on the edge of the lid where its hair is rooted."""
    mm = design.proportions
    s = np.linspace(0.0, 1.0, 44)
    root = lids.on_lid(lids.opening(0.02 + 0.475 * s, mm), mm.lid_radius + 0.1, mm)
    length = design.lash_length * (0.5 + 2.2 * ramp(0.1, 0.85, s) + 0.9 * ramp(0.7, 0.95, s) - 1.2 * ramp(0.94, 1.0, s))
    outwards = np.column_stack([0.1 + 0.6 * s, 0.38 + 0.1 * s, 0.9 - 0.4 * s])
    outwards *= (length / np.linalg.norm(outwards, axis=1))[:, None]
    thick = 0.62 * ramp(-0.02, 0.2, s) * ramp(1.04, 0.85, s) + 0.06

    def layer(r: float, rise: float) -> Array:
        curl = 0.3 * r**2 * length + rise * thick * (1.0 - r)
        return np.asarray(root + r * outwards + np.column_stack([0.0 * s, curl, 0.0 * s]))

    over = [layer(r, 1.0) for r in _OUTWARDS]
    under = [layer(r, -0.4) - np.array([0.0, 0.05, 0.0]) for r in reversed(_OUTWARDS)]
    points, quads = tube(np.stack([*over, *under], axis=1))
    return points, quads, np.concatenate([np.repeat(root, 2 * len(_OUTWARDS), axis=0), root[[0, -1]]])


def _pitched(arm: Array, degrees: float) -> Array:
    turn = np.radians(degrees)
    y = np.cos(turn) * arm[:, 1] + np.sin(turn) * arm[:, 2]
    z = np.cos(turn) * arm[:, 2] - np.sin(turn) * arm[:, 1]
    return np.column_stack([0.0 * y, y - arm[:, 1], z - arm[:, 2]])
