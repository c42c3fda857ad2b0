# SPDX-License-Identifier: GPL-3.0-or-later
"""The readiness box: what stands in the way is said, and one click removes it."""

import bpy
import pytest


def refused():
    """The sentence that the button answers with."""
    with pytest.raises(RuntimeError) as raised:
        bpy.ops.parlance.generate()
    return str(raised.value)


def drive(face):
    face.data.shape_keys.key_blocks["jawOpen"].driver_add("value").driver.expression = "0.0"


def mute_shape(face):
    face.data.shape_keys.key_blocks["jawOpen"].mute = True


def pin(face):
    face.show_only_shape_key = True


def make_absolute(face):
    face.data.shape_keys.use_relative = False


def unassign_slot(face):
    key = face.data.shape_keys
    key.animation_data_create().action = bpy.data.actions.new("Mine")
    key.animation_data.action_slot = None


def fade_the_action(face):
    solo_another_track(face)
    data = face.data.shape_keys.animation_data
    data.nla_tracks[0].is_solo, data.action_influence = False, 0.5


def solo_another_track(face):
    key = face.data.shape_keys
    track = key.animation_data_create().nla_tracks.new()
    track.strips.new("Old", 1, bpy.data.actions.new("Old"))
    track.is_solo = True


def mute_curve(face):
    bpy.ops.parlance.generate()
    jaw_curve(face).mute = True


def jaw_curve(face):
    data = face.data.shape_keys.animation_data
    return data.action.layers[0].strips[0].channelbag(data.action_slot).fcurves.find('key_blocks["jawOpen"].value')


def play_a_formula(face):
    mute_curve(face)
    curve = jaw_curve(face)
    curve.mute = False
    curve.modifiers.new("GENERATOR")


OBSTACLES = [
    (drive, "driven"),
    (mute_shape, "muted_shape"),
    (pin, "pinned_shape"),
    (make_absolute, "absolute_keys"),
    (unassign_slot, "no_slot"),
    (solo_another_track, "nla"),
    (fade_the_action, "nla"),
    (mute_curve, "muted_curve"),
    (play_a_formula, "modified_curve"),
]


@pytest.mark.newest
@pytest.mark.parametrize(("obstruct", "code"), OBSTACLES)
def test_a_line_that_something_hides_has_no_tick(face, room, ready, obstruct, code):
    """Whatever came in its way since it was made: nothing of it is seen."""
    sign = room("addon.panel.panels").sign
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = face.parlance.lines
    assert sign(line, (), ready()) == "CHECKMARK"
    assert sign(line, ("Nothing is known of [nds].",), ready()) != "CHECKMARK"
    if code != "no_slot":
        obstruct(face)
        assert sign(line, (), ready()) != "CHECKMARK"
        assert bpy.ops.parlance.fix(code=code) == {"FINISHED"}
    bpy.data.sounds[0].filepath = "//gone.wav"
    assert not ready().ready
    assert sign(line, (), ready()) == "CHECKMARK", "the keys play on"


@pytest.mark.parametrize(("obstruct", "code"), OBSTACLES)
def test_an_obstacle_is_named_stops_the_button_and_is_fixed_by_a_click(face, codes, ready, moves, obstruct, code):
    assert ready().ready
    obstruct(face)
    assert code in codes()
    assert not ready().ready
    assert refused()
    assert bpy.ops.parlance.fix(code=code) == {"FINISHED"}
    assert code not in codes()
    assert moves(face)


