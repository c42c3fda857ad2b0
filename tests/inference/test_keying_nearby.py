# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits beside each other: every changed key holds its change, none leaks into the next, however often the result changes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference.keying import Keys, Record, evaluate, fit, regenerate
from parlance.inference.keying.cut import as_stored, empty, same, select
from parlance.inference.keying.edit import Keep

FIRST = 50.0
GAINS = (0.4, 0.8, 1.0, 1.3)
KEEPS: tuple[Keep, ...] = ("offset", "verbatim")
Changed = dict[float, tuple[float, float]]


@cache
def generated(seed: int, gain: float) -> Keys:
    rng = np.random.default_rng(seed)
    t = np.arange(201)
    bumps = [rng.uniform(0.1, 0.5) * np.exp(-(((t - centre) / 6) ** 2)) for centre in rng.uniform(10, 190, 12)]
    return as_stored(fit(gain * np.sum(bumps, axis=0), FIRST, tolerance=0.01))


def first(seed: int) -> Record:
    return regenerate(Record(), generated(seed, 1.0), empty())


def put(keys: Keys, index: int, frame: float, by: float = 0.0) -> Keys:
    """A key set at another frame and value, handles along, sorted as Blender does."""
    shift = np.array([frame - keys.frames[index], by])
    frames, values, left, right = keys.frames.copy(), keys.values.copy(), keys.left.copy(), keys.right.copy()
    frames[index], values[index] = frame, values[index] + by
    left[index] += shift
    right[index] += shift
    order = np.argsort(frames)
    return as_stored(Keys(frames[order], values[order], left[order], right[order]))


def raised(keys: Keys, index: int, by: float = 0.25) -> Keys:
    return put(keys, index, float(keys.frames[index]), by)


def deleted(keys: Keys, index: int) -> Keys:
    return select(keys, np.arange(len(keys)) != index)


def added(keys: Keys, index: int, by: float = 0.2) -> Keys:
    """A key in the middle of the segment after `index`, with short level handles."""
    frame = float(np.float32((keys.frames[index] + keys.frames[index + 1]) / 2))
    value = float(evaluate(keys, frame)) + by
    columns = (np.insert(keys.frames, index + 1, frame), np.insert(keys.values, index + 1, value))
    handles = (
        np.insert(keys.left, index + 1, (frame - 0.3, value), 0),
        np.insert(keys.right, index + 1, (frame + 0.3, value), 0),
    )
    return as_stored(Keys(*columns, *handles))


def changes(record: Record, standing: Keys, frames: set[float]) -> Changed:
    """For each frame changed by hand what it is above the generated curve, and its value."""
    at = {frame: float(evaluate(standing, frame)) for frame in frames}
    return {frame: (value - float(evaluate(record.generated, frame)), value) for frame, value in at.items()}


def check(record: Record, changed: Changed, keep: Keep) -> None:
    keys = record.written
    assert (np.diff(keys.frames) > 0).all()
    for frame, (by, value) in changed.items():
        index = int(np.argmin(np.abs(keys.frames - frame)))
        assert keys.frames[index] == pytest.approx(frame, abs=1e-3)
        expected = value if keep == "verbatim" else float(evaluate(record.generated, frame)) + by
        assert keys.values[index] == pytest.approx(expected, abs=1e-4)
    assert same(regenerate(record, record.generated, keys, keep=keep).written, keys)


@pytest.mark.parametrize("gain", GAINS)
@pytest.mark.parametrize("keep", KEEPS)
def test_a_key_beside_a_deleted_one_takes_nothing_from_it(keep: Keep, gain: float) -> None:
    record = first(2)
    frames = record.written.frames
    for index in range(1, len(frames) - 3):
        standing = added(deleted(record.written, index), index)
        new = float(standing.frames[index + 1])
        check(regenerate(record, generated(2, gain), standing, keep=keep), changes(record, standing, {new}), keep)


