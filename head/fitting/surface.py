# SPDX-License-Identifier: GPL-3.0-or-later
"""The meshes of a bare head as one surface: what hangs together, where it faces, how far it is along it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from ..mesh import Index

_SAME_PLACE: Final = 1e-5
"""Of the size of all meshes: vertices on open edges nearer than this are one, as where an import cut along UV seams."""


@dataclass(frozen=True, eq=False)
class Bare:
    """One mesh without its shapes. `points` float[N, 3], `triangles` int[T, 3]; `name` is what it is called."""

    name: str
    points: Array
    triangles: Index


@dataclass(frozen=True, eq=False)
class Surface:
    """All meshes together, in one space.

    `points` float[N, 3]; `triangles` int[T, 3]; `part` int[N] which mesh a vertex is of; `names` of the meshes.
    """

    points: Array
    triangles: Index
    part: Index
    names: tuple[str, ...]

    def placed(self, points: Array) -> Surface:
        """The same surface with its vertices elsewhere."""
        moved = Surface(points, self.triangles, self.part, self.names)
        for known in ("edges", "welded", "island", "open_edge"):
            if known in self.__dict__:
                moved.__dict__[known] = self.__dict__[known]
        return moved

    @cached_property
    def edges(self) -> Index:
        """Every edge once, int[E, 2], between the vertices that stand for others."""
        return _edges(self.welded[self.triangles])[0]

    @cached_property
    def open_edge(self) -> NDArray[np.bool_]:
        """bool[N]: vertices on an edge that has a face on one side only."""
        return _open(self.welded[self.triangles], len(self.points))[self.welded]

    @cached_property
    def welded(self) -> Index:
        """int[N]: the vertex that stands for each; another one where two open edges lie in the same place."""
        stands = np.arange(len(self.points))
        loose = np.flatnonzero(_open(self.triangles, len(self.points)))
        if len(loose):
            size = float(np.ptp(self.points, axis=0).max()) * _SAME_PLACE or 1.0
            cells = np.round(self.points[loose] / size).astype(np.int64)
            _, first, inverse = np.unique(cells, axis=0, return_index=True, return_inverse=True)
            stands[loose] = loose[first[inverse.ravel()]]
        return stands

    @cached_property
    def island(self) -> Index:
        """int[N]: a number for each piece that hangs together."""
        return np.unique(pieces(len(self.points), self.edges)[self.welded], return_inverse=True)[1].ravel()

    @cached_property
    def facing(self) -> Array:
        """Twice the area of each triangle along its normal, float[T, 3]."""
        a, b, c = (self.points[self.triangles[:, corner]] for corner in range(3))
        return np.cross(b - a, c - a)

    @cached_property
    def normals(self) -> Array:
        """Unit normals float[N, 3]."""
        total = np.zeros_like(self.points)
        for corner in range(3):
            for axis in range(3):
                total[:, axis] += np.bincount(self.triangles[:, corner], self.facing[:, axis], minlength=len(total))
        joined = np.zeros_like(total)
        np.add.at(joined, self.welded, total)
        joined = joined[self.welded]
        return np.asarray(joined / np.maximum(np.linalg.norm(joined, axis=1, keepdims=True), 1e-30))

    def neighbours(self, among: NDArray[np.bool_]) -> list[list[tuple[int, float]]]:
        """For each vertex the neighbours within a bool[N] mask and how far they are; others have none."""
        found: list[list[tuple[int, float]]] = [[] for _ in range(len(self.points))]
        kept = self.edges[among[self.edges].all(1)]
        lengths = np.linalg.norm(self.points[kept[:, 0]] - self.points[kept[:, 1]], axis=1)
        for (one, other), length in zip(kept.tolist(), lengths.tolist(), strict=True):
            found[one].append((other, length))
            found[other].append((one, length))
        return found


def _edges(triangles: Index) -> tuple[Index, Index]:
    """Every edge of triangles once, int[E, 2], and how many of them use it."""
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    count = np.int64(triangles.max(initial=0) + 1)
    keys, uses = np.unique(pairs[:, 0] * count + pairs[:, 1], return_counts=True)
    return np.column_stack(np.divmod(keys, count)), uses


def _open(triangles: Index, count: int) -> NDArray[np.bool_]:
    edges, uses = _edges(triangles)
    is_open = np.zeros(count, bool)
    is_open[edges[uses == 1].ravel()] = True
    return is_open


def pieces(count: int, edges: Index) -> Index:
    """int[count]: the lowest vertex of the piece that each of `count` vertices hangs together with by edges int[E, 2]."""
    labels = np.arange(count)
    one, other = edges.T
    while True:
        low = np.minimum(labels[one], labels[other])
        before = labels.copy()
        np.minimum.at(labels, labels[one], low)
        np.minimum.at(labels, labels[other], low)
        labels = labels[labels]
        if np.array_equal(before, labels):
            return labels


def joined(meshes: Sequence[Bare]) -> Surface:
    """Several meshes as one surface, vertices in their order."""
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes)])
    return Surface(
        points=np.concatenate([mesh.points for mesh in meshes]).astype(np.float64),
        triangles=np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts[:-1], strict=True)]).astype(
            np.int64
        ),
        part=np.repeat(np.arange(len(meshes)), np.diff(starts)),
        names=tuple(mesh.name for mesh in meshes),
    )


def along(neighbours: Sequence[Sequence[tuple[int, float]]], seeds: Iterable[int], furthest: float) -> Array:
    """How far it is along the edges from the nearest seed, float[N]; infinite beyond `furthest` (Dijkstra, 1959)."""
    distance = np.full(len(neighbours), np.inf)
    queue = [(0.0, int(seed)) for seed in seeds]
    for _, seed in queue:
        distance[seed] = 0.0
    while queue:
        so_far, vertex = heapq.heappop(queue)
        if so_far > distance[vertex]:
            continue
        for other, length in neighbours[vertex]:
            reached = so_far + length
            if reached < distance[other] and reached <= furthest:
                distance[other] = reached
                heapq.heappush(queue, (reached, other))
    return distance
