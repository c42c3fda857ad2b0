# SPDX-License-Identifier: GPL-3.0-or-later
"""One handle opens the syllable at the playhead: jaw and lips together, its neighbours and closures as before."""

from __future__ import annotations

import bpy
import pytest

LIPS = ("jawOpen", "mouthLowerDownLeft", "mouthUpperUpLeft")


@pytest.fixture
def line(face):
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    return face.parlance.lines[0]


@pytest.fixture
def entry(face, line, room):
    return room("addon.properties.retouch_properties").of(face, line)


@pytest.fixture
def curve(face, curves):
    return lambda name: curves(face.data.shape_keys)[f'key_blocks["{name}"].value', 0]


@pytest.fixture
def vowels(entry, room, line, curve):
    """The middle frame of each vowel on which the jaw is well open."""
    first = room("addon.lines.lines").span_of(line, 24).first
    known = room("inference.phones").VOWEL
    long = [each for each in entry.phones if each.symbol in known and each.end - each.start > 0.08]
    frames = [first + 12 * (each.start + each.end) for each in long]
    return [frame for frame in frames if curve("jawOpen").evaluate(frame) > 0.1]


def test_one_handle_opens_jaw_and_lips_of_this_syllable_alone(face, scene, entry, curve, vowels):
    frame = vowels[len(vowels) // 2]
    others = [each for each in vowels if abs(each - frame) > 14]
    before = {name: curve(name).evaluate(frame) for name in LIPS}
    elsewhere = [curve("jawOpen").evaluate(each) for each in others]
    scene.frame_set(round(frame))
    assert scene.parlance_opening == 1.0
    scene.parlance_opening = 1.5
    assert scene.parlance_opening == pytest.approx(1.5)
    for name in LIPS:
        assert curve(name).evaluate(frame) == pytest.approx(min(1.5 * before[name], 1.0), rel=0.12, abs=0.015), name
    assert [curve("jawOpen").evaluate(each) for each in others] == pytest.approx(elsewhere, abs=0.015)
    scene.frame_set(round(others[0]))
    assert scene.parlance_opening == 1.0
    scene.frame_set(round(frame))
    scene.parlance_opening = 1.0
    assert len(entry.openings) == 0
    assert curve("jawOpen").evaluate(frame) == pytest.approx(before["jawOpen"], abs=1e-4)


@pytest.mark.ends
def test_it_stays_with_sliders_and_new_runs_and_hand_keys_ride_on_it(face, scene, line, entry, curve, vowels):
    frame = round(vowels[1])
    scene.frame_set(frame)
    scene.parlance_opening = 0.4
    closed = curve("jawOpen").evaluate(frame)
    line.direction.brow_amount = 0.3
    assert curve("jawOpen").evaluate(frame) == pytest.approx(closed, abs=0.011)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert curve("jawOpen").evaluate(frame) == pytest.approx(closed, abs=0.011)
    assert scene.parlance_opening == pytest.approx(0.4)


def test_where_nobody_speaks_there_is_no_handle(face, scene, entry, line):
    scene.frame_set(9000)
    before = len(entry.openings)
    scene.parlance_opening = 1.7
    assert len(entry.openings) == before
