# SPDX-License-Identifier: GPL-3.0-or-later
"""Landmarks of a face: what is proposed for it, and what tells its upper lip and lids from the lower ones.

The same code looks at the model head and at any other, so that a landmark means the same on both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array
from ..mesh import Index
from .features import Features
from .openings import Opening
from .placing import Sight
from .surface import Surface, along

EYE_MARKS: Final = (
    "eye_inner", "eye_outer",
    "lid_upper", "lid_upper_inner", "lid_upper_outer", "lid_lower", "lid_lower_inner", "lid_lower_outer",
)  # fmt: skip
MOUTH_MARKS: Final = ("lip_upper", "lip_lower")
SIDED_MOUTH_MARKS: Final = ("mouth_corner", "lip_upper", "lip_lower")
SIDES: Final = (("left", 1.0), ("right", -1.0))
NAMES: Final = (
    "nose_tip", "chin", *MOUTH_MARKS,
    *(f"{name}_{side}" for name in (*SIDED_MOUTH_MARKS, *EYE_MARKS) for side, _ in SIDES),
)  # fmt: skip
"""All landmarks, left and right the character's own: 26 points."""
NEEDED: Final = ("nose_tip", "chin", "lip_upper", "lip_lower", "mouth_corner_left", "mouth_corner_right")
"""Without these nothing can be fitted."""
_ACROSS: Final = {"_inner": 0.25, "": 0.5, "_outer": 0.75}
_MOUTH_REACH: Final = 45.0
_EYE_REACH: Final = 16.0
_SEEN_REACH: Final = 10.0
"""Millimetres over the skin from a rim: further out, place alone tells which lip or lid is meant; in the mouth it does not."""

Marks = dict[str, Array]


def other_side(name: str) -> str:
    """The name of the landmark opposite one; itself where it lies in the middle."""
    if name.endswith("_left"):
        return f"{name[:-5]}_right"
    return f"{name[:-6]}_left" if name.endswith("_right") else name


def propose(sight: Sight) -> Marks:
    """Landmarks, float[3] mm by name, as far as the face shows them."""
    features, marks = sight.features, {"nose_tip": sight.features.nose}
    if features.chin is not None:
        marks["chin"] = features.chin
    if features.mouth is not None:
        marks |= _mouth_marks(sight.surface, features.mouth, features.skin & ~features.hidden)
    for (side, sign), eye in zip(SIDES, features.eyes, strict=True):
        if eye is not None:
            marks |= {f"{name}_{side}": point for name, point in _eye_marks(sight.surface.points[eye.rim], sign).items()}
    return _evened(marks)


def _mouth_marks(surface: Surface, mouth: Opening, visible: NDArray[np.bool_]) -> Marks:
    points = surface.points[mouth.rim]
    is_upper = upper_rim(surface, mouth, visible)
    corner = {"left": points[points[:, 0].argmax()], "right": points[points[:, 0].argmin()]}
    marks = {f"mouth_corner_{side}": corner[side] for side, _ in SIDES}
    for lip, own in (("lip_upper", points[is_upper]), ("lip_lower", points[~is_upper])):
        curve = ordered(np.concatenate([own, list(corner.values())]))
        for suffix, at in (("", 0.0), ("_left", 0.5), ("_right", -0.5)):
            x = at * (corner["left"][0] if at >= 0 else -corner["right"][0])
            marks[f"{lip}{suffix}"] = _on(curve, x)
    for suffix in ("", "_left", "_right"):  # lips that lie over each other meet in between
        upper, lower = marks[f"lip_upper{suffix}"], marks[f"lip_lower{suffix}"]
        if upper[1] < lower[1]:
            marks[f"lip_upper{suffix}"] = marks[f"lip_lower{suffix}"] = (upper + lower) / 2
    return marks


