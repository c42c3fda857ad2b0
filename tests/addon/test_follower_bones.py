# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads whose mouths are shapes and whose lower teeth hang on bones: the teeth go where the chin goes."""

import bpy
import numpy as np
import pytest
from mathutils import Vector

from . import odd_heads
from .cases import first_everywhere

JOINT = np.array([0.0, 0.07, 0.05])
"""Metres from a chin back and up to the joint of its jaw."""
BEHIND = np.array([0.0, 0.012, 0.03])


def build(head, shapes, *, skin_on_jaw, teeth_on=""):
    """A face of shapes and a row of lower teeth on a bone: on the jaw itself, or below it where the jaw carries skin too."""
    fall = np.linalg.norm(head.shapes["jawOpen"], axis=1)
    chin = int(fall.argmax())
    joint, gums = Vector(head.points[chin] + JOINT), Vector(head.points[chin] + BEHIND)
    rig = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    places = {"head": joint, "jaw": joint, "CC_Base_Teeth02": gums}
    for (name, place), above in zip(places.items(), (None, "head", "jaw"), strict=True):
        bone = rig.data.edit_bones.new(name)
        bone.head, bone.tail = place, place + Vector((0.0, -0.02, 0.0))
        bone.parent = rig.data.edit_bones[above] if above else None
    bpy.ops.object.mode_set(mode="OBJECT")
    face = odd_heads.build(head, shapes, parent=rig)
    teeth = bpy.data.objects.new("Teeth", bpy.data.meshes.new("Teeth"))
    teeth.data.from_pydata([gums + Vector((x, 0.0, z)) for x in (-0.01, 0.01) for z in (0.0, 0.004)], [], [(0, 1, 3, 2)])
    bpy.context.scene.collection.objects.link(teeth)
    teeth.parent = rig
    share = fall / fall.max() if skin_on_jaw else np.zeros(len(fall))
    _skin(face, rig, {"jaw": share, "head": 1.0 - share})
    _skin(teeth, rig, {teeth_on or ("CC_Base_Teeth02" if skin_on_jaw else "jaw"): np.ones(4)})
    return rig, face, teeth, chin


def _skin(mesh, rig, weights):
    for name, those in weights.items():
        group = mesh.vertex_groups.new(name=name)
        for i in np.flatnonzero(those > 0.0):
            group.add([int(i)], float(those[i]), "REPLACE")
    mesh.modifiers.new("Armature", "ARMATURE").object = rig


@pytest.mark.parametrize(("shapes", "skin_on_jaw"), first_everywhere([("ARKit", False), ("ARKit", True), ("visemes", False)], 1))
def test_teeth_on_bones_go_where_the_chin_goes(select, add_voice, shapes, skin_on_jaw):
    head = odd_heads.sculpt("YOUNG")
    rig, face, teeth, chin = build(head, head.shapes if shapes == "ARKit" else head.visemes, skin_on_jaw=skin_on_jaw)
    select(rig)
    rig.parlance.move_head = False
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    frames = range(10, 90, 2)
    chins = odd_heads.seen(face, frames)[:, chin, 2]
    rows = odd_heads.seen(teeth, frames)[..., 2].mean(1)
    assert np.ptp(chins) > 0.003
    assert np.corrcoef(chins, rows)[0, 1] > 0.97
    assert np.ptp(rows) == pytest.approx(np.ptp(chins), rel=0.3)
    if skin_on_jaw:
        rest = head.points[chin, 2]
        assert rest - chins.min() < 1.2 * (rest - _alone(face, chin, frames).min()), "the jaw opened the mouth once more"


@pytest.mark.newest
def test_a_tongue_stays_with_teeth_that_cannot_go_along(room, select):
    head = odd_heads.sculpt("YOUNG")
    rig, _, teeth, _ = build(head, head.shapes, skin_on_jaw=True, teeth_on="jaw")
    tongue = teeth.copy()
    tongue.data = teeth.data.copy()
    bpy.context.scene.collection.objects.link(tongue)
    tongue.vertex_groups[0].name = "CC_Base_Teeth02"
    select(rig)
    assert not room("addon.character.characters").of(rig).followers.active
    bpy.data.objects.remove(teeth)
    assert room("addon.character.characters").of(rig).followers.active


@pytest.mark.newest
def test_a_jaw_bone_that_is_moved_turns_less_or_further(room, select):
    head = odd_heads.sculpt("YOUNG")
    rig, *_ = build(head, head.shapes, skin_on_jaw=False)
    select(rig)

    def turns():
        return max(abs(drive.gain) for drive in room("addon.character.characters").of(rig).followers.active)

    before = turns()
    bpy.ops.object.mode_set(mode="EDIT")
    jaw = rig.data.edit_bones["jaw"]
    jaw.head = jaw.head + Vector((0.0, 0.05, 0.0))
    bpy.ops.object.mode_set(mode="OBJECT")
    assert turns() < 0.8 * before


def _alone(face, chin, frames):
    """Where the chin goes by shapes alone."""
    face.modifiers.clear()
    return odd_heads.seen(face, frames)[:, chin, 2]


def test_teeth_on_bones_follow_a_key_of_the_artists(room, select, add_voice, curves):
    head = odd_heads.sculpt("YOUNG")
    rig, face, teeth, chin = build(head, head.shapes, skin_on_jaw=False)
    select(rig)
    rig.parlance.move_head = False
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    point = curve.keyframe_points[len(curve.keyframe_points) // 2]
    for part in (point.co, point.handle_left, point.handle_right):
        part[1] += 0.4
    frame = [point.co[0]]
    opened = head.points[chin, 2] - odd_heads.seen(face, frame)[0, chin, 2]
    room("addon.generate.live_tracks").refresh()
    assert _fallen(teeth, frame) == pytest.approx(opened, rel=0.3)
    keys = [tuple(each.co) for each in curves(rig)['pose.bones["jaw"].rotation_quaternion', 1].keyframe_points]
    room("addon.generate.live_tracks").refresh()
    assert keys == [tuple(each.co) for each in curves(rig)['pose.bones["jaw"].rotation_quaternion', 1].keyframe_points]
    rig.parlance.lines[0].direction.lips = 0.7
    assert _fallen(teeth, frame) == pytest.approx(opened, rel=0.3)
    assert "; 1 change of yours kept" in rig.parlance.lines[0].result


def _fallen(teeth, frame):
    """Metres that teeth have gone down at a frame."""
    rest = np.mean([vertex.co.z for vertex in teeth.data.vertices])
    return rest - odd_heads.seen(teeth, frame)[0, :, 2].mean()
