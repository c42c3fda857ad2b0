# SPDX-License-Identifier: GPL-3.0-or-later
"""A style is learned from what a face shows, worn by others, weaker and stronger, and taken off again."""

import bpy
import numpy as np
import pytest
import soundfile

from .test_exchange import curves_of


@pytest.fixture
def wide(make_face, add_voice, speech, tmp_path):
    """Twenty seconds of a performance that opens the jaw half as far again as we do, keyed by hand."""
    samples, rate = soundfile.read(speech, dtype="float32")
    soundfile.write(tmp_path / "twice.wav", np.concatenate([samples, samples]), rate)
    face = make_face("Before")
    add_voice(tmp_path / "twice.wav")
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    path = tmp_path / "take.csv"
    bpy.ops.parlance.export_curves(filepath=str(path), format="livelink", with_sound=False)
    bpy.context.scene.frame_set(round(min(point.co[0] for curve in curves_of(face) for point in curve.keyframe_points)))
    captured = make_face("Captured")
    assert bpy.ops.parlance.import_curves(filepath=str(path), every_frame=True) == {"FINISHED"}
    jaw = next(curve for curve in curves_of(captured) if "jawOpen" in curve.data_path)
    for point in jaw.keyframe_points:
        point.co[1] = min(point.co[1] * 1.5, 1.0)
    return captured


@pytest.fixture
def jaw(value_at):
    return lambda mesh: float(np.std([value_at(mesh, "jawOpen", frame) for frame in range(12, 240)]))


@pytest.mark.ends
def test_it_is_learned_worn_and_taken_off(wide, make_face, select, jaw, tmp_path):
    assert bpy.ops.parlance.style_learn() == {"FINISHED"}
    assert wide.parlance.style
    other = make_face("Other")
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    plain = jaw(other)
    select(wide)
    other.select_set(True)
    assert bpy.ops.parlance.style_give() == {"FINISHED"}
    worn = jaw(other)
    assert worn > 1.15 * plain
    other.parlance.style_strength = 0.0
    assert jaw(other) == pytest.approx(plain, rel=0.02)
    other.parlance.style_strength = 1.0
    path = tmp_path / "style.json"
    select(other)
    assert bpy.ops.parlance.style_save(filepath=str(path)) == {"FINISHED"}
    assert bpy.ops.parlance.style_forget() == {"FINISHED"}
    assert jaw(other) == pytest.approx(plain, rel=0.02)
    assert bpy.ops.parlance.style_load(filepath=str(path)) == {"FINISHED"}
    assert jaw(other) == pytest.approx(worn, rel=0.02)


def test_what_is_no_style_is_told(wide, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    with pytest.raises(RuntimeError, match="no style"):
        bpy.ops.parlance.style_load(filepath=str(path))
    with pytest.raises(RuntimeError, match="wears no style"):
        bpy.ops.parlance.style_save(filepath=str(path))


def test_too_short_a_performance_is_told(face):
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    with pytest.raises(RuntimeError, match="at least 10 s"):
        bpy.ops.parlance.style_learn()
    assert not face.parlance.style
