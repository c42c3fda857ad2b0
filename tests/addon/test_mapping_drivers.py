# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes that follow controls of another rig: the controls are keyed, and the shapes show what they would show themselves."""

import bpy
import numpy as np
import pytest

SHAPES = ("jawOpen", "jawLeft", "jawRight", "mouthClose", "mouthPucker", "mouthFunnel", "mouthSmileLeft", "eyeBlinkLeft")


@pytest.fixture
def sliders(select):
    """An armature of sliders beside a character, as MB-Lab's, Faceit's and other face rigs have."""
    rig = bpy.data.objects.new("Sliders", bpy.data.armatures.new("Sliders"))
    rig["strength"], rig["blink"] = 0.5, 0.0
    bpy.context.scene.collection.objects.link(rig)
    select(rig)
    bpy.ops.object.mode_set(mode="EDIT")
    for i, name in enumerate(("jaw", "mouth", "purse", "smile", "lids")):
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = (i, 0, 0), (i, 0, 0.1)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def drive(face, shape, expression, **variables):
    """Let a shape follow an expression of (object, data path) or (object, bone, channel) variables."""
    driver = face.data.shape_keys.key_blocks[shape].driver_add("value").driver
    driver.type = "SCRIPTED"
    for name, place in variables.items():
        variable = driver.variables.new()
        variable.name = name
        target = variable.targets[0]
        if len(place) == 2:
            variable.type, target.id, target.data_path = "SINGLE_PROP", *place
        else:
            variable.type = "TRANSFORMS"
            target.id, target.bone_target, target.transform_type = place
            target.transform_space = "LOCAL_SPACE"
    driver.expression = expression


