# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces of which little is known: a jaw and nothing else, or everything but a shape that opens the mouth, as bones do that."""

import numpy as np
import pytest

from parlance.head.bust import build_parts
from parlance.head.design import DESIGNS
from parlance.inference import arkit
from parlance.inference.articulation import articulate, to_weights
from parlance.inference.geometry import INDEX
from parlance.inference.performance import Phone
from parlance.inference.rigging import apply
from parlance.inference.rigging.abilities import abilities
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.poses import poses
from parlance.inference.rigging.recognition import recognise_parts
from parlance.inference.rigging.rig_map import RigMap

SAID = ("sil", "p", "a", "f", "o", "m", "a", "s", "i", "t", "u", "sil")
SOUNDS = ("viseme_PP", "viseme_FF", "viseme_SS", "viseme_aa", "viseme_E", "viseme_O", "viseme_U")


@pytest.fixture(scope="module", params=list(DESIGNS))
def face(request):
    return build_parts(DESIGNS[request.param])[0]


def seen(face, names):
    moves = np.stack([face.shapes[name] for name in names]).astype(np.float32)
    return recognise_parts([Part(face.points.astype(np.float32), tuple(names), moves)])


@pytest.fixture(scope="module")
def whole(face):
    return seen(face, list(face.shapes)).survey


def test_the_lips_of_a_face_with_a_jaw_alone_are_found_and_it_opens_as_it_was_sculpted(face, whole):
    found = seen(face, ["jawOpen"])
    (drive,) = found.maps[0].active
    assert (drive.source, drive.gain) == ("jawOpen", 1.0)
    assert found.survey.frame.millimetres == pytest.approx(whole.frame.millimetres, rel=0.25)
    for lip in ("upper", "lower"):
        here, there = (face.points[list(getattr(each.landmarks, lip))].mean(0) for each in (found.survey, whole))
        assert np.linalg.norm(here - there) * whole.frame.millimetres < 4.0


def test_what_closes_a_jaw_that_a_bone_opens_is_no_pose_of_shut_lips(face, whole):
    found = seen(face, [name for name in face.shapes if name != "jawOpen"])
    assert ("mouthClose", "mouthClose") in {(drive.source, drive.target) for drive in found.maps[0].active}
    row, known = (each.measures[each.index["mouthClose"], INDEX["gap"]] for each in (found.survey, whole))
    assert row == pytest.approx(known, rel=0.25)  # less upright, as the lips tell what is down instead of the chin


def test_a_beard_that_has_visemes_alone_goes_with_a_head_of_arkit_shapes(face):
    fall = np.linalg.norm(face.shapes["jawOpen"], axis=1)
    hairs = fall > 0.5 * fall.max()
    sculpted = np.stack([face.shapes[name] for name in arkit.NAMES]).astype(np.float32)
    moves = np.stack([np.tensordot(poses()[name], sculpted, 1)[hairs] for name in SOUNDS]).astype(np.float32)
    head = Part(face.points.astype(np.float32), arkit.NAMES, sculpted)
    beard = Part(face.points[hairs].astype(np.float32), SOUNDS, moves)
    maps = recognise_parts([head, beard]).maps
    phones = [Phone(symbol, 0.15 * at, 0.15 * at + 0.15) for at, symbol in enumerate(SAID)]
    shapes = to_weights(articulate(phones, np.arange(0.0, 1.8, 1 / 24)))
    sources = maps[0].sources | maps[1].sources
    driven = apply(maps[1], shapes, available=sources)
    sunk = sum(driven[name] * moves[SOUNDS.index(name)][:, 2].mean() for name in driven)
    chin = np.tensordot(shapes, sculpted[:, hairs, 2].mean(1), 1)
    assert np.corrcoef(sunk, chin)[0, 1] > 0.85
    assert np.ptp(sunk) == pytest.approx(np.ptp(chin), rel=0.4)
    alone = apply(maps[0], shapes, available=maps[0].sources)
    beside = apply(maps[0], shapes, available=sources)
    assert alone.keys() == beside.keys()
    assert all(np.array_equal(alone[name], beside[name]) for name in alone)


def test_the_lower_half_of_a_face_whose_cheeks_rise_a_little_with_a_blink_does_not_blink(face, whole):
    lids = [place for eye in whole.landmarks.lids for place in eye]
    lower = face.points[:, 1] < face.points[[*whole.landmarks.corners, *lids], 1].mean()
    moves = np.stack([face.shapes[name] for name in arkit.NAMES]).astype(np.float32)
    assert np.abs(moves[arkit.INDEX["eyeBlinkLeft"], lower]).max() > 0.0
    for kept, blinks in ((lower, False), (np.ones_like(lower), True)):
        found = recognise_parts([Part(face.points[kept].astype(np.float32), arkit.NAMES, moves[:, kept])])
        able = abilities(found.maps, RigMap("", ()), found)
        assert bool(able.of("Blinks").targets) == blinks
        assert able.of("Opens").targets
