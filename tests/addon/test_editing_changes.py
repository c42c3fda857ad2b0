# SPDX-License-Identifier: GPL-3.0-or-later
"""Change a key by hand, move a slider: the change is still there, and shown; everything else is as it would have been."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

JAW = ('key_blocks["jawOpen"].value', 0)


@pytest.fixture
def line(face):
    """A generated line."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    return face.parlance.lines[0]


@pytest.fixture
def jaw(face, line, curves):
    """The jaw's f-curve; found anew each time, as undo and rebuilding may move it."""
    return lambda: curves(face.data.shape_keys)[JAW]


@pytest.fixture
def raise_key(jaw):
    """Raise the highest key of the jaw by hand, handles included, and say where it is."""

    def act(by=0.2):
        point = max(jaw().keyframe_points, key=lambda point: point.co[1])
        frame = point.co[0]
        for name in ("co", "handle_left", "handle_right"):
            getattr(point, name)[1] += by
        return frame

    return act


@pytest.fixture
def found(scene, face, line, room):
    """The changes that the panel lists."""
    changes = room("addon.retouch.changes")

    def find():
        changes.forget()
        return changes.found(face, line)

    return find


@pytest.mark.ends
def test_nothing_is_shown_where_nothing_was_changed(found, line):
    assert found() == []
    line.direction.lips = 1.3
    assert found() == []


@pytest.mark.ends
def test_a_hand_made_change_survives_sliders_and_is_shown(found, line, jaw, raise_key):
    frame = raise_key()
    before = jaw().evaluate(frame)
    line.direction.lips = 0.6
    (change,) = found()
    assert change.label == "jawOpen"
    assert change.first < frame < change.last
    assert jaw().evaluate(frame) == pytest.approx(before, abs=0.02)
    line.direction.jaw = 0.5
    assert len(found()) == 1
    assert jaw().evaluate(frame) > 0.15


def test_a_change_is_shown_before_anything_is_rebuilt(found, raise_key):
    raise_key()
    assert len(found()) == 1


def test_a_deleted_key_stays_deleted(line, jaw, face):
    points = jaw().keyframe_points
    index = max(range(1, len(points) - 1), key=lambda i: points[i].co[1])
    before, gone, after = (points[i].co[0] for i in (index - 1, index, index + 1))
    points.remove(points[index])
    line.direction.jaw = 1.4
    frames = [point.co[0] for point in jaw().keyframe_points]
    assert not any(before + 2 < frame < after - 2 for frame in frames)
    assert gone not in frames


