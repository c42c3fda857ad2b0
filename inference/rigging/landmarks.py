# SPDX-License-Identifier: GPL-3.0-or-later
"""Where lips, chin and lids are on a mesh, found from how its own shapes move it: nobody has to tag anything.

The shape that opens the mouth tells upper lip from lower, and the lip line is where the two lie against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .face_frame import Frame, Vectors, opening

_LIP_MOVERS: Final = (
    "mouthPucker", "mouthFunnel", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight",
    "mouthRollUpper", "mouthRollLower", "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight",
    "viseme_U", "viseme_O", "viseme_W", "viseme_I", "viseme_E", "viseme_CH",
)  # fmt: skip
_SEAMS: Final = (-10.5, 0.0, 10.5)
"""Where along the lips the gap is measured, mm from the middle, as the inner landmarks of the 68-point convention."""
_SAME_AS_JAW: Final = 0.95
_HALF_MOUTH: Final = 25.0
_HANDFUL: Final = 12
_FALLING: Final = 0.4
"""Share of the furthest fall of a blink that makes a vertex one of the upper lid; lashes fall twice as far as their lid."""
_RESTING: Final = 0.25
_OPEN_EYE: Final = 0.2
_EMPTY_EYE: Final = 0.5
"""Share of a blink's fall that is free of vertices below the lid where no eyeball is of the same mesh."""
_LASHES: Final = 5.0
_MARGIN: Final = 5.0
_BESIDE: Final = 3.0
_AROUND_EYE: Final = 25.0
_STILL: Final = 0.1
"""Millimetres."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Vertex indices of the points that measures are taken at.

    upper, lower: three pairs along the lip line, right to left.   upper_outer, lower_outer: the lips' fullest points.
    corners: right and left.   chin.   lids: for left and right eye, (upper, lower); None where there is no blink.
    """

    upper: tuple[int, ...]
    lower: tuple[int, ...]
    upper_outer: int
    lower_outer: int
    corners: tuple[int, int]
    chin: int
    lids: tuple[tuple[int, int] | None, tuple[int, int] | None]

    def moved(self, to: NDArray[np.intp]) -> Landmarks:
        """The same where vertex i is number to[i]."""
        left, right = ((int(to[pair[0]]), int(to[pair[1]])) if pair else None for pair in self.lids)
        return Landmarks(
            upper=tuple(int(to[i]) for i in self.upper),
            lower=tuple(int(to[i]) for i in self.lower),
            upper_outer=int(to[self.upper_outer]),
            lower_outer=int(to[self.lower_outer]),
            corners=(int(to[self.corners[0]]), int(to[self.corners[1]])),
            chin=int(to[self.chin]),
            lids=(left, right),
        )


@dataclass(frozen=True, eq=False)
class _View:
    """A face as the search sees it.

    placed: float64[V, 3] vertices in mm of the face.   share: float64[V] how far each drops with the jaw, 1 is furthest.
    soft: bool[V] lips rather than teeth, gums and tongue.
    """

    placed: NDArray[np.float64]
    share: NDArray[np.float64]
    soft: NDArray[np.bool_]

    def near(self, mask: NDArray[np.bool_], at: float) -> NDArray[np.intp]:
        """At least a dozen masked vertices around a distance from the middle, as close to it as the mesh allows."""
        candidates = np.flatnonzero(mask)
        if len(candidates) == 0:
            return candidates
        off = np.abs(self.placed[candidates, 0] - at)
        nearest = min(_HANDFUL, len(off) - 1)
        return np.asarray(candidates[off <= max(1.5, float(np.partition(off, nearest)[nearest]))])


def find(points: Vectors, moves: Mapping[str, Vectors], face: Frame) -> Landmarks | None:
    """The landmarks of a face; None where no lip line can be told. Arguments as for `face_frame.frame`."""
    view = _view(points, moves, face)
    height = _seam_height(view) if view else None
    if view is None or height is None:
        return None
    found = [pair for at in _SEAMS if (pair := _pair(view, at, height)) is not None]
    if not found:
        return None
    upper, lower = (tuple(pair[i] for pair in found) for i in (0, 1))
    seam = view.placed[[*upper, *lower]].mean(0)
    skin = lid_skin(moves, len(points), face)
    left, right = (lids(view.placed, moves.get(f"eyeBlink{side}"), face, skin) for side in ("Left", "Right"))
    return Landmarks(
        upper=upper,
        lower=lower,
        upper_outer=_fullest(view, seam, view.soft & (view.share < 0.4), 1.0),
        lower_outer=_fullest(view, seam, view.soft & (view.share > 0.6), -1.0),
        corners=(_corner(view, seam, -1.0, _pull(moves, "Right", face)), _corner(view, seam, 1.0, _pull(moves, "Left", face))),
        chin=_chin(view, seam),
        lids=(left, right),
    )


