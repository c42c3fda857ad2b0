# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole words of a phone track are moved, stressed and said otherwise; the track is always tiled."""

import random
from itertools import pairwise

import pytest

from parlance.inference.performance import Phone
from parlance.inference.retouch import word_track
from parlance.inference.retouch.phone_track import SHORTEST

TRACK = (
    Phone("sil", 0.0, 0.3),
    Phone("k", 0.3, 0.4, word=0),
    Phone("æ", 0.4, 0.6, word=0),
    Phone("t", 0.6, 0.7, word=0),
    Phone("s", 0.7, 0.8, word=1),
    Phone("ɪ", 0.8, 0.9, word=1),
    Phone("t", 0.9, 1.0, word=1),
    Phone("sil", 1.0, 1.4),
)


def tiles(track):
    return all(one.end == other.start for one, other in pairwise(track)) and all(phone.start < phone.end for phone in track)


def test_words_are_found_in_time_order():
    assert [(span.word, span.start, span.end) for span in word_track.spans(TRACK)] == [(0, 0.3, 0.7), (1, 0.7, 1.0)]


def test_the_border_of_two_words_moves_and_both_stretch_evenly():
    first, second = word_track.spans(TRACK)
    moved = word_track.moved(TRACK, second, start=0.8)
    assert tiles(moved)
    assert [(span.start, span.end) for span in word_track.spans(moved)] == [pytest.approx((0.3, 0.8)), pytest.approx((0.8, 1.0))]
    assert moved[2].end - moved[2].start > TRACK[2].end - TRACK[2].start
    assert moved[0] == TRACK[0]
    later = word_track.moved(TRACK, first, start=0.1)
    assert tiles(later)
    assert later[0].end == pytest.approx(0.1)
    assert later[4:] == TRACK[4:]


@pytest.mark.parametrize("seed", range(100))
def test_any_drag_leaves_a_tiled_track_of_the_same_sounds(seed):
    chance = random.Random(seed)
    track = TRACK
    for _ in range(12):
        span = chance.choice(word_track.spans(track))
        if chance.random() < 0.5:
            track = word_track.moved(track, span, start=chance.uniform(-1, 3))
        else:
            track = word_track.moved(track, span, end=chance.uniform(-1, 3))
        assert tiles(track)
        assert [(phone.symbol, phone.word) for phone in track] == [(phone.symbol, phone.word) for phone in TRACK]
        assert (track[0].start, track[-1].end) == (0.0, 1.4)
        assert min(phone.end - phone.start for phone in track) > SHORTEST * 0.9


def test_a_word_is_said_otherwise_in_its_own_time():
    span = word_track.spans(TRACK)[0]
    said = word_track.pronounced(TRACK, span, ["k", "a", "t", "s"], [1, 2, 1, 1])
    assert tiles(said)
    assert [phone.symbol for phone in said[1:5]] == ["k", "a", "t", "s"]
    assert (said[1].start, said[4].end) == (0.3, 0.7)
    assert said[2].end - said[2].start == pytest.approx(2 * (said[1].end - said[1].start))
    assert said[5:] == TRACK[4:]


def test_emphasis_is_of_every_sound_of_the_word():
    loud = word_track.emphasised(TRACK, word_track.spans(TRACK)[1], 1.6)
    assert [phone.strength for phone in loud] == [1, 1, 1, 1, 1.6, 1.6, 1.6, 1]
