# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips that articulate: each sound looks like itself, on the curves as they are acted."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit, geometry, phones
from parlance.inference.acting import act
from parlance.inference.articulation import articulate, revise, shape, to_weights
from parlance.inference.articulation.shaping import visemes_of
from parlance.inference.articulation.visemes import VISEMES
from parlance.inference.direction import Direction
from parlance.inference.performance import EMOTIONS, Performance, Phone

FPS = 60
REST = float(geometry.REFERENCE.neutral[geometry.INDEX["gap"]])
FREE = sorted(set(phones.SYMBOLS) - phones.BILABIAL - phones.LABIODENTAL - {"sil"})


def performed(said, certain=0.9, network=None):
    """What is heard of phones in order, each .14 s, by a network that is this sure of them and moves the mouth like this."""
    spoken, now = [Phone("sil", 0.0, 0.4)], 0.4
    for symbol in said:
        length = 0.5 if symbol == "sil" else 0.14
        spoken.append(Phone(symbol, now, now + length))
        now += length
    spoken.append(Phone("sil", now, now + 0.4))
    times = (np.arange(round((now + 0.4) * 50)) + 0.5) / 50
    sounding = [phones.INDEX[spoken[at].symbol] for at in np.searchsorted([p.start for p in spoken], times, side="right") - 1]
    posteriors = certain * np.eye(phones.COUNT, dtype=np.float32)[sounding] + np.float32((1 - certain) / phones.COUNT)
    moved = to_weights(articulate(spoken, times)) if network is None else np.tile(network, (len(times), 1)).astype(np.float32)
    track, emotion = np.zeros(len(times), np.float32), np.zeros((len(times), len(EMOTIONS)), np.float32)
    voice = (np.array(sounding) != 0).astype(np.float32)
    return Performance(
        shape(moved, posteriors, spoken), posteriors, tuple(spoken), emotion, track, voice, track, track, voice, (), now + 0.4
    )


def acted(performance, **direction):
    return act(performance, Direction(stress=0.0, life=0.0, breath=0.0, **direction), fps=FPS, start=0.0).shapes


def middle(values, performance, place):
    """The frames of the middle half of a phone, by its place among all that is said."""
    phone = performance.phones[place]
    quarter = (phone.end - phone.start) / 4
    return values[round((phone.start + quarter) * FPS) : round((phone.end - quarter) * FPS) + 1]


def weight(shapes, name):
    return shapes[:, arkit.INDEX[name if name in arkit.INDEX else name + "Left"]]


def gap(shapes):
    return geometry.measure(shapes)[:, geometry.INDEX["gap"]]


@pytest.mark.parametrize("symbol", FREE)
def test_no_sound_but_p_b_m_shuts_a_mouth_even_where_the_network_does(symbol):
    shut = np.zeros(arkit.COUNT, np.float32)
    performance = performed([symbol] * 3, network=shut)
    apart = middle(gap(acted(performance)), performance, 2)
    assert apart.min() > REST + 0.6 * VISEMES[symbol].apart


@pytest.mark.parametrize("symbol", sorted(phones.BILABIAL))
def test_p_b_m_shut_a_mouth_that_the_network_leaves_open(symbol):
    wide = np.zeros(arkit.COUNT, np.float32)
    wide[arkit.INDEX["jawOpen"]] = 0.3
    performance = performed(["a", symbol, "a"], certain=0.5, network=wide)
    assert gap(acted(performance))[round(performance.phones[2].start * FPS) :][: round(0.14 * FPS)].min() < 0.0


@pytest.mark.parametrize("symbol", ["f", "v"])
def test_f_and_v_show_the_teeth_on_a_tucked_lip(symbol):
    performance = performed(["a", symbol, "a"])
    measures = geometry.measure(middle(acted(performance), performance, 2))
    assert 1.8 < measures[:, geometry.INDEX["gap"]].min() < measures[:, geometry.INDEX["gap"]].max() < 3.0
    assert measures[:, geometry.INDEX["lower_roll"]].max() < -1.5
    assert weight(middle(acted(performance), performance, 2), "mouthUpperUp").min() > 0.1


