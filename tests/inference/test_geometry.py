# SPDX-License-Identifier: GPL-3.0-or-later
"""Millimetres to shapes and back: what was asked is reached, with few shapes, alike on both sides, without jitter."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from parlance.inference import arkit, geometry

BASIS = Path(__file__).parents[3] / "shared" / "rigs" / "ict_landmark_basis.npz"
SPEECH = [arkit.INDEX[name] for name in geometry.SPEECH_SHAPES]


def column(values, name):
    return values[:, geometry.INDEX[name]]


def speech_poses(weights):
    shapes = np.zeros((len(weights), arkit.COUNT), np.float32)
    shapes[:, SPEECH] = weights
    return shapes


def test_reference_agrees_with_the_head_it_was_measured_on():
    if not BASIS.exists():
        pytest.skip("needs the landmark basis")
    reference_geometry = pytest.importorskip("parlance.models.reference_geometry")
    table = reference_geometry.table(BASIS)
    for shape, effects in table["jacobian"].items():
        for measure, value in effects.items():
            assert geometry.REFERENCE.effect(shape, measure) == pytest.approx(value, abs=0.011), shape


def test_rest_measures_the_neutral_face():
    assert np.allclose(geometry.measure(np.zeros((2, arkit.COUNT), np.float32)), geometry.REFERENCE.neutral)


@settings(max_examples=40, deadline=None)
@given(arrays(np.float32, (4, len(SPEECH)), elements=st.floats(0, 0.5, width=32)))
def test_solve_reaches_every_pose_it_is_allowed(weights):
    targets = geometry.measure(speech_poses(weights))
    found = geometry.measure(geometry.solve(targets))
    assert np.abs(column(found, "gap") - column(targets, "gap")).max() < 1.6
    assert np.abs(column(found, "chin") - column(targets, "chin")).max() < 2.5


@settings(max_examples=40, deadline=None)
@given(arrays(np.float32, (3, geometry.COUNT), elements=st.floats(-60, 60, width=32)))
def test_solve_stays_in_bounds_and_in_the_allow_list(targets):
    shapes = geometry.solve(targets)
    assert shapes.min() >= 0.0
    assert shapes.max() <= 1.0
    assert not np.delete(shapes, SPEECH, axis=1).any()


def test_solve_uses_the_few_shapes_an_animator_would():
    targets = np.repeat(geometry.REFERENCE.neutral[None], 1, 0)
    for name, value in {"gap": 3.5, "chin": 3.5, "width": -9.0, "upper_protrusion": 6.5, "lower_roll": 3.0}.items():
        targets[0, geometry.INDEX[name]] = value + (50.7 if name == "width" else 0.0)
    weights = geometry.solve(targets)[0]
    used = {arkit.NAMES[i] for i in np.nonzero(weights > 0.1)[0]}
    assert used <= {"jawOpen", "mouthPucker", "mouthFunnel"}


def test_a_symmetric_target_gets_a_symmetric_face():
    targets = np.tile(geometry.REFERENCE.neutral, (20, 1))
    targets[:, geometry.INDEX["width"]] += np.linspace(-10, 12, 20)
    shapes = geometry.solve(targets)
    assert np.allclose(shapes, shapes[:, arkit.MIRROR], atol=1e-5)


def test_a_prior_that_already_fits_is_returned_as_it_is():
    prior = speech_poses(np.random.default_rng(1).random((6, len(SPEECH)), np.float32) * 0.5)
    prior[:, arkit.INDEX["jawForward"]] = 0.4
    assert np.array_equal(geometry.solve(geometry.measure(prior), prior=prior), prior)


def test_smoothness_removes_jitter_and_keeps_the_movement():
    time = np.arange(200) / 50
    targets = np.tile(geometry.REFERENCE.neutral, (200, 1))
    opening = 8 + 6 * np.sin(2 * np.pi * 3 * time)
    noise = np.random.default_rng(0).normal(0, 1.0, 200)
    targets[:, geometry.INDEX["gap"]] += opening + noise
    targets[:, geometry.INDEX["chin"]] += opening + noise
    rough, smooth = geometry.solve(targets), geometry.solve(targets, objective=geometry.Objective(smoothness=3000.0))
    jitter = [np.abs(np.diff(shapes[:, arkit.INDEX["jawOpen"]], 2)).mean() for shapes in (rough, smooth)]
    assert jitter[1] < 0.5 * jitter[0]
    assert np.corrcoef(smooth[:, arkit.INDEX["jawOpen"]], opening)[0, 1] > 0.95
