# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones of a face: which way a jaw, lids, corners and brows turn, on rigs as they are made."""

import numpy as np
import pytest

from parlance.inference.rigging import Drive
from parlance.inference.rigging.bones import Bone, eye_bones, head_bone, recognise_bones
from parlance.inference.rigging.controllers import address, straight, through

FACE = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])


def bone(name, head=(0, 0, 1.5), axes=((1, 0, 0), (0, 1, 0), (0, 0, 1)), mode="XYZ"):
    return Bone(name, np.asarray(axes, float), np.asarray(head, float), mode)


def moved(rig_map, source):
    """What a source does to each bone: {bone: {channel: [x, y, z]}}."""
    found = {}
    for drive in rig_map.active:
        if drive.source == source:
            path, index = address(drive.target)
            found.setdefault(path, np.zeros(4))[index] = drive.gain
    return found


@pytest.mark.parametrize(
    "name",
    [
        "jaw_master",
        "jaw",
        "Jaw",
        "CC_Base_JawRoot",
        "lowerJaw",
        "mixamorig:Jaw",
        "Bip01 MJaw",
        "Bip001 Jaw",
        "FACIAL_C_Jaw",
        "head jaw",
        "mFaceJaw",
        "顎",
    ],
)
def test_a_jaw_turns_about_the_axis_from_ear_to_ear(name):
    ((path, turn),) = moved(recognise_bones([bone(name)], FACE), "jawOpen").items()
    assert path == f'pose.bones["{name}"].rotation_euler'
    assert turn == pytest.approx([np.radians(24), 0, 0, 0], abs=1e-5)


def test_a_jaw_whose_own_axes_lie_otherwise_turns_the_same_way():
    axes = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
    ((_, turn),) = moved(recognise_bones([bone("jaw", axes=axes)], FACE), "jawOpen").items()
    assert axes @ turn[:3] == pytest.approx([np.radians(24), 0, 0], abs=1e-5)


def test_quaternions_turn_half_the_angle():
    ((path, turn),) = moved(recognise_bones([bone("jaw", mode="QUATERNION")], FACE), "jawOpen").items()
    assert path.endswith("rotation_quaternion")
    assert turn == pytest.approx([0, np.sin(np.radians(12)), 0, 0], abs=1e-5)


def test_a_rigify_face_smiles_outwards_and_blinks_to_its_lower_lid():
    bones = [
        bone("eye.L", (0.03, 0, 1.6)),
        bone("eye.R", (-0.03, 0, 1.6)),
        bone("lips.L", (0.02, -0.1, 1.5)),
        bone("lips.R", (-0.02, -0.1, 1.5)),
    ]
    bones += [bone("lid.T.L.002", (0.03, -0.1, 1.61)), bone("lid.B.L.002", (0.03, -0.1, 1.6))]
    rig_map = recognise_bones(bones, FACE)
    left = moved(rig_map, "mouthSmileLeft")['pose.bones["lips.L"].location']
    right = moved(rig_map, "mouthSmileRight")['pose.bones["lips.R"].location']
    assert left[0] > 0 > right[0]
    assert left[2] == right[2] > 0
    lid = moved(rig_map, "eyeBlinkLeft")['pose.bones["lid.T.L.002"].location']
    assert lid[:3] == pytest.approx([0, 0, -0.01])
    assert "eyeBlinkRight" not in rig_map.sources


@pytest.mark.parametrize(
    "names",
    [
        ("head eyeball {}", "head eyelid {} upper", "head eyelid {} lower", "head mouth corner {}", "left", "right"),
        ("mEye{}", "mFaceEyeLidUpper{}", "mFaceEyeLidLower{}", "mFaceLipCorner{}", "Left", "Right"),
        ("Bip01 {}Eye", "Bip01 {}EyeBlinkTop", "Bip01 {}EyeBlinkBottom", "Bip01 {}MouthCorner", "L", "R"),
    ],
    ids=["XNALara", "Second Life", "Rocketbox"],
)
def test_faces_of_known_bones_blink_and_smile(names):
    *patterns, left, right = names
    places = ((0.03, 0, 1.6), (0.03, -0.1, 1.61), (0.03, -0.1, 1.6), (0.02, -0.1, 1.5))
    bones = [
        bone(pattern.format(side), (sign * x, y, z))
        for side, sign in ((left, 1), (right, -1))
        for pattern, (x, y, z) in zip(patterns, places, strict=True)
    ]
    rig_map = recognise_bones(bones, FACE)
    assert {"eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "mouthSmileRight"} <= rig_map.sources
    lid = moved(rig_map, "eyeBlinkLeft")[f'pose.bones["{patterns[1].format(left)}"].location']
    assert lid[:3] == pytest.approx([0, 0, -0.01])
    corner = moved(rig_map, "mouthSmileRight")[f'pose.bones["{patterns[3].format(right)}"].location']
    assert corner[0] < 0 < corner[2]


def test_inner_and_outer_brows_are_told_by_where_they_are():
    row = [bone("brow.T.L", (0.06, 0, 1.6)), bone("brow.T.L.001", (0.04, 0, 1.6)), bone("brow.T.L.002", (0.02, 0, 1.6))]
    rig_map = recognise_bones(row, FACE)
    inner, outer = moved(rig_map, "browInnerUp"), moved(rig_map, "browOuterUpLeft")
    assert 'pose.bones["brow.T.L"].location' not in inner
    assert inner['pose.bones["brow.T.L.002"].location'][2] > inner['pose.bones["brow.T.L.001"].location'][2] > 0
    assert 'pose.bones["brow.T.L.002"].location' not in outer


def test_what_shape_keys_do_is_not_done_again():
    assert "jawOpen" not in recognise_bones([bone("jaw")], FACE, frozenset({"jawOpen"})).sources


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("var", (1.0, 0.0)),
        ("0.5 * var + 1", (0.5, 1.0)),
        ("(var - 0.2) / 4", (0.25, -0.05)),
        ("-var", (-1.0, 0.0)),
        ("min(max(var * 2, 0), 1)", (2.0, 0.0)),
        ("var * var", None),
        ("sin(var)", None),
        ("other + var", None),
        ("var if var else 0", None),
        ("var +", None),
    ],
)
def test_only_straight_drivers_can_be_turned_round(expression, line):
    found = straight(expression, "var")
    assert found is None if line is None else found == pytest.approx(line)


