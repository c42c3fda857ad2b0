# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of Catmull-Clark subdivision (Catmull and Clark, 1978), as a linear map that can be applied to anything.

A triangle is written as a quad that repeats its last vertex. Old vertices keep their ids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fields import Array

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Refinement:
    """Finer `quads`, and what the new vertices are made of.

    New vertices are the `old` ones, then one per edge (`edges` int[E, 2], on a border where `border`), then one per
    face of the old mesh (`faces` int[F, 4], weights 1/corners).
    """

    old: int
    quads: Index
    edges: Index
    edge_faces: Index
    border: NDArray[np.bool_]
    faces: Index
    mirror: Index

    def spread(self, values: Array) -> Array:
        """Values of old vertices → new vertices by plain averaging, so that masks and ring numbers keep their levels."""
        return np.concatenate([values, values[self.edges].mean(1), self._centres(values)])

    def smooth(self, points: Array) -> Array:
        """Positions of old vertices → new vertices on the smooth surface."""
        centres = self._centres(points)
        middles = points[self.edges].mean(1)
        inner = ~self.border
        edge_points = middles.copy()
        edge_points[inner] = 0.5 * middles[inner] + 0.5 * centres[self.edge_faces[inner]].mean(1)

        valence = np.zeros(self.old)
        ring = np.zeros_like(points)
        for end in (0, 1):
            np.add.at(valence, self.edges[:, end], 1.0)
            np.add.at(ring, self.edges[:, end], middles)
        around = np.zeros_like(points)
        touching = np.zeros(self.old)
        triangle = self.faces[:, 2] == self.faces[:, 3]
        for corner in range(4):
            live = slice(None) if corner < 3 else ~triangle
            np.add.at(around, self.faces[live, corner], centres[live])
            np.add.at(touching, self.faces[live, corner], 1.0)
        n = np.maximum(valence, 1.0)[:, None]
        moved = (around / np.maximum(touching, 1.0)[:, None] + 2.0 * ring / n + (n - 3.0) * points) / n
        rim = np.zeros_like(points)
        for end in (0, 1):
            np.add.at(rim, self.edges[self.border, end], points[self.edges[self.border, 1 - end]])
        on_rim = np.unique(self.edges[self.border])
        moved[on_rim] = 0.75 * points[on_rim] + 0.125 * rim[on_rim]
        return np.concatenate([moved, edge_points, centres])

    def _centres(self, values: Array) -> Array:
        triangle = self.faces[:, 2] == self.faces[:, 3]
        centres = values[self.faces].mean(1)
        centres[triangle] = values[self.faces[triangle, :3]].mean(1)
        return np.asarray(centres)


def refine(quads: Index, count: int, mirror: Index) -> Refinement:
    """Prepare one subdivision of `quads` over `count` vertices whose left-right pairs are `mirror` int[count]."""
    following = np.roll(quads, -1, axis=1)
    live = quads != following
    directed = np.stack([quads[live], following[live]], axis=1)
    face_of = np.broadcast_to(np.arange(len(quads))[:, None], quads.shape)[live]
    edges, first, which, uses = np.unique(
        np.sort(directed, axis=1), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    which = which.ravel()
    edge_faces = np.full((len(edges), 2), -1)
    edge_faces[:, 0] = face_of[first]
    second = np.setdiff1d(np.arange(len(directed)), first)
    edge_faces[which[second], 1] = face_of[second]

    edge_id = np.full(quads.shape, -1)
    edge_id[live] = which
    edge_id[~live] = -1
    before = np.roll(edge_id, 1, axis=1)
    missing = before < 0
    before[missing] = np.roll(edge_id, 2, axis=1)[missing]
    middle = count + len(edges) + np.arange(len(quads))[:, None]
    corners = np.stack([quads, count + edge_id, np.broadcast_to(middle, quads.shape), count + before], axis=2)

    pair = np.sort(mirror[edges], axis=1)
    key = edges[:, 0] * count + edges[:, 1]
    edge_mirror = np.searchsorted(key, pair[:, 0] * count + pair[:, 1])
    face_key = np.sort(quads, axis=1)
    face_pair = np.sort(mirror[quads], axis=1)
    order = np.lexsort(face_key.T[::-1])
    pair_order = np.lexsort(face_pair.T[::-1])
    face_mirror = np.empty(len(quads), np.int64)
    face_mirror[pair_order] = order
    full_mirror = np.concatenate([mirror, count + edge_mirror, count + len(edges) + face_mirror])
    return Refinement(count, corners[live], edges, edge_faces, uses == 1, quads, full_mirror)
