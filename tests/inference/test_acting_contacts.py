# SPDX-License-Identifier: GPL-3.0-or-later
"""Lips meet and open, lids meet, whatever the face expresses."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit, phones
from parlance.inference.acting import Performer, act
from parlance.inference.direction import Direction
from parlance.inference.from_phones import performance_from
from parlance.inference.geometry import INDEX, Geometry, measure
from parlance.inference.performance import EMOTIONS, Phone
from parlance.inference.presets import load_preset, preset_names

STILL = Direction(life=0.0, breath=0.0, swallow=0.0, brow_amount=0.0, head_amount=0.0, auto_emotion=0.0, auto_tension=0.0)


def closed_share(performance, animation, at_most=0.5):
    """Share of the p, b and m whose lips meet on some frame of theirs."""
    gap = measure(animation.shapes)[:, INDEX["gap"]]
    found = []
    for phone in performance.phones:
        if phone.symbol in phones.BILABIAL:
            first, last = np.searchsorted(animation.times, (phone.start - 0.02, phone.end + 0.02))
            found.append(gap[first : last + 1].min() <= at_most)
    return np.mean(found)


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("fps", [24, 60])
def test_lips_close_under_every_emotion_at_full_intensity(spoken, emotion, fps):
    performance = spoken(20)
    direction = replace(Direction(), **{emotion: 1.0}, emotion_strength=2.0, phrasing=0.0, mouth_smoothing=0.1, jaw=2.0, lips=2.0)
    assert closed_share(performance, act(performance, direction, fps=fps, start=0.0)) == 1.0


@pytest.mark.parametrize("name", preset_names())
def test_lips_close_in_every_preset(spoken, name):
    performance = spoken(20)
    preset = load_preset(name)
    if not preset.direction.listening:
        assert closed_share(performance, act(performance, preset.direction, fps=24, start=0.0)) == 1.0


def test_lips_close_on_a_face_of_its_own(spoken):
    performance = spoken(12)
    from parlance.inference.geometry import REFERENCE

    jacobian = REFERENCE.jacobian.copy()
    jacobian[arkit.INDEX["mouthClose"]] = 0
    face = Geometry(jacobian * 1.7, REFERENCE.neutral)
    animation = act(performance, Direction(anger=1.0), fps=24, start=0.0, performer=Performer(face))
    gap = measure(animation.shapes, face)[:, INDEX["gap"]]
    for phone in performance.phones:
        if phone.symbol in phones.BILABIAL:
            first, last = np.searchsorted(animation.times, (phone.start - 0.02, phone.end + 0.02))
            assert gap[first : last + 1].min() < 0.6


def test_vowels_stay_open_under_an_angry_mouth(spoken):
    performance = spoken(20)
    calm = act(performance, STILL, fps=60, start=0.0)
    angry = act(performance, replace(STILL, anger=1.0, phrasing=0.0), fps=60, start=0.0)
    gaps = [measure(animation.shapes)[:, INDEX["gap"]] for animation in (calm, angry)]
    wide = gaps[0] > 6
    assert (gaps[1][wide] > 3).mean() > 0.99


@pytest.mark.parametrize("felt", [{"sadness": 1.0}, {"mood": "bored"}])
def test_a_raised_chin_closes_no_lips_that_speech_parts(felt):
    said = [Phone("sil", 0.0, 0.5)]
    for symbol in 20 * "pubimʊfyvwnumibəp":
        said.append(Phone(symbol, said[-1].end, said[-1].end + 0.075))
    performance = performance_from([*said, Phone("sil", said[-1].end, said[-1].end + 0.5)])
    takes = [act(performance, replace(STILL, **extra, phrasing=0.0), fps=24, start=0.0) for extra in ({}, felt)]
    calm, moved = (measure(animation.shapes)[:, INDEX["gap"]] for animation in takes)
    narrow = (calm > 0.7) & (calm < 2.0) & (takes[0].times > 0.6) & (takes[0].times < said[-1].end - 0.1)
    assert narrow.sum() > 40
    assert (moved[narrow] > 0.5).all()


def test_lids_meet_and_do_not_cross_whatever_the_eyes_express(spoken):
    eyes = ({}, {"fear": 1.0}, {"disgust": 1.0}, {"lids": 1.0}, {"lids": -1.0}, {"gaze_pitch": -25.0}, {"gaze_pitch": 20.0})
    for values in eyes:
        direction = replace(Direction(), blink_partials=0.0, **values)
        animation = act(spoken(12), direction, fps=30, start=0.0)
        lids = measure(animation.shapes)[:, [INDEX["lid_left"], INDEX["lid_right"]]]
        shut = animation.blink >= 0.999
        assert shut.any()
        assert lids[shut].max() < 0.6
        assert lids.min() > -1.2
