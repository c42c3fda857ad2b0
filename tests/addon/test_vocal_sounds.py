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
    return face, line, room("addon.properties.retouch_properties").of(face, line)


@pytest.fixture
def smile(spoken, curves, room):
    """The smile's curve over the line, as Blender evaluates it."""
    face, line, _ = spoken
    span = room("addon.lines.lines").span_of(line, 24)

    def read():
        curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
        return np.array([curve.evaluate(frame) for frame in range(int(span.first), int(span.last))])

    return read


@pytest.fixture
def laugh(spoken, room):
    """A function that lets the line laugh from one second to another."""
    face, line, _ = spoken

    def add(start=0.2, end=0.9, strength=1.0):
        sound = room("inference.retouch.vocal_track").made("laugh", start, end, strength)
        room("addon.lines.retouching").add_vocal(face, line, sound)
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


@pytest.mark.ends
def test_it_survives_a_slider_and_another_hearing(spoken, smile, laugh):
    _, line, entry = spoken
    laugh()
    line.direction.jaw = 1.2
    assert smile().max() > 0.3
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert kinds(entry).count("laugh") == 1
    assert smile().max() > 0.3


@pytest.mark.ends
def test_adding_it_twice_is_adding_it_once(spoken, laugh):
    laugh()
    laugh()
    assert kinds(spoken[2]).count("laugh") == 1


@pytest.fixture
def sounds(spoken):
    """The line's vocal sounds, as they are listed now: kind, start, end."""
    _, _, entry = spoken
    return lambda: [(each.kind, round(each.start, 3), round(each.end, 3)) for each in entry.vocals]


@pytest.mark.ends
def test_sounds_are_added_at_the_playhead_and_removed(spoken, scene, smile, sounds):
    before, at_first = sounds(), smile()
    scene.frame_set(10 + 24)
    assert bpy.ops.parlance.vocal_add(kind="laugh") == {"FINISHED"}
    added = set(sounds()) - set(before)
    ((kind, start, end),) = added
    assert kind == "laugh"
    assert start == pytest.approx(1.0, abs=0.05)
    assert end > start + 0.4
    assert smile().max() > at_first.max() + 0.2
    _, _, entry = spoken
    assert entry.vocals[entry.vocal].kind == "laugh"
    assert bpy.ops.parlance.vocal_remove() == {"FINISHED"}
    assert sounds() == before
    np.testing.assert_allclose(smile(), at_first, atol=1e-5)


@pytest.mark.ends
def test_a_sound_that_is_changed_in_the_list_moves_the_face(spoken, laugh, smile):
    _, _, entry = spoken
    laugh(0.2, 0.8, 0.4)
    weak = smile().max()
    entry.vocals[kinds(entry).index("laugh")].strength = 1.0
    assert smile().max() > weak + 0.1


@pytest.mark.ends
def test_what_was_removed_stays_away_when_the_sound_is_heard_again(spoken, room, sounds):
    face, line, _ = spoken
    room("addon.lines.retouching").add_vocal(face, line, room("inference.retouch.vocal_track").made("cough", 0.3, 0.7))
    stored = room("addon.animation.stored")
    performance = stored.unpack(line.performance)
    heard = room("inference.retouch.vocal_track").replaced(
        performance, (room("inference.performance").Event("laugh", 0.2, 0.8, 0.7, 0.9),)
    )
    line.performance = stored.pack(heard)
    room("addon.lines.retouching").show_vocals(face, line, heard, room("inference.retouch.vocal_track").of(heard))
    assert bpy.ops.parlance.vocal_remove(index=0) == {"FINISHED"}
    assert sounds() == []
    line.direction.jaw = 1.1
    assert sounds() == []
    assert bpy.ops.parlance.vocals_restore() == {"FINISHED"}
    assert [kind for kind, _, _ in sounds()] == ["laugh"]


@pytest.mark.ends
def test_a_doubtful_sound_is_listed_and_shown_once_it_is_confirmed(spoken, room, smile):
    face, line, entry = spoken
    stored, track = room("addon.animation.stored"), room("inference.retouch.vocal_track")
    doubted = room("inference.performance").Event("laugh", 0.2, 1.2, 0.9, 0.4)
    heard = track.replaced(stored.unpack(line.performance), (doubted,))
    line.performance = stored.pack(heard)
    room("addon.lines.retouching").show_vocals(face, line, heard, (doubted,))
    room("addon.generate.live").rebuild(face, line)
    before = smile().max()
    assert bpy.ops.parlance.vocal_confirm(index=0) == {"FINISHED"}
    assert entry.vocals[0].confidence == 1.0
    assert smile().max() > before + 0.2
    line.direction.jaw = 1.1
    assert smile().max() > before + 0.2


@pytest.mark.parametrize("operator", ["vocal_add", "vocal_remove"])
def test_every_edit_is_one_undo_step(spoken, laugh, sounds, operator):
    face, line, _ = spoken
    laugh()
    before, name, token = sounds(), face.name, line.token
    bpy.ops.ed.undo_push(message="before")
    assert getattr(bpy.ops.parlance, operator)("EXEC_DEFAULT", True) == {"FINISHED"}
    bpy.ops.ed.undo()
    entry = bpy.data.objects[name].parlance_retouch[token]
    assert [(each.kind, round(each.start, 3), round(each.end, 3)) for each in entry.vocals] == before


