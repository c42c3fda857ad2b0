# SPDX-License-Identifier: GPL-3.0-or-later
"""Lids that shut on this head: they turn about its own eyes until they meet, and stay in front of them on their way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..fields import Array, ramp
from ..mesh import Index
from .landmarks import SIDES, ordered
from .placing import Sight
from .surface import along

LOOKS_OF_LIDS: Final = {
    "eyeBlink": (-0.92, 0.12), "eyeSquint": (-0.15, 0.26), "eyeWide": (0.26, -0.085), "eyeLookUp": (0.235, 0.05),
    "eyeLookDown": (-0.5, -0.12),
}  # fmt: skip
"""How far upper and lower lid rise, as a share of the height that the eye is open; as on the model head."""
_ASIDE: Final = {"eyeLookIn": -0.07, "eyeLookOut": 0.07}
"""How far lids go along with the cornea, as a share of the eye's width."""
_REACH: Final = {"upper": 0.42, "lower": 0.34}
"""How far from its edge a lid bends, as a share of the eye's width."""
_LINING: Final = (5.0, 12.0)
"""Millimetres behind the edge over which a lid's inside stops going along."""
_DEEP: Final = 0.3
"""How far behind the lids an eye without a ball has its middle, as a share of its width."""
_FEWEST: Final = 3
"""Vertices that tell the edge of a lid."""


@dataclass(frozen=True, eq=False)
class Eye:
    """One eye: `centre` float[3] mm, and the edges of both lids from corner to corner in the order of x, float[K, 3] each."""

    centre: Array
    upper: Array
    lower: Array

    @property
    def width(self) -> float:
        """Millimetres from corner to corner."""
        return float(self.upper[-1, 0] - self.upper[0, 0])

    def edge(self, lid: Array, x: Array) -> Array:
        """The edge of a lid over x float[N], float[N, 3]."""
        return np.column_stack([np.interp(x, lid[:, 0], lid[:, axis]) for axis in range(3)])


def eye_of(sight: Sight, marks: Mapping[str, Array], rims: Mapping[str, Index], number: int) -> Eye | None:
    """The left (0) or right (1) eye between its landmarks; None where some are missing."""
    side = SIDES[number][0]
    curves = []
    for lid in ("lid_upper", "lid_lower"):
        names = [f"eye_inner_{side}", f"{lid}_inner_{side}", f"{lid}_{side}", f"{lid}_outer_{side}", f"eye_outer_{side}"]
        if any(name not in marks for name in names):
            return None
        placed = np.array([marks[name] for name in names])
        rim = rims.get(f"{lid}_{side}", np.zeros(0, np.int64))
        curves.append(_through(placed[placed[:, 0].argsort()], sight.surface.points[rim]))
    upper, lower = curves
    if sight.balls is not None:
        return Eye(sight.balls[number].centre, upper, lower)
    width = upper[-1, 0] - upper[0, 0]
    middle = (upper[[0, -1]].mean(0) + (upper.mean(0) + lower.mean(0)) / 2) / 2
    return Eye(middle - [0.0, 0.0, _DEEP * width], upper, lower)


def _through(placed: Array, rim: Array) -> Array:
    """The edge of a lid over x, float[33, 3]: as the mesh has it, moved to where its landmarks float[5, 3] are."""
    x = np.linspace(placed[0, 0], placed[-1, 0], 33)
    if len(rim) < _FEWEST:
        return np.column_stack([x, *(np.interp(x, placed[:, 0], placed[:, axis]) for axis in (1, 2))])
    curve = ordered(np.concatenate([rim, placed[[0, -1]]]))
    own = [np.interp(x, curve[:, 0], curve[:, axis]) for axis in (1, 2)]
    moved = [placed[:, axis] - np.interp(placed[:, 0], x, line) for axis, line in zip((1, 2), own, strict=True)]
    return np.column_stack([x, *(line + np.interp(x, placed[:, 0], off) for line, off in zip(own, moved, strict=True))])


