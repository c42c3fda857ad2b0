# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocking: as few keys as an animator would set, and lips that meet wherever they meet without it."""

from __future__ import annotations

import numpy as np
import pytest

from parlance.inference import phones as inventory
from parlance.inference.acting import act
from parlance.inference.animation import Animation
from parlance.inference.arkit import COUNT, INDEX
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import measure
from parlance.inference.keying import Keys, evaluate, fit_all
from parlance.inference.keying.blocking import MET, fit_poses, poses
from parlance.inference.keying.fitting import MOUTH

FPS = 24


@pytest.fixture(scope="module", name="said")
def _said(spoken):
    """Half a minute of speech as it looks, and its phones."""
    performance = spoken(30)
    return act(performance, Direction(), fps=FPS, start=0.0), performance.phones


def blocked(animation: Animation) -> tuple[dict[int, Keys], np.ndarray]:
    """The mouth's keys by channel, and the shapes that they play."""
    channels = sorted(MOUTH)
    keys = fit_poses(animation.shapes[:, channels], 0, poses(animation))
    shapes = animation.shapes.copy()
    for channel, each in zip(channels, keys, strict=True):
        shapes[:, channel] = evaluate(each, np.arange(len(shapes)))
    return dict(zip(channels, keys, strict=True)), shapes


def gap(shapes):
    return measure(shapes)[:, MEASURE["gap"]]


def test_one_or_two_keys_a_syllable(said):
    animation, phones = said
    keys, _ = blocked(animation)
    syllables = sum(phone.symbol in inventory.VOWEL for phone in phones)
    assert 0.8 * syllables < len(keys[INDEX["jawOpen"]]) < 2 * syllables
    assert max(len(each) for each in keys.values()) < 2.5 * syllables
    normal = fit_all(animation.shapes[:, sorted(MOUTH)], 0, tolerance=0.01)
    assert sum(map(len, keys.values())) < 0.7 * sum(map(len, normal))


def test_closures_stay_closed(said):
    animation, _ = said
    _, shapes = blocked(animation)
    closed = gap(animation.shapes) <= MET
    assert closed.sum() > 20
    assert gap(shapes)[closed].max() < 0.0


def test_lips_that_touch_the_teeth_still_do(said):
    animation, phones = said
    _, shapes = blocked(animation)
    bites = [phone for phone in phones if phone.symbol in inventory.LABIODENTAL and phone.confidence > 0.5]
    frames = [round((phone.start + phone.end) / 2 * FPS) for phone in bites]
    assert len(frames) >= 3
    near = [slice(max(frame - 2, 0), frame + 3) for frame in frames]
    before, after = ([gap(each)[part].min() for part in near] for each in (animation.shapes, shapes))
    assert np.abs(np.array(after) - before).max() < 0.3


def test_vowels_open_as_far_as_without_blocking(said):
    animation, phones = said
    _, shapes = blocked(animation)
    vowels = [phone for phone in phones if phone.symbol in inventory.VOWEL and phone.end - phone.start > 0.08]
    frames = [round((0.55 * phone.start + 0.45 * phone.end) * FPS) for phone in vowels]
    peaks = [[gap(each)[max(frame - 2, 0) : frame + 3].max() for frame in frames] for each in (animation.shapes, shapes)]
    assert np.median(np.array(peaks[1]) / np.maximum(peaks[0], 1.0)) > 0.9


def test_all_keys_stand_on_the_same_frames(said):
    animation, _ = said
    keys, _ = blocked(animation)
    together = {frame for each in keys.values() for frame in each.frames.tolist()}
    assert len(together) < 0.45 * len(animation.shapes)
    still = [each for each in keys.values() if np.ptp(each.values) == 0.0]
    assert still
    assert all(each.frames.tolist() == [0, len(animation.shapes) - 1] for each in still)


def test_nothing_to_pose_is_no_trouble():
    empty = np.zeros((0, COUNT), np.float32)
    still = Animation(24.0, 0.0, np.zeros((1, COUNT), np.float32), {}, *(np.zeros((1, 3), np.float32),) * 5, ())
    assert [len(keys) for keys in fit_poses(empty, 0, poses(still))] == [0] * COUNT
    assert {len(keys) for keys in fit_poses(still.shapes, 0, poses(still))} == {1}
