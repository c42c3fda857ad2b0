# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a key is, while strips are replaced, cut, moved, overlapped, renamed and saved elsewhere."""

import shutil

import bpy
import numpy as np
import pytest


@pytest.fixture
def jaw(curves):
    """The jaw's curve on a mesh."""
    return lambda mesh: curves(mesh.data.shape_keys)['key_blocks["jawOpen"].value', 0]


@pytest.fixture
def frames(curves):
    """The frames of every key on a mesh."""

    def find(mesh):
        found = [point.co[0] for curve in curves(mesh.data.shape_keys).values() for point in curve.keyframe_points]
        return np.array(sorted(found))

    return find


@pytest.fixture
def state(room, scene):
    return lambda line: room("addon.scene.lines").state(line, scene)


@pytest.fixture
def other_voice(write_wav):
    """Another recording: half a second of a vowel, twice."""
    time = np.arange(48_000) / 16_000
    loud = (np.sin(2 * np.pi * 0.7 * time) > 0) * 0.4
    tone = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 12))
    return write_wav(loud * tone / 3, name="other.wav")


def only(face):
    (line,) = face.parlance.lines
    return line


def value(mesh, shape, frame):
    bpy.context.scene.frame_set(int(frame))
    evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return evaluated.data.shape_keys.key_blocks[shape].value


@pytest.mark.ends
@pytest.mark.parametrize("how", ["mute", "delete"])
def test_a_new_take_replaces_the_old_one(how, face, add_voice, other_voice, scene, frames):
    bpy.ops.parlance.generate()
    strip = scene.sequence_editor.strips[0]
    if how == "mute":
        strip.mute = True
    else:
        scene.sequence_editor.strips.remove(strip)
    take = add_voice(other_voice)
    face.parlance.strip = take.name
    bpy.ops.parlance.generate()
    line = only(face)
    assert line.name == take.name
    assert "left alone" not in line.result
    assert "hello" in line.result
    assert frames(face).max() < take.frame_final_end + 8
    bpy.ops.parlance.clear()
    assert not len(frames(face))
    assert not bpy.data.actions


def test_saving_elsewhere_and_reopening_leaves_lines_current(face, tmp_path, state, scene, speech):
    folder = tmp_path / "one"
    folder.mkdir()
    voice = shutil.copy(speech, folder / "voice.flac")
    strip = scene.sequence_editor.strips[0]
    strip.sound.filepath = str(voice)
    bpy.ops.parlance.generate()
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"), relative_remap=True)
    bpy.ops.file.make_paths_relative()
    (tmp_path / "two").mkdir()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "two/scene.blend"), relative_remap=True)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "two/scene.blend"))
    face = bpy.data.objects["Face"]
    scene = bpy.context.scene
    assert state(face.parlance.lines[0]) == "current"
    scene.sequence_editor.strips[0].frame_start += 10
    assert state(face.parlance.lines[0]) == "moved"
    scene.sequence_editor.strips[0].sound.pack()
    assert state(face.parlance.lines[0]) == "moved"


@pytest.mark.ends
def test_the_right_half_of_a_cut_strip_takes_its_keys_and_changes_over(face, scene, jaw, room):
    bpy.ops.parlance.generate()
    strip = scene.sequence_editor.strips[0]
    curve = jaw(face)
    point = min(curve.keyframe_points, key=lambda p: abs(p.co[0] - 200))
    frame = point.co[0]
    for name in ("co", "handle_left", "handle_right"):
        getattr(point, name)[1] += 0.4
    edited = curve.evaluate(frame)
    half = strip.split(130, "SOFT")
    face.parlance.strip = half.name
    bpy.ops.parlance.generate()
    assert len(face.parlance.lines) == 2
    right = next(line for line in face.parlance.lines if line.name == half.name)
    assert "left alone" not in right.result
    assert "1 change of yours kept" in right.result
    assert jaw(face).evaluate(frame) == pytest.approx(edited, abs=0.1)
    left = next(line for line in face.parlance.lines if line.name == strip.name)
    owned = [room("addon.scene.lines").owned(line) for line in (left, right)]
    assert not room("inference.keying.ranges").common(*owned)


