# SPDX-License-Identifier: GPL-3.0-or-later
"""Demo heads in a scene: added, undone, framed, turned, measured, several at once."""

import bpy
import numpy as np
import pytest
from bl_ext.user_default.parlance.addon import demo_head
from mathutils import Vector

from .head_meshes import MM, basis, evaluated, part

MARKS = demo_head.LANDMARKS


@pytest.fixture
def head():
    return demo_head.create_demo_head(bpy.context)


@pytest.mark.ends
def test_turning_the_head_bone_turns_every_part_and_leaves_the_shirt(head):
    before = {child.name: evaluated(child)[0] for child in head.children}
    bone = head.pose.bones["Head"]
    bone.rotation_mode = "XYZ"
    bone.rotation_euler = (0.0, 0.3, 0.0)
    bpy.context.view_layer.update()
    for child in head.children:
        change = np.linalg.norm(evaluated(child)[0] - before[child.name], axis=1)
        if child.name.endswith(" Shirt"):
            assert change.max() < 0.01
        else:
            assert change.max() > 3.0, child.name


@pytest.mark.ends
def test_two_heads_are_alike_and_share_no_keys():
    first, second = (demo_head.create_demo_head(bpy.context.scene) for _ in range(2))
    assert first.name != second.name
    a, b = demo_head.face_of(first), demo_head.face_of(second)
    assert a.data.shape_keys != b.data.shape_keys
    np.testing.assert_array_equal(basis(a), basis(b))


def test_the_operator_adds_one_head_at_the_cursor_and_selects_its_face():
    bpy.context.scene.cursor.location = (1.0, 2.0, 3.0)
    assert bpy.ops.parlance.add_demo_head() == {"FINISHED"}
    face = bpy.context.view_layer.objects.active
    assert face.data.shape_keys is not None
    assert face.parent.type == "ARMATURE"
    assert face.parent.location == Vector((1.0, 2.0, 3.0))
    assert [thing for thing in bpy.context.scene.objects if thing.parent is None] == [face.parent]
    assert bpy.ops.parlance.add_demo_head(design="OLDER") == {"FINISHED"}
    again = bpy.context.view_layer.objects.active
    assert again.parent not in (None, face.parent)
    assert np.abs(basis(again) - basis(face)).max() > 5.0
    assert list(bpy.context.selected_objects) == [again]


def test_adding_a_head_is_a_single_undo_step():
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.parlance.add_demo_head("EXEC_DEFAULT", True) == {"FINISHED"}
    assert len(bpy.context.scene.objects) == 11
    bpy.ops.ed.undo()
    assert len(bpy.context.scene.objects) == 0


def test_framing_gives_the_scene_a_camera_that_sees_the_face(head):
    scene = bpy.context.scene
    camera = demo_head.frame_head(scene, head)
    assert scene.camera is camera
    bpy.context.view_layer.update()
    from bpy_extras.object_utils import world_to_camera_view

    points, _ = evaluated(part(head, " Face"))
    for mark in MARKS.values():
        u, v, depth = world_to_camera_view(scene, camera, Vector(points[mark] / MM))
        assert 0.1 < u < 0.9
        assert 0.1 < v < 0.9
        assert depth > 0.0


@pytest.mark.newest
def test_a_head_is_measured_alike_at_every_frame(room, scene, add_voice):
    bpy.ops.parlance.add_demo_head()
    add_voice()
    character = room("addon.panel.readiness").look(bpy.context).character
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    seen = []
    for frame in (-100, 60, 140):
        scene.frame_set(frame)
        room("addon.character.recognition").forget()
        room("addon.character.measuring").forget()
        seen.append(room("addon.character.measuring").best(room("addon.character.characters").of(character.root)).geometry)
    for other in seen[1:]:
        assert np.abs(seen[0].features - other.features).max() < 0.01
        assert np.abs(seen[0].jacobian - other.jacobian).max() < 0.01
