# SPDX-License-Identifier: GPL-3.0-or-later
"""Read Bézier keys at any frame, as Blender's f-curves do: handles that reach too far are shortened, the ends are held.

Within a segment, frame and value are both cubics of a parameter t (0 at the left key, 1 at the right one), so a value at a
frame needs the root of the frame's cubic. Shortened handles keep that cubic monotone: there is exactly one root.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .keys import Keys

Floats = NDArray[np.float64]

ROOT_STEPS = 48
"""Enough halvings to reach the last bit where Newton's steps keep leaving the bracket."""


def evaluate(keys: Keys, frames: ArrayLike) -> Floats:
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


def slope(keys: Keys, frames: ArrayLike, side: int = 1) -> Floats:
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


def control_points(keys: Keys) -> tuple[Floats, Floats]:
    """Frames and values float64[4, n - 1] of the control points of every segment, handles shortened as Blender does.

    A handle that reaches beyond the other key is scaled back, direction kept, until it ends at that key's frame.
    """
    start, end = keys.frames[:-1], keys.frames[1:]
    length = end - start
    leaving = np.stack([keys.right[:-1, 0] - start, keys.right[:-1, 1] - keys.values[:-1]])
    arriving = np.stack([keys.left[1:, 0] - end, keys.left[1:, 1] - keys.values[1:]])
    leaving *= np.minimum(1.0, length / np.maximum(np.abs(leaving[0]), 1e-12))
    arriving *= np.minimum(1.0, length / np.maximum(np.abs(arriving[0]), 1e-12))
    x = np.stack([start, start + leaving[0], end + arriving[0], end])
    y = np.stack([keys.values[:-1], keys.values[:-1] + leaving[1], keys.values[1:] + arriving[1], keys.values[1:]])
    return x, y


def parameter(keys: Keys, at: Floats, side: int = 1) -> tuple[Floats, Floats, Floats]:
    """Frames and values [4, ...] of the control points of the segment each frame falls in, and its parameter t there."""
    x, y = control_points(keys)
    segment = np.searchsorted(keys.frames, at, side="right" if side > 0 else "left") - 1
    segment = np.clip(segment, 0, len(keys) - 2)
    x, y = x[:, segment], y[:, segment]
    length = x[3] - x[0]
    share = np.clip((at - x[0]) / length, 0.0, 1.0)
    return x, y, _root((x[1] - x[0]) / length, (x[2] - x[0]) / length, share)


def _root(first: Floats, second: Floats, share: Floats) -> Floats:
    """t where the cubic 0, first, second, 1 equals share (all 0..1): Newton, kept within a shrinking bracket."""
    if np.all(np.abs(first - 1 / 3) < 1e-9) and np.all(np.abs(second - 2 / 3) < 1e-9):
        return share
    low, high = np.zeros_like(share), np.ones_like(share)
    t = share.copy()
    points = np.stack([np.zeros_like(share), first, second, np.ones_like(share)])
    for _ in range(ROOT_STEPS):
        miss = _bezier(points, t) - share
        if np.all(np.abs(miss) < 1e-13):
            break
        low = np.where(miss < 0, t, low)
        high = np.where(miss > 0, t, high)
        steep = np.maximum(_bezier_slope(points, t), 1e-9)
        step = t - miss / steep
        t = np.where((step > low) & (step < high), step, (low + high) / 2)
    return t


def _bezier(p: Floats, t: Floats) -> Floats:
    s = 1.0 - t
    value: Floats = s**3 * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t**3 * p[3]
    return value


def _bezier_slope(p: Floats, t: Floats) -> Floats:
    s = 1.0 - t
    slopes: Floats = 3 * (s * s * (p[1] - p[0]) + 2 * s * t * (p[2] - p[1]) + t * t * (p[3] - p[2]))
    return slopes
