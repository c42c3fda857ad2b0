# SPDX-License-Identifier: GPL-3.0-or-later
"""A redone stretch joins without a seam; pinned keys stay and the rest follows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference.animation import Anchor, Animation
from parlance.inference.keying import evaluate, fit
from parlance.inference.keying.redo import fade_weights, spliced
from parlance.inference.keying.solve import displacement, follow

COUNT = 120


def animation(seed: int) -> Animation:
    rng = np.random.default_rng(seed)
    t = np.arange(COUNT) / 24

    def waves(width: int) -> np.ndarray:
        return (0.5 + 0.4 * np.sin(t[:, None] * rng.uniform(2, 9, width) + rng.uniform(0, 6, width))).astype(np.float32)

    shapes = waves(52)
    layers = {"speech": shapes * 0.6, "emotion": shapes * 0.3, "eyes": shapes * 0.1}
    anchors = tuple(Anchor(float(frame), "apex") for frame in rng.integers(0, COUNT, 12))
    return Animation(24.0, 1.0, shapes, layers, waves(7), waves(1)[:, 0], waves(2), waves(2), waves(3), anchors)


def test_outside_the_stretch_nothing_changes_and_inside_all_is_new() -> None:
    old, new = animation(1), animation(2)
    both = spliced(old, new, 30, 80, fade=6)
    for name in ("shapes", "emotion", "arousal", "blink", "gaze", "head"):
        mixed, before, after = getattr(both, name), getattr(old, name), getattr(new, name)
        assert np.array_equal(mixed[:31], before[:31])
        assert np.array_equal(mixed[80:], before[80:])
        assert np.allclose(mixed[36:75], after[36:75])
    assert all(anchor in new.anchors for anchor in both.anchors if 30 < anchor.frame < 80)


def test_there_is_no_seam() -> None:
    """The first and the last step inside are those of the animation outside, in value and in slope."""
    old, new = animation(3), animation(4)
    both = spliced(old, new, 40, 70, fade=8)
    apart = np.abs(new.shapes - old.shapes).max()
    for frame in (40, 69):
        step, before = (np.diff(each.shapes, axis=0)[frame] for each in (both, old))
        assert np.abs(step - before).max() < 0.02 * apart


def test_layers_still_add_up() -> None:
    both = spliced(animation(5), animation(6), 10, 50, fade=5)
    assert np.allclose(sum(both.layers.values()), both.shapes, atol=1e-5)


def test_a_mouth_closed_in_both_stays_closed() -> None:
    gap = np.array([0.7, -0.4, 1.2])
    rng = np.random.default_rng(7)
    closed = [pose - gap * max(pose @ gap, 0) / (gap @ gap) for pose in rng.uniform(0, 1, (2, 3))]
    for weight in fade_weights(COUNT, 10, 50, 20):
        assert (closed[0] + weight * (closed[1] - closed[0])) @ gap <= 1e-6


def test_a_short_stretch_has_room_for_both_fades() -> None:
    weights = fade_weights(50, 20, 26, fade=10)
    assert weights[20] == weights[26] == 0
    assert weights[23] == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=12, unique=True), st.floats(4, 60), st.integers(0, 1000))
def test_pins_are_met_and_far_away_nothing_moves(frames: list[int], reach: float, seed: int) -> None:
    pins = np.sort(np.array(frames, float))
    moved = np.random.default_rng(seed).uniform(-0.5, 0.5, len(pins))
    there, _ = displacement(pins, pins, moved, reach)
    assert np.allclose(there, moved, atol=1e-6)
    far, _ = displacement(np.array([pins[0] - 4 * reach, pins[-1] + 4 * reach]), pins, moved, reach)
    assert np.abs(far).max() < 0.01 * max(np.abs(moved).max(), 1) * len(pins)


def test_slopes_are_those_of_the_displacement() -> None:
    at, pins, moved = np.linspace(0, 60, 601), np.array([20.0, 31.0]), np.array([0.3, -0.1])
    rise, turn = displacement(at, pins, moved, 15)
    assert np.allclose(np.gradient(rise, at)[1:-1], turn[1:-1], atol=1e-3)


def test_the_rest_follows_a_pinned_key() -> None:
    curve = 0.4 + 0.2 * np.sin(np.arange(200) / 6)
    generated = fit(curve, 1, tolerance=0.01)
    middle = len(generated) // 2
    values = generated.values.copy()
    values[middle] += 0.2
    raised = type(generated)(generated.frames, values, generated.left, generated.right)
    pinned = np.zeros(len(generated), bool)
    pinned[middle] = True
    keys = follow(raised, generated, pinned, reach=40)
    assert keys.values[middle] == raised.values[middle]
    assert keys.values[middle + 1] > generated.values[middle + 1] + 0.05
    assert keys.values[-1] == pytest.approx(generated.values[-1], abs=1e-3)
    between = evaluate(keys, np.arange(1.0, 201, 0.25))
    assert between.min() >= -1e-9
    assert between.max() <= 1 + 1e-9


def test_followers_stay_in_range() -> None:
    generated = fit(0.5 - 0.5 * np.cos(np.arange(120) / 8), 1, tolerance=0.01)
    pinned = np.arange(len(generated)) == len(generated) // 2
    raised = type(generated)(generated.frames, np.where(pinned, 1.0, generated.values), generated.left, generated.right)
    keys = follow(raised, generated, pinned, reach=40)
    assert keys.values.min() >= 0
    assert keys.values.max() <= 1
