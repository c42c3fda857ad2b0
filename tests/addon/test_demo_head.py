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
from mathutils.kdtree import KDTree

from .head_meshes import basis, evaluated, moved, part, pose, surface

MARKS = demo_head.LANDMARKS


@pytest.fixture
def head():
    return demo_head.create_demo_head(bpy.context)


@pytest.fixture(params=DESIGNS)
def any_head(request):
    return demo_head.create_demo_head(bpy.context, design=request.param)


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