@pytest.mark.ends
def test_two_strips_moved_together_keep_their_keys_apart(face, add_voice, scene, curves):
    bpy.ops.parlance.generate()
    first = scene.sequence_editor.strips[0]
    second = add_voice(frame=first.frame_final_end)
    face.parlance.strip = second.name
    bpy.ops.parlance.generate()
    before = {path: np.array([p.co[:] for p in c.keyframe_points]) for path, c in curves(face.data.shape_keys).items()}
    for strip in (second, first):
        strip.frame_start += 30
    assert bpy.ops.parlance.follow() == {"FINISHED"}
    for path, curve in curves(face.data.shape_keys).items():
        np.testing.assert_allclose([p.co[:] for p in curve.keyframe_points], before[path] + [30, 0], atol=1e-3)
    bpy.ops.parlance.generate()
    assert all("yours" not in line.result for line in face.parlance.lines)


@pytest.mark.ends
def test_strips_that_change_places(face, add_voice, other_voice, scene, jaw):
    first = scene.sequence_editor.strips[0]
    first.frame_final_duration = 72
    bpy.ops.parlance.generate()
    second = add_voice(other_voice, frame=first.frame_final_end)
    face.parlance.strip = second.name
    bpy.ops.parlance.generate()
    spoken = [jaw(face).evaluate(f) for f in range(12, 80)]
    first.frame_start += 72
    second.frame_start -= 72
    bpy.ops.parlance.follow()
    np.testing.assert_allclose([jaw(face).evaluate(f + 72) for f in range(14, 78)], spoken[2:66], atol=0.03)


@pytest.mark.ends
def test_where_lines_overlap_the_later_one_speaks(face, add_voice, other_voice, scene, jaw, room):
    bpy.ops.parlance.generate()
    first = scene.sequence_editor.strips[0]
    alone = [jaw(face).evaluate(f) for f in range(10, first.frame_final_end - 6)]
    second = add_voice(other_voice, frame=first.frame_final_end - 6)
    face.parlance.strip = second.name
    bpy.ops.parlance.generate()
    line = next(line for line in face.parlance.lines if line.name == second.name)
    assert line.keyed
    owned = [room("addon.scene.lines").owned(each) for each in face.parlance.lines]
    assert not room("inference.keying.ranges").common(*owned)
    np.testing.assert_allclose([jaw(face).evaluate(f) for f in range(10, first.frame_final_end - 7)], alone[:-1], atol=0.02)
    second.frame_start += 100
    bpy.ops.parlance.follow()
    np.testing.assert_allclose([jaw(face).evaluate(f) for f in range(10, first.frame_final_end - 6)], alone, atol=0.02)


@pytest.mark.ends
def test_a_name_given_to_another_strip_keeps_lines_apart(face, add_voice, other_voice, scene, jaw):
    bpy.ops.parlance.generate()
    first = scene.sequence_editor.strips[0]
    keys = [p.co[:] for p in jaw(face).keyframe_points]
    first.name = "old"
    second = add_voice(other_voice, frame=400)
    second.name = "hello.flac"
    face.parlance.strip = second.name
    bpy.ops.parlance.generate()
    assert [line.idle for line in face.parlance.lines] == [False, False, True]
    end = first.frame_final_end - 10
    now = [p.co[:] for p in jaw(face).keyframe_points if p.co[0] < end]
    np.testing.assert_allclose(now, [key for key in keys if key[0] < end], atol=1e-4)


@pytest.mark.ends
def test_an_edit_lives_in_seconds_when_the_frame_rate_changes(face, scene, jaw):
    bpy.ops.parlance.generate()
    strip = scene.sequence_editor.strips[0]
    curve = jaw(face)
    point = min(curve.keyframe_points, key=lambda p: abs(p.co[0] - 100))
    seconds = (point.co[0] - strip.frame_start) / 24
    for name in ("co", "handle_left", "handle_right"):
        getattr(point, name)[1] += 0.5
    height = point.co[1]
    scene.render.fps = 30
    bpy.ops.parlance.generate()
    assert "1 change of yours" in only(face).result
    at = strip.frame_start + seconds * 30
    assert jaw(face).evaluate(at) == pytest.approx(height, abs=0.12)


