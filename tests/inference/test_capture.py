# SPDX-License-Identifier: GPL-3.0-or-later
"""A captured face and its sound."""

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.checking import capture
from parlance.inference.errors import ParlanceError
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone

SOUNDS = ("sil", *"mapobisumetavo", "sil", *"kamipedubalom")


@pytest.fixture
def said():
    phones = [Phone(symbol, 0.13 * n, 0.13 * (n + 1)) for n, symbol in enumerate(SOUNDS)]
    return performance_from(phones)


@pytest.mark.parametrize("late", [-1.2, -0.25, 0.0, 0.04, 0.7])
@pytest.mark.parametrize("rate", [30.0, 60.0])
def test_an_offset_is_found_to_the_hundredth(said, late, rate):
    times = np.arange(0.3, 3.2, 1 / rate)
    gap = np.interp(times - late, said.times, capture.opening(said.curves)) * 0.6 + 1.0
    gap += np.random.default_rng(0).normal(0, 0.3, len(gap))
    found = capture.offset(said, gap, times)
    assert found.seconds == pytest.approx(late, abs=0.015)
    assert found.likeness > 0.8


def test_a_still_or_a_foreign_mouth_is_told(said):
    times = np.arange(0.0, 3.2, 1 / 30)
    with pytest.raises(ParlanceError, match="hardly moves"):
        capture.offset(said, np.zeros(len(times)), times)
    noise = np.random.default_rng(1).normal(0, 1.0, 4000)
    other = performance_from([Phone("sil", 0, 30.0), Phone("a", 30.0, 30.5), Phone("sil", 30.5, 60.0)])
    with pytest.raises(ParlanceError, match="not say"):
        capture.offset(other, noise, np.arange(4000) / 66)


def test_a_good_mouth_is_trusted_and_a_bad_stretch_is_not(said):
    times = np.arange(0.0, 3.4, 1 / 60)
    gap = np.interp(times, said.times, capture.opening(said.curves))
    assert capture.trusted(said, gap, times).mean() > 0.9
    broken = gap.copy()
    bad = (times > 1.0) & (times < 2.0)
    broken[bad] = 6.0
    trust = capture.trusted(said, broken, times)
    assert trust[(times > 1.2) & (times < 1.8)].max() < 0.2
    assert trust[(times > 2.6) & (times < 3.2)].mean() > 0.8


def test_lips_that_do_not_meet_are_not_trusted(said):
    times = np.arange(0.0, 3.4, 1 / 60)
    gap = np.interp(times, said.times, capture.opening(said.curves))
    first = next(phone for phone in said.phones if phone.symbol == "p")
    lifted = np.where((times > first.start - 0.05) & (times < first.end + 0.05), np.maximum(gap, 4.0), gap)
    trust = capture.trusted(said, lifted, times)
    assert trust[(times > first.start) & (times < first.end)].max() < 0.3


def test_opening_is_that_of_the_lips():
    shapes = np.zeros((2, arkit.COUNT), np.float32)
    shapes[1, arkit.INDEX["jawOpen"]] = 0.5
    closed, opened = capture.opening(shapes)
    assert opened > closed + 5
