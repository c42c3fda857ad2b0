# SPDX-License-Identifier: GPL-3.0-or-later
"""The last word on the lips: p, b, m close and f, v touch the teeth, on any face and under any expression."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from parlance.inference import arkit, geometry, phones
from parlance.inference.contact import closure_from_posteriors, resample_contact
from parlance.inference.seal import seal

GAP = geometry.INDEX["gap"]
FACES = arrays(np.float32, (5, arkit.COUNT), elements=st.floats(0, 1, width=32))
AMOUNTS = arrays(np.float32, 5, elements=st.floats(0, 1, width=32))
ONE, NONE = np.ones(5, np.float32), np.zeros(5, np.float32)


def without(*names):
    jacobian = geometry.REFERENCE.jacobian.copy()
    jacobian[[arkit.INDEX[name] for name in names]] = 0.0
    return replace(geometry.REFERENCE, jacobian=jacobian)


@settings(deadline=None)
@given(FACES)
def test_a_closure_closes_under_any_expression(shapes):
    sealed = seal(shapes, ONE, NONE)
    assert geometry.measure(sealed)[:, GAP].max() <= 0.0
    assert sealed.min() >= 0.0
    assert sealed.max() <= 1.0


@settings(deadline=None)
@given(FACES, st.sampled_from([("mouthClose",), ("mouthClose", "mouthRollLower", "mouthShrugLower")]))
def test_a_closure_closes_on_a_face_without_the_usual_shapes(shapes, missing):
    face = without(*missing)
    assert geometry.measure(seal(shapes, ONE, NONE, face), face)[:, GAP].max() <= 0.05


@settings(deadline=None)
@given(FACES)
def test_nothing_changes_where_nothing_closes(shapes):
    assert np.array_equal(seal(shapes, NONE, NONE), shapes)


@settings(deadline=None)
@given(FACES, AMOUNTS, AMOUNTS)
def test_half_a_closure_lies_between(shapes, closure, more):
    wider = geometry.measure(seal(shapes, np.minimum(closure, more), NONE))[:, GAP]
    narrower = geometry.measure(seal(shapes, np.maximum(closure, more), NONE))[:, GAP]
    assert (narrower <= np.maximum(wider, -1.0) + 1e-3).all()


@settings(deadline=None)
@given(FACES)
def test_closed_lips_do_not_cut_through_each_other(shapes):
    assert geometry.measure(seal(shapes, ONE, NONE))[:, GAP].min() > -2.01


@settings(deadline=None)
@given(FACES)
def test_f_brings_the_lip_to_the_teeth_and_leaves_the_mouth_open(shapes):
    bitten = seal(shapes, NONE, ONE)
    gap = geometry.measure(bitten)[:, GAP]
    assert gap.max() <= 2.85
    assert (bitten[:, arkit.INDEX["mouthRollLower"]] >= np.minimum(shapes[:, arkit.INDEX["mouthRollLower"]], 0.4) - 1e-5).all()


def test_an_open_jaw_is_sealed_by_the_lips_not_by_the_jaw():
    open_jaw = np.zeros((1, arkit.COUNT), np.float32)
    open_jaw[0, arkit.INDEX["jawOpen"]] = 0.3
    sealed = seal(open_jaw, np.ones(1, np.float32), np.zeros(1, np.float32))[0]
    assert sealed[arkit.INDEX["jawOpen"]] == pytest.approx(0.3)
    assert 0.2 < sealed[arkit.INDEX["mouthClose"]] < 0.3


def test_a_smooth_closure_moves_smoothly():
    frames = 200
    shapes = np.tile(np.random.default_rng(3).random(arkit.COUNT, np.float32), (frames, 1))
    closure = (0.5 - 0.5 * np.cos(np.linspace(0, 2 * np.pi, frames))).astype(np.float32)
    steps = np.abs(np.diff(seal(shapes, closure, np.zeros(frames, np.float32)), axis=0))
    assert steps.max() < 0.06


def certain(symbol, frames, where):
    posteriors = np.zeros((frames, phones.COUNT), np.float32)
    posteriors[:, phones.INDEX["a"]] = 1.0
    posteriors[where] = np.eye(phones.COUNT, dtype=np.float32)[phones.INDEX[symbol]]
    return posteriors


def test_posteriors_of_lip_sounds_become_contacts():
    closure, labiodental = closure_from_posteriors(certain("m", 40, slice(20, 23)), 50.0)
    assert closure[20:23].min() == 1.0
    assert not closure[:15].any()
    assert not labiodental.any()
    assert closure_from_posteriors(certain("v", 40, slice(20, 23)), 50.0)[1][21] == 1.0


@pytest.mark.parametrize("fps", [12.0, 24.0, 30.0, 60.0, 120.0])
def test_no_closure_falls_between_two_frames(fps):
    for start in range(20, 30):
        closure, _ = closure_from_posteriors(certain("p", 60, slice(start, start + 2)), 50.0)
        times = np.arange(int(1.2 * fps)) / fps
        assert resample_contact(closure, 50.0, times, fps).max() == pytest.approx(1.0, abs=1e-5)
