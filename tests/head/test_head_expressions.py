# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shapes of the modelled heads do: as far as on a scanned face, with the folds that make them read."""

import numpy as np
import pytest

from parlance.head import folds, lips
from parlance.head.bust import build_parts, landmarks
from parlance.head.design import DESIGNS, OLDER, YOUNG
from parlance.head.expressions.places import vertex_normals
from parlance.head.skin import build_skin
from parlance.inference.arkit import NAMES

MARKS = landmarks()
EYE_DISTANCE = 63.0

# Largest displacement of a vertex of the skin at weight 1, in mm at an eye distance of 63 mm, measured on ICT-FaceKit light.
ICT = {
    "eyeBlinkLeft": 9.5, "eyeLookDownLeft": 7.6, "eyeLookInLeft": 2.4, "eyeLookOutLeft": 2.5, "eyeLookUpLeft": 3.6,
    "eyeSquintLeft": 3.7, "eyeWideLeft": 3.5, "jawForward": 11.0, "jawLeft": 8.8, "jawOpen": 41.5, "mouthFunnel": 11.6,
    "mouthPucker": 12.2, "mouthLeft": 18.6, "mouthSmileLeft": 15.6, "mouthFrownLeft": 6.0, "mouthDimpleLeft": 8.8,
    "mouthStretchLeft": 10.1, "mouthRollLower": 14.0, "mouthRollUpper": 11.5, "mouthShrugLower": 11.2,
    "mouthShrugUpper": 6.1, "mouthPressLeft": 4.3, "mouthLowerDownLeft": 4.5, "mouthUpperUpLeft": 8.7, "browDownLeft": 6.4,
    "browInnerUp": 6.0, "browOuterUpLeft": 8.5, "cheekPuff": 13.9, "cheekSquintLeft": 6.2, "noseSneerLeft": 10.2,
}  # fmt: skip


@pytest.fixture(params=DESIGNS.values(), ids=lambda design: design.name)
def face(request):
    return build_parts(request.param)[0]


def posed(part, **weights):
    """The points of a part; a name without its side moves both."""
    points = part.points.copy()
    for name, weight in weights.items():
        for full in (name, f"{name}Left", f"{name}Right"):
            if full in part.shapes:
                points += weight * part.shapes[full]
    return points


def at(part, x, y):
    """The vertex whose place on the model head is nearest to (x, y) as seen from the front, outside the mouth."""
    model, skin = build_skin().points, build_skin()
    away = np.hypot(model[:, 0] - x, model[:, 1] - y) + 100.0 * ((model[:, 2] < 25.0) | (skin.mouth_ring > lips.BORDER_RING))
    return int(np.argmin(away))


