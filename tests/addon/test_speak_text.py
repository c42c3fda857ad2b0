# SPDX-License-Identifier: GPL-3.0-or-later
"""A line without a sound is spoken from its text, and keeps everything when its recording comes."""

import bpy
import pytest

TEXT = (
    "Hello! My name is Parlance. Give me a voice, and I will move my lips, my jaw_befores and my eyes. "
    "Maybe you would prefer something bigger? Wow, what a beautiful morning!"
)


@pytest.fixture
def mute(make_face, scene):
    """A face in a scene without any sound, the playhead at 20."""
    made = make_face()
    scene.frame_set(20)
    return made


@pytest.fixture
def written(mute):
    assert bpy.ops.parlance.speak_text(text=TEXT) == {"FINISHED"}
    return mute, mute.parlance.lines[0]


@pytest.mark.ends
def test_a_text_is_spoken_at_the_playhead_without_any_sound(written, curves, value_at, room):
    face, line = written
    assert line.written
    assert line.text == TEXT
    assert room("addon.lines.lines").state(line, bpy.context.scene) == "current"
    first = room("addon.lines.lines").span_of(line, 24).first
    assert first == 20
    keys = [point.co[0] for curve in curves(face.data.shape_keys).values() for point in curve.keyframe_points]
    assert min(keys) >= 10
    assert max(keys) > 20 + 8 * 24
    closed = [value_at(face, "mouthClose", frame) + value_at(face, "mouthPressLeft", frame) for frame in range(20, 250)]
    assert max(value_at(face, "jawOpen", frame) for frame in range(20, 250)) > 0.15
    assert max(closed) > 0.05
    here = room("addon.panel.selection").here(bpy.context)
    assert here.line == line


@pytest.mark.ends
def test_the_line_in_hand_is_edited_like_any_other(written, curves):
    face, line = written
    before = len(curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0].keyframe_points)
    line.direction.jaw = 0.0
    after = curves(face.data.shape_keys).get(('key_blocks["jawOpen"].value', 0))
    assert before > 20
    assert after is None or max(point.co[1] for point in after.keyframe_points) < 0.2


def test_another_pace_and_another_text_are_spoken_at_once(written, room):
    _, line = written
    lines = room("addon.lines.lines")
    length = lines.placement_of(line).duration
    line.pace = 2.0
    assert lines.placement_of(line).duration < 0.7 * length
    line.text = "Good evening."
    assert lines.placement_of(line).duration < 2.5
    assert [word.text for word in room("addon.words.word_operators").words_of(line)] == ["Good", "evening"]
    line.text = ""
    assert line.text_trouble


@pytest.mark.ends
def test_it_moves_to_the_playhead_with_its_keys(written, curves, room):
    face, line = written
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    first = min(point.co[0] for point in curve.keyframe_points)
    bpy.context.scene.frame_set(120)
    assert bpy.ops.parlance.written_here() == {"FINISHED"}
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert min(point.co[0] for point in curve.keyframe_points) == pytest.approx(first + 100, abs=2)
    assert room("addon.lines.lines").span_of(line, 24).first == 120


@pytest.mark.ends
def test_a_recording_takes_its_place_and_keeps_text_direction_phones_and_keys(written, curves, add_voice, room):
    face, line = written
    token = line.token
    line.direction.jaw = 1.3
    words = room("addon.words.word_operators").words_of(line)
    place = next(i for i, word in enumerate(words) if word.text == "voice")
    bpy.ops.parlance.word_choose(word=place)
    entry = room("addon.properties.retouch_properties").of(face, line)
    bpy.context.scene.parlance_word_emphasis = 1.7
    morning = next(i for i, word in enumerate(words) if word.text == "morning")
    spoken = room("addon.animation.stored").unpack(line.performance)
    first = 20 + 24 * next(phone.start for phone in spoken.phones if phone.word == morning)
    jaw_before = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    touched = min(jaw_before.keyframe_points, key=lambda point: abs(point.co[0] - first - 4))
    highest = max(point.co[1] for point in jaw_before.keyframe_points)
    touched.co[1] += 1.0
    touched.handle_left[1] += 1.0
    touched.handle_right[1] += 1.0

    strip = add_voice(frame=22)
    assert room("addon.panel.selection").here(bpy.context).line.token == token
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert len(face.parlance.lines) == 1
    line = face.parlance.lines[0]
    assert line.token == token
    assert not line.written
    assert line.text == TEXT
    assert not line.text_trouble
    assert line.direction.jaw == pytest.approx(1.3)
    assert room("addon.lines.lines").of_strip(face, strip, bpy.context.scene) == line
    entry = room("addon.properties.retouch_properties").of(face, line)
    strong = {phone.word for phone in entry.phones if phone.strength > 1.5}
    assert strong == {place}
    heard = room("addon.animation.stored").unpack(line.performance)
    now = 22 + 24 * next(phone.start for phone in heard.phones if phone.word == morning)
    assert abs(now - first) > 4
    jaw = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    peak = max(jaw.keyframe_points, key=lambda point: point.co[1])
    assert peak.co[1] > highest + 0.3
    assert now - 3 <= peak.co[0] <= now + 14


@pytest.mark.newest
def test_several_written_lines_are_chosen_edited_and_cleared(written, curves, room, tmp_path):
    face, first = written
    token = first.token
    bpy.context.scene.frame_set(400)
    assert bpy.ops.parlance.speak_text(text="Guten Morgen! Wie geht es dir?") == {"FINISHED"}
    here = room("addon.panel.selection").here
    assert here(bpy.context).line.text.startswith("Guten")
    assert sum(line.written for line in face.parlance.lines) == 2
    assert bpy.ops.parlance.choose_line(line=token) == {"FINISHED"}
    assert here(bpy.context).line.token == token
    assert bpy.context.scene.frame_current == 20
    second = next(line for line in face.parlance.lines if line.written and line.token != token)
    assert bpy.ops.parlance.clear(line=second.token) == {"FINISHED"}
    jaw = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert max(point.co[0] for point in jaw.keyframe_points if point.co[1] > 0.05) < 400
    path = str(tmp_path / "kept.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    face = bpy.data.objects["Face"]
    line = next(line for line in face.parlance.lines if line.token == token)
    assert line.written
    line.pace = 1.5
    assert room("addon.lines.lines").placement_of(line).duration < 9.5


def test_a_text_that_cannot_be_spoken_is_refused_and_nothing_is_written(mute, snapshot):
    before = snapshot()
    for text in ("", "...", "[only a direction]", "東京"):
        with pytest.raises(RuntimeError):
            bpy.ops.parlance.speak_text(text=text, language="en")
    assert snapshot() == before
