# SPDX-License-Identifier: GPL-3.0-or-later
"""Read Bézier keys at any frame, as Blender's f-curves do: handles that reach too far are shortened, the ends are held.

Within a segment, frame and value are both cubics of a parameter t (0 at the left key, 1 at the right one), so a value at a
frame needs the root of the frame's cubic. Shortened handles keep that cubic monotone: there is exactly one root.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Doubles
from .keys import BEZIER, CONSTANT, Keys

NEWTON_STEPS: Final = 12
HALVINGS: Final = 50
ARRIVED: Final = 1e-13


def evaluate(keys: Keys, frames: ArrayLike) -> Doubles:
    """Values of the curve at `frames` (any shape, scene frames, in any order); before and after the keys it is constant.

    A curve without keys is 0 everywhere.
    """
    at = np.asarray(frames, np.float64)
    if len(keys) == 0:
        return np.zeros(at.shape)
    if len(keys) == 1:
        return np.full(at.shape, keys.values[0])
    _, y, t = parameter(keys, at)
    values = _bezier(y, t)
    values = np.where(at <= keys.frames[0], keys.values[0], values)
    return np.where(at >= keys.frames[-1], keys.values[-1], values)


def slope(keys: Keys, frames: ArrayLike, side: int = 1) -> Doubles:
    """Change per frame at `frames`; exactly on a key, that of the segment on the right (side 1) or on the left (side -1).

    Outside the keys it is 0. A vertical tangent is reported as if the handle were a hundredth of the segment long.
    """
    at = np.asarray(frames, np.float64)
    if len(keys) < 2:
        return np.zeros(at.shape)
    x, y, t = parameter(keys, at, side)
    across = np.maximum(_bezier_slope(x, t), 0.03 * (x[3] - x[0]))
    slopes = _bezier_slope(y, t) / across
    first, last = keys.frames[0], keys.frames[-1]
    outside = ((at < first) | (at >= last)) if side > 0 else ((at <= first) | (at > last))
    return np.where(outside, 0.0, slopes)


def parameter(keys: Keys, at: Doubles, side: int = 1) -> tuple[Doubles, Doubles, Doubles]:
    """Frames and values [4, ...] of the control points of the segment each frame falls in, and its parameter t there.

    A handle that reaches beyond the other key is scaled back, direction kept, until it ends at that key's frame, as Blender does.
    """
    segment = np.searchsorted(keys.frames, at, side="right" if side > 0 else "left") - 1
    segment = np.minimum(np.maximum(segment, 0), len(keys) - 2)
    start, end = keys.frames[segment], keys.frames[segment + 1]
    low, high = keys.values[segment], keys.values[segment + 1]
    right, left, length = keys.right[segment], keys.left[segment + 1], end - start
    leaving = length / np.maximum(np.abs(right[..., 0] - start), length)
    arriving = length / np.maximum(np.abs(left[..., 0] - end), length)
    x = np.array([start, start + (right[..., 0] - start) * leaving, end + (left[..., 0] - end) * arriving, end])
    y = np.array([low, low + (right[..., 1] - low) * leaving, high + (left[..., 1] - high) * arriving, high])
    if keys.kinds is not None:
        x, y = _plain(x, y, keys.kinds[segment])
    share = np.minimum(np.maximum((at - start) / length, 0.0), 1.0)
    return x, y, _root((x[1] - start) / length, (x[2] - start) / length, share)


def _plain(x: Doubles, y: Doubles, kinds: NDArray[np.uint8]) -> tuple[Doubles, Doubles]:
    """Control points of straight and of constant segments, those of Bézier segments left alone."""
    thirds = np.arange(4).reshape(4, *[1] * (x.ndim - 1)) / 3
    straight = y[0] + (y[3] - y[0]) * np.where(kinds == CONSTANT, 0.0, thirds)
    return np.where(kinds == BEZIER, x, x[0] + (x[3] - x[0]) * thirds), np.where(kinds == BEZIER, y, straight)


def _root(first: Doubles, second: Doubles, share: Doubles) -> Doubles:
    """t where the monotone cubic 0, first, second, 1 equals share (all 0..1): Newton's steps, halving where they fail."""
    cubic, square, straight = 3 * (first - second) + 1, 3 * (second - 2 * first), 3 * first
    t = share
    for _ in range(NEWTON_STEPS):
        miss = ((cubic * t + square) * t + straight) * t - share
        if np.abs(miss).max(initial=0.0) < ARRIVED:
            return t
        steep = np.maximum((3 * cubic * t + 2 * square) * t + straight, 1e-9)
        t = np.minimum(np.maximum(t - miss / steep, 0.0), 1.0)
    low, high = np.zeros_like(share), np.ones_like(share)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = ((cubic * middle + square) * middle + straight) * middle < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    miss = ((cubic * t + square) * t + straight) * t - share
    return np.where(np.abs(miss) < ARRIVED, t, (low + high) / 2)


def _bezier(p: Doubles, t: Doubles) -> Doubles:
    s = 1.0 - t
    value: Doubles = (s * s) * (s * p[0] + 3 * t * p[1]) + (t * t) * (3 * s * p[2] + t * p[3])
    return value


def _bezier_slope(p: Doubles, t: Doubles) -> Doubles:
    s = 1.0 - t
    slopes: Doubles = 3 * (s * s * (p[1] - p[0]) + 2 * s * t * (p[2] - p[1]) + t * t * (p[3] - p[2]))
    return slopes