def lid_moves(
    sight: Sight, marks: Mapping[str, Array], rims: Mapping[str, Index], own: Index
) -> Iterator[tuple[str, Array, NDArray[np.float64]]]:
    """Each shape of the lids: its name, float[M, 3] mm of the vertices `own`, and float[M] how wholly that is all they do."""
    for number, (side, _) in enumerate(SIDES):
        eye = eye_of(sight, marks, rims, number)
        if eye is None:
            continue
        shares = {
            lid: _share(sight, rims, own, (f"lid_{lid}_{side}", f"lid_{other}_{side}"), eye) for lid, other in _OPPOSITE.items()
        }
        covered = np.clip(1.6 * np.maximum(shares["upper"], shares["lower"]), 0.0, 1.0)
        points = sight.surface.points[own]
        for name, (up, low) in LOOKS_OF_LIDS.items():
            move = _risen(points, eye, eye.upper, shares["upper"], up) + _risen(points, eye, eye.lower, shares["lower"], low)
            yield f"{name}{side.capitalize()}", move, covered
        across = np.clip((points[:, 0] - eye.upper[0, 0]) / eye.width, 0.0, 1.0)
        arch = 4.0 * across * (1.0 - across)
        for name, amount in _ASIDE.items():
            outwards = amount * eye.width * (1.0 if side == "left" else -1.0)
            along_x = outwards * arch * (shares["upper"] + shares["lower"])
            yield f"{name}{side.capitalize()}", np.column_stack([along_x, 0.0 * along_x, 0.0 * along_x]), covered


_OPPOSITE: Final = {"upper": "lower", "lower": "upper"}


def _share(sight: Sight, rims: Mapping[str, Index], own: Index, lid: tuple[str, str], eye: Eye) -> Array:
    """How much of each vertex a lid, named before the other, carries, float[M]: all at its edge and inside, less away from it."""
    surface, features, (rim, other) = sight.surface, sight.features, lid
    near = features.skin & (np.abs(surface.points - eye.centre) < eye.width).all(1)
    neighbours = surface.neighbours(near)
    nothing = np.zeros(0, np.int64)
    seeds = rims.get(rim, nothing)
    distance, from_other = (along(neighbours, rims.get(name, nothing).tolist(), eye.width) for name in (rim, other))
    reach = _REACH["upper" if "upper" in rim else "lower"] * eye.width
    outside = 1.0 - ramp(0.0, reach, distance)
    lining = along(
        surface.neighbours(near & (features.hidden | np.isin(np.arange(len(near)), seeds))), seeds.tolist(), _LINING[1]
    )
    inside = 1.0 - ramp(*_LINING, lining)  # behind the edge; what a crease hides is outside
    share = np.maximum(outside, np.where(features.hidden, inside, 0.0)) * (distance <= from_other)
    return np.asarray(share[surface.welded[own]])


def _risen(points: Array, eye: Eye, lid: Array, share: Array, rise: float) -> Array:
    """A lid turned about the eye so that its edge rises by a share of the eye's opening, float[M, 3]."""
    x = np.clip(points[:, 0], lid[0, 0], lid[-1, 0])
    edge, upper, lower = eye.edge(lid, x), eye.edge(eye.upper, x), eye.edge(eye.lower, x)
    arm = edge - eye.centre
    radius = np.hypot(arm[:, 1], arm[:, 2])
    goal = arm[:, 1] + rise * np.maximum(upper[:, 1] - lower[:, 1], 0.0)
    angle = np.arcsin(np.clip(goal / radius, -0.98, 0.98)) - np.arctan2(arm[:, 1], arm[:, 2])
    turn = angle * share
    own = points - eye.centre
    moved = own.copy()
    moved[:, 1] = own[:, 1] * np.cos(turn) + own[:, 2] * np.sin(turn)
    moved[:, 2] = own[:, 2] * np.cos(turn) - own[:, 1] * np.sin(turn)
    return np.asarray(moved - own)