def upper_rim(surface: Surface, mouth: Opening, visible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[R]: which of the rim belongs to the upper lip: what is nearer to it over the skin, around the corners."""
    points, middle = surface.points, mouth.middle
    near = visible & (np.abs(points - middle) < [0.5 * mouth.size[0] + 20.0, 0.5 * mouth.size[1] + 25.0, 60.0]).all(1)
    neighbours = surface.neighbours(near)
    seeds = []
    for height in (mouth.high[1] + 4.0, mouth.low[1] - 5.0):
        candidates = np.flatnonzero(near & (np.sign(points[:, 1] - middle[1]) == np.sign(height - middle[1])))
        candidates = candidates if len(candidates) else mouth.rim
        off = (points[candidates] - [middle[0], height, middle[2]]) * [1.0, 1.0, 0.3]
        seeds.append(surface.welded[candidates[np.linalg.norm(off, axis=1).argmin()]])
    above, below = (along(neighbours, [seed], 200.0)[mouth.rim] for seed in seeds)
    by_height = points[mouth.rim, 1] > middle[1]
    return np.where(np.isfinite(above) | np.isfinite(below), above <= below, by_height)


def _eye_marks(points: Array, sign: float) -> Marks:
    inner, outer = points[(sign * points[:, 0]).argmin()], points[(sign * points[:, 0]).argmax()]
    across = (points[:, 0] - inner[0]) / (outer[0] - inner[0])
    is_upper = points[:, 1] > inner[1] + across * (outer[1] - inner[1])
    marks = {"eye_inner": inner, "eye_outer": outer}
    for lid, own in (("lid_upper", points[is_upper]), ("lid_lower", points[~is_upper])):
        curve = ordered(np.concatenate([own, [inner, outer]]))
        for suffix, at in _ACROSS.items():
            marks[f"{lid}{suffix}"] = _on(curve, float(inner[0] + at * (outer[0] - inner[0])))
    return marks


def ordered(points: Array) -> Array:
    """Points float[N, 3] sorted by x; those at the same x are averaged to one."""
    cells = np.round(points[:, 0], 2)
    levels, which = np.unique(cells, return_inverse=True)
    return np.stack([points[which.ravel() == i].mean(0) for i in range(len(levels))])


def _on(curve: Array, x: float) -> Array:
    return np.array([np.interp(x, curve[:, 0], curve[:, axis]) for axis in range(3)])


def _evened(marks: Marks) -> Marks:
    """Left and right as mirror images where they nearly are: what differs by less than 2 mm is chance."""
    evened = dict(marks)
    for name, point in marks.items():
        opposite = marks.get(other_side(name))
        if opposite is not None:
            image = opposite * [-1.0, 1.0, 1.0]
            if np.linalg.norm(image - point) < 2.0:
                evened[name] = (point + image) / 2
    return evened


def sides(surface: Surface, features: Features, marks: Mapping[str, Array], rims: Mapping[str, Index]) -> Index:
    """int[N]: 0 away from mouth and eyes, else which lip or lid a vertex belongs to, by the nearest rim over the skin.

    rims: vertices of “lip_upper”, “lip_lower”, “lid_upper_left” …; the numbers are those of `SIDE_NAMES`, from 1.
    """
    box = np.array([marks[name] for name in marks])
    near = features.skin & ((surface.points > box.min(0) - 50.0) & (surface.points < box.max(0) + 50.0)).all(1)
    neighbours = surface.neighbours(near)
    best = np.full(len(near), np.inf)
    which = np.zeros(len(near), np.int64)
    for number, name in enumerate(SIDE_NAMES, 1):
        distance = along(
            neighbours, rims.get(name, np.zeros(0, np.int64)).tolist(), _MOUTH_REACH if name.startswith("lip") else _EYE_REACH
        )
        distance[~features.hidden & (distance > _SEEN_REACH)] = np.inf
        nearer = distance < best
        best[nearer], which[nearer] = distance[nearer], number
    return which[surface.welded]


SIDE_NAMES: Final = ("lip_upper", "lip_lower", "lid_upper_left", "lid_lower_left", "lid_upper_right", "lid_lower_right")


def rims(sight: Sight, marks: Mapping[str, Array]) -> dict[str, Index]:
    """The vertices of the edges of lips and lids by their names in SIDE_NAMES; lips that do not open, by the landmarks."""
    surface, features = sight.surface, sight.features
    found: dict[str, Index] = {}
    if features.mouth is not None:
        is_upper = upper_rim(surface, features.mouth, features.skin & ~features.hidden)
        found |= {"lip_upper": features.mouth.rim[is_upper], "lip_lower": features.mouth.rim[~is_upper]}
    else:
        found |= {name: _at_lip(sight, marks, name) for name in ("lip_upper", "lip_lower")}
    for (side, sign), eye in zip(SIDES, features.eyes, strict=True):
        if eye is not None:
            points = surface.points[eye.rim]
            inner, outer = points[(sign * points[:, 0]).argmin()], points[(sign * points[:, 0]).argmax()]
            across = (points[:, 0] - inner[0]) / (outer[0] - inner[0])
            is_upper = points[:, 1] > inner[1] + across * (outer[1] - inner[1])
            found |= {f"lid_upper_{side}": eye.rim[is_upper], f"lid_lower_{side}": eye.rim[~is_upper]}
    return found


def _at_lip(sight: Sight, marks: Mapping[str, Array], lip: str) -> Index:
    """The vertices of the skin nearest to a lip between its landmarks, above the line of the mouth or below it."""
    names = ("mouth_corner_right", f"{lip}_right", lip, f"{lip}_left", "mouth_corner_left")
    placed = np.array([marks[name] for name in names if name in marks])
    curve = placed[placed[:, 0].argsort()]
    x = np.linspace(curve[0, 0], curve[-1, 0], 41)[1:-1]
    line = np.column_stack([x, *(np.interp(x, curve[:, 0], curve[:, axis]) for axis in (1, 2))])
    candidates = np.flatnonzero(sight.features.skin & (np.abs(sight.surface.points - line.mean(0)) < 60.0).all(1))
    points = sight.surface.points[candidates]
    above = points[:, 1] >= np.interp(points[:, 0], line[:, 0], line[:, 1])
    candidates, points = (each[above == (lip == "lip_upper")] for each in (candidates, points))
    if not len(candidates):
        return np.zeros(0, np.int64)
    return np.unique(candidates[np.linalg.norm(points[:, None] - line[None], axis=2).argmin(0)])


def mirrored(point: Array) -> Array:
    """A landmark float[3] mm mirrored to the other side of the face."""
    return np.asarray(point * [-1.0, 1.0, 1.0])
