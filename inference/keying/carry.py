# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry an artist's edit over to a new result.

With d = new result - generated before, the artist's own keys are moved by d and their handles sheared by its slope: the curve
becomes new result + (after - before) at every one of them. Where that is not enough in between, keys of the new result
are brought in, but none where the artist has deleted keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from .cut import FRAME_SLACK, joined, select, split
from .edit import Edit
from .evaluate import evaluate, slope
from .keys import BEZIER, Keys

Borders = tuple[float, float]

SNAP_FRAMES: Final = 2.0
"""A border of an edit moves this far to a key of the new result, rather than standing beside it as a second key."""
SNAP_SHARE: Final = 0.25
"""But no further than this share of the way to the artist's nearest key: the change must not become a jump."""
CLOSEST: Final = 0.5
"""Keys brought in keep this many frames from every other."""
REFINING_ROUNDS: Final = 12


def carried(keys: Keys, ours: Keys, edit: Edit, borders: Borders, tolerance: float) -> Keys:
    """The keys with this edit in place of what they hold between its borders; outside every key stays.

    keys: the new result with earlier edits carried.   ours: the new result alone, which the change rides on.
    """
    start, end = borders
    keys = split(split(keys, start), end)
    inner = _inner(edit)
    if edit.keep == "offset":
        inner = _moved(inner, ours, edit.before)
    keys = joined([select(keys, keys.frames <= start), inner, select(keys, keys.frames >= end)])
    keys = _faced(keys, ours, edit, start, end)
    if edit.keep == "verbatim" or len(keys) == 0:
        return keys
    return _refined(keys, ours, edit, _grid(keys, ours, start, end), tolerance)


def joints(ours: Keys, edits: Sequence[Edit]) -> list[Borders]:
    """Where edits in time order join the new result: their own borders, or keys of `ours` nearby; they never overlap."""
    starts = [_border(ours, edit, 1) for edit in edits]
    ends = [_border(ours, edit, -1) for edit in edits]
    for left, right in pairwise(range(len(edits))):
        if ends[left] > starts[right]:
            ends[left], starts[right] = edits[left].end, edits[right].start
    return list(zip(starts, ends, strict=True))


def _inner(edit: Edit) -> Keys:
    """The artist's keys between the borders; a key on a border may be a hair beside it, as moving rounds each for itself."""
    frames = edit.after.frames
    return select(edit.after, (frames > edit.start + FRAME_SLACK) & (frames < edit.end - FRAME_SLACK))


def _border(ours: Keys, edit: Edit, inward: int) -> float:
    """One border, moved to a key of `ours` nearby if that hardly changes the way to the artist's nearest key."""
    border = edit.start if inward > 0 else edit.end
    if not np.isfinite(border) or len(ours) == 0:
        return border
    nearest = float(ours.frames[np.argmin(np.abs(ours.frames - border))])
    frames = _inner(edit).frames
    limit = (edit.start + edit.end) / 2 if len(frames) == 0 else float(frames[0 if inward > 0 else -1])
    near = abs(nearest - border) <= min(SNAP_FRAMES, SNAP_SHARE * abs(limit - border))
    return nearest if near else border


def _moved(keys: Keys, ours: Keys, before: Keys) -> Keys:
    """Keys moved by ours - before, handles sheared by its slope on their side."""
    at = keys.frames
    rise = evaluate(ours, at) - evaluate(before, at)
    handles = []
    for handle, side in ((keys.left, -1), (keys.right, 1)):
        turn = slope(ours, at, side) - slope(before, at, side)
        handles.append(np.stack([handle[:, 0], handle[:, 1] + rise + turn * (handle[:, 0] - at)], axis=1))
    return Keys(at, keys.values + rise, handles[0], handles[1], keys.kinds)


def _faced(keys: Keys, ours: Keys, edit: Edit, start: float, end: float) -> Keys:
    """The border keys with the handle that faces the edit turned as the artist has it, relative to the new result."""
    left, right = keys.left.copy(), keys.right.copy()
    for border, old, side, handles in ((start, edit.start, 1, right), (end, edit.end, -1, left)):
        if not np.isfinite(border):
            continue
        here = int(np.argmin(np.abs(keys.frames - border)))
        there = int(np.argmin(np.abs(edit.after.frames - old)))
        theirs = (edit.after.right if side > 0 else edit.after.left)[there]
        reach = theirs[0] - edit.after.frames[there]
        turn = float(slope(ours, border, side) - slope(edit.before, old, side))
        rise = theirs[1] - edit.after.values[there] + turn * reach
        handles[here] = keys.frames[here] + reach, keys.values[here] + rise
    return keys.changed(left=left, right=right, kinds=_kinds(keys, edit, start))


def _kinds(keys: Keys, edit: Edit, start: float) -> NDArray[np.uint8] | None:
    """The kinds of the keys, with that of the first segment as the artist has it."""
    if not np.isfinite(start) or (keys.kinds is None and edit.after.kinds is None):
        return keys.kinds
    kinds = keys.every_kind.copy()
    kinds[np.argmin(np.abs(keys.frames - start))] = edit.after.every_kind[np.argmin(np.abs(edit.after.frames - edit.start))]
    return kinds


