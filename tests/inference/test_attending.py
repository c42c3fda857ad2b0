# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom somebody attends to in a conversation, and how the eyes show it."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference.acting import act
from parlance.inference.acting.extent import Extent
from parlance.inference.attending import APART, FIRST_LOOK, HAND_OVER, LINGER, NOTICED, Company, attended
from parlance.inference.direction import Direction
from parlance.inference.tracks import Tracks

FPS = 24


def rounded(made):
    return [(each.who, round(each.start, 3), round(each.end, 3)) for each in made]


def test_who_speaks_addresses_who_spoke_last_and_hands_over_to_who_goes_on():
    made = attended([(0.0, 3.0)], [[(-2.0, -0.2)], [(3.3, 5.0)]])
    assert rounded(made) == [(0, -2.0 - NOTICED, 3.0 - HAND_OVER), (1, 3.0 - HAND_OVER, 5.0 + LINGER)]


def test_who_begins_addresses_who_answers_first():
    assert rounded(attended([(1.0, 3.0)], [[(6.0, 7.0)], [(4.0, 5.0)]]))[0] == (1, 1.0 - FIRST_LOOK, 6.0)


def test_who_is_addressed_turns_before_the_first_word_but_after_who_says_it():
    speaker = attended([(1.0, 3.0)], [[(3.5, 5.0)]])[0].start
    listener = attended([(3.5, 5.0)], [[(1.0, 3.0)]])[0].start
    assert speaker < listener < 1.0


def test_eyes_go_to_who_cuts_in_and_back_to_who_goes_on():
    assert [each.who for each in attended([], [[(0.0, 5.0)], [(2.0, 2.6)]])] == [0, 1, 0]


def test_who_is_not_answered_is_not_addressed():
    assert attended([(20.0, 23.0)], [[(0.0, 20.0 - APART - 0.1)]])[-1].end < 20.0 - APART + LINGER
    assert attended([(0.0, 3.0)], [[(0.1, 2.9)]]) == (), "a choir sings to nobody"
    assert attended([(0.0, 3.0)], []) == ()


def test_a_long_speech_stays_with_who_is_addressed():
    assert rounded(attended([(2.0, 60.0)], [[(0.0, 1.5)]])) == [(0, -NOTICED, 60.0 + LINGER)]


def test_who_is_out_of_sight_is_not_looked_at():
    way = np.full((48, 2), 30.0, np.float32)
    company = Company(names=("Ann", "Ben"), others=(((0.0, 0.8),), ((1.2, 2.0),)), ways=(None, way))
    eyes = company.eyes((), np.arange(48) / FPS)
    assert np.isnan(eyes[: round(1.2 * FPS)]).all()
    assert (eyes[round(1.25 * FPS) :] == 30).all()
    assert replace(company, ways=(None, None)).eyes((), np.arange(48) / FPS) is None


@pytest.fixture
def talked(spoken):
    """The gaze of a line that is said to somebody 30 degrees to the left."""
    heard = spoken(12)
    count = round(heard.duration * FPS)

    def gaze(target=None, **sliders):
        partner = np.full((count, 2), (30.0, 0.0), np.float32)
        direction = replace(Direction(head_amount=0.0, gaze_micro=0.0), **sliders)
        tracks = Tracks(partner=partner, target=target)
        return act(heard, direction, fps=FPS, start=0.0, extent=Extent(frames=count), tracks=tracks).gaze[FPS:-FPS]

    return gaze


def test_a_speaker_looks_at_the_partner_and_away_as_long_as_the_slider_says(talked):
    shares = []
    for contact in (0.2, 0.6, 1.0):
        away = np.hypot(*(np.concatenate([talked(eye_contact=contact, seed=seed) for seed in range(6)]) - (30, 0)).T)
        shares.append((away < 3.5).mean())
    assert shares[0] < shares[1] - 0.1
    assert 0.4 < shares[1] < 0.8
    assert shares[2] > 0.95


def test_look_at_and_the_slider_for_the_side_go_before_a_partner(talked):
    told = np.full((round(12 * FPS), 2), (-20.0, 0.0), np.float32)
    assert np.median(talked(target=told, eye_contact=1.0)[:, 0]) == pytest.approx(-20, abs=2)
    assert np.median(talked(gaze_yaw=-20.0, eye_contact=1.0)[:, 0]) == pytest.approx(-20, abs=2)


def test_who_is_shy_or_sad_looks_below_the_partner(talked):
    level = talked(eye_contact=1.0)[:, 1].mean()
    assert talked(eye_contact=1.0, gaze_pitch=-9.0)[:, 1].mean() == pytest.approx(level - 9, abs=1)
    assert talked(sadness=1.0)[:, 1].mean() < talked()[:, 1].mean() - 2


def test_who_stands_beside_somebody_listens_to_them_and_speaks_to_whoever_both_are_facing():
    times = np.arange(96) / FPS
    for aside, speaks in ((40.0, True), (85.0, False)):
        way = np.full((96, 2), (aside, 0.0), np.float32)
        eyes = Company(names=("Ben",), others=(((0.0, 1.5),),), ways=(way,)).eyes([(2.2, 3.8)], times)
        assert (eyes[: round(1.5 * FPS), 0] == aside).all()
        assert bool(np.isnan(eyes[round(2.3 * FPS) : round(3.7 * FPS)]).all()) != speaks