@pytest.mark.parametrize("keep", KEEPS)
def test_keys_deleted_among_close_ones_leave_keys_in_order(keep: Keep) -> None:
    for seed in range(0, 7, 2):
        for index in range(1, len(first(seed).written) - 1):
            record = first(seed)
            for gain in (1.3, 0.4, 0.8):
                standing = deleted(record.written, min(index, len(record.written) - 2))
                record = regenerate(record, generated(seed, gain), standing, keep=keep)
                check(record, {}, keep)


@pytest.mark.parametrize("gain", GAINS)
def test_a_key_deleted_between_two_frames_leaves_no_key_twice(gain: float) -> None:
    record = regenerate(first(1), generated(1, 1.3), first(1).written)
    frames = record.written.frames
    for index in np.flatnonzero(np.diff(frames) <= 2)[1:]:
        check(regenerate(record, generated(1, gain), deleted(record.written, int(index))), {}, "offset")


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize("gains", [(0.4, 0.4), (0.8, 0.4), (1.3, 0.8)])
def test_neighbours_raised_one_after_the_other(gains: tuple[float, float], keep: Keep) -> None:
    for index in range(1, len(generated(3, 0.4)) - 3):
        record, changed = first(3), {}
        for gain, chosen in zip(gains, (index, index + 1), strict=True):
            standing = raised(record.written, chosen)
            changed |= changes(record, standing, {float(standing.frames[chosen]), *changed})
            record = regenerate(record, generated(3, gain), standing, keep=keep)
            check(record, changed, keep)


@pytest.mark.parametrize("keep", KEEPS)
def test_a_key_moved_past_its_neighbour_stays_there(keep: Keep) -> None:
    for index in range(1, len(first(4).written) - 2):
        record = first(4)
        frames = record.written.frames
        frame = float(np.float32((frames[index + 1] + frames[index + 2]) / 2))
        standing = put(record.written, index, frame, 0.2)
        changed = changes(record, standing, {frame})
        for gain in (0.8, 1.3, 0.4, 1.0):
            record = regenerate(record, generated(4, gain), standing, keep=keep)
            check(record, changed, keep)
            standing = record.written


@pytest.mark.parametrize("gain", GAINS)
def test_a_change_keeps_its_shape_between_close_keys(gain: float) -> None:
    at = np.arange(FIRST, FIRST + 200.5, 0.5)
    for seed in range(0, 7, 2):
        record = regenerate(first(seed), generated(seed, 1.3), first(seed).written)
        for index in range(1, len(record.written) - 1):
            standing = raised(record.written, index)
            by = evaluate(standing, at) - evaluate(record.generated, at)
            carried = regenerate(record, generated(seed, gain), standing)
            np.testing.assert_allclose(evaluate(carried.written, at), evaluate(carried.generated, at) + by, rtol=0, atol=0.05)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_edits_nearby_hold_through_any_results(data: st.DataObject) -> None:
    seed, keep = data.draw(st.integers(0, 9)), data.draw(st.sampled_from(KEEPS))
    record = first(seed)
    around = record.written.frames[data.draw(st.integers(2, len(record.written) - 4))]
    by_hand: set[float] = set()
    for gain in data.draw(st.lists(st.sampled_from(GAINS), min_size=1, max_size=5)):
        standing = record.written
        for act in data.draw(st.lists(st.sampled_from(("raise", "move", "delete", "add")), max_size=2)):
            near = np.flatnonzero(np.abs(standing.frames[1:-2] - around) < 15) + 1
            if len(near) == 0:
                continue
            index = int(data.draw(st.sampled_from(near.tolist())))
            frame, room = float(standing.frames[index]), standing.frames[index + 1] - standing.frames[index]
            if act == "raise":
                standing = raised(standing, index)
            elif act == "add" and room > 2:
                standing = added(standing, index)
                frame = float(standing.frames[index + 1])
            elif act == "move" and room > 2:
                by_hand.discard(frame)
                frame = float(np.float32(frame + 0.4 * room))
                standing = put(standing, index, frame)
            elif act == "delete":
                standing = deleted(standing, index)
                by_hand.discard(frame)
                continue
            else:
                continue
            by_hand.add(frame)
        changed = changes(record, standing, by_hand)
        record = regenerate(record, generated(seed, gain), standing, keep=keep)
        check(record, changed, keep)