def test_noise_on_a_shape_is_told_and_left_to_the_artist(face, codes, ready):
    """It plays over the speech, as an artist may want it; what only holds or repeats keys is nobody's trouble."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    modifiers = jaw_curve(face).modifiers
    for harmless in ("CYCLES", "STEPPED"):
        modifiers.new(harmless)
    assert "modified_curve" not in codes()
    noise = modifiers.new("NOISE")
    assert "modified_curve" in codes()
    assert ready().ready
    assert bpy.ops.parlance.fix(code="modified_curve") == {"FINISHED"}
    assert [each.mute for each in modifiers] == [False, False, True]
    noise.mute, noise.use_influence, noise.influence = False, True, 0.0
    assert "modified_curve" not in codes()


def test_a_driver_is_told_beside_what_it_moves_and_is_muted_not_removed(face, room):
    character, driven = room("addon.character.characters").of(face), room("addon.panel.character_box").driven
    assert driven(character) == frozenset()
    drive(face)
    assert driven(character) == {"jawOpen"}
    bpy.ops.parlance.fix(code="driven")
    (driver,) = face.data.shape_keys.animation_data.drivers
    assert driver.mute
    assert driven(character) == frozenset()


def test_another_action_is_kept_when_a_new_one_takes_its_place(face, codes, moves):
    block = face.data.shape_keys.key_blocks["jawOpen"]
    block.keyframe_insert("value", frame=20)
    action = face.data.shape_keys.animation_data.action
    assert "other_action" in codes()
    bpy.ops.parlance.fix(code="other_action")
    assert "other_action" not in codes()
    assert moves(face)
    assert face.data.shape_keys.animation_data.action != action
    assert action.use_fake_user


def test_nothing_selected(add_voice, ready):
    add_voice()
    assert not ready().ready
    assert "Select a character" in refused()


def test_no_shape_keys(make_face, add_voice, ready):
    make_face(shapes=())
    add_voice()
    assert "has no shape keys" in ready().obstacles[0].text
    assert "No face was found" in refused()


def test_what_is_no_character_is_called_what_it_is(add_voice, make_armature, ready, select, scene):
    add_voice()
    curve = bpy.data.objects.new("Mouth", bpy.data.curves.new("Mouth", "CURVE"))
    camera = bpy.data.objects.new("Shot", bpy.data.cameras.new("Shot"))
    for thing in (curve, camera):
        scene.collection.objects.link(thing)
    curve.data.splines.new("BEZIER")
    curve.shape_key_add(name="Basis")
    told = {}
    for thing in (curve, camera, make_armature(bone="Bone")):
        select(thing)
        (obstacle,) = [each for each in ready().obstacles if each.stops]
        told[thing.name] = obstacle.text
    assert "only shape keys of meshes" in told["Mouth"]
    assert told["Shot"] == "“Shot” has no face; select a character's face, or the armature that moves it."
    assert "no bone that is known as a jaw" in told["Rig"]


def test_shape_keys_of_no_face(make_face, add_voice):
    make_face(shapes=("Fat", "Thin"))
    add_voice()
    assert refused()


def test_no_sound(make_face, codes, room, ready):
    make_face()
    assert "sound" in codes()
    assert room("addon.panel.readiness").wants_sound(ready(), bpy.context.scene)
    assert "no sound yet" in refused()


def test_a_sound_inside_a_scene_strip_is_no_missing_sound(make_face, scene, room, speech, ready):
    face, edit = make_face(), bpy.data.scenes.new("Edit")
    room("addon.sequencer.strips").add(edit, str(speech), 10)
    scene.sequence_editor_create().strips.new_scene("Cut", edit, 1, 1)
    assert not room("addon.panel.readiness").wants_sound(ready(), scene)
    assert "“Cut” plays the sound of the scene “Edit”" in refused()
    scene.sequence_editor.strips.remove(scene.sequence_editor.strips[0])
    assert room("addon.panel.readiness").wants_sound(ready(), scene)
    assert face.data.shape_keys.animation_data is None


def test_a_scene_that_another_shows_later_is_told(make_face, scene, room, speech):
    """The line gets the frames of the sound there, where this scene would be heard elsewhere."""
    face, edit, check = make_face(), bpy.data.scenes.new("Edit"), room("addon.panel.readiness").check
    edit.render.fps, edit.frame_end, scene.frame_start = 24, 500, 1
    room("addon.sequencer.strips").add(edit, str(speech), 110)
    shot = edit.sequence_editor.strips.new_scene("Shot", scene, 3, 101)
    told = [obstacle for obstacle in check(scene, edit, face).obstacles if "shows this scene" in obstacle.text]
    assert ["100 frames later" in obstacle.text for obstacle in told] == [True]
    assert check(scene, edit, face).ready
    scene.frame_start = 101
    assert not any("shows this scene" in obstacle.text for obstacle in check(scene, edit, face).obstacles)
    assert shot.scene == scene


def test_several_sounds_and_none_chosen(face, add_voice, scene, ready):
    add_voice(frame=200)
    scene.sequence_editor.active_strip = None
    assert "Choose which sound strip" in refused()
    face.parlance.strip = scene.sequence_editor.strips[1].name
    assert ready().ready


def test_of_several_sounds_the_one_at_the_playhead_is_meant(face, make_face, add_voice, scene, room, ready, select):
    second, third = add_voice(frame=400), add_voice(frame=800)
    scene.sequence_editor.active_strip = None
    scene.frame_set(410)
    assert ready().strip == second
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    scene.sequence_editor.active_strip = None
    here = room("addon.panel.selection").here
    for frame, name in ((410, second.name), (830, third.name), (720, second.name), (1, "hello.flac"), (9999, third.name)):
        scene.frame_set(frame)
        assert (ready().strip.name, here(bpy.context).line.title) == (name, name)
    music = add_voice(frame=800)
    scene.sequence_editor.active_strip = None
    scene.frame_set(810)
    assert ready().strip == third, "of two at the playhead it is the one that the character speaks"
    select(make_face("Other"))
    assert ready().strip is None, "of two that nobody in hand has spoken it is neither"
    music.mute = True
    assert ready().strip == third


def test_opening_a_sound_places_a_strip_and_chooses_it(make_face, speech, scene, ready):
    face = make_face()
    scene.frame_set(33)
    assert bpy.ops.parlance.open_sound(filepath=str(speech)) == {"FINISHED"}
    assert scene.sequence_editor.strips[0].frame_final_start == 33
    assert face.parlance.strip == "", "nothing was pinned"
    assert ready().strip.name == "hello.flac"
    assert ready().ready


def test_an_unreadable_sound(make_face, add_voice, codes, tmp_path, speech):
    make_face()
    path = tmp_path / "broken.wav"
    path.write_text("nothing")
    add_voice(path)
    assert "sound" in codes()
    assert "broken.wav" in refused()
    bpy.ops.parlance.open_sound(filepath=str(speech))
    assert "sound" not in codes()


def test_a_sound_too_short_is_an_obstacle(make_face, add_voice, codes, write_wav, speech):
    make_face()
    add_voice(write_wav([0.5] * 16))
    assert "ms of sound" in refused()
    assert "sound" in codes()
    bpy.ops.parlance.open_sound(filepath=str(speech))
    assert "sound" not in codes()


def test_sound_beyond_the_last_frame(face, scene, codes, ready):
    scene.frame_end = 30
    assert "end" in codes()
    assert ready().ready
    bpy.ops.parlance.fix(code="end")
    assert scene.frame_end >= scene.sequence_editor.strips[0].frame_final_end
    assert "end" not in codes()


def test_counts_shapes_and_meshes(face, make_armature, make_face, room, ready, add_voice):
    rig = make_armature()
    make_face("Head", parent=rig)
    make_face("Teeth", ("jawOpen", "jawLeft"), parent=rig)
    assert room("addon.panel.readiness").summary(ready().character) == "52 of 52 shapes alive on 2 meshes"


def test_meshes_that_are_left_out_are_said_and_brought_back(face, room):
    face.parlance.included = False
    ready = room("addon.panel.readiness").look(bpy.context)
    (told,) = [obstacle for obstacle in ready.obstacles if obstacle.code == "left_out"]
    assert "left out" in told.text
    room("addon.panel.fixes").fix("left_out", bpy.context, ready)
    assert face.parlance.included
    assert not any(obstacle.code == "left_out" for obstacle in room("addon.panel.readiness").look(bpy.context).obstacles)


def test_what_several_meshes_have_is_told_once_and_mended_on_all(make_armature, make_face, add_voice, ready, codes):
    rig = make_armature("Rig")
    faces = [make_face(name, parent=rig) for name in ("Face", "Teeth", "Tongue")]
    add_voice()
    for each in faces:
        each.show_only_shape_key = True
    (told,) = [obstacle for obstacle in ready().obstacles if obstacle.code == "pinned_shape"]
    assert told.text.endswith("The same goes for 2 other meshes.")
    bpy.ops.parlance.fix(code="pinned_shape")
    assert "pinned_shape" not in codes()
    assert not any(each.show_only_shape_key for each in faces)
