# SPDX-License-Identifier: GPL-3.0-or-later
"""Real heads: found, measured, sealed and reduced, whichever way round, however large and however named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.benchmarks import heads
from parlance.benchmarks import rigging as bench
from parlance.inference import arkit, geometry
from parlance.inference.acting import Performer, act
from parlance.inference.direction import Direction
from parlance.inference.rigging import apply, recognise
from parlance.inference.rigging.calibration import calibrate

HEADS = {"ict": heads.ict, "makehuman": heads.makehuman}
GAP = geometry.INDEX["gap"]

pytestmark = pytest.mark.skipif(not heads.RIGS.exists(), reason="needs the heads")


@pytest.fixture(scope="module", params=sorted(HEADS))
def head(request):
    return HEADS[request.param]()


@pytest.fixture(scope="module")
def measured(head):
    """Its map and calibration."""
    return bench.measured(head)


def kinds(calibration):
    return {(fault.kind, fault.target) for fault in calibration.faults}


def test_the_measured_head_agrees_with_the_reference_made_from_it():
    _, calibration = bench.measured(heads.ict())
    own, known = calibration.geometry, geometry.REFERENCE
    for shape in ("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthUpperUpLeft", "mouthPressLeft"):
        for measure in ("gap", "width"):
            assert own.effect(shape, measure) == pytest.approx(known.effect(shape, measure), abs=1.6), (shape, measure)
    assert own.neutral[geometry.INDEX["width"]] == pytest.approx(50.7, abs=3)
    assert own.neutral[GAP] == pytest.approx(0.8, abs=0.5)
    assert not calibration.faults


@settings(max_examples=12, deadline=None)
@given(st.floats(-3.1, 3.1), st.floats(-1.5, 1.5), st.sampled_from([0.001, 0.1, 1.0, 25.0]), st.floats(-50, 50))
def test_pose_size_and_place_of_the_mesh_do_not_matter(turn, tilt, size, shift):
    head = heads.makehuman()
    cosine, sine = np.cos(turn), np.sin(turn)
    rotation = np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    rotation = rotation @ np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    move = (size * rotation).astype(np.float32)
    rig_map = recognise(head.shapes)
    plain = calibrate(head.points, head.shapes, rig_map)
    moved = calibrate(
        head.points @ move.T + np.float32(size * shift), {name: delta @ move.T for name, delta in head.shapes.items()}, rig_map
    )
    assert moved.frame.millimetres == pytest.approx(plain.frame.millimetres / size, rel=0.01)
    for shape in ("jawOpen", "mouthClose", "mouthPucker"):
        assert moved.geometry.effect(shape, "gap") == pytest.approx(plain.geometry.effect(shape, "gap"), abs=1.0)


@pytest.mark.parametrize("mood", bench.MOODS)
def test_closures_touch_on_every_head_under_every_mood(head, measured, mood):
    rig_map, calibration = measured
    shapes = bench.speak(bench.full_face(bench.MOODS[mood]), calibration, rig_map.sources)
    gap = bench.lip_gap(head, calibration, apply(rig_map, shapes, calibration=calibration))
    assert bench.closure_gaps(gap).max() < 0.03 * calibration.widest_gap
    assert gap.min() > -3.0


@pytest.mark.parametrize("form", bench.REDUCED)
def test_reduced_rigs_keep_opening_and_closures(head, measured, form):
    rig_map, calibration = measured
    full = bench.lip_gap(head, calibration, apply(rig_map, bench.speak(bench.full_face(), calibration, rig_map.sources)))
    small = bench.reduced(head, bench.REDUCED[form])
    small_map = recognise(small.shapes)
    own = calibrate(small.points, small.shapes, small_map)
    curves = apply(small_map, bench.speak(bench.full_face(), own, small_map.sources), calibration=own)
    gap = bench.lip_gap(small, calibration, curves)
    rest = max(float(calibration.geometry.neutral[GAP]), 0.0)
    assert np.corrcoef(full, gap)[0, 1] > 0.95
    assert bench.closure_gaps(gap).max() < rest + 0.03 * calibration.widest_gap
    assert all(values.min() >= 0.0 and values.max() <= 1.0 for values in curves.values())


def test_rounding_survives_in_visemes(head):
    small = bench.reduced(head, bench.REDUCED["five vowels and blink"])
    rig_map = recognise(small.shapes)
    measured = calibrate(small.points, small.shapes, rig_map)
    full = geometry.measure(bench.full_face())
    curves = apply(rig_map, bench.full_face(), calibration=measured)
    rounding = curves["viseme_U"] + curves["viseme_O"]
    assert np.corrcoef(rounding, full[:, geometry.INDEX["upper_protrusion"]])[0, 1] > 0.8


def test_dead_reversed_swapped_and_duplicate_shapes_are_told(head):
    rig_map = recognise(head.shapes)
    target = {drive.source: drive.target for drive in rig_map.active}
    shapes = dict(head.shapes)
    shapes[target["mouthPucker"]] = np.zeros_like(head.points)
    shapes[target["mouthFunnel"]] = -head.shapes[target["mouthFunnel"]]
    left, right = target["mouthSmileLeft"], target["mouthSmileRight"]
    shapes[left], shapes[right] = head.shapes[right], head.shapes[left]
    shapes[target["mouthRollLower"]] = head.shapes[target["mouthShrugLower"]]
    found = kinds(calibrate(head.points, shapes, rig_map))
    assert ("dead", target["mouthPucker"]) in found
    assert ("reversed", target["mouthFunnel"]) in found
    assert {("swapped", left), ("swapped", right)} <= found
    assert {kind for kind, _ in found} == {"dead", "reversed", "swapped", "duplicate"}


def test_a_character_without_mouth_close_seals_all_the_same(head):
    rig_map = recognise(head.shapes)
    without = {drive.target for drive in rig_map.active if drive.source == "mouthClose"}
    names = [name for name in head.shapes if name not in without and not name.startswith("viseme")]
    rig_map = recognise(names)
    calibration = calibrate(head.points, head.shapes, rig_map)
    shapes = bench.speak(bench.full_face(), calibration, rig_map.sources)
    gap = bench.lip_gap(head, calibration, apply(rig_map, shapes, calibration=calibration))
    rest = max(float(calibration.geometry.neutral[GAP]), 0.0)
    assert bench.closure_gaps(gap).max() < rest + 0.03 * calibration.widest_gap


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from(arkit.NAMES), min_size=1, max_size=30))
def test_any_subset_of_shapes_is_measured_or_declined(names):
    head = heads.makehuman()
    shapes = {name: head.shapes[name] for name in sorted(names)}
    rig_map = recognise(shapes)
    calibration = calibrate(head.points, shapes, rig_map)
    curves = apply(rig_map, bench.full_face()[:60], calibration=calibration)
    assert set(curves) == set(rig_map.targets)
    assert all(np.isfinite(values).all() for values in curves.values())
    if calibration is not None:
        assert np.isfinite(calibration.geometry.jacobian).all()


def test_teeth_and_brows_are_no_mouth():
    points = np.random.default_rng(0).random((200, 3), np.float32)
    assert calibrate(points, {"browInnerUp": points * 0.1}, recognise(["browInnerUp"])) is None


@pytest.mark.parametrize("strength", [1.0, 0.6, 1.6])
@pytest.mark.parametrize("number", range(3))
def test_the_same_line_opens_every_head_equally_far(spoken, number, strength):
    """By the mesh itself, in millimetres of a face as large as the reference; also where a jaw opens less or more."""
    head = list(heads.heads())[number]
    jaw = next(drive.target for drive in recognise(head.shapes).active if drive.source == "jawOpen")
    head = replace(head, shapes={**head.shapes, jaw: strength * head.shapes[jaw]})
    rig_map, calibration = bench.measured(head)
    own, known = (
        act(spoken(12.0), Direction(), fps=30, start=0.0, performer=Performer(face)).shapes
        for face in (calibration.geometry, geometry.REFERENCE)
    )
    gap = bench.lip_gap(head, calibration, apply(rig_map, own, calibration=calibration)) - calibration.geometry.neutral[GAP]
    wanted = geometry.measure(known)[:, GAP] - geometry.REFERENCE.neutral[GAP]
    assert np.percentile(wanted, 95) > 6.0
    for share in (75, 95):
        assert np.percentile(gap, share) == pytest.approx(np.percentile(wanted, share), rel=0.15)
