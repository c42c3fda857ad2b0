# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own poses as visemes: taken, shown, saved, spoken with."""

import json

import bpy
import numpy as np
import pytest


@pytest.fixture
def pose(face):
    """Put shapes of the face to values, all others to 0."""

    def put(**values):
        for block in face.data.shape_keys.key_blocks[1:]:
            block.value = values.get(block.name, 0.0)

    return put


@pytest.fixture
def take(pose):
    """Pose the face and take it for a viseme."""

    def take_it(viseme, **values):
        pose(**values)
        assert bpy.ops.parlance.viseme_capture(viseme=viseme) == {"FINISHED"}
        pose()

    return take_it


def highest(value_at, face, shape, first=10, last=60):
    return max(value_at(face, shape, frame) for frame in range(first, last))


@pytest.mark.newest
def test_poses_of_the_artist_are_spoken_and_the_rest_stays_ours(face, take, value_at):
    take("pose_aa", cheekPuff=1.0, jawOpen=0.3)
    take("pose_E", cheekPuff=0.9, jawOpen=0.2)
    take("pose_PP", noseSneerLeft=0.8)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert highest(value_at, face, "cheekPuff") > 0.5
    assert highest(value_at, face, "noseSneerLeft") > 0.6
    assert highest(value_at, face, "mouthPucker") > 0.1


@pytest.mark.ends
def test_closures_still_close_between_own_vowels(face, take, room, value_at):
    take("pose_aa", jawOpen=1.0)
    take("pose_O", jawOpen=0.8, mouthFunnel=0.6)
    bpy.ops.parlance.generate()
    root = room("addon.character.hierarchy").root_of(face)
    heard = room("addon.animation.stored").unpack(root.parlance.lines[0].performance)
    measure, index = room("inference.geometry").measure, room("inference.geometry").INDEX["gap"]
    names = room("inference.arkit").NAMES
    closing = [phone for phone in heard.phones if phone.symbol in {"p", "b", "m"}]
    assert closing
    for phone in closing:
        gaps = []
        for frame in np.arange(10 + 24 * phone.start, 10 + 24 * phone.end + 1.0, 0.5):
            weights = np.array([[value_at(face, name, float(frame)) for name in names]], np.float32)
            gaps.append(float(measure(weights)[0, index]))
        assert min(gaps) < 0.5


def test_a_pose_is_shown_and_forgotten(face, take):
    take("pose_U", mouthPucker=0.9)
    blocks = face.data.shape_keys.key_blocks
    bpy.ops.parlance.viseme_show(viseme="pose_U")
    assert blocks["mouthPucker"].value == pytest.approx(0.9, abs=1e-4)
    bpy.ops.parlance.viseme_show(viseme="pose_sil")
    assert blocks["mouthPucker"].value == 0.0
    bpy.ops.parlance.viseme_forget(viseme="pose_U")
    assert face.parlance.own_visemes == ""


def test_eyes_and_brows_are_left_out_of_a_pose(face, take):
    take("pose_I", mouthSmileLeft=0.5, eyeBlinkLeft=1.0, browInnerUp=0.4)
    shapes = json.loads(face.parlance.own_visemes)["visemes"]["pose_I"]["shapes"]
    assert set(shapes) == {"mouthSmileLeft"}


def test_a_face_at_rest_is_no_pose(face):
    with pytest.raises(RuntimeError, match=r"The face is at rest; .+\."):
        bpy.ops.parlance.viseme_capture(viseme="pose_aa")


def test_visemes_go_to_another_character_by_file(face, take, make_face, tmp_path):
    take("pose_aa", jawOpen=0.7)
    path = tmp_path / "visemes.json"
    bpy.ops.parlance.visemes_save(filepath=str(path))
    other = make_face("Other")
    assert bpy.ops.parlance.visemes_load(filepath=str(path)) == {"FINISHED"}
    assert other.parlance.own_visemes == face.parlance.own_visemes
    stranger = make_face("Stranger", shapes=("Fat",))
    with pytest.raises(RuntimeError, match="for another rig"):
        bpy.ops.parlance.visemes_load(filepath=str(path))
    path.write_text("{}")
    with pytest.raises(RuntimeError, match="holds no visemes"):
        bpy.ops.parlance.visemes_load(filepath=str(path))
    assert stranger.parlance.own_visemes == ""


def test_bones_are_posed_by_hand_or_by_an_action(make_armature, add_voice, curves):
    rig = make_armature(bone="Mouth")
    add_voice()
    bone = rig.pose.bones["Mouth"]
    bone.rotation_mode = "XYZ"
    for viseme, angle in (("pose_aa", 0.6), ("pose_E", 0.4), ("pose_O", 0.5)):
        bone.rotation_euler.x = angle
        assert bpy.ops.parlance.viseme_capture(viseme=viseme) == {"FINISHED"}
    bone.rotation_euler.x = 0.0
    action = bpy.data.actions.new("Pucker")
    slot = action.slots.new(id_type="OBJECT", name="Rig")
    bag = action.layers.new("Layer").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    curve = bag.fcurves.new('pose.bones["Mouth"].location', index=1)
    curve.keyframe_points.insert(5.0, 0.25)
    assert bpy.ops.parlance.viseme_from_action(viseme="pose_U", action="Pucker", frame=5.0) == {"FINISHED"}
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    turned = curves(rig)[('pose.bones["Mouth"].rotation_euler', 0)]
    values = [turned.evaluate(frame) for frame in range(10, 60)]
    assert 0.2 < max(values) < 0.61
    assert min(values) > -0.01
    assert ('pose.bones["Mouth"].location', 1) in curves(rig)


def test_visemes_survive_saving(face, take, tmp_path):
    take("pose_aa", jawOpen=0.7)
    stored = face.parlance.own_visemes
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    assert bpy.data.objects["Face"].parlance.own_visemes == stored
