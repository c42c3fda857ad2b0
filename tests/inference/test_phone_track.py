# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is done to a phone track, it stays one: no gap, no overlap, nothing too short to see."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference.performance import Phone
from parlance.inference.retouch import phone_track as track


@pytest.fixture(scope="module")
def heard():
    borders = [0.0, 0.3, 0.36, 0.5, 0.56, 0.7, 0.74, 0.9, 1.2]
    symbols = ["sil", "h", "ɛ", "l", "o", "m", "a", "sil"]
    return tuple(Phone(s, a, b, 0.8) for s, a, b in zip(symbols, borders[:-1], borders[1:], strict=True))


def assert_tiles(phones, like):
    assert phones[0].start == like[0].start
    assert phones[-1].end == like[-1].end
    for before, after in pairwise(phones):
        assert before.end == after.start
    assert all(phone.end - phone.start > 0.0099 for phone in phones)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_edits_leave_a_track(heard, data):
    phones = heard
    for _ in range(data.draw(st.integers(1, 6))):
        index = data.draw(st.integers(0, len(phones) - 1))
        start, end = sorted((data.draw(st.floats(-0.2, 1.4)), data.draw(st.floats(-0.2, 1.4))))
        match data.draw(st.sampled_from(("move", "split", "remove", "restore", "over"))):
            case "move":
                phones = track.with_phone(phones, index, replace(phones[index], start=start, end=end))
            case "split":
                phones = track.split(phones, index, start)
            case "remove":
                phones = track.without(phones, index)
            case "restore":
                phones = track.restored(phones, index, heard)
            case "over":
                phones = track.laid_over(phones, replace(phones[index], start=start, end=end))
        assert_tiles(phones, heard)


def test_a_moved_border_is_shared(heard):
    moved = track.with_phone(heard, 5, replace(heard[5], start=0.66))
    assert moved[5].start == moved[4].end == 0.66
    assert moved[4].start == heard[4].start


def test_a_border_cannot_swallow_the_neighbour(heard):
    moved = track.with_phone(heard, 5, replace(heard[5], start=0.1))
    assert moved[4].end - moved[4].start == pytest.approx(track.SHORTEST)


def test_a_changed_phone_is_known_and_can_be_restored(heard):
    edited = track.with_phone(heard, 4, replace(heard[4], symbol="u", end=0.68))
    assert track.changed(edited, heard)[4]
    assert not track.changed(heard, heard)[4]
    assert track.restored(edited, 4, heard)[4].symbol == "o"
    assert track.restored(edited, 4, heard)[4].end == pytest.approx(heard[4].end)


def test_changes_are_carried_to_another_hearing(heard):
    """The same sound heard again from 0.3 s on: the emphasised a is still emphasised."""
    edited = track.with_phone(heard, 6, replace(heard[6], strength=1.5))
    later = tuple(replace(phone, start=phone.start - 0.3, end=phone.end - 0.3, confidence=0.5) for phone in heard[1:])
    result = track.carried(heard, edited, later, 0.3)
    assert_tiles(result, later)
    assert [(phone.symbol, phone.strength) for phone in result if phone.strength != 1] == [("a", 1.5)]
