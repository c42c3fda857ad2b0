# SPDX-License-Identifier: GPL-3.0-or-later
"""Eyeballs: pieces that are spheres, two of a size, whatever they are called and however the head is turned."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from ..fields import Array
from ..mesh import Index
from .surface import Surface

_FEWEST: Final = 12
_ROUND: Final = 0.07
"""Share of the radius by which a vertex of an eyeball may miss the sphere on average: corneas bulge, pupils are hollow."""


@dataclass(frozen=True, eq=False)
class Ball:
    """A sphere: `centre` float[3], `radius`, and the `islands` that lie on it or within it."""

    centre: Array
    radius: float
    islands: tuple[int, ...]


def pair(surface: Surface) -> tuple[Ball, Ball] | None:
    """The two eyeballs of a head, in no order; None where there are no two spheres of a size."""
    counts = np.bincount(surface.island)
    order = np.argsort(surface.island, kind="stable")
    members = np.split(order, np.cumsum(counts)[:-1])
    largest = 0.5 * counts.max()
    balls = [
        ball
        for island in np.flatnonzero((counts >= _FEWEST) & (counts < max(largest, 4000)))
        if (ball := _ball(surface.points[members[island]], int(island))) is not None
    ]
    fitting = [
        (one.radius + other.radius, one, other)
        for one, other in combinations(balls, 2)
        if abs(one.radius - other.radius) < 0.08 * max(one.radius, other.radius)
        and 1.9 * one.radius < np.linalg.norm(one.centre - other.centre) < 9.0 * one.radius
    ]
    if not fitting:
        return None
    _, one, other = max(fitting, key=lambda each: each[0])
    return _whole(one, members, surface), _whole(other, members, surface)


def _ball(points: Array, island: int) -> Ball | None:
    size = np.ptp(points, axis=0)
    if size.max() > 2.2 * np.partition(size, 1)[1]:
        return None
    centre, radius = sphere(points)
    if not 0.0 < radius < 0.75 * size.max():
        return None
    off = np.abs(np.linalg.norm(points - centre, axis=1) - radius)
    return Ball(centre, radius, (island,)) if off.mean() < _ROUND * radius else None


def sphere(points: Array) -> tuple[Array, float]:
    """Centre float[3] and radius of the sphere through points float[N, 3], by least squares."""
    middle = points.mean(0)
    arm = points - middle
    found = np.linalg.lstsq(np.column_stack([2.0 * arm, np.ones(len(arm))]), (arm**2).sum(1), rcond=None)[0]
    return middle + found[:3], float(np.sqrt(max(found[3] + (found[:3] ** 2).sum(), 0.0)))


def _whole(ball: Ball, members: list[Index], surface: Surface) -> Ball:
    """With iris, pupil, cornea and glint: whatever lies wholly within a little more than the ball."""
    reach = 1.18 * ball.radius
    near = np.unique(surface.island[np.linalg.norm(surface.points - ball.centre, axis=1) < reach])
    inside = (i for i in near if np.linalg.norm(surface.points[members[i]] - ball.centre, axis=1).max() < reach)
    return Ball(ball.centre, ball.radius, tuple(int(i) for i in {*inside, *ball.islands}))
