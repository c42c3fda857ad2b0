# SPDX-License-Identifier: GPL-3.0-or-later
"""Moods: each changes what it names, none breaks a closure, no two look alike, and one's own come back as they were saved."""

import json
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from parlance import animate
from parlance.inference import arkit, phones
from parlance.inference.acting import act, headless
from parlance.inference.direction import Direction
from parlance.inference.errors import ParlanceError
from parlance.inference.geometry import INDEX, measure
from parlance.inference.moods import (
    MOVED,
    Gesture,
    Look,
    Mood,
    directed,
    embedded,
    format_mood,
    load_mood,
    mood_named,
    mood_names,
    mood_of,
    parse_mood,
    read_mood,
    write_mood,
)
from parlance.inference.presets import load_preset

FPS = 30
ABOVE = [index for index, name in enumerate(arkit.NAMES) if name.startswith(("brow", "eye", "cheek", "nose"))]


@pytest.fixture(scope="module")
def acted(spoken):
    """A function that acts half a minute in a mood."""
    return cache(lambda mood, amount=1.0: act(spoken(30), Direction(mood=mood, mood_amount=amount), fps=FPS, start=0.0))


def same(one, other):
    tracks = ("shapes", "blink", "gaze", "head", "emotion")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in tracks)


@pytest.mark.parametrize("name", mood_names())
def test_no_amount_of_a_mood_is_none(acted, name):
    assert same(acted(name, 0.0), acted(""))
    assert not same(acted(name, 0.2), acted(""))


def closed_share(performance, animation):
    gap = measure(animation.shapes)[:, INDEX["gap"]]
    found = []
    for phone in performance.phones:
        if phone.symbol in phones.BILABIAL:
            first, last = np.searchsorted(animation.times, (phone.start - 0.02, phone.end + 0.02))
            found.append(gap[first : last + 1].min() <= 0.5)
    return np.mean(found)


@pytest.mark.parametrize("name", mood_names())
def test_lips_close_in_every_mood_at_full(spoken, acted, name):
    assert closed_share(spoken(30), acted(name)) == 1.0


@pytest.mark.parametrize("name", mood_names())
def test_half_of_a_mood_is_between_none_and_all(acted, name):
    """The face that is held grows with the amount."""
    look = load_mood(name).look
    strongest = max(look.units, key=lambda unit: look.units[unit])
    left = strongest if strongest in arkit.INDEX else strongest + "Left"
    sides = [arkit.INDEX[left], arkit.MIRROR[arkit.INDEX[left]]]
    none, half, full = (float(np.median(acted(name, amount).shapes[:, sides].max(axis=1))) for amount in (0.0, 0.5, 1.0))
    assert none + 0.04 < half < full


def test_no_two_moods_look_alike(acted):
    """Faces, in weights; and heads, in degrees: apart by what is seen at a glance."""
    for one, other in combinations(("", *mood_names()), 2):
        a, b = acted(one), acted(other)
        apart = np.sort(np.abs(a.shapes - b.shapes), axis=1)[:, -6:].mean(axis=1)
        assert np.median(apart) > 0.11, (one, other, float(np.median(apart)))


