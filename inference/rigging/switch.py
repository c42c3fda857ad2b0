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
_IMPORTANCE: Final = {"gap": 1.0, "width": 0.4, "upper_protrusion": 0.6, "tongue": 0.5}
_PARTED: Final = 0.5
_ENOUGH: Final = 24
"""Frames with parted lips that tell how far a voice opens."""
_WIDE_OPEN: Final = 10.0
"""Millimetres that the widest twentieth of them shows in a drawing; held vowels, which drawings are of, open further."""
_LOUDEST: Final = 4.0
_UNSEEN: Final = 60.0
_TONGUE: Final = "viseme_L"
_SHARES: Final = {
    "viseme_SS": 0.39, "viseme_DD": 0.39, "viseme_sil": 0.17, "viseme_PP": 0.12, "viseme_E": 0.13, "viseme_I": 0.10,
    "viseme_aa": 0.06, "viseme_O": 0.05, "viseme_aw": 0.04, "viseme_U": 0.06, "viseme_W": 0.02, "viseme_FF": 0.04,
    "viseme_L": 0.03,
}  # fmt: skip
"""How long each drawing shows in English, by the phones of the bench's sentences."""
_OTHER: Final = 0.05
_SPREAD: Final = 2.0
"""Millimetres by which a mouth differs from the drawing that stands for it."""
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
    moved = full - geometry.REFERENCE.neutral
    apart = (moved * _to_full_voice(moved))[:, None, :] - poses[None]
    cost = np.square(apart * weight).sum(2)
    cost = _tongue_seen(cost + _rarity(drawings), drawings, moved)
    closed, bitten = full[:, _GAP] <= _TOUCHING, full[:, _ROLL] <= _BITTEN
    cost = _forced(cost, drawings, visemes.BITING, bitten & ~closed)
    cost = _forced(cost, drawings, visemes.CLOSING, closed)
    return _held(_cheapest(cost), hold).astype(np.float32)


def _to_full_voice(moved: NDArray[np.float32]) -> float:
    """By how much a voice's movement is enlarged, so that what it opens widest, not the loudest voice, shows the widest drawings.

    1 for clips too short to tell a voice's range.
    """
    spoken = moved[moved[:, _GAP] > _PARTED, _GAP]
    if len(spoken) < _ENOUGH:
        return 1.0
    return float(np.clip(_WIDE_OPEN / np.percentile(spoken, 95), 1.0, _LOUDEST))


def _rarity(drawings: Sequence[str]) -> NDArray[np.float32]:
    """Square millimetres float32[D] that a drawing costs for being rarely shown: of two that fit, the usual one shows."""
    share = np.array([_SHARES.get(name, _OTHER) for name in drawings], np.float32)
    return np.asarray(-2.0 * _SPREAD**2 * np.log(share / share.max()), np.float32)


def _tongue_seen(cost: NDArray[np.float32], drawings: Sequence[str], moved: NDArray[np.float32]) -> NDArray[np.float32]:
    """The drawing of a raised tongue is for where the tongue is seen; by the lips alone it passes for any half-open mouth."""
    if _TONGUE not in drawings:
        return cost
    own, shown = list(drawings).index(_TONGUE), effects()[_TONGUE][geometry.INDEX["tongue"]]
    result = cost.copy()
    result[moved[:, geometry.INDEX["tongue"]] < 0.5 * shown, own] += _UNSEEN
    return result


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
