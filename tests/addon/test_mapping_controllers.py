# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters that speak with bones or with properties of a control rig, in real Blender."""

import math

import bpy
import pytest


@pytest.fixture
def make_rig(select):
    def make(bones, name="Rig"):
        rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
        bpy.context.scene.collection.objects.link(rig)
        select(rig)
        bpy.ops.object.mode_set(mode="EDIT")
        for bone, (head, tail) in bones.items():
            made = rig.data.edit_bones.new(bone)
            made.head, made.tail = head, tail
        bpy.ops.object.mode_set(mode="OBJECT")
        return rig

    return make


JAW = {"head": ((0, 0, 1.5), (0, 0, 1.7)), "jaw": ((0, -0.02, 1.55), (0, -0.1, 1.5))}


def chin_drop(rig, frame):
    bpy.context.scene.frame_set(int(frame))
    evaluated = rig.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return rig.data.bones["jaw"].tail_local.z - evaluated.pose.bones["jaw"].tail.z


@pytest.mark.ends
@pytest.mark.parametrize("mode", ["XYZ", "QUATERNION"])
def test_a_jaw_bone_alone_speaks(make_rig, add_voice, curves, mode):
    rig = make_rig(JAW)
    rig.pose.bones["jaw"].rotation_mode = mode
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    paths = {path for path, _ in curves(rig)}
    assert any(path.startswith('pose.bones["jaw"].rotation') for path in paths)
    drops = [chin_drop(rig, frame) for frame in range(10, 60)]
    assert max(drops) > 0.004
    assert min(drops) > -0.002
    assert max(drops) < 0.05


@pytest.mark.newest
@pytest.mark.parametrize("kind", ["COPY_ROTATION", "COPY_TRANSFORMS"])
def test_a_jaw_that_copies_a_control_opens_by_it(make_rig, add_voice, curves, kind):
    rig = make_rig(JAW | {"jaw_ctrl": JAW["jaw"]})
    copies = rig.pose.bones["jaw"].constraints.new(kind)
    copies.target, copies.subtarget = rig, "jaw_ctrl"
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert any(path.startswith('pose.bones["jaw_ctrl"].rotation') for path, _ in curves(rig))
    drops = [chin_drop(rig, frame) for frame in range(10, 60)]
    assert 0.004 < max(drops) < 0.05


def test_a_jaw_that_a_driver_turns_is_not_said_to_open(make_rig, add_voice, room):
    rig = make_rig(JAW)
    rig["open"] = 0.0
    rig.pose.bones["jaw"].rotation_mode = "XYZ"
    driver = rig.pose.bones["jaw"].driver_add("rotation_euler", 0).driver
    driver.type = "AVERAGE"
    target = driver.variables.new().targets[0]
    target.id, target.data_path = rig, '["open"]'
    add_voice()
    found = room("addon.panel.readiness").look(bpy.context)
    assert not room("addon.panel.character_box").of(found.character).of("Opens").targets
    assert [each.code for each in found.obstacles if each.stops] == [None]


def test_shapes_that_are_there_keep_the_jaw_bone_still(make_rig, make_face, select, room):
    rig = make_rig(JAW)
    make_face(parent=rig)
    select(rig)
    character = room("addon.character.characters").of(rig)
    assert "jawOpen" not in character.controls.sources
    assert character.faces


def test_a_property_of_the_rig_is_a_target(make_rig, add_voice, curves, room):
    rig = make_rig({"root": ((0, 0, 0), (0, 0, 1))})
    rig["jaw_open"] = 0.0
    rigging = room("inference.rigging")
    drives = (rigging.Drive("jawOpen", '["jaw_open"]', gain=10.0, high=10.0), rigging.Drive("mouthPucker", '["gone"]'))
    rig.parlance.rig_map = rigging.to_json(rigging.RigMap("custom", drives))
    add_voice()
    bpy.ops.parlance.generate()
    keyed = {path: curve for (path, _), curve in curves(rig).items()}
    assert '["gone"]' not in keyed
    values = [point.co[1] for point in keyed['["jaw_open"]'].keyframe_points]
    assert max(values) > 0.3


def test_controls_behind_drivers_are_keyed_instead_of_the_shapes(make_rig, make_face, add_voice, curves, room, select):
    rig = make_rig({"root": ((0, 0, 0), (0, 0, 1))})
    rig["jaw"] = 0.0
    face = make_face(parent=rig)
    driver = face.data.shape_keys.key_blocks["jawOpen"].driver_add("value").driver
    driver.type = "SCRIPTED"
    variable = driver.variables.new()
    variable.name, variable.type = "var", "SINGLE_PROP"
    variable.targets[0].id, variable.targets[0].data_path = rig, '["jaw"]'
    driver.expression = "var / 2"
    add_voice()
    select(rig)
    assert bpy.ops.parlance.map_controllers.poll()
    assert bpy.ops.parlance.map_controllers() == {"FINISHED"}
    character = room("addon.character.characters").of(rig)
    (drive,) = character.controls.active
    assert (drive.target, drive.gain, drive.high) == ('["jaw"]', 2.0, 2.0)
    assert "jawOpen" not in character.faces[0].sources
    assert "jawOpen" in character.sources
    bpy.ops.parlance.generate()
    assert '["jaw"]' in {path for path, _ in curves(rig)}
    assert 'key_blocks["jawOpen"].value' not in {path for path, _ in curves(face.data.shape_keys)}


