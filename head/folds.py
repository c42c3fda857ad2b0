# SPDX-License-Identifier: GPL-3.0-or-later
"""Folds and lines of the skin: where it is pressed in and where it bulges beside them, in mm along its normals.

Places are those of the model head, seen from the front; every function takes points float[N, 3] on it and answers for
both sides of the face at once, float[N], positive outwards.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .fields import Array, bell, blob, ramp
from .mesh import catmull_rom

_SAMPLES: Final = 48
_IN_FRONT: Final = (25.0, 45.0)

Path = tuple[tuple[float, float], ...]

NASOLABIAL: Final[Path] = ((15.5, -31.0), (21.5, -36.5), (28.0, -44.0), (33.0, -53.0), (35.0, -63.0))
MARIONETTE: Final[Path] = ((29.5, -60.0), (32.5, -68.0), (33.5, -78.0))
UNDER_EYE: Final[Path] = ((16.0, -9.5), (24.0, -14.5), (33.0, -16.0), (42.0, -13.5))
FURROW: Final[Path] = ((5.2, 9.0), (6.0, 17.0), (6.6, 27.0), (6.2, 35.0))
NOSE_ROOT: Final[Path] = ((0.0, 6.5), (4.5, 5.0), (8.0, 1.5))
BUNNY: Final[tuple[Path, ...]] = (((3.0, -1.0), (7.0, -4.0), (11.5, -9.5)), ((3.0, -7.0), (7.0, -10.5), (10.5, -16.0)))
CROWS_FEET: Final[tuple[Path, ...]] = (
    ((53.0, 5.5), (58.0, 9.5), (63.0, 12.0)),
    ((53.5, 0.5), (59.0, 0.5), (65.0, -0.5)),
    ((52.5, -5.0), (57.5, -9.5), (62.0, -14.5)),
)
FOREHEAD: Final = ((40.0, 2.0), (52.0, 2.5))
"""Height in the middle of each line, and how much higher it runs over the brow's arch."""


def line(points: Array, path: Path, width: float, roll: float = 0.5) -> Array:
    """A fold along a path on the left, mirrored to the right: −1 in its depth, `roll` on the skin beside it."""
    total, close = np.zeros(len(points)), _close_to(points, path, 5.0 * width)
    near, along, _ = _beside(points[close], path)
    ends = ramp(0.0, 0.18, along) * ramp(1.0, 0.8, along)
    profile = roll * bell(near, 2.0 * width, width) - bell(near, 0.0, width)
    total[close] = profile * ends * ramp(*_IN_FRONT, points[close, 2])
    return total


def step(points: Array, path: Path, width: float, outer: float, inner: float) -> Array:
    """A fold between two masses: −1 in its depth, `outer` on the swelling on its outer side, `inner` on the other."""
    total, close = np.zeros(len(points)), _close_to(points, path, 7.0 * width)
    near, along, side = _beside(points[close], path)
    ends = ramp(0.0, 0.25, along) * ramp(1.0, 0.75, along)
    swell = bell(near, 2.6 * width, 1.7 * width) * np.where(side > 0, outer, inner)
    total[close] = (swell - bell(near, 0.0, width)) * ends * ramp(*_IN_FRONT, points[close, 2])
    return total


def _close_to(points: Array, path: Path, reach: float) -> NDArray[np.bool_]:
    """Points in front of the face that a fold along the path can reach."""
    low, high = np.min(path, axis=0) - reach, np.max(path, axis=0) + reach
    flat = np.column_stack([np.abs(points[:, 0]), points[:, 1]])
    return np.asarray((flat > low).all(1) & (flat < high).all(1) & (points[:, 2] > _IN_FRONT[0]))


def _beside(points: Array, path: Path) -> tuple[Array, Array, Array]:
    """Distance in mm to a path as seen from the front, how far along it (0 … 1), and 1 to the left of its course, else −1."""
    knots = np.array(path)
    curve = catmull_rom(knots, np.linspace(0.0, len(knots) - 1.0, _SAMPLES))
    flat = np.column_stack([np.abs(points[:, 0]), points[:, 1]])
    apart = flat[:, None] - curve
    square = (apart**2).sum(-1)
    first = square.argmin(1)
    heading = np.gradient(curve, axis=0)[first]
    arm = apart[np.arange(len(flat)), first]
    side = np.sign(heading[:, 0] * arm[:, 1] - heading[:, 1] * arm[:, 0])
    return np.sqrt(square.min(1)), first / (_SAMPLES - 1.0), side


def nasolabial(points: Array) -> Array:
    """From the wing of the nose down past the corner of the mouth: the cheek rolls over the upper lip."""
    return step(points, NASOLABIAL, 3.5, 0.85, 0.0)


def marionette(points: Array) -> Array:
    """From the corner of the mouth down to the jaw."""
    return line(points, MARIONETTE, 2.8, 0.35)


def under_eye(points: Array) -> Array:
    """Where the lower lid ends and the cheek begins."""
    return line(points, UNDER_EYE, 2.0, 0.6)


def crows_feet(points: Array) -> Array:
    """Rays at the outer corner of the eye."""
    return np.asarray(sum(line(points, path, 1.9, 0.5) for path in CROWS_FEET))


def furrow(points: Array) -> Array:
    """Two upright lines between the brows, with a welt between them."""
    return line(points, FURROW, 1.9, 0.3) + 0.5 * blob(points, (0.0, 22.0, 90.0), (3.5, 10.0, 30.0))


def bunny_lines(points: Array) -> Array:
    """Across the root of the nose and down its sides."""
    return np.asarray(sum(line(points, path, 1.7, 0.6) for path in (NOSE_ROOT, *BUNNY)))


def forehead(points: Array) -> Array:
    """Lines across the forehead."""
    x = np.abs(points[:, 0])
    total = np.zeros(len(points))
    for height, rise in FOREHEAD:
        apart = points[:, 1] - height - rise * bell(x, 30.0, 18.0)
        total += 0.7 * bell(np.abs(apart), 6.0, 3.2) - bell(apart, 0.0, 2.8)
    return np.asarray(total * ramp(*_IN_FRONT, points[:, 2]))


def chin_dimples(points: Array) -> Array:
    """The pits of a bunched chin."""
    pits = np.sin(points[:, 0] * 0.72 + 0.6 * np.sin(0.7 * points[:, 1])) * np.sin(points[:, 1] * 0.78)
    return np.asarray(pits * blob(points, (0.0, -84.0, 88.0), (15.0, 10.0, 25.0)))


def set_in(points: Array) -> Array:
    """The lines that a face keeps when it has made them for decades, at their deepest.

    Those between the brows and below the corners of the mouth are left to expressions: at rest they read as a frown.
    """
    return np.asarray(1.8 * nasolabial(points) + 1.7 * under_eye(points) + 0.25 * crows_feet(points) + 0.9 * forehead(points))
