# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets put on, saved and loaded."""

import bpy
import pytest


@pytest.mark.newest
def test_a_preset_reshapes_the_line_and_keeps_the_take(face, curves, bits):
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    direction.seed = 7
    before = {path: bits(curve) for path, curve in curves(face.data.shape_keys).items()}
    assert bpy.ops.parlance.preset(name="shout") == {"FINISHED"}
    assert direction.seed == 7
    assert {path: bits(curve) for path, curve in curves(face.data.shape_keys).items()} != before


@pytest.mark.newest
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


@pytest.fixture
def presets(room):
    module = room("addon.panel.presets")
    yield module
    for path in module.OWN.folder().glob("*.json"):
        path.unlink()


def test_the_menu_is_called_what_is_in_force(face, presets):
    direction = face.parlance.direction
    assert presets.current_name(direction) == "Natural"
    bpy.ops.parlance.preset(name="shout")
    assert presets.current_name(direction) == "Shout"
    direction.jaw = 0.3
    direction.lips = 0.3
    assert presets.current_name(direction) == "Shout, 2 changed"
    direction.joy = 0.4
    direction.seed = 12
    assert presets.current_name(direction) == "Shout, 2 changed, your joy", "a take is no other way of speaking"
    direction.tension = 0.4
    assert presets.current_name(direction) == "Shout, 2 changed, your emotions"
    bpy.ops.parlance.preset(name="shout")
    assert presets.current_name(direction) == "Shout, your emotions", "they stay when a preset is chosen"


def test_emotions_that_were_set_stay_when_a_preset_is_chosen(face):
    direction = face.parlance.direction
    direction.sadness, direction.tension = 0.4, 0.3
    for name in ("cartoon", "robot", "natural"):
        bpy.ops.parlance.preset(name=name)
        assert direction.sadness == pytest.approx(0.4)
        assert direction.tension == pytest.approx(0.3)
        assert direction.joy == 0.0


def test_a_hint_of_feeling_that_a_preset_brings_goes_with_it(face, room):
    direction = face.parlance.direction
    bpy.ops.parlance.preset(name="cartoon")
    assert direction.joy == pytest.approx(room("inference.presets").load_preset("cartoon").direction.joy)
    assert direction.joy > 0
    bpy.ops.parlance.preset(name="natural")
    assert direction.joy == 0.0


def test_presets_of_ones_own_join_the_menu_and_leave_it(face, presets):
    direction = face.parlance.direction
    direction.jaw = 1.7
    assert bpy.ops.parlance.keep_preset(name="Barker, 1890") == {"FINISHED"}
    assert presets.OWN.names() == ["Barker, 1890"]
    assert presets.current_name(direction) == "Barker, 1890"
    bpy.ops.parlance.preset(name="natural")
    assert bpy.ops.parlance.preset(name="Barker, 1890") == {"FINISHED"}
    assert direction.jaw == pytest.approx(1.7)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert presets.OWN.names() == ["Barker, 1890"], "it belongs to the artist, not to the file"
    assert bpy.ops.parlance.remove_preset(name="Barker, 1890") == {"FINISHED"}
    assert presets.OWN.names() == []
    assert bpy.ops.parlance.remove_preset(name="natural") == {"CANCELLED"}


@pytest.mark.parametrize("name", ["natural", "Robot", "../escape", "", "a/b", ".hidden", "x" * 100, "CON", "nul.x"])
def test_names_that_cannot_be_kept_are_refused(face, presets, name):
    with pytest.raises(RuntimeError, match=r"choose another name|cannot be the name"):
        bpy.ops.parlance.keep_preset(name=name)
    assert presets.OWN.names() == []


def test_a_damaged_preset_of_ones_own_breaks_nothing_but_itself(face, presets):
    (presets.OWN.folder() / "Broken.json").write_text("{")
    assert presets.current_name(face.parlance.direction) == "Natural"
    with pytest.raises(RuntimeError, match="not valid JSON"):
        bpy.ops.parlance.preset(name="Broken")
