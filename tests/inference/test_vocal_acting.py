# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, sobs, coughs, sighs and efforts are seen, give the mouth back for the next word, and stay away when in doubt."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit, phones
from parlance.inference.acting import act
from parlance.inference.acting.vocal_bursts import heard_bursts
from parlance.inference.articulation import revise
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX, measure
from parlance.inference.performance import FRAME_RATE, Event
from parlance.inference.retouch import vocal_track

FPS = 60
KINDS = ("sigh", "laugh", "cry", "cough", "effort", "yawn", "sniff", "sneeze", "throat")
SHOWS = {
    "sigh": ("eyeBlinkLeft", "browInnerUp"),
    "laugh": ("mouthSmileLeft", "cheekSquintRight", "jawOpen"),
    "cry": ("browInnerUp", "mouthFrownLeft"),
    "cough": ("eyeBlinkRight", "jawOpen", "browDownLeft"),
    "effort": ("browDownRight", "eyeSquintLeft", "noseSneerLeft"),
    "yawn": ("jawOpen", "eyeBlinkLeft"),
    "sniff": ("noseSneerLeft", "noseSneerRight"),
    "sneeze": ("eyeBlinkLeft", "noseSneerRight", "browDownLeft"),
    "throat": ("browDownLeft", "eyeSquintLeft"),
}


@pytest.fixture
def quiet(spoken):
    """A line with a second and a half of silence: the performance, and the silence's start and end."""
    performance = spoken(20.0, seed=3)
    gap = max((phone for phone in performance.phones[1:-1] if phone.symbol == "sil"), key=lambda phone: phone.end - phone.start)
    return performance, gap.start, gap.end


def with_sound(performance, kind, start, end, strength=0.8, confidence=1.0):
    track = vocal_track.added((), Event(kind, start, end - start, strength, confidence))
    return vocal_track.replaced(performance, track)


def run(performance, **direction):
    return act(performance, Direction(seed=4, **direction), fps=FPS, start=0.0)


def within(animation, start, end):
    return slice(*np.searchsorted(animation.times, (start, end)))


@pytest.mark.parametrize("kind", ["cough", "effort", "sigh", "sneeze"])
def test_air_is_drawn_in_for_it_where_there_is_time(quiet, kind):
    performance, start, _ = quiet
    plain = run(vocal_track.replaced(performance, ()))

    def drawn(time):
        here = within(plain, time - 0.12, time - 0.06)
        acted = run(with_sound(performance, kind, time, time + 0.4))
        back = plain.head[here, 0] - acted.head[here, 0]
        return (acted.shapes[here] - plain.shapes[here])[:, arkit.INDEX["jawOpen"]].max(), back.max()

    jaw, head = drawn(start + 0.6)
    assert jaw > 0.05
    assert head > 1.0
    assert max(drawn(start + 0.04)) < 0.02, "a word ends just before it"


@pytest.mark.parametrize("kind", KINDS)
def test_each_sound_is_seen_in_the_face_and_the_head(quiet, kind):
    performance, start, end = quiet
    plain, acted = run(vocal_track.replaced(performance, ())), run(with_sound(performance, kind, start + 0.2, end - 0.2))
    here = within(acted, start + 0.2, end - 0.1)
    for name in SHOWS[kind]:
        change = acted.shapes[here, arkit.INDEX[name]] - plain.shapes[here, arkit.INDEX[name]]
        assert change.max() > (0.12 if kind == "sigh" else 0.2), name
    assert np.abs(acted.head[here] - plain.head[here]).max() > 1.5


@pytest.mark.parametrize("kind", [*KINDS, "breath"])
def test_a_doubtful_sound_does_nothing(quiet, kind):
    performance, start, end = quiet
    plain, doubted = vocal_track.replaced(performance, ()), with_sound(performance, kind, start + 0.2, end - 0.2, confidence=0.45)
    np.testing.assert_array_equal(run(plain).shapes, run(doubted).shapes)


def test_the_slider_scales_them_and_at_zero_there_are_none(quiet):
    performance, start, end = quiet
    plain, laughing = vocal_track.replaced(performance, ()), with_sound(performance, "laugh", start + 0.2, end - 0.2)
    np.testing.assert_array_equal(run(plain).shapes, run(laughing, vocals=0.0).shapes)
    smile = arkit.INDEX["mouthSmileLeft"]
    sizes = [run(laughing, vocals=amount).shapes[:, smile].max() for amount in (0.5, 1.0)]
    assert sizes[1] > 1.5 * sizes[0]


