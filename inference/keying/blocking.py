# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocking: pose to pose, as an animator blocks a scene. One or two poses a syllable, all curves keyed on the same frames.

A pose stands where a vowel is widest, at both ends of every closure, where a phrase leaves rest and returns to it. Of these a
curve is keyed where it would otherwise miss the pose. Between poses it eases; what the voice does there in detail is left out.
Closures are no detail: at their frames every curve is keyed as it is, level, so that lips which meet in Normal meet here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..animation import Animation
from ..arrays import Doubles
from ..geometry import INDEX, REFERENCE, Geometry, measure
from .cut import empty
from .keys import Keys

OF_POSE: Final = 0.05
"""How far a curve may miss a pose before it is keyed there."""
OF_PASSING: Final = 0.15
"""The same at a consonant between poses: only one that is seen, like a rounded “sh”, becomes a pose."""
OF_CLOSURE: Final = 0.004
"""The same where the lips meet, or the lower lip meets the teeth."""
OF_EVERYTHING_ELSE: Final = 0.05
"""The tolerance above the mouth, and for the tracks."""
MET: Final = -0.5
"""mm of lip gap from which lips press against each other: they are meant to be closed."""
HELD: Final = 0.4
"""mm that the gap may grow while a closure holds."""
REACH: Final = 2
"""Frames from a phone's middle within which its widest, or narrowest, frame is looked for."""
_GAP: Final = INDEX["gap"]


@dataclass(frozen=True)
class Poses:
    """Frames of P poses of the mouth, ascending indices into an Animation, and how far a curve may miss each.

    frames: int[P].   slack: float[P].
    """

    frames: NDArray[np.int64]
    slack: Doubles


def poses(animation: Animation, geometry: Geometry | None = None) -> Poses:
    """The mouth's poses: from the anchors of an animation, and from where its lips meet on this face."""
    count = len(animation.shapes)
    gap = measure(animation.shapes, geometry or REFERENCE)[:, _GAP]
    slack = np.full(count, np.inf)
    for frame, loose in _moments(animation, gap):
        slack[frame] = min(slack[frame], loose)
    if count:
        slack[[0, -1]] = OF_CLOSURE
    frames = np.flatnonzero(np.isfinite(slack))
    return Poses(frames, slack[frames])


def _moments(animation: Animation, gap: NDArray[np.float32]) -> Iterator[tuple[int, float]]:
    last = len(gap) - 1
    for first, end in _runs(gap <= MET):
        yield first, OF_CLOSURE
        yield end, OF_CLOSURE
    for anchor in animation.anchors:
        frame = round(anchor.frame)
        if not 0 <= frame <= last:
            continue
        near = slice(max(frame - REACH, 0), frame + REACH + 1)
        if anchor.kind == "vowel":
            yield near.start + int(np.argmax(gap[near])), OF_POSE
        elif anchor.kind == "closure":
            tightest = near.start + int(np.argmin(gap[near]))
            yield from ((edge, OF_CLOSURE) for edge in _held(gap, tightest))
        elif anchor.kind in ("rest", "edge"):
            yield frame, OF_POSE / 2
        elif anchor.kind == "apex":
            yield frame, OF_PASSING


def _runs(chosen: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last frame of every stretch of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(np.int8)))
    for first, stop in edges.reshape(-1, 2):
        yield int(first), int(stop - 1)


def _held(gap: NDArray[np.float32], frame: int) -> tuple[int, int]:
    """The frames around one in which the gap hardly grows, as far as a closure reaches."""
    first = last = frame
    while first > max(frame - REACH, 0) and gap[first - 1] <= gap[frame] + HELD:
        first -= 1
    while last < min(frame + REACH, len(gap) - 1) and gap[last + 1] <= gap[frame] + HELD:
        last += 1
    return first, last


def fit_poses(values: NDArray[np.floating], first_frame: float, wanted: Poses, size: float = 1.0) -> list[Keys]:
    """Keys for C dense curves, float[F, C], on the frames of the poses alone, whose first value is at `first_frame`.

    size: how far the curves go, 1 for weights of shapes; what they may miss is in proportion to it.
    """
    if len(values) == 0 or len(wanted.frames) == 0:
        return [empty()] * values.shape[1]
    at = wanted.frames.astype(np.float64)
    columns = np.asarray(values, np.float64)[wanted.frames] / size
    return [_scaled(_keys(at, column, wanted.slack, first_frame), size) for column in columns.T]


def _scaled(keys: Keys, size: float) -> Keys:
    stretch = np.array([1.0, size])
    return Keys(keys.frames, keys.values * size, keys.left * stretch, keys.right * stretch)


def _keys(at: Doubles, pose: Doubles, slack: Doubles, first_frame: float) -> Keys:
    """Keys of one curve: the fewest found by adding one where each segment misses its worst pose."""
    if np.ptp(pose) <= 2 * OF_CLOSURE:
        ends = np.unique(at[[0, -1]])
        return _laid(ends, np.full(len(ends), pose[0]), np.zeros(len(ends)), first_frame)
    chosen = np.zeros(len(at), bool)
    chosen[[0, -1]] = True
    while True:
        rows = np.flatnonzero(chosen)
        slopes = _slopes(at[rows], pose[rows], slack[rows] <= OF_CLOSURE)
        excess = np.abs(_eased(at, at[rows], pose[rows], slopes) - pose) / slack
        excess[chosen] = 0.0
        if excess.max() <= 1.0:
            return _laid(at[rows], pose[rows], slopes, first_frame)
        segment = np.searchsorted(rows, np.arange(len(at)))
        for number in np.unique(segment[excess > 1.0]):
            inside = np.flatnonzero(segment == number)
            chosen[inside[np.argmax(excess[inside])]] = True


def _slopes(at: Doubles, values: Doubles, level: NDArray[np.bool_]) -> Doubles:
    """Slopes that neither overshoot nor turn between keys (Fritsch and Butland 1984); none at turns, ends and closures."""
    slopes = np.zeros(len(at))
    if len(at) > 2:
        chord, length = np.diff(values) / np.diff(at), np.diff(at)
        before, after = chord[:-1], chord[1:]
        one, other = 2 * length[1:] + length[:-1], length[1:] + 2 * length[:-1]
        going = before * after > 0
        divisor = one / np.where(going, before, 1.0) + other / np.where(going, after, 1.0)
        slopes[1:-1] = np.where(going & ~level[1:-1], (one + other) / divisor, 0.0)
    return slopes


def _eased(at: Doubles, knots: Doubles, values: Doubles, slopes: Doubles) -> Doubles:
    """The curve at frames `at`: cubic in the frame, as Bézier segments with handles a third long are."""
    left = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    length = knots[left + 1] - knots[left]
    u = (at - knots[left]) / length
    low, rise = values[left], values[left + 1] - values[left]
    bend = (u**3 - 2 * u**2 + u) * slopes[left] + (u**3 - u**2) * slopes[left + 1]
    eased: Doubles = low + (3 * u**2 - 2 * u**3) * rise + bend * length
    return eased


def _laid(at: Doubles, values: Doubles, slopes: Doubles, first_frame: float) -> Keys:
    frames = at + first_frame
    third = np.diff(frames) / 3
    before, after = (np.concatenate(pair) for pair in ((third[:1], third), (third, third[-1:])))
    if len(frames) == 1:
        before = after = np.ones(1)
    left = np.stack([frames - before, values - slopes * before], axis=1)
    right = np.stack([frames + after, values + slopes * after], axis=1)
    return Keys(frames, values, left, right)
