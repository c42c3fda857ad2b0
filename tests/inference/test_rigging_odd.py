# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters with odd shapes: laughs that open the mouth, sliders that end early or go below zero, jaws that open too far."""

import numpy as np
import pytest

from parlance.benchmarks import heads
from parlance.benchmarks import rigging as bench
from parlance.inference import arkit, geometry
from parlance.inference.rigging import apply
from parlance.inference.rigging.calibration import calibrated
from parlance.inference.rigging.parts import Part
from parlance.inference.rigging.poses import poses
from parlance.inference.rigging.recognition import recognise, recognise_parts

GAP, WIDTH = geometry.INDEX["gap"], geometry.INDEX["width"]
JOY = {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9}

pytestmark = pytest.mark.skipif(not heads.RIGS.exists(), reason="needs the heads")


@pytest.fixture(scope="module", params=["ict", "makehuman"])
def head(request):
    head = {"ict": heads.ict, "makehuman": heads.makehuman}[request.param]()
    shapes = {}
    for drive in recognise([name for name in head.shapes if not name.startswith("viseme")]).active:
        shapes[drive.source] = shapes.get(drive.source, 0) + head.shapes[drive.target]
    return heads.Head(head.name, head.points, shapes)


def seen(head, shapes, sliders=None):
    """What is recognised of a head with these shapes."""
    moves = np.stack(list(shapes.values())).astype(np.float32)
    return recognise_parts([Part(head.points, tuple(shapes), moves, sliders or {})])


def pose(head, name):
    weights = poses()[name]
    return sum(weight * head.shapes[source] for source, weight in zip(arkit.NAMES, weights, strict=True) if source in head.shapes)


def vowels(head):
    return {name: pose(head, f"viseme_{viseme}") for name, viseme in zip("AIUEO", ("aa", "I", "U", "E", "O"), strict=True)}


def spoken(found, mood=None):
    """Millimetres float64[F, M] that the character's own shapes show while it speaks, and its rest."""
    calibration = calibrated(found.survey, found.maps[0])
    shapes = bench.speak(bench.full_face(mood), calibration, found.maps[0].sources)
    curves = apply(found.maps[0], shapes, calibration=calibration)
    moved = sum(values[:, None] * found.survey.measures[found.survey.index[target]] for target, values in curves.items())
    return found.survey.rest + moved, curves


def test_a_laugh_and_a_vowel_never_tear_the_mouth(head):
    laugh = head.shapes["mouthSmileLeft"] + head.shapes["mouthSmileRight"] + 0.5 * head.shapes["jawOpen"]
    found = seen(head, vowels(head) | {"Smile": laugh})
    shown, curves = spoken(found, JOY)
    widest = found.survey.rest + found.survey.measures.max(0)
    assert curves["Smile"].max() > 0.5
    assert (shown[:, GAP] < 1.25 * widest[GAP]).all()
    assert (shown[:, WIDTH] < found.survey.rest[WIDTH] + 1.25 * found.survey.measures[:, WIDTH].max()).all()
    closures = bench.closure_gaps(shown[:, GAP])
    assert closures.max() < max(float(found.survey.rest[GAP]), 0.0) + 0.03 * widest[GAP]


def test_a_slider_that_ends_at_a_half_shows_the_whole_shape_there(head):
    plain = seen(head, head.shapes)
    short = seen(head, head.shapes | {"jawOpen": 2.0 * head.shapes["jawOpen"]}, {"jawOpen": (0.0, 0.5)})
    shown, curves = spoken(short)
    assert curves["jawOpen"].max() <= 0.5
    assert np.abs(shown[:, GAP] - spoken(plain)[0][:, GAP]).max() < 1.0


def test_a_slider_that_goes_below_zero_is_driven_that_way(head):
    turned = seen(head, head.shapes | {"jawOpen": -head.shapes["jawOpen"]}, {"jawOpen": (-1.0, 0.0)})
    shown, curves = spoken(turned)
    assert curves["jawOpen"].min() < -0.1
    assert curves["jawOpen"].max() <= 0.0
    assert np.corrcoef(shown[:, GAP], spoken(seen(head, head.shapes))[0][:, GAP])[0, 1] > 0.98


@pytest.mark.parametrize("lowest", [0.0, -1.0])
def test_a_reversed_closer_never_crosses_the_lips(head, lowest):
    found = seen(head, head.shapes | {"mouthClose": -head.shapes["mouthClose"]}, {"mouthClose": (lowest, 1.0)})
    shown, curves = spoken(found)
    assert ("mouthClose" in curves) == (lowest < 0.0)
    assert shown[:, GAP].min() > -3.0
    assert bench.closure_gaps(shown[:, GAP]).max() < max(float(found.survey.rest[GAP]), 0.0) + 1.0


