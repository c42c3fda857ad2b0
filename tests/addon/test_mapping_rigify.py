# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that Blender's own Rigify generated, with its controls, mechanisms and deform bones, speaks."""

import addon_utils
import bmesh
import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from . import boned_heads

pytestmark = pytest.mark.slow
LOWER = ("jaw", "chin", "lip.B", "teeth.B", "tongue")


@pytest.fixture
def rigify():
    assert addon_utils.enable("rigify", default_set=True), "Blender brings Rigify"
    bpy.ops.object.armature_human_metarig_add()
    bpy.ops.pose.rigify_generate()
    yield bpy.context.view_layer.objects.active
    addon_utils.disable("rigify", default_set=True)


def skinned(room, rig):
    """The demo head's face moved to the rig's head, each vertex carried by the deform bones nearest to it."""
    root = room("addon.demo_head").create_demo_head(bpy.context)
    character = room("addon.character.characters").of(root)
    marks = room("addon.planning.rig_plan").rig_of(character).calibration.landmarks
    counts = [len(face.key.reference_key.points) for face in character.faces]
    marks = marks.moved(np.arange(sum(counts)) - sum(counts[: counts.index(max(counts))]))
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    key = face.data.shape_keys
    rest = boned_heads._keyed(key.reference_key)
    drop = np.linalg.norm(boned_heads._keyed(key.key_blocks["jawOpen"]) - rest, axis=1)
    blink = sum(
        np.linalg.norm(boned_heads._keyed(key.key_blocks[f"eyeBlink{side}"]) - rest, axis=1) for side in ("Left", "Right")
    )
    points = rest @ np.array(face.matrix_world)[:3, :3].T + np.array(face.matrix_world)[:3, 3]
    face.shape_key_clear()
    for thing in [*(child for child in root.children if child != face), root]:
        bpy.data.objects.remove(thing)
    face.parent = None
    face.matrix_world.identity()
    bones = rig.data.bones
    lips, own = (
        points[[*marks.upper, *marks.lower]].mean(0),
        np.mean([bones["DEF-lip.T.L"].head_local, bones["DEF-lip.B.L"].head_local], 0),
    )
    eyes, eye = (
        points[[lid for pair in marks.lids for lid in pair]].mean(0),
        np.mean([bones[f"ORG-eye.{s}"].head_local for s in "LR"], 0),
    )
    size = (eye[2] - own[2]) / (eyes[2] - lips[2])
    points = (points - lips) * size + own
    face.data.vertices.foreach_set("co", points.astype(np.float32).ravel())
    _bind(face, rig, points, drop > 0.5 * np.percentile(drop, 99), blink > 0.3 * blink.max())
    return boned_heads.BonedHead(rig, face, list(marks.upper), list(marks.lower), marks.lids[0], {"lid_left": "lid.T.L"})


def _bind(face, rig, points, lower, lids):
    deform = [bone for bone in rig.data.bones if bone.use_deform and _is_of_face(bone.name)]
    low = np.array([any(bone.name.startswith(f"DEF-{word}") for word in LOWER) for bone in deform])
    lid = np.array([bone.name.startswith("DEF-lid.T") for bone in deform])
    middle = np.array([(bone.head_local + bone.tail_local) / 2 for bone in deform])
    apart = np.linalg.norm(points[:, None] - middle[None], axis=2)
    apart = np.where(lower[:, None] == low[None], apart, np.inf)
    apart = np.where(lids[:, None] == lid[None], apart, np.inf)
    nearest = np.argsort(apart, axis=1)[:, :2]
    weights = 1.0 / (np.take_along_axis(apart, nearest, 1) + 1e-3) ** 2
    weights /= weights.sum(1, keepdims=True)
    groups = [face.vertex_groups.new(name=bone.name) for bone in deform]
    for vertex in range(len(points)):
        for bone, weight in zip(nearest[vertex], weights[vertex], strict=True):
            if weight > 0.01:
                groups[bone].add([vertex], float(weight), "REPLACE")
    face.parent = rig
    face.modifiers.new("Armature", "ARMATURE").object = rig
    bpy.context.view_layer.update()


def _is_of_face(name):
    words = ("jaw", "chin", "lip", "cheek", "nose", "lid", "brow", "forehead", "temple", "ear", "spine.006")
    return name.startswith("DEF-") and any(word in name for word in words) and "forearm" not in name


def eyeballs(rig):
    """A ball in each eye, carried by the bone that aims at the target in front of it."""
    for side in "LR":
        ball(rig, f"ORG-eye.{side}", 0.02)