def _grid(keys: Keys, ours: Keys, start: float, end: float) -> Doubles:
    """The whole frames of an edit; where it has no border, to the end of the keys."""
    frames = np.concatenate([keys.frames, ours.frames])
    return np.arange(np.ceil(max(start, frames.min())), np.floor(min(end, frames.max())) + 1)


def _refined(keys: Keys, ours: Keys, edit: Edit, grid: Doubles, tolerance: float) -> Keys:
    """Keys of `ours` brought in where the carried edit strays from new result + change."""
    grid = grid[~_in_hole(edit, grid) & _is_bezier(edit.after, grid)]
    offered = ours.frames[~_in_hole(edit, ours.frames)]
    target = _target(ours, edit, grid)
    for _ in range(REFINING_ROUNDS):
        miss = np.abs(evaluate(keys, grid) - target)
        frames = _needed(keys, grid, miss, offered, tolerance)
        if len(frames) == 0:
            break
        keys = _brought_in(keys, frames, ours, edit)
    return keys


def _in_hole(edit: Edit, grid: Doubles) -> NDArray[np.bool_]:
    """Frames between two of the artist's keys where a key was deleted, whatever was added elsewhere."""
    if len(edit.before) == 0:
        return np.zeros(len(grid), bool)
    stays = np.isclose(edit.before.frames[:, None], edit.after.frames, rtol=0, atol=CLOSEST / 2).any(axis=1)
    hole: NDArray[np.bool_] = np.isin(
        np.searchsorted(edit.after.frames, grid), np.searchsorted(edit.after.frames, edit.before.frames[~stays])
    )
    return hole


def _is_bezier(keys: Keys, grid: Doubles) -> NDArray[np.bool_]:
    """Frames that the artist has not made constant or linear."""
    if keys.kinds is None or len(keys) == 0:
        return np.ones(len(grid), bool)
    bezier: NDArray[np.bool_] = keys.kinds[np.maximum(np.searchsorted(keys.frames, grid, side="right") - 1, 0)] == BEZIER
    return bezier


def _target(ours: Keys, edit: Edit, at: Doubles) -> Doubles:
    return evaluate(ours, at) + evaluate(edit.after, at) - evaluate(edit.before, at)


def _needed(keys: Keys, grid: Doubles, miss: Doubles, offered: Doubles, tolerance: float) -> Doubles:
    """A frame for each segment that strays: the offered one nearest to its worst frame, or the worst frame itself."""
    failing = np.flatnonzero(miss > tolerance)
    segments = np.searchsorted(keys.frames, grid[failing])
    chosen = []
    for segment in np.unique(segments):
        rows = failing[segments == segment]
        worst = grid[rows[np.argmax(miss[rows])]]
        inside = offered[np.searchsorted(keys.frames, offered) == segment]
        for frame in (*inside[np.argsort(np.abs(inside - worst))][:1], worst):
            if np.min(np.abs(keys.frames - frame)) >= CLOSEST:
                chosen.append(float(frame))
                break
    return np.array(chosen)


def _brought_in(keys: Keys, frames: Doubles, ours: Keys, edit: Edit) -> Keys:
    """Keys on the target at new frames; handles on either side of them reach a third of the way."""
    frames = np.unique(frames)
    values = _target(ours, edit, frames)
    slopes = [slope(ours, frames, side) + slope(edit.after, frames, side) - slope(edit.before, frames, side) for side in (-1, 1)]
    at = np.searchsorted(keys.frames, frames)
    all_frames = np.insert(keys.frames, at, frames)
    index = at + np.arange(len(frames))
    step = np.diff(all_frames) / 3
    before = np.concatenate([step[:1], step])[index]
    after = np.concatenate([step, step[-1:]])[index]
    left = np.insert(keys.left, at, np.stack([frames - before, values - slopes[0] * before], axis=1), axis=0)
    right = np.insert(keys.right, at, np.stack([frames + after, values + slopes[1] * after], axis=1), axis=0)
    kinds = None if keys.kinds is None else np.insert(keys.kinds, at, BEZIER)
    keys = Keys(all_frames, np.insert(keys.values, at, values), left, right, kinds)
    _shorten(keys, np.setdiff1d(index + 1, index), step, keys.left, -1)
    _shorten(keys, np.setdiff1d(index - 1, index), step, keys.right, 1)
    return keys


def _shorten(keys: Keys, which: NDArray[np.int64], step: Doubles, handles: Doubles, side: int) -> None:
    """Scale the handles of keys beside a new one to a third of the new gap, direction kept."""
    which = which[(which >= 0) & (which < len(keys))]
    gap = step[which - 1] if side < 0 else step[which]
    point = np.stack([keys.frames[which], keys.values[which]], axis=1)
    reach = handles[which] - point
    handles[which] = point + reach * (gap / np.maximum(np.abs(reach[:, 0]), 1e-9))[:, None]
