# SPDX-License-Identifier: GPL-3.0-or-later
"""Where every vertex of the skin is in the terms of the face: along the lips, above or below them, how far away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import lips
from ..fields import Array, ramp
from ..proportions import Proportions
from ..skin import Skin, build_skin


@dataclass(frozen=True)
class Face:
    """Fields over the N vertices of the neutral skin.

    `points` and `normals` float[N, 3]; `model` float[N, 3] where the same vertices lie on the model head: places of
    muscles and folds are told there, so that they fit any face. `across` −1 … 1 from the right corner of the mouth to the
    left; `below` 1 on the lower side of the mouth, −1 on the upper, rounding the corner smoothly; `from_lips` mm from the
    red of the lips (0 on it); `height` mm above the line where they meet; `depth` 0 outside and on the lips … 1 deep in
    the mouth; `ring` number of the mouth ring; `lip` 1 on the red of the lips; `eye_ring`, `lid_edge`, `upper_lid` as in Skin.
    """

    mm: Proportions
    points: Array
    normals: Array
    model: Array
    across: Array
    below: Array
    from_lips: Array
    height: Array
    depth: Array
    ring: Array
    lip: Array
    eye_ring: Array
    lid_edge: Array
    upper_lid: Array

    @property
    def x(self) -> Array:
        """float[N] mm to the left of the centre of the model head."""
        return self.model[:, 0]

    @property
    def y(self) -> Array:
        """float[N] mm above the eyes of the model head."""
        return self.model[:, 1]

    @property
    def z(self) -> Array:
        """float[N] mm in front of the ears of the model head."""
        return self.model[:, 2]

    @property
    def sided(self) -> Array:
        """The model's points with both sides folded onto the left."""
        return self.model * np.where(self.model[:, :1] < 0.0, [[-1.0, 1.0, 1.0]], 1.0)

    @property
    def reach(self) -> Array:
        """|across|: 0 in the middle of the mouth, 1 at and beyond its corners."""
        return np.abs(self.across)

    @property
    def left(self) -> Array:
        """The left half of the face, melting into the right one over the middle; left + right = 1."""
        return ramp(-11.0, 11.0, self.x)

    @property
    def lower(self) -> Array:
        """1 below the mouth, 0 above it."""
        return np.clip(self.below, 0.0, 1.0)

    @property
    def upper(self) -> Array:
        """1 above the mouth, 0 below it."""
        return np.clip(-self.below, 0.0, 1.0)

    @property
    def inwards(self) -> Array:
        """0 at the border of the red, 1 where the lips meet and behind."""
        return np.where(self.ring >= 0, ramp(lips.BORDER_RING - 0.5, lips.SEAL_RING, self.ring), 0.0)

    @property
    def off_lips(self) -> Array:
        """1 on skin, 0 on lips, in the mouth and on the lids' edges: where folds may be pressed in."""
        return ramp(lips.BORDER_RING - 0.2, lips.BORDER_RING - 1.8, self.ring) * ramp(5.0, 3.0, self.eye_ring)

    def near_lips(self, radius: float) -> Array:
        """1 on the lips, falling off over `radius` mm of skin, and fading deep in the mouth."""
        return np.asarray(np.exp(-((self.from_lips / radius) ** 2)) * (1.0 - self.depth))

    def pressed(self, depth: Array) -> Array:
        """`depth` float[N] mm along the normals of the skin, float[N, 3]."""
        return np.asarray((depth * self.off_lips)[:, None] * self.normals)


def read_face(skin: Skin, mm: Proportions) -> Face:
    """The fields of a Face, measured on the neutral skin of a head with these proportions."""
    points = skin.points
    x, y = np.abs(points[:, 0]), points[:, 1]
    half = mm.mouth_half_width
    reach = np.minimum(x / half, 1.0)
    inside = skin.mouth_ring >= lips.BORDER_RING - 0.25
    height = y - lips.meeting_line(reach, mm)
    beyond = np.maximum(x - half, 0.0)
    red = np.where(height > 0, mm.upper_lip_height, mm.lower_lip_height) * np.sqrt(1.0 - reach**2) + 0.8
    past_border = np.maximum(np.abs(height) - red, 0.0)
    behind = np.maximum(55.0 - points[:, 2], 0.0) * ~inside
    from_lips = np.sqrt(past_border**2 + beyond**2 + behind**2)
    side = np.where(inside, 1.0 - 2.0 * skin.upper, -np.sign(height))
    strength = np.hypot(np.sqrt(1.0 - reach**2), np.minimum(np.abs(height), past_border + 3.0 * beyond) / 16.0)
    below = side * strength / (1.0 + strength**6) ** (1.0 / 6.0)
    depth = ramp(lips.SEAL_RING + 2.0, lips.SEAL_RING + 6.0, skin.mouth_ring)
    lip = np.where(skin.mouth_ring >= 0, ramp(lips.BORDER_RING - 0.75, lips.BORDER_RING + 0.5, skin.mouth_ring), 0.0)
    return Face(
        mm, points, vertex_normals(points, skin.quads), build_skin().points, np.clip(points[:, 0] / half, -1.0, 1.0), below,
        from_lips, height, depth, skin.mouth_ring, lip, skin.eye_ring, skin.lid_edge, skin.upper_lid,
    )  # fmt: skip


def vertex_normals(points: Array, quads: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Array:
    """Unit normals float[N, 3] from the diagonals of the quads."""
    facing = np.cross(points[quads[:, 2]] - points[quads[:, 0]], points[quads[:, 3]] - points[quads[:, 1]])
    total = np.zeros_like(points)
    for corner in range(4):
        np.add.at(total, quads[:, corner], facing)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-9))
