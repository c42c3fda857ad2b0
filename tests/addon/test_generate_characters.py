# SPDX-License-Identifier: GPL-3.0-or-later
"""Lip sync on characters of several meshes, with bones, under any name, anywhere in the scene, and on several at once."""

import bpy
import pytest


def test_the_head_bone_turns(make_armature, make_face, add_voice, scene):
    rig = make_armature()
    make_face("Head", parent=rig)
    add_voice()
    bpy.ops.parlance.generate()
    turned = set()
    for frame in range(10, 60, 5):
        scene.frame_set(frame)
        turned.add(tuple(round(angle, 4) for angle in rig.pose.bones["head"].rotation_quaternion))
    assert len(turned) > 3


def test_an_animated_head_bone_is_left_alone(make_armature, make_face, add_voice, curves, bits):
    rig = make_armature()
    bone = rig.pose.bones["head"]
    bone.keyframe_insert("rotation_quaternion", frame=1)
    before = {path: bits(curve) for path, curve in curves(rig).items()}
    make_face("Head", parent=rig)
    add_voice()
    bpy.ops.parlance.generate()
    after = curves(rig)
    assert {path: bits(after[path]) for path in before} == before


def test_objects_that_share_shape_keys_are_written_once(face, make_face, value_at, select):
    twin = make_face("Twin", mesh=face.data)
    select(face)
    bpy.ops.parlance.generate()
    assert len(bpy.data.actions) == 1
    assert value_at(twin, "jawOpen", 30) == value_at(face, "jawOpen", 30)


def test_two_characters_in_one_scene(face, make_face, curves):
    other = make_face("Other")
    bpy.ops.parlance.generate()
    assert curves(other.data.shape_keys)
    assert not curves(face.data.shape_keys)


@pytest.mark.ends
def test_settings_are_copied_to_another_character(face, make_face, select):
    bpy.ops.parlance.generate()
    face.parlance.lines[0].direction.jaw = 1.7
    other = make_face("Other")
    select(face)
    other.select_set(True)
    assert bpy.ops.parlance.copy_settings() == {"FINISHED"}
    assert other.parlance.direction.jaw == pytest.approx(1.7)


def test_head_motion_switched_off_goes_away_at_once(make_armature, make_face, add_voice, curves):
    rig = make_armature()
    make_face("Head", parent=rig)
    add_voice()
    bpy.ops.parlance.generate()
    path = 'pose.bones["head"].rotation_quaternion', 1
    assert path in curves(rig)
    rig.parlance.move_head = False
    assert path not in curves(rig)
    assert tuple(rig.pose.bones["head"].rotation_quaternion) == (1.0, 0.0, 0.0, 0.0)
    rig.parlance.move_head = True
    assert path in curves(rig)


@pytest.mark.ends
def test_a_mesh_left_out_comes_to_rest(make_armature, make_face, add_voice, curves, value_at, select):
    rig = make_armature()
    head = make_face("Head", parent=rig)
    teeth = make_face("Teeth", ("jawOpen",), parent=rig)
    add_voice()
    select(head)
    bpy.ops.parlance.generate()
    teeth.parlance.included = False
    assert not curves(teeth.data.shape_keys)
    assert value_at(teeth, "jawOpen", 40) == 0.0
    assert curves(head.data.shape_keys)
    teeth.parlance.included = True
    assert curves(teeth.data.shape_keys)


def test_names_in_japanese(make_face, add_voice, speech, tmp_path):
    path = tmp_path / "こんにちは.flac"
    path.write_bytes(speech.read_bytes())
    face = make_face("顔")
    add_voice(path)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert face.parlance.lines[0].title == "こんにちは.flac"


@pytest.mark.ends
def test_a_strip_beyond_the_scene(make_face, add_voice, scene, curves):
    face = make_face()
    scene.frame_end = 20
    add_voice(frame=5000)
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert curve.keyframe_points[0].co[0] >= 5000 - 8
