# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones become millimetres and shapes: lips close, vowels open, neighbours are felt, edited phones move the lips alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.inference import arkit, geometry, phones
from parlance.inference.articulation import Style, articulate, revise, to_weights
from parlance.inference.contact import closure_from_posteriors
from parlance.inference.performance import Performance, Phone

SPOKEN = st.lists(st.tuples(st.sampled_from(phones.SYMBOLS), st.floats(0.03, 0.3)), min_size=1, max_size=15)


def said(words, length=0.09, pause=0.4):
    at, result = 0.0, []
    for symbol in words.split():
        end = at + (pause if symbol == "sil" else length)
        result.append(Phone(symbol, at, end))
        at = end
    return tuple(result)


def frames(spoken):
    return (np.arange(round(spoken[-1].end * 50)) + 0.5) / 50


def measured(name, spoken, **options):
    return articulate(spoken, frames(spoken), **options)[:, geometry.INDEX[name]]


def during(values, spoken, index):
    times = frames(spoken)
    return values[(times >= spoken[index].start) & (times < spoken[index].end)]


def heard(spoken, seed=0):
    times = frames(spoken)
    curves = to_weights(articulate(spoken, times))
    curves[:, arkit.INDEX["jawOpen"]] += 0.05 * np.random.default_rng(seed).random(len(times), np.float32)
    sounding = np.full(len(times), phones.INDEX["sil"])
    for phone in spoken:
        sounding[(times >= phone.start) & (times < phone.end)] = phones.INDEX[phone.symbol]
    posteriors = np.eye(phones.COUNT, dtype=np.float32)[sounding]
    track = np.zeros(len(times), np.float32)
    emotion = np.zeros((len(times), 7), np.float32)
    return Performance(curves, posteriors, spoken, emotion, track, track, track, track, track, (), spoken[-1].end)


@settings(max_examples=50, deadline=None)
@given(SPOKEN)
def test_every_lip_sound_closes_and_nothing_explodes(sounds):
    at, spoken = 0.2, []
    for symbol, length in sounds:
        spoken.append(Phone(symbol, at, at + length))
        at += length
    times = np.arange(0, at + 0.2, 1 / 60)
    gap = articulate(spoken, times)[:, geometry.INDEX["gap"]]
    assert np.isfinite(gap).all()
    assert gap.max() < 20.0
    for phone in spoken:
        if phone.symbol in phones.BILABIAL:
            closed = (gap < 0.0) & (times > phone.start - 0.03) & (times < phone.end + 0.03)
            assert closed.sum() >= 2


def test_open_vowels_open_and_close_vowels_do_not():
    spoken = said("sil ɑ sil i sil", length=0.2)
    gap = measured("gap", spoken)
    assert during(gap, spoken, 1).max() > 10.0
    assert during(gap, spoken, 3).max() < 6.5


def test_rounding_begins_before_its_vowel():
    rounded, plain = said("sil s t ɹ u sil"), said("sil s t ɹ i sil")
    width = [during(measured("width", spoken), spoken, 2).mean() for spoken in (rounded, plain)]
    assert width[0] < width[1] - 1.5


def test_the_jaw_stays_high_for_sibilants():
    spoken = said("sil ɑ s ɑ sil")
    assert during(measured("chin", spoken), spoken, 2).min() < 0.75 * during(measured("chin", spoken), spoken, 1).max()


def test_pauses_leave_the_mouth_slightly_open():
    spoken = said("ɑ t ɑ sil", pause=1.0)
    assert 0.3 < measured("chin", spoken)[-20] < 1.5


def test_style_scales_jaw_and_lips_and_never_the_closure():
    spoken = said("sil m ɑ m u m sil", length=0.12)
    normal, wide = measured("chin", spoken), measured("chin", spoken, style=Style(jaw=1.5))
    assert wide.max() > 1.3 * normal.max()
    tight = measured("upper_protrusion", spoken, style=Style(lips=1.5))
    assert tight.max() > 1.3 * measured("upper_protrusion", spoken).max()
    assert during(measured("gap", spoken, style=Style(jaw=2.0, lips=0.0)), spoken, 3).min() < 0.0


def test_louder_vowels_open_further():
    spoken = said("sil ɑ t ɑ sil", length=0.15)
    times = frames(spoken)
    loudness = np.where(times < spoken[2].start, -30.0, -10.0).astype(np.float32)
    gap = measured("gap", spoken, loudness=loudness)
    assert during(gap, spoken, 3).max() > during(gap, spoken, 1).max() + 0.5


