# SPDX-License-Identifier: GPL-3.0-or-later
"""Who speaks what, and when."""

import dataclasses

import numpy as np
import pytest

from parlance.inference.errors import ParlanceError
from parlance.inference.from_phones import performance_from
from parlance.inference.performance import Phone, Word
from parlance.inference.text import dialogue


@pytest.mark.parametrize(("far", "told"), [(0.03, True), (0.1, True), (0.5, False), (1.0, False)])
def test_two_microphones_are_told_from_one_voice_in_a_room(far, told):
    """far: how loud each microphone hears the other speaker."""
    voices = np.random.default_rng(0).normal(0, 0.1, (16_000 * 8, 2)).astype(np.float32)
    turn = (np.arange(len(voices)) // 16_000) % 4
    voices *= np.stack([turn < 2, turn >= 2], axis=1)
    heard = voices @ np.array([[1.0, far], [far, 1.0]], np.float32)
    assert dialogue.apart(heard, 16_000) == told
    assert not dialogue.apart(np.stack([heard[:, 0], 0 * heard[:, 0]], 1), 16_000)
    assert not dialogue.apart(np.zeros((100, 2), np.float32), 16_000)


def test_a_script_is_read_by_speaker():
    found = dialogue.speeches("Anna: Hello there.\n  How are you?\n\nBEN:Fine.\nAnna : Good: very good.")
    assert [(each.speaker, each.text) for each in found] == [
        ("Anna", "Hello there.   How are you?"),
        ("BEN", "Fine."),
        ("Anna", "Good: very good."),
    ]


@pytest.mark.parametrize("text", ["", "Hello.", "12:30 is late", "Anna: Hello.\nAnna: Again."])
def test_a_script_without_speakers_is_refused(text):
    with pytest.raises(ParlanceError, match=r"\.$"):
        dialogue.speeches(text)


def spoken(gap=0.6):
    """Two words of Anna, a pause, two of Ben."""
    phones, now = [], 0.0
    for word in range(4):
        if word == 2:
            phones.append(Phone("sil", now, now + gap))
            now += gap
        for symbol in "ma":
            phones.append(Phone(symbol, now, now + 0.15, word=word))
            now += 0.15
    performance = performance_from(phones)
    return dataclasses.replace(performance, words=tuple(Word(each) for each in ("hello", "there", "good", "day")))


def test_each_has_the_word_in_turn_and_nobody_twice():
    found = dialogue.turns(spoken(), dialogue.speeches("Anna: Hello there.\nBen: Good day."))
    ((a, b),), ((c, d),) = found["Anna"], found["Ben"]
    assert a == 0.0
    assert b <= c
    assert 0.6 < b <= 0.9
    assert 0.9 <= c < 1.2
    assert d == pytest.approx(1.8)


def test_where_there_is_no_pause_the_words_divide_them():
    found = dialogue.turns(spoken(gap=0.02), dialogue.speeches("Anna: Hello there.\nBen: Good day."))
    assert found["Anna"][0][1] <= found["Ben"][0][0]


def test_a_script_of_other_words_is_refused():
    with pytest.raises(ParlanceError, match="not the same"):
        dialogue.turns(spoken(), dialogue.speeches("Anna: Hello.\nBen: Good day."))


def test_only_the_turns_are_heard():
    samples = np.ones(3 * 16_000, np.float32)
    heard = dialogue.gated(samples, 10.0, ((10.5, 11.0), (12.0, 12.5)))
    level = heard.reshape(-1, 1600).mean(axis=1)
    assert np.allclose(level[20:25], 1.0)
    assert np.allclose(level[[0, 1, 2, 3, 12, 13, 14, 15, 16, 17, 18, 27, 28, 29]], 0.0)
    assert np.abs(np.diff(heard)).max() < 0.01, "a click where a turn begins or ends"
    assert np.allclose(level[5:10], 1.0)
    assert dialogue.gated(samples, 10.0, ()) is samples


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("VO_Anna_001.wav", "anna"),
        ("sc02_ben_take3", "ben"),
        ("AnnaAngry.003", "anna"),
        ("anna_and_ben.wav", None),
        ("narrator.wav", None),
        ("dialogue_rig.wav", None),
    ],
)
def test_a_strip_is_given_to_whom_it_is_named_after(name, who):
    assert dialogue.speaker_of(name, {"anna": ["Anna_rig"], "ben": ["RIG-Ben", "Ben Head"]}) == who


def test_patterns_go_first():
    people = {"anna": ["Anna"], "ben": ["Ben"]}
    assert dialogue.speaker_of("anna_old_01", people, [("*_OLD_*", "ben"), ("anna*", "anna")]) == "ben"
