# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a key is, while strips are replaced, cut, moved, overlapped, renamed and saved elsewhere."""

import shutil

import bpy
import numpy as np
import pytest

from .cases import first_everywhere


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
    return lambda line: room("addon.lines.lines").state(line, scene)


@pytest.fixture
def other_voice(write_wav):
    """Another recording: half a second of a vowel, twice, its pitch moving as a voice's does."""
    time = np.arange(48_000) / 16_000
    loud = (np.sin(2 * np.pi * 0.7 * time) > 0) * 0.4
    cycles = 140 * time + 0.6 * np.sin(2 * np.pi * 4 * time)
    tone = sum(np.sin(2 * np.pi * k * cycles) / k for k in range(1, 12))
    return write_wav(loud * tone / 3, name="other.wav")


def only(face):
    (line,) = face.parlance.lines
    return line


def value(mesh, shape, frame):
    bpy.context.scene.frame_set(int(frame))
    evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return evaluated.data.shape_keys.key_blocks[shape].value


@pytest.mark.ends
@pytest.mark.parametrize("how", first_everywhere(["mute", "delete"]))
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
    assert line.title == take.name
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
    right = next(line for line in face.parlance.lines if line.title == half.name)
    assert "left alone" not in right.result
    assert "1 change of yours kept" in right.result
    assert jaw(face).evaluate(frame) == pytest.approx(edited, abs=0.1)
    left = next(line for line in face.parlance.lines if line.title == strip.name)
    owned = [room("addon.lines.lines").owned(line) for line in (left, right)]
    assert not room("inference.keying.ranges").common(*owned)


@pytest.mark.newest
def test_a_renamed_strip_keeps_its_line_when_it_is_cut_at_another_frame_rate(face, scene, room):
    bpy.ops.parlance.generate()
    strip = scene.sequence_editor.strips[0]
    strip.name = "Another name"
    scene.render.fps = 30  # 0.08 seconds earlier, and the right half begins at 0.4
    half = strip.split(12, "SOFT")
    face.parlance.strip = strip.name
    bpy.ops.parlance.generate()
    assert room("addon.lines.lines").strip_of(only(face), scene) == strip
    face.parlance.strip = half.name
    bpy.ops.parlance.generate()
    assert [line.title for line in face.parlance.lines] == [strip.name, half.name]


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


@pytest.mark.newest
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
    line = next(line for line in face.parlance.lines if line.title == second.name)
    assert line.keyed
    owned = [room("addon.lines.lines").owned(each) for each in face.parlance.lines]
    assert not room("inference.keying.ranges").common(*owned)
    np.testing.assert_allclose([jaw(face).evaluate(f) for f in range(10, first.frame_final_end - 7)], alone[:-1], atol=0.02)
    second.frame_start += 100
    bpy.ops.parlance.follow()
    np.testing.assert_allclose([jaw(face).evaluate(f) for f in range(10, first.frame_final_end - 6)], alone, atol=0.02)


@pytest.mark.newest
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


def test_a_tight_strip_end_closes_the_mouth(make_face, add_voice, scene, jaw):
    face = make_face()
    strip = add_voice()
    strip.frame_final_duration = 40
    bpy.ops.parlance.generate()
    assert jaw(face).evaluate(strip.frame_final_end + 10) == pytest.approx(0.0, abs=1e-4)
    assert jaw(face).evaluate(strip.frame_final_start - 10) == pytest.approx(0.0, abs=1e-4)


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
    assert scene.sequence_editor.active_strip.name == first.title


@pytest.mark.newest
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
