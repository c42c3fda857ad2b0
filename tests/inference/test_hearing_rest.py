# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody speaks: what is only a little like a voice moves no lips, and costs no word beside it."""

import numpy as np
import pytest

from parlance.inference.contact import BITES, CLOSES, closure_from_posteriors
from parlance.inference.hearing import rest
from parlance.inference.performance import FRAME_RATE
from parlance.inference.phones import COUNT, INDEX


def track(*levels, seconds=1.0):
    """Probability of speech: each level for so many seconds."""
    return np.repeat(np.asarray(levels, np.float32), round(seconds * FRAME_RATE))


def posteriors(symbol, frames):
    values = np.full((frames, COUNT), 0.1 / (COUNT - 1), np.float32)
    values[:, INDEX[symbol]] = 0.9
    return values


def test_a_tune_a_little_like_a_voice_is_none():
    assert not rest.certain(track(0.0, 0.5, 0.65, 0.4, 0.0)).any()


def test_a_word_is_kept_to_its_weak_ends():
    speech = track(0.0, 0.3, 0.95, 0.2, 0.0)
    assert np.array_equal(rest.certain(speech), speech)


def test_a_word_beside_a_tune_stays_and_the_tune_goes():
    sure = rest.certain(track(0.6, 0.0, 0.9, 0.05, 0.6))
    assert np.array_equal(sure, track(0.0, 0.0, 0.9, 0.05, 0.0))


@pytest.mark.parametrize("level", [0.0, 0.9])
def test_one_level_throughout(level):
    speech = track(level)
    assert np.array_equal(rest.certain(speech), speech)


@pytest.mark.parametrize("symbol", ["m", "f"])
def test_what_is_heard_where_nobody_speaks_touches_no_lips(symbol):
    heard = posteriors(symbol, 100)
    spoken = closure_from_posteriors(heard, FRAME_RATE)
    quiet = rest.silenced(heard.copy(), np.zeros(100, np.float32))
    assert max(contact.max() for contact in spoken) == 1.0
    assert max(contact.max() for contact in closure_from_posteriors(quiet, FRAME_RATE)) == 0.0
    assert quiet[:, INDEX[symbol]].max() < min(CLOSES, BITES)
    assert quiet.sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_phones_under_speech_are_as_heard():
    heard = posteriors("m", 50)
    assert rest.silenced(heard.copy(), np.ones(50, np.float32)) == pytest.approx(heard)
