# SPDX-License-Identifier: GPL-3.0-or-later
"""The meshes of a character seen as one face: heads made of one mesh per part move as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .face_frame import Vectors

_BESIDE: Final = 0.15
"""What stays still within this share of the size of what moves may matter, such as a lower lid; the rest is body."""
_ANOTHER: Final = 0.5
"""Share of a face's shapes that another face has too."""
_TOUCHING: Final = 0.05
"""Parts of one face are this share of their size apart at most, or lie beside others that are."""


@dataclass(frozen=True, eq=False)
class Part:
    """One mesh with shape keys, in the space of its character, which all parts share.

    points: float32[V, 3] at rest.   names: its K shape keys.   moves: float32[K, V, 3] what each adds at value 1.
    sliders: (lowest, highest) value of keys that do not go from 0 to 1.
    """

    points: Vectors
    names: tuple[str, ...]
    moves: Vectors
    sliders: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Face:
    """All parts together. Keys of one name on several parts are one key, as artists drive them together.

    points: float32[V, 3].   moves: float32[K, V, 3] by the order of names.   reach: float32[K] how far
    each moves its furthest vertex.
    mobile: float32[V] the largest coordinate of any key's displacement of each vertex.   part: intp[V] which part a vertex is of.
    home: intp[V] its number among the vertices of all parts, before those far from the face were left out.
    """

    points: Vectors
    names: tuple[str, ...]
    moves: Vectors
    reach: NDArray[np.float32]
    mobile: NDArray[np.float32]
    part: NDArray[np.intp]
    home: NDArray[np.intp]

    def move(self, name: str) -> Vectors:
        """float32[V, 3] what one key adds to the points at value 1."""
        move: Vectors = self.moves[self.names.index(name)]
        return move


def united(parts: Sequence[Part]) -> Face:
    """One face of all parts, without vertices far from anything that moves, and without a second face beside the first."""
    parts = [_finite(part) for part in parts if len(part.points) and len(part.names)]
    mobile = [np.maximum(part.moves.max(0), -part.moves.min(0)).max(1) for part in parts]
    moving = [part.points[moved > 0.0] for part, moved in zip(parts, mobile, strict=True)]
    own = _of_first_face(parts, moving)
    box = _box([points for points, its in zip(moving, own, strict=True) if its])
    kept = [_inside(part.points, box) & its for part, its in zip(parts, own, strict=True)]
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    index = {name: i for i, name in enumerate(names)}
    total = sum(int(keep.sum()) for keep in kept)
    moves = np.zeros((len(names), total, 3), np.float32)
    start = 0
    for part, keep in zip(parts, kept, strict=True):
        end = start + int(keep.sum())
        moves[[index[name] for name in part.names], start:end] = part.moves if keep.all() else part.moves[:, keep]
        start = end
    points = np.concatenate([part.points[keep] for part, keep in zip(parts, kept, strict=True)] or [np.zeros((0, 3), np.float32)])
    reach = np.sqrt(np.einsum("kvc,kvc->kv", moves, moves).max(axis=1, initial=0.0)) if total else np.zeros(len(names))
    furthest = np.concatenate([moved[keep] for moved, keep in zip(mobile, kept, strict=True)] or [np.zeros(0, np.float32)])
    counts = [len(keep) for keep in kept]
    every = np.concatenate([*kept, np.zeros(0, bool)])
    part = np.repeat(np.arange(len(parts)), counts)[every]
    return Face(points.astype(np.float32), names, moves, reach.astype(np.float32), furthest, part, np.flatnonzero(every))


def _of_first_face(parts: Sequence[Part], moving: Sequence[Vectors]) -> list[bool]:
    """Whether each part is of the face with most shapes, and not of another one that stands apart, such as a twin's."""
    groups = _groups(moving)
    if len(set(groups)) < 2:
        return [True] * len(parts)
    names: dict[int, set[str]] = {group: set() for group in groups}
    for part, group in zip(parts, groups, strict=True):
        names[group].update(alive(part))
    first = max(names.values(), key=len)
    others = {group for group, own in names.items() if own is not first and len(first & own) >= _ANOTHER * len(first)}
    return [group not in others for group in groups]


def beside_each_other(parts: Sequence[Part]) -> list[int]:
    """A number for each part, the same for those that lie beside each other or beside the same others."""
    sound = (_finite(part) for part in parts)
    return _groups([part.points[part.moves.any((0, 2))] if len(part.names) else part.points[:0] for part in sound])


def _groups(moving: Sequence[Vectors]) -> list[int]:
    """A number for each part, the same for those that lie beside each other or beside the same others."""
    boxes = [(points.min(0), points.max(0)) if len(points) else None for points in moving]
    groups = list(range(len(boxes)))
    for i, one in enumerate(boxes):
        for j, other in enumerate(boxes[:i]):
            if one is not None and other is not None and not _apart(one, other):
                groups = [groups[j] if group == groups[i] else group for group in groups]
    return groups


def _apart(one: tuple[Vectors, Vectors], other: tuple[Vectors, Vectors]) -> bool:
    reach = np.float32(_TOUCHING) * max((one[1] - one[0]).max(), (other[1] - other[0]).max())
    return bool((one[1] + reach < other[0]).any() or (other[1] + reach < one[0]).any())


def alive(part: Part) -> frozenset[str]:
    """The shapes that move anything of a part: exporters give every mesh the names of all."""
    return frozenset(name for name, move in zip(part.names, part.moves, strict=True) if move.any())


def _finite(part: Part) -> Part:
    """A part without the holes that a broken import leaves in coordinates."""
    with np.errstate(invalid="ignore"):
        sums = part.points.sum(dtype=np.float64), part.moves.sum(dtype=np.float64)
    if np.isfinite(sums).all():
        return part
    points, moves = (np.nan_to_num(each, nan=0.0, posinf=0.0, neginf=0.0) for each in (part.points, part.moves))
    return Part(points, part.names, moves, part.sliders)


def _box(moving: list[Vectors]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    points = np.concatenate([*moving, np.zeros((0, 3), np.float32)])
    if not len(points):
        return np.full(3, -np.inf, np.float32), np.full(3, np.inf, np.float32)
    low, high = points.min(0), points.max(0)
    beside = np.float32(_BESIDE) * (high - low).max()
    return low - beside, high + beside


def _inside(points: Vectors, box: tuple[NDArray[np.float32], NDArray[np.float32]]) -> NDArray[np.bool_]:
    return np.asarray(((points >= box[0]) & (points <= box[1])).all(1))
