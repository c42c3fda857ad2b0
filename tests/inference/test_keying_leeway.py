# SPDX-License-Identifier: GPL-3.0-or-later
"""Fewer keys where a miss is not seen: by millimetres on the face, exact where lips meet, and rarely on neighbouring frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting import act
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import REFERENCE, measure
from parlance.inference.keying import Keys, evaluate, fit_all
from parlance.inference.keying.fitting import Wishes, fit_keys

TOLERANCE = Direction().tolerance


@pytest.fixture(scope="module", name="animation")
def _animation(spoken):
    return act(spoken(30), Direction(), fps=24, start=0.0)


@pytest.fixture(scope="module", name="keys")
def _keys(animation):
    return keyed(animation)


def keyed(animation, direction=None, face=REFERENCE) -> list[Keys]:
    wishing = Wishes(animation, face)
    wishes = [wishing.of(animation.shapes[:, at], (at,)) for at in range(arkit.COUNT)]
    return fit_keys(wishes, 0, direction or Direction())


def shown(keys: list[Keys], count: int) -> np.ndarray:
    return np.stack([evaluate(each, np.arange(count)) for each in keys], axis=1).astype(np.float32)


def test_keys_are_fewer_where_shapes_move_the_face_less(animation, keys):
    alike = fit_all(animation.shapes, 0, tolerance=TOLERANCE)
    assert sum(map(len, keys)) < 0.88 * sum(map(len, alike))
    assert len(keys[arkit.INDEX["noseSneerLeft"]]) < 0.8 * len(alike[arkit.INDEX["noseSneerLeft"]])


def test_no_shape_is_missed_by_more_than_a_fifth_of_a_millimetre_or_a_hundredth(animation, keys):
    missed = np.abs(shown(keys, len(animation.shapes)) - animation.shapes).max(axis=0)
    lips = [MEASURE[name] for name in ("gap", "upper_protrusion", "lower_protrusion", "corner", "lower_roll")]
    millimetres = missed[:, None] * np.abs(REFERENCE.jacobian[:, lips])
    assert (millimetres[missed > TOLERANCE + 1e-4] < 0.2).all()
    assert missed.max() < 0.06


def test_lips_that_meet_are_keyed_as_closely_as_if_no_shape_had_leeway(animation, keys):
    gap = measure(animation.shapes)[:, MEASURE["gap"]]
    closed = gap <= -0.5
    assert closed.sum() > 20
    curves = shown(keys, len(animation.shapes))
    parting = np.abs(REFERENCE.jacobian[:, MEASURE["gap"]]) > 0.5
    assert np.abs(curves - animation.shapes)[closed][:, parting].max() <= TOLERANCE + 1e-4
    assert measure(curves)[closed, MEASURE["gap"]].max() <= 0.0


def test_a_face_whose_shapes_go_twice_as_far_gets_closer_keys(animation, keys):
    wide = replace(REFERENCE, jacobian=2 * REFERENCE.jacobian)
    corner = arkit.INDEX["mouthPressLeft"]
    assert len(keyed(animation, face=wide)[corner]) >= len(keys[corner])
    assert sum(map(len, keyed(animation, face=wide))) > sum(map(len, keys))


def test_few_keys_are_on_neighbouring_frames(keys):
    neighbours = sum(int((np.diff(each.frames) <= 1).sum()) for each in keys)
    assert neighbours < 0.13 * sum(map(len, keys))


def test_blocking_above_the_mouth_has_no_leeway(animation):
    keys = keyed(animation, replace(Direction(), blocking=True))
    missed = np.abs(shown(keys, len(animation.shapes)) - animation.shapes).max(axis=0)
    assert missed.max() <= 0.05 + 1e-4
