# SPDX-License-Identifier: GPL-3.0-or-later
"""The neutral skin: the draped cage, subdivided once, fitted to the form again and given its small details."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import form, lids, lips
from . import proportions as mm
from .draping import drape, mirrored
from .fields import Array, bell, blob, ramp
from .subdivision import refine
from .topology import Cage, build_cage

NOSTRIL: Final = (5.2, -40.0, 103.0)


@dataclass(frozen=True)
class Skin:
    """The neutral face in mm.

    `points` float[N, 3], `quads` int[Q, 4], `mirror` int[N]; `mouth_ring` and `eye_ring` float[N]: ring numbers, growing
    inwards (−1 away from the mouth or the eyes); `upper` float[N]: 1 on the upper lip's side of the mouth, 0 on the
    lower's, meaningful where mouth_ring ≥ 0; `lid_edge` float[N, 2]: where the loop around the (left) eye that a vertex
    belongs to reaches the edge of the lid, and `upper_lid` 1 on the upper lid's side; `cage` keeps the ids of the structures.
    """

    points: Array
    quads: NDArray[np.int64]
    mirror: NDArray[np.int64]
    mouth_ring: Array
    eye_ring: Array
    upper: Array
    lid_edge: Array
    upper_lid: Array
    cage: Cage


@cache
def build_skin() -> Skin:
    """Build the neutral face; the same every time."""
    cage = build_cage()
    points = drape(cage)
    step = refine(cage.quads, len(points), cage.mirror)
    fine = step.smooth(points)
    mouth_ring, eye_ring, upper, upper_lid, edge_x, edge_y = step.spread(_labels(cage)).T
    outside = (mouth_ring <= lips.BORDER_RING - 0.5) & (eye_ring <= lids.EDGE_RING - 0.5)
    on_form = outside & (fine[:, 1] > mm.NECK_BASE + 4.0)
    fine[on_form] = form.project(fine[on_form], 4)
    lid_edge = np.column_stack([edge_x, edge_y])
    fine = mirrored(fine + _details(fine, eye_ring, upper_lid, lid_edge), step.mirror)
    return Skin(fine, step.quads, step.mirror, mouth_ring, eye_ring, upper, lid_edge, upper_lid, cage)


def _details(points: Array, eye_ring: Array, upper_lid: Array, lid_edge: Array) -> Array:
    """The crease over the upper lid and the nostrils, pressed in along the normals."""
    inner, outer = mm.EYE_INNER[0], mm.EYE_OUTER[0]
    across = np.clip((lid_edge[:, 0] - inner) / (outer - inner), 0.0, 1.0)
    crease = bell(eye_ring, 4.0, 0.55) * upper_lid * ramp(0.02, 0.3, across) * ramp(1.02, 0.8, across)
    fold = bell(eye_ring, 3.0, 0.7) * upper_lid * ramp(0.1, 0.5, across)
    sided = points * np.where(points[:, :1] < 0.0, [[-1.0, 1.0, 1.0]], 1.0)
    nostril = blob(sided, NOSTRIL, (2.6, 2.6, 3.6))
    pressed = (0.5 * fold - 1.3 * crease)[:, None] * form.normals(points)
    pressed[:, 1] += 3.6 * nostril
    return pressed


def _labels(cage: Cage) -> Array:
    """Per cage vertex: mouth ring, eye ring, upper lip, upper lid, and the x and y of its loop's lid edge; float[C, 6]."""
    labels = np.zeros((len(cage.mirror), 6))
    labels[:, :2] = -1.0
    half, around = cage.mouth.shape[1] // 2, cage.eye.shape[1]
    edge = lids.opening(np.arange(around) / around)
    place = np.arange(around)
    upper_lid = np.where(place % (around // 2) == 0, 0.5, place < around // 2)
    for ring, loop in enumerate(cage.mouth):
        labels[loop, 0] = ring
        labels[loop, 2] = np.where(np.arange(len(loop)) == half, 0.5, np.arange(len(loop)) < half)
    for ring, loop in enumerate(cage.eye):
        labels[loop, 1] = ring
        labels[loop, 3] = upper_lid
        labels[loop, 4:] = edge
    right = cage.mirror < np.arange(len(labels))
    labels[right] = labels[cage.mirror[right]]
    return labels
