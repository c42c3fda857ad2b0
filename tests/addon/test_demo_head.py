# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo head as an animator meets it in Blender: complete, symmetric, sealing, blinking, whole.

Where its vertices are is decided without Blender, so that what is measured on them is measured in the newest alone.
"""

import itertools

import bpy
import numpy as np
import pytest
from bl_ext.user_default.parlance.addon import demo_head
from bl_ext.user_default.parlance.head.design import DESIGNS
from bl_ext.user_default.parlance.inference.arkit import MIRROR, NAMES
from mathutils import Vector
from mathutils.bvhtree import BVHTree
from mathutils.kdtree import KDTree

MARKS = demo_head.LANDMARKS
MM = 1000.0


@pytest.fixture
def head():
    return demo_head.create_demo_head(bpy.context)


@pytest.fixture(params=DESIGNS)
def any_head(request):
    return demo_head.create_demo_head(bpy.context, design=request.param)


def part(head, name):
    return next(child for child in head.children if child.name.endswith(name))


def coordinates(key):
    flat = np.empty(3 * len(key.data), np.float32)
    key.data.foreach_get("co", flat)
    return MM * flat.reshape(-1, 3).astype(float)


def basis(thing):
    return coordinates(thing.data.shape_keys.reference_key)


def moved(thing, name):
    return coordinates(thing.data.shape_keys.key_blocks[name]) - basis(thing)


def pose(head, **values):
    for child in head.children:
        if child.data.shape_keys:
            for key in child.data.shape_keys.key_blocks[1:]:
                key.value = values.get(key.name, 0.0)
    bpy.context.view_layer.update()


def evaluated(thing):
    """World coordinates in mm, and the polygons, as the viewport would show them."""
    result = thing.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = result.to_mesh()
    matrix = np.array(result.matrix_world)
    flat = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", flat)
    points = flat.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    polygons = [tuple(polygon.vertices) for polygon in mesh.polygons]
    result.to_mesh_clear()
    return MM * points.astype(float), polygons


def surface(thing):
    points, polygons = evaluated(thing)
    return BVHTree.FromPolygons([Vector(p) for p in points], polygons)


def inner_gaps(points):
    pairs = [(f"upper_lip_inner{side}", f"lower_lip_inner{side}") for side in ("", "_left", "_right")]
    return np.array([points[MARKS[upper], 2] - points[MARKS[lower], 2] for upper, lower in pairs])


@pytest.mark.ends
def test_the_face_has_the_52_shapes_and_nothing_else(any_head):
    keys = part(any_head, " Face").data.shape_keys
    assert [key.name for key in keys.key_blocks] == ["Basis", *NAMES]
    assert keys.use_relative
    assert all(key.value == 0.0 for key in keys.key_blocks[1:])


@pytest.mark.ends
def test_other_parts_carry_only_shapes_that_move_them(head):
    assert set(part(head, " Lower Teeth").data.shape_keys.key_blocks.keys()) == {
        "Basis", "jawOpen", "jawForward", "jawLeft", "jawRight",
    }  # fmt: skip
    assert "tongueOut" in part(head, " Tongue").data.shape_keys.key_blocks
    assert {n for n in NAMES if n.startswith("eyeLook")} == set(part(head, " Eyes").data.shape_keys.key_blocks.keys()) - {"Basis"}
    assert {"browInnerUp", "browDownLeft"} <= set(part(head, " Brows").data.shape_keys.key_blocks.keys())
    assert {"eyeBlinkLeft", "eyeBlinkRight"} <= set(part(head, " Lashes").data.shape_keys.key_blocks.keys())
    for child in head.children:
        if child.data.shape_keys:
            for key in child.data.shape_keys.key_blocks[1:]:
                assert np.abs(moved(child, key.name)).max() > 0.04, (child.name, key.name)


@pytest.mark.ends
def test_everything_is_finite_and_life_size(head):
    for child in head.children:
        assert np.isfinite(evaluated(child)[0]).all(), child.name
    face = basis(part(head, " Face"))
    assert 5_000 <= len(face) <= 15_000
    width = face[MARKS["mouth_corner_left"], 0] - face[MARKS["mouth_corner_right"], 0]
    eyes = face[MARKS["eye_outer_left"], 0] - face[MARKS["eye_outer_right"], 0]
    assert 46.0 < width < 54.0
    assert 88.0 < eyes < 102.0
    assert face[MARKS["nose_tip"], 1] < face[MARKS["chin"], 1] < 0.0


@pytest.mark.newest
def test_left_and_right_shapes_mirror_each_other(head):
    face = part(head, " Face")
    neutral = basis(face)
    flip = np.array([-1.0, 1.0, 1.0])
    tree = KDTree(len(neutral))
    for index, point in enumerate(neutral):
        tree.insert(point, index)
    tree.balance()
    pair = np.array([tree.find(point)[1] for point in neutral * flip])
    np.testing.assert_allclose(neutral[pair], neutral * flip, atol=1e-3)
    for index, name in enumerate(NAMES):
        other = moved(face, NAMES[MIRROR[index]])
        np.testing.assert_allclose(moved(face, name)[pair] * flip, other, atol=2e-3, err_msg=name)


@pytest.mark.newest
def test_every_shape_moves_its_own_region_only(head):
    face = part(head, " Face")
    neutral = basis(face)
    x, height = neutral[:, 0], neutral[:, 2]
    elsewhere = {
        "eye": height < -45.0,
        "brow": height < -10.0,
        "jaw": height > 15.0,
        "mouth": height > 12.0,
        "cheek": (height > 20.0) | (height < -112.0),
        "nose": (height > 45.0) | (height < -85.0),
        "tongue": height > -20.0,
    }
    for name in NAMES:
        length = np.linalg.norm(moved(face, name), axis=1)
        region = next(mask for prefix, mask in elsewhere.items() if name.startswith(prefix))
        assert length.max() > 0.5, name
        assert length[region].max() < 0.3, name
        if name.endswith("Left") and not name.startswith(("jaw", "mouthLeft")):
            assert length[x < -12.0].max() < 0.3, name


@pytest.mark.newest
def test_the_lips_seal_while_the_jaw_is_open(any_head):
    face = part(any_head, " Face")
    neutral, opened, closed = basis(face), moved(face, "jawOpen"), moved(face, "mouthClose")
    widest = inner_gaps(neutral + opened).max()
    for jaw in (0.1, 0.3, 0.5):
        trials = [inner_gaps(neutral + jaw * opened + close * closed) for close in np.linspace(0.0, 1.2 * jaw, 241)]
        best = min(trials, key=lambda gaps: float(np.abs(gaps).max()))
        assert np.abs(best).max() <= 0.03 * widest, jaw
        at_rule = inner_gaps(neutral + jaw * opened + 0.8 * jaw * closed)
        assert np.abs(at_rule).max() <= 0.03 * widest, jaw


SEALED = (
    {},
    {"jawOpen": 0.3, "mouthClose": 0.25},
    {"jawOpen": 0.5, "mouthClose": 0.41},
    {"mouthPressLeft": 0.5, "mouthPressRight": 0.5, "noseSneerLeft": 0.7, "noseSneerRight": 0.7},
    {"mouthStretchLeft": 0.8, "mouthStretchRight": 0.8},
    {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9},
)


@pytest.mark.newest
def test_nothing_of_the_mouth_shows_between_sealed_lips(any_head):
    face = part(any_head, " Face")
    for shapes in SEALED:
        pose(any_head, **shapes)
        points, _ = evaluated(face)
        tree = surface(face)
        lips = np.array([points[MARKS[name]] for name in ("upper_lip_front", "lower_lip_front")])
        for x in np.linspace(-20.0, 20.0, 21):
            for height in np.linspace(lips[1, 2], lips[0, 2], 25):
                hit = tree.ray_cast(Vector((x, -200.0, height)), Vector((0.0, 1.0, 0.0)))[0]
                assert hit is not None, shapes
                assert hit.y < lips[:, 1].max() + 14.0 * (x / 22.0) ** 2 + 5.0, (shapes, x, height)


@pytest.mark.newest
def test_the_mouth_opens_and_shows_its_depth(any_head):
    pose(any_head, jawOpen=1.0)
    points, _ = evaluated(part(any_head, " Face"))
    assert inner_gaps(points).max() > 20.0


@pytest.mark.newest
def test_lids_cover_the_eye_from_the_edges_inwards_and_close_fully(any_head):
    forward = Vector((0.0, 1.0, 0.0))
    for blink in (0.0, 0.5, 0.95, 1.0):
        pose(any_head, eyeBlinkLeft=blink, eyeBlinkRight=blink)
        skin, eye = surface(part(any_head, " Face")), surface(part(any_head, " Eyes"))
        seen = {1.0: 0, -1.0: 0}
        for side, x in itertools.product(seen, np.linspace(16.0, 42.0, 27)):
            runs = 0
            before = False
            for height in np.linspace(16.0, -16.0, 129):
                start = Vector((side * x, -200.0, height))
                on_skin, on_eye = skin.ray_cast(start, forward)[0], eye.ray_cast(start, forward)[0]
                shows = on_eye is not None and (on_skin is None or on_eye.y < on_skin.y)
                runs += shows and not before
                seen[side] += shows
                before = shows
            assert runs <= 1, f"the eye pokes through a lid at x = {side * x}, blink {blink}"
        assert all((count == 0) == (blink > 0.9) for count in seen.values()), (blink, seen)


@pytest.mark.newest
def test_looking_about_keeps_the_eyes_behind_the_lids_and_turns_the_iris(head):
    eyes = part(head, " Eyes")
    neutral = basis(eyes)
    iris = np.argmin(np.linalg.norm(neutral - (29.5, -81.0, 0.0), axis=1))
    assert moved(eyes, "eyeLookOutLeft")[iris, 0] > 5.0
    assert moved(eyes, "eyeLookInLeft")[iris, 0] < -5.0
    assert moved(eyes, "eyeLookUpLeft")[iris, 2] > 3.0
    assert moved(eyes, "eyeLookDownLeft")[iris, 2] < -3.0
    assert np.abs(moved(eyes, "eyeLookUpRight")[iris]).max() == 0.0


@pytest.mark.newest
def test_pucker_and_funnel_come_forward_and_narrow(head):
    face = part(head, " Face")
    for name, least in (("mouthPucker", 7.0), ("mouthFunnel", 5.5)):
        shape = moved(face, name)
        assert -shape[MARKS["upper_lip_front"], 1] > least
        assert -shape[MARKS["lower_lip_front"], 1] > least
        assert shape[MARKS["mouth_corner_left"], 0] < -3.0
    assert inner_gaps(moved(face, "mouthFunnel")).mean() > 4.0
    assert inner_gaps(moved(face, "mouthPucker")).mean() < 0.5


@pytest.mark.newest
def test_smile_lifts_and_frown_lowers_the_corner(head):
    face, corner = part(head, " Face"), MARKS["mouth_corner_left"]
    smile, frown = moved(face, "mouthSmileLeft")[corner], moved(face, "mouthFrownLeft")[corner]
    assert smile[0] > 3.0
    assert smile[2] > 4.0
    assert frown[2] < -3.0


@pytest.mark.newest
def test_lower_teeth_and_tongue_go_with_the_jaw(head):
    for name in ("jawOpen", "jawForward", "jawLeft"):
        chin = moved(part(head, " Face"), name)[MARKS["chin"]]
        teeth = moved(part(head, " Lower Teeth"), name)
        tongue = moved(part(head, " Tongue"), name)
        assert np.linalg.norm(teeth.mean(0)) > 0.5 * np.linalg.norm(chin), name
        assert np.linalg.norm(tongue.mean(0)) > 0.4 * np.linalg.norm(chin), name
    assert part(head, " Upper Teeth").data.shape_keys is None


@pytest.mark.newest
def test_the_tongue_comes_out_past_the_lips(head):
    pose(head, tongueOut=1.0, jawOpen=0.3)
    tongue, _ = evaluated(part(head, " Tongue"))
    face, _ = evaluated(part(head, " Face"))
    assert tongue[:, 1].min() < face[MARKS["lower_lip_front"], 1] - 10.0


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


def test_a_head_is_measured_alike_at_every_frame(room, scene, add_voice):
    bpy.ops.parlance.add_demo_head()
    add_voice()
    character = room("addon.panel.readiness").look(bpy.context).character
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    seen = []
    for frame in (-100, 60, 140):
        scene.frame_set(frame)
        room("addon.scene.recognition").forget()
        room("addon.scene.measuring").forget()
        seen.append(room("addon.scene.measuring").best(room("addon.scene.characters").of(character.root)).geometry)
    for other in seen[1:]:
        assert np.abs(seen[0].features - other.features).max() < 0.01
        assert np.abs(seen[0].jacobian - other.jacobian).max() < 0.01
