# SPDX-License-Identifier: GPL-3.0-or-later
"""Moods chosen, mixed, kept, taken along in the file, and given to a passage."""

import json

import bpy
import numpy as np
import pytest


@pytest.fixture
def moods(room):
    module = room("addon.panel.moods")
    yield module
    for path in module.OWN.folder().glob("*.json"):
        path.unlink()


def values(curves, face):
    """{path: values at whole frames} of the face's keys."""
    frames = range(1, 60)
    return {path: np.array([curve.evaluate(frame) for frame in frames]) for path, curve in curves(face.data.shape_keys).items()}


def furthest(one, other):
    return max(float(np.abs(one[path] - other[path]).max()) for path in one.keys() & other.keys())


@pytest.mark.newest
def test_a_mood_reshapes_the_line_and_goes_without_a_trace(face, curves, moods):
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    before = values(curves, face)
    assert bpy.ops.parlance.mood(name="in_pain") == {"FINISHED"}
    assert moods.current_name(direction) == "In pain"
    hurt = values(curves, face)
    assert furthest(before, hurt) > 0.3
    direction.mood_amount = 0.4
    assert 0.05 < furthest(before, values(curves, face)) < furthest(before, hurt)
    assert bpy.ops.parlance.mood(name="") == {"FINISHED"}
    assert furthest(before, values(curves, face)) < 1e-4
    assert moods.current_name(direction) == "No Mood"


def test_a_preset_keeps_the_mood_and_the_mood_is_no_other_preset(face, room):
    direction = face.parlance.direction
    bpy.ops.parlance.mood(name="tired")
    direction.mood_amount = 0.5
    bpy.ops.parlance.preset(name="shout")
    assert (direction.mood, direction.mood_amount) == ("tired", pytest.approx(0.5))
    assert room("addon.panel.presets").current_name(direction) == "Shout"


def test_what_is_kept_looks_the_same_and_comes_back_in_another_file(face, curves, moods, room):
    bpy.ops.parlance.preset(name="cartoon")
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    direction.sadness, direction.head_roll = 0.6, -9.0
    bpy.ops.parlance.mood(name="tender")
    before = values(curves, face)
    assert bpy.ops.parlance.keep_mood(name="Missing Anna") == {"FINISHED"}
    assert moods.OWN.names() == ["Missing Anna"]
    assert moods.current_name(direction) == "Missing Anna"
    assert direction.sadness == 0.0, "it is in the mood now, and would be felt twice"
    assert furthest(before, values(curves, face)) < 0.05
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert moods.OWN.names() == ["Missing Anna"], "it belongs to the artist, not to the file"
    mood = room("inference.moods").load_mood(room("inference.moods").embedded(moods.named("Missing Anna")))
    assert mood.plus["sadness"] == pytest.approx(0.6, abs=1e-3)
    assert bpy.ops.parlance.remove_mood(name="Missing Anna") == {"FINISHED"}
    assert bpy.ops.parlance.remove_mood(name="tired") == {"CANCELLED"}


@pytest.mark.ends
def test_a_mood_of_ones_own_plays_where_its_file_is_not(face, curves, moods, tmp_path):
    bpy.ops.parlance.generate()
    face.parlance.lines[0].direction.anger = 0.8
    bpy.ops.parlance.keep_mood(name="Cross")
    before = values(curves, face)
    bpy.ops.parlance.remove_mood(name="Cross")
    saved = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(saved))
    bpy.ops.wm.open_mainfile(filepath=str(saved))
    again = bpy.data.objects[face_name := "Face"]
    direction = again.parlance.lines[0].direction
    assert moods.current_name(direction) == "Cross", face_name
    direction.jaw = 1.4
    direction.jaw = 1.0
    assert furthest(before, values(curves, again)) < 1e-3


def test_moods_as_files(face, moods, tmp_path):
    direction = face.parlance.direction
    bpy.ops.parlance.mood(name="stern")
    path = tmp_path / "judge.json"
    assert bpy.ops.parlance.save_mood(filepath=str(path)) == {"FINISHED"}
    bpy.ops.parlance.mood(name="")
    assert bpy.ops.parlance.load_mood(filepath=str(path)) == {"FINISHED"}
    assert moods.current_name(direction) == "judge"
    for text, says in (("{}", "not a Parlance mood"), ("{", "not valid JSON")):
        path.write_text(text)
        with pytest.raises(RuntimeError, match=says):
            bpy.ops.parlance.load_mood(filepath=str(path))
        assert moods.current_name(direction) == "judge"


def test_a_damaged_mood_of_ones_own_breaks_nothing_but_itself(face, moods):
    (moods.OWN.folder() / "Broken.json").write_text("{")
    with pytest.raises(RuntimeError, match="not valid JSON"):
        bpy.ops.parlance.mood(name="Broken")
    assert bpy.ops.parlance.mood(name="bored") == {"FINISHED"}
    with pytest.raises(RuntimeError, match="choose one of"):
        bpy.ops.parlance.mood(name="never heard of")


@pytest.mark.parametrize("name", ["Tired", "in pain", "../escape", "", "CON"])
def test_names_that_cannot_be_kept_are_refused(face, moods, name):
    with pytest.raises(RuntimeError, match=r"choose another name|cannot be the name"):
        bpy.ops.parlance.keep_mood(name=name)
    assert moods.OWN.names() == []


@pytest.mark.ends
def test_a_passage_has_a_mood_of_its_own(face, curves, moods, room):
    bpy.ops.parlance.generate()
    before = values(curves, face)
    bpy.context.scene.frame_preview_start, bpy.context.scene.frame_preview_end = 20, 40
    bpy.context.scene.use_preview_range = True
    assert bpy.ops.parlance.redo_range() == {"FINISHED"}
    entry = room("addon.properties.retouch_properties").of(face, face.parlance.lines[0])
    passage = entry.passages[0]
    varied = values(curves, face)
    with bpy.context.temp_override(parlance_direction=passage.direction):
        assert bpy.ops.parlance.mood(name="laughing") == {"FINISHED"}
    assert passage.direction.mood == "laughing"
    assert face.parlance.lines[0].direction.mood == ""
    after = values(curves, face)
    inside = max(float(np.abs(after[path][22:36] - varied[path][22:36]).max()) for path in after)
    outside = max(float(np.abs(after[path][:8] - before[path][:8]).max()) for path in after)
    assert inside > 0.3
    assert outside < 0.02
    assert "Laughing" in room("addon.retouch.passages").what_differs(face.parlance.lines[0], passage)


def test_an_unknown_mood_in_a_file_is_told_and_harms_nothing(face, curves, moods):
    """A scene from a newer version names a mood that is not here."""
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    before = values(curves, face)
    direction.mood = json.dumps({"format": "parlance mood", "version": 99})
    assert moods.current_name(direction) == "Unknown Mood"
    assert furthest(before, values(curves, face)) < 1e-6
    assert bpy.ops.parlance.mood(name="") == {"FINISHED"}