EXPECTED = {
    "confident": ("eye_contact", 1), "excited": ("head_amount", 1), "bored": ("gaze_tempo", -1), "playful": ("head_tilt", 1),
    "confused": ("blink_rate", 1), "tired": ("lids", -1), "tender": ("head_roll", 1), "sarcastic": ("lopsided", 1),
    "stern": ("blink_rate", -1), "flirty": ("head_yaw", -1), "in_pain": ("tension", 1), "laughing": ("breath", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", mood_names())
def test_moods_move_sliders_within_their_range(name):
    slider, way = EXPECTED[name]
    for preset in (Direction(), load_preset("cartoon").direction, load_preset("newsreader").direction):
        moved = directed(replace(preset, mood=name))
        assert way * (getattr(moved, slider) - getattr(preset, slider)) >= 0
        assert all(item.low <= getattr(moved, each) <= item.high for each, item in MOVED.items())
    assert way * (getattr(directed(Direction(mood=name)), slider) - getattr(Direction(), slider)) > 0


def blinks_a_minute(animation):
    shut = animation.blink[:, 0] > 0.5
    return 60 * FPS * np.count_nonzero(shut[1:] & ~shut[:-1]) / len(shut)


def test_what_is_moved_is_seen(acted):
    plain = acted("")
    assert blinks_a_minute(acted("stern")) < 0.75 * blinks_a_minute(plain) < blinks_a_minute(acted("confused"))
    assert acted("excited").head[:, 0].std() > 1.3 * plain.head[:, 0].std()
    assert acted("tired").head[:, 0].mean() > plain.head[:, 0].mean() + 5
    lids = {name: measure(acted(name).shapes)[:, INDEX["lid_left"]].mean() for name in ("tired", "bored", "excited")}
    assert lids["tired"] < lids["bored"] < lids["excited"] - 2


def test_gestures_come_and_go_and_change_with_the_take(spoken):
    """A wink is on one side, is over soon, and falls elsewhere in another take."""
    winks = []
    for seed in (1, 2):
        eyes = act(spoken(120), Direction(mood="flirty", seed=seed, blink_rate=0.0, blink_rate_silent=0.0, blink_gaze=0.0),
                   fps=FPS, start=0.0).shapes[:, [arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]]]  # fmt: skip
        apart = np.abs(eyes[:, 0] - eyes[:, 1]) > 0.4
        assert 1 <= np.count_nonzero(apart[1:] & ~apart[:-1]) <= 20
        assert apart.mean() < 0.08
        winks.append(apart)
    assert (winks[0] != winks[1]).any()


def test_a_mood_comes_on_top_of_emotions_and_presets(spoken):
    sad = act(spoken(12), Direction(sadness=0.7, mood="stern"), fps=FPS, start=0.0)
    stern = act(spoken(12), Direction(mood="stern"), fps=FPS, start=0.0)
    inner, down = arkit.INDEX["browInnerUp"], arkit.INDEX["browDownLeft"]
    assert np.median(sad.shapes[:, inner]) > np.median(stern.shapes[:, inner]) + 0.3
    assert np.median(sad.shapes[:, down]) > 0.3
    assert sad.emotion.max() == pytest.approx(0.7, abs=0.05)


def test_regions_and_strength_rule_moods_too(spoken):
    without = Direction(mood="in_pain", emotion_strength=0.0, tension=-1.0, brow_amount=0.0, life=0.0)
    face = act(spoken(12), without, fps=FPS, start=0.0)
    assert face.shapes[:, arkit.INDEX["browDownLeft"]].max() < 0.05
    above = act(spoken(12), Direction(mood="laughing", mouth_only=True), fps=FPS, start=0.0).shapes[:, ABOVE]
    assert not above.any()


def test_a_head_that_cannot_turn_stays_still(spoken):
    assert not act(spoken(12), headless(Direction(mood="laughing")), fps=FPS, start=0.0).head.any()


def test_a_saved_mood_gives_what_was_there_when_it_was_saved(spoken, tmp_path):
    for base, mood in (("natural", ""), ("cartoon", "sarcastic")):
        start = load_preset(base).direction
        direction = replace(start, joy=0.4, head_roll=-8.0, blink_rate=12.0, mood=mood, mood_amount=0.6)
        path = tmp_path / "mine.json"
        write_mood(mood_of(direction, start, "Mine", "For Anna"), path)
        again = replace(start, mood=mood_named(str(path)))
        before, after = (act(spoken(12), each, fps=FPS, start=0.0) for each in (direction, again))
        np.testing.assert_allclose(after.shapes, before.shapes, atol=0.02)
        np.testing.assert_allclose(after.head, before.head, atol=0.3)
        assert np.count_nonzero(np.abs(after.blink - before.blink) > 0.01) == 0


MINE = Mood(
    "顔 “mine”", "About", {"joy": 0.3, "head_roll": -4.0}, {"blink_rate": 0.5},
    Look({"mouthSmileLeft": 0.5, "browInnerUp": 0.2}, {"cornerLeft": 3.0, "brow": 1.5}),
    (Gesture(Look({"eyeBlinkLeft": 1.0}), (1.0, -2.0, 3.0), "pause", 4.0, 0.1, 0.2, 0.3, 2.0),), 0.7,
)  # fmt: skip


def test_what_is_saved_is_what_is_loaded(tmp_path):
    assert parse_mood(format_mood(MINE)) == MINE
    assert parse_mood(embedded(MINE)) == MINE
    assert load_mood(embedded(MINE)) == MINE
    for name in mood_names():
        assert parse_mood(embedded(load_mood(name))) == load_mood(name)
    path = tmp_path / "mine.json"
    write_mood(MINE, path)
    assert read_mood(path) == MINE
    with pytest.raises(ParlanceError, match="choose another folder"):
        write_mood(MINE, tmp_path / "absent" / "x.json")


def test_a_mood_is_chosen_by_name_or_file_in_the_library(spoken, tmp_path):
    performance = spoken(5)
    named = animate(performance, mood="in-pain", mood_amount=0.8)
    assert same(named, animate(performance, Direction(mood="in_pain", mood_amount=0.8)))
    path = tmp_path / "hurt.json"
    write_mood(load_mood("in_pain"), path)
    np.testing.assert_allclose(animate(performance, mood=str(path), mood_amount=0.8).shapes, named.shapes, atol=1e-6)
    with pytest.raises(ParlanceError, match="choose one of"):
        animate(performance, mood="grumpy")


def test_a_mood_on_the_command_line(run, speech, tmp_path):
    curves = {}
    for name, options in {"plain": (), "tired": ("--mood", "tired"), "none": ("--mood", "tired", "--mood-amount", "0")}.items():
        out = tmp_path / f"{name}.csv"
        assert run("animate", speech, "-o", out, *options).returncode == 0
        curves[name] = out.read_text()
    assert curves["plain"] == curves["none"] != curves["tired"]
    assert "choose one of" in run("animate", speech, "-o", tmp_path / "x.csv", "--mood", "grumpy").stderr


def raw(**changes):
    return json.dumps({"format": "parlance mood", "version": 1, "name": "x"} | changes)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{", "line 1 is not valid JSON"),
        ("[" * 100_000, "too long"),
        ("[" * 50_000, "is not a mood"),
        ("[]", "not a Parlance mood"),
        (raw(format="parlance direction"), "not a Parlance mood"),
        (raw(version=9), "another version"),
        (raw(sliders=[1]), "must be a group"),
        (raw(sliders={"plus": {"jawz": 1}}), "sets “jawz” in “plus”"),
        (raw(sliders={"plus": {"mouth_only": 1}}), "sets “mouth_only” in “plus”"),
        (raw(sliders={"times": {"jaw": "wide"}}), "“jaw” must be a number"),
        (raw(sliders={"times": {"jaw": float("nan")}}), "“jaw” must be a number"),
        (raw(sliders={"times": {"jaw": 10**400}}), "“jaw” must be a number"),
        (raw(face={"units": {"mouthGrin": 1}}), "sets “mouthGrin” in “units”"),
        (raw(face={"mm": {"elbow": 1}}), "sets “elbow” in “mm”"),
        (raw(gestures={}), "must be a list"),
        (raw(gestures=[{}] * 13), "at most 12"),
        (raw(gestures=[{"at": "noon"}]), "must be “at” one of"),
        (raw(gestures=[{"head": [1, 2]}]), "three numbers"),
        (raw(gestures=[{"beats": True}]), "“beats” must be a number"),
    ],
)
def test_what_is_wrong_with_a_mood_is_said(wrong, says, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(wrong)
    with pytest.raises(ParlanceError, match=says) as caught:
        mood_named(str(path))
    assert str(caught.value).endswith(".")


def test_extreme_numbers_do_no_harm(spoken):
    wild = json.loads(format_mood(MINE)) | {"gestures": [{"units": {"jawOpen": 99}, "rise": 0, "per_minute": 1e9, "beats": 1e9}]}
    wild["sliders"] = {"plus": {"jaw": 1e9}, "times": {"joy": 1e9, "blink_rate": -5}}
    animation = act(spoken(5), Direction(mood=json.dumps(wild)), fps=FPS, start=0.0)
    assert np.isfinite(animation.shapes).all()
    assert animation.shapes.max() <= 1