def test_a_listener_does_not_laugh_for_the_speaker(quiet):
    performance, start, end = quiet
    laughing = with_sound(performance, "laugh", start + 0.2, end - 0.2)
    silent = vocal_track.replaced(performance, ())
    np.testing.assert_array_equal(run(laughing, listening=True).shapes, run(silent, listening=True).shapes)


def test_a_laugh_shakes_at_the_pace_of_the_chest(quiet):
    performance, start, end = quiet
    acted = run(with_sound(performance, "laugh", start + 0.1, end - 0.1, 1.0), head_nods=0.0)
    jaw = acted.shapes[within(acted, start + 0.1, end - 0.1), arkit.INDEX["jawOpen"]]
    tops = np.sum((jaw[1:-1] > jaw[:-2]) & (jaw[1:-1] >= jaw[2:]))
    assert 3 <= tops / (end - start - 0.2) <= 7


def test_a_smile_outlasts_its_laugh_and_is_gone_for_the_next_word(quiet):
    performance, start, end = quiet
    laughing = with_sound(performance, "laugh", start + 0.05, start + 0.45, 1.0)
    silent = vocal_track.replaced(performance, ())
    smile = arkit.INDEX["mouthSmileLeft"]
    acted, plain = run(laughing), run(silent)
    left = (acted.shapes - plain.shapes)[:, smile]
    assert end - start > 1.2
    assert left[within(acted, start + 0.9, start + 1.0)].min() > 0.05, "half a second after it"
    assert left[within(acted, end, end + 0.2)].max() < 0.1


@pytest.mark.parametrize("kind", ["cough", "effort", "sneeze"])
def test_a_smile_gives_way_to_what_seizes_the_mouth_and_does_not_drop(quiet, kind):
    performance, start, _ = quiet
    time, smile = start + 0.5, arkit.INDEX["mouthSmileLeft"]
    silent = vocal_track.replaced(performance, ())
    plain, acted = (
        act(each, Direction(seed=4, joy=0.8), fps=24, start=0.0)
        for each in (silent, with_sound(performance, kind, time, time + 0.5, 1.0))
    )
    here = within(acted, time + 0.08, time + 0.4)
    assert acted.shapes[here, smile].max() < 0.3 * plain.shapes[here, smile].min()
    near = within(acted, time - 0.5, time + 0.3)
    assert np.abs(np.diff(acted.shapes[near, smile])).max() < 0.2


def test_a_face_tires_with_the_bursts_of_its_laugh(quiet):
    performance, start, _ = quiet
    loudness = performance.loudness.copy()
    bursts = start + 0.2 + 0.2 * np.arange(6)
    for time, level in zip(bursts, (-20, -20, -24, -28, -33, -36), strict=True):
        loudness[round(time * FRAME_RATE) - 2 : round(time * FRAME_RATE) + 2] = level
    acted = run(with_sound(replace(performance, loudness=loudness), "laugh", start + 0.1, start + 1.3, 1.0))
    cheek = acted.shapes[:, arkit.INDEX["cheekSquintLeft"]]
    early, late = (cheek[within(acted, time - 0.05, time + 0.05)].mean() for time in (bursts[1], bursts[5]))
    assert late < 0.85 * early


def test_the_bursts_that_are_heard_are_those_that_are_seen(quiet):
    performance, start, _ = quiet
    bursts = start + 0.25 + 0.19 * np.arange(5)
    loudness = performance.loudness.copy()
    for time in bursts:
        loudness[round(time * FRAME_RATE) - 2 : round(time * FRAME_RATE) + 2] = -25
    event = Event("laugh", start + 0.15, 1.1, 0.8)
    found = heard_bursts(replace(performance, loudness=loudness), event)
    assert len(found) == 5
    assert np.abs(np.array([time for time, _ in found]) - bursts).max() < 0.04