def test_other_variables_of_a_driver_count_as_they_are():
    assert straight("jaw * strength + lift", "jaw", {"strength": 0.5, "lift": 0.1}) == pytest.approx((0.5, 0.1))
    assert straight("jaw * strength", "jaw") is None
    assert straight("jaw * strength", "strength", {"jaw": 0.0}) == (0.0, 0.0)


def test_a_controller_gives_its_shape_the_same_value():
    shape = Drive("jawOpen", "jawOpen", gain=0.8, offset=0.05)
    controller = through(shape, '["jaw"]', 0.5, 0.1)
    for curve in (0.0, 0.4, 1.0):
        value = np.clip(controller.gain * curve + controller.offset, controller.low, controller.high)
        assert 0.5 * value + 0.1 == pytest.approx(np.clip(0.8 * curve + 0.05, 0, 1))
    assert through(shape, "x", 0.0, 1.0) is None


def test_a_jaw_that_is_a_handle_is_pulled_down():
    ((path, way),) = moved(recognise_bones([bone("c_jawbone.x")], FACE), "jawOpen").items()
    assert path.endswith(".location")
    assert way[2] < -0.02


@pytest.mark.parametrize(
    ("head", "left", "right"),
    [
        ("Bip01 Head", "Bip01 LEye", "Bip01 REye"),
        ("Character1_Head", "Eye_L", "Eye_R"),
        ("頭", "左目", "右目"),
        ("CC_Base_Head", "CC_Base_L_Eye", "CC_Base_R_Eye"),
        ("head.x", "c_eye.l", "c_eye.r"),
        ("J_Bip_C_Head", "J_Adj_L_FaceEye", "J_Adj_R_FaceEye"),
        ("mixamorig:Head", "mixamorig:LeftEye", "mixamorig:RightEye"),
        ("head", "lEye", "rEye"),
        ("head", "eye.L", "eye.R"),
        ("DEF-spine.006", "eyeLeft", "eyeRight"),
    ],
)
def test_head_and_eyes_are_known_in_every_rig(head, left, right):
    names = ["spine", "hand.L", "eyebrow.L", head, left, right, "tongue"]
    assert head_bone(names) == head
    assert eye_bones(names) == (left, right)
    assert head_bone(["spine"]) == ""
    assert eye_bones(["eye", "spine"]) is None


