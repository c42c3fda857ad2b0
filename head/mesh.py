# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh before Blender: points, faces, paints and shapes, and the lofts that make most of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .fields import Array
from .palette import Paint

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """One object: `points` float[N, 3] mm, `quads` int[Q, 4] (a triangle repeats its last id), a paint per quad.

    `colours` float[N, 3] linear RGB, and `shapes` name → float[N, 3] mm per unit weight, only those that move it.
    """

    name: str
    points: Array
    quads: Index
    paints: tuple[Paint, ...]
    paint_of: Index
    colours: Array
    shapes: dict[str, Array] = field(default_factory=dict)


def painted(name: str, points: Array, quads: Index, paint: Paint, shapes: dict[str, Array] | None = None) -> Part:
    """A part whose faces all have one paint."""
    colours = np.tile(paint.linear, (len(points), 1))
    return Part(name, points, quads, (paint,), np.zeros(len(quads), np.int64), colours, shapes or {})


def joined(name: str, parts: Sequence[Part]) -> Part:
    """Several parts as one object; shapes by the same name act together."""
    paints = tuple(dict.fromkeys(paint for part in parts for paint in part.paints))
    names = dict.fromkeys(name for part in parts for name in part.shapes)
    starts = np.cumsum([0, *(len(part.points) for part in parts)])
    return Part(
        name,
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.quads + start for part, start in zip(parts, starts, strict=False)]),
        paints,
        np.concatenate([np.array([paints.index(p) for p in part.paints])[part.paint_of] for part in parts]),
        np.concatenate([part.colours for part in parts]),
        {shape: np.concatenate([part.shapes.get(shape, np.zeros_like(part.points)) for part in parts]) for shape in names},
    )


def turned_inside_out(quads: Index) -> Index:
    """int[Q, 4] the same faces with their corners in reverse order, so that their normals point the other way."""
    triangle = quads[:, 2:3] == quads[:, 3:4]
    return np.where(triangle, quads[:, [2, 1, 0, 0]], quads[:, ::-1])


def mirrored(part: Part) -> Part:
    """The part on the other side of the face, with Left and Right exchanged."""
    swap = {"Left": "Right", "Right": "Left"}
    flip = np.array([-1.0, 1.0, 1.0])

    def other(name: str) -> str:
        side = next((side for side in swap if name.endswith(side)), "")
        return name.removesuffix(side) + swap.get(side, "")

    quads = turned_inside_out(part.quads)
    shapes = {other(name): shape * flip for name, shape in part.shapes.items()}
    return Part(part.name, part.points * flip, quads, part.paints, part.paint_of, part.colours, shapes)


def tube(loops: Array) -> tuple[Array, Index]:
    """Loft closed loops float[L, M, 3] into a tube and close both ends; points float[L * M + 2, 3] and quads."""
    count, around = loops.shape[:2]
    ids = np.arange(count * around).reshape(count, around)
    following = np.roll(ids, -1, axis=1)
    walls = np.stack([ids[:-1], following[:-1], following[1:], ids[1:]], axis=-1).reshape(-1, 4)
    first, last = count * around, count * around + 1
    near = np.stack([np.full(around, first), following[0], ids[0], ids[0]], axis=-1)
    far = np.stack([np.full(around, last), ids[-1], following[-1], following[-1]], axis=-1)
    points = np.concatenate([loops.reshape(-1, 3), [loops[0].mean(0), loops[-1].mean(0)]])
    return points, np.concatenate([walls, near, far])


def swept(spine: Array, up: Array, width: Array, height: Array, around: int = 12) -> tuple[Array, Index]:
    """A tube of elliptic section along a spine float[L, 3]; `up` float[L, 3] is roughly across it, sizes are radii."""
    along = np.gradient(spine, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    side = np.cross(along, up)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    up = np.cross(side, along)
    angle = np.linspace(0.0, 2.0 * np.pi, around, endpoint=False)
    loops = (
        spine[:, None]
        + (width[:, None] * np.cos(angle))[:, :, None] * side[:, None]
        + (height[:, None] * np.sin(angle))[:, :, None] * up[:, None]
    )
    return tube(loops)


def catmull_rom(knots: Array, at: Array) -> Array:
    """A smooth curve through knots float[K, C] (Catmull and Rom, 1974) at places 0 … K − 1; float[N, C]."""
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    first = np.clip(np.floor(at).astype(int), 0, len(knots) - 2)
    t = (at - first)[:, None]
    a, b, c, d = (padded[first + k] for k in range(4))
    return np.asarray(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
