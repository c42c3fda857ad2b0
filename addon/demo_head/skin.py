# SPDX-License-Identifier: GPL-3.0-or-later
"""The neutral skin: the cage drawn over the form, evened out, subdivided once and fitted again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from . import form, lids, lips
from . import proportions as mm
from .fields import Array, bell, blob, ramp
from .subdivision import refine
from .topology import EYE_BLOCK, MOUTH_BLOCK, ROWS, Cage, build_cage

_LONGITUDES = (0, 4, 8, 11.5, 17, 23, 29, 35, 42, 49, 56, 63, 71, 79, 87, 95, 103, 111, 120, 129, 139, 149, 159, 169.5, 180)
_LONGEST_STEP = 1.5
_NOSE_COLUMNS = 4
NOSTRIL = (5.2, -40.0, 103.0)


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


def _row_heights() -> Array:
    top, bottom = EYE_BLOCK[2], EYE_BLOCK[3]
    lip_top, lip_bottom = MOUTH_BLOCK[2], MOUTH_BLOCK[3]
    knots = (0, top, bottom, lip_top, lip_bottom, 34, ROWS)
    return np.interp(np.arange(ROWS + 1), knots, (116, 26, -21, -47, -80, -101, mm.NECK_BASE))


def _first_guess(cage: Cage) -> Array:
    points = np.zeros((len(cage.mirror), 3))
    theta = np.radians(_LONGITUDES)
    heights = _row_heights()
    for row, height in enumerate(heights):
        on_grid = cage.grid[row] >= 0
        dome = np.sqrt(max(1.0 - ((height - 40.0) / 80.0) ** 2, 0.02)) if height > 40.0 else 1.0
        neck = float(ramp(33, 37, row))
        side = 72.0 * dome * (1 - neck) + 44.0 * neck
        depth = 92.0 * dome * (1 - neck) + 44.0 * neck
        slope = 26.0 * float(ramp(15, 35, row)) * (1 - float(ramp(35, 44, row)))
        x, z = side * np.sin(theta), depth * np.cos(theta) - 18.0 * neck
        y = height + slope * (1 - np.cos(theta)) * 0.5
        sideways = ramp(0.5, 1.3, theta)
        inwards = np.column_stack([-np.sin(theta) * sideways, 0.0 * theta, -np.cos(theta)])
        inwards /= np.linalg.norm(inwards, axis=1, keepdims=True)
        start = np.column_stack([x, y, z]) - 60.0 * inwards
        landed = form.cast(start, inwards)
        points[cage.grid[row][on_grid]] = landed[on_grid]
    _space_evenly_down_the_nose(points, cage, heights)
    _space_evenly_down_the_neck(points, cage)
    points[cage.pole] = (0.0, 120.0, -4.0)
    for loops, inner, outer_ring in (
        (cage.eye, lids.rims(np.arange(cage.eye.shape[1]) / cage.eye.shape[1])[0], lids.EDGE_RING),
        (cage.mouth, lips.rings(cage.mouth.shape[1] // 2)[0], lips.BORDER_RING),
    ):
        for ring in range(outer_ring + 1):
            share = (ring / outer_ring) ** 0.8
            between = (1 - share) * points[loops[0]] + share * inner
            points[loops[ring]] = form.front(between[:, 0], between[:, 1])
    return points


def _space_evenly_down_the_nose(points: Array, cage: Cage, heights: Array) -> None:
    """Spread rows by length along the profile, so that the underside of the nose gets its share."""
    top, bottom = EYE_BLOCK[3], MOUTH_BLOCK[2]
    for column in range(_NOSE_COLUMNS + 4):
        ids = cage.grid[top : bottom + 1, column]
        y = np.linspace(heights[top], heights[bottom], 160)
        across = np.interp(y, heights[bottom : top - 1 : -1], points[ids[::-1], 0])[::1]
        profile = form.front(across, y)
        length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
        stops = np.linspace(0.0, length[-1], len(ids))
        points[ids] = np.column_stack([np.interp(stops, length, profile[:, axis]) for axis in range(3)])


def _space_evenly_down_the_neck(points: Array, cage: Cage) -> None:
    """Spread rows by length around the jaw and down the throat, as seen from inside, so that none fold over."""
    inside = np.array([0.0, -40.0, -20.0])
    for column in range(cage.grid.shape[1]):
        ids = cage.grid[MOUTH_BLOCK[3] :, column]
        arm = points[ids[0]] - inside
        around = np.hypot(arm[0], arm[2])
        elevation = np.radians(np.linspace(np.degrees(np.arctan2(arm[1], around)), -84.0, 240))
        outwards = np.column_stack([np.cos(elevation) * arm[0] / around, np.sin(elevation), np.cos(elevation) * arm[2] / around])
        profile = form.cast(inside + 260.0 * outwards, -outwards)
        profile = profile[: 1 + np.argmax(profile[:, 1] < mm.NECK_BASE)]
        length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
        stops = np.linspace(0.0, length[-1], len(ids))
        points[ids] = np.column_stack([np.interp(stops, length, profile[:, axis]) for axis in range(3)])


def _mirrored(points: Array, mirror: NDArray[np.int64]) -> Array:
    """Make points float[N, 3] exactly symmetric; those on the centre line get x = 0."""
    flipped = points[mirror] * np.array([-1.0, 1.0, 1.0])
    left = np.arange(len(mirror)) <= mirror
    return np.where(left[:, None], np.where((mirror == np.arange(len(mirror)))[:, None], 0.5 * (points + flipped), points), flipped)


def _neighbours(quads: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    directed = np.concatenate([np.column_stack([quads[:, k], quads[:, (k + 1) % 4]]) for k in range(4)])
    directed = directed[directed[:, 0] != directed[:, 1]]
    both = np.unique(np.concatenate([directed, directed[:, ::-1]]), axis=0)
    return both[:, 0], both[:, 1]


def _relaxed(points: Array, cage: Cage, pinned: NDArray[np.bool_], rounds: int) -> Array:
    source, target = _neighbours(cage.quads)
    valence = np.bincount(source, minlength=len(points))[:, None]
    left = np.arange(len(points)) <= cage.mirror
    free = ~pinned & left
    for _ in range(rounds):
        total = np.stack([np.bincount(source, points[target, axis], len(points)) for axis in range(3)], axis=1)
        along = (total / valence - points)[free]
        out = form.normals(points[free])
        along = 0.6 * (along - (along * out).sum(1, keepdims=True) * out)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True) / _LONGEST_STEP, 1.0)
        points[free] = form.project(points[free] + along, 2)
        points = _mirrored(points, cage.mirror)
    return points


@cache
def build_skin() -> Skin:
    """Build the neutral face; the same every time."""
    cage = build_cage()
    points = _mirrored(_first_guess(cage), cage.mirror)
    phase = np.arange(cage.eye.shape[1]) / cage.eye.shape[1]
    edges = lids.rims(phase)
    lip_rings = lips.rings(cage.mouth.shape[1] // 2)
    for ring, loop in enumerate(edges):
        points[cage.eye[lids.EDGE_RING + ring]] = loop
    for ring, loop in enumerate(lip_rings):
        points[cage.mouth[lips.BORDER_RING + ring]] = loop
    pinned = np.zeros(len(points), bool)
    for ids in (cage.eye[lids.EDGE_RING:], cage.mouth[lips.BORDER_RING :], cage.grid[-1], cage.grid[EYE_BLOCK[3] - 1 : MOUTH_BLOCK[2], :_NOSE_COLUMNS]):
        pinned[ids[ids >= 0]] = True
    pinned |= pinned[cage.mirror]
    points = _mirrored(points, cage.mirror)
    on_skin = ~pinned
    on_skin[cage.grid[:, :_NOSE_COLUMNS][cage.grid[:, :_NOSE_COLUMNS] >= 0]] = True
    points[on_skin] = form.project(points[on_skin], 8)
    points = _mirrored(points, cage.mirror)
    points = _relaxed(points, cage, pinned | (points[:, 1] < mm.NECK_BASE + 1), 30)

    step = refine(cage.quads, len(points), cage.mirror)
    fine = step.smooth(points)
    mouth_ring, eye_ring, upper, upper_lid, edge_x, edge_y = step.spread(_labels(cage)).T
    on_form = (mouth_ring <= lips.BORDER_RING - 0.5) & (eye_ring <= lids.EDGE_RING - 0.5) & (fine[:, 1] > mm.NECK_BASE + 4)
    fine[on_form] = form.project(fine[on_form], 4)
    lid_edge = np.column_stack([edge_x, edge_y])
    fine = _mirrored(fine + _details(fine, eye_ring, upper_lid, lid_edge), step.mirror)
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