def depth(part, points, path):
    """Millimetres by which the middle of a path lies below the skin 4 mm to both sides."""
    knots = np.array(path)
    middle, heading = knots[len(knots) // 2], knots[-1] - knots[0]
    across = 4.0 * np.array([-heading[1], heading[0]]) / np.linalg.norm(heading)
    here, one, other = (at(part, *place) for place in (middle, middle + across, middle - across))
    normal = vertex_normals(points, part.quads)[here]
    return float((0.5 * (points[one] + points[other]) - points[here]) @ normal)


def deepened(part, path, **weights):
    """What a pose adds to that depth."""
    return depth(part, posed(part, **weights), path) - depth(part, part.points, path)


def test_every_shape_goes_as_far_as_on_a_scanned_face():
    shapes = build_parts(YOUNG)[0].shapes
    scale = EYE_DISTANCE / (2.0 * YOUNG.proportions.eye_centre[0])
    reached = {name: scale * np.linalg.norm(shapes[name], axis=1).max() for name in ICT}
    assert {name: round(mm, 1) for name, mm in reached.items() if mm < ICT[name]} == {}


def test_another_head_from_the_same_code_moves_as_well():
    shapes = build_parts(OLDER)[0].shapes
    for name, least in ICT.items():
        assert np.linalg.norm(shapes[name], axis=1).max() > 0.74 * least, name


@pytest.mark.parametrize(
    ("weights", "path", "least"),
    [
        ({"mouthSmile": 1.0}, folds.NASOLABIAL, 0.5),
        ({"noseSneer": 1.0}, folds.NASOLABIAL[:3], 0.35),
        ({"mouthUpperUp": 1.0}, folds.NASOLABIAL[:4], 1.3),
        ({"browDown": 1.0}, folds.FURROW, 1.5),
        ({"eyeSquint": 1.0, "cheekSquint": 1.0}, folds.CROWS_FEET[1], 1.6),
        ({"eyeSquint": 1.0, "cheekSquint": 1.0}, folds.UNDER_EYE, 1.6),
        ({"mouthFrown": 1.0}, folds.MARIONETTE, 0.7),
        ({"browInnerUp": 1.0}, ((-12.0, 40.0), (0.0, 40.0), (12.0, 40.0)), 1.0),
        ({"browOuterUp": 1.0}, ((28.0, 42.0), (34.0, 42.0), (40.0, 42.0)), 0.7),
        ({"noseSneer": 1.0}, folds.BUNNY[0], 0.5),
        ({"mouthShrugLower": 1.0}, ((-10.0, -71.5), (0.0, -71.5), (10.0, -71.5)), 0.9),
    ],
)
def test_expressions_fold_the_skin(face, weights, path, least):
    assert deepened(face, path, **weights) > least


def test_an_older_face_keeps_its_folds_at_rest():
    young, older = (build_parts(design)[0] for design in (YOUNG, OLDER))

    for path in (folds.NASOLABIAL, folds.UNDER_EYE, ((-12.0, 40.0), (0.0, 40.0), (12.0, 40.0))):
        assert depth(older, older.points, path) > depth(young, young.points, path) + 0.5


def test_a_frown_brings_the_inner_brows_down_and_together(face):
    inner = at(face, 10.0, 21.0)
    assert face.shapes["browDownLeft"][inner, 0] < -3.0
    assert face.shapes["browDownLeft"][inner, 1] < -5.0


def test_a_stretched_mouth_is_level(face):
    moved = posed(face, mouthStretch=1.0)
    corner, rest = MARKS["mouth_corner_left"], face.points
    assert moved[corner, 0] - rest[corner, 0] > 6.0
    assert -2.5 < moved[corner, 1] - rest[corner, 1] < 0.5


@pytest.mark.parametrize(("shape", "flattest"), [("mouthFunnel", 1.5), ("mouthPucker", 2.8)])
def test_rounded_lips_are_round_from_the_front(face, shape, flattest):
    rest, moved = face.points, posed(face, **{shape: 1.0})
    width = moved[MARKS["mouth_corner_left"], 0] - moved[MARKS["mouth_corner_right"], 0]
    assert width < 0.68 * (rest[MARKS["mouth_corner_left"], 0] - rest[MARKS["mouth_corner_right"], 0])
    height = moved[MARKS["upper_lip_border"], 1] - moved[MARKS["lower_lip_border"], 1]
    assert 0.7 < width / height < flattest


def test_the_mouth_at_rest_is_shut_and_level(face):
    rest = face.points
    middle = rest[[MARKS["upper_lip_inner"], MARKS["lower_lip_inner"]], 1]
    assert abs(middle[0] - middle[1]) < 0.2
    assert abs(rest[MARKS["mouth_corner_left"], 1] - middle.mean()) < 2.5


def test_lids_at_rest_cover_the_rim_of_the_iris():
    for design in DESIGNS.values():
        mm = design.proportions
        iris = mm.eye_radius * np.sin(np.radians(mm.iris_degrees))
        assert 0.75 * iris < mm.upper_lid_rise < iris - 0.8
        assert mm.lower_lid_drop < iris - 0.8


@pytest.mark.parametrize("design", DESIGNS.values(), ids=lambda design: design.name)
def test_a_lowered_lip_bares_the_lower_teeth(design):
    face, teeth = (next(part for part in build_parts(design) if part.name == name) for name in ("Face", "Lower Teeth"))
    lip, lowered = posed(face, jawOpen=0.15, mouthLowerDown=1.0), posed(teeth, jawOpen=0.15)
    edge = lowered[np.abs(lowered[:, 0]) < 3.0, 1].max()
    assert edge > lip[MARKS["lower_lip_inner"], 1] + 3.0


def test_all_shapes_are_there_and_mirror_each_other(face):
    assert [*face.shapes] == [*NAMES]
    mirror = build_skin().mirror
    for name in NAMES:
        if name.endswith("Left"):
            other = face.shapes[name.replace("Left", "Right")]
            np.testing.assert_allclose(face.shapes[name][mirror] * (-1.0, 1.0, 1.0), other, atol=1e-9, err_msg=name)