@pytest.mark.parametrize("kind", KINDS)
def test_the_lips_close_for_the_word_that_follows(quiet, kind):
    performance, start, end = quiet
    said = tuple(performance.phones)
    following = next(index for index, phone in enumerate(said) if phone.start >= end - 1e-6)
    said = (*said[:following], replace(said[following], symbol="m"), *said[following + 1 :])
    laughing = with_sound(revise(performance, said), kind, start + 0.1, end - 0.02, 1.0)
    for fps in (24, 60):
        animation = act(laughing, Direction(seed=1), fps=fps, start=0.0)
        gap = measure(animation.shapes)[:, INDEX["gap"]]
        first, last = np.searchsorted(animation.times, (said[following].start - 0.02, said[following].end + 0.02))
        assert gap[first : last + 1].min() < 0.5


@pytest.mark.parametrize("kind", ["laugh", "cry"])
def test_words_said_through_it_keep_their_closures(spoken, kind):
    performance = spoken(20.0, seed=5)
    through = with_sound(performance, kind, 2.0, 18.0, 1.0)

    def closed(animation):
        gap = measure(animation.shapes)[:, INDEX["gap"]]
        lips = [phone for phone in performance.phones if phone.symbol in phones.BILABIAL]
        return [gap[within(animation, phone.start - 0.02, phone.end + 0.04)].min() < 0.5 for phone in lips]

    assert np.mean(closed(run(through))) >= np.mean(closed(run(performance))) - 0.02


def test_the_mouth_of_a_laugh_that_was_taken_for_words_is_a_laughs_mouth(spoken):
    performance = spoken(8.0, seed=2)
    mumbled = tuple(
        replace(phone, symbol="m" if index % 2 else "h", confidence=0.3)
        if 2 < phone.start < 4 and phone.symbol != "sil"
        else phone
        for index, phone in enumerate(performance.phones)
    )
    posteriors = performance.posteriors.copy()
    for phone in mumbled:
        if phone.symbol == "m" and phone.confidence == 0.3:
            rows = slice(round(phone.start * FRAME_RATE), round(phone.end * FRAME_RATE))
            posteriors[rows] = 0.1 / (phones.COUNT - 1)
            posteriors[rows, phones.INDEX["m"]] = 0.9
    mumbling = replace(performance, phones=mumbled, posteriors=posteriors)
    here = within(run(performance), 2.4, 3.6)
    assert measure(run(mumbling).shapes)[here, INDEX["gap"]].min() < 0.5
    assert measure(run(with_sound(mumbling, "laugh", 2.0, 4.0, 1.0)).shapes)[here, INDEX["gap"]].min() > 1.0


def test_takes_differ_in_the_head_and_not_in_the_mouth(quiet):
    performance, start, end = quiet
    still = Direction(life=0.0, breath=0.0, brow_amount=0.0, blink_strength=0.0, auto_tension=0.0)
    laughing = with_sound(performance, "laugh", start + 0.2, end - 0.2)
    one, other = (act(laughing, replace(still, seed=seed), fps=FPS, start=0.0) for seed in (1, 2))
    jaw = arkit.INDEX["jawOpen"]
    np.testing.assert_allclose(one.shapes[:, jaw], other.shapes[:, jaw], atol=2e-3)
    assert np.abs(one.head - other.head).max() > 0.5


def test_an_audible_breath_opens_the_lips_and_lifts_the_head(quiet):
    performance, _, end = quiet
    breathing = with_sound(performance, "breath", end - 0.6, end - 0.2)
    still = vocal_track.replaced(performance, ())
    calm = {"pauses": 0.0, "head_sway": 0.0, "relax": 0.0}
    with_it, without = run(breathing, **calm), run(still, **calm)
    here = within(with_it, end - 0.5, end - 0.2)
    opened = measure(with_it.shapes)[here, INDEX["gap"]] - measure(without.shapes)[here, INDEX["gap"]]
    assert opened.max() > 2.0
    assert (without.head[here, 0] - with_it.head[here, 0]).max() > 0.3


@pytest.mark.parametrize("kind", ["laugh", "cough", "effort"])
def test_eyes_take_longer_to_let_go_than_a_mouth_that_must_speak(quiet, kind):
    performance, _, end = quiet
    plain = run(vocal_track.replaced(performance, ()))
    acted = run(with_sound(performance, kind, end - 0.8, end - 0.08, 1.0))
    change = np.abs(acted.shapes - plain.shapes)
    squint, smile = (change[:, arkit.INDEX[name]] for name in ("eyeSquintLeft", "mouthStretchLeft"))
    before, after = within(acted, end - 0.16, end - 0.08), within(acted, end + 0.02, end + 0.08)
    assert squint[after].min() > 0.3 * squint[before].max()
    assert smile[after].max() < 0.12
    # At 24 frames a second nothing of brows, lids and cheeks is gone within two.
    falls = squint[:-5] - squint[5:]
    assert falls[within(acted, end - 0.16, end + 0.3)].max() < 0.7 * squint.max()