@pytest.mark.ends
def test_curves_that_are_not_ours_and_keys_outside_are_untouched(face, line, jaw, curves, bits, scene):
    key = face.data.shape_keys
    jaw().keyframe_points.insert(1000, 0.33)
    jaw().keyframe_points.insert(-20.5, 0.11)
    face.keyframe_insert("location", frame=3)
    face.keyframe_insert("location", frame=40)
    location = curves(face)["location", 0]
    before = bits(jaw(), last=0), bits(jaw(), first=500), bits(location)
    jaw().keyframe_points[len(jaw().keyframe_points) // 2].co[1] += 0.1
    line.direction.jaw = 0.7
    bpy.ops.parlance.generate()
    assert (bits(jaw(), last=0), bits(jaw(), first=500), bits(curves(face)["location", 0])) == before
    assert key.animation_data.action is not None


@pytest.mark.ends
def test_stepped_keys_stay_stepped(found, line, jaw):
    frames = [point.co[0] for point in jaw().keyframe_points][6:9]
    for point in jaw().keyframe_points:
        if point.co[0] in frames:
            point.interpolation = "CONSTANT"
    line.direction.jaw = 0.6
    line.direction.jaw = 1.3
    stepped = [point.co[0] for point in jaw().keyframe_points if point.interpolation == "CONSTANT"]
    assert stepped == frames
    assert found()


def test_a_corner_stays_a_corner(line, jaw):
    """Handles that were broken by hand are not aligned again."""
    point = max(jaw().keyframe_points, key=lambda point: point.co[1])  # where the slider does not change the slope
    frame = point.co[0]
    point.handle_left_type = point.handle_right_type = "FREE"
    point.handle_left = (frame - 1, point.co[1] + 0.2)
    point.handle_right = (frame + 1, point.co[1] + 0.2)
    line.direction.jaw = 1.2
    point = next(point for point in jaw().keyframe_points if point.co[0] == frame)
    assert point.handle_left_type == point.handle_right_type == "FREE"
    for handle in (point.handle_left, point.handle_right):  # as steep as before; it is shorter where a key has come in between
        assert (handle[1] - point.co[1]) / abs(handle[0] - frame) > 0.1


@pytest.mark.ends
def test_a_change_can_be_held_exactly_and_be_given_up(found, line, jaw, raise_key):
    frame = raise_key()
    exact = jaw().evaluate(frame)
    (change,) = found()
    assert bpy.ops.parlance.change_keep(key=change.key, keep="verbatim") == {"FINISHED"}
    line.direction.jaw = 0.3
    assert jaw().evaluate(frame) == pytest.approx(exact, abs=1e-5)
    (change,) = found()
    assert change.keep == "verbatim"
    assert bpy.ops.parlance.change_discard(key=change.key) == {"FINISHED"}
    assert found() == []
    assert jaw().evaluate(frame) < 0.5 * exact


def test_showing_a_change_goes_there(found, scene, jaw, raise_key):
    frame = raise_key()
    assert bpy.ops.parlance.change_show(key=found()[0].key) == {"FINISHED"}
    assert abs(scene.frame_current - frame) < 8
    assert jaw().select


@pytest.mark.ends
def test_discarding_all_brings_the_generated_keys_back(found, jaw, bits, line):
    before = bits(jaw())
    for index in range(3, len(jaw().keyframe_points), 5):
        jaw().keyframe_points[index].co[1] += 0.07
    assert len(found()) > 1
    assert bpy.ops.parlance.change_discard() == {"FINISHED"}
    assert [key[:3] for key in bits(jaw())] == [key[:3] for key in before]


def test_the_rest_follows_selected_keys(found, line, jaw, raise_key):
    points = jaw().keyframe_points
    frames = np.array([point.co[0] for point in points])
    before = np.array([jaw().evaluate(frame) for frame in frames])
    frame = raise_key(0.25)
    for point in jaw().keyframe_points:
        point.select_control_point = point.co[0] == frame
    assert bpy.ops.parlance.pin(reach=1.0) == {"FINISHED"}
    moved = np.array([jaw().evaluate(f) for f in frames]) - before
    near = (np.abs(frames - frame) < 6) & (frames != frame)
    assert moved[frames == frame] == pytest.approx(0.25, abs=1e-5)
    assert np.abs(moved[np.abs(frames - frame) > 60]).max(initial=0) < 0.02
    assert near.sum() == 0 or moved[near].max() > 0.05
    line.direction.lips = 1.2
    assert jaw().evaluate(frame) == pytest.approx(before[frames == frame][0] + 0.25, abs=0.03)


def test_a_change_is_copied_to_the_other_meshes(make_face, add_voice, curves, select):
    face = make_face("Face")
    teeth = make_face("Teeth", shapes=("jawOpen", "mouthClose"), parent=face)
    add_voice()
    select(face)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    point = max(curves(face.data.shape_keys)[JAW].keyframe_points, key=lambda point: point.co[1])
    frame, value = point.co[0], point.co[1] + 0.3
    for name in ("co", "handle_left", "handle_right"):
        getattr(point, name)[1] += 0.3
    assert curves(teeth.data.shape_keys)[JAW].evaluate(frame) < value - 0.2
    assert bpy.ops.parlance.changes_share() == {"FINISHED"}
    assert curves(teeth.data.shape_keys)[JAW].evaluate(frame) == pytest.approx(value, abs=1e-5)
    face.parlance.lines[0].direction.lips = 0.7
    assert curves(teeth.data.shape_keys)[JAW].evaluate(frame) == pytest.approx(
        curves(face.data.shape_keys)[JAW].evaluate(frame), abs=1e-4
    )


def test_following_needs_selected_keys(line, curves, face):
    for curve in curves(face.data.shape_keys).values():
        for point in curve.keyframe_points:
            point.select_control_point = False
    for curve in curves(face).values():
        for point in curve.keyframe_points:
            point.select_control_point = False
    assert bpy.ops.parlance.pin() == {"CANCELLED"}


@pytest.mark.ends
def test_generated_keys_are_not_selected(line, jaw):
    """So that a drag moves what the artist has selected, and nothing else."""
    assert not any(point.select_control_point for point in jaw().keyframe_points)
    jaw().keyframe_points[4].select_control_point = True
    line.direction.lips = 0.9
    assert sum(point.select_control_point for point in jaw().keyframe_points) <= 1


@pytest.mark.ends
def test_a_change_survives_keys_on_every_frame_and_back(line, jaw, raise_key, found):
    frame = raise_key()
    raised = jaw().evaluate(frame)
    line.direction.every_frame = True
    assert len(jaw().keyframe_points) > 200
    assert jaw().evaluate(frame) == pytest.approx(raised, abs=0.011)
    line.direction.every_frame = False
    assert len(jaw().keyframe_points) < 150
    assert jaw().evaluate(frame) == pytest.approx(raised, abs=1e-4)
    assert len(found()) == 1


@pytest.mark.ends
def test_blocking_and_back_loses_nothing(line, jaw, raise_key, found, bits, curves, face):
    """Pose to pose has fewer keys, and going back gives every key as it was; a change made in blocking stays."""
    before = {key: bits(curve) for key, curve in curves(face.data.shape_keys).items()}
    line.direction.blocking = True
    blocked = curves(face.data.shape_keys)
    assert sum(len(curve.keyframe_points) for curve in blocked.values()) < 0.7 * sum(map(len, before.values()))
    line.direction.blocking = False
    assert {key: bits(curve) for key, curve in curves(face.data.shape_keys).items()} == before
    line.direction.blocking = True
    frame = raise_key()
    raised = jaw().evaluate(frame)
    line.direction.blocking = False
    assert jaw().evaluate(frame) == pytest.approx(raised, abs=0.06)
    assert len(found()) == 1
    line.direction.blocking = True
    assert jaw().evaluate(frame) == pytest.approx(raised, abs=1e-4)
    assert len(found()) == 1


def test_a_change_that_teeth_and_tongue_follow_is_one_row_and_goes_as_one(make_face, add_voice, room, select, curves):
    face = make_face()
    teeth = make_face("Teeth", shapes=("jawOpen",), parent=face)
    select(face)
    add_voice()
    bpy.ops.parlance.generate()
    keyed = {mesh: curves(mesh.data.shape_keys)[JAW] for mesh in (face, teeth)}
    before = [point.co[1] for point in keyed[teeth].keyframe_points]
    point = max(keyed[face].keyframe_points, key=lambda each: each.co[1])
    for name in ("co", "handle_left", "handle_right"):
        getattr(point, name)[1] += 0.2
    room("addon.writing.main_mesh").copy_edits(face, face.parlance.lines[0])
    changes = room("addon.retouch.changes")
    changes.forget()
    (row,) = changes.found(face, face.parlance.lines[0])
    assert row.title == "jawOpen, 2 meshes"
    assert [point.co[1] for point in curves(teeth.data.shape_keys)[JAW].keyframe_points] != before
    assert bpy.ops.parlance.change_discard(key=row.key) == {"FINISHED"}
    changes.forget()
    assert changes.found(face, face.parlance.lines[0]) == []
    assert [point.co[1] for point in curves(teeth.data.shape_keys)[JAW].keyframe_points] == pytest.approx(before)
