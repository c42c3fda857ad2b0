# SPDX-License-Identifier: GPL-3.0-or-later
"""A blink closes the eye on the character itself, however far its shape was sculpted."""

import json

import numpy as np
import pytest

from parlance.benchmarks import heads
from parlance.head.bust import build_parts
from parlance.inference.acting.lids import close
from parlance.inference.direction import Direction
from parlance.inference.rigging import RigMap, lid_fit
from parlance.inference.rigging.calibration import calibrated
from parlance.inference.rigging.character_rig import CharacterRig
from parlance.inference.rigging.parts import Part, united
from parlance.inference.rigging.recognition import recognise_parts
from parlance.inference.rigging.survey import surveyed

BLINKS = ("eyeBlinkLeft", "eyeBlinkRight")
FEW = {"jawOpen", "mouthPucker", *BLINKS}


@pytest.fixture(scope="module", params=["demo head", "ict"])
def face(request):
    """A head's points and shapes, and pairs of vertices on the edges of the left eye's lids, chosen by hand."""
    if request.param == "demo head":
        head = build_parts()[0]
        return head.points, dict(head.shapes), ((1294, 5904),)
    if not heads.RIGS.exists():
        pytest.skip("needs the heads")
    head = heads.ict()
    names = {name: name.replace("_L", "Left").replace("_R", "Right") for name in head.shapes}
    marks, moves = _ict_marks(), {names[name]: move for name, move in head.shapes.items()}
    return head.points, moves, ((marks[43], marks[47]), (marks[44], marks[46]))


def _ict_marks():
    text = (heads.RIGS / "ict_facekit" / "vertex_indices.json").read_text()
    return json.loads(text)["idx_to_landmark_verts"]


@pytest.mark.parametrize(("sculpted", "slider"), [(1.0, 1.0), (0.6, 2.0), (1.6, 1.0)])
@pytest.mark.parametrize("shapes", ["all", "few"])
def test_a_blink_closes_the_eye_and_the_lids_do_not_cross_far(face, sculpted, slider, shapes):
    points, moves, lids = face
    used = {name: move.astype(np.float32) for name, move in moves.items() if shapes == "all" or name in FEW}
    for name in BLINKS:
        used[name] = np.float32(sculpted) * used[name]
    part = Part(points.astype(np.float32), tuple(used), np.stack(list(used.values())), dict.fromkeys(BLINKS, (0.0, slider)))
    curves, frame = _blinked(part)
    moved = sum(frame.turn(used[name]) * value for name, value in curves.items())
    rest = frame.place(points)
    closed = [1.0 - ((rest + moved)[u, 1] - (rest + moved)[v, 1]) / (rest[u, 1] - rest[v, 1]) for u, v in lids]
    assert 0.945 <= np.mean(closed) < 1.25


@pytest.mark.parametrize("track", [1.0, 0.5])
def test_one_shape_for_both_eyes_closes_them_as_far_as_the_blink_says(face, track):
    points, moves, lids = face
    used = {name: moves[name].astype(np.float32) for name in ("jawOpen", "mouthPucker")}
    used["Blink"] = sum(moves[name] for name in BLINKS).astype(np.float32)
    curves, frame = _blinked(Part(points.astype(np.float32), tuple(used), np.stack(list(used.values()))), track)
    moved = sum(frame.turn(used[name]) * value for name, value in curves.items())
    rest = frame.place(points)
    closed = [1.0 - ((rest + moved)[u, 1] - (rest + moved)[v, 1]) / (rest[u, 1] - rest[v, 1]) for u, v in lids]
    assert 0.945 * track <= np.mean(closed) < 1.25 * track


def test_both_eyes_close_where_one_lid_was_taken_to_overlap_far(face):
    """A head whose right lid has a vertex that falls a fifth further than the others, as a lash does."""
    points, moves, _ = face
    used = {name: moves[name].astype(np.float32) for name in sorted(FEW)}
    part = Part(points.astype(np.float32), tuple(used), np.stack(list(used.values())))
    marks = recognise_parts([part]).survey.landmarks
    lash = moves["eyeBlinkRight"][marks.lids[1][0]]
    used["eyeBlinkRight"][marks.lids[1][0]] *= np.float32(1.25)
    curves, _ = _blinked(Part(part.points, part.names, np.stack(list(used.values()))))
    assert np.abs(lash).max() > 0.0
    assert curves["eyeBlinkRight"] == pytest.approx(curves["eyeBlinkLeft"], abs=0.03)