def test_a_rocketbox_face_opens_smiles_and_blinks():
    names = ["MJaw", "MUpperLip", "MBottomLip", "LMouthCorner", "RMouthCorner", "LEyeBlinkTop", "LEyeBlinkBottom", "LEye", "REye"]
    places = [(0, 0, 1.6), (0, -0.1, 1.55), (0, -0.1, 1.54), (0.02, -0.1, 1.545), (-0.02, -0.1, 1.545), (0.03, -0.1, 1.61)]
    places += [(0.03, -0.1, 1.6), (0.0315, 0, 1.605), (-0.0315, 0, 1.605)]
    rig_map = recognise_bones([bone(f"Bip01 {name}", place) for name, place in zip(names, places, strict=True)], FACE)
    assert {"jawOpen", "mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "mouthPucker", "mouthFunnel"} <= rig_map.sources
    lid = moved(rig_map, "eyeBlinkLeft")['pose.bones["Bip01 LEyeBlinkTop"].location']
    assert lid[:3] == pytest.approx([0, 0, -0.01])


@pytest.mark.parametrize("lid", ["eyelid_up.{}", "upper_lid_{}", "Lid_Top.{}", "DEF-eyelid_upper.{}"])
def test_an_upper_lid_without_a_lower_one_falls_as_far_as_an_eye_is_open(lid):
    bones = [bone(f"eye.{side}", (sign * 0.0315, 0, 1.6)) for side, sign in (("L", 1), ("R", -1))]
    bones += [bone(lid.format(side), (sign * 0.03, -0.1, 1.61)) for side, sign in (("L", 1), ("R", -1))]
    rig_map = recognise_bones(bones, FACE)
    fall = moved(rig_map, "eyeBlinkRight")[f'pose.bones["{lid.format("R")}"].location']
    assert fall[:3] == pytest.approx([0, 0, -0.0083])


@pytest.mark.parametrize("unit", [1.0, 0.01, 100.0])
def test_lips_move_as_far_whatever_the_unit_of_the_rig(unit):
    """Two rigs of one face, one in metres and one in other units: told by the eyes, or else by the unit."""

    def corner(eyes):
        bones = [bone("lips.L", np.array([0.02, -0.1, 1.5]) / unit), bone("lips.R", np.array([-0.02, -0.1, 1.5]) / unit)]
        bones += [bone(f"eye.{side}", np.array([x, 0, 1.6]) / unit) for side, x in (("L", 0.0315), ("R", -0.0315)) if eyes]
        return moved(recognise_bones(bones, FACE, millimetre=0.001 / unit), "mouthSmileLeft")['pose.bones["lips.L"].location'][:3]

    for eyes in (True, False):
        assert corner(eyes) * unit == pytest.approx([0.0035, 0.002, 0.005], abs=1e-5)


def test_controls_go_before_the_bones_they_move():
    rig_map = recognise_bones([bone("DEF-jaw"), bone("ORG-jaw"), bone("jaw")], FACE)
    assert rig_map.targets
    assert all('pose.bones["jaw"]' in target for target in rig_map.targets)


def rigify():
    """The controls of a generated face, where they lie and how they are turned."""
    upright = ((1, 0, 0), (0, 0, -1), (0, 1, 0))
    middle = {
        "jaw_master": (0, -0.0625, 1.8738),
        "lip.T": (0, -0.171, 1.814),
        "lip.B": (0, -0.1667, 1.7978),
        "chin": (0, -0.1519, 1.7392),
        "tongue_master": (0, -0.1101, 1.8002),
        "nose_master": (0, -0.1706, 1.8393),
        "eyes": (0, -0.4305, 1.8941),
    }
    sided = {
        "lips.@": (0.0352, -0.1494, 1.8074),
        "lip.T.@.001": (0.0195, -0.1656, 1.8146),
        "lip.B.@.001": (0.0185, -0.1585, 1.8028),
        "lid.T.@.001": (0.0678, -0.1356, 1.8995),
        "lid.T.@.002": (0.055, -0.1436, 1.9022),
        "lid.T.@.003": (0.0425, -0.1427, 1.8987),
        "lid.B.@.001": (0.0393, -0.1425, 1.8854),
        "lid.B.@.002": (0.0553, -0.1418, 1.8833),
        "lid.B.@.003": (0.0694, -0.1351, 1.8889),
        "brow.T.@": (0.0848, -0.094, 1.887),
        "brow.T.@.001": (0.083, -0.1213, 1.9164),
        "brow.T.@.002": (0.0588, -0.1421, 1.9255),
        "brow.T.@.003": (0.0215, -0.1546, 1.9144),
        "cheek.T.@.001": (0.0565, -0.143, 1.8517),
        "cheek.B.@.001": (0.0736, -0.1216, 1.8243),
        "nose.@.001": (0.0176, -0.1627, 1.8429),
        "eye.@": (0.0516, -0.4305, 1.8941),
        "master_eye.@": (0.0516, -0.1209, 1.8941),
    }
    heads = middle | {
        name.replace("@", side): (sign * x, y, z) for name, (x, y, z) in sided.items() for side, sign in (("L", 1), ("R", -1))
    }
    return [bone(name, head, upright, "QUATERNION") for name, head in heads.items()]


def test_a_control_rig_is_known_by_most_of_its_controls_whatever_stands_before_them():
    found = recognise_bones(rigify(), FACE)
    assert found.convention == "Rigify face"
    assert {"tongueOut", "cheekPuff", "noseSneerLeft", "mouthRight", "eyeSquintRight", "eyeLookUpLeft"} <= found.sources
    renamed = [Bone(f"hero:{each.name}", each.axes, each.head, each.mode) for each in rigify()]
    assert recognise_bones(renamed, FACE).convention == "Rigify face"
    half = [each for each in rigify() if not each.name.startswith(("lid", "brow", "cheek", "nose", "tongue", "master"))]
    assert recognise_bones(half, FACE).convention == "Bones"


def test_the_targets_of_a_rigify_face_go_where_its_eyes_look():
    found = recognise_bones(rigify(), FACE)
    axes = rigify()[0].axes
    out = {side: moved(found, f"eyeLookOut{long}") for side, long in (("L", "Left"), ("R", "Right"))}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        way = axes @ out[side][f'pose.bones["eye.{side}"].location'][:3]
        distance = 0.4305 - 0.1209
        assert np.degrees(np.arctan2(way[0], distance)) == pytest.approx(sign * 32.0, abs=2.0)
        assert abs(way[2]) < 1e-6
    up = axes @ moved(found, "eyeLookUpLeft")['pose.bones["eye.L"].location'][:3]
    assert up[2] > 0.05