def _view(points: Vectors, moves: Mapping[str, Vectors], face: Frame) -> _View | None:
    opener = opening(moves)
    if opener is None:
        return None
    placed = face.place(points)
    drop = -face.turn(opener)[:, 1]
    if not (drop > 0.0).any():
        return None
    soft = _soft(moves, len(points))
    return _View(placed, drop / float(np.percentile(drop[drop > 0.0], 99)), _frontmost(placed) if soft is None else soft)


def _soft(moves: Mapping[str, Vectors], count: int) -> NDArray[np.bool_] | None:
    """Vertices of the lips: what shapes of the lips move otherwise than the jaw does, as teeth, gums and tongue do not.

    None without such shapes.
    """
    moved, jaw = np.zeros(count, np.float32), opening(moves)
    length = 0.0 if jaw is None else float(np.square(jaw).sum())
    for name in _LIP_MOVERS:
        if name in moves:
            alike = float((moves[name] * jaw).sum()) / length if jaw is not None and length > 0.0 else 0.0
            own = moves[name] - np.float32(alike) * jaw if jaw is not None and alike < _SAME_AS_JAW else moves[name]
            distance = np.linalg.norm(own, axis=1)
            moved = np.maximum(moved, distance / max(float(distance.max(initial=0.0)), 1e-12))
    return moved > 0.25 if moved.any() else None


