# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters as they come: shapes without names, empty or reversed ones, parts on their own meshes, eyes on bones."""

import bpy
import numpy as np
import pytest


@pytest.fixture
def head(room, select, add_voice):
    """The demo head and a voice; its meshes are children of its root."""
    made = room("addon.demo_head").create_demo_head(bpy.context)
    select(made)
    add_voice()
    return made


@pytest.fixture
def meshes(head):
    """The meshes of the head that have shapes, the face first."""
    keyed = [mesh for mesh in head.children if mesh.data.shape_keys]
    return sorted(keyed, key=lambda mesh: -len(mesh.data.vertices))


@pytest.fixture
def ready(room):
    """What a click would do now."""
    return lambda: room("addon.panel.readiness").look(bpy.context)


@pytest.fixture
def told(room):
    """What the panel says of a character."""

    def of(selected):
        return room("addon.panel.character_box").of(room("addon.character.characters").of(selected))

    return of


def rename(meshes, name):
    for mesh in meshes:
        for block in mesh.data.shape_keys.key_blocks[1:]:
            block.name = name(block.name)


def empty(meshes, names):
    for mesh in meshes:
        key = mesh.data.shape_keys
        rest = np.empty(3 * len(mesh.data.vertices), np.float32)
        key.reference_key.points.foreach_get("co", rest)
        for name in names & set(key.key_blocks.keys()):
            key.key_blocks[name].points.foreach_set("co", rest)


def opened(mesh, name, value_at):
    return max(value_at(mesh, name, frame) for frame in range(8, 60, 3))


@pytest.mark.ends
def test_a_sound_head_is_told_so(head, told):
    found = told(head)
    assert found.alive == 52
    assert not found.faults
    assert not found.dead
    assert all(ability.targets and not ability.offered for ability in found.each)
    assert found.of("Opens").targets == ("jawOpen",)
    assert found.of("Blinks").targets == ("eyeBlinkLeft", "eyeBlinkRight")


@pytest.mark.newest
def test_a_head_whose_shapes_have_no_names_speaks(head, meshes, told, room, value_at):
    numbers = {name: f"Key {index + 1}" for index, name in enumerate(room("inference.arkit").NAMES)}
    rename(meshes, numbers.get)
    assert told(head).of("Opens").targets == (numbers["jawOpen"],)
    assert set(told(head).of("Blinks").targets) == {numbers["eyeBlinkLeft"], numbers["eyeBlinkRight"]}
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert opened(meshes[0], numbers["jawOpen"], value_at) > 0.1


@pytest.mark.newest
def test_an_empty_opener_stops_the_button_and_another_is_offered(head, meshes, ready, told):
    empty(meshes, {"jawOpen"})
    for name in ("viseme_aa",):
        assert name not in meshes[0].data.shape_keys.key_blocks
    codes = {obstacle.code for obstacle in ready().obstacles}
    assert "no_opener" in codes
    assert not ready().ready
    with pytest.raises(RuntimeError, match="Nothing opens the mouth"):
        bpy.ops.parlance.generate()
    assert "jawOpen" in told(head).dead


@pytest.mark.newest
def test_an_opener_of_another_meaning_is_used_with_one_click(head, meshes, ready, told, value_at):
    rename(meshes, lambda name: "Jaw_Width" if name == "jawOpen" else name)
    assert told(head).of("Opens").offered.target == "Jaw_Width"
    assert "no_opener" in {obstacle.code for obstacle in ready().obstacles}
    assert bpy.ops.parlance.fix(code="no_opener") == {"FINISHED"}
    assert told(head).of("Opens").targets == ("Jaw_Width",)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert opened(meshes[0], "Jaw_Width", value_at) > 0.1


@pytest.mark.ends
def test_a_shape_can_be_chosen_for_what_is_missing(head, meshes, told):
    rename(meshes, lambda name: "Smile_Size" if name == "mouthPucker" else "Lip_Size" if name == "mouthFunnel" else name)
    assert bpy.ops.parlance.map_choose(role="Rounds", target="Smile_Size") == {"FINISHED"}
    assert told(head).of("Rounds").targets == ("Smile_Size",)


@pytest.mark.newest
def test_a_reversed_shape_is_named_and_turned_round(head, meshes, told, value_at):
    key = meshes[0].data.shape_keys
    rest, moved = (np.empty(3 * len(meshes[0].data.vertices), np.float32) for _ in range(2))
    key.reference_key.points.foreach_get("co", rest)
    key.key_blocks["mouthPucker"].points.foreach_get("co", moved)
    key.key_blocks["mouthPucker"].points.foreach_set("co", 2 * rest - moved)
    assert [(fault.kind, fault.target) for fault in told(head).faults] == [("reversed", "mouthPucker")]
    assert bpy.ops.parlance.map_repair() == {"FINISHED"}
    assert not told(head).faults
    bpy.ops.parlance.generate()
    assert min(value_at(meshes[0], "mouthPucker", frame) for frame in range(8, 60, 3)) < 0.0


