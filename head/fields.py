# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows and ramps, and signed distances of simple solids that melt into one another.

The solids and the polynomial smooth minimum follow Inigo Quilez, "Distance functions" and "Smooth minimum" (2008-2013).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]


def ramp(low: float, high: float, x: ArrayLike) -> Array:
    """0 at `low`, 1 at `high`, smooth in between and flat outside."""
    t = np.clip((np.asarray(x, float) - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def bell(x: ArrayLike, centre: float, width: float) -> Array:
    """A Gaussian window of height 1: exp(-((x - centre) / width)²)."""
    return np.asarray(np.exp(-(((np.asarray(x, float) - centre) / width) ** 2)))


def blob(points: Array, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Array:
    """A Gaussian window in space: 1 at `centre`, 1/e on the ellipsoid of `radii` mm."""
    return np.asarray(np.exp(-(((points - np.array(centre)) / np.array(radii)) ** 2).sum(-1)))


def ellipsoid(points: Array, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Array:
    """Approximate signed distance to an ellipsoid (exact to first order near its surface)."""
    narrow = 1.0 / np.square(radii)
    square = np.square(points - np.array(centre))
    length = np.sqrt(square @ narrow)
    slope = np.sqrt(square @ narrow**2)
    return np.asarray(length * (length - 1.0) / np.maximum(slope, 1e-6))


def capsule(
    points: Array, start: tuple[float, float, float], end: tuple[float, float, float], radius: float, end_radius: float
) -> Array:
    """Signed distance to a rod whose radius grows from `radius` to `end_radius`."""
    a, b = np.array(start), np.array(end)
    along = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0.0, 1.0)
    apart = points - a - along[:, None] * (b - a)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", apart, apart)) - (radius + along * (end_radius - radius)))


def melt(first: Array, second: Array, softness: float) -> Array:
    """The union of two solids with a fillet about `softness` mm wide."""
    h = np.clip(0.5 + 0.5 * (second - first) / softness, 0.0, 1.0)
    return np.asarray(second + (first - second) * h - softness * h * (1.0 - h))


def carve(solid: Array, tool: Array, softness: float) -> Array:
    """The first solid without the second, with a softened edge."""
    return -melt(-solid, tool, softness)
