# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry things that sit on the skin (brows, lashes, beard) along with its shapes."""

from __future__ import annotations

from typing import Final

import numpy as np

from .expressions import skin_expressions
from .fields import Array
from .proportions import Proportions
from .skin import build_skin

_MARGIN_MM: Final = 8.0
_SMALLEST_MM: Final = 0.05


def carried_shapes(points: Array, reach: float, prefixes: tuple[str, ...], mm: Proportions) -> dict[str, Array]:
    """Shapes, by name, of points float[N, 3] that sit on the skin: a soft average of the skin within `reach` mm.

    Only shapes whose names start with one of `prefixes` and that move the points by more than a twentieth of a
    millimetre are returned.
    """
    skin = build_skin(mm).points
    near = np.flatnonzero(((skin > points.min(0) - _MARGIN_MM) & (skin < points.max(0) + _MARGIN_MM)).all(1))
    distance = ((points[:, None] - skin[None, near]) ** 2).sum(-1)
    weight = np.exp(-(distance - distance.min(1, keepdims=True)) / reach**2)
    weight /= weight.sum(1, keepdims=True)
    shapes = {n: weight @ shape[near] for n, shape in skin_expressions(mm).items() if n.startswith(prefixes)}
    return {name: shape for name, shape in shapes.items() if np.abs(shape).max() > _SMALLEST_MM}
