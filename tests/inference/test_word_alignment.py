# SPDX-License-Identifier: GPL-3.0-or-later
"""Words are found in what was heard: in the right way, at the right time, left out where they are not said, and doubted."""

import random

import numpy as np
import pytest

from parlance.inference import phones
from parlance.inference.errors import ParlanceError
from parlance.inference.hearing import evidence
from parlance.inference.hearing.segment import decode
from parlance.inference.hearing.word_alignment import UNWRITTEN, place_words

SPOKEN = [symbol for symbol in phones.SYMBOLS if symbol not in {"sil", "ɾ", "ʔ"}]


def heard(segments, sure=0.8):
    """Posteriors of (symbol, frames) in a row."""
    rows = np.full((sum(count for _, count in segments), phones.COUNT), (1 - sure) / (phones.COUNT - 1), np.float32)
    at = 0
    for symbol, count in segments:
        rows[at : at + count, phones.INDEX[symbol]] = sure
        at += count
    return rows


def line(seed, words=8):
    """Random words, what is heard of somebody saying them, and the first frame of each."""
    chance = random.Random(seed)
    symbols: list[str] = []  # no sound twice in a row: nobody could tell where the second begins
    while len(symbols) < 7 * words:
        symbols.append(chance.choice([symbol for symbol in SPOKEN if symbol not in symbols[-1:]]))
    lengths = [chance.randrange(2, 7) for _ in range(words)]
    said = [symbols[sum(lengths[:at]) : sum(lengths[: at + 1])] for at in range(words)]
    segments, starts, now = [("sil", 10)], [], 10
    for word in said:
        starts.append(now)
        segments += [(symbol, chance.randrange(3, 8)) for symbol in word]
        if chance.random() < 0.4:
            segments.append(("sil", 8))
        now = sum(count for _, count in segments)
    return said, heard([*segments, ("sil", 10)]), starts


def starts_of(placed):
    found = {}
    for sound in placed:
        if sound.word >= 0:
            found.setdefault(sound.word, sound.first)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_every_word_is_where_it_was_said(seed):
    said, posteriors, starts = line(seed)
    placed = place_words(posteriors, [[word] for word in said])
    found = starts_of(placed)
    assert sorted(found) == list(range(len(said)))
    assert all(abs(found[word] - start) <= 2 for word, start in enumerate(starts))
    assert [sound.first for sound in placed[1:]] == [sound.stop for sound in placed[:-1]]
    assert (placed[0].first, placed[-1].stop) == (0, len(posteriors))


@pytest.mark.parametrize("seed", range(20))
def test_a_word_too_many_and_a_word_too_few_are_noticed(seed):
    said, posteriors, starts = line(seed)
    chance = random.Random(seed)
    place = chance.randrange(1, len(said) - 1)
    foreign = [chance.choice([symbol for symbol in SPOKEN if symbol not in said[place]]) for _ in range(5)]
    added = place_words(posteriors, [[word] for word in [*said[:place], foreign, *said[place:]]])
    cues = evidence.cues_of(posteriors, added, decode(posteriors, len(posteriors) / 50))
    sure = evidence.confidences(cues, evidence.chosen())
    assert sure.get(place, 0.0) < evidence.chosen().sure
    others = [word for word in range(len(said) + 1) if word not in {place - 1, place, place + 1}]
    assert all(sure.get(word, 0.0) >= evidence.chosen().sure for word in others)
    missing = place_words(posteriors, [[word] for word in [*said[:place], *said[place + 1 :]]])
    if len(said[place]) >= 4:
        lost = next(sound for sound in missing if sound.symbol == UNWRITTEN)
        assert abs(lost.first - starts[place]) <= 6


def test_the_way_that_is_said_is_taken():
    posteriors = heard([("sil", 8), ("ð", 4), ("i", 6), ("æ", 6), ("p", 5), ("l", 5), ("sil", 8)])
    placed = place_words(posteriors, [[["ð", "ə"], ["ð", "i"]], [["æ", "p", "ə", "l"], ["æ", "p", "l"]]])
    assert [sound.symbol for sound in placed] == ["sil", "ð", "i", "æ", "p", "l", "sil"]


def test_borders_are_found_within_a_frame():
    posteriors = heard([("sil", 8), ("m", 5), ("a", 8), ("sil", 8)])
    mixed = posteriors.copy()
    mixed[13] = 0.7 * posteriors[12] + 0.3 * posteriors[14]  # the border lies late in this frame
    later = place_words(mixed, [[["m", "a"]]])[2].start
    assert 13.5 <= later < 14.5
    assert place_words(posteriors, [[["m", "a"]]])[2].start == pytest.approx(13, abs=0.3)


def test_more_sounds_than_there_is_time_for():
    with pytest.raises(ParlanceError, match="nothing to align"):
        place_words(np.zeros((0, phones.COUNT), np.float32), [[["a"]]])
    with pytest.raises(ParlanceError, match="not a phone"):
        place_words(heard([("sil", 20)]), [[["Q"]]])
    crowded = place_words(heard([("sil", 10)]), [[["a", "m"] * 40]])
    assert starts_of(crowded) == {}
