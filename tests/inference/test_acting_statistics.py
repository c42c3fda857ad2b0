# SPDX-License-Identifier: GPL-3.0-or-later
"""Blinks, gaze, brows and head against what is measured on people, over many minutes."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting import act, blink, brows, gaze, saccades
from parlance.inference.acting.situation import Situation
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX, measure

MINUTES = 10
FPS = 60


@pytest.fixture(scope="module")
def talk(spoken):
    performance = spoken(MINUTES * 60, mouth=False)
    return replace(performance, arousal=performance.arousal * 0)


def situated(performance, direction):
    return Situation(performance, direction, np.arange(MINUTES * 60 * FPS) / FPS, FPS)


def blinks_of(performance, direction):
    situation = situated(performance, direction)
    return blink.blinks(situation, gaze.recruited(situation, saccades.saccades(situation)))


@pytest.mark.parametrize("seed", [0, 1])
def test_blinks_come_as_often_as_asked(talk, seed):
    speaking = len(blinks_of(talk, Direction(seed=seed))) / MINUTES
    listening = len(blinks_of(talk, Direction(seed=seed, listening=True))) / MINUTES
    assert 19 < speaking < 29  # 26 in conversation, 17 at rest (Bentivoglio et al. 1997)
    assert 14 < listening < 21
    for rate in (10.0, 40.0):
        asked = Direction(seed=seed, blink_rate=rate, blink_rate_silent=rate)
        assert len(blinks_of(talk, asked)) / MINUTES == pytest.approx(rate, rel=0.2)
    assert blinks_of(talk, Direction(blink_rate=0, blink_rate_silent=0, blink_gaze=0)) == ()


def test_intervals_are_skewed_and_never_too_short(talk):
    onsets = np.array([event.start for event in blinks_of(talk, Direction(blink_doublets=0.0))])
    intervals = np.diff(onsets)
    assert intervals.min() > blink.REFRACTORY - blink.CELL
    assert 1.7 < np.median(intervals) < 2.7
    assert np.median(intervals) < intervals.mean()
    assert 0.45 < intervals.std() / intervals.mean() < 0.9
    assert 0.45 < np.log(intervals).std() < 0.85


def test_blinks_cluster_where_phrases_end(talk):
    ends = np.array([event.time for event in talk.events if event.kind == "phrase_end"])
    onsets = np.array([event.start for event in blinks_of(talk, Direction())])
    near = np.mean([np.any(np.abs(ends + 0.1 - onset) < 0.3) for onset in onsets])
    expected = len(ends) * 0.6 / (MINUTES * 60)
    assert near > 1.4 * expected


def test_shape_of_a_blink(talk):
    events = blinks_of(talk, Direction())
    down, up = np.array([event.down for event in events]), np.array([event.up for event in events])
    whole = np.array([event.end - event.start for event in events])
    assert 0.06 < np.median(down) < 0.095
    assert 0.15 < np.median(up) < 0.242
    assert 0.22 < np.median(whole) < 0.34
    assert 0.1 < np.mean([event.depth < 0.9 for event in events]) < 0.28
    assert np.abs([event.lag for event in events]).max() < 1 / FPS
    speed = np.abs(np.diff(act(talk, Direction(), fps=FPS, start=0.0).blink[:, 0])) * FPS
    assert speed.max() < 31  # per second; the fastest filmed


@pytest.mark.parametrize("fps", [12, 24, 60])
def test_full_blinks_close_on_a_frame(talk, fps):
    events = [event for event in blinks_of(talk, Direction(blink_partials=0.0, blink_doublets=0.0)) if event.depth == 1]
    times = np.arange(MINUTES * 60 * fps) / fps
    lids = blink.closure(events, times, fps)
    shut = np.array([lids[np.abs(times - event.apex) <= 0.5 / fps + 1e-9].max() for event in events[:-1]])
    assert shut.min() == 1.0


def test_saccades_follow_the_main_sequence(talk):
    situation = situated(talk, Direction(gaze_micro=0.0, head_gaze=0.0, gaze_hold=0.0))
    made = saccades.saccades(situation)
    sizes = np.array([saccade.size for saccade in made[1:]])
    durations = np.array([saccade.duration for saccade in made[1:]])
    slope, floor = np.polyfit(sizes, durations * 1000, 1)
    assert 2.2 <= slope <= 2.7
    assert 20 <= floor <= 30
    assert (sizes < 15).mean() > 0.88
    path = gaze.path(made, replace(situation, times=np.arange(0, 60, 0.002), fps=500))
    peak = np.hypot(*np.diff(path, axis=0).T).max() / 0.002
    assert 250 < peak < 750


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_eyes_rest_on_the_listener_as_long_as_asked(talk, share):
    situation = situated(talk, Direction(eye_contact=share))
    made = saccades.saccades(situation)
    on_face = np.hypot(*np.array([saccade.target for saccade in made]).T) < 2.6
    now = np.searchsorted([saccade.time for saccade in made], situation.times, side="right") - 1
    speaking = situation.at_times(situation.speaking, situation.times) > 0.5
    assert on_face[np.maximum(now, 0)][speaking].mean() == pytest.approx(share, abs=0.12)


def test_listeners_look_longer(talk):
    shares = []
    for listening in (False, True):
        situation = situated(talk, Direction(listening=listening))
        made = saccades.saccades(situation)
        on_face = np.hypot(*np.array([saccade.target for saccade in made]).T) < 2.6
        shares.append(np.diff([saccade.time for saccade in made] + [MINUTES * 60])[on_face].sum() / (MINUTES * 60))
    assert shares[1] > shares[0] + 0.1


def test_brows_mark_many_accents_but_not_all(talk):
    situation = situated(talk, Direction(brow_chance=0.7))
    peaks = np.array([event.form.peak for event in brows.movements(situation)])
    accents = np.array([event.time for event in talk.events if event.kind == "accent"])
    marked = np.mean([np.abs(peaks - accent).min() < 0.25 for accent in accents])
    assert 0.4 < marked < 0.9  # 71 % (Cavé et al. 1996)


def test_the_head_moves_smoothly_and_within_reason(talk):
    animation = act(talk, Direction(), fps=FPS, start=0.0)
    assert np.all(animation.head.std(axis=0) > [1.0, 1.5, 0.8])
    assert np.all(animation.head.std(axis=0) < [4.5, 8.0, 4.5])
    speed = np.abs(np.diff(animation.head, axis=0)) * FPS
    # Strokes on stressed syllables are the fastest.
    assert np.percentile(speed, 99, axis=0).max() < 60
    assert speed.max() < 150
    acceleration = np.abs(np.diff(animation.head, n=2, axis=0)) * FPS**2
    assert np.percentile(acceleration, 99.9) < 1800


def test_left_and_right_are_treated_alike(spoken):
    performance = spoken(60, mouth=False)
    takes = [act(performance, Direction(seed=seed, anger=0.4), fps=12, start=0.0) for seed in range(40)]
    means = np.mean([take.shapes.mean(axis=0) for take in takes], axis=0)
    for left, right in ((arkit.INDEX[name], arkit.MIRROR[arkit.INDEX[name]]) for name in arkit.NAMES if name.endswith("Left")):
        assert means[left] == pytest.approx(means[right], rel=0.25, abs=0.006), arkit.NAMES[left]


def test_a_face_at_rest_is_still(spoken):
    performance = spoken(30, mouth=False)
    silence = np.zeros_like(performance.posteriors)
    silence[:, 0] = 1
    hushed = replace(performance, speech=performance.speech * 0, events=(), phones=(), posteriors=silence)
    gap = measure(act(hushed, Direction(), fps=FPS, start=0.0).shapes)[:, INDEX["gap"]]
    assert np.abs(np.diff(gap)).mean() * FPS < 0.5  # mm a second
