# SPDX-License-Identifier: GPL-3.0-or-later
"""A target object: eyes rest on it where it stands, and follow it where it goes."""

import bpy
import numpy as np
import pytest


@pytest.fixture
def target(scene):
    """An empty in front of the character, two metres to its left."""
    made = bpy.data.objects.new("Listener", None)
    scene.collection.objects.link(made)
    made.location = (2, -2, 0)
    bpy.context.view_layer.update()
    return made


def test_where_a_target_is(face, target, room):
    look_at, of = room("addon.character.look_at"), room("addon.character.characters").of
    assert look_at.track(of(face), 1, 5) is None
    face.parlance.gaze_target = target
    seen = look_at.track(of(face), 1, 5)
    assert seen.shape == (5, 2)
    np.testing.assert_allclose(seen[:, 0], np.degrees(np.arctan2(1.5, 2.5)), atol=1)
    target.keyframe_insert("location", frame=1)
    target.location.x = -2
    target.keyframe_insert("location", frame=5)
    walked = look_at.track(of(face), 1, 5)
    assert walked[0, 0] > 30
    assert walked[-1, 0] < -30


@pytest.fixture
def waving(make_armature, scene):
    """An arm that turns, on a cart that rolls, with an apple in its hand."""
    cart, apple = (bpy.data.objects.new(name, None) for name in ("Cart", "Apple"))
    arm = make_armature("Arm")
    arm.parent = cart
    arm.rotation_euler.z = 0.8
    bone = arm.pose.bones[0]
    for thing in (cart, apple):
        scene.collection.objects.link(thing)
    apple.parent, apple.parent_type, apple.parent_bone = arm, "BONE", bone.name
    apple.location = (0.1, 0.2, 0)
    bone.rotation_mode = "XYZ"
    for frame, turn, place in ((1, 0.0, 0.0), (21, 1.2, 3.0)):
        bone.rotation_euler.x = turn
        bone.keyframe_insert("rotation_euler", frame=frame)
        cart.location.x = place
        cart.keyframe_insert("location", frame=frame)
    scene.frame_set(9)
    return arm, bone.name, apple


@pytest.fixture
def ways(face, waving, scene, room):
    """Where the face looks in 21 frames, and where what it looks at is as Blender plays it: degrees of both."""
    look_at, eyes, of = room("addon.character.look_at"), room("addon.character.eyes"), room("addon.character.characters").of

    def look(*, held):
        arm, bone, apple = waving
        face.parlance.gaze_kind = "OBJECT"
        face.parlance.gaze_target = apple if held else arm
        face.parlance.gaze_bone = "" if held else bone
        seen, shown = look_at.track(of(face), 1, 21), []
        for frame in range(1, 22):
            scene.frame_set(frame)
            shown.append(apple.matrix_world.translation.copy() if held else arm.matrix_world @ arm.pose.bones[bone].head)
        scene.frame_set(9)
        return seen, eyes.space_of(of(face).body).directions(np.array(shown))

    return look


@pytest.mark.newest
@pytest.mark.parametrize("held", [False, True])
def test_what_a_keyed_arm_holds_is_followed_where_blender_puts_it(ways, held):
    seen, shown = ways(held=held)
    assert np.ptp(shown[:, 0]) > 10
    np.testing.assert_allclose(seen, shown, atol=0.1)


def lift(curve):
    curve.keyframe_points[0].co.y += 0.4


def straighten(curve):
    curve.keyframe_points[0].interpolation = "LINEAR"


def bounce(curve):
    curve.keyframe_points[0].interpolation = "BOUNCE"
    curve.keyframe_points[0].easing = "EASE_IN"


def shake(curve):
    curve.modifiers.new("NOISE").strength = 2


def go_on(curve):
    curve.keyframe_points[1].co.x = 11
    curve.extrapolation = "LINEAR"


def mute(curve):
    curve.mute = True


