# SPDX-License-Identifier: GPL-3.0-or-later
"""act() as a whole: what every Animation promises."""

import hashlib
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference import arkit, phones
from parlance.inference.acting import Extent, act, headless
from parlance.inference.direction import Direction, controls
from parlance.inference.geometry import INDEX, measure
from parlance.inference.performance import EMOTIONS, Performance
from parlance.inference.presets import load_preset
from parlance.inference.tracks import Tracks

from .test_acting_contacts import closed_share

STILL = Direction(life=0.0, breath=0.0, swallow=0.0, brow_amount=0.0, head_amount=0.0, auto_emotion=0.0, auto_tension=0.0)
LIPS = [index for index, name in enumerate(arkit.NAMES) if name.startswith(("mouth", "jaw", "tongue"))]


def digest(animation):
    hashed = hashlib.blake2b(digest_size=16)
    for field in fields(animation):
        value = getattr(animation, field.name)
        hashed.update(np.asarray(value).tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return hashed.hexdigest()


def assert_sound(animation, frames):
    assert animation.shapes.shape == (frames, arkit.COUNT)
    assert animation.shapes.dtype == np.float32
    assert animation.emotion.shape == (frames, 7)
    assert animation.blink.shape == (frames, 2)
    assert animation.gaze.shape == (frames, 2)
    assert animation.head.shape == (frames, 3)
    for values in (animation.shapes, animation.emotion, animation.arousal, animation.blink, animation.gaze, animation.head):
        assert np.isfinite(values).all()
    assert animation.shapes.min(initial=0) >= 0
    assert animation.shapes.max(initial=0) <= 1
    together = sum(animation.layers.values())
    np.testing.assert_allclose(together, animation.shapes, atol=1e-6)
    assert all(layer.min(initial=0) >= 0 for layer in animation.layers.values())


@pytest.mark.parametrize("fps", [24, 25, 30, 60, 24000 / 1001])
def test_every_frame_rate_gives_a_whole_animation(spoken, fps):
    performance = spoken(12)
    animation = act(performance, Direction(), fps=fps, start=0.0)
    assert_sound(animation, int(np.ceil(12 * fps - 1e-6)) + 1)
    assert closed_share(performance, animation) == 1.0
    assert animation.blink.max() == pytest.approx(1.0)


def test_frames_are_whole_scene_frames(spoken):
    animation = act(spoken(4), Direction(), fps=24, start=1.01)
    assert animation.start == 24 / 24
    np.testing.assert_allclose(animation.times * 24, np.round(animation.times * 24), atol=1e-6)
    whole = act(spoken(4), Direction(), fps=24, start=1.0, extent=Extent(frames=30))
    assert_sound(whole, 30)


def test_the_lips_follow_wherever_the_strip_lies(spoken):
    here = act(spoken(4), Direction(), fps=30, start=0.0)
    there = act(spoken(4), Direction(), fps=30, start=100.0)
    np.testing.assert_allclose(here.shapes, there.shapes, atol=1e-4)


def test_same_in_same_out(spoken):
    direction = Direction(seed=7, joy=0.5)
    first = act(spoken(12), direction, fps=24, start=0.5)
    assert digest(first) == digest(act(spoken(12), direction, fps=24, start=0.5))


def test_chance_is_the_same_on_every_platform():
    from parlance.inference.acting import chance

    drawn = chance.uniform(3, "blink", np.arange(-2, 3))
    np.testing.assert_allclose(drawn, [chance.draw(3, "blink", index) for index in range(-2, 3)], rtol=0, atol=0)
    np.testing.assert_allclose(drawn, GOLDEN_CHANCE, rtol=0, atol=0)
    many = chance.uniform(0, "any", np.arange(20000))
    assert abs(many.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(many[1:], many[:-1])[0, 1]) < 0.02


GOLDEN_CHANCE = [0.30055114795343507, 0.5371035532419033, 0.5908384624601376, 0.7333904243028437, 0.07883490785359926]


def test_a_new_take_changes_what_the_voice_does_not_decide(spoken):
    one, other = (act(spoken(12), replace(STILL, seed=seed), fps=30, start=0.0) for seed in (1, 2))
    np.testing.assert_allclose(one.layers["speech"], other.layers["speech"], atol=1e-6)
    assert np.abs(one.gaze - other.gaze).max() > 3
    assert np.abs(one.blink - other.blink).max() == pytest.approx(1.0)


def test_one_slider_does_not_shuffle_other_layers(spoken):
    plain = act(spoken(12), Direction(), fps=30, start=0.0)
    nods = act(spoken(12), Direction(head_nods=2.0, gaze_hold=0.7), fps=30, start=0.0)
    np.testing.assert_array_equal(plain.blink, nods.blink)
    np.testing.assert_array_equal(plain.layers["speech"][:, LIPS], nods.layers["speech"][:, LIPS])
    more_blinks = act(spoken(12), Direction(blink_rate=40), fps=30, start=0.0)
    np.testing.assert_array_equal(plain.head, more_blinks.head)
    np.testing.assert_array_equal(plain.gaze, more_blinks.gaze)


def test_what_comes_later_does_not_change_the_beginning(spoken):
    performance = spoken(30)
    cut = 15.0
    frames = round(cut * 50)
    arrays = {name: getattr(performance, name)[:frames] for name in ARRAYS}
    shorter = replace(
        performance,
        **arrays,
        duration=cut,
        phones=tuple(phone for phone in performance.phones if phone.end <= cut),
        events=tuple(event for event in performance.events if event.time + event.duration <= cut),
    )
    whole, part = (act(take, Direction(), fps=30, start=0.0) for take in (performance, shorter))
    until = 30 * 11
    np.testing.assert_allclose(whole.shapes[:until], part.shapes[:until], atol=2e-5)
    np.testing.assert_allclose(whole.head[:until], part.head[:until], atol=1e-3)


ARRAYS = ("curves", "posteriors", "emotion", "arousal", "speech", "loudness", "pitch", "voicing")


def test_tracks_read_back_change_nothing(spoken):
    direction = Direction(joy=0.6, tension=0.2, seed=3)
    made = act(spoken(12), direction, fps=24, start=0.0)
    again = act(
        spoken(12), direction, fps=24, start=0.0, tracks=Tracks(emotion=made.emotion, arousal=made.arousal, blink=made.blink)
    )
    np.testing.assert_allclose(again.shapes, made.shapes, atol=1e-5)
    np.testing.assert_allclose(again.head, made.head, atol=1e-5)


def test_tracks_overrule_everything(spoken):
    frames = 12 * 24 + 1
    blink = np.zeros((frames, 2), np.float32)
    blink[100] = 1
    emotion = np.zeros((frames, 7), np.float32)
    emotion[150:200, EMOTIONS.index("surprise")] = 1
    animation = act(spoken(12), replace(STILL, anger=1.0), fps=24, start=0.0, tracks=Tracks(emotion=emotion, blink=blink))
    lid = animation.shapes[:, arkit.INDEX["eyeBlinkLeft"]]
    assert lid[100] > 0.9
    assert np.delete(lid, 100).max() < 0.35
    assert animation.shapes[60, arkit.INDEX["browDownLeft"]] < 0.05
    assert animation.shapes[180, arkit.INDEX["browOuterUpLeft"]] > 0.5
    blinks = [anchor.frame for anchor in animation.anchors if anchor.kind == "blink"]
    assert 100 in blinks


def test_the_eyes_follow_a_listener_who_walks_by(spoken):
    walk = np.stack([np.linspace(-25, 25, 12 * 24 + 1), np.full(12 * 24 + 1, 5.0)], axis=1).astype(np.float32)
    attentive = replace(STILL, eye_contact=1.0, gaze_micro=0.0, head_gaze=0.4, head_amount=1.0, gaze_hold=1.0, head_sway=0.0)
    animation = act(spoken(12), attentive, fps=24, start=0.0, tracks=Tracks(target=walk))
    seen = animation.gaze + np.stack([animation.head[:, 1], -animation.head[:, 0]], axis=1)
    inner = slice(24, -24)
    assert np.abs(seen[inner] - walk[inner]).max() < 3
    assert np.ptp(animation.head[inner, 1]) > 10
    assert animation.shapes[30, arkit.INDEX["eyeLookOutRight"]] > 0.2
    assert animation.shapes[-30, arkit.INDEX["eyeLookOutLeft"]] > 0.2


def test_a_silent_mouth_rests(spoken):
    performance = spoken(12, mouth=False)
    quiet = replace(performance, speech=performance.speech * 0, posteriors=silence(performance), events=(), phones=())
    animation = act(quiet, Direction(), fps=60, start=0.0)
    gap = measure(animation.shapes)[:, INDEX["gap"]]
    assert np.ptp(gap) < 0.6
    assert np.abs(np.diff(gap)).max() < 0.05
    still = act(quiet, STILL, fps=60, start=0.0)
    assert still.shapes[:, LIPS].max() == 0


def silence(performance):
    posteriors = np.zeros_like(performance.posteriors)
    posteriors[:, 0] = 1
    return posteriors


def empty_performance(frames, duration):
    zeros = np.zeros(frames, np.float32)
    return Performance(
        curves=np.zeros((frames, arkit.COUNT), np.float32),
        posteriors=np.zeros((frames, phones.COUNT), np.float32),
        phones=(),
        emotion=np.zeros((frames, 7), np.float32),
        arousal=zeros,
        speech=zeros,
        loudness=zeros - 100,
        pitch=zeros,
        voicing=zeros,
        events=(),
        duration=duration,
    )


@pytest.mark.parametrize(("frames", "duration"), [(0, 0.0), (1, 0.001), (2, 0.04)])
@pytest.mark.parametrize("fps", [24, 60])
def test_next_to_nothing_is_animated_all_the_same(frames, duration, fps):
    animation = act(empty_performance(frames, duration), Direction(joy=1.0, hold=0.2), fps=fps, start=-3.0)
    assert_sound(animation, int(np.ceil(duration * fps - 1e-6)) + 1)
    assert_sound(act(empty_performance(frames, duration), Direction(), fps=fps, start=0.0, extent=Extent(frames=0)), 0)
    assert_sound(act(empty_performance(frames, duration), Direction(), fps=fps, start=0.0, extent=Extent(frames=50)), 50)


@pytest.mark.slow
def test_two_hours(spoken):
    performance = spoken(7200, mouth=False)
    assert_sound(act(performance, Direction(), fps=24, start=0.0), 7200 * 24 + 1)


def test_anchors_mark_phones_closures_blinks_and_ends(spoken):
    animation = act(spoken(12), Direction(), fps=24, start=0.0)
    kinds = {anchor.kind for anchor in animation.anchors}
    assert kinds == {"vowel", "apex", "closure", "blink", "rest", "edge"}
    frames = [anchor.frame for anchor in animation.anchors]
    assert frames == sorted(frames)
    assert frames[0] == 0
    assert frames[-1] == len(animation.shapes) - 1
    gap = measure(animation.shapes)[:, INDEX["gap"]]
    bilabials = [anchor.frame for anchor, phone in closures(animation, spoken(12)) if phone.symbol in phones.BILABIAL]
    assert max(gap[round(frame)] for frame in bilabials) < 0.5


def closures(animation, performance):
    for anchor in animation.anchors:
        if anchor.kind == "closure":
            time = anchor.frame / animation.fps
            yield anchor, next(phone for phone in performance.phones if phone.start <= time < phone.end)


def test_only_the_mouth_moves_on_request(spoken):
    animation = act(spoken(12), Direction(mouth_only=True, joy=1.0), fps=24, start=0.0)
    above = [index for index in range(arkit.COUNT) if index not in LIPS]
    assert not animation.shapes[:, above].any()
    assert not animation.head.any()
    assert animation.shapes[:, LIPS].max() > 0.3


def test_a_listener_keeps_the_mouth_still_and_lives(spoken):
    animation = act(spoken(30), load_preset("listening").direction, fps=30, start=0.0)
    assert animation.layers["speech"].max() < 0.05
    assert animation.shapes[:, arkit.INDEX["jawOpen"]].max() < 0.1
    assert animation.blink.max() == pytest.approx(1.0)
    assert np.ptp(animation.head[:, 0]) > 1.5


@settings(max_examples=25, deadline=None)
@given(values=st.fixed_dictionaries({}, optional={
    item.name: st.booleans() if isinstance(item.default, bool)
    else st.integers(int(item.low), int(item.high)) if isinstance(item.default, int)
    else st.floats(item.low, item.high)
    for item in controls()
}), fps=st.sampled_from([12, 24, 30, 60]))  # fmt: skip
def test_any_direction_gives_a_sound_animation(spoken, values, fps):
    performance = spoken(5)
    direction = replace(Direction(), **values)
    animation = act(performance, direction, fps=fps, start=0.0)
    assert_sound(animation, 5 * fps + 1)
    if not direction.listening and fps > 12:
        assert closed_share(performance, act(performance, replace(direction, lead=0.0), fps=fps, start=0.0)) == 1.0


def test_without_a_head_to_turn_the_eyes_do_it_all(spoken):
    direction = headless(Direction(gaze_yaw=20.0, eye_contact=1.0, gaze_micro=0.0, gaze_amount=0.0))
    animation = act(spoken(12), direction, fps=24, start=0.0)
    assert not animation.head.any()
    np.testing.assert_allclose(animation.gaze[24:-24, 0], 20, atol=0.1)


def test_brows_do_not_frown_where_joy_is_felt_or_merely_suspected(spoken):
    performance = spoken(60)
    glad = np.zeros_like(performance.emotion)
    glad[:, EMOTIONS.index("joy")] = 0.3
    frowning = [arkit.INDEX["browDownLeft"], arkit.INDEX["mouthFrownLeft"]]
    for seed in range(3):
        suspected, felt = replace(performance, emotion=glad), Direction(seed=seed, joy=0.5)
        for some, direction in ((suspected, Direction(seed=seed)), (performance, felt)):
            shapes = act(some, replace(direction, life=0.0, brow_single=0.0), fps=30, start=0.0).shapes
            assert shapes[:, frowning].max() < 0.02
