# SPDX-License-Identifier: GPL-3.0-or-later
"""A character speaks and moves its head the same, whichever way it stands in the scene and whichever way up it was made."""

import math

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix, Vector

PLACES = {"head": ((0, 0, 1.5), (0, 0, 1.7)), "jaw": ((0, -0.02, 1.55), (0, -0.1, 1.5))}
STANDS = {
    "as made": (Matrix.Identity(4), (0.0, 0.0, 0.0)),
    "to the side": (Matrix.Identity(4), (0.0, 0.0, 2.0)),
    "with Y up": (Matrix.Rotation(-math.pi / 2, 4, "X"), (math.pi / 2, 0.0, 0.0)),
    "with Y up, to the side": (Matrix.Rotation(-math.pi / 2, 4, "X"), (math.pi / 2, 0.0, 1.5)),
}


@pytest.fixture
def stand(select):
    """A rig of these bones, its data turned and its object turned."""

    def make(turned, rotation, bones=PLACES):
        rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
        bpy.context.scene.collection.objects.link(rig)
        select(rig)
        bpy.ops.object.mode_set(mode="EDIT")
        for name, ends in bones.items():
            bone = rig.data.edit_bones.new(name)
            bone.head, bone.tail = (turned @ Vector(end) for end in ends)
        bpy.ops.object.mode_set(mode="OBJECT")
        rig.rotation_euler = rotation
        bpy.context.view_layer.update()
        return rig

    return make


def moved(rig, bone, end):
    """float64[F, 3] how far the end of a bone goes from rest, as seen by somebody in front of the character."""
    rest = getattr(rig.data.bones[bone], f"{end}_local")
    facing = Euler((0.0, 0.0, -rig.rotation_euler.z)).to_matrix() @ rig.matrix_world.to_3x3()
    seen = []
    for frame in range(10, 70):
        bpy.context.scene.frame_set(frame)
        shown = rig.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones[bone]
        seen.append(facing @ (getattr(shown, end) - rest))
    return np.array(seen)


@pytest.mark.ends
@pytest.mark.parametrize("way", [way for way in STANDS if way != "as made"])
def test_jaw_and_head_move_the_same_however_a_character_stands(stand, room, speech, way):
    found = []
    for each in ("as made", way):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        rig = stand(*STANDS[each])
        bpy.context.scene.render.fps = 24
        room("addon.sequencer.strips").add(bpy.context.scene, str(speech), 10)
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        found.append((moved(rig, "jaw", "tail"), moved(rig, "head", "tail")))
    (jaw, head), (jaw_there, head_there) = found
    assert jaw[:, 2].min() < -0.004
    assert np.ptp(head[:, 0]) > 1e-3
    assert np.abs(jaw - jaw_there).max() < 1e-4
    assert np.abs(head - head_there).max() < 2e-4  # a quaternion's axes share the keys' tolerance otherwise


@pytest.mark.parametrize("way", list(STANDS))
def test_what_lies_ahead_is_ahead(stand, room, way):
    rig = stand(*STANDS[way])
    ahead = Matrix.Rotation(STANDS[way][1][2], 3, "Z") @ Vector((0.3, -2.0, 1.7))
    space = room("addon.character.eyes").space_of(rig)
    ((yaw, pitch),) = space.directions(np.array([ahead]))
    assert yaw == pytest.approx(math.degrees(math.atan2(0.3, 2.0)), abs=1.0)
    assert abs(pitch) < 10.0


def test_a_character_that_was_made_to_look_along_y_is_known_by_its_sides(stand, room):
    sides = {"hand.L": ((-0.5, 0, 1), (-0.6, 0, 1)), "hand.R": ((0.5, 0, 1), (0.6, 0, 1))}
    rig = stand(Matrix.Identity(4), (0.0, 0.0, 0.0), PLACES | sides)
    assert [tuple(row) for row in room("addon.character.facing").axes(rig)] == [(-1, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_a_body_that_lies_down_is_known_by_its_height(stand, room):
    body = {f"spine{i}": ((0, 0, 0.1 * i), (0, 0, 0.1 * i + 0.1)) for i in range(14)}
    rig = stand(Matrix.Identity(4), (-math.pi / 2, 0.0, 0.3), PLACES | body)
    assert [tuple(row) for row in room("addon.character.facing").axes(rig)] == [(1, 0, 0), (0, 0, 1), (0, -1, 0)]


def test_an_object_that_turns_as_the_head_nods_about_its_own_ears(make_face, room, speech):
    nods = []
    for turned in (0.0, 1.3):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        face = make_face()
        face.parlance.head_object = face
        face.rotation_euler.z = turned
        room("addon.sequencer.strips").add(bpy.context.scene, str(speech), 10)
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        nods.append([nose(face, frame).z for frame in range(10, 70)])
    assert np.ptp(nods[0]) > 0.02
    assert nods[1] == pytest.approx(nods[0], abs=2e-3)


def nose(face, frame):
    """Where the front of an object points."""
    bpy.context.scene.frame_set(frame)
    shown = face.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return shown.matrix_world.to_3x3() @ Vector((0.0, -1.0, 0.0))