def shown(face, names, frames):
    """The evaluated values of shapes, frame by frame."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        blocks = face.data.shape_keys.evaluated_get(bpy.context.evaluated_depsgraph_get()).key_blocks
        found.append([blocks[name].value for name in names])
    return found


def test_controls_of_another_armature_show_what_the_shapes_would(make_face, sliders, add_voice, select, room):
    plain, face = make_face("Plain", SHAPES), make_face("Driven", SHAPES)
    drive(face, "jawOpen", "-jaw * 10 * strength", jaw=(sliders, "jaw", "LOC_Z"), strength=(sliders, '["strength"]'))
    drive(face, "jawLeft", "max(side * 4, 0)", side=(sliders, "jaw", "LOC_X"))
    drive(face, "jawRight", "max(-side * 4, 0)", side=(sliders, "jaw", "LOC_X"))
    drive(face, "mouthClose", "close if close > 0 else 0", close=(sliders, "mouth", "LOC_Y"))
    drive(
        face,
        "mouthPucker",
        "min(purse / 0.05, 1) * (1 - 0 * close)",
        purse=(sliders, "purse", "LOC_Z"),
        close=(sliders, "mouth", "LOC_Y"),
    )
    drive(face, "mouthSmileLeft", "degrees(turn) / 30", turn=(sliders, "smile", "ROT_Y"))
    drive(face, "eyeBlinkLeft", "blink", blink=(sliders, '["blink"]'))
    add_voice()
    for each in (plain, face):
        select(each)
        if each == face:
            assert bpy.ops.parlance.map_controllers() == {"FINISHED"}
        assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert sliders.animation_data.action
    assert face.data.shape_keys.animation_data.action
    paths = {curve.data_path for curve in room("addon.animation.slots").existing(face.data.shape_keys).bag.fcurves}
    assert not any(name in path for path in paths for name in ("jawOpen", "mouthPucker"))
    frames = range(10, 80, 2)
    for one, other in zip(shown(plain, SHAPES, frames), shown(face, SHAPES, frames), strict=True):
        assert other == pytest.approx(one, abs=0.035)
    assert max(row[0] for row in shown(face, SHAPES, frames)) > 0.15


def test_clearing_takes_the_keys_of_other_armatures_away(make_face, sliders, add_voice, select, room):
    face = make_face("Driven", SHAPES)
    drive(face, "jawOpen", "jaw", jaw=(sliders, "jaw", "LOC_Z"))
    add_voice()
    select(face)
    bpy.ops.parlance.map_controllers()
    bpy.ops.parlance.generate()
    assert room("addon.animation.slots").existing(sliders).bag.fcurves
    bpy.ops.parlance.clear()
    left = room("addon.animation.slots").existing(sliders)
    assert left is None or left.bag is None or not left.bag.fcurves


def test_captures_and_bakes_reach_the_sliders(make_face, sliders, add_voice, select, room, tmp_path):
    face = make_face("Driven", SHAPES)
    drive(face, "jawOpen", "jaw * 2", jaw=(sliders, "jaw", "LOC_Z"))
    add_voice()
    select(face)
    bpy.ops.parlance.map_controllers()
    bpy.ops.parlance.generate()
    before = shown(face, SHAPES, range(10, 60, 5))
    path = tmp_path / "take.csv"
    bpy.ops.parlance.export_curves(filepath=str(path))
    assert bpy.ops.parlance.bake(lines_only=True) == {"FINISHED"}
    bag = room("addon.animation.slots").existing(sliders).bag
    assert len(next(curve for curve in bag.fcurves if "jaw" in curve.data_path).keyframe_points) > 40
    assert np.array(shown(face, SHAPES, range(10, 60, 5))) == pytest.approx(np.array(before), abs=1e-4)
    bpy.ops.parlance.clear()
    sliders.animation_data.action = None
    face.data.shape_keys.animation_data.action = None
    assert bpy.ops.parlance.import_curves(filepath=str(path), start="SOUND", every_frame=True) == {"FINISHED"}
    assert np.array(shown(face, SHAPES, range(10, 60, 5))) == pytest.approx(np.array(before), abs=0.02)


def test_a_control_that_other_shapes_share_is_not_chosen(make_face, sliders, select, room):
    face = make_face("Driven", SHAPES)
    for shape, bone in (("jawOpen", "jaw"), ("mouthPucker", "purse"), ("mouthFunnel", "mouth")):
        drive(face, shape, "own + everything", everything=(sliders, "lids", "LOC_Z"), own=(sliders, bone, "LOC_Z"))
    select(face)
    bpy.ops.parlance.map_controllers()
    ((owner, rig_map),) = room("addon.character.characters").of(face).elsewhere
    assert owner == sliders
    assert not any("lids" in target for target in rig_map.targets)
    assert {drive.source: drive.gain for drive in rig_map.active} == {"jawOpen": 1.0, "mouthPucker": 1.0, "mouthFunnel": 1.0}


def test_a_driver_that_is_a_program_is_left_alone(make_face, sliders, select):
    face = make_face("Driven", ("jawOpen",))
    drive(face, "jawOpen", "__import__('os').getpid() * jaw", jaw=(sliders, "jaw", "LOC_Z"))
    select(face)
    with pytest.raises(RuntimeError, match="can be keyed"):
        bpy.ops.parlance.map_controllers()


@pytest.mark.parametrize("space", ["LOCAL", "WORLD"])
@pytest.mark.newest
def test_a_bone_that_copies_a_control_leaves_the_keys_to_it(make_face, sliders, add_voice, select, space):
    plain, face = make_face("Plain", ("jawOpen", "mouthPucker")), make_face("Driven", ("jawOpen", "mouthPucker"))
    select(sliders)
    bpy.ops.object.mode_set(mode="EDIT")
    inner = sliders.data.edit_bones.new("inner")
    outer = sliders.data.edit_bones["jaw"]
    inner.head, inner.tail = outer.head, outer.tail
    bpy.ops.object.mode_set(mode="OBJECT")
    copies = sliders.pose.bones["inner"].constraints.new("COPY_LOCATION")
    copies.target, copies.subtarget, copies.owner_space, copies.target_space = sliders, "jaw", space, space
    drive(face, "jawOpen", "-jaw * 10", jaw=(sliders, "inner", "LOC_Z"))
    add_voice()
    select(plain)
    bpy.ops.parlance.generate()
    select(face)
    assert bpy.ops.parlance.fix(code="controls") == {"FINISHED"}
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    frames = range(12, 130, 6)
    seen = np.array(shown(face, ("jawOpen",), frames))
    assert seen == pytest.approx(np.array(shown(plain, ("jawOpen",), frames)), abs=0.03)
    assert seen.max() > 0.15


@pytest.mark.ends
def test_shapes_that_follow_those_of_the_face_need_no_keys_and_no_fix(make_face, make_armature, add_voice, select, room):
    rig = make_armature()
    face = make_face("Skin", SHAPES, parent=rig)
    teeth = make_face("Teeth", ("jawOpen", "mouthClose"), parent=rig)
    for shape in ("jawOpen", "mouthClose"):
        driver = teeth.data.shape_keys.key_blocks[shape].driver_add("value").driver
        driver.type = "AVERAGE"
        variable = driver.variables.new()
        variable.targets[0].id_type, variable.targets[0].id = "KEY", face.data.shape_keys
        variable.targets[0].data_path = f'key_blocks["{shape}"].value'
    add_voice()
    select(teeth)
    found = room("addon.panel.readiness").look(bpy.context)
    assert [each.code for each in found.obstacles if each.stops] == []
    assert room("addon.panel.character_box").driven(found.character) == frozenset()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    frames = range(12, 130, 6)
    skin, gums = (np.array(shown(mesh, ("jawOpen", "mouthClose"), frames)) for mesh in (face, teeth))
    assert gums == pytest.approx(skin, abs=1e-3)
    assert gums.max() > 0.15
    assert teeth.data.shape_keys.animation_data.action is None