def ball(rig, name, radius):
    """A ball that a bone carries, at its head."""
    bone = rig.data.bones[name]
    mesh = bpy.data.meshes.new(f"Ball of {name}")
    made = bmesh.new()
    bmesh.ops.create_uvsphere(made, u_segments=16, v_segments=12, radius=radius)
    made.to_mesh(mesh)
    found = bpy.data.objects.new(mesh.name, mesh)
    bpy.context.scene.collection.objects.link(found)
    mesh.transform(Matrix.Translation(bone.head_local))
    found.vertex_groups.new(name=bone.name).add(range(len(mesh.vertices)), 1.0, "REPLACE")
    bone.use_deform = True
    found.parent = rig
    found.modifiers.new("Armature", "ARMATURE").object = rig
    return found


def looking(rig, side):
    """Degrees to the left and up that an eye looks, by the bone that carries it."""
    turned, rest = rig.pose.bones[f"ORG-eye.{side}"].matrix, rig.data.bones[f"ORG-eye.{side}"].matrix_local
    way = turned.to_3x3() @ rest.to_3x3().inverted() @ Vector((0.0, -1.0, 0.0))
    return np.degrees([np.arctan2(way.x, -way.y), np.arctan2(way.z, -way.y)])


def moved(room, rig, source, mesh):
    """Metres that a source of the Rig map moves each vertex, float32[V, 3]."""
    put = room("addon.character.controls").put
    drives = [drive for drive in room("addon.character.characters").of(rig).controls.active if drive.source == source]
    before = boned_heads.points_of(mesh)
    for drive in drives:
        put(rig, drive.target, drive.offset + drive.gain)
    bpy.context.view_layer.update()
    after = boned_heads.points_of(mesh)
    for drive in drives:
        put(rig, drive.target, drive.offset)
    bpy.context.view_layer.update()
    return after - before


def test_a_rigify_face_opens_closes_blinks_and_looks_about(room, rigify, select, add_voice):
    head = skinned(room, rigify)
    eyeballs(rigify)
    tongue = ball(rigify, "DEF-tongue", 0.008)
    select(head.rig)
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    found = []
    for frame in range(10, 90, 2):
        bpy.context.scene.frame_set(frame)
        points = boned_heads.points_of(head.face)
        found.append(points[head.upper, 2].mean() - points[head.lower, 2].mean())
    gap = np.array(found)
    character = room("addon.character.characters").of(head.rig)
    assert room("addon.planning.rig_plan").rig_of(character).calibration.widest_gap == pytest.approx(29.0, abs=3.0)
    assert gap.max() > 0.008
    assert gap.min() < 0.03 * gap.max()
    upper, lower = head.left_lids
    opened = []
    for drive in character.controls.active:  # the frame that shows may squint
        room("addon.character.controls").put(head.rig, drive.target, drive.offset)
    for value in (0.0, 1.0):
        for drive in character.controls.active:
            if drive.source == "eyeBlinkLeft":
                room("addon.character.controls").put(head.rig, drive.target, value * drive.gain)
        bpy.context.view_layer.update()
        points = boned_heads.points_of(head.face)
        opened.append(points[upper, 2] - points[lower, 2])
    assert 0.9 < 1.0 - opened[1] / opened[0] < 1.15
    assert character.controls.convention == "Rigify face"
    assert {"mouthSmileLeft", "mouthPucker", "browDownRight", "eyeSquintLeft", "cheekPuff"} <= character.controls.sources
    out = moved(room, head.rig, "tongueOut", tongue)
    assert -out[:, 1].min() > 0.005
    assert np.abs(moved(room, head.rig, "noseSneerLeft", tongue)).max() < 0.001
    sneer = moved(room, head.rig, "noseSneerLeft", head.face)
    highest = boned_heads.points_of(head.face)[sneer[:, 2].argmax()]
    nostril = np.array(rigify.data.bones["nose.L.001"].head_local)
    assert sneer[:, 2].max() > 0.001
    assert np.linalg.norm(highest - nostril) < 0.03
    for source, side, (left, up) in (
        ("eyeLookOutLeft", "L", (32, 0)), ("eyeLookInRight", "R", (32, 0)), ("eyeLookUpLeft", "L", (0, 25)),
        ("eyeLookDownRight", "R", (0, -30)),
    ):  # fmt: skip
        for value, wanted in ((1.0, (left, up)), (0.0, (0, 0))):
            for drive in character.controls.active:
                if drive.source == source:
                    room("addon.character.controls").put(head.rig, drive.target, value * drive.gain)
            bpy.context.view_layer.update()
            assert looking(rigify, side) == pytest.approx(wanted, abs=6.0)
