# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets put on, saved and loaded."""

import bpy
import pytest


def test_a_preset_reshapes_the_line_and_keeps_the_take(face, curves, bits):
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    direction.seed = 7
    before = {path: bits(curve) for path, curve in curves(face.data.shape_keys).items()}
    assert bpy.ops.parlance.preset(name="shout") == {"FINISHED"}
    assert direction.seed == 7
    assert {path: bits(curve) for path, curve in curves(face.data.shape_keys).items()} != before


def test_every_shipped_preset_can_be_put_on(face, room):
    bpy.ops.parlance.generate()
    for name in room("inference.presets").preset_names():
        assert bpy.ops.parlance.preset(name=name) == {"FINISHED"}


def test_saved_sliders_come_back(face, tmp_path):
    face.parlance.direction.jaw = 1.4
    path = tmp_path / "mine.json"
    assert bpy.ops.parlance.save_preset(filepath=str(path)) == {"FINISHED"}
    assert path.read_text(encoding="utf-8").count(":") < 8
    face.parlance.direction.jaw = 0.1
    assert bpy.ops.parlance.load_preset(filepath=str(path)) == {"FINISHED"}
    assert face.parlance.direction.jaw == pytest.approx(1.4)


def test_a_file_that_is_no_preset_changes_nothing(face, tmp_path):
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(RuntimeError, match="not a Parlance preset"):
        bpy.ops.parlance.load_preset(filepath=str(path))
    assert face.parlance.direction.jaw == pytest.approx(1.0)
