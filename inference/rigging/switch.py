# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouths that are drawn: which one of a set of drawings shows at each frame, each held long enough to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import geometry
from ..keying.keys import Keys
from . import visemes
from .poses import effects

_GAP: Final = geometry.INDEX["gap"]
_ROLL: Final = geometry.INDEX["lower_roll"]
_IMPORTANCE: Final = {"gap": 1.0, "width": 0.5, "upper_protrusion": 0.8, "tongue": 0.5}
_CHANGE_COST: Final = 12.0
"""Square millimetres that a new drawing must be nearer by, summed over the frames it shows; keeps the mouth from flickering."""
_HOLD: Final = 2
"""Frames a drawing shows at least; animators hold on twos."""
_TOUCHING: Final = 0.0
_BITTEN: Final = -1.75


def switch(shapes: NDArray[np.float32], drawings: Sequence[str], *, hold: int = _HOLD) -> NDArray[np.float32]:
    """The number of the drawing to show at each frame, float32[F] of whole numbers, for the 52 weights float[F, 52].

    drawings: the viseme each drawing shows.   hold: frames each shows at least, but for a closure that is shorter.
    The cheapest way through all frames (Viterbi), where a frame costs the squared distance in mm from the drawing's pose.
    Frames in which the lips touch show the closing drawing, those with the lower lip at the teeth the biting one.
    """
    if not len(shapes):
        return np.zeros(0, np.float32)
    full = geometry.measure(shapes)
    weight = np.array([_IMPORTANCE.get(name, 0.0) for name in geometry.MEASURES], np.float32)
    poses = np.array([effects()[name] for name in drawings], np.float32)
    apart = (full - geometry.REFERENCE.neutral)[:, None, :] - poses[None]
    cost = np.square(apart * weight).sum(2)
    closed, bitten = full[:, _GAP] <= _TOUCHING, full[:, _ROLL] <= _BITTEN
    cost = _forced(cost, drawings, visemes.BITING, bitten & ~closed)
    cost = _forced(cost, drawings, visemes.CLOSING, closed)
    return _held(_cheapest(cost), hold).astype(np.float32)


def stepped(track: NDArray[np.float32], first: int) -> Keys:
    """Keys of a switch float32[F] from scene frame `first`: level until the frame before a change, then the new drawing."""
    changes = np.flatnonzero(np.diff(track)) + 1
    at = np.unique(np.concatenate([[0], changes - 1, changes, [len(track) - 1]])).astype(np.intp)
    frames, values = first + at.astype(np.float64), track[at].astype(np.float64)
    third = np.diff(frames, prepend=frames[:1] - 1.0, append=frames[-1:] + 1.0) / 3.0
    left = np.column_stack([frames - third[:-1], values])
    right = np.column_stack([frames + third[1:], values])
    return Keys(frames, values, left, right)


def _forced(cost: NDArray[np.float32], drawings: Sequence[str], viseme: str, where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """A contact is seen by its own drawing and nowhere else; by the resting one where the set lacks it."""
    shown = viseme if viseme in drawings else "viseme_sil" if viseme == visemes.CLOSING else ""
    if shown not in drawings:
        return cost
    own = list(drawings).index(shown)
    result = cost.copy()
    result[where] += 1e4
    result[where, own] = 0.0
    if shown == viseme:
        result[~where, own] += 1e4
    return result


def _cheapest(cost: NDArray[np.float32]) -> NDArray[np.intp]:
    total = cost[0].astype(np.float64)
    came_from = np.zeros(cost.shape, np.intp)
    own = np.arange(cost.shape[1])
    for frame in range(1, len(cost)):
        best = int(total.argmin())
        change = total[best] + _CHANGE_COST < total
        came_from[frame] = np.where(change, best, own)
        total = np.where(change, total[best] + _CHANGE_COST, total) + cost[frame]
    path = np.empty(len(cost), np.intp)
    path[-1] = int(total.argmin())
    for frame in range(len(cost) - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    return path


def _held(path: NDArray[np.intp], hold: int) -> NDArray[np.intp]:
    """Drawings that would flash by take frames from the drawing after them."""
    result = path.copy()
    starts = [0, *(np.flatnonzero(np.diff(path)) + 1)]
    reached = 0
    for start in starts:
        begin = max(start, reached)
        if begin >= len(path):
            break
        shown = path[start]
        end = next((later for later in starts if later > start), len(path))
        if end <= begin:
            continue
        result[begin:end] = shown
        reached = max(end, min(begin + hold, len(path)))
        result[end:reached] = shown
    return result
