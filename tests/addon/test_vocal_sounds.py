# SPDX-License-Identifier: GPL-3.0-or-later
"""Laughs, coughs and sighs of a line: listed, added, moved and removed by hand, and still so when it is heard again."""

from __future__ import annotations

import bpy
import numpy as np
import pytest


@pytest.fixture
def spoken(face, room):
    """A generated line: its character, its line and its retouching."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line = face.parlance.lines[0]
    return face, line, room("addon.scene.retouch_properties").of(face, line)


@pytest.fixture
def smile(spoken, curves, room):
    """The smile's curve over the line, as Blender evaluates it."""
    face, line, _ = spoken
    span = room("addon.scene.lines").span_of(line, 24)

    def read():
        curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
        return np.array([curve.evaluate(frame) for frame in range(int(span.first), int(span.last))])

    return read


@pytest.fixture
def laugh(spoken, room):
    """A function that lets the line laugh from one second to another."""
    face, line, _ = spoken

    def add(start=0.2, end=0.9, strength=1.0):
        sound = room("inference.vocal_track").made("laugh", start, end, strength)
        room("addon.generate.retouching").add_vocal(face, line, sound)
        room("addon.generate.live").rebuild(face, line)

    return add


def kinds(entry):
    return [each.kind for each in entry.vocals]


def test_a_laugh_that_is_added_is_listed_and_seen(spoken, smile, laugh):
    _, _, entry = spoken
    before = smile().max()
    laugh()
    assert "laugh" in kinds(entry)
    assert entry.vocals[kinds(entry).index("laugh")].changed
    assert smile().max() > before + 0.2


def test_it_survives_a_slider_and_another_hearing(spoken, smile, laugh):
    _, line, entry = spoken
    laugh()
    line.direction.jaw = 1.2
    assert smile().max() > 0.3
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert kinds(entry).count("laugh") == 1
    assert smile().max() > 0.3


def test_adding_it_twice_is_adding_it_once(spoken, laugh):
    laugh()
    laugh()
    assert kinds(spoken[2]).count("laugh") == 1