def _blinked(part, track=1.0):
    """The curves of both eyes closed as far as the track says, and the axes of the face."""
    found = recognise_parts([part])
    (rig_map,) = found.maps
    calibration = calibrated(found.survey, rig_map)
    rig = CharacterRig(rig_map.sources, calibration, RigMap("", ()))
    asked = np.zeros((1, 52), np.float32), np.full((1, 2), track, np.float32), np.zeros((1, 2), np.float32)
    shapes = close(*asked, Direction(), rig.geometry)
    return {name: float(values[0]) for name, values in rig.apply(rig_map, shapes).items()}, calibration.frame


@pytest.mark.parametrize("sculpted", [0.5, 0.1])
def test_a_blink_that_ends_too_early_is_told(sculpted):
    head = build_parts()[0]
    moves = {name: move.astype(np.float32) for name, move in head.shapes.items()}
    moves["eyeBlinkLeft"] = np.float32(sculpted) * moves["eyeBlinkLeft"]
    found = recognise_parts([Part(head.points.astype(np.float32), tuple(moves), np.stack(list(moves.values())))])
    faults = calibrated(found.survey, found.maps[0]).faults
    assert [(fault.kind, fault.target) for fault in faults] == [("short", "eyeBlinkLeft")]


def test_a_blink_sculpted_at_a_tenth_goes_as_far_as_its_slider():
    head = build_parts()[0]
    moves = {name: move.astype(np.float32) * np.float32(0.1 if name in BLINKS else 1.0) for name, move in head.shapes.items()}
    part = Part(head.points.astype(np.float32), tuple(moves), np.stack(list(moves.values())), dict.fromkeys(BLINKS, (0.0, 8.0)))
    found = recognise_parts([part])
    assert {drive.target: drive.gain for drive in found.maps[0].active if drive.target in BLINKS} == dict.fromkeys(BLINKS, 8.0)
    assert [(fault.kind, fault.target) for fault in calibrated(found.survey, found.maps[0]).faults] == [
        ("short", name) for name in BLINKS
    ]


def test_controls_of_a_lid_that_go_unevenly_close_it_along_its_whole_breadth(face):
    """A blink made of three controls, of which one goes half as far as its place needs and one half as far again."""
    points, moves, _ = face
    blink = moves["eyeBlinkLeft"]
    moving = np.linalg.norm(blink, axis=1) > 0.2 * np.linalg.norm(blink, axis=1).max()
    right, left = np.percentile(points[moving, 0], [2, 98])
    place = (points[:, 0] - right) / (left - right)
    controls = {}
    for control, (at, far) in {"a": (0.0, 0.5), "b": (0.5, 1.0), "c": (1.0, 1.5)}.items():
        share = np.clip(1.0 - np.abs(np.clip(place, 0.0, 1.0) - at) / 0.5, 0.0, 1.0)
        controls[control] = (far * share[:, None] * blink).astype(np.float32)
    names = {control: f"eyeBlinkLeft of {control}" for control in controls}
    shown = {name: moves[name] for name in ("jawOpen", "mouthPucker", "eyeBlinkRight")}
    shown |= {"eyeBlinkLeft": sum(controls.values()), **{names[control]: move for control, move in controls.items()}}
    part = Part(points.astype(np.float32), tuple(shown), np.stack([np.asarray(move, np.float32) for move in shown.values()]))
    whole = united([part])
    survey = surveyed(whole, {name: {name: 1.0} for name in ("jawOpen", "mouthPucker", *BLINKS)})
    factors = lid_fit.shares(whole, survey, "eyeBlinkLeft", names)
    even = sum(factors[control] * move for control, move in controls.items())
    fall = even[moving] @ blink[moving].T.sum(1) / (blink[moving] @ blink[moving].T.sum(1))
    uneven = shown["eyeBlinkLeft"][moving] @ blink[moving].T.sum(1) / (blink[moving] @ blink[moving].T.sum(1))
    assert factors["a"] > factors["c"]
    assert np.std(fall) / np.mean(fall) < 0.75 * np.std(uneven) / np.mean(uneven)
    assert not lid_fit.shares(whole, survey, "eyeBlinkLeft", {"a": names["a"]})
