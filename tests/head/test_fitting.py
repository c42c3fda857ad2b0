# SPDX-License-Identifier: GPL-3.0-or-later
"""Bare heads get shapes that open, close and blink: the demo heads, real heads without their shapes, and stylised ones."""

from pathlib import Path

import numpy as np
import pytest

from parlance.head.bust import build_parts
from parlance.head.design import DESIGNS
from parlance.head.fitting.faces import find_landmarks, make_face
from parlance.head.fitting.surface import Bare
from parlance.inference import arkit, geometry
from parlance.inference.errors import ParlanceError
from parlance.inference.rigging import recognise
from parlance.inference.rigging.calibration import calibrate

RIGS = Path(__file__).resolve().parents[3] / "shared" / "rigs"
GAP = geometry.INDEX["gap"]


def triangles(quads):
    quads = np.where(quads < 0, quads[:, 2:3], quads)
    both = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)
    return both[(both[:, 0] != both[:, 1]) & (both[:, 1] != both[:, 2]) & (both[:, 0] != both[:, 2])]


def demo(design="YOUNG", parts=("Face", "Eyes", "Upper Teeth", "Lower Teeth", "Tongue", "Brows", "Lashes")):
    """A demo head, standing as in Blender."""
    made = [part for part in build_parts(DESIGNS[design]) if part.name in parts]
    return [Bare(part.name, part.points @ [[1, 0, 0], [0, 0, 1], [0, -1, 0]], triangles(part.quads)) for part in made]


def ict():
    with np.load(RIGS / "ict_facekit" / "ict_facekit.npz") as stored:
        return [Bare("ICT", stored["neutral"].astype(float), triangles(stored["faces"].astype(int)))]


def makehuman(wanted=lambda group: not group.startswith(("joint", "helper"))):
    """The body with its head; eyes, teeth and tongue are helpers in the same file."""
    points, faces, group = [], [], ""
    for line in (RIGS / "makehuman_cc0/src/mpfb/data/3dobjs/base.obj").read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            points.append([float(value) for value in rest[:3]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f" and wanted(group):
            corners = [int(each.split("/")[0]) - 1 for each in rest]
            faces.append(corners if len(corners) == 4 else [*corners, corners[-1]])
    used, faces = np.unique(np.array(faces), return_inverse=True)
    return [Bare("MakeHuman", np.array(points)[used], triangles(faces.reshape(-1, 4)))]


def with_parts(group):
    return not group.startswith(("joint", "helper")) or any(part in group for part in ("-eye", "teeth", "tongue"))


def bent(meshes, bend):
    return [Bare(mesh.name, bend(mesh.points), mesh.triangles) for mesh in meshes]


def big_headed(points):
    """Narrow chin, high brow: a cartoon."""
    share = np.clip((points[:, 2:] + 130.0) / 200.0, 0.0, 1.3)
    return points * np.column_stack([0.75 + 0.45 * share, np.ones_like(share), np.ones_like(share)])


def flat(points):
    """Wide and shallow."""
    return points * [1.25, 0.7, 0.85]


def turned(points):
    c, s = np.cos(0.7), np.sin(0.7)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    return 0.013 * points @ turn.T + [3.0, -2.0, 8.0]


HEADS = {
    "young": demo,
    "older": lambda: demo("OLDER"),
    "face alone": lambda: demo(parts=("Face",)),
    "cartoon": lambda: bent(demo(), big_headed),
    "flat": lambda: bent(demo("OLDER"), flat),
    "turned": lambda: bent(demo(), turned),
    "ict": ict,
    "makehuman": lambda: makehuman(with_parts),
    "makehuman without eyes": makehuman,
}


@pytest.fixture(scope="module", params=HEADS)
def head(request):
    """A name, the bare meshes, and what was made for them."""
    if request.param.startswith(("ict", "makehuman")) and not RIGS.exists():
        pytest.skip("no heads to test on")
    meshes = HEADS[request.param]()
    return request.param, meshes, make_face(meshes)


@pytest.fixture(scope="module")
def measured(head):
    """The same head as the product measures it."""
    _, meshes, face = head
    points = np.concatenate([mesh.points for mesh in meshes]).astype(np.float32)
    found = calibrate(points, face.shapes, recognise(face.shapes))
    assert found is not None
    return points, found


def test_every_shape_moves_something_and_no_fault_is_seen(head, measured):
    assert set(head[2].shapes) == set(arkit.NAMES)
    assert [fault.sentence for fault in measured[1].faults] == []


def test_the_jaw_opens_and_the_lips_close_over_it(head, measured):
    points, found = measured
    shapes, marks, axes = head[2].shapes, found.landmarks, found.frame
    assert 22.0 < found.geometry.effect("jawOpen", "gap") < 45.0
    seal = -found.geometry.effect("jawOpen", "gap") / found.geometry.effect("mouthClose", "gap")
    assert 0.65 < seal < 0.9

    def gaps(moved):
        placed = axes.place(moved)
        return np.array([placed[a, 1] - placed[b, 1] for a, b in zip(marks.upper, marks.lower, strict=True)])

    closed = gaps(points + shapes["jawOpen"] + np.float32(seal) * shapes["mouthClose"])
    assert np.abs(closed - gaps(points)).max() < 0.06 * found.widest_gap


def test_blinks_close(head, measured):
    effect, rest = measured[1].geometry.effect, measured[1].geometry.neutral
    least = 0.85 if "without eyes" in head[0] else 0.93
    for side in ("Left", "Right"):
        lid = f"lid_{side.lower()}"
        closed = -effect(f"eyeBlink{side}", lid) / rest[geometry.INDEX[lid]]
        assert least < closed < 1.3, closed  # measured at lashes where those move furthest


def test_lips_round_and_spread(measured):
    effect = measured[1].geometry.effect
    assert effect("mouthPucker", "width") < -10.0
    assert effect("mouthPucker", "upper_protrusion") > 4.0
    assert effect("mouthSmileLeft", "width") > 2.0
    assert effect("mouthFunnel", "gap") > 4.0


def test_left_is_the_mirror_image_of_right(head):
    sizes = {side: np.linalg.norm(head[2].shapes[f"mouthSmile{side}"], axis=1).max() for side in ("Left", "Right")}
    assert sizes["Left"] == pytest.approx(sizes["Right"], rel=0.05)


def test_nothing_behind_the_ears_moves(head, measured):
    points, found = measured
    placed = found.frame.place(points)
    behind = placed[:, 2] < placed[list(found.landmarks.upper), 2].mean() - (95.0 if head[0] == "flat" else 140.0)
    assert behind.sum() > 100
    furthest = max(np.linalg.norm(shape[behind], axis=1).max(initial=0.0) for shape in head[2].shapes.values())
    assert furthest * found.frame.millimetres < 0.5


def test_a_jaw_that_opens_folds_no_skin_into_the_throat(head):
    _, meshes, face = head
    points = np.concatenate([mesh.points for mesh in meshes])
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes)])
    corners = np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=False)])
    wide = np.linalg.norm(face.marks["mouth_corner_left"] - face.marks["mouth_corner_right"])
    up = (face.marks["nose_tip"] - face.marks["chin"]) / np.linalg.norm(face.marks["nose_tip"] - face.marks["chin"])
    move = 0.8 * face.shapes["jawOpen"]
    throat = ((points[corners].mean(1) - face.marks["chin"]) @ up < 0.0) & (
        np.linalg.norm(move[corners], axis=2).max(1) > 0.01 * wide
    )
    before, after = (
        np.cross(placed[:, 1] - placed[:, 0], placed[:, 2] - placed[:, 0])
        for placed in (points[corners[throat]], (points + move)[corners[throat]])
    )
    assert throat.sum() > 50
    assert ((before * after).sum(1) < 0.0).mean() < 0.002


