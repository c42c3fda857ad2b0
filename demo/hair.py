# SPDX-License-Identifier: GPL-3.0-or-later
"""Cropped hair, brows and lashes for a head of which there is only a mesh: thin sheets that ride on its skin.

All places are millimetres in the frame of a face: left, up from the middle of the eyes, forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import stage  # noqa: F401  first: it tells Blender where to live

import bpy  # noqa: F401  isort: skip  (it brings mathutils)
from mathutils import Vector  # isort: skip
from mathutils.bvhtree import BVHTree  # isort: skip
from mathutils.interpolate import poly_3d_calc  # isort: skip

import numpy as np
from complexion import BROWS, HAIR, LASHES, SKIN, Points, Sheet

HAIRLINE: Final = (
    (0, 40), (14, 41), (26, 43), (36, 41), (46, 34), (54, 25), (60, 20), (66, 9), (70, -2), (76, -8), (83, -2), (90, 10),
    (104, 12), (114, -4), (122, -26), (145, -42), (180, -46),
)  # fmt: skip
"""Where hair begins: degrees around the middle of the skull, 0 in front, and above it; the same on both sides."""
MIDDLE: Final = (0.0, 15.0, -84.0)
"""The middle of a skull."""
WHORL: Final = 86.0
AROUND: Final = 96
RINGS: Final = 14
LIFT: Final = 4.0
"""Millimetres of hair over the scalp, away from its edge."""
EDGE: Final = 0.5
"""The share of the way to the whorl in which it gets so thick."""
TUFTS: Final = (37, 0.12)
"""How many there are around the head, and by how much they differ in brightness."""
STROKE: Final = 24
ACROSS: Final = 7
PROUD: Final = 1.2
"""Millimetres that the edges of a brow stand out, so that skin which wrinkles does not swallow them."""
HIGH: Final = 1.2
"""Millimetres that its middle stands out beyond that."""
CARRIED_BY: Final = (3.5, 24)
"""A place of a brow moves with the skin around it: the standard deviation in millimetres, and how many vertices at most."""
LASH: Final = {1: (2.2, 1.0), -1: (1.0, 0.5)}
"""How many mm thick the lashes of the upper (1) and the lower lid (-1) are, and how dark."""
STAND: Final = 1.2
"""Millimetres that lashes stand over the lids."""
OPENING: Final = (17.0, 0.4)
"""Millimetres around the middle of an eye within which its lids are sought, and the steps of the search."""
OVER: Final = 0.4
"""Millimetres that sheets lie over the skin."""
FAR: Final = 400.0
FORWARD: Final = (0.0, 0.0, -1.0)
"""Where somebody looks who looks at a face."""


class Skin:
    """The skin of a head: points float[V, 3] of the whole mesh, and its faces."""

    def __init__(self, placed: Points, faces: Sequence[Sequence[int]]) -> None:
        self.placed, self.faces = placed, faces
        self._tree = BVHTree.FromPolygons(placed.tolist(), faces)

    def sheet(self, starts: Points, aims: Points, over: Points, colours: Points, faces: list[list[int]]) -> Sheet:
        """What lies `over` float[N] mm the skin where rays from outside meet it. Rays that miss it end where the last one did."""
        points, carriers, shares = np.array(starts), np.zeros((len(starts), 4), np.int64), np.zeros((len(starts), 4))
        for index, (start, aim) in enumerate(zip(starts, aims, strict=True)):
            hit, _, face, _ = self._tree.ray_cast(Vector(start), Vector(aim))
            if hit is None:
                hit, _, face, _ = self._tree.find_nearest(Vector(points[index - 1]))
            corners = [*self.faces[face]]
            points[index] = np.array(hit) - over[index] * aim
            carriers[index, : len(corners)] = corners
            shares[index, : len(corners)] = poly_3d_calc([Vector(self.placed[corner]) for corner in corners], hit)
        return Sheet(points, colours, faces, carriers, shares)

    def carried_along(self, sheet: Sheet, rows: int) -> Sheet:
        """The same sheet, moved by the skin around the middle of its rows: all places of a column together, as hair does."""
        columns = len(sheet.points) // rows
        middle = sheet.points[rows // 2 * columns :][:columns]
        skin = np.unique(np.concatenate([np.asarray(face) for face in self.faces]))
        wide, most = CARRIED_BY
        away = np.linalg.norm(middle[:, None] - self.placed[skin][None], axis=2)
        nearest = np.argsort(away, axis=1)[:, :most]
        shares = np.exp(-0.5 * (np.take_along_axis(away, nearest, axis=1) / wide) ** 2)
        shares /= shares.sum(axis=1, keepdims=True)
        return replace(sheet, carriers=np.tile(skin[nearest], (rows, 1)), shares=np.tile(shares, (rows, 1)))

    def stroke(self, flat: Points, over: Points, colour: Sequence[float], rows: int) -> Sheet:
        """What is painted onto the front of a head: places float[N, 2], row after row."""
        starts = np.column_stack([flat, np.full(len(flat), FAR)])
        faces = _quads(rows, len(flat) // rows, closed=False)
        return self.sheet(starts, np.tile(FORWARD, (len(flat), 1)), over, np.tile(colour, (len(flat), 1)), faces)


def cropped(skin: Skin) -> Sheet:
    """A cap of short hair."""
    turns = np.linspace(-180.0, 180.0, AROUND, endpoint=False)
    edge = np.interp(np.abs(turns), *zip(*HAIRLINE, strict=True))
    way = np.linspace(0.0, 1.0, RINGS)[:, None]
    up = (edge + (WHORL - edge) * way).ravel()
    around = np.tile(turns, RINGS)
    a, b = np.radians(around), np.radians(up)
    out = np.column_stack([np.sin(a) * np.cos(b), np.sin(b), np.cos(a) * np.cos(b)])
    thick = OVER + LIFT * np.repeat(np.clip(way.ravel() / EDGE, 0.0, 1.0) ** 0.5, AROUND)
    bright = 1.0 + TUFTS[1] * np.sin(np.radians(TUFTS[0] * around) + up / 4.0)
    return skin.sheet(np.array(MIDDLE) + FAR * out, -out, thick, np.outer(bright, HAIR), _quads(RINGS, AROUND, closed=True))


def brow(skin: Skin, path: Points, thick: Sequence[float], side: int) -> Sheet:
    """One brow along a path float[N, 2] of a left one; thick: half its width at each place; side: 1 left, -1 right."""
    knots = np.linspace(0, len(path) - 1, STROKE)
    line = np.column_stack([np.interp(knots, range(len(path)), path[:, axis]) for axis in (0, 1)])
    half = np.interp(knots, range(len(path)), thick) * np.sqrt(np.clip(np.linspace(0.35, STROKE, STROKE), 0, 1))
    along = np.gradient(line, axis=0)
    up = np.column_stack([-along[:, 1], along[:, 0]]) / np.linalg.norm(along, axis=1)[:, None]
    steps = np.linspace(-1.0, 1.0, ACROSS)
    flat = (line[None] + steps[:, None, None] * (half[:, None] * up)[None]).reshape(-1, 2) * (side, 1.0)
    over = PROUD + HIGH * np.repeat(1.0 - steps**2, STROKE)
    return skin.carried_along(skin.stroke(flat, over, BROWS, ACROSS), ACROSS)


def lashes(skin: Skin, balls: Sequence[Sequence[int]], side: int, lid: int) -> Sheet:
    """The lashes of one lid, thicker towards the temple; balls: the faces of the eyes; lid: 1 the upper, -1 the lower."""
    ball = [face for face in balls if side * skin.placed[face[0], 0] > 0]
    middle = np.median(skin.placed[np.unique(np.concatenate(ball)), :2], axis=0)
    reach, step = OPENING
    seen = BVHTree.FromPolygons(skin.placed.tolist(), [*skin.faces, *ball])
    rows = np.arange(-reach / 2, reach / 2, step)
    edge = []
    for along in np.arange(-reach, reach, step):
        x = middle[0] + side * along
        hits = [seen.ray_cast(Vector((x, middle[1] + up, FAR)), Vector(FORWARD))[2] for up in rows]
        white = [up for up, face in zip(rows, hits, strict=True) if face is not None and face >= len(skin.faces)]
        if white:
            edge.append((x, middle[1] + (max(white) if lid > 0 else min(white))))
    line = np.array(edge)[1:-1]
    line[:, 1] = np.convolve(np.pad(line[:, 1], 3, mode="edge"), np.ones(7) / 7, "valid")
    thick, dark = LASH[lid]
    half = thick * np.interp(np.linspace(0, 1, len(line)), (0, 0.3, 0.9, 1), (0.3, 0.8, 1, 0.4))
    steps = np.linspace(0.0, 1.0, 3)
    flat = (line[None] + lid * steps[:, None, None] * (half[:, None] * [0.0, 1.0])[None]).reshape(-1, 2)
    colour = (dark * np.array(LASHES) + (1 - dark) * np.array(SKIN)).tolist()
    return skin.stroke(flat, np.full(len(flat), STAND), colour, len(steps))


def _quads(rows: int, columns: int, closed: bool) -> list[list[int]]:
    steps = range(columns if closed else columns - 1)
    return [
        [row * columns + step, row * columns + (step + 1) % columns, (row + 1) * columns + (step + 1) % columns,
         (row + 1) * columns + step]
        for row in range(rows - 1)
        for step in steps
    ]  # fmt: skip
