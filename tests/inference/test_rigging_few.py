# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces of which little is known: a jaw and nothing else, or everything but a shape that opens the mouth, as bones do that."""

import numpy as np
import pytest

from parlance.head.bust import build_parts
from parlance.head.design import DESIGNS
from parlance.inference.geometry import INDEX
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.recognition import recognise_parts


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
