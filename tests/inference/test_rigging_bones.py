# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np
import pytest

from parlance.inference.rigging import Drive
from parlance.inference.rigging.bones import Bone, recognise_bones
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


@pytest.mark.parametrize("name", ["jaw_master", "jaw", "Jaw", "CC_Base_JawRoot", "lowerJaw", "mixamorig:Jaw", "c_jawbone.x"])
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


def test_a_controller_gives_its_shape_the_same_value():
    shape = Drive("jawOpen", "jawOpen", gain=0.8, offset=0.05)
    controller = through(shape, '["jaw"]', 0.5, 0.1)
    for curve in (0.0, 0.4, 1.0):
        value = np.clip(controller.gain * curve + controller.offset, controller.low, controller.high)
        assert 0.5 * value + 0.1 == pytest.approx(np.clip(0.8 * curve + 0.05, 0, 1))
    assert through(shape, "x", 0.0, 1.0) is None
