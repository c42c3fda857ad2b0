# SPDX-License-Identifier: GPL-3.0-or-later
"""A line after its strip was moved, trimmed, renamed or removed; and clearing it."""

import bpy
import pytest


@pytest.fixture
def state(room, scene):
    """Whether the first line of a character is up to date."""
    return lambda face: room("addon.lines.lines").state(face.parlance.lines[0], scene)


@pytest.fixture
def spoken(face, scene):
    """A face that has spoken, and its strip."""
    bpy.ops.parlance.generate()
    return face, scene.sequence_editor.strips[0]


def test_following_moves_every_key_the_artists_too(spoken, curves, state):
    face, strip = spoken
    smile = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
    smile.keyframe_points.insert(25.0, 0.77)
    before = {path: [(p.co[0], p.co[1]) for p in curve.keyframe_points] for path, curve in curves(face.data.shape_keys).items()}
    strip.frame_start += 30
    assert state(face) == "moved"
    assert bpy.ops.parlance.follow() == {"FINISHED"}
    assert state(face) == "current"
    after = {
        path: [(p.co[0] - 30, p.co[1]) for p in curve.keyframe_points] for path, curve in curves(face.data.shape_keys).items()
    }
    assert after == before


def test_generating_after_a_move_keeps_the_artists_changes(spoken, curves, value_at, state):
    face, strip = spoken
    curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
    middle = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = middle.co
    middle.co[1] = value + 0.3
    strip.frame_start += 30
    bpy.ops.parlance.generate()
    assert state(face) == "current"
    assert value_at(face, "mouthSmileLeft", frame + 30) > value + 0.15
    first = min(point.co[0] for point in curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0].keyframe_points)
    assert first >= strip.frame_final_start - 8


@pytest.mark.ends
def test_a_trimmed_strip_is_out_of_date_and_leaves_no_keys_behind(spoken, curves, state):
    face, strip = spoken
    strip.frame_offset_end = 20
    assert state(face) == "changed"
    bpy.ops.parlance.generate()
    assert state(face) == "current"
    last = max(point.co[0] for curve in curves(face.data.shape_keys).values() for point in curve.keyframe_points)
    assert last < strip.frame_final_end + 8


def test_a_renamed_strip_keeps_its_line(spoken, state):
    face, strip = spoken
    strip.name = "Take two"
    bpy.ops.parlance.generate()
    assert [line.title for line in face.parlance.lines] == ["Take two"]
    assert state(face) == "current"


def test_a_removed_strip(spoken, state, scene):
    face, strip = spoken
    scene.sequence_editor.strips.remove(strip)
    assert state(face) == "gone"
    face.parlance.lines[0].direction.jaw = 0.5


def test_clearing_leaves_the_file_as_it_was_before(face, curves, scene):
    bpy.ops.parlance.generate()
    assert bpy.ops.parlance.clear() == {"FINISHED"}
    assert not curves(face.data.shape_keys)
    assert not curves(face)
    assert not face.parlance.lines
    assert max(block.value for block in face.data.shape_keys.key_blocks[1:]) == 0.0


@pytest.mark.ends
def test_clearing_keeps_keys_made_by_hand_unless_told_otherwise(spoken, curves):
    face, _ = spoken
    path = 'key_blocks["mouthSmileLeft"].value', 0
    curves(face.data.shape_keys)[path].keyframe_points.insert(25.37, 0.77)
    bpy.ops.parlance.clear()
    (point,) = [p for p in curves(face.data.shape_keys)[path].keyframe_points if p.co[0] == pytest.approx(25.37)]
    assert point.co[1] == pytest.approx(0.77)
    bpy.ops.parlance.generate()
    bpy.ops.parlance.clear(hand_made=True)
    assert path not in curves(face.data.shape_keys) or len(curves(face.data.shape_keys)[path].keyframe_points) <= 3


@pytest.mark.ends
def test_clearing_one_line_leaves_the_other(spoken, add_voice, curves, bits, scene):
    face, first = spoken
    face.parlance.idle = "OFF"
    second = add_voice(frame=first.frame_final_end + 10)
    face.parlance.strip = second.name
    bpy.ops.parlance.generate()
    start = second.frame_final_start
    before = {path: bits(curve, first=start) for path, curve in curves(face.data.shape_keys).items()}
    face.parlance.strip = first.name
    bpy.ops.parlance.clear()
    after = {path: bits(curve, first=start) for path, curve in curves(face.data.shape_keys).items()}
    assert {path: keys for path, keys in before.items() if keys} == {path: keys for path, keys in after.items() if keys}
    assert len(face.parlance.lines) == 1


@pytest.mark.ends
def test_a_new_take_changes_what_the_voice_does_not_decide(spoken, curves, bits):
    face, _ = spoken
    before = {path: bits(curve) for path, curve in curves(face).items()}
    bpy.ops.parlance.new_take()
    assert {path: bits(curve) for path, curve in curves(face).items()} != before
    face.parlance.lines[0].direction.seed = 0
    assert {path: bits(curve) for path, curve in curves(face).items()} == before


@pytest.mark.ends
def test_another_frame_rate_leaves_no_old_keys_and_invents_no_changes(face, scene, curves, room):
    scene.render.fps = 60
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    assert not room("addon.lines.lines").retimed(line, 60)
    scene.render.fps = 24
    assert room("addon.lines.lines").retimed(line, 24)
    bpy.ops.parlance.generate()
    last = max(point.co[0] for curve in curves(face.data.shape_keys).values() for point in curve.keyframe_points)
    assert last <= scene.sequence_editor.strips[0].frame_final_end + 8
    assert "yours" not in line.result
    assert not room("addon.lines.lines").retimed(line, 24)
