# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and curves that are the artist's: set, changed or deleted in a line, beside it, and in layers."""

import bpy
import pytest

from .test_line_ownership import only


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
    standing = room("addon.lines.line_keys").standing(face, only(face), room("addon.animation.slots").Records())
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
