# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist's keys survive every regeneration, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference.keying import Keys, Record, evaluate, fit, held, merge, regenerate, without
from parlance.inference.keying.cut import as_stored, joined, same, select
from parlance.inference.keying.keys import BEZIER, CONSTANT
from parlance.inference.keying.ranges import distance

FRAMES = 240
FIRST = 101.0
REACH = np.array([0.3, 0.0])
LATER = np.array([900.0, 0.0])


def speech(seed: int, gain: float = 1.0, shift: float = 0.0) -> np.ndarray:
    """A curve that opens and closes a few times a second at 60 fps, with rests."""
    rng = np.random.default_rng(seed)
    t = np.arange(FRAMES)
    curve = np.zeros(FRAMES)
    for centre in np.cumsum(rng.uniform(12, 40, 10)):
        curve += rng.uniform(0.2, 0.8) * np.exp(-(((t - centre - shift) / rng.uniform(4, 9)) ** 2))
    return np.clip(gain * curve, 0, 1)


@cache
def generated(seed: int, gain: float = 1.0, shift: float = 0.0) -> Keys:
    return as_stored(fit(speech(seed, gain, shift), FIRST, tolerance=0.01))


def raised(keys: Keys, index: int, by: float) -> Keys:
    values, left, right = keys.values.copy(), keys.left.copy(), keys.right.copy()
    values[index] += by
    left[index, 1] += by
    right[index, 1] += by
    return as_stored(keys.changed(values=values, left=left, right=right))


def moved(keys: Keys, index: int, by: float) -> Keys:
    frames, left, right = keys.frames.copy(), keys.left.copy(), keys.right.copy()
    frames[index] += by
    left[index, 0] += by
    right[index, 0] += by
    return as_stored(Keys(frames, keys.values, left, right))


def deleted(keys: Keys, index: int) -> Keys:
    keep = np.ones(len(keys), bool)
    keep[index] = False
    return select(keys, keep)


def added(keys: Keys, share: float, value: float) -> Keys:
    gap = int(share * (len(keys) - 1) * 0.999)
    frame = (keys.frames[gap] + keys.frames[gap + 1]) / 2
    at = np.array([[frame, value]])
    new = Keys(np.array([frame]), np.array([value]), at - REACH, at + REACH)
    return as_stored(joined([select(keys, keys.frames < frame), new, select(keys, keys.frames > frame)]))


@st.composite
def hands(draw: st.DrawFn, keys: Keys, most: int = 4) -> Keys:
    """What an artist may do to a curve: some keys raised, moved, deleted or added."""
    for _ in range(draw(st.integers(1, most))):
        index = draw(st.integers(0, len(keys) - 1))
        act = draw(st.sampled_from(("raise", "move", "delete", "add")))
        if act == "raise":
            keys = raised(keys, index, draw(st.sampled_from((-0.4, -0.05, 0.02, 0.3))))
        elif act == "move" and 0 < index < len(keys) - 1:
            room = min(keys.frames[index] - keys.frames[index - 1], keys.frames[index + 1] - keys.frames[index])
            keys = moved(keys, index, draw(st.sampled_from((-0.4, 0.3))) * room)
        elif act == "delete" and len(keys) > 4:
            keys = deleted(keys, index)
        else:
            keys = added(keys, draw(st.floats(0, 1)), draw(st.floats(0, 1)))
    return keys


def outside(edits: tuple, frames: np.ndarray) -> np.ndarray:
    free = np.ones(len(frames), bool)
    for edit in edits:
        free &= (frames <= edit.start - 2) | (frames >= edit.end + 2)
    return frames[free]


def test_without_edits_the_result_is_ours() -> None:
    base, ours = generated(1), generated(1, gain=0.7)
    merged = merge(base, ours, base)
    assert same(merged.keys, ours)
    assert merged.edits == ()


def test_rounding_in_blender_is_no_edit() -> None:
    base, ours = fit(speech(2), FIRST + 60000, tolerance=0.01), fit(speech(3), FIRST + 60000, tolerance=0.01)
    assert merge(base, ours, as_stored(base)).edits == ()


def test_a_raised_key_rides_on_the_new_result() -> None:
    base, ours = generated(4), generated(4, gain=0.6)
    index = int(np.argmax(base.values))
    merged = merge(base, ours, raised(base, index, 0.2))
    frame = base.frames[index]
    assert evaluate(merged.keys, frame) == pytest.approx(evaluate(ours, frame) + 0.2, abs=1e-5)
    assert frame in merged.keys.frames
    (edit,) = merged.edits
    assert edit.start < frame < edit.end


def test_a_verbatim_key_stays_where_it_is() -> None:
    base, ours = generated(4), generated(4, gain=0.3)
    theirs = raised(base, 5, 0.2)
    keys = merge(base, ours, theirs, keep="verbatim").keys
    at = np.flatnonzero(keys.frames == theirs.frames[5])
    assert np.array_equal(keys.values[at], theirs.values[5:6])
    assert np.array_equal(keys.left[at], theirs.left[5:6])


def test_a_deleted_key_stays_deleted() -> None:
    base, ours = generated(6), generated(6, gain=0.8)
    index = len(base) // 2
    keys = merge(base, ours, deleted(base, index)).keys
    inside = (keys.frames > base.frames[index - 1] + 2) & (keys.frames < base.frames[index + 1] - 2)
    assert not inside.any()


def test_a_curve_emptied_by_hand_stays_empty() -> None:
    base = generated(6)
    assert len(merge(base, generated(7), select(base, np.zeros(len(base), bool))).keys) == 0