def test_sounds_are_dragged_by_their_middle_and_their_ends(room):
    moved, made = room("addon.retouch.vocal_row").moved, room("inference.retouch.vocal_track").made
    sound = made("cough", 1.0, 1.6)
    assert (moved(sound, "all", 0.5, 10).time, moved(sound, "all", 0.5, 10).end) == (pytest.approx(1.5), pytest.approx(2.1))
    assert moved(sound, "all", 100, 10).end == pytest.approx(10)
    assert (moved(sound, "start", 0.2, 10).time, moved(sound, "start", 0.2, 10).end) == (pytest.approx(1.2), pytest.approx(1.6))
    assert moved(sound, "end", -5, 10).duration > 0.05


def test_a_drag_is_one_undo_step_and_the_face_follows(spoken, laugh, room, smile):
    _, _, entry = spoken
    laugh(0.2, 0.7)
    peak = smile().argmax()
    tracks = room("addon.retouch.phone_operators").tracks_here(bpy.context)
    listed = room("addon.lines.retouching").vocals_of(entry)
    index = kinds(entry).index("laugh")
    later = room("addon.retouch.vocal_row").moved(listed[index], "all", 0.6, 100)
    room("addon.retouch.vocal_row").finish(tracks[0], (*listed[:index], later, *listed[index + 1 :]))
    assert smile().argmax() > peak + 8


@pytest.mark.ends
def test_keys_of_the_artist_survive_a_laugh(spoken, laugh, curves):
    face, _, _ = spoken
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    point = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = point.co[0], point.co[1]
    point.co[1] = value + 0.25
    curve.update()
    laugh(0.0, 0.3)
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert curve.evaluate(frame) == pytest.approx(value + 0.25, abs=0.1)


def test_a_line_from_before_there_were_vocal_sounds_opens_as_heard(spoken, room, sounds):
    face, line, entry = spoken
    heard = room("inference.retouch.vocal_track").of(room("addon.animation.stored").unpack(line.performance))
    entry.vocals.clear()
    entry.lists_vocals = False
    assert room("addon.lines.retouching").listed_vocals(face, line) == heard
    line.direction.jaw = 1.1
    assert not entry.lists_vocals or [kind for kind, _, _ in sounds()] == [event.kind for event in heard]


def test_every_sound_that_can_be_heard_can_be_added(room):
    assert tuple(room("addon.properties.retouch_properties").VOCAL_MEANINGS) == room("inference.performance").VOCAL_KINDS
    assert set(room("addon.retouch.vocal_operators").LENGTHS) == set(room("inference.performance").VOCAL_KINDS)
    assert set(room("addon.retouch.vocal_row").COLOURS) == set(room("inference.performance").VOCAL_KINDS)


SEEN = {
    "breath": "jawOpen", "sigh": "mouthFunnel", "laugh": "mouthSmileLeft", "cry": "mouthFrownLeft", "cough": "browDownLeft",
    "effort": "browDownLeft", "yawn": "jawOpen", "sniff": "noseSneerLeft",
    "sneeze": "noseSneerLeft", "throat": "browDownLeft",
}  # fmt: skip


@pytest.mark.newest
@pytest.mark.parametrize("kind", SEEN)
def test_each_kind_is_added_to_a_silent_strip_changed_and_removed(make_face, add_voice, write_wav, scene, curves, room, kind):
    face = make_face()
    add_voice(write_wav(np.zeros(6 * 16_000)), frame=10)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line = face.parlance.lines[0]
    entry = room("addon.properties.retouch_properties").of(face, line)

    def shown(first=34, last=130):
        curve = curves(face.data.shape_keys).get((f'key_blocks["{SEEN[kind]}"].value', 0))
        return np.array([curve.evaluate(frame) if curve else 0.0 for frame in range(first, last)])

    before = shown()
    scene.frame_set(10 + 48)
    assert bpy.ops.parlance.vocal_add(kind=kind) == {"FINISHED"}
    added = entry.vocals[0]
    assert added.start == pytest.approx(2.0, abs=0.03)
    weak = (shown() - before).max()
    assert weak > 0.05
    assert face.parlance.lines[0].keyed
    assert "Nobody is heard" not in face.parlance.lines[0].result
    assert np.abs(np.diff(shown())).max() < 0.35, "nothing jumps from a frame to the next"
    added.strength = 1.0
    assert (shown() - before).max() > weak + 0.01
    entry.vocals[0].end = min(entry.vocals[0].end + 0.5, 6.0)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert [(each.kind, each.changed) for each in entry.vocals] == [(kind, True)]
    assert (shown() - before).max() > weak
    other = "laugh" if kind != "laugh" else "sniff"
    entry.vocals[0].kind = other
    assert kinds(entry) == [other]
    assert bpy.ops.parlance.vocal_remove() == {"FINISHED"}
    assert kinds(entry) == []
    assert "Nobody is heard" in face.parlance.lines[0].result
    np.testing.assert_allclose(shown(), before, atol=1e-5)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert kinds(entry) == []