@pytest.mark.ends
def test_deleting_a_key_and_adding_another_brings_none_back(face, jaw):
    bpy.ops.parlance.generate()
    curve = jaw(face)
    victim = curve.keyframe_points[len(curve.keyframe_points) // 2]
    gone = victim.co[0]
    curve.keyframe_points.remove(victim)
    curve.keyframe_points.insert(gone + 60.5, 0.7)
    curve.update()
    for gain in (0.5, 1.4, 1.0):
        only(face).direction.jaw = gain
    assert min(abs(p.co[0] - gone) for p in jaw(face).keyframe_points) > 0.4
    assert any(abs(p.co[0] - gone - 60.5) < 1e-3 for p in jaw(face).keyframe_points)


def test_a_deleted_curve_stays_deleted_until_all_are(face, curves, room):
    bpy.ops.parlance.generate()
    data = face.data.shape_keys.animation_data
    bag = data.action.layers[0].strips[0].channelbag(data.action_slot)
    path = 'key_blocks["mouthPucker"].value'
    bag.fcurves.remove(bag.fcurves.find(path))
    only(face).direction.lips = 1.5
    bpy.ops.parlance.generate()
    assert (path, 0) not in curves(face.data.shape_keys)
    assert "deleted by you" in only(face).result
    standing = room("addon.generate.line_keys").standing(face, only(face), room("addon.scene.slots").Records())
    assert dict(standing)[path] == 0
    keys = sum(count for place, count in standing if not place.startswith("parlance_tracks"))
    assert only(face).result.startswith(f"{keys:,} keys")
    for curve in list(bag.fcurves):
        bag.fcurves.remove(curve)
    for curve in list(curves(face).values()):
        face.animation_data.action.layers[0].strips[0].channelbag(face.animation_data.action_slot).fcurves.remove(curve)
    bpy.ops.parlance.generate()
    assert (path, 0) in curves(face.data.shape_keys)


@pytest.mark.ends
def test_a_slider_away_and_back_leaves_no_flat_curve(face, curves):
    bpy.ops.parlance.generate()
    before = set(curves(face.data.shape_keys))
    only(face).direction.joy = 1.0
    only(face).direction.joy = 0.0
    assert set(curves(face.data.shape_keys)) == before


def test_keys_set_by_hand_around_a_strip_are_not_disturbed(face, curves, bits):
    block = face.data.shape_keys.key_blocks["mouthSmileLeft"]
    for frame, height in ((1, 0.5), (400, 0.5)):
        block.value = height
        block.keyframe_insert("value", frame=frame)
    path = 'key_blocks["mouthSmileLeft"].value', 0
    before = bits(curves(face.data.shape_keys)[path])
    bpy.ops.parlance.generate()
    assert bits(curves(face.data.shape_keys)[path]) == before
    assert "mouthSmileLeft" in only(face).result
    assert only(face).left_alone == 1


def test_resting_keys_around_a_strip_do_not_keep_it_silent(face, curves):
    for block in face.data.shape_keys.key_blocks[1:]:
        for frame in (-50, 400):
            block.keyframe_insert("value", frame=frame)
    bpy.ops.parlance.generate()
    assert only(face).left_alone == 0
    assert len(curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0].keyframe_points) > 10


def test_a_tight_strip_end_closes_the_mouth(make_face, add_voice, scene, jaw):
    face = make_face()
    strip = add_voice()
    strip.frame_final_duration = 40
    bpy.ops.parlance.generate()
    assert jaw(face).evaluate(strip.frame_final_end + 10) == pytest.approx(0.0, abs=1e-4)
    assert jaw(face).evaluate(strip.frame_final_start - 10) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.ends
