# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare, cut and join keys without changing the curve they draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .evaluate import parameter
from .keys import Keys, Rounded

ROUNDING: Final = 4 * float(np.finfo(np.float32).eps)
"""Blender keeps keys in float32: this share of a number may be lost between writing and reading it."""
FRAME_SLACK: Final = 1e-3
VALUE_SLACK: Final = 1e-5
"""Differences in frames and values that are rounding, not somebody's hand."""


def empty() -> Keys:
    """No keys."""
    return Keys(np.zeros(0), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 2)))


def as_stored(keys: Keys) -> Rounded:
    """The keys as they come back from Blender, rounded to float32."""
    return keys if isinstance(keys, Rounded) else Rounded(keys.frames, keys.values, keys.left, keys.right, keys.kinds)


def shifted(keys: Keys, frames: float, scale: float = 1.0) -> Keys:
    """The same curve where every frame f has become f * scale + frames: moved in time, or played at another frame rate."""
    stretch, move = np.array([scale, 1.0]), np.array([frames, 0.0])
    return keys.changed(frames=keys.frames * scale + frames, left=keys.left * stretch + move, right=keys.right * stretch + move)


def matches(keys: Keys, others: Keys) -> NDArray[np.bool_]:
    """bool[n]: which of `keys` stand among `others` with the same frame, value and handles, up to rounding."""
    equal, twin = _twins(keys, others)
    if not equal.any():
        return equal
    if keys.kinds is not None or others.kinds is not None:
        equal &= keys.every_kind == others.every_kind[twin]
    for mine, theirs in ((keys.left, others.left[twin]), (keys.right, others.right[twin])):
        equal &= np.abs(theirs[:, 0] - mine[:, 0]) <= 2 * (FRAME_SLACK + ROUNDING * np.abs(keys.frames))
        equal &= _close(theirs[:, 1], mine[:, 1])
    return equal


def stands_among(keys: Keys, others: Keys) -> NDArray[np.bool_]:
    """bool[n]: which of `keys` stand among `others` with the same frame and value, whatever their handles."""
    return _twins(keys, others)[0]


def _twins(keys: Keys, others: Keys) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """bool[n]: which keys have another one at their frame and value; int[n]: the other one that is nearest in time."""
    if len(keys) == 0 or len(others) == 0:
        return np.zeros(len(keys), bool), np.zeros(len(keys), np.int64)
    after = np.clip(np.searchsorted(others.frames, keys.frames), 0, len(others) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(others.frames[before] - keys.frames) < np.abs(others.frames[after] - keys.frames)
    twin = np.where(nearer, before, after)
    equal = np.abs(others.frames[twin] - keys.frames) <= FRAME_SLACK + ROUNDING * np.abs(keys.frames)
    return equal & _close(others.values[twin], keys.values), twin


def same(keys: Keys, others: Keys) -> bool:
    """Whether two curves have the same keys, up to rounding."""
    return len(keys) == len(others) and (identical(keys, others) or bool(matches(keys, others).all()))


def identical(keys: Keys, others: Keys) -> bool:
    """Whether two curves have the same keys, bit for bit."""
    if keys is others:
        return True
    if len(keys) != len(others) or not _columns_alike(keys, others):
        return False
    return (keys.kinds is None and others.kinds is None) or np.array_equal(keys.every_kind, others.every_kind)


def _columns_alike(keys: Keys, others: Keys) -> bool:
    if isinstance(keys, Rounded) and isinstance(others, Rounded):
        return bool((keys.block == others.block).all())
    names = ("frames", "values", "left", "right")
    return all(np.array_equal(getattr(keys, name), getattr(others, name)) for name in names)


def _close(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    close: NDArray[np.bool_] = np.abs(a - b) <= VALUE_SLACK + ROUNDING * np.abs(b)
    return close


def select(keys: Keys, chosen: NDArray[np.bool_]) -> Keys:
    """The keys where `chosen` is true."""
    kinds = None if keys.kinds is None else keys.kinds[chosen]
    if isinstance(keys, Rounded):
        return Rounded.of(keys.block.compress(chosen, axis=1), kinds)
    return Keys(keys.frames[chosen], keys.values[chosen], keys.left[chosen], keys.right[chosen], kinds)


def within(keys: Keys, start: float, end: float) -> Keys:
    """The keys from start to end, both included."""
    return select(keys, (keys.frames >= start - FRAME_SLACK) & (keys.frames <= end + FRAME_SLACK))


def joined(parts: Sequence[Keys]) -> Keys:
    """Keys of parts that follow each other in time."""
    return Keys(
        np.concatenate([part.frames for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        None if all(part.kinds is None for part in parts) else np.concatenate([part.every_kind for part in parts]),
    )


def split(keys: Keys, frame: float) -> Keys:
    """The same curve with a key at `frame` (de Casteljau); a key that stands there already stays as it is."""
    if len(keys) == 0 or not np.isfinite(frame) or np.any(np.abs(keys.frames - frame) <= FRAME_SLACK):
        return keys
    index = int(np.searchsorted(keys.frames, frame))
    if index in (0, len(keys)):
        value = keys.values[0] if index == 0 else keys.values[-1]
        flat = np.array([[frame, value]])
        reach = np.array([1.0, 0.0])
        return _inserted(keys, index, Keys(np.array([frame]), np.array([value]), flat - reach, flat + reach))
    x, y, t = parameter(keys, np.array(frame))
    points = np.stack([x, y], axis=-1)
    first = points[:-1] + (points[1:] - points[:-1]) * t
    second = first[:-1] + (first[1:] - first[:-1]) * t
    middle = second[0] + (second[1] - second[0]) * t
    left, right = keys.left.copy(), keys.right.copy()
    right[index - 1], left[index] = first[0], first[2]
    new = Keys(np.array([frame]), middle[1:], second[:1], second[1:], keys.every_kind[index - 1 : index])
    return _inserted(keys.changed(left=left, right=right), index, new)


def between(keys: Keys, start: float, end: float) -> Keys:
    """The piece of the curve from start to end, with a key on both borders; an infinite border is no border."""
    return within(split(split(keys, start), end), start, end)


def _inserted(keys: Keys, index: int, new: Keys) -> Keys:
    def put(before: NDArray[Any], these: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate((before[:index], these, before[index:]), dtype=before.dtype)  # `insert` takes five times as long

    return Keys(
        put(keys.frames, new.frames),
        put(keys.values, new.values),
        put(keys.left, new.left),
        put(keys.right, new.right),
        None if keys.kinds is None else put(keys.kinds, new.every_kind),
    )