def test_an_edit_undone_by_hand_is_forgotten() -> None:
    base = generated(8)
    record = merge(base, generated(8, 0.5), raised(base, 4, 0.2)).record
    back = regenerate(record, generated(8, 0.7), generated(8, 0.5))
    assert back.edits == ()
    assert same(back.written, generated(8, 0.7))


def test_an_edit_can_be_given_up_or_held_another_way() -> None:
    base, ours = generated(9), generated(9, 0.5)
    merged = merge(base, ours, raised(base, 4, 0.2))
    given_up = regenerate(without(merged.record, merged.edits[0]), ours, merged.keys)
    assert same(given_up.written, ours)
    verbatim = regenerate(held(merged.record, merged.edits[0], "verbatim"), ours, merged.keys)
    assert np.float32(base.values[4] + 0.2) in verbatim.written.values.astype(np.float32)


def test_keys_outside_the_range_are_untouched() -> None:
    base, ours = generated(10), generated(10, 0.4)
    odd = Keys(
        np.array([3.0000002, 7.1]), np.array([0.1, 1 / 3]), np.array([[2.9, 0.1], [7, 0.3]]), np.array([[3.1, 0.1], [7.4, 0.4]])
    )
    late = Keys(odd.frames + LATER[0], odd.values, odd.left + LATER, odd.right + LATER)
    keys = merge(base, ours, joined([odd, raised(base, 3, 0.1), late])).keys
    for part, expected in ((select(keys, keys.frames < 50), odd), (select(keys, keys.frames > 500), late)):
        for column in ("frames", "values", "left", "right"):
            assert np.array_equal(getattr(part, column), getattr(expected, column))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_edit_survives_any_new_result(data: st.DataObject) -> None:
    base = generated(data.draw(st.integers(0, 9)))
    ours = generated(
        data.draw(st.integers(0, 9)), data.draw(st.sampled_from((0.4, 1.0, 1.3))), data.draw(st.sampled_from((0, 1, 3)))
    )
    theirs = data.draw(hands(base))
    merged = merge(base, ours, theirs)
    grid = outside(merged.edits, np.arange(FIRST, FIRST + FRAMES))
    assert np.abs(evaluate(merged.keys, grid) - evaluate(ours, grid)).max(initial=0) < 1e-4
    changed = np.setdiff1d(theirs.frames, base.frames)
    assert np.isin(changed, merged.keys.frames).all()
    for frame in changed:
        expected = evaluate(ours, frame) + evaluate(theirs, frame) - evaluate(base, frame)
        assert evaluate(merged.keys, frame) == pytest.approx(expected, abs=1e-4)
    assert (np.diff(merged.keys.frames) > 0).all()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_same_result_again_changes_nothing(data: st.DataObject) -> None:
    base = generated(data.draw(st.integers(0, 9)))
    theirs = data.draw(hands(base))
    once = regenerate(Record(base, base), base, theirs)
    assert same(once.written, theirs)
    ours = generated(11, 0.8)
    first = regenerate(once, ours, once.written)
    second = regenerate(first, ours, first.written)
    assert same(first.written, second.written)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_many_regenerations_do_not_drift(data: st.DataObject) -> None:
    base = generated(1)
    record = regenerate(Record(base, base), base, data.draw(hands(base)))
    before = record.written
    for gain in (*np.linspace(1, 0.3, 20), *np.linspace(0.3, 1, 20)):
        record = regenerate(record, generated(1, float(gain)), record.written)
    assert same(record.written, before)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_edits_made_between_regenerations_add_up(data: st.DataObject) -> None:
    record, keys = Record(generated(2), generated(2)), generated(2)
    for gain in (0.8, 1.2, 0.5):
        ours = generated(2, gain)
        theirs = data.draw(hands(keys, 2))
        record = regenerate(record, ours, theirs)
        keys = record.written
        grid = outside(record.edits, np.arange(FIRST, FIRST + FRAMES))
        assert np.abs(evaluate(keys, grid) - evaluate(ours, grid)).max(initial=0) < 1e-4


def test_an_interpolation_set_by_hand_survives() -> None:
    """Stepped keys stay stepped, and hold the new values."""
    base, ours = generated(4), generated(4, gain=0.6)
    kinds = np.full(len(base), BEZIER, np.uint8)
    kinds[5:8] = CONSTANT
    record = regenerate(Record(base, base), ours, replace(base, kinds=kinds))
    again = regenerate(record, generated(4, gain=0.8), record.written)
    assert len(record.edits) > 0
    for keys, expected in ((record.written, ours), (again.written, generated(4, gain=0.8))):
        for index in (5, 6, 7):
            at = base.frames[index]
            middle = (at + base.frames[index + 1]) / 2
            assert evaluate(keys, middle) == evaluate(keys, at) == pytest.approx(evaluate(expected, at), abs=1e-5)
        assert keys.every_kind.tolist().count(CONSTANT) == 3


def test_the_nearest_of_other_frames_is_found_whatever_their_order():
    chance = np.random.default_rng(3)
    for count in (1, 2, 7, 300):
        frames, others = chance.uniform(-50, 50, 40), chance.integers(-40, 40, count).astype(np.float32)
        frames[:5] = others[0]
        by_pairs = np.abs(others[:, None] - frames).min(axis=0)
        assert (distance(frames, others) == by_pairs).all()
    assert distance(np.zeros(0), others).shape == (0,)