@pytest.mark.parametrize("around", ["ɪ", "ə", "s"])
def test_the_upper_lip_neither_drops_nor_jumps_beside_an_f(around):
    performance = performed([around, "f", around])
    upper = weight(acted(performance), "mouthUpperUp")
    vowel, f = (middle(upper, performance, place).mean() for place in (1, 2))
    between = upper[round(performance.phones[1].start * FPS) + 4 : round(performance.phones[2].end * FPS) - 4]
    assert between.min() > min(vowel, f) - 0.06
    assert np.abs(np.diff(upper)).max() < 0.07


def test_lips_come_to_a_closure_at_the_speed_of_lips():
    wide = np.zeros(arkit.COUNT, np.float32)
    wide[arkit.INDEX["jawOpen"]] = 0.5
    performance = performed(["a", "p", "a"], network=wide)
    opening = gap(acted(performance))
    assert opening.max() > 14.0
    assert np.abs(np.diff(opening[opening > 2.0])).max() < 300.0 / FPS


@pytest.mark.parametrize("before", [["ɪ", "d", "ɪ"], ["ɪ", "n"]])
def test_the_lower_lip_does_not_drop_once_more_just_before_a_closure(before):
    narrow = np.zeros(arkit.COUNT, np.float32)
    narrow[arkit.INDEX["jawOpen"]] = 0.15
    performance = performed([*before, "m", "ɪ"], network=narrow)
    closes = round(performance.phones[1 + len(before)].start * FPS)
    lower = weight(acted(performance), "mouthLowerDown")[closes - 12 : closes + 1]
    assert lower[0] > 0.1
    assert (lower - np.minimum.accumulate(lower)).max() < 0.06


@pytest.mark.parametrize(
    ("symbol", "name", "least"),
    [
        ("s", "mouthLowerDown", 0.2), ("s", "mouthUpperUp", 0.07), ("s", "mouthSmile", 0.1), ("t", "mouthLowerDown", 0.1),
        ("n", "mouthLowerDown", 0.1), ("ʃ", "mouthFunnel", 0.25), ("ʃ", "jawForward", 0.08), ("u", "mouthPucker", 0.35),
        ("u", "mouthFunnel", 0.1), ("o", "mouthFunnel", 0.2), ("i", "mouthSmile", 0.15), ("i", "mouthStretch", 0.06),
        ("i", "mouthDimple", 0.06), ("θ", "tongueOut", 0.25), ("l", "tongueOut", 0.08), ("t", "tongueOut", 0.03),
        ("f", "mouthRollLower", 0.35), ("f", "mouthShrugUpper", 0.05), ("p", "cheekPuff", 0.1), ("m", "mouthPress", 0.1),
        ("k", "mouthDimple", 0.1), ("i", "cheekSquint", 0.05), ("s", "noseSneer", 0.02),
    ],
)  # fmt: skip
def test_sounds_use_the_shapes_an_animator_would(symbol, name, least):
    performance = performed(["ə", symbol, "ə"])
    assert weight(middle(acted(performance), performance, 2), name).max() > least


def test_round_sounds_are_narrower_and_further_forward_than_spread_ones():
    performance = performed(["t", "u", "t", "i", "t"])
    measures = geometry.measure(acted(performance))
    u, i = (middle(measures, performance, place).mean(axis=0) for place in (2, 4))
    assert u[geometry.INDEX["width"]] < i[geometry.INDEX["width"]] - 6
    assert u[geometry.INDEX["upper_protrusion"]] > i[geometry.INDEX["upper_protrusion"]] + 3


@pytest.mark.parametrize("symbol", ["w", "u", "y", "o", "ʃ"])
def test_round_sounds_round_a_mouth_that_the_network_leaves_flat(symbol):
    flat = np.zeros(arkit.COUNT, np.float32)
    flat[arkit.INDEX["jawOpen"]] = 0.12
    performance = performed(["ə", symbol, "ə"], network=flat)
    measures = middle(geometry.measure(acted(performance)), performance, 2)
    assert measures[:, geometry.INDEX["width"]].min() < geometry.REFERENCE.neutral[geometry.INDEX["width"]] - 5.5
    assert measures[:, geometry.INDEX["upper_protrusion"]].max() > 4.8