def _frontmost(placed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Without shapes of the lips: what lies within 4 mm of the front of the face at its height."""
    cell = np.round(placed[:, :2] / 3.0).astype(np.int64)
    key = cell[:, 0] * 100_003 + cell[:, 1]
    _, inverse = np.unique(key, return_inverse=True)
    front = np.full(inverse.max() + 1, -np.inf)
    np.maximum.at(front, inverse, placed[:, 2])
    return np.asarray(placed[:, 2] > front[inverse] - 4.0)


def _seam_height(view: _View) -> float | None:
    """Height of the lip line: where, near the middle, what stays and what drops are closest together.

    Below the chin what drops fades into what stays; only between the lips do the two touch.
    """
    near = view.near(view.soft, 0.0)
    stays, drops = near[view.share[near] < 0.35], near[view.share[near] > 0.6]
    if not len(stays) or not len(drops):
        return None
    apart = np.linalg.norm(view.placed[stays][:, None] - view.placed[drops][None], axis=2)
    cost = (apart + 1.0) / (view.share[drops][None] - view.share[stays][:, None])
    best = np.unravel_index(int(cost.argmin()), cost.shape)
    return float(view.placed[stays[best[0]], 1] + view.placed[drops[best[1]], 1]) / 2


def _pair(view: _View, at: float, height: float) -> tuple[int, int] | None:
    """The two vertices, one of each lip, that lie closest to each other there, the foremost of about equally close ones."""
    placed = view.placed
    near = view.near(view.soft & (np.abs(placed[:, 1] - height) < 20.0), at)
    stays, drops = near[view.share[near] < 0.35], near[view.share[near] > 0.6]
    if not len(stays) or not len(drops):
        return None
    apart = placed[stays][:, None] - placed[drops][None]
    front = max(placed[stays, 2].max(), placed[drops, 2].max())
    depth = 2.0 * front - placed[stays, 2][:, None] - placed[drops, 2][None]
    cost = np.linalg.norm(apart * [0.5, 1.0, 0.5], axis=2) + 0.35 * depth
    best = np.unravel_index(int(cost.argmin()), cost.shape)
    return int(stays[best[0]]), int(drops[best[1]])


def _fullest(view: _View, seam: NDArray[np.float64], mask: NDArray[np.bool_], direction: float) -> int:
    """The foremost vertex of one lip in the middle, up to 12 mm from the lip line."""
    offset = direction * (view.placed[:, 1] - seam[1])
    near = view.near(mask & (offset > 0.0) & (offset < 12.0), 0.0)
    near = near if len(near) else view.near(mask, 0.0)
    return int(near[view.placed[near, 2].argmax()])


def _pull(moves: Mapping[str, Vectors], side: str, face: Frame) -> NDArray[np.float64] | None:
    """How far each vertex is drawn by the shape that draws this corner of the mouth, float64[V] mm."""
    pull = moves.get(f"mouthSmile{side}", moves.get(f"mouthStretch{side}"))
    return None if pull is None or not np.abs(pull).max(initial=0.0) else np.linalg.norm(face.turn(pull), axis=1)


def _corner(view: _View, seam: NDArray[np.float64], sign: float, pull: NDArray[np.float64] | None) -> int:
    """One corner (sign -1 right, 1 left): where the lips part least, far from the middle along the lip line."""
    placed, lateral = view.placed, sign * view.placed[:, 0]
    sideways = (lateral > 12.0) & (lateral < 45.0)
    level = (np.abs(placed[:, 1] - seam[1]) < 9.0) & (placed[:, 2] > seam[2] - 25.0)
    candidates = np.flatnonzero(view.soft & sideways & level)
    candidates = candidates if len(candidates) else np.flatnonzero(lateral > 0.0)
    candidates = candidates if len(candidates) else np.array([lateral.argmax()])  # nothing is on that side
    if pull is not None:
        candidates = candidates[pull[candidates] >= 0.6 * pull[candidates].max()]
    cost = 0.4 * np.abs(lateral[candidates] - _HALF_MOUTH) + 40.0 * np.abs(view.share[candidates] - 0.5)
    return int(candidates[cost.argmin()])


def _chin(view: _View, seam: NDArray[np.float64]) -> int:
    """The lowest vertex in the middle that drops as the jaw does."""
    placed = view.placed
    below = (view.share > 0.6) & (placed[:, 1] < seam[1] - 12.0) & (placed[:, 1] > seam[1] - 70.0)
    near = view.near(below, 0.0)
    near = near if len(near) else view.near(view.share > 0.6, 0.0)
    front = near[placed[near, 2] > placed[near, 2].max() - 15.0]
    return int(front[placed[front, 1].argmin()])


def lids(
    placed: NDArray[np.float64], blink: Vectors | None, face: Frame, skin: NDArray[np.bool_], along: float | None = None
) -> tuple[int, int] | None:
    """Upper and lower lid edge in the middle of an eye: where what a blink moves down ends, and what it leaves begins.

    The few vertices beyond are lashes, which stand out forward, or tears, which span the eye; eyeballs are no lid.
    skin: bool[V] what shapes move that turn no eye.   along: 0..1 from the lid's right end to its left instead of its middle.
    """
    if blink is None or np.abs(blink).max(initial=0.0) == 0.0:
        return None
    fall = -face.turn(blink)[:, 1]
    falling = np.flatnonzero(fall > _FALLING * fall.max())
    if not len(falling) or fall.max() <= 0.0:  # a blink that moves nothing down
        return None
    middle = float((fall[falling] @ placed[falling, 0]) / fall[falling].sum())
    if along is not None:
        right, left = np.percentile(placed[falling, 0], [2, 98])
        middle = float(right + along * (left - right))
    upper = _beside(falling, placed, middle)
    upper = upper[placed[upper, 2] < np.percentile(placed[upper, 2], 25) + _LASHES]
    lid = _edge(upper, placed, 1.0)
    below = (np.linalg.norm(placed - placed[lid], axis=1) < _AROUND_EYE) & (placed[:, 1] < placed[lid, 1] - _OPEN_EYE * fall[lid])
    still = np.flatnonzero(below & (fall < _RESTING * fall[lid]))
    if not len(still):
        return None
    edge = _edge(_beside(still, placed, middle), placed, -1.0)
    behind = placed[lid, 1] - placed[edge, 1] < _EMPTY_EYE * fall[lid]
    if behind and skin[still].any():
        edge = _edge(_beside(still[skin[still]], placed, middle), placed, -1.0)
    return lid, edge


def _edge(vertices: NDArray[np.intp], placed: NDArray[np.float64], way: float) -> int:
    """The vertex that ends a lid, way 1 for its lowest and -1 for its highest: a fifth of those near the end lie beyond it."""
    height = way * placed[vertices, 1]
    near = vertices[height < height.min() + _MARGIN]
    order = near[np.argsort(way * placed[near, 1], kind="stable")]
    return int(order[len(order) // 5])


def _beside(vertices: NDArray[np.intp], placed: NDArray[np.float64], at: float) -> NDArray[np.intp]:
    """At least a dozen of some vertices around a distance from the middle of the face."""
    if not len(vertices):
        return vertices
    off = np.abs(placed[vertices, 0] - at)
    nearest = min(_HANDFUL, len(off) - 1)
    return np.asarray(vertices[off <= max(_BESIDE, float(np.partition(off, nearest)[nearest]))])


def lid_skin(moves: Mapping[str, Vectors], count: int, face: Frame) -> NDArray[np.bool_]:
    """bool[V]: what shapes move, those left out that turn the eyes."""
    furthest = np.zeros((count, 3), np.float32)
    for name, move in moves.items():
        if not name.startswith("eyeLook"):
            np.maximum(furthest, np.abs(move), out=furthest)
    return np.asarray(furthest.max(1) * face.millimetres > _STILL)
