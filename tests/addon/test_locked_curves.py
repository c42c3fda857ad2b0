# SPDX-License-Identifier: GPL-3.0-or-later
"""A locked curve is left as it is, and is the line's again once it is unlocked."""

import bpy
import numpy as np
import pytest

JAW = 'key_blocks["jawOpen"].value'


@pytest.fixture
def frames(face, curves):
    """The frames of the jaw's keys."""
    return lambda: np.array([point.co[0] for point in curves(face.data.shape_keys)[JAW, 0].keyframe_points])


def generate(face, *strips):
    for strip in strips:
        face.parlance.strip = strip.name
        bpy.ops.parlance.generate()


@pytest.mark.newest
@pytest.mark.parametrize("first", ["left", "right"])
def test_a_curve_that_was_locked_while_its_strip_was_cut_speaks_in_both_halves(face, scene, curves, frames, first):
    bpy.ops.parlance.generate()
    jaw = curves(face.data.shape_keys)[JAW, 0]
    jaw.keyframe_points.insert(60, 0.9)
    jaw.lock, before = True, frames()
    strip = scene.sequence_editor.strips[0]
    half = strip.split(40, "SOFT")
    order = (strip, half) if first == "left" else (half, strip)
    generate(face, *order)
    assert np.array_equal(frames(), before)
    assert all("left alone, as you key or lock them: jawOpen" in line.result for line in face.parlance.lines if not line.idle)
    jaw.lock = False
    generate(face, *order)
    assert not any("left alone" in line.result for line in face.parlance.lines)
    lines = {line.title: line for line in face.parlance.lines}
    assert "1 change of yours kept" in lines[half.name].result
    assert "change" not in lines[strip.name].result
    assert curves(face.data.shape_keys)[JAW, 0].evaluate(60) == pytest.approx(0.9, abs=0.1)


@pytest.mark.newest
def test_a_curve_that_was_locked_while_a_take_was_replaced_says_the_new_one(face, scene, curves, frames, add_voice, write_wav):
    bpy.ops.parlance.generate()
    jaw = curves(face.data.shape_keys)[JAW, 0]
    jaw.lock, before = True, frames()
    scene.sequence_editor.strips[0].mute = True
    take = add_voice(write_wav(np.random.default_rng(4).normal(0, 0.1, 64_000)))
    generate(face, take)
    assert np.array_equal(frames(), before)
    jaw.lock = False
    generate(face, take)
    (line,) = (line for line in face.parlance.lines if not line.idle)
    assert "left alone" not in line.result
    assert "change" not in line.result


def test_what_was_cleared_while_a_curve_was_locked_goes_with_one_click_once_it_is_unlocked(face, scene, curves, room):
    def offered():
        return [each.code for each in room("addon.panel.readiness").look(bpy.context).obstacles]

    bpy.ops.parlance.generate()
    jaw = curves(face.data.shape_keys)[JAW, 0]
    jaw.lock = True
    bpy.ops.parlance.clear()
    assert len(curves(face.data.shape_keys)) == 1
    assert "left_keys" not in offered()
    jaw.lock = False
    assert "left_keys" in offered()
    bpy.ops.parlance.fix(code="left_keys")
    assert face.data.shape_keys.animation_data is None
    assert face.data.shape_keys.key_blocks["jawOpen"].value == 0.0
    assert "left_keys" not in offered()
