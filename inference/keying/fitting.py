# SPDX-License-Identifier: GPL-3.0-or-later
"""From dense curves to the keys that the artist asked for: blocked, sparse, or one on every frame."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..animation import Animation
from ..arkit import COUNT, REGIONS
from ..direction import Direction
from ..rigging.rig_map import RigMap
from .blocking import OF_EVERYTHING_ELSE, Poses, fit_poses
from .cut import as_stored
from .fit import dense, fit_all
from .keys import Keys

REMEMBERED: Final = 512
MOST_KEYS: Final = 1_000_000
"""On all remembered curves together: those of an hour's line are not worth their memory."""
_lock: Final = threading.Lock()
"""A slider may ask while a worker does."""
_fitted: dict[bytes, Keys] = {}
"""Curves fitted lately: a slider changes some curves and leaves the others exactly as they were."""
MOUTH: Final = frozenset({*REGIONS["jaw"], *REGIONS["mouth"], *REGIONS["tongue"]})


def fit_keys(
    values: NDArray[Any],
    first: int,
    direction: Direction,
    anchors: Sequence[Sequence[int]],
    *,
    tolerance: float | None = None,
    poses: Poses | None = None,
) -> list[Keys]:
    """Keys of float[F, C] curves: sparse within a tolerance (the direction's own), or on every frame where it asks for that.

    Where it asks for blocking: on the given poses alone, as for a mouth; without any, sparse within a wider tolerance.
    """
    if direction.every_frame:
        return dense(values, first)
    if direction.blocking and poses is not None:
        size = 1.0 if tolerance is None else tolerance / Direction().tolerance
        return [as_stored(keys) for keys in fit_poses(values, first, poses, size)]
    tolerance = direction.tolerance if tolerance is None else tolerance
    if direction.blocking:
        tolerance *= max(OF_EVERYTHING_ELSE / direction.tolerance, 1.0)
    wanted = [list(anchors[at]) if at < len(anchors) else [] for at in range(values.shape[1])]
    signatures = [
        _signature(column, first, tolerance, places)
        for column, places in zip(np.ascontiguousarray(values.T), wanted, strict=True)
    ]
    with _lock:
        found = {each: _fitted[each] for each in signatures if each in _fitted}
    new = [at for at, each in enumerate(signatures) if each not in found]
    fitted = fit_all(values[:, new], first, tolerance=tolerance, anchors=[wanted[at] for at in new])
    found.update((signatures[at], as_stored(keys)) for at, keys in zip(new, fitted, strict=True))
    _remember(found)
    return [found[each] for each in signatures]


def _signature(values: NDArray[Any], first: int, tolerance: float, anchors: Sequence[int]) -> bytes:
    """The same for the same curve with the same wishes."""
    digest = hashlib.blake2b(values.tobytes(), digest_size=16)
    digest.update(repr((values.dtype.str, first, tolerance, anchors)).encode())
    return digest.digest()


def _remember(found: dict[bytes, Keys]) -> None:
    """Keep the curves used last."""
    with _lock:
        for signature, keys in found.items():
            _fitted.pop(signature, None)
            _fitted[signature] = keys
        kept = sum(len(keys) for keys in _fitted.values())
        while kept > MOST_KEYS or len(_fitted) > REMEMBERED:
            kept -= len(_fitted.pop(next(iter(_fitted))))


def is_spared(direction: Direction, rig_map: RigMap, target: str) -> bool:
    """Whether one of a character's shapes is to be left alone: all that is above the mouth, where only the mouth shall move."""
    return direction.mouth_only and not MOUTH.issuperset(rig_map.channels(target))


def of_mouth(rig_map: RigMap, target: str) -> bool:
    """Whether one of a character's shapes belongs to the mouth alone, and is posed with it when blocking."""
    return MOUTH.issuperset(rig_map.channels(target))


def anchors_by_channel(animation: Animation) -> dict[int, set[int]]:
    """The frames where each ARKit channel wants a key."""
    together: dict[tuple[int, ...], set[int]] = {}
    for anchor in animation.anchors:
        together.setdefault(anchor.channels, set()).add(round(anchor.frame))
    frames: dict[int, set[int]] = {channel: set() for channel in range(COUNT)}
    for channels, group in together.items():
        inside = {frame for frame in group if 0 <= frame < len(animation.shapes)}
        for channel in channels or range(COUNT):
            frames[channel] |= inside
    return frames


def anchors_of(by_channel: dict[int, set[int]], rig_map: RigMap, target: str) -> list[int]:
    """The frames where one of a character's shapes wants a key."""
    return sorted(set().union(*(by_channel[channel] for channel in rig_map.channels(target))))
