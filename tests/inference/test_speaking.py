# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips from a text alone: natural durations, pauses at marks, words that can be found, and whatever is typed."""

import contextlib
import random
from itertools import pairwise

import numpy as np
import pytest

from parlance.inference import geometry, phones
from parlance.inference.direction import Direction
from parlance.inference.errors import ParlanceError
from parlance.inference.pipeline import animate
from parlance.inference.text import durations, speaking

TEXT = "Peter bought five big apples. [smiles] Maybe Mary wants some, too?"


@pytest.fixture(scope="module")
def spoken():
    return speaking.speak(TEXT)


def test_every_word_is_said_in_order_and_the_phones_tile(spoken):
    assert [word.text for word in spoken.words] == [
        "Peter",
        "bought",
        "five",
        "big",
        "apples",
        "Maybe",
        "Mary",
        "wants",
        "some",
        "too",
    ]
    assert sorted({phone.word for phone in spoken.phones}) == [-1, *range(10)]
    starts = [phone.start for phone in spoken.phones]
    assert starts == sorted(starts)
    assert all(one.end == other.start for one, other in pairwise(spoken.phones))
    assert 2.5 < spoken.duration < 6.0


def test_people_pause_at_a_full_stop_and_not_between_words(spoken):
    silences = [phone.end - phone.start for phone in spoken.phones[1:-1] if phone.symbol == "sil"]
    assert len(silences) == 2
    assert max(silences) > 0.35


def test_the_end_of_a_phrase_is_drawn_out_and_stress_lengthens():
    length = {}
    for text in ("The cat sat here.", "The cat."):
        said = speaking.speak(text)
        length[text] = next(phone.end - phone.start for phone in said.phones if phone.symbol == "æ")
    assert length["The cat."] > 1.2 * length["The cat sat here."]


def test_lips_close_for_every_p_b_m_and_not_in_vowels(spoken):
    gap = geometry.measure(spoken.curves)[:, geometry.INDEX["gap"]]
    for phone in spoken.phones:
        frames = gap[round(phone.start * 50) : max(round(phone.end * 50), round(phone.start * 50) + 1)]
        if phone.symbol in phones.BILABIAL:
            assert frames.min() <= 0.5, phone
        elif phone.symbol in phones.VOWEL and len(frames) >= 4:
            assert frames[len(frames) // 4 : -(len(frames) // 4)].min() > 0.5, phone


def test_the_face_has_accents_and_can_be_animated(spoken):
    assert sum(event.kind == "accent" for event in spoken.events) >= 3
    animation = animate(spoken, Direction(), fps=24, start=0.0)
    assert np.isfinite(animation.shapes).all()
    assert animation.shapes.max() > 0.3


def test_a_faster_rate_is_shorter_and_a_rate_out_of_range_is_refused(spoken):
    assert speaking.speak(TEXT, rate=1.6).duration < 0.75 * spoken.duration
    with pytest.raises(ParlanceError, match="between"):
        speaking.speak(TEXT, rate=9.0)
    with pytest.raises(ParlanceError, match="no words"):
        speaking.speak("[only a direction]")


@pytest.mark.parametrize("seed", range(25))
def test_whatever_is_typed_is_spoken_or_refused_in_a_sentence(seed):
    chance = random.Random(seed)
    pieces = [
        "hello",
        "42",
        "$5",
        "XQZ",
        "[x]",
        "/mæp/",
        "/§/",
        "東京",
        "--",
        "é",
        "don't",
        "…",
        ",",
        "a-b-c",
        "%",
        "\n",
        "'",
        "]",
    ]
    text = " ".join(chance.choice(pieces) for _ in range(chance.randrange(8)))
    said = None
    with contextlib.suppress(ParlanceError):
        said = speaking.speak(text, "en")
    if said is None:
        return
    assert said.phones[-1].end == pytest.approx(said.duration)
    assert all(phone.end > phone.start for phone in said.phones)
    assert len(said.posteriors) == len(said.curves) == len(said.loudness)


def test_durations_that_ship_know_what_people_do():
    def row(stressed, *, last):
        return [
            durations.Sounding("k", stressed=False, word=0, small=False, pause=False),
            durations.Sounding("æ", stressed=stressed, word=0, small=False, pause=False),
            durations.Sounding("t", stressed=False, word=0, small=False, pause=last),
            durations.Sounding("s", stressed=False, word=1, small=False, pause=False),
            durations.Sounding("ɪ", stressed=True, word=1, small=False, pause=False),
            durations.Sounding("t", stressed=False, word=1, small=False, pause=True),
        ]

    plain, final = (durations.seconds(row(stressed=True, last=last), "en") for last in (False, True))
    assert final[1] > plain[1]
    weak = durations.seconds(row(stressed=False, last=False), "en")
    assert plain[1] > weak[1]
