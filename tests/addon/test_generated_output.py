# SPDX-License-Identifier: GPL-3.0-or-later
"""Where generated keys go: the action that is there, a new one, or NLA tracks; and from one to the other."""

import bpy
import pytest


def test_an_action_without_slot_gets_one(face, value_at, expected, scene):
    key = face.data.shape_keys
    key.animation_data_create().action = bpy.data.actions.new("Mine")
    key.animation_data.action_slot = None
    bpy.ops.parlance.fix(code="no_slot")
    bpy.ops.parlance.generate()
    assert key.animation_data.action.name == "Mine"
    shapes, first = expected(face, scene)
    assert value_at(face, "jawOpen", first + int(shapes[:, 17].argmax())) > 0.1


def test_a_new_action_leaves_the_old_one_in_the_file(face):
    key = face.data.shape_keys
    key.key_blocks["jawOpen"].keyframe_insert("value", frame=20)
    old = key.animation_data.action
    face.parlance.output = "NEW"
    bpy.ops.parlance.generate()
    assert key.animation_data.action != old
    assert old.use_fake_user


def test_layers_on_nla_tracks_add_up_to_the_whole(face, expected, scene, value_at, room):
    face.parlance.output = "NLA"
    bpy.ops.parlance.generate()
    tracks = [track.name for track in face.data.shape_keys.animation_data.nla_tracks]
    assert tracks[:1] == ["Parlance Speech"]
    shapes, first = expected(face, scene)
    for frame in range(0, len(shapes), 9):
        for channel, name in enumerate(room("inference.arkit").NAMES):
            assert value_at(face, name, first + frame) == pytest.approx(shapes[frame, channel], abs=0.035), (name, frame)


def test_a_change_survives_the_move_to_nla_tracks(face, curves, value_at):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
    middle = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = middle.co
    middle.co[1] = value + 0.3
    face.parlance.output = "NLA"
    bpy.ops.parlance.generate()
    assert value_at(face, "mouthSmileLeft", frame) > value + 0.15
    assert not curves(face.data.shape_keys)


@pytest.mark.ends
def test_switching_to_tracks_and_back_keeps_a_change(face, curves, value_at):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
    middle = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = middle.co
    middle.co[1] = value + 0.3
    for output in ("NLA", "ACTIVE"):
        face.parlance.output = output
        assert value_at(face, "mouthSmileLeft", frame) > value + 0.15, output
