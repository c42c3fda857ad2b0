# SPDX-License-Identifier: GPL-3.0-or-later
"""When lips meet: decided for every sound, kept at every frame rate."""

import numpy as np
import pytest

from parlance.inference import phones
from parlance.inference.contact import BITES, CLOSES, closure_from_posteriors, resample_contact

RATE = 50.0


def heard(frames=60, **sounds):
    """Posteriors of a vowel in which other sounds rise and fall: heard(m=(30, 0.8)) has an m around frame 30."""
    posteriors = np.zeros((frames, phones.COUNT), np.float32)
    for symbol, (middle, height) in sounds.items():
        away = np.abs(np.arange(frames) - middle)
        posteriors[:, phones.INDEX[symbol]] = height * np.clip(1.4 - away / 3, 0, 1)
    posteriors[:, phones.INDEX["a"]] = 1 - posteriors.sum(axis=1)
    return posteriors


@pytest.mark.parametrize("height", [CLOSES + 0.02, 0.5, 0.95])
def test_a_bilabial_that_is_heard_closes_fully_however_doubtful(height):
    closure, _ = closure_from_posteriors(heard(m=(30, height)), RATE)
    assert closure[29:32].min() == pytest.approx(1.0)
    assert not closure[:22].any()
    assert not closure[39:].any()


@pytest.mark.parametrize("symbol", ["m", "f"])
def test_a_contact_is_never_a_single_frame_where_its_sound_fades_in_and_out(symbol):
    posteriors = heard()
    rise = np.array([0.4, 0.9, 0.4], np.float32)
    posteriors[29:32, phones.INDEX[symbol]] = 0.8 * rise
    posteriors[29:32, phones.INDEX["a"]] -= 0.8 * rise
    contact = closure_from_posteriors(posteriors, RATE)[symbol == "f"]
    assert contact[29:32].min() > 0.6
    assert not contact[:27].any()
    assert not contact[34:].any()


def test_a_mere_suspicion_does_not_begin_to_close():
    assert not closure_from_posteriors(heard(m=(30, CLOSES - 0.02)), RATE)[0].any()
    assert not closure_from_posteriors(heard(f=(30, BITES - 0.02)), RATE)[1].any()


def test_lips_and_teeth_do_not_both_have_a_sound():
    closure, bite = closure_from_posteriors(heard(b=(30, 0.3), v=(30, 0.6)), RATE)
    assert bite[30] == pytest.approx(1.0)
    assert closure[30] < 0.2
    closure, bite = closure_from_posteriors(heard(b=(30, 0.6), v=(30, 0.3)), RATE)
    assert closure[30] == pytest.approx(1.0)
    assert bite[30] < 0.2


@pytest.mark.parametrize("fps", [12, 24, 25, 30, 60])
@pytest.mark.parametrize("shift", np.linspace(0, 1, 7))
def test_no_closure_is_lost_between_frames_and_none_grows(fps, shift):
    closure, _ = closure_from_posteriors(heard(p=(30, 0.9)), RATE)
    times = np.arange(int(1.3 * fps)) / fps + shift / fps - 1 / fps
    there = resample_contact(closure, RATE, times, fps)
    assert there.max() == pytest.approx(1.0)
    held = (closure > 0.5).sum() / RATE
    assert (there > 0.5).sum() / fps <= max(held + 1.01 / fps, 1.01 / fps)
