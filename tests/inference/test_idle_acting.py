# SPDX-License-Identifier: GPL-3.0-or-later
"""A face that waits: alive in human measure, its mouth at rest, attending to whoever speaks."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.benchmarks import heads, rigging
from parlance.inference import arkit, idle
from parlance.inference.acting import Borders, Extent, Performer, act, saccades
from parlance.inference.acting.situation import Situation
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX, REFERENCE, measure
from parlance.inference.rigging import apply
from parlance.inference.tracks import Tracks

FPS = 24
ALIVE = Borders(0.0, 300.0, 0.2, 0.2)
needs_rigs = pytest.mark.skipif(not heads.RIGS.exists(), reason="needs the heads")
HEADS = [
    pytest.param(heads.demo, id="demo"),
    pytest.param(heads.ict, id="ict", marks=needs_rigs),
    pytest.param(heads.makehuman, id="makehuman", marks=needs_rigs),
]


def waits(heard, *, seconds=300.0, tracks=None, borders=ALIVE, performer=None, **sliders):
    direction, extent = idle.directed(Direction(**sliders), None), Extent(frames=round(seconds * FPS), borders=borders)
    performer = performer or Performer()
    return act(heard, direction, fps=FPS, start=0.0, extent=extent, performer=performer, tracks=tracks)


def apart(animation):
    return measure(animation.shapes)[:, INDEX["gap"]] - REFERENCE.neutral[INDEX["gap"]]


@pytest.mark.parametrize("sliders", [{}, {"joy": 0.9}, {"surprise": 1.0}, {"anger": 0.8}, {"mood": "laughing"}])
def test_the_lips_stay_together_whatever_is_felt(sliders):
    assert np.abs(apart(waits(idle.waiting(60.0), seconds=60.0, **sliders))).max() < 0.5


@pytest.mark.parametrize("head", HEADS)
def test_a_mouth_that_waits_or_listens_is_at_rest_on_every_head(head, spoken):
    """No vertex of lips or corners is half a millimetre from where it is at rest, and none of it stands still."""
    mesh = head()
    rig_map, calibration = rigging.measured(mesh)
    hears = idle.waiting(60.0, [idle.voice(spoken(50), 5.0)])
    lips = _lips(mesh, rig_map, calibration)
    for seed in range(3):
        shapes = waits(hears, seconds=60.0, performer=Performer(calibration.geometry), seed=seed).shapes
        away = np.linalg.norm(np.einsum("fs,svc->fvc", shapes, lips), axis=2).max(axis=1)
        assert away.max() < 0.5
        assert np.ptp(away) > 0.2


def _lips(mesh, rig_map, calibration):
    """float32[52, V, 3] mm that each shape moves the vertices which a smile, or lips that part, move most."""
    moves = np.zeros((arkit.COUNT, *mesh.points.shape), np.float32)
    for shape, one in enumerate(np.eye(arkit.COUNT, dtype=np.float32)):
        for target, weight in apply(rig_map, one[None], available=set(mesh.shapes)).items():
            moves[shape] += weight[0] * calibration.frame.turn(mesh.shapes[target])
    names = [name + side for name in ("mouthSmile", "mouthUpperUp", "mouthLowerDown") for side in ("Left", "Right")]
    far = [np.argsort(-np.linalg.norm(moves[arkit.INDEX[name]], axis=1))[:20] for name in names]
    return moves[:, np.unique(far)]


def test_an_artist_may_ask_for_more_life_than_that():
    usual, more = (np.abs(apart(waits(idle.waiting(60.0), seconds=60.0, life=life))).max() for life in (0.5, 2.0))
    assert more > 1.3 * usual


def test_a_mood_is_held():
    spoken_at = act(idle.silent(60.0), Direction(joy=0.8), fps=FPS, start=0.0).shapes[:, arkit.INDEX["mouthSmileLeft"]].max()
    smile = waits(idle.waiting(60.0), seconds=60.0, joy=0.8).shapes[:, arkit.INDEX["mouthSmileLeft"]]
    assert smile.min() > 0.6 * spoken_at


@pytest.mark.parametrize("seed", range(3))
def test_it_is_never_still_for_a_second(seed):
    animation = waits(idle.waiting(300.0), seed=seed)
    for at in range(0, len(animation.shapes) - FPS, 3):
        face = np.ptp(animation.shapes[at : at + FPS], axis=0).max()
        head = np.ptp(animation.head[at : at + FPS], axis=0).max()
        assert face > 0.01 or head > 0.2
        assert max(face / 0.01, head / 0.1) > 1


@pytest.mark.parametrize("seed", range(4))
def test_eyes_move_within_every_second_though_the_head_cannot_and_on_a_silent_strip_too(seed):
    """By a degree, a fifth of a millimetre of an eyeball: less is seen of nothing on a head without a bone."""
    silence = act(idle.silent(60.0), Direction(seed=seed, listening=True), fps=FPS, start=0.0).gaze[FPS:-FPS]
    for looks in (waits(idle.waiting(60.0), seconds=60.0, seed=seed, head_amount=0.0).gaze, silence):
        assert min(np.ptp(looks[at : at + FPS + 6], axis=0).max() for at in range(len(looks) - FPS - 6)) > 0.8


def test_blinks_saccades_and_head_keep_to_human_measure():
    rates, shifts, spreads = [], [], []
    for seed in range(4):
        animation = waits(idle.waiting(300.0), seed=seed)
        closed = animation.blink.max(axis=1) > 0.4
        rates.append(np.count_nonzero(np.diff(closed.astype(int)) == 1) / 5)
        situation = Situation(
            idle.waiting(300.0), idle.directed(Direction(seed=seed), None), np.arange(300 * FPS) / FPS, FPS, borders=ALIVE
        )
        made = saccades.saccades(situation)
        shifts.append(len(made) / 5)
        spreads.append(animation.head.std(axis=0))
        sizes = [saccade.size for saccade in made[1:]]
        assert np.mean(np.array(sizes) < 15) > 0.8
    assert 14 < np.mean(rates) < 26
    assert 60 < np.mean(shifts) < 150
    assert (np.mean(spreads, axis=0) < (4.0, 7.7, 4.0)).all()
    assert (np.mean(spreads, axis=0) > 0.3).all()


def test_a_take_is_the_same_wherever_one_begins_to_look():
    heard, direction = idle.waiting(60.0), idle.directed(Direction(), None)
    whole = act(heard, direction, fps=FPS, start=0.0, extent=Extent(frames=60 * FPS, borders=ALIVE))
    part = act(heard, direction, fps=FPS, start=0.0, extent=Extent(begin=240, frames=480, borders=ALIVE))
    sway = [np.corrcoef(whole.head[240:720, axis], part.head[:, axis])[0, 1] for axis in range(3)]
    assert min(sway) > 0.3


def test_a_listener_nods_and_answers_at_phrase_ends(spoken):
    heard = spoken(60)
    hears = idle.waiting(60.0, [idle.voice(heard)])
    attends, stiff = waits(hears, seconds=60.0), waits(hears, seconds=60.0, head_nods=0.0)
    ends = [event.time for event in heard.events if event.kind == "phrase_end"]
    down, corner = (attends.head[:, 0] - stiff.head[:, 0]), measure(attends.shapes)[:, INDEX["corner"]]
    lids = attends.shapes[:, arkit.INDEX["eyeSquintLeft"]]

    def after(track, since, until):
        return np.mean([track[round((end + since) * FPS) : round((end + until) * FPS)].mean() for end in ends if end < 58])

    assert after(down, 0.3, 0.8) > after(down, -0.6, -0.2) + 0.3
    assert after(corner, 0.4, 1.0) > after(corner, -0.6, -0.2) + 0.03  # mm: a mouth at rest has half of one
    assert after(lids, 0.4, 1.0) > after(lids, -0.6, -0.2) + 0.02
    blinks = attends.blink.max(axis=1) > 0.4
    assert after(blinks, 0.0, 0.4) > 1.3 * blinks.mean()


def test_a_listener_blinks_after_most_phrases_and_no_more_often_for_it(spoken):
    hears = idle.waiting(60.0, [idle.voice(spoken(60))])
    ends = [event.time for event in hears.events if event.kind == "phrase_end" and event.time < 58]
    answered, rates = [], {1.0: [], 0.0: []}
    for seed in range(8):
        for share, found in rates.items():
            blinks = waits(hears, seconds=60.0, seed=seed, blink_phrases=share).blink.max(axis=1) > 0.4
            begins = np.flatnonzero(blinks[1:] & ~blinks[:-1]) / FPS
            found.append(len(begins))
            if share:
                answered += [((begins > end - 0.1) & (begins < end + 0.9)).any() for end in ends]
    assert np.mean(answered) > 0.55
    assert abs(np.mean(rates[1.0]) - np.mean(rates[0.0])) < 2.5


def test_what_is_set_for_waiting_rules_and_the_rest_is_as_beside():
    beside = Direction(joy=0.5, head_amount=0.4, seed=7)
    found = idle.directed(Direction(head_amount=1.5, seed=3), beside)
    assert (found.joy, found.head_amount, found.seed, found.listening) == (0.5, 1.5, 3, True)


def test_eyes_leap_to_another_target_and_the_head_comes_after():
    target = np.zeros((10 * FPS, 2), np.float32)
    target[5 * FPS :, 0] = 30
    animation = waits(
        idle.waiting(10.0), seconds=10.0, eye_contact=1.0, gaze_micro=0.0, head_sway=0.0, tracks=Tracks(target=target)
    )
    yaw, head = animation.gaze[:, 0], animation.head[:, 1]
    leap = 5 * FPS
    assert yaw[leap - 3] < 8
    assert yaw[leap + 4] > 18
    assert head[leap + 2] - head[leap - 2] < 3
    assert head[leap + 24] - head[leap - 2] > 8


def test_a_line_goes_on_where_the_face_idles_beyond_it(spoken):
    heard, direction = spoken(6), Direction(joy=0.8)
    alone = act(heard, direction, fps=FPS, start=0.0)
    beyond = Extent(begin=-6, frames=6 * FPS + 13, borders=Borders(before=0.25, after=0.25))
    goes_on = act(heard, direction, fps=FPS, start=0.0, extent=beyond)
    smile, jaw = arkit.INDEX["cheekSquintLeft"], arkit.INDEX["jawOpen"]
    assert alone.shapes[0, smile] < 0.02
    assert goes_on.shapes[0, smile] > 0.1
    assert goes_on.shapes[-1, smile] > 0.1
    assert goes_on.shapes[[0, -1], jaw].max() < 0.03
    middle = slice(2 * FPS, 4 * FPS)
    shifted = slice(2 * FPS + 6, 4 * FPS + 6)
    np.testing.assert_allclose(alone.shapes[middle, jaw], goes_on.shapes[shifted, jaw], atol=0.02)


def test_a_tense_voice_tenses_no_face_that_still_waits(spoken):
    heard = replace(spoken(6), arousal=np.full_like(spoken(6).arousal, 0.9))
    beyond = Extent(begin=-6, frames=6 * FPS + 13, borders=Borders(before=0.25, after=0.25))
    tense = act(heard, Direction(auto_tension=1.0), fps=FPS, start=0.0, extent=beyond).arousal
    assert tense[3 * FPS] > 0.8
    assert np.abs(tense[[0, -1]]).max() < 0.05
