# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves with the skin: eyeballs turn, the jaw carries teeth and tongue, brows, lashes and beards ride along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.arkit import NAMES
from ..design import YOUNG
from ..eyes import LOOKS, turned
from ..fields import Array, ramp
from ..mesh import Index
from ..teeth import jaw_shapes
from .fit import Fit
from .landmarks import SIDES
from .matching import nearest_of
from .placing import Sight
from .surface import along

_TONGUES: Final = ("tongue", "zunge", "langue", "lengua", "lingua", "язык", "舌", "혀")
_RIDES_WITHIN: Final = (5.0, 14.0)
"""Millimetres from the skin within which something rides on it, wholly and at all."""
_TONGUE_OUT: Final = 43.0
_LIES_WITHIN: Final = 7.0
_MOSTLY: Final = 0.6
"""Share of a piece that must lie that near, in mm, for it to ride."""
_MIDDLE: Final = 5.0
_IN_EYE: Final = 0.02
"""Share of its vertices in the middle of the opening that makes a piece part of the eye; lashes have none there."""
_ROOF: Final = 12.0
"""Millimetres above the line of the lips that no tongue lies: what is there too is the gums."""


def companion_shapes(sight: Sight, fit: Fit, moves: Mapping[str, Array], marks: Mapping[str, Array]) -> dict[str, Array]:
    """Displacements float[N, 3] mm of everything that is not the skin, where `moves` are those of the skin."""
    surface = sight.surface
    found = {name: np.zeros_like(surface.points) for name in NAMES}
    left = ~sight.features.skin
    for number, (side, _) in enumerate(SIDES):
        if sight.balls is not None:
            ball = sight.balls[number]
            eye = np.flatnonzero(np.isin(surface.island, ball.islands))
            left[eye] = False
            for look, angles in LOOKS.items():
                pitch, yaw = angles if side == "left" else (angles[0], -angles[1])
                arm = surface.points[eye] - ball.centre
                found[f"{look}{side.capitalize()}"][eye] = turned(arm, pitch, yaw) - arm
    mouth = _in_mouth(marks)
    for island in np.unique(surface.island[left]):
        own = np.flatnonzero((surface.island == island) & left)
        inside = mouth(surface.points[own])
        if inside.mean() > 0.5:
            left[own] = False
            _jaw_moves(found, sight, fit, own, marks)
        elif _in_an_eye(sight, surface.points[own]):
            left[own] = False
    _ride(found, sight, moves, np.flatnonzero(left))
    return found


def _in_mouth(marks: Mapping[str, Array]) -> Callable[[Array], NDArray[np.bool_]]:
    """Which points lie behind the lips."""
    corners = np.array([marks["mouth_corner_left"], marks["mouth_corner_right"]])
    line = (marks["lip_upper"] + marks["lip_lower"]) / 2
    half = 0.5 * abs(corners[0, 0] - corners[1, 0])
    up, down = 0.75 * abs(marks["nose_tip"][1] - line[1]) + 6.0, 0.9 * abs(line[1] - marks["chin"][1]) + 4.0

    def inside(points: Array) -> NDArray[np.bool_]:
        x, y, z = (points - line).T
        return np.asarray((np.abs(x) < 1.7 * half) & (y < up) & (y > -down) & (z < 3.0) & (z > -95.0))

    return inside


def _in_an_eye(sight: Sight, points: Array) -> bool:
    """Whether something fills an eye, as eyeballs that are no spheres and films over them do: lids pass over it."""
    for eye in sight.features.eyes:
        if eye is not None:
            beside = np.abs(points[:, :2] - eye.middle[:2]) < [0.25 * eye.size[0], 0.2 * eye.size[1]]
            if beside.all(1).mean() > _IN_EYE:
                return True
    return False


def _jaw_moves(found: dict[str, Array], sight: Sight, fit: Fit, own: Index, marks: Mapping[str, Array]) -> None:
    surface = sight.surface
    points = surface.points[own]
    line = float((marks["lip_upper"][1] + marks["lip_lower"][1]) / 2)
    is_tongue = _is_tongue(surface.names[int(surface.part[own[0]])], points, line)
    share = np.ones(len(own)) if is_tongue else _lower_share(sight, own, line)
    if not share.any():
        return
    whole = np.linalg.inv(fit.stretch)
    placed = points @ fit.stretch.T + (fit.onto(points.mean(0)[None]) - points.mean(0)[None] @ fit.stretch.T)
    back, tip = np.percentile(points[:, 2], [2, 98])
    forward = np.clip((points[:, 2] - back) / max(tip - back, 1e-6), 0.0, 1.0)
    if is_tongue:
        share = 0.45 + 0.55 * ramp(0.0, 0.35, forward)
    for name, move in jaw_shapes(placed, YOUNG.proportions).items():
        found[name][own] = share[:, None] * move @ whole.T
    if is_tongue:
        reach = ramp(0.05, 1.0, forward) ** 0.9
        x = placed[:, 0] - placed[:, 0].mean()
        out = np.column_stack([-0.36 * x * reach, 5.0 * reach * (1.0 - 0.7 * reach), _TONGUE_OUT * reach])
        found["tongueOut"][own] = out @ whole.T


