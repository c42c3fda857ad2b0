# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way a bare head stands and how large it is: tried until a face is seen in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from . import eyeballs
from .eyeballs import Ball
from .features import Features, look
from .surface import Surface

UPRIGHT: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Rows left, up, front of a character in Blender's world."""
_EYES_APART: Final = 63.0
_HEAD_WIDTH: Final = 150.0
"""Millimetres between the eyes, and across a head, of adults: they tell in what unit a face was modelled."""
_WHOLE: Final = 3.6
"""The score of a face of which everything was found."""
_SKINS: Final = 4
"""Largest pieces that are looked at."""
_FEWEST: Final = 150
"""Vertices of a face."""
_SHARE: Final = 0.08
"""A face has no fewer vertices than this share of the largest piece, which may be a body."""
_TURN: Final = np.radians(30.0)
"""Radians from one direction that a face may look in to the next."""


@dataclass(frozen=True, eq=False)
class Place:
    """Points @ axes.T − offset are (left, up, front) in roughly mm. `axes` float[3, 3], `offset` float[3]."""

    axes: Array
    offset: Array

    def to_mm(self, points: Array) -> Array:
        """Points of the meshes → mm."""
        return np.asarray(points @ self.axes.T - self.offset)

    def from_mm(self, points: Array) -> Array:
        """Points in mm → the space of the meshes."""
        return np.asarray((points + self.offset) @ np.linalg.inv(self.axes).T)


@dataclass(frozen=True, eq=False)
class Sight:
    """A face that was found: `surface` in mm, where that is, the eyeballs (left, right) in mm, and the features."""

    surface: Surface
    place: Place
    balls: tuple[Ball, Ball] | None
    features: Features


def find(surface: Surface) -> Sight | None:
    """The face in a surface; None where nothing in it looks like one."""
    balls = eyeballs.pair(surface)
    best: Sight | None = None
    for axes in _ways_round(surface.points, balls):
        for sight in _looks(surface, axes, balls):
            if best is None or sight.features.score > best.features.score:
                best = sight
            if best.features.score >= _WHOLE:
                return best
    return best


def _ways_round(points: Array, balls: tuple[Ball, Ball] | None) -> Iterator[Array]:
    """Rows left, up, front: as characters stand in Blender and elsewhere, then however they may lie."""
    yield UPRIGHT
    yield np.eye(3)
    if balls is not None:
        one, other = (ball.centre for ball in balls)
        across = (one - other) / np.linalg.norm(one - other)
        near = points[np.linalg.norm(points - (one + other) / 2, axis=1) < 3.0 * np.linalg.norm(one - other)]
        out = (one + other) / 2 - near.mean(0)
        out -= across * (out @ across)
        laterals, fronts = [across], [out / max(np.linalg.norm(out), 1e-12)]
    else:
        laterals = [_across(points)]
        fronts = [_beside(lateral) for lateral in laterals]
    for lateral, start in zip(laterals, fronts, strict=True):
        aside = np.cross(start, lateral)
        turns = sorted(np.arange(-5, 7) * _TURN, key=abs)
        for turn in turns:
            front = np.cos(turn) * start + np.sin(turn) * aside
            yield np.stack([lateral, np.cross(front, lateral), front])
            if balls is None or abs(turn) <= 2.0 * _TURN:
                yield np.stack([-lateral, np.cross(front, -lateral), front])


def _across(points: Array) -> Array:
    """The direction in which points mirror best: an axis of the world, or one of those along which they spread."""
    sample = points[:: max(1, len(points) // 700)]
    middle = (points.min(0) + points.max(0)) / 2
    spread = np.linalg.svd(sample - sample.mean(0), full_matrices=False)[2]
    best, least = np.eye(3)[0], np.inf
    for number, axis in enumerate((*np.eye(3), *spread)):
        heights = sample @ axis
        centre = heights.mean() if number > 2 else float(middle @ axis)
        image = sample - 2.0 * (heights - centre)[:, None] * axis
        square = (image**2).sum(1)[:, None] + (sample**2).sum(1)[None] - 2.0 * image @ sample.T
        off = float(np.sqrt(np.maximum(square.min(1), 0.0)).mean())
        if off < 0.9 * least:
            best, least = axis, off
    return np.asarray(best)


def _beside(lateral: Array) -> Array:
    """Some direction square to one."""
    start = np.array([0.0, -1.0, 0.0]) if abs(lateral[1]) < 0.7 else np.array([0.0, 0.0, 1.0])
    start = start - lateral * (start @ lateral)
    return np.asarray(start / np.linalg.norm(start))


def _looks(surface: Surface, axes: Array, balls: tuple[Ball, Ball] | None) -> Iterator[Sight]:
    turned = surface.points @ axes.T
    spheres = {island for ball in balls or () for island in ball.islands}
    counts = np.bincount(surface.island)
    fewest = max(_FEWEST, int(_SHARE * counts.max()))
    skins = [i for i in np.argsort(-counts, kind="stable")[:_SKINS] if counts[i] >= fewest and i not in spheres]
    for island in skins:
        skin = surface.island == island
        for scale, offset in _sizes(turned, skin, None if balls is None else [axes @ ball.centre for ball in balls]):
            place = Place(axes * scale, offset * scale)
            placed = surface.placed(place.to_mm(surface.points))
            eyes = _sided(balls, place, scale)
            top = float(placed.points[skin & (np.abs(placed.points[:, 0]) < 90.0), 1].max(initial=-np.inf))
            found = look(placed, skin, eyes, top) if np.isfinite(top) else None
            if found is not None:
                yield Sight(placed, place, eyes, found)
            if found is not None and found.mouth is not None:
                break


def _sided(balls: tuple[Ball, Ball] | None, place: Place, scale: float) -> tuple[Ball, Ball] | None:
    if balls is None:
        return None
    moved = [Ball(place.to_mm(ball.centre), ball.radius * scale, ball.islands) for ball in balls]
    left, right = sorted(moved, key=lambda ball: -ball.centre[0])
    return left, right


def _sizes(turned: Array, skin: NDArray[np.bool_], eyes: list[Array] | None) -> Iterator[tuple[float, Array]]:
    """Mm per unit, and the point, in units along the axes, that becomes the origin."""
    if eyes is not None:
        one, other = eyes
        yield _EYES_APART / max(float(np.linalg.norm(one - other)), 1e-12), (one + other) / 2
        return
    own = turned[skin]
    width = _head_width(own)
    near = own[own[:, 1] > own[:, 1].max() - 1.2 * width]
    middle = np.array([(near[:, 0].min() + near[:, 0].max()) / 2, near[:, 1].max() - 0.75 * width, near[:, 2].mean()])
    for share in (1.0, 0.72, 1.4):
        yield _HEAD_WIDTH / max(share * width, 1e-12), middle


def _head_width(points: Array) -> float:
    """How wide the head on top of a body is: the widest slice within nine tenths of that width from the top."""
    top, bottom = points[:, 1].max(), points[:, 1].min()
    slices = np.linspace(top, bottom, 240)
    which = np.clip(np.searchsorted(-slices, -points[:, 1]), 1, len(slices) - 1)
    low, high = np.full(len(slices), np.inf), np.full(len(slices), -np.inf)
    np.minimum.at(low, which, points[:, 0])
    np.maximum.at(high, which, points[:, 0])
    width = 0.0
    for height, left, right in zip(top - slices[1:], low[1:], high[1:], strict=True):
        width = max(width, right - left)
        if height > 0.9 * width > 0.0 and height > 0.04 * (top - bottom):
            break
    return float(width)