def test_teeth_follow_an_edit_of_the_jaw(make_armature, make_face, add_voice, select, curves, room):
    rig = make_armature()
    head, teeth = make_face("Head", parent=rig), make_face("Teeth", ("jawOpen",), parent=rig)
    add_voice()
    select(head)
    bpy.ops.parlance.generate()
    path = 'key_blocks["jawOpen"].value', 0
    curve = curves(head.data.shape_keys)[path]
    point = curve.keyframe_points[len(curve.keyframe_points) // 2]
    for name in ("co", "handle_left", "handle_right"):
        getattr(point, name)[1] += 0.4
    frame, height = point.co
    room("addon.generate.live_tracks").refresh()
    assert curves(teeth.data.shape_keys)[path].evaluate(frame) == pytest.approx(height, abs=1e-3)
    rig.parlance.lines[0].direction.jaw = 0.8
    of_head, of_teeth = (curves(mesh.data.shape_keys)[path].evaluate(frame) for mesh in (head, teeth))
    assert of_teeth == pytest.approx(of_head, abs=1e-3)
    assert "1 change of yours" in rig.parlance.lines[0].result


def test_nla_tracks_and_back_leaves_nothing_behind(face):
    bpy.ops.parlance.generate()
    face.parlance.output = "NLA"
    face.parlance.output = "ACTIVE"
    assert len(bpy.data.actions) == 1
    assert not len(face.data.shape_keys.animation_data.nla_tracks)
    assert not len(face.animation_data.nla_tracks)


def test_clearing_returns_animation_data_to_what_it_was(face, snapshot):
    block = face.data.shape_keys.key_blocks["mouthSmileLeft"]
    block.value = 0.25
    face.location.x = 1
    face.keyframe_insert("location", frame=3)
    before = snapshot()
    bpy.ops.parlance.generate()
    bpy.ops.parlance.clear()
    assert snapshot() == before


def test_another_scene_shown_does_not_change_a_lines_frames(face, scene, frames):
    bpy.ops.parlance.generate()
    before = frames(face)
    other = bpy.data.scenes.new("Other")
    other.render.fps = 60
    bpy.context.window.scene = other
    only(face).direction.jaw = 0.8
    bpy.context.window.scene = scene
    assert frames(face).max() == before.max()
    assert only(face).fps == 24


def test_taking_over_what_was_left_alone(face, curves):
    block = face.data.shape_keys.key_blocks["jawOpen"]
    for frame, height in ((20, 0.5), (60, 0.9), (600, 0.3)):
        block.value = height
        block.keyframe_insert("value", frame=frame)
    bpy.ops.parlance.generate()
    assert only(face).left_alone == 1
    assert bpy.ops.parlance.take_over() == {"FINISHED"}
    assert only(face).left_alone == 0
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    heights = {round(p.co[0]): p.co[1] for p in curve.keyframe_points}
    assert heights[600] == pytest.approx(0.3)
    assert heights.get(60) != pytest.approx(0.9)
    assert not bpy.ops.parlance.take_over.poll()


def test_a_line_whose_strip_is_gone_can_be_cleared(face, scene, curves):
    bpy.ops.parlance.generate()
    scene.sequence_editor.strips.remove(scene.sequence_editor.strips[0])
    assert bpy.ops.parlance.clear(line=only(face).token) == {"FINISHED"}
    assert not curves(face.data.shape_keys)
    assert not face.parlance.lines


@pytest.mark.ends
def test_choosing_a_line_takes_its_strip_in_hand(face, add_voice, other_voice, scene):
    bpy.ops.parlance.generate()
    second = add_voice(other_voice, frame=400)
    scene.sequence_editor.active_strip = second
    bpy.ops.parlance.generate()
    first = face.parlance.lines[0]
    bpy.ops.parlance.choose_line(line=first.token)
    assert scene.sequence_editor.active_strip.name == first.name


def test_only_the_mouth_in_a_new_action_leaves_the_rest_of_the_performance(face, curves, value_at):
    block = face.data.shape_keys.key_blocks["browInnerUp"]
    for frame, height in ((1, 0.0), (60, 0.8), (120, 0.2)):
        block.value = height
        block.keyframe_insert("value", frame=frame)
    old = face.data.shape_keys.animation_data.action
    face.parlance.output = "NEW"
    face.parlance.direction.mouth_only = True
    bpy.ops.parlance.generate()
    assert face.data.shape_keys.animation_data.action != old
    assert value_at(face, "browInnerUp", 60) == pytest.approx(0.8)
    assert ('key_blocks["jawOpen"].value', 0) in curves(face.data.shape_keys)
    assert old.use_fake_user


@pytest.mark.ends
def test_a_first_key_that_was_changed_does_not_hold_the_next_take_open(face, add_voice, other_voice, scene, jaw):
    bpy.ops.parlance.generate()
    first = jaw(face).keyframe_points[0]
    for name in ("co", "handle_left", "handle_right"):
        getattr(first, name)[1] += 0.5
    scene.sequence_editor.strips[0].mute = True
    take = add_voice(other_voice, frame=0)
    scene.sequence_editor.active_strip = take
    bpy.ops.parlance.generate()
    assert "1 change of yours kept" in only(face).result
    assert jaw(face).evaluate(take.frame_final_start - 20) == pytest.approx(0.0, abs=1e-3)
