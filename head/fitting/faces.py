# SPDX-License-Identifier: GPL-3.0-or-later
"""From bare meshes to shapes: what the add-on asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np

from ...inference.errors import ParlanceError
from ..fields import Array
from . import eyeballs, landmarks, placing, warp
from .eyeballs import Ball
from .features import look
from .fit import settled
from .landmarks import Marks
from .model import model
from .placing import Place, Sight
from .shapes import FaceShapes, make_shapes
from .surface import Bare, Surface, joined

NOT_FOUND: Final = "show its landmarks, move them to its lips, eyes, nose and chin, and make the shapes again."
_SAME: Final = 0.3
"""Millimetres; a landmark that moved by less was not moved by hand."""


def find_landmarks(meshes: Sequence[Bare]) -> tuple[Marks, frozenset[str]]:
    """All landmarks of a bare face in the meshes' space, and which of them were found rather than guessed."""
    sight = placing.find(joined(meshes))
    if sight is None:
        return _guessed(meshes[0].points), frozenset()
    sight = settled(sight)
    seen = landmarks.propose(sight)
    marks = _completed(seen)
    return {name: sight.place.from_mm(point) for name, point in marks.items()}, frozenset(seen)


def make_face(
    meshes: Sequence[Bare], marks: Mapping[str, Array] | None = None, before: Mapping[str, Array] | None = None
) -> FaceShapes:
    """The 52 shapes of a bare face, float32[N, 3] over the vertices of all meshes in their order and space.

    marks: landmarks where the artist wants them; the face is looked for without. before: where they were proposed: the other side
    follows one that was moved. Raises ParlanceError where no face or no mouth is found.
    """
    surface = joined(meshes)
    if marks is not None:
        sight = _sight_by(surface, marks)
        in_mm = {name: sight.place.to_mm(np.asarray(point)) for name, point in marks.items()}
        if before is not None:
            in_mm = _both_sides(in_mm, {name: sight.place.to_mm(np.asarray(point)) for name, point in before.items()})
        return make_shapes(sight, in_mm)
    found = placing.find(surface)
    if found is None:
        raise ParlanceError(f"No face was found on “{meshes[0].name}”; {NOT_FOUND}")
    sight = settled(found)
    if sight.features.mouth is None:
        raise ParlanceError(f"No mouth was found on “{meshes[0].name}”; {NOT_FOUND}")
    return make_shapes(sight, landmarks.propose(sight))


def _completed(seen: Marks) -> Marks:
    """Those that were not found where the model has them."""
    theirs = model().marks
    if len(seen) < 3:
        return {**theirs, **seen}
    names = list(seen)
    turn, shift = warp.similarity(np.array([theirs[name] for name in names]), np.array([seen[name] for name in names]))
    return {**{name: turn @ point + shift for name, point in theirs.items()}, **seen}


def _guessed(points: Array) -> Marks:
    """Landmarks on a head that stands upright in Blender, as high as wide at its top."""
    turned = points @ placing.UPRIGHT.T
    low, high = turned.min(0), turned.max(0)
    scale = min(high[0] - low[0], high[1] - low[1]) / 150.0
    origin = np.array([(low[0] + high[0]) / 2, high[1] - 111.0 * scale, high[2] - 112.0 * scale])
    return {name: (origin + scale * point) @ placing.UPRIGHT for name, point in model().marks.items()}


def _sight_by(surface: Surface, marks: Mapping[str, Array]) -> Sight:
    """The face between landmarks placed by hand."""
    theirs = model().marks
    names = [name for name in theirs if name in marks]
    if any(name not in marks for name in landmarks.NEEDED):
        missing = next(name for name in landmarks.NEEDED if name not in marks)
        raise ParlanceError(f"The landmark “{missing.replace('_', ' ')}” is missing; show the landmarks again.")
    turn, shift = warp.similarity(np.array([marks[name] for name in names]), np.array([theirs[name] for name in names]))
    scale = float(np.cbrt(np.linalg.det(turn)))
    place = Place(turn, -shift)
    placed = surface.placed(place.to_mm(surface.points))
    found = eyeballs.pair(surface)
    balls = None
    if found is not None:
        moved = [Ball(place.to_mm(ball.centre), ball.radius * scale, ball.islands) for ball in found]
        left, right = sorted(moved, key=lambda ball: -ball.centre[0])
        balls = (left, right)
    in_mm = np.array([place.to_mm(np.asarray(marks[name])) for name in names])
    skin = surface.island == _island_under(placed, in_mm, [island for ball in balls or () for island in ball.islands])
    near = skin & (np.abs(placed.points[:, 0]) < 90.0)
    top = float(placed.points[near, 1].max()) if near.any() else 0.0
    nose = place.to_mm(np.asarray(marks["nose_tip"]))
    features = look(placed, skin, balls, top, nose)
    assert features is not None
    return Sight(placed, place, balls, features)


def _island_under(surface: Surface, marks: Array, without: Collection[int]) -> int:
    """The piece that most landmarks lie on."""
    allowed = np.flatnonzero(~np.isin(surface.island, list(without)))
    nearest = [allowed[np.linalg.norm(surface.points[allowed] - mark, axis=1).argmin()] for mark in marks]
    return int(np.bincount(surface.island[nearest]).argmax())


def _both_sides(marks: Marks, before: Marks) -> Marks:
    """The mirror image of a landmark that was moved, where the one opposite was not."""
    result = dict(marks)
    moved = {name for name in marks if name in before and np.linalg.norm(marks[name] - before[name]) > _SAME}
    for name in moved:
        opposite = landmarks.other_side(name)
        if opposite != name and opposite in marks and opposite not in moved:
            result[opposite] = landmarks.mirrored(marks[name])
    return result