@pytest.mark.ends
def test_what_was_seen_is_seen_anew_when_a_shape_changes(head, meshes, told):
    assert "jawOpen" in told(head).of("Opens").targets
    empty(meshes, {"jawOpen"})
    assert "jawOpen" not in told(head).of("Opens").targets


@pytest.mark.newest
def test_a_slider_that_ends_early_is_kept_to(head, meshes, value_at):
    for mesh in meshes:
        if "jawOpen" in mesh.data.shape_keys.key_blocks:
            mesh.data.shape_keys.key_blocks["jawOpen"].slider_max = 0.2
    bpy.ops.parlance.generate()
    assert 0.02 < opened(meshes[0], "jawOpen", value_at) <= 0.2 + 1e-6


@pytest.fixture
def eyed(make_armature, make_face, select):
    """A rig with two eye bones, a face with eyeLook shapes of its lids, and eyeballs that the bones carry."""
    rig = make_armature()
    bpy.ops.object.mode_set(mode="EDIT")
    for side, x in (("L", 0.3), ("R", -0.3)):
        bone = rig.data.edit_bones.new(f"eye.{side}")
        bone.head, bone.tail = (x, 0, 1), (x, -0.1, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    face = make_face("Face", parent=rig)
    balls = make_face("Balls", ("eyeLookInLeft", "eyeLookOutLeft"), parent=rig)
    for side in "LR":
        balls.vertex_groups.new(name=f"eye.{side}").add([1], 1.0, "REPLACE")
    select(rig)
    return rig, face, balls


def test_eye_bones_turn_eyeballs_that_shapes_leave_still(eyed, room):
    rig, _, balls = eyed
    joints, characters = room("addon.character.joints"), room("addon.character.characters")
    assert len(joints.eyes(characters.of(rig))) == 2
    for name in ("eyeLookInLeft", "eyeLookOutLeft"):
        balls.data.shape_keys.key_blocks[name].points[1].co.y = 3.0
    assert not joints.eyes(characters.of(rig))


@pytest.mark.newest
@pytest.mark.parametrize("scale", [1.0, 0.01])
def test_lips_of_a_rig_in_centimetres_move_as_far(make_armature, room, scale):
    rig = make_armature("Rig", "lips.L")
    bpy.ops.object.mode_set(mode="EDIT")
    for name, x, z in (("lips.R", -0.02, 1.5), ("lips.L", 0.02, 1.5), ("toe", 0.1, 0.0), ("head", 0.0, 1.7)):
        bone = rig.data.edit_bones.get(name) or rig.data.edit_bones.new(name)
        bone.head, bone.tail = (x / scale, 0, z / scale), (x / scale, 0, (z + 0.02) / scale)
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.scale = (scale,) * 3
    bpy.context.view_layer.update()
    drives = room("addon.character.characters").of(rig).controls.drives
    reach = max(abs(drive.gain) for drive in drives if drive.source == "mouthSmileLeft")
    assert reach * scale == pytest.approx(0.005, rel=0.3)


def test_a_property_called_mouth_is_offered_for_drawings(select, add_voice, ready, curves):
    empty = bpy.data.objects.new("Puppet", None)
    bpy.context.scene.collection.objects.link(empty)
    empty["mouth"] = 0
    empty.id_properties_ui("mouth").update(min=0, max=8)
    select(empty)
    add_voice()
    select(empty)
    assert "drawings" in {obstacle.code for obstacle in ready().obstacles}
    assert bpy.ops.parlance.fix(code="drawings") == {"FINISHED"}
    assert ready().ready
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (curve,) = [curve for (path, _), curve in curves(empty).items() if path == '["mouth"]']
    assert len({round(key.co.y) for key in curve.keyframe_points}) >= 3


def test_a_collection_that_is_only_shown_is_made_real(make_armature, make_face, select, add_voice, ready, scene):
    rig = make_armature("Actor")
    face = make_face("Head", parent=rig)
    collection = bpy.data.collections.new("Character")
    for member in (rig, face):
        collection.objects.link(member)
        scene.collection.objects.unlink(member)
    empty = bpy.data.objects.new("Instance", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", collection
    scene.collection.objects.link(empty)
    bpy.context.view_layer.update()
    add_voice()
    select(empty)
    assert "instance" in {obstacle.code for obstacle in ready().obstacles}
    assert bpy.ops.parlance.fix(code="instance") == {"FINISHED"}
    assert ready().ready
    assert bpy.ops.parlance.generate() == {"FINISHED"}


def test_meshes_without_vertices_or_shapes_are_passed_over(make_armature, make_face, select, told):
    rig = make_armature()
    make_face("Head", parent=rig)
    hollow = bpy.data.objects.new("Hollow", bpy.data.meshes.new("Hollow"))
    bpy.context.scene.collection.objects.link(hollow)
    hollow.parent = rig
    hollow.shape_key_add(name="Basis")
    hollow.shape_key_add(name="jawOpen")
    bare = make_face("Bare", (), parent=rig)
    bare.shape_key_add(name="Basis")
    select(rig)
    assert told(rig).alive == 52