@pytest.mark.newest
@pytest.mark.parametrize("edit", [lift, straighten, bounce, shake, go_on, mute])
def test_an_arm_that_is_animated_otherwise_is_followed_at_once(waving, ways, room, scene, edit):
    before, _ = ways(held=True)
    bag = room("addon.animation.slots").existing(waving[0]).bag
    edit(bag.fcurves.find('pose.bones["head"].rotation_euler', index=0))
    scene.frame_set(9)
    seen, shown = ways(held=True)
    assert np.abs(seen - before).max() > 0.5
    np.testing.assert_allclose(seen, shown, atol=0.1)


@pytest.mark.newest
def test_what_was_followed_takes_no_more_memory_than_its_share_and_none_in_another_file(waving, ways, room, monkeypatch):
    places = room("addon.animation.keyed_places")
    ways(held=True)
    monkeypatch.setattr(places, "_MOST", 60)
    arm, bone, _ = waving
    for start in range(10):
        places.of(arm, bone, np.arange(start, start + 21))
    assert 0 < sum(map(len, places._known.values())) <= 60
    bpy.ops.wm.read_homefile(use_empty=True)
    assert not places._known


def test_a_target_under_a_constraint_is_taken_as_it_stands(face, waving, scene, room):
    look_at, of = room("addon.character.look_at"), room("addon.character.characters").of
    _, _, apple = waving
    holder = bpy.data.objects.new("Holder", None)
    scene.collection.objects.link(holder)
    holder.constraints.new("COPY_LOCATION").target = apple
    bpy.context.view_layer.update()
    face.parlance.gaze_target = holder
    assert np.ptp(look_at.track(of(face), 1, 21), axis=0).max() < 1e-3


@pytest.mark.newest
def test_eyes_rest_on_a_target_at_once(face, target, value_at):
    face.parlance.direction.eye_contact = 1.0
    bpy.ops.parlance.generate()
    assert value_at(face, "eyeLookOutLeft", 100) < 0.3
    face.parlance.gaze_target = target
    assert value_at(face, "eyeLookOutLeft", 100) > 0.7


@pytest.fixture
def tall(make_armature, make_face, select):
    """A whole body: its head bone from 1.6 to 1.8 m, its face there too."""

    def make(name="Body"):
        rig = make_armature(name)
        select(rig)
        bpy.ops.object.mode_set(mode="EDIT")
        spine = rig.data.edit_bones.new("spine")
        spine.head, spine.tail = (0, 0, 1.0), (0, 0, 1.6)
        bone = rig.data.edit_bones["head"]
        bone.head, bone.tail, bone.parent = (0, 0, 1.6), (0, 0, 1.8), spine
        bpy.ops.object.mode_set(mode="OBJECT")
        face = make_face(f"{name} Face", parent=rig)
        select(face)
        return rig, face

    return make


def test_a_whole_body_looks_from_its_eyes(tall, target, room):
    look_at, of = room("addon.character.look_at"), room("addon.character.characters").of
    rig, face = tall()
    target.location = (0, -2, 1.71)
    bpy.context.view_layer.update()
    rig.parlance.gaze_target = target
    np.testing.assert_allclose(look_at.track(of(face), 1, 3), 0, atol=1.5)
    rig.pose.bones["spine"].rotation_mode = "XYZ"
    rig.pose.bones["spine"].rotation_euler.x = 0.3
    bpy.context.view_layer.update()
    assert abs(look_at.track(of(face), 1, 1)[0, 1]) > 8


def test_what_can_be_looked_at(tall, scene, room):
    look_at, of = room("addon.character.look_at"), room("addon.character.characters").of
    rig, face = tall("One")
    other, _ = tall("Two")
    other.location = (0, -2, 0)
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    scene.camera, camera.location = camera, (2, -2, 1.71)
    bpy.context.view_layer.update()

    def seen():
        return look_at.track(of(face), 1, 1, scene)[0]

    rig.parlance.gaze_target = other
    np.testing.assert_allclose(seen(), 0, atol=1.5)
    rig.parlance.gaze_bone = "spine"
    assert seen()[1] == pytest.approx(np.degrees(np.arctan2(1.0 - 1.71, 2)), abs=2)
    rig.parlance.gaze_kind = "CAMERA"
    assert seen()[0] == pytest.approx(45, abs=1)
    rig.parlance.gaze_kind, rig.parlance.gaze_point = "POINT", (-2, -2, 1.71)
    assert seen()[0] == pytest.approx(-45, abs=1)


