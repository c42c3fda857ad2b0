# SPDX-License-Identifier: GPL-3.0-or-later
"""The neutral skin: the draped cage, subdivided once, fitted to the form again and given its small details."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import folds, form, lids, lips
from .design import YOUNG
from .draping import drape, mirrored
from .fields import Array, bell, blob, ramp
from .proportions import Proportions
from .subdivision import refine
from .topology import Cage, build_cage

MODEL: Final = YOUNG.proportions
"""All heads have the same vertices, so a place on any of them can be told by where that vertex lies on this one."""


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
def build_skin(mm: Proportions = MODEL) -> Skin:
    """Build the neutral face; the same every time."""
    cage = build_cage()
    points = drape(cage, mm)
    step = refine(cage.quads, len(points), cage.mirror)
    fine = step.smooth(points)
    mouth_ring, eye_ring, upper, upper_lid, edge_x, edge_y = step.spread(_labels(cage, mm)).T
    outside = (mouth_ring <= lips.BORDER_RING - 0.5) & (eye_ring <= lids.EDGE_RING - 0.5)
    on_form = outside & (fine[:, 1] > mm.neck_base + 4.0)
    fine[on_form] = form.project(fine[on_form], mm, 4)
    lid_edge = np.column_stack([edge_x, edge_y])
    skin = Skin(fine, step.quads, step.mirror, mouth_ring, eye_ring, upper, lid_edge, upper_lid, cage)
    return _with_details(skin, mm)


def _with_details(skin: Skin, mm: Proportions) -> Skin:
    """The crease over the upper lid, nostrils, philtrum, the hollow under the lower lip, and folds that have set in."""
    points, rings = skin.points, (skin.mouth_ring, skin.eye_ring)
    inner, outer = mm.eye_inner[0], mm.eye_outer[0]
    across = np.clip((skin.lid_edge[:, 0] - inner) / (outer - inner), 0.0, 1.0)
    crease = bell(skin.eye_ring, 3.7, 0.6) * skin.upper_lid * ramp(0.0, 0.25, across) * ramp(1.04, 0.85, across)
    fold = bell(skin.eye_ring, 2.6, 0.8) * skin.upper_lid * ramp(0.1, 0.5, across)
    sided = points * np.where(points[:, :1] < 0.0, [[-1.0, 1.0, 1.0]], 1.0)
    off_lips = ramp(lips.BORDER_RING + 0.2, lips.BORDER_RING - 1.2, skin.mouth_ring)
    top, low = mm.mouth_height + mm.upper_lip_height, mm.mouth_height - mm.lower_lip_height
    front = ramp(50.0, 80.0, points[:, 2])
    groove = bell(points[:, 0], 0.0, 2.6) * bell(points[:, 1], top + 5.0, 5.0) * off_lips * front
    sides = bell(np.abs(points[:, 0]), 5.2, 2.4) * bell(points[:, 1], top + 5.0, 5.0) * off_lips * front
    hollow = bell(points[:, 0], 0.0, 15.0) * bell(points[:, 1], low - 5.0, 4.5) * off_lips * front
    corner = blob(sided, (mm.mouth_half_width + 2.5, mm.mouth_height, sided[:, 2].max() - 20.0), (4.0, 5.0, 40.0)) * off_lips
    depth = 0.6 * fold - 1.5 * crease - 0.8 * groove + 0.35 * sides - 1.7 * hollow - 0.7 * corner
    if mm.fold:
        depth = depth + mm.fold * folds.set_in(build_skin(MODEL).points)
    pressed = np.where(np.maximum(*rings)[:, None] < lids.EDGE_RING, depth[:, None], 0.0) * form.normals(points, mm)
    pressed[:, 1] += 4.4 * blob(sided, mm.nostril, (2.8, 2.8, 4.2))
    finished = mirrored(points + pressed, skin.mirror)
    return Skin(finished, skin.quads, skin.mirror, *rings, skin.upper, skin.lid_edge, skin.upper_lid, skin.cage)


def _labels(cage: Cage, mm: Proportions) -> Array:
    """Per cage vertex: mouth ring, eye ring, upper lip, upper lid, and the x and y of its loop's lid edge; float[C, 6]."""
    labels = np.zeros((len(cage.mirror), 6))
    labels[:, :2] = -1.0
    half, around = cage.mouth.shape[1] // 2, cage.eye.shape[1]
    edge = lids.opening(np.arange(around) / around, mm)
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
