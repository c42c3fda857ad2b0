# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawn mouths: each is held as long as its sounds last, closures show the closed one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from parlance.benchmarks import rigging as bench
from parlance.inference import arkit, geometry, phones
from parlance.inference.articulation import closures
from parlance.inference.formats import rhubarb
from parlance.inference.performance import Phone
from parlance.inference.rigging import Drive, RigMap, apply, cue_track
from parlance.inference.rigging.switch import stepped, switch
from parlance.inference.rigging.visemes import SWITCHES
from parlance.inference.seal import seal


@pytest.fixture(scope="module")
def speech():
    spoken, times = bench.spoken()
    return spoken, times, seal(bench.full_face(), *closures(spoken, times))


def runs(track):
    borders = np.flatnonzero(np.diff(track)) + 1
    return np.diff([0, *borders, len(track)])


@pytest.mark.parametrize("drawings", SWITCHES)
def test_drawings_are_held_and_none_is_wasted(speech, drawings):
    _, _, shapes = speech
    track = switch(shapes, SWITCHES[drawings])
    assert track.min() >= 0
    assert track.max() < len(SWITCHES[drawings])
    assert runs(track)[:-1].min() >= 2
    assert 4 < len(runs(track)) < len(track) / 4
    assert len(set(track)) >= len(SWITCHES[drawings]) - 3


def test_closures_show_the_closed_mouth(speech):
    spoken, times, shapes = speech
    closed = SWITCHES["switch_blair"].index("viseme_PP")
    track = switch(shapes, SWITCHES["switch_blair"])
    for phone in spoken:
        if phone.symbol in phones.BILABIAL:
            assert closed in track[(times >= phone.start - 0.03) & (times <= phone.end + 0.03)]
    wide_open = geometry.measure(shapes)[:, geometry.INDEX["gap"]] > 6.0
    assert (track[wide_open] == closed).mean() < 0.05


def test_the_five_vowels_are_told_apart():
    from parlance.inference.rigging.poses import poses

    names = SWITCHES["switch_vowels"]
    for number, name in enumerate(names):
        held = np.repeat(poses()[name][None], 10, 0)
        assert set(switch(held, names)) == {number}


def test_a_switch_is_a_drive_like_any_other(speech):
    _, _, shapes = speech
    rig_map = RigMap("", (Drive("switch_blair", '["mouth"]', offset=1.0, high=99.0), Drive("jawOpen", "jawOpen")))
    curves = apply(rig_map, shapes, available=arkit.NAMES)
    assert curves['["mouth"]'].min() >= 1.0
    assert np.array_equal(curves['["mouth"]'], np.round(curves['["mouth"]']))
    assert np.array_equal(curves["jawOpen"], shapes[:, arkit.INDEX["jawOpen"]])


@settings(max_examples=25, deadline=None)
@given(
    arrays(np.float32, st.tuples(st.integers(0, 12), st.just(arkit.COUNT)), elements=st.floats(0, 1, width=32)), st.integers(1, 4)
)
def test_any_face_gets_a_drawing(shapes, hold):
    track = switch(shapes, SWITCHES["switch_rhubarb"], hold=hold)
    assert len(track) == len(shapes)
    assert all(length >= hold for length in runs(track)[:-1])


def test_keys_of_a_switch_are_steps(speech):
    _, _, shapes = speech
    track = switch(shapes, SWITCHES["switch_blair"])
    keys = stepped(track, 10)
    assert len(keys) <= 2 * len(runs(track))
    assert np.array_equal(np.interp(10 + np.arange(len(track)), keys.frames, keys.values), track)
    assert np.array_equal(keys.left[:, 1], keys.values)


@pytest.mark.parametrize("loudness", [1.0, 0.7, 0.45])
def test_a_shy_voice_shows_the_same_drawings_as_a_loud_one(speech, loudness):
    """Shares of time of each drawing, against those by the phones themselves."""
    spoken, times, shapes = speech
    shown = {cue.shape: 0.0 for cue in rhubarb.cues(spoken)}
    for cue in rhubarb.cues(spoken):
        shown[cue.shape] += (cue.end - cue.start) / times[-1]
    track = switch(shapes * np.float32(loudness), SWITCHES["switch_rhubarb"])
    share = {letter: float((track == number).mean()) for number, letter in enumerate("XABCDEFGH")}
    assert sum(abs(share[letter] - shown.get(letter, 0.0)) for letter in "BCDEFGH") < 0.40
    assert 0.2 < share["B"] < 0.5
    assert share["C"] + share["D"] + share["E"] > 0.15


def quick_voice(seed, rest):
    """Phones as spoken fast, of random kinds and lengths."""
    chance, at, made = np.random.default_rng(seed), 0.0, []
    for symbol in chance.choice(phones.SYMBOLS, 240):
        length = float(chance.gamma(3.0, 0.3 if symbol == "sil" and rest else 0.035))
        made.append(Phone(str(symbol), at, at + length))
        at += length
    return made, np.arange(int(at * 24)) / 24


@pytest.mark.parametrize("drawings", SWITCHES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_drawing_shows_as_long_as_its_phones_are_said(drawings, seed):
    spoken, times = quick_voice(seed, rest=True)
    shown = cue_track.track(spoken, times, drawings)
    said = np.zeros(len(SWITCHES[drawings]))
    for phone in spoken:
        said[next(i for i, symbols in enumerate(cue_track.ORDER[drawings]) if phone.symbol in symbols)] += phone.end - phone.start
    share = np.bincount(shown.astype(int), minlength=len(said)) / len(shown)
    assert np.abs(share - said / said.sum()).max() < 0.05
    assert runs(shown).min() >= 2


@pytest.mark.parametrize("drawings", SWITCHES)
def test_every_phone_has_one_drawing(drawings):
    listed = [symbol for symbols in cue_track.ORDER[drawings] for symbol in symbols]
    assert sorted(listed) == sorted(phones.SYMBOLS)
    assert len(cue_track.ORDER[drawings]) == len(SWITCHES[drawings])


def test_drawings_follow_what_is_said_rather_than_how_loud(speech):
    spoken, times, shapes = speech
    rig_map = RigMap("", (Drive("switch_rhubarb", '["mouth"]', high=99.0),))
    told = cue_track.Spoken(tuple(spoken), times)
    loud, shy = (apply(rig_map, np.float32(strength) * shapes, spoken=told)['["mouth"]'] for strength in (1.0, 0.3))
    assert np.array_equal(loud, shy)
    muted = cue_track.Spoken(tuple(replace(phone, strength=0.0) for phone in spoken), times)
    assert not apply(rig_map, shapes, spoken=muted)['["mouth"]'].any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.integers(1, 5), st.integers(0, 99))
def test_any_stretch_is_held(frames, hold, seed):
    spoken, _ = quick_voice(seed, rest=False)
    shown = cue_track.track(spoken, np.arange(frames) / 24 - 0.3, "switch_blair", hold=hold)
    assert len(shown) == frames
    assert all(length >= min(hold, frames) for length in (runs(shown) if frames else ()))
