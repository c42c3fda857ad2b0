# SPDX-License-Identifier: GPL-3.0-or-later
"""Chance that is the same everywhere: numbers from a counter, not from a state.

Number i of a stream depends on the seed, the stream's name and i alone. So no layer disturbs another's chances, a longer clip
leaves its beginning as it was, and no platform or NumPy version draws differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_ALL = 0xFFFF_FFFF_FFFF_FFFF


def draw(seed: int, stream: str, index: int) -> float:
    """The one number that `uniform` has for this index, without the cost of an array."""
    mixed = _mixed_integer((index * int(_GOLDEN) + _key(seed, stream)) & _ALL)
    return float((mixed >> 11) * 2.0**-53)


def uniform(seed: int, stream: str, index: ArrayLike) -> NDArray[np.float64]:
    """Uniform in [0, 1) for each integer index (any shape, negative allowed), by SplitMix64 (Steele, Lea and Flood 2014)."""
    counter = np.atleast_1d(np.asarray(index, np.int64)).view(np.uint64)
    mixed = _mixed(counter * _GOLDEN + np.array([_key(seed, stream)], np.uint64))
    values = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return values.reshape(np.shape(index))


def normal(seed: int, stream: str, index: ArrayLike) -> NDArray[np.float64]:
    """Standard normal for each integer index, by Box and Muller's transform."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(seed, stream + "/radius", index)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(seed, stream + "/angle", index)))


def noise(seed: int, stream: str, times: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """A smooth random curve at the given times (s): cubic B-spline through `rate` normal knots a second; deviation about 0.7."""
    return next(noises(seed, (stream,), times, rate))


def noises(seed: int, streams: Iterable[str], times: NDArray[np.float64], rate: float) -> Iterator[NDArray[np.float64]]:
    """`noise` of several streams at the same times."""
    place = times * rate
    knot = np.floor(place).astype(np.int64)
    u = place - knot
    first, last = (int(knot.min()) - 1, int(knot.max()) + 2) if len(times) else (0, 0)
    knots, at = np.arange(first, last + 1), knot - first
    left, square = 1 - u, u * u
    cube = square * u  # a power would take ten times as long
    left *= left * left
    middle, right = 3 * cube - 6 * square + 4, -3 * cube + 3 * square + 3 * u + 1
    for stream in streams:
        values = normal(seed, stream, knots)
        curve = values[at - 1] * left
        curve /= 6
        for step, weights in enumerate((middle, right, cube)):
            part = values[at + step]
            part *= weights
            part /= 6
            curve += part
        yield curve


@lru_cache(maxsize=1024)
def _key(seed: int, stream: str) -> int:
    return _mixed_integer(((seed << 32) ^ crc32(stream.encode())) & _ALL)


def _mixed_integer(value: int) -> int:
    value = ((value ^ (value >> 30)) * int(_MIX_1)) & _ALL
    value = ((value ^ (value >> 27)) * int(_MIX_2)) & _ALL
    return value ^ (value >> 31)


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return np.asarray(value ^ (value >> np.uint64(31)), np.uint64)