def test_the_tongue_comes_between_the_teeth_for_a_short_th_that_is_hardly_heard():
    posteriors = np.zeros((40, phones.COUNT), np.float32)
    posteriors[:, phones.INDEX["ə"]] = 1.0
    posteriors[20:22] = 0.0
    posteriors[20:22, [phones.INDEX[symbol] for symbol in ("ð", "d", "v")]] = 0.36, 0.44, 0.20
    tongue = weight(visemes_of(posteriors), "tongueOut")
    assert tongue[20:22].min() > 0.36
    assert tongue[[16, 26]].max() < 0.1


def test_every_shape_of_jaw_mouth_and_tongue_moves_or_is_said_to_be_silent():
    shapes = acted(performed(list(phones.SYMBOLS[1:])))
    still = {arkit.NAMES[index] for index in np.flatnonzero(np.ptp(shapes, axis=0) < 0.02)}
    mouth = {name for name in arkit.NAMES if arkit.region_of(name) in ("jaw", "mouth", "tongue", "cheeks", "nose")}
    assert still & mouth == {"jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthFrownLeft", "mouthFrownRight"}


def test_a_short_pause_stays_open_and_a_long_one_rests():
    short = performed(["t", "a", "t", "sil", "t", "a", "t"])
    assert middle(gap(acted(short)), short, 4).min() > REST + 1.5
    said = [*short.phones[:4], replace(short.phones[4], end=short.phones[4].end + 3.0)]
    later = [replace(phone, start=phone.start + 3.0, end=phone.end + 3.0) for phone in short.phones[5:]]
    stretched = np.concatenate([np.arange(53), np.full(150, 53), np.arange(53, len(short.curves))])
    tracks = {
        name: getattr(short, name)[stretched]
        for name in ("curves", "posteriors", "emotion", "arousal", "speech", "loudness", "pitch", "voicing")
    }
    long = replace(short, **tracks, phones=(*said, *later), duration=short.duration + 3.0)
    rest = gap(acted(long))[round((said[4].start + 1.5) * FPS)]
    assert rest < REST + 1.0


@pytest.mark.parametrize("preset", [{"hold": 0.2}, {"articulation": 2.0}, {"jaw": 2.0}, {"hold": 0.1, "mouth_smoothing": 0.05}])
def test_what_stretches_or_sharpens_speech_adds_no_closure(preset):
    performance = performed(["a", "p", "i", "t", "o", "b", "e", "n", "u", "m", "a", "s", "ɛ"])
    shut = [(gap(acted(performance, **some)) <= 0.5).mean() for some in ({}, preset)]
    assert shut[1] <= shut[0] + 0.005


def test_an_edited_phone_gets_the_viseme_that_hearing_would_have_given_it():
    heard, wanted = performed(["t", "a", "t", "i", "t"]), performed(["t", "a", "ʃ", "i", "t"])
    edited = revise(heard, [replace(phone, symbol="ʃ") if at == 3 else phone for at, phone in enumerate(heard.phones)])
    for name in ("mouthFunnel", "mouthLowerDown", "mouthPucker", "jawForward"):
        there, here = (weight(middle(acted(one), one, 3), name).mean() for one in (wanted, edited))
        assert here == pytest.approx(there, abs=0.1), name


def test_a_performance_heard_before_there_were_visemes_still_plays_and_edits():
    old = performed(["t", "a", "t", "i", "t"])
    old = replace(old, curves=to_weights(articulate(old.phones, old.times)))
    edited = revise(old, [replace(phone, symbol="f") if at == 3 else phone for at, phone in enumerate(old.phones)])
    assert weight(middle(acted(edited), edited, 3), "mouthRollLower").max() > 0.3
    assert np.array_equal(edited.curves[:10], old.curves[:10])