def test_what_another_character_holds_is_looked_at_rather_than_its_eyes(tall, scene, room):
    look_at, of = room("addon.character.look_at"), room("addon.character.characters").of
    rig, face = tall("One")
    other, _ = tall("Two")
    other.location = (0, -2, 0)
    apple, leaf = (bpy.data.objects.new(name, None) for name in ("Apple", "Leaf"))
    for thing in (apple, leaf):
        scene.collection.objects.link(thing)
    apple.parent, apple.parent_type, apple.parent_bone, leaf.parent = other, "BONE", "spine", apple
    apple.location = (1, 0, 0)
    bpy.context.view_layer.update()
    for held in (apple, leaf):
        rig.parlance.gaze_target = held
        assert abs(look_at.track(of(face), 1, 1, scene)[0, 0]) > 20
    rig.parlance.gaze_target = bpy.data.objects["Two Face"]
    np.testing.assert_allclose(look_at.track(of(face), 1, 1, scene)[0], 0, atol=1.5)


def test_keys_choose_between_targets(face, target, value_at, scene):
    face.parlance.direction.eye_contact = 1.0
    other = bpy.data.objects.new("Other", None)
    scene.collection.objects.link(other)
    other.location = (-2, -2, 0)
    bpy.context.view_layer.update()
    face.parlance.gaze_target = target
    bpy.ops.parlance.generate()
    look = face.parlance.looks.add()
    look.target = other
    scene.frame_set(1)
    assert bpy.ops.parlance.look(index=0) == {"FINISHED"}
    scene.frame_set(120)
    assert bpy.ops.parlance.look(index=1) == {"FINISHED"}
    assert value_at(face, "eyeLookOutLeft", 100) > 0.5
    assert value_at(face, "eyeLookOutLeft", 118) > 0.5
    assert value_at(face, "eyeLookInLeft", 124) > 0.5
    assert value_at(face, "eyeLookInLeft", 160) > 0.3


@pytest.mark.newest
def test_the_gaze_goes_on_between_lines(face, target, scene, value_at, add_voice):
    face.parlance.direction.eye_contact = 1.0
    face.parlance.gaze_target = target
    strip = scene.sequence_editor.strips[0]
    bpy.ops.parlance.generate()
    add_voice(frame=strip.frame_final_end + 60)
    bpy.ops.parlance.generate()
    held = [value_at(face, "eyeLookOutLeft", strip.frame_final_end + frame) for frame in range(-4, 62, 6)]
    assert np.median(held) > 0.6
    assert min(held) > 0.3


@pytest.mark.newest
def test_eyes_that_nothing_turns_are_told(room, make_face):
    """Shapes that look aside with the lids alone turn no eyes, whatever they are called."""
    of, told = room("addon.character.characters").of, room("addon.planning.still_eyes").told
    assert bpy.ops.parlance.add_demo_head() == {"FINISHED"}
    root = bpy.context.object
    assert told(of(root)) == ""
    for mesh in (mesh for face in of(root).faces for mesh in face.meshes):
        shapes = mesh.data.shape_keys
        rest, moved = (np.empty(3 * len(mesh.data.vertices), np.float32) for _ in range(2))
        shapes.reference_key.points.foreach_get("co", rest)
        for block in shapes.key_blocks:
            if block.name.startswith(("eyeLookIn", "eyeLookOut")):
                block.points.foreach_get("co", moved)
                block.points.foreach_set("co", rest + 0.25 * (moved - rest))
    assert "the head alone follows" in told(of(root))
    mouth = make_face("Mouth", ["jawOpen", "mouthClose", "mouthPucker"])
    assert "turns the eyes of “Mouth”: nothing follows" in told(of(mouth))
