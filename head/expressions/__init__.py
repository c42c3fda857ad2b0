# SPDX-License-Identifier: GPL-3.0-or-later
"""The 52 expressions of the skin, in mm per unit weight."""

from __future__ import annotations

from functools import cache

import numpy as np

from ...inference.arkit import NAMES
from ..fields import Array, ramp
from ..proportions import Proportions
from ..skin import build_skin
from . import brows, corners, jaw, lids, lips, nose_and_cheeks
from .places import Face, read_face

_FADE_MM = (0.04, 0.25)
_EVENING = 3
"""How often a frown is evened: the fold below the corner crosses the lines of the mesh askew, and would end in flecks."""


@cache
def skin_expressions(mm: Proportions) -> dict[str, Array]:
    """Name → displacement float[N, 3] mm of the skin at weight 1, for all 52 ARKit names in their order."""
    skin = build_skin(mm)
    face = read_face(skin, mm)
    halves = (lips.left, corners.left, lids.left, brows.left, nose_and_cheeks.left)
    wholes = (jaw.centre, lips.centre, brows.centre, nose_and_cheeks.centre)
    sided = {name: shape for part in halves for name, shape in part(face).items()}
    sided["mouthFrown"] = evened(sided["mouthFrown"], skin.quads, face.off_lips, _EVENING)
    middle = {name: shape for part in wholes for name, shape in part(face).items()}
    shapes = {name: 0.5 * (shape + flipped(shape, skin.mirror)) for name, shape in middle.items()}
    for name, shape in sided.items():
        shapes[f"{name}Left"] = shape
        shapes[f"{name}Right"] = flipped(shape, skin.mirror)
    for name in ("jawLeft", "mouthLeft"):
        shapes[name] = middle[name]
        shapes[name.replace("Left", "Right")] = flipped(middle[name], skin.mirror)
    return {name: _cleaned(shapes[name]) for name in NAMES}


def flipped(shape: Array, mirror: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Array:
    """The same displacement on the other side of the face."""
    return np.asarray(shape[mirror] * np.array([-1.0, 1.0, 1.0]))


def evened(shape: Array, quads: np.ndarray[tuple[int, ...], np.dtype[np.int64]], where: Array, rounds: int) -> Array:
    """The displacement float[N, 3] led towards that of neighbouring vertices, as far as `where` float[N] 0 … 1 says."""
    ends = np.concatenate([quads[:, [corner, (corner + 1) % 4]] for corner in range(4)])
    ends = np.concatenate([ends, ends[:, ::-1]])
    count = np.maximum(np.bincount(ends[:, 0], minlength=len(shape)), 1)[:, None]
    for _ in range(rounds):
        total = np.column_stack([np.bincount(ends[:, 0], axis[ends[:, 1]], len(shape)) for axis in shape.T])
        shape = shape + 0.5 * where[:, None] * (total / count - shape)
    return np.asarray(shape)


def _cleaned(shape: Array) -> Array:
    """Let the far tails of soft windows end, so that each shape stays in its region."""
    return np.asarray(shape * ramp(*_FADE_MM, np.linalg.norm(shape, axis=1, keepdims=True)))


__all__ = ["Face", "skin_expressions"]
