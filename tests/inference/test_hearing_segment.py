# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones from probabilities: decoding and alignment."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from parlance.inference import phones
from parlance.inference.errors import ParlanceError
from parlance.inference.hearing.segment import SHORTEST, align, decode
from parlance.inference.performance import FRAME_RATE

WORD = [("sil", 12), ("h", 4), ("ə", 3), ("l", 4), ("o", 6), ("ʊ", 4), ("sil", 10), ("m", 5), ("æ", 7), ("n", 5), ("sil", 20)]


def posteriors(segments, certainty=0.8, seed=0):
    """Noisy frames of the given (symbol, frames)."""
    rng = np.random.default_rng(seed)
    rows = np.repeat([phones.INDEX[symbol] for symbol, _ in segments], [frames for _, frames in segments])
    values = rng.dirichlet(np.full(phones.COUNT, 0.1), len(rows)) * (1 - certainty)
    values[np.arange(len(rows)), rows] += certainty
    return values.astype(np.float32)


def said(segments):
    return [(phone.symbol, round((phone.end - phone.start) * FRAME_RATE)) for phone in segments]


def test_decoding_finds_the_segments():
    frames = posteriors(WORD)
    assert said(decode(frames, len(frames) / FRAME_RATE)) == WORD


def test_a_frame_of_doubt_is_no_phone():
    frames = posteriors(WORD)
    frames[3] = 0.3 * frames[3] + 0.7 * np.eye(phones.COUNT)[phones.INDEX["s"]]
    assert said(decode(frames, len(frames) / FRAME_RATE)) == WORD


@given(some.integers(1, 60), some.integers(0, 10**6))
def test_segments_tile_the_audio_and_keep_their_minimum(frames, seed):
    values = np.random.default_rng(seed).dirichlet(np.full(phones.COUNT, 0.05), frames).astype(np.float32)
    duration = (frames - 0.3) / FRAME_RATE
    found = decode(values, duration)
    assert found[0].start == 0
    assert found[-1].end == duration
    assert all(a.end == b.start and a.symbol != b.symbol for a, b in itertools.pairwise(found))
    assert all(0 <= phone.confidence <= 1 for phone in found)
    for phone in found[:-1]:
        least = min(SHORTEST[phones.INDEX[phone.symbol]], frames)
        assert round((phone.end - phone.start) * FRAME_RATE) >= least


def test_alignment_places_known_phones():
    frames = posteriors(WORD, certainty=0.4)
    assert said(align(frames, [symbol for symbol, _ in WORD], len(frames) / FRAME_RATE)) == WORD


def test_alignment_keeps_the_order_it_is_given_against_the_evidence():
    frames = posteriors(WORD)
    given_phones = ["sil", "h", "ɛ", "l", "o", "ʊ", "sil", "b", "æ", "n", "sil"]
    found = align(frames, given_phones, len(frames) / FRAME_RATE)
    assert [phone.symbol for phone in found] == given_phones
    assert found[7].start == pytest.approx(sum(count for _, count in WORD[:7]) / FRAME_RATE, abs=0.05)


def test_optional_silences_may_be_missing():
    spoken = [("m", 6), ("a", 8), ("m", 5), ("a", 9)]
    frames = posteriors(spoken)
    found = align(frames, ["sil", "m", "a", "sil", "m", "a", "sil"], len(frames) / FRAME_RATE, optional=(0, 3, 6))
    assert said(found) == spoken


def test_too_much_text_is_refused():
    frames = posteriors([("a", 5)])
    with pytest.raises(ParlanceError, match="more sounds"):
        align(frames, ["a", "m"] * 10, 0.1)


def test_unknown_phones_are_refused():
    with pytest.raises(ParlanceError, match="“Q”"):
        align(posteriors([("a", 5)]), ["Q"], 0.1)