@pytest.mark.parametrize("strength", [0.65, 1.5, 2.0])
def test_faces_open_alike_however_strongly_their_jaw_was_sculpted(head, strength):
    plain = spoken(seen(head, head.shapes))[0][:, GAP]
    jaw = {name: strength * head.shapes[name] for name in ("jawOpen", "mouthClose")}
    other = spoken(seen(head, head.shapes | jaw))[0][:, GAP]
    assert np.percentile(other, 90) == pytest.approx(np.percentile(plain, 90), rel=0.15)
    assert bench.closure_gaps(other).max() < 1.0


def test_a_jaw_key_beside_visemes_opens_no_further_than_the_face_would(head):
    plain = spoken(seen(head, head.shapes))[0][:, GAP]
    both = seen(head, vowels(head) | {"jawOpen": head.shapes["jawOpen"]})
    shown = spoken(both)[0][:, GAP]
    assert np.corrcoef(plain, shown)[0, 1] > 0.95
    assert np.percentile(shown, 95) < 1.3 * np.percentile(plain, 95)


def test_lips_that_only_press_close_the_mouth_as_a_pose(head):
    press = 0.3 * head.shapes["mouthPressLeft"] + 0.3 * head.shapes["mouthPressRight"]
    found = seen(head, {"mouthOpen": head.shapes["jawOpen"], "mouthClosed": press, "oo": head.shapes["mouthPucker"]})
    shown, curves = spoken(found)
    assert curves["mouthOpen"].max() > 0.2
    closures = bench.closure_gaps(shown[:, GAP])
    assert closures.max() < max(float(found.survey.rest[GAP]), 0.0) + 0.03 * 30.0


@pytest.mark.parametrize(("size", "smile", "gain"), [(1.0, 1.0, 1.0), (1.0, 2.0, 0.5), (2.0, 1.0, 1.0)])
def test_a_smile_that_alone_goes_twice_as_far_is_held_back_and_a_cartoon_is_not(head, size, smile, gain):
    shapes = {name: size * (smile if "Smile" in name else 1.0) * move for name, move in head.shapes.items()}
    found = seen(head, shapes)
    driven = {drive.target: drive.gain for drive in found.maps[0].active}
    for side in ("Left", "Right"):
        assert driven[f"mouthSmile{side}"] == pytest.approx(gain, abs=0.12)
    assert driven["mouthFrownLeft"] == driven["browDownLeft"] == 1.0


def test_brows_that_alone_go_twice_as_far_are_held_back_and_a_cartoons_are_not(head):
    doubled = {name: (2.0 if name.startswith("brow") else 1.0) * move for name, move in head.shapes.items()}
    held = {drive.target: drive.gain for drive in seen(head, doubled).maps[0].active}
    large = {name: 2.0 * move for name, move in head.shapes.items()}
    cartoon = {drive.target: drive.gain for drive in seen(head, large).maps[0].active}
    for side in ("Left", "Right"):
        assert held[f"browDown{side}"] == pytest.approx(0.5, abs=0.12)
        assert cartoon[f"browDown{side}"] == 1.0
    assert held["mouthFrownLeft"] == 1.0


@pytest.mark.parametrize("shape", ["mouthPucker", "mouthFunnel"])
def test_a_mouth_does_not_narrow_to_less_than_half_its_width(head, shape):
    width = float(seen(head, head.shapes).survey.rest[WIDTH])
    plain = seen(head, head.shapes)
    narrows = -float(plain.survey.measures[plain.survey.index[shape], WIDTH]) / width
    found = seen(head, head.shapes | {shape: np.float32(0.8 / narrows) * head.shapes[shape]})
    (drive,) = [drive for drive in found.maps[0].active if drive.target == shape]
    assert drive.gain * 0.8 == pytest.approx(0.45, abs=0.03)
    (drive,) = [drive for drive in plain.maps[0].active if drive.target == shape]
    assert drive.gain == 1.0


def test_a_jaw_alone_on_a_face_whose_size_nothing_tells_opens_as_it_was_sculpted(head):
    full, alone = seen(head, head.shapes), seen(head, {"Mouth Open": head.shapes["jawOpen"]})
    assert alone.survey.frame.millimetres == pytest.approx(full.survey.frame.millimetres, rel=0.25)
    (drive,) = alone.maps[0].active
    assert (drive.source, drive.gain) == ("jawOpen", 1.0)


def test_two_sounds_that_share_a_pose_are_no_fault_and_two_shapes_of_the_face_are(head):
    sounds = {name: pose(head, name) for name in ("viseme_aa", "viseme_PP", "viseme_U", "viseme_DD")}
    alike = seen(head, sounds | {"viseme_nn": sounds["viseme_DD"]})
    assert not calibrated(alike.survey, alike.maps[0]).faults
    doubled = seen(head, head.shapes | {"mouthShrugLower": head.shapes["mouthRollLower"]})
    assert [fault.kind for fault in calibrated(doubled.survey, doubled.maps[0]).faults] == ["duplicate"]
