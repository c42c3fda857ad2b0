# SPDX-License-Identifier: GPL-3.0-or-later
"""The model head as a pattern: its skin, its landmarks, and what its 52 shapes do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..design import YOUNG
from ..expressions import skin_expressions
from ..eyes import build_eyes
from ..fields import Array
from ..mesh import Index
from ..skin import build_skin
from . import landmarks
from .eyeballs import pair
from .features import look
from .landmarks import Marks
from .placing import Place, Sight
from .surface import Bare, Surface, joined

_MOST_AROUND: Final = 10
"""Triangles at a vertex that are looked at; only the pole on top of the head, which nothing moves, has more."""


@dataclass(frozen=True, eq=False)
class Model:
    """`skin` in mm; `marks` its landmarks; `side` int[N] as of landmarks.sides; `shapes` name → float[N, 3] mm.

    `around` int[N, V]: the triangles at each vertex, −1 where there are fewer; `still` bool[N]: no shape moves them.
    """

    skin: Surface
    marks: Marks
    side: Index
    shapes: dict[str, Array]
    around: Index
    still: NDArray[np.bool_]


@cache
def model() -> Model:
    """The model head, built once."""
    skin, eyes = build_skin(), build_eyes(YOUNG)
    surface = joined([Bare("skin", skin.points, _triangles(skin.quads)), Bare("eyes", eyes.points, _triangles(eyes.quads))])
    is_skin = surface.part == 0
    balls = pair(surface)
    assert balls is not None
    left, right = sorted(balls, key=lambda ball: -ball.centre[0])
    features = look(surface, is_skin, (left, right), float(skin.points[:, 1].max()))
    assert features is not None
    sight = Sight(surface, Place(np.eye(3), np.zeros(3)), (left, right), features)
    marks = landmarks.propose(sight)
    side = landmarks.sides(surface, features, marks, landmarks.rims(sight, marks))[: len(skin.points)]
    alone = joined([Bare("skin", skin.points, _triangles(skin.quads))])
    shapes, around = skin_expressions(YOUNG.proportions), _around(alone.triangles, len(skin.points))
    moving = np.any([np.abs(shape).max(1) > 0.0 for shape in shapes.values()], axis=0)
    near = moving[alone.triangles].any(1)
    still = np.ones(len(moving), bool)
    still[alone.triangles[near].ravel()] = False
    return Model(alone, marks, side, shapes, around, still)


def _triangles(quads: Index) -> Index:
    both = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return np.asarray(both[(both[:, 0] != both[:, 1]) & (both[:, 1] != both[:, 2]) & (both[:, 0] != both[:, 2])])


def _around(triangles: Index, count: int) -> Index:
    vertices, numbers = triangles.T.ravel(), np.tile(np.arange(len(triangles)), 3)
    order = np.argsort(vertices, kind="stable")
    vertices, numbers = vertices[order], numbers[order]
    starts = np.searchsorted(vertices, np.arange(count))
    place = np.arange(len(vertices)) - starts[vertices]
    few = place < _MOST_AROUND
    table = np.full((count, _MOST_AROUND), -1, np.int64)
    table[vertices[few], place[few]] = numbers[few]
    return table
