# SPDX-License-Identifier: GPL-3.0-or-later
"""Sparse keys: within the tolerance, few, where an animator would put them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parlance.inference.acting import act
from parlance.inference.direction import Direction
from parlance.inference.keying import dense, evaluate, fit, fit_all
from parlance.inference.keying.cut import identical

TOLERANCE = 0.01


def talking(frames: int, rate: float, seed: int = 0) -> np.ndarray:
    """Four openings a second, with a rest in the middle."""
    rng = np.random.default_rng(seed)
    t = np.arange(frames) / rate
    curve = np.zeros(frames)
    for centre in np.arange(0, t[-1], 0.25):
        curve += rng.uniform(0, 0.7) * np.exp(-(((t - centre - rng.uniform(0, 0.1)) / 0.08) ** 2))
    curve[np.abs(t - t[-1] / 2) < 0.4] = 0
    return np.clip(curve, 0, 1).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 200), st.sampled_from((0.002, 0.01, 0.05)), st.sampled_from((0.0, 1.0, -300.5)))
def test_no_frame_misses_by_more_than_the_tolerance(seed: int, count: int, tolerance: float, first: float) -> None:
    rng = np.random.default_rng(seed)
    rough = np.cumsum(rng.normal(0, 0.1, (count, 3)), axis=0)
    values = np.clip(np.round(rough, rng.integers(1, 6)), 0, 1).astype(np.float32)
    for curve, keys in zip(values.T, fit_all(values, first, tolerance=tolerance), strict=True):
        assert np.abs(evaluate(keys, first + np.arange(count)) - curve).max() <= tolerance + 1e-6
        assert (np.diff(keys.frames) > 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
@example(359)
def test_handles_behave(seed: int) -> None:
    """Between keys and handles the curve stays in 0..1 everywhere; handles stay on their side and never cross."""
    keys = fit(talking(300, 60, seed), 1, tolerance=TOLERANCE)
    between = evaluate(keys, np.linspace(1, 300, 3000))
    assert between.min() >= 0
    assert between.max() <= 1
    for handles in (keys.left, keys.right):
        assert (handles[:, 1] >= -1e-12).all()
        assert (handles[:, 1] <= 1 + 1e-12).all()
    assert (keys.left[:, 0] < keys.frames).all()
    assert (keys.right[:, 0] > keys.frames).all()
    assert (keys.right[:-1, 0] <= keys.left[1:, 0] + 1e-9).all()


def test_the_top_of_an_opening_is_a_key_with_flat_handles() -> None:
    curve = np.exp(-(((np.arange(41) - 20) / 6) ** 2))
    keys = fit(curve, 100, tolerance=TOLERANCE)
    (top,) = np.flatnonzero(keys.frames == 120)
    assert keys.left[top, 1] == keys.values[top] == keys.right[top, 1]


def test_a_rest_is_held_by_a_key_at_both_ends() -> None:
    t = np.arange(120.0)
    curve = 0.5 - 0.5 * np.cos(np.clip(t - 30, 0, 20) / 20 * 2 * np.pi)
    keys = fit(curve, 0, tolerance=TOLERANCE)
    assert {0, 30, 40, 50, 119} <= set(keys.frames)
    assert len(keys) <= 9


@pytest.mark.parametrize("value", [0.0, 0.31, 1.0])
def test_a_still_curve_has_a_key_at_both_ends(value: float) -> None:
    keys = fit(np.full(500, value, np.float32), 7, tolerance=TOLERANCE)
    assert keys.frames.tolist() == [7, 506]
    assert evaluate(keys, np.arange(7.0, 507.0)) == pytest.approx(value)
    assert len(fit(np.full(1, value, np.float32), 7, tolerance=TOLERANCE)) == 1


def test_no_frames_no_keys() -> None:
    assert len(fit(np.zeros(0), 1, tolerance=TOLERANCE)) == 0
    assert fit_all(np.zeros((10, 0)), 1, tolerance=TOLERANCE) == []


@pytest.mark.parametrize(("rate", "share"), [(60, 0.19), (30, 0.4), (24, 0.5)])
def test_speech_needs_few_keys(rate: int, share: float) -> None:
    """Jaws that never rest, at 0.01: far busier than most of the 52."""
    curves = np.stack([talking(10 * rate, rate, seed) for seed in range(8)], axis=1)
    keys = fit_all(curves, 1, tolerance=TOLERANCE)
    assert sum(map(len, keys)) <= share * curves.size


def test_few_keys_of_speech_stand_on_neighbouring_frames(spoken) -> None:
    """Nobody can grab one of two such keys. Were none moved off the other, 21 % would be."""
    keys = fit_all(act(spoken(30), Direction(), fps=24, start=0.0).shapes, 1, tolerance=TOLERANCE)
    neighbours = sum(int((np.diff(each.frames) <= 1).sum()) for each in keys)
    assert neighbours < 0.18 * sum(map(len, keys))


def test_keys_line_up_on_anchors() -> None:
    """A top that is a frame off the phone's apex, and a key needed anyway on a flank."""
    t = np.arange(100.0)
    top = np.exp(-(((t - 49) / 20) ** 2))
    assert 50 in fit(top, 0, tolerance=TOLERANCE, anchors=(50,)).frames
    assert 49 in fit(top, 0, tolerance=TOLERANCE).frames
    bend = np.clip(t - 40, 0, 20) / 20 + 0.2 * np.sin(t / 4)
    lined_up = sum(frame in fit(bend, 0, tolerance=TOLERANCE, anchors=(frame,)).frames for frame in range(100))
    assert lined_up > len(fit(bend, 0, tolerance=TOLERANCE))


def test_anchors_cost_no_keys_on_a_still_curve() -> None:
    assert len(fit(np.full(100, 0.2), 0, tolerance=TOLERANCE, anchors=range(0, 100, 5))) == 2


def test_curves_do_not_disturb_each_other() -> None:
    curves = np.stack([talking(240, 30, seed) for seed in range(5)], axis=1)
    for column, together in zip(curves.T, fit_all(curves, 1, tolerance=TOLERANCE), strict=True):
        alone = fit(column, 1, tolerance=TOLERANCE)
        assert np.array_equal(alone.frames, together.frames)
        assert np.allclose(alone.left, together.left)
        assert np.allclose(alone.right, together.right)


def test_every_frame_is_exact() -> None:
    curves = np.stack([talking(100, 24, seed) for seed in range(3)], axis=1)
    for column, keys in zip(curves.T, dense(curves, 50), strict=True):
        assert len(keys) == 100
        assert np.array_equal(evaluate(keys, 50 + np.arange(100)), column.astype(np.float64))


def test_a_curve_gets_the_same_keys_whatever_is_fitted_beside_it() -> None:
    """So that curves which did not change may keep their keys while others are fitted anew."""
    random = np.random.default_rng(1)
    for _ in range(15):
        count, curves = random.integers(30, 800), random.integers(2, 30)
        wander = np.cumsum(np.cumsum(random.normal(size=(count, curves)) * (random.random((count, 1)) < 0.2), axis=0), axis=0)
        values = np.clip(wander / np.abs(wander).max(axis=0), 0, 1)
        anchors = [sorted(set(random.integers(0, count, size=count // 20).tolist())) for _ in range(curves)]
        together = fit_all(values, 7, tolerance=0.01, anchors=anchors)
        for at, keys in enumerate(together):
            (alone,) = fit_all(values[:, [at]], 7, tolerance=0.01, anchors=[anchors[at]])
            assert identical(alone, keys)