def test_the_box_offers_the_controls_that_shapes_follow_and_counts_them(make_rig, make_face, add_voice, curves, room, select):
    rig = make_rig({"root": ((0, 0, 0), (0, 0, 1))})
    face = make_face(parent=rig)
    for block in face.data.shape_keys.key_blocks[1:]:
        rig.pose.bones["root"][block.name] = 0.0
        driver = block.driver_add("value").driver
        variable = driver.variables.new()
        variable.name, variable.type = "var", "SINGLE_PROP"
        variable.targets[0].id, variable.targets[0].data_path = rig, f'pose.bones["root"]["{block.name}"]'
        driver.expression = "var"
    add_voice()
    select(rig)
    stopping = [each for each in room("addon.panel.readiness").look(bpy.context).obstacles if each.stops]
    assert [(each.code, each.others) for each in stopping] == [("controls", (("driven", "Mute Drivers"),))]
    assert bpy.ops.parlance.fix(code="controls") == {"FINISHED"}
    ready = room("addon.panel.readiness").look(bpy.context)
    assert ready.ready
    box = room("addon.panel.character_box")
    assert box.at_a_glance(box.of(ready.character).of("Opens").targets) == "jawOpen"
    bpy.ops.parlance.generate()
    keyed = {path for path, _ in curves(rig) if path.startswith("pose")}
    assert 'pose.bones["root"]["jawOpen"]' in keyed
    assert face.data.shape_keys.animation_data.action is None
    assert f" {len(keyed)} controls" in ready.character.root.parlance.lines[0].result


def test_a_driver_of_several_properties_is_followed_to_the_one_that_moves_it(make_rig, make_face, select, room):
    rig = make_rig({"root": ((0, 0, 0), (0, 0, 1))})
    rig["jaw"], rig["strength"] = 0.0, 0.5
    face = make_face(parent=rig)
    driver = face.data.shape_keys.key_blocks["jawOpen"].driver_add("value").driver
    driver.type = "SCRIPTED"
    for name in ("jaw", "strength"):
        variable = driver.variables.new()
        variable.name, variable.type = name, "SINGLE_PROP"
        variable.targets[0].id, variable.targets[0].data_path = rig, f'["{name}"]'
    driver.expression = "jaw * strength"
    select(rig)
    assert bpy.ops.parlance.map_controllers() == {"FINISHED"}
    (drive,) = room("addon.character.characters").of(rig).controls.active
    assert (drive.target, drive.gain) == ('["jaw"]', 2.0)


def test_a_turned_character_opens_its_jaw_downwards(make_rig, room):
    rig = make_rig({"jaw": ((0, 1.55, 0.02), (0, 1.5, 0.1))})
    rig.rotation_euler.x = math.pi / 2
    bpy.context.view_layer.update()
    character = room("addon.character.characters").of(rig)
    drives = [drive for drive in character.controls.active if drive.source == "jawOpen"]
    bone = rig.pose.bones["jaw"]
    for drive in drives:
        path, index = room("inference.rigging.controllers").address(drive.target)
        getattr(bone, path.rsplit(".", 1)[1])[index] += drive.gain
    bpy.context.view_layer.update()
    tip = rig.matrix_world @ bone.tail
    rest = rig.matrix_world @ rig.data.bones["jaw"].tail_local
    assert tip.z < rest.z - 0.01


def test_mouth_drawings_are_switched_in_steps(add_voice, curves, select):
    drawing = bpy.data.objects.new("Cartoon", None)
    bpy.context.scene.collection.objects.link(drawing)
    drawing["mouth"] = 0
    select(drawing)
    add_voice()
    assert bpy.ops.parlance.map_switch(drawings="switch_blair", target='["mouth"]') == {"FINISHED"}
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (curve,) = [curve for (path, _), curve in curves(drawing).items() if path == '["mouth"]']
    seen = set()
    for frame in range(10, 80):
        bpy.context.scene.frame_set(frame)
        assert curve.evaluate(frame) == pytest.approx(round(curve.evaluate(frame)), abs=1e-4)
        seen.add(drawing["mouth"])
    assert len(seen) >= 3


def test_a_switch_needs_a_property(select):
    drawing = bpy.data.objects.new("Cartoon", None)
    bpy.context.scene.collection.objects.link(drawing)
    select(drawing)
    with pytest.raises(RuntimeError, match="Copy Data Path"):
        bpy.ops.parlance.map_switch(drawings="switch_blair", target='modifiers["Gone"].offset')
    bpy.ops.parlance.map_switch(drawings="switch_vowels", target='["mouth"]')
    assert drawing["mouth"] == 0


def test_the_panel_lists_what_an_armature_speaks_with(make_rig, room):
    rig = make_rig(JAW)
    assert bpy.ops.parlance.map_show() == {"FINISHED"}
    listed = {row.source: row for row in rig.parlance_mapping.rows}
    assert listed["jawOpen"].target.startswith('pose.bones["jaw"].rotation')
    row = listed["jawOpen"]
    row.gain = 2 * row.gain
    assert room("addon.character.characters").of(rig).controls.active
    assert rig.parlance.rig_map
    bpy.ops.parlance.map_auto()
    assert not rig.parlance.rig_map


def test_the_preview_moves_bones_and_properties(make_rig, room):
    rig = make_rig(JAW)
    rig.pose.bones["jaw"]["open"] = 0.0
    rigging = room("inference.rigging")
    drives = (rigging.Drive("jawOpen", 'pose.bones["jaw"]["open"]'), rigging.Drive("jawForward", 'pose.bones["jaw"].location[1]'))
    rig.parlance.rig_map = rigging.to_json(rigging.RigMap("custom", drives))
    bpy.ops.parlance.map_show()
    for row in rig.parlance_mapping.rows:
        if row.target:
            row.preview = 0.5
    assert rig.pose.bones["jaw"]["open"] == pytest.approx(0.5)
    assert rig.pose.bones["jaw"].location[1] == pytest.approx(0.5)
    assert not rig.animation_data
