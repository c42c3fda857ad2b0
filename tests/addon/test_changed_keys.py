# SPDX-License-Identifier: GPL-3.0-or-later
"""What an artist changes on a key stays: through clearing, other actions, frame rates and trims."""

import itertools
from types import SimpleNamespace

import bpy
import pytest

from .test_line_life import JAW, keys_of


def test_changed_keys_that_stay_after_clearing_are_drawn_as_ones_own(face, curves):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)[JAW, 0]
    curve.keyframe_points[4].co[1] += 0.2
    frame = curve.keyframe_points[4].co[0]
    bpy.ops.parlance.clear()
    (point,) = curves(face.data.shape_keys)[JAW, 0].keyframe_points
    assert (point.co[0], point.type) == (frame, "KEYFRAME")


@pytest.mark.ends
def test_changes_that_were_carried_stay_after_clearing(face, curves):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)[JAW, 0]
    point = curve.keyframe_points.insert(curve.keyframe_points[4].co[0] + 0.5, 0.9)
    mine = point.co[0]
    face.parlance.lines[0].direction.lips = 0.6
    value = curves(face.data.shape_keys)[JAW, 0].evaluate(mine)
    bpy.ops.parlance.clear()
    assert keys_of(curves, face) == [(mine, pytest.approx(value, abs=1e-6))]


def test_clearing_finds_the_curve_of_a_renamed_shape(face, curves):
    bpy.ops.parlance.generate()
    face.data.shape_keys.key_blocks["jawOpen"].name = "Jaw"
    bpy.ops.parlance.clear()
    assert not curves(face.data.shape_keys)
    assert not bpy.data.actions


@pytest.mark.ends
def test_a_change_goes_along_into_a_new_action(face, curves):
    face.data.shape_keys.key_blocks["jawOpen"].keyframe_insert("value", frame=400)
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)[JAW, 0]
    before = bpy.data.shape_keys[0].animation_data.action
    points = [point for point in curve.keyframe_points if point.co[0] < 300]
    top = max(points, key=lambda point: point.co[1])
    frame, raised = top.co[0], top.co[1] + 0.2
    top.co[1] = raised
    face.parlance.output = "NEW"
    assert face.data.shape_keys.animation_data.action != before
    assert dict(keys_of(curves, face))[frame] == pytest.approx(raised, abs=1e-5)
    assert [curve.keyframe_points[0].co[0] for curve in before.layers[0].strips[0].channelbags[0].fcurves] == [400]


def test_what_an_artist_sets_on_a_key_is_kept_when_its_value_follows(face, curves):
    """Easing, handle types and selection, on a key that rides on a new result."""
    bpy.ops.parlance.generate()
    points = curves(face.data.shape_keys)[JAW, 0].keyframe_points
    top = max(points, key=lambda point: point.co[1])
    frame, value = top.co[0], top.co[1] + 0.2
    top.co[1] = value
    top.interpolation, top.easing = "SINE", "EASE_IN"
    top.handle_left_type, top.handle_right_type = "VECTOR", "FREE"
    top.select_control_point = True
    face.parlance.lines[0].direction.jaw = 0.6
    (now,) = [point for point in curves(face.data.shape_keys)[JAW, 0].keyframe_points if point.co[0] == frame]
    assert now.co[1] != value
    assert (now.interpolation, now.easing) == ("SINE", "EASE_IN")
    assert (now.handle_left_type, now.handle_right_type) == ("VECTOR", "FREE")
    assert now.select_control_point
    assert sum(point.select_control_point for point in curves(face.data.shape_keys)[JAW, 0].keyframe_points) == 1


@pytest.mark.ends
def test_generated_keys_that_stay_keep_what_an_artist_set_on_them(face, curves):
    bpy.ops.parlance.generate()
    path = 'key_blocks["browInnerUp"].value'
    point = curves(face.data.shape_keys)[path, 0].keyframe_points[2]
    point.easing, point.handle_left_type, point.select_control_point = "EASE_OUT", "FREE", True
    face.parlance.lines[0].direction.jaw = 0.6
    bpy.ops.parlance.generate()
    point = curves(face.data.shape_keys)[path, 0].keyframe_points[2]
    assert (point.easing, point.handle_left_type, point.select_control_point) == ("EASE_OUT", "FREE", True)


@pytest.mark.ends
def test_a_change_follows_its_strip_and_its_next_cut(face, scene, curves):
    """What was carried once is kept in the record, which has to move with the keys."""
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    top = max(curves(face.data.shape_keys)[JAW, 0].keyframe_points, key=lambda point: point.co[1])
    frame = top.co[0]
    top.co[1] += 0.3
    line.direction.lips = 0.8
    scene.sequence_editor.strips[0].frame_start += 30
    assert bpy.ops.parlance.follow() == {"FINISHED"}
    face.parlance.lines[0].direction.lips = 1.0
    changed = curves(face.data.shape_keys)[JAW, 0]
    there, back = changed.evaluate(frame + 30), changed.evaluate(frame)
    bpy.ops.parlance.change_discard()
    bare = curves(face.data.shape_keys)[JAW, 0]
    assert there - bare.evaluate(frame + 30) == pytest.approx(0.3, abs=0.02)
    assert back == pytest.approx(bare.evaluate(frame), abs=0.02)


@pytest.mark.ends
def test_a_change_at_another_frame_rate_leaves_one_key_on_a_frame(face, scene, curves):
    bpy.ops.parlance.generate()
    points = curves(face.data.shape_keys)[JAW, 0].keyframe_points
    for index in range(len(points) - 2, 1, -4):
        points.remove(points[index])
    scene.render.fps = 25
    for lips in (0.8, 1.0):
        face.parlance.lines[0].direction.lips = lips
        frames = [frame for frame, _ in keys_of(curves, face)]
        assert min(after - before for before, after in itertools.pairwise(frames)) > 0.01


def test_nothing_is_rebuilt_while_a_key_is_being_dragged(face, room, curves):
    """No tool can run without a window; so this one is only said to."""
    live_tracks = room("addon.generate.live_tracks")
    bpy.ops.parlance.generate()
    face.parlance_tracks.joy = 0.9
    face.keyframe_insert("parlance_tracks.joy", frame=60)
    smile = 'key_blocks["mouthSmileLeft"].value'
    before = keys_of(curves, face, smile)
    dragging = [SimpleNamespace(modal_operators=()), SimpleNamespace(modal_operators=("TRANSFORM_OT_translate",))]
    assert live_tracks._when_quiet(dragging) == live_tracks.PAUSE
    assert keys_of(curves, face, smile) == before
    assert live_tracks._when_quiet([SimpleNamespace(modal_operators=())]) is None
    assert keys_of(curves, face, smile) != before