@pytest.mark.parametrize(("strength", "gasps"), [(0.7, False), (1.0, True)])
def test_where_nobody_is_heard_a_breath_is_a_gasp_only_if_it_is_made_one(spoken, strength, gasps):
    performance = spoken(4.0, seed=1)
    silent = replace(
        performance, phones=(phones_of_silence(performance),), events=(), loudness=np.full_like(performance.loudness, -80.0)
    )
    acted = run(with_sound(silent, "breath", 1.0, 1.4, strength))
    plain = run(silent)
    here = within(acted, 1.0, 1.5)
    wide = (acted.shapes - plain.shapes)[here, arkit.INDEX["eyeWideLeft"]].max()
    lips = (acted.shapes - plain.shapes)[here, arkit.INDEX["jawOpen"]].max()
    assert lips > 0.05
    assert (wide > 0.2) == gasps


def phones_of_silence(performance):
    return replace(performance.phones[0], symbol="sil", start=0.0, end=performance.duration)


def test_a_breath_torn_in_as_loudly_as_others_speak_is_a_gasp(quiet):
    performance, start, end = quiet
    breathing = with_sound(performance, "breath", start + 0.4, end - 0.2)
    inside = slice(round((start + 0.4) * FRAME_RATE), round((end - 0.2) * FRAME_RATE))
    shown = []
    for below in (15.0, 3.0):
        loudness = performance.loudness.copy()
        loudness[inside] = np.percentile(performance.loudness, 95) - below
        acted = run(replace(breathing, loudness=loudness), pauses=0.0, life=0.0, blink_rate=0.0, blink_rate_silent=0.0)
        here = within(acted, start + 0.4, start + 0.9)
        eyes = acted.shapes[here][:, [arkit.INDEX["eyeWideLeft"], arkit.INDEX["browOuterUpRight"]]]
        shown.append((eyes.max(axis=0).min(), measure(acted.shapes)[here, INDEX["gap"]].max()))
    (soft_eyes, soft_gap), (torn_eyes, torn_gap) = shown
    assert torn_eyes > soft_eyes + 0.2
    assert torn_gap > soft_gap + 2


def _heard(performance, start, end, level):
    """The same with somebody as loud as level(seconds since the start), in decibels, from start to end."""
    loudness = performance.loudness.copy()
    here = slice(round(start * FRAME_RATE), round(end * FRAME_RATE))
    loudness[here] = level((np.arange(here.stop - here.start) + 0.5) / FRAME_RATE)
    return replace(performance, loudness=loudness)


@pytest.mark.parametrize("kind", ["cry", "effort"])
def test_who_cries_out_for_long_holds_the_mouth_open_as_long(quiet, kind):
    performance, start, _ = quiet
    jaw = arkit.INDEX["jawOpen"]
    acted = {}
    for name, level in {"long": lambda s: -10 + 0 * s, "sobs": lambda s: -10 - 40 * (s % 0.3 > 0.12)}.items():
        heard = _heard(performance, start + 0.2, start + 1.3, level)
        animation = run(with_sound(heard, kind, start + 0.2, start + 1.3))
        acted[name] = animation.shapes[within(animation, start + 0.4, start + 1.15), jaw]
    assert acted["long"].min() > 1.5 * acted["sobs"].max()


def test_between_two_bursts_a_face_gives_way_as_far_as_the_voice(quiet):
    performance, start, _ = quiet
    jaw = arkit.INDEX["jawOpen"]
    shut = []
    for fall in (4, 30):
        heard = _heard(performance, start + 0.2, start + 1.4, lambda s, fall=fall: -10 - fall * (s % 0.3 > 0.15))
        animation = run(with_sound(heard, "laugh", start + 0.2, start + 1.4))
        mouth = animation.shapes[within(animation, start + 0.5, start + 1.1), jaw]
        shut.append(np.percentile(mouth, 10) / np.percentile(mouth, 90))
    assert shut[1] < 0.7 * shut[0]
