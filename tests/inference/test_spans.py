# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards and offsets of hours of sound are those that a slow and simple look at every frame gives."""

import numpy as np
import pytest

from parlance.inference.acting import act
from parlance.inference.checking import capture, scorecard, spans
from parlance.inference.direction import Direction
from parlance.inference.errors import ParlanceError
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone
from parlance.inference.phones import BILABIAL, VOWEL


def spoken(seed, seconds):
    rng, phones, now = np.random.default_rng(seed), [], 0.0
    while now < seconds:
        symbol = str(rng.choice(["sil", *"mapobisumetavokidnlza"]))
        length = float(rng.uniform(0.8, 2.0) if symbol == "sil" else rng.uniform(0.01, 0.15))
        phones.append(Phone(symbol, now, now + length, strength=float(rng.random() > 0.1)))
        now += length
    return performance_from(phones)


@pytest.mark.parametrize("seed", range(20))
def test_frames_of_a_stretch_are_all_and_only_those_in_it(seed):
    rng = np.random.default_rng(seed)
    times = np.sort(np.round(rng.uniform(0, 5, int(rng.integers(0, 60))), 1))
    starts, lengths = np.round(rng.uniform(-1, 6, 40), 1), np.round(rng.uniform(-0.3, 1, 40), 1)
    for during, start, end in zip(spans.within(times, starts, starts + lengths), starts, starts + lengths, strict=True):
        np.testing.assert_array_equal(times[during], times[(times >= start) & (times <= end)])


def test_pieces_are_everything_once():
    times = np.arange(0.4, 95.0, 1 / 30)
    found = spans.pieces(times, 30.0)
    np.testing.assert_array_equal(np.concatenate([times[piece] for piece in found]), times)
    assert [round(float(np.ptp(times[piece]))) for piece in found] == [30, 30, 30, 5]


@pytest.mark.parametrize("fps", [24, 60])
@pytest.mark.parametrize("seed", range(3))
def test_the_card_counts_every_phone_and_pause(seed, fps):
    heard = spoken(seed, 30.0)
    shapes = act(heard, Direction(), fps=fps, start=0.0).shapes * np.float32(0.5)
    times = np.arange(len(shapes)) / fps
    found = {row.name: row.value for row in scorecard.card(heard, shapes, times)}
    gap = capture.opening(shapes)
    gap -= gap.min()
    closed, opened, pauses = [], [], np.zeros(len(times), bool)
    for phone in heard.phones:
        quarter = (phone.end - phone.start) / 4
        seen = (times >= phone.start - 0.04) & (times <= phone.end + 0.04)
        middle = (times >= phone.start + quarter) & (times <= phone.end - quarter)
        if phone.symbol in BILABIAL and phone.strength and seen.any():
            closed.append(gap[seen].min() <= scorecard.MET)
        if phone.symbol in VOWEL and phone.strength and middle.any():
            opened.append(gap[middle].min() > scorecard.MET)
        if phone.symbol == "sil" and phone.end - phone.start >= 1.0:
            pauses |= (times >= phone.start + 0.5) & (times <= phone.end - 0.25)
    speed, speech = np.abs(np.gradient(gap)), np.interp(times, heard.times, heard.speech) > 0.5
    assert found["p, b, m that close"] == pytest.approx(100 * np.mean(closed))
    assert found["Vowels that stay open"] == pytest.approx(100 * np.mean(opened))
    assert found["Motion left in pauses"] == pytest.approx(100 * speed[pauses].mean() / speed[speech].mean())


def every_offset(heard, gap, times):
    """The likeness at each of the 801 offsets, over all frames."""
    there, found = capture.opening(heard.curves), {}
    for shift in np.arange(-400, 401) * 0.005:
        inside = (times - shift >= heard.times[0]) & (times - shift <= heard.times[-1])
        if inside.sum() >= max(0.5 * len(times), 12):
            found[shift] = np.corrcoef(gap[inside], np.interp(times[inside] - shift, heard.times, there))[0, 1]
    return found


@pytest.mark.parametrize("seed", range(6))
def test_an_offset_found_in_two_steps_is_the_best_of_all(seed):
    rng, heard = np.random.default_rng(seed), spoken(seed, 8.0)
    times = np.arange(0.2, 7.5, 1 / float(rng.choice([24.0, 30.0, 60.0])))
    gap = np.interp(times - rng.uniform(-1.9, 1.9), heard.times, capture.opening(heard.curves))
    gap += rng.normal(0, rng.uniform(0.1, 3.0), len(times))
    slow = every_offset(heard, gap, times)
    best = max(slow, key=slow.get)
    if slow[best] < capture.ALIKE:
        with pytest.raises(ParlanceError):
            capture.offset(heard, gap, times)
        return
    found = capture.offset(heard, gap, times)
    assert found.seconds == pytest.approx(best)
    assert found.likeness == pytest.approx(slow[best])


def test_half_an_hour_with_little_speech_is_told_by_its_speech():
    speech = [Phone(phone.symbol, phone.start + 700.0, phone.end + 700.0) for phone in spoken(1, 200.0).phones]
    heard = performance_from([Phone("sil", 0.0, 700.0), *speech, Phone("sil", speech[-1].end, 1800.0)])
    times = np.arange(0.0, 1800.0, 1 / 30)
    gap = np.interp(times - 0.37, heard.times, capture.opening(heard.curves))
    gap += np.random.default_rng(0).normal(0.0, 0.05, len(gap))  # mm; no capture is quite still
    assert capture.offset(heard, gap, times).seconds == pytest.approx(0.37, abs=0.006)


@pytest.mark.parametrize("seed", range(4))
def test_trust_is_lost_around_every_closure_that_is_missed(seed):
    rng, heard = np.random.default_rng(seed), spoken(seed, 12.0)
    times = np.arange(0.0, 12.0, 1 / 60)
    gap = np.interp(times, heard.times, capture.opening(heard.curves))
    gap[(times > 3) & (times < 8)] += rng.uniform(2, 4)
    trust, rest, missed = capture.trusted(heard, gap, times), np.quantile(gap, 0.02), 0
    for phone in heard.phones:
        during = (times >= phone.start - 1 / 60) & (times <= phone.end + 1 / 60)
        inside = (times >= phone.start) & (times <= phone.end) & (np.interp(times, heard.times, heard.speech) > 0.9)
        if phone.symbol in BILABIAL and during.any() and gap[during].min() > rest + 1.0:
            missed += int(inside.any())
            assert (trust[inside] < 0.5).all()
    assert missed > 5