def test_landmarks_are_the_same_however_a_head_stands():
    straight, found = find_landmarks(demo())
    leaning, found_leaning = find_landmarks(bent(demo(), turned))
    assert found == found_leaning
    assert len(found) == 26
    off = [np.linalg.norm(turned(point[None])[0] - leaning[name]) / 0.013 for name, point in straight.items()]
    assert max(off) < 2.5, max(off)


def test_the_model_on_itself_gives_its_own_shapes():
    """What is transferred from the model head to the model head is what was sculpted."""
    face = make_face(demo(parts=("Face", "Eyes")))
    part = build_parts()[0]
    up = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
    for name in ("jawOpen", "mouthClose", "mouthPucker", "mouthSmileLeft", "browInnerUp", "noseSneerRight", "mouthRollLower"):
        truth = part.shapes[name] @ up
        made = face.shapes[name][: len(truth)]
        moved = np.linalg.norm(truth, axis=1) > 2.0
        assert np.linalg.norm(made - truth, axis=1)[moved].mean() < 0.12 * np.linalg.norm(truth[moved], axis=1).mean(), name


def test_landmarks_by_hand_do_for_a_face_that_is_not_found():
    """A mouth that is only modelled, not cut: the landmarks tell where its lips are."""
    meshes = demo(parts=("Face", "Eyes"))
    marks, _ = find_landmarks(meshes)
    rim = np.array([marks[name] for name in marks if name.startswith(("lip_", "mouth_"))])
    face = meshes[0]
    corners = face.points[face.triangles].mean(1)
    inside = (np.abs(corners - rim.mean(0)) < [30.0, 70.0, 22.0]).all(1) & (corners[:, 1] > rim[:, 1].max() + 3.0)
    sealed = [Bare("Face", face.points, face.triangles[~inside]), meshes[1]]
    made = make_face(sealed, marks, marks)
    drop = -made.shapes["jawOpen"][:, 2]
    lower = np.linalg.norm(face.points - marks["chin"], axis=1).argmin()
    upper = np.linalg.norm(face.points - marks["nose_tip"], axis=1).argmin()
    assert drop[lower] > 20.0
    assert abs(drop[upper]) < 1.0


def test_what_is_no_face_is_refused_in_a_sentence():
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    rings = np.array([[np.cos(t) * np.sin(p), np.sin(t) * np.sin(p), np.cos(p)] for p in np.linspace(0.1, 3.0, 20) for t in turn])
    index = np.arange(19 * 40).reshape(19, 40)
    quads = np.stack([index, np.roll(index, -1, 1), np.roll(index, -1, 1) + 40, index + 40], axis=-1).reshape(-1, 4)
    with pytest.raises(ParlanceError, match=r"was found on “Ball”; .*landmarks.*\."):
        make_face([Bare("Ball", rings, triangles(quads))])