def test_weights_show_the_movement():
    spoken = said("sil p ɑ m i b u ʃ u f ɔ v o s æ sil")
    wanted = articulate(spoken, frames(spoken))
    shown = geometry.measure(to_weights(wanted))
    for name, error in {"gap": 0.4, "chin": 0.6, "width": 1.0, "upper_protrusion": 1.0}.items():
        assert np.abs(shown - wanted)[:, geometry.INDEX[name]].max() < error, name


def test_unchanged_phones_change_nothing():
    performance = heard(said("sil b ɑ n ɑ n ɑ sil"))
    assert revise(performance, list(performance.phones)) is performance


def test_an_edit_reaches_no_further_than_coarticulation():
    spoken = said("sil " + "t ɑ n i " * 12 + "sil")
    performance = heard(spoken)
    edited = list(spoken)
    edited[30] = replace(edited[30], symbol="u")
    revised = revise(performance, edited)
    changed = np.nonzero((revised.curves != performance.curves).any(1))[0] / 50
    assert changed.min() > spoken[30].start - 0.8
    assert changed.max() < spoken[30].end + 0.8
    assert (changed >= spoken[30].start).any()


def test_a_vowel_made_a_bilabial_closes_and_the_reverse_opens():
    spoken = said("sil t ɑ t ɑ m ɑ sil", length=0.12)
    performance = heard(spoken)
    closed = revise(performance, [replace(p, symbol="b") if i == 2 else p for i, p in enumerate(spoken)])
    assert during(geometry.measure(closed.curves)[:, geometry.INDEX["gap"]], spoken, 2).min() < 0.3
    assert during(closure_from_posteriors(closed.posteriors, 50)[0], spoken, 2).max() == 1.0
    opened = revise(performance, [replace(p, symbol="ɑ") if p.symbol == "m" else p for p in spoken])
    assert during(geometry.measure(opened.curves)[:, geometry.INDEX["gap"]], spoken, 5).min() > 4.0
    assert not during(closure_from_posteriors(opened.posteriors, 50)[0], spoken, 5).any()


def test_a_muted_bilabial_no_longer_closes_and_emphasis_opens_a_vowel():
    spoken = said("sil t ɑ m ɑ sil", length=0.12)
    performance = heard(spoken)
    muted = revise(performance, [replace(p, strength=0.0) if p.symbol == "m" else p for p in spoken])
    assert during(geometry.measure(muted.curves)[:, geometry.INDEX["gap"]], spoken, 3).min() > 2.0
    assert not during(closure_from_posteriors(muted.posteriors, 50)[0], spoken, 3).any()
    loud = revise(performance, [replace(p, strength=2.0) if i == 2 else p for i, p in enumerate(spoken)])
    jaw = arkit.INDEX["jawOpen"]
    assert during(loud.curves[:, jaw], spoken, 2).max() > 1.15 * during(performance.curves[:, jaw], spoken, 2).max()


def test_moving_a_border_moves_the_closure():
    spoken = said("sil ɑ m ɑ sil", length=0.15)
    performance = heard(spoken)
    later = [*spoken[:1], replace(spoken[1], end=0.65), replace(spoken[2], start=0.65), *spoken[3:]]
    gap = geometry.measure(revise(performance, later).curves)[:, geometry.INDEX["gap"]]
    first_closed = np.nonzero(gap < 0.5)[0][0] / 50
    assert first_closed == pytest.approx(0.65, abs=0.05)


@settings(max_examples=30, deadline=None)
@given(SPOKEN, st.integers(0, 14), st.sampled_from(phones.SYMBOLS), st.floats(0, 2))
def test_any_edit_gives_valid_curves(sounds, index, symbol, strength):
    spoken = tuple(replace(p, symbol=s) for p, (s, _) in zip(said(" ".join(s for s, _ in sounds)), sounds, strict=True))
    performance = heard(spoken)
    edited = [replace(p, symbol=symbol, strength=strength) if i == index % len(spoken) else p for i, p in enumerate(spoken)]
    revised = revise(performance, edited)
    assert revised.curves.min() >= 0.0
    assert revised.curves.max() <= 1.06
    assert np.allclose(revised.posteriors.sum(1), 1.0, atol=1e-4)
