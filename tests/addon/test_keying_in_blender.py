# SPDX-License-Identifier: GPL-3.0-or-later
"""Our reading of keys is Blender's."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
import pytest

from parlance.inference.keying import Keys, evaluate, fit_all
from parlance.inference.keying.cut import as_stored

FRAMES = np.linspace(-5, 130, 2701)


@pytest.fixture
def fcurve() -> Iterator[bpy.types.FCurve]:
    thing = bpy.data.objects.new("Thing", None)
    action = bpy.data.actions.new("Thing")
    slot = action.slots.new(id_type="OBJECT", name="Thing")
    strip = action.layers.new("Layer").strips.new(type="KEYFRAME")
    yield strip.channelbag(slot, ensure=True).fcurves.new("location", index=0)
    bpy.data.actions.remove(action)
    bpy.data.objects.remove(thing)


def put(fcurve: bpy.types.FCurve, keys: Keys) -> None:
    points = fcurve.keyframe_points
    points.add(len(keys))
    points.foreach_set("co", np.column_stack([keys.frames, keys.values]).astype(np.float32).ravel())
    points.foreach_set("handle_left", keys.left.astype(np.float32).ravel())
    points.foreach_set("handle_right", keys.right.astype(np.float32).ravel())
    for name in ("handle_left_type", "handle_right_type"):
        points.foreach_set(name, np.zeros(len(keys), np.int32))


def test_any_keys_read_as_in_blender(fcurve: bpy.types.FCurve) -> None:
    """Handles of every length and steepness, overlapping and reaching past the neighbouring keys."""
    rng = np.random.default_rng(5)
    frames = np.cumsum(rng.uniform(0.4, 9, 25))
    values = rng.uniform(-1, 2, 25)
    reach = rng.uniform(0, 12, (25, 2))
    rise = rng.normal(0, 0.7, (25, 2))
    left = np.column_stack([frames - reach[:, 0], values - rise[:, 0]])
    keys = as_stored(Keys(frames, values, left, np.column_stack([frames + reach[:, 1], values + rise[:, 1]])))
    put(fcurve, keys)
    theirs = [fcurve.evaluate(float(np.float32(frame))) for frame in FRAMES]
    assert np.abs(evaluate(keys, FRAMES.astype(np.float32)) - theirs).max() < 1e-5 * np.abs(values).max() * 5


def test_constant_and_linear_keys_read_as_in_blender(fcurve: bpy.types.FCurve) -> None:
    rng = np.random.default_rng(6)
    frames, values = np.cumsum(rng.uniform(1, 9, 12)), rng.uniform(-1, 2, 12)
    handles = np.column_stack([frames, values])
    kinds = rng.integers(0, 3, 12).astype(np.uint8)
    reach = np.array([0.3, 0.1])
    keys = as_stored(Keys(frames, values, handles - reach, handles + reach, kinds))
    put(fcurve, keys)
    fcurve.keyframe_points.foreach_set("interpolation", kinds.astype(np.int32))
    theirs = [fcurve.evaluate(float(np.float32(frame))) for frame in FRAMES]
    assert np.abs(evaluate(keys, FRAMES.astype(np.float32)) - theirs).max() < 1e-5


def test_a_fitted_curve_keeps_its_tolerance_in_blender(fcurve: bpy.types.FCurve) -> None:
    t = np.arange(120) / 24
    curve = 0.5 + 0.4 * np.sin(7 * t) * np.exp(-0.2 * t)
    (keys,) = fit_all(curve[:, None], 5, tolerance=0.01)
    put(fcurve, keys)
    theirs = [fcurve.evaluate(5 + i) for i in range(120)]
    assert np.abs(curve - theirs).max() < 0.01 + 1e-5


@pytest.mark.parametrize("count", [1, 2])
def test_before_and_after_the_keys_the_curve_is_held(fcurve: bpy.types.FCurve, count: int) -> None:
    frames, values = np.array([10.0, 20.0])[:count], np.array([0.25, 0.75])[:count]
    handles = np.column_stack([frames, values])
    keys = Keys(frames, values, handles - [1, 0], handles + [1, 0])  # noqa: RUF005
    put(fcurve, keys)
    for frame in (-100.0, 10.0, 20.0, 1000.0):
        assert evaluate(keys, frame) == pytest.approx(fcurve.evaluate(frame), abs=1e-6)
