# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones are edited in the list, and the lips follow at once, without hearing again."""

from __future__ import annotations

from itertools import pairwise

import bpy
import numpy as np
import pytest


@pytest.fixture
def spoken(face, room):
    """A generated line: its character, its line and its phones."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line = face.parlance.lines[0]
    return face, line, room("addon.properties.retouch_properties").of(face, line)


@pytest.fixture
def jaw(spoken, curves, room):
    """The jaw's curve over the line, as Blender evaluates it."""
    face, line, _ = spoken
    span = room("addon.lines.lines").span_of(line, 24)

    def read():
        curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
        return np.array([curve.evaluate(frame) for frame in range(int(span.first), int(span.last))])

    return read


def gap_at(room, face, scene, frame):
    geometry, arkit = room("inference.geometry"), room("inference.arkit")
    scene.frame_set(frame)
    evaluated = face.evaluated_get(bpy.context.evaluated_depsgraph_get())
    shapes = np.array([[evaluated.data.shape_keys.key_blocks[name].value for name in arkit.NAMES]], np.float32)
    return float(geometry.measure(shapes)[0, geometry.INDEX["gap"]])


def voiced(entry):
    """A vowel in the middle of the line."""
    vowels = [i for i, phone in enumerate(entry.phones) if phone.symbol in set("ieaɑɔouæɛəʌ") and phone.end - phone.start > 0.06]
    return vowels[len(vowels) // 2] if vowels else len(entry.phones) // 2


FIRST = 10
"""The frame at which the strip begins."""


def frame_of(phone):
    return round(FIRST + (phone.start + phone.end) / 2 * 24)


def test_phones_are_listed_and_tile_the_line(spoken, room):
    _, line, entry = spoken
    heard = room("addon.animation.stored").unpack(line.performance).phones
    assert [phone.symbol for phone in entry.phones] == [phone.symbol for phone in heard]
    assert entry.phones[0].start == pytest.approx(heard[0].start)
    for before, after in pairwise(entry.phones):
        assert before.end == after.start
    assert not any(phone.changed for phone in entry.phones)


def test_clicking_a_phone_goes_there(spoken, scene):
    _, _, entry = spoken
    entry.phone = len(entry.phones) - 1
    assert scene.frame_current == int(FIRST + entry.phones[-1].start * 24)


@pytest.mark.newest
def test_a_phone_changed_to_m_closes_the_lips(spoken, scene, room):
    face, _, entry = spoken
    index = voiced(entry)
    frame = frame_of(entry.phones[index])
    entry.phones[index].symbol = "m"
    assert entry.phones[index].changed
    assert gap_at(room, face, scene, frame) < 0.7


@pytest.mark.newest
def test_only_what_is_near_the_changed_phone_moves(spoken, scene, jaw):
    _, _, entry = spoken
    before = jaw()
    entry.phones[voiced(entry)].strength = 0.0
    assert not np.allclose(before, jaw(), atol=0.02)
    entry.phones[voiced(entry)].strength = 1.0
    assert np.allclose(before, jaw(), atol=1e-5)


@pytest.mark.ends
def test_a_moved_border_takes_from_the_neighbour(spoken):
    _, _, entry = spoken
    index = voiced(entry)
    start = entry.phones[index].start + 0.03
    entry.phones[index].start = start
    assert entry.phones[index].start == pytest.approx(start)
    assert entry.phones[index - 1].end == entry.phones[index].start
    assert entry.phones[index - 1].changed


@pytest.mark.ends
def test_operators_split_mute_remove_and_restore(spoken, jaw):
    _, _, entry = spoken
    before, count = jaw(), len(entry.phones)
    entry.phone = voiced(entry)
    assert bpy.ops.parlance.phone_split() == {"FINISHED"}
    assert len(entry.phones) == count + 1
    assert bpy.ops.parlance.phone_mute() == {"FINISHED"}
    assert entry.phones[entry.phone].strength == 0
    assert bpy.ops.parlance.phone_remove() == {"FINISHED"}
    assert len(entry.phones) == count
    assert bpy.ops.parlance.phones_restore() == {"FINISHED"}
    assert len(entry.phones) == count
    assert not any(phone.changed for phone in entry.phones)
    assert np.allclose(before, jaw(), atol=1e-5)


def test_one_phone_can_be_restored(spoken):
    _, _, entry = spoken
    index = voiced(entry)
    symbol = entry.phones[index].symbol
    entry.phones[index].symbol = "f"
    bpy.ops.parlance.phone_restore(index=index)
    assert entry.phones[index].symbol == symbol
    assert not entry.phones[index].changed


@pytest.mark.ends
def test_phone_edits_survive_sliders_and_another_hearing(spoken, scene, room):
    face, line, entry = spoken
    index = voiced(entry)
    frame = frame_of(entry.phones[index])
    entry.phones[index].symbol = "m"
    line.direction.jaw = 1.6
    assert gap_at(room, face, scene, frame) < 0.7
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert entry.phones[index].symbol == "m"
    assert gap_at(room, face, scene, frame) < 0.7


def test_phone_edits_are_in_the_file(spoken, tmp_path, room):
    face, _, entry = spoken
    index, name = voiced(entry), face.name
    entry.phones[index].symbol = "u"
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    face = bpy.data.objects[name]
    assert room("addon.properties.retouch_properties").of(face, face.parlance.lines[0]).phones[index].symbol == "u"


def test_every_edit_is_one_undo_step(spoken):
    face, line, entry = spoken
    index, name, token = voiced(entry), face.name, line.token
    before = entry.phones[index].strength
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.parlance.phone_mute("EXEC_DEFAULT", True, index=index) == {"FINISHED"}
    bpy.ops.ed.undo()
    entry = bpy.data.objects[name].parlance_retouch[token]
    assert entry.phones[index].strength == before