def _is_tongue(name: str, points: Array, line: float) -> bool:
    """By its name, else because it lies along the middle, where an arch of teeth is empty."""
    if any(word in name.lower() for word in _TONGUES):
        return True
    size = np.ptp(points, axis=0)
    if size[2] < 20.0 or size[1] > 0.75 * size[2] or points[:, 1].max() > line + _ROOF:
        return False
    cells = np.floor((points[np.abs(points[:, 0]) < _MIDDLE, 2] - points[:, 2].min()) / size[2] * 6.0)
    return len(np.unique(np.clip(cells, 0, 5))) >= 5 and size[0] < 1.3 * size[2]


def _lower_share(sight: Sight, own: Index, line: float) -> Array:
    """How much the jaw carries of teeth and gums, float: all of what stands below; where both rows hang together, the nearer."""
    points = sight.surface.points[own]
    low, high = points[:, 1].min() - line, points[:, 1].max() - line
    if low > -9.0 or high > 2.0 * -low:
        return np.zeros(len(own))
    if high < 9.0 or -low > 2.0 * high:
        return np.ones(len(own))
    mask = np.zeros(len(sight.surface.points), bool)
    mask[own] = True
    neighbours = sight.surface.neighbours(mask)
    seeds = (own[points[:, 1] > line + 0.6 * high], own[points[:, 1] < line + 0.6 * low])
    above, below = (along(neighbours, sight.surface.welded[seed].tolist(), 200.0)[sight.surface.welded[own]] for seed in seeds)
    both = np.isfinite(above) & np.isfinite(below)
    share = np.where(points[:, 1] < line, 1.0, 0.0)
    share[both] = ramp(-0.6, 0.6, (above - below)[both] / np.maximum(above + below, 1e-6)[both])
    return share


def _ride(found: dict[str, Array], sight: Sight, moves: Mapping[str, Array], own: Index) -> None:
    """Whatever lies on the skin goes along with the nearest of it."""
    surface = sight.surface
    moved = np.max([np.abs(move).max(1) for move in moves.values()], axis=0) > 0.0
    skin = np.flatnonzero(sight.features.skin & ~sight.features.hidden & moved)
    if not len(skin) or not len(own):
        return
    others, everything = surface.points[skin], own
    within = (
        (surface.points[own] > others.min(0) - _RIDES_WITHIN[1]) & (surface.points[own] < others.max(0) + _RIDES_WITHIN[1])
    ).all(1)
    own = own[within]
    apart = np.linalg.norm(surface.points[own] - others[nearest_of(surface.points[own], others)], axis=1)
    count = int(surface.island.max()) + 1
    sizes = np.bincount(surface.island[everything], minlength=count)
    lying = np.bincount(surface.island[own[apart < _LIES_WITHIN]], minlength=count)
    rides = (lying >= _MOSTLY * sizes)[surface.island[own]]  # hair, collars and ears only touch the face
    own = own[rides & (apart < _RIDES_WITHIN[1])]
    for start in range(0, len(own), 1500):
        part = own[start : start + 1500]
        points = surface.points[part]
        square = _squares(points, others)
        nearest = np.argpartition(square, 4, axis=1)[:, :4]
        distance = np.sqrt(np.maximum(np.take_along_axis(square, nearest, 1), 0.0))
        weight = np.exp(-(((distance - distance.min(1, keepdims=True)) / 2.0) ** 2))
        weight *= (1.0 - ramp(*_RIDES_WITHIN, distance.min(1)))[:, None] / weight.sum(1, keepdims=True)
        for name, move in moves.items():
            if name != "tongueOut":
                found[name][part] = np.einsum("nk,nkx->nx", weight, move[skin[nearest]])


def _squares(points: Array, others: Array) -> NDArray[np.float32]:
    """Square mm between points float[M, 3] and others float[K, 3]; about their middle, so that single precision will do."""
    middle = others.mean(0)
    near, far = ((each - middle).astype(np.float32) for each in (points, others))
    return np.asarray((near**2).sum(1)[:, None] + (far**2).sum(1)[None] - 2.0 * near @ far.T)
