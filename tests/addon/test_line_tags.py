# SPDX-License-Identifier: GPL-3.0-or-later
"""Directions in brackets: they happen at their word, survive whatever is generated again, and go when they are taken out."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere
from .test_line_text import SOUNDS, told

BROW = 'key_blocks["browOuterUpLeft"].value'


@pytest.fixture
def strip(face):
    return bpy.context.scene.sequence_editor.strips[0]


@pytest.fixture
def entry(face, room):
    """What is kept of the line's retouching."""
    return lambda: room("addon.properties.retouch_properties").of(face, face.parlance.lines[0])


@pytest.fixture
def frame_of(face, room):
    """The frame on which a word starts."""

    def find(word):
        heard = room("addon.animation.stored").unpack(face.parlance.lines[0].performance)
        first = room("addon.lines.lines").span_of(face.parlance.lines[0], 24).first
        return first + 24 * room("inference.text.script").word_starts(heard.phones, len(SOUNDS))[word]

    return find


def values(curve, frames):
    return np.array([curve.evaluate(frame) for frame in frames])


def speak(strip, *directions):
    strip.parlance.text = told(directions)
    assert bpy.ops.parlance.generate() == {"FINISHED"}


def test_each_kind_happens_within_two_frames_of_its_word(face, strip, curves, entry, frame_of):
    face.parlance.direction.brow_chance = face.parlance.direction.brow_idle = face.parlance.direction.life = 0.0
    face.parlance.direction.eye_contact = 1.0
    speak(strip, (6, "brow raise 60%"), (10, "warm"), (14, "whisper"), (18, "looks left"), (22, "laughs"))
    line = face.parlance.lines[0]
    assert not line.tag_trouble
    found = curves(face.data.shape_keys)
    at = round(frame_of(6))
    brow = values(found[BROW, 0], range(at - 6, at + 12))
    assert brow[:4].max() < 0.1
    assert brow.max() > 0.4
    assert abs(np.argmax(brow > 0.05) - 6) <= 2
    first = strip.frame_final_start
    for passage, word in zip(entry().passages, (10, 14), strict=True):
        assert abs(first + 24 * passage.start - frame_of(word)) <= 2
    assert entry().passages[0].direction.joy > 0.3
    assert entry().passages[1].direction.jaw == pytest.approx(0.5)
    assert entry().passages[1].direction.joy > 0.3
    look = values(found['key_blocks["eyeLookOutLeft"].value', 0], range(round(frame_of(18)) - 4, round(frame_of(18)) + 6))
    assert look[:3].max() < 0.35
    assert look[-3:].min() > 0.5
    (laugh,) = entry().vocals
    assert laugh.kind == "laugh"
    assert abs(first + 24 * laugh.start - frame_of(22)) <= 2


RATES = [(24, 1.0, 0), (25, 1.0, 13), (30, 1.001, -4), (60, 1.0, 107), (12, 1.0, 31)]


@pytest.mark.ends
@pytest.mark.parametrize(("fps", "base", "moved"), first_everywhere(RATES))
def test_cues_and_looks_show_within_two_frames_of_their_word(fps, base, moved, face, strip, curves, room):
    """On evaluated frames: when a tenth of the way is gone, whatever the frame rate and wherever the strip lies."""
    scene, asked = bpy.context.scene, face.parlance.direction
    scene.render.fps, scene.render.fps_base = fps, base
    strip.frame_start += moved
    asked.brow_chance = asked.brow_idle = asked.life = asked.blink_rate = asked.head = 0.0
    asked.eye_contact = 1.0
    places = {3: "brow raise", 9: "frown", 14: "looks left", 19: "closes eyes", 23: "smile"}
    seen = {3: "browOuterUpLeft", 9: "browDownLeft", 14: "eyeLookOutLeft", 19: "eyeBlinkLeft", 23: "cheekSquintLeft"}
    speak(strip, *places.items())
    line = face.parlance.lines[0]
    heard = room("addon.animation.stored").unpack(line.performance)
    starts = room("inference.text.script").word_starts(heard.phones, len(SOUNDS))
    first, rate = strip.frame_final_start, fps / base
    for word, shape in seen.items():
        at = first + rate * starts[word]
        frames = np.arange(round(at) - 4, round(at + 0.9 * rate) + 1)
        shown = values(curves(face.data.shape_keys)[f'key_blocks["{shape}"].value', 0], frames)
        before = shown[:3].mean()
        onset = frames[np.argmax(shown > before + 0.1 * (shown.max() - before))]
        assert shown.max() > before + 0.2, places[word]
        assert abs(onset - at) <= 2, (places[word], onset - at)


@pytest.mark.ends
def test_an_unknown_direction_is_told_with_the_nearest(face, strip):
    speak(strip, (3, "wisper"), (5, "warm"))
    assert "[wisper]" in face.parlance.lines[0].tag_trouble
    assert "[whisper]" in face.parlance.lines[0].tag_trouble
    assert "[warm]" not in face.parlance.lines[0].tag_trouble
    face.parlance.lines[0].text = told([(4, "wisper"), (8, "warm"), (12, "loks left")])
    one, other = face.parlance.lines[0].tag_trouble.splitlines()  # the panel has a line for each
    assert "[wisper]" in one
    assert "[loks left]" in other


@pytest.mark.ends
def test_what_directions_have_made_survives_and_goes_with_them(face, strip, entry):
    speak(strip, (4, "brow raise"), (10, "warm"), (22, "laughs"))
    line = face.parlance.lines[0]
    for again in (bpy.ops.parlance.generate, lambda: setattr(line.direction, "jaw", 0.8)):
        again()
        assert [cue.gesture for cue in entry().cues] == ["brow raise"]
        assert len(entry().passages) == 1
        assert [sound.kind for sound in entry().vocals] == ["laugh"]
    assert entry().passages[0].direction.jaw == pytest.approx(0.8)
    line.text = told([(4, "brow raise")])
    assert [cue.gesture for cue in entry().cues] == ["brow raise"]
    assert not len(entry().passages)
    assert not len(entry().vocals)
    line.text = told()
    assert not len(entry().cues)


@pytest.mark.newest
def test_a_change_by_hand_stays_and_so_does_what_was_deleted(face, strip, entry, room):
    speak(strip, (4, "brow raise"), (10, "warm"), (20, "nods"))
    line = face.parlance.lines[0]
    entry().passages[0].direction.joy = 0.9
    entry().cues[0].strength = 0.3
    start = entry().cues[0].start
    with room("addon.properties.retouch_properties").quietly():
        entry().cues.remove(1)
    line.direction.lips = 0.9
    bpy.ops.parlance.generate()
    line.text = told([(4, "brow raise"), (10, "warm"), (20, "nods"), (24, "smiles")])
    assert entry().passages[0].direction.joy == pytest.approx(0.9)
    assert [cue.gesture for cue in entry().cues] == ["brow raise", "smile"]
    assert entry().cues[0].strength == pytest.approx(0.3)
    assert entry().cues[0].start == pytest.approx(start)
    line.text = told([(24, "smiles")])
    assert [cue.gesture for cue in entry().cues] == ["smile"]
    assert not len(entry().passages)


@pytest.mark.ends
def test_markers_direct_who_they_name(face, strip, scene, entry):
    scene.timeline_markers.new("[brow raise]", frame=80)
    scene.timeline_markers.new("[Nobody: nods]", frame=100)
    scene.timeline_markers.new("[Face: smiles]", frame=120)
    scene.timeline_markers.new("Lunch", frame=130)
    bpy.ops.parlance.generate()
    assert [cue.gesture for cue in entry().cues] == ["brow raise", "smile"]
    assert strip.frame_final_start + 24 * entry().cues[0].start == pytest.approx(80, abs=1)
    scene.timeline_markers[0].frame = 90
    bpy.ops.parlance.generate()
    assert strip.frame_final_start + 24 * entry().cues[0].start == pytest.approx(90, abs=1)
    scene.timeline_markers.clear()
    bpy.ops.parlance.generate()
    assert not len(entry().cues)


@pytest.mark.ends
def test_eyes_go_where_a_direction_names_somebody(face, strip, scene, curves, frame_of):
    lamp = bpy.data.objects.new("Lamp", None)
    lamp.location = (3, -3, 0)
    scene.collection.objects.link(lamp)
    bpy.context.view_layer.update()
    speak(strip, (8, "looks at Lamp"), (16, "looks ahead"))
    look = curves(face.data.shape_keys)['key_blocks["eyeLookOutLeft"].value', 0]
    inside = values(look, range(round(frame_of(8)) + 3, round(frame_of(16))))
    assert np.median(inside) > 0.5
    assert np.median(values(look, range(round(frame_of(16)) + 6, round(frame_of(16)) + 40))) < 0.4
    face.parlance.lines[0].text = told([(2, "looks at Lamp"), (6, "looks ahead")])
    earlier = range(round(frame_of(2)) + 3, round(frame_of(6)))
    assert np.median(values(curves(face.data.shape_keys)['key_blocks["eyeLookOutLeft"].value', 0], earlier)) > 0.5


@pytest.mark.newest
@pytest.mark.parametrize("written", ["looks at the_lamp", "looks at camera"])
def test_whoever_is_named_in_small_letters_or_by_a_marker_is_looked_at(written, face, strip, scene, curves, frame_of):
    """A name needs no capitals, as it needs none to be known; the camera is the one that a marker binds at the time."""
    for name, frame, left in (("The Lamp", None, 3), ("Wide", 1, -3), ("Close", strip.frame_final_start + 2, 3)):
        thing = bpy.data.objects.new(name, bpy.data.cameras.new(name) if frame else None)
        thing.location = (left, -3, 0)
        scene.collection.objects.link(thing)
        if frame:
            scene.timeline_markers.new(name, frame=frame).camera = thing
    scene.frame_set(1)
    assert scene.camera.name == "Wide"
    speak(strip, (8, written), (16, "looks ahead"))
    assert not face.parlance.lines[0].tag_trouble
    look = curves(face.data.shape_keys)['key_blocks["eyeLookOutLeft"].value', 0]
    assert np.median(values(look, range(round(frame_of(8)) + 3, round(frame_of(16))))) > 0.5


@pytest.mark.ends
def test_an_own_mood_is_called_by_its_name(face, strip, entry, room):
    moods = room("inference.moods")
    path = room("addon.panel.moods").OWN.folder() / "Rainy Day.json"
    moods.write_mood(moods.Mood("Rainy Day", "", plus={"sadness": 0.5}), path)
    try:
        speak(strip, (6, "rainy day 50%"))
        assert not face.parlance.lines[0].tag_trouble
        assert entry().passages[0].direction.mood_amount == pytest.approx(0.5)
    finally:
        path.unlink()


@pytest.mark.ends
def test_own_names_in_directions_go_on_meaning_the_same_without_their_files(face, strip, entry, room):
    moods, presets, kinds = room("inference.moods"), room("inference.presets"), room("addon.panel")
    mood, preset = kinds.moods.OWN.path("Rainy"), kinds.presets.OWN.path("Stagey")
    moods.write_mood(moods.Mood("Rainy", "", plus={"sadness": 0.5}), mood)
    presets.write_preset(presets.Preset("Stagey", "", room("inference.direction").Direction(jaw=1.6)), preset)
    try:
        speak(strip, (6, "rainy"), (12, "stagey"))
    finally:
        mood.unlink()
        preset.unlink()
    before = [(passage.tag, passage.direction.mood, passage.direction.jaw) for passage in entry().passages]
    assert len(before) == 2
    line = face.parlance.lines[0]
    line.direction.lips = 1.3  # on a colleague's machine
    line.text = told([(4, "rainy"), (12, "stagey"), (16, "rainy 40%")])
    assert not line.tag_trouble
    assert [(passage.tag, passage.direction.mood, passage.direction.jaw) for passage in entry().passages][:2] == before
    assert entry().passages[2].direction.mood_amount == pytest.approx(0.4)
    line.text = told([(4, "rainy"), (12, "stagy")])
    assert "[Stagey]" in line.tag_trouble


@pytest.fixture
def stray(room, scene):
    """What is told of the markers beside all lines of a character."""
    return lambda root: room("addon.planning.stray_markers").told(root, scene)


@pytest.mark.ends
def test_a_marker_that_nobody_follows_is_told(face, strip, scene, stray):
    """It says what nobody knows, is for nobody, or stands where the face has no voice for it."""
    after = strip.frame_final_end + 40
    scene.frame_end = after + 60
    markers = scene.timeline_markers
    markers.new("[brow raise]", frame=80)
    markers.new("Lunch", frame=after)
    speak(strip)
    assert stray(face) == ()
    markers.new("[wisper]", frame=after)
    (told_of,) = stray(face)
    assert "[wisper]" in told_of
    assert "[whisper]" in told_of
    markers[-1].name = "[Nobdy: nods]"
    (told_of,) = stray(face)
    assert "“Nobdy”" in told_of
    markers[-1].frame = 80  # as much within a line
    assert stray(face) == (told_of,)
    markers[-1].name, markers[-1].frame = "[Face: warm]", after
    (told_of,) = stray(face)
    assert "[warm]" in told_of
    markers[-1].name = "[nods]"
    (told_of,) = stray(face)
    assert "Idle" in told_of
    assert bpy.ops.parlance.idle(where="SCENE") == {"FINISHED"}
    assert stray(face) == ()
    markers[-1].name = "[wisper]"
    assert len(stray(face)) == 1


@pytest.mark.newest
def test_a_marker_in_the_line_of_another_is_theirs(face, strip, scene, make_face, add_voice, stray):
    speak(strip)
    other, second = make_face("Other"), add_voice(frame=strip.frame_final_end + 60)
    scene.sequence_editor.active_strip = second
    scene.timeline_markers.new("[wisper]", frame=second.frame_final_start + 20)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert stray(face) == ()
    assert "[wisper]" in other.parlance.lines[0].tag_trouble
    scene.timeline_markers[0].name = "[Face: nods]"
    (told_of,) = stray(face)
    assert "“Face”" in told_of


@pytest.mark.newest
def test_a_marker_set_moved_or_removed_since_is_told_at_once(face, strip, scene, room):
    """Markers are played when a line is made: the panel says that one of them is not, or no more."""
    line_markers, markers = room("addon.planning.line_markers"), scene.timeline_markers
    markers.new("[warm]", frame=60)
    markers.new("[looks left]", frame=80)
    speak(strip)
    line = face.parlance.lines[0]

    def said():
        return line_markers.told(face, line, scene)

    assert said() == ()
    markers.new("[nods]", frame=100)
    (sentence,) = said()
    assert "[nods] was set" in sentence
    markers[-1].name = "[wisper]"
    (sentence,) = said()
    assert "[wisper]" in sentence
    assert "[whisper]" in sentence
    markers.remove(markers[-1])
    markers[0].frame = 66
    (sentence,) = said()
    assert "[warm] was moved" in sentence
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert said() == ()
    markers.remove(markers[1])
    (sentence,) = said()
    assert "[looks left] is gone" in sentence
    line.direction.jaw = 1.2
    assert said() == ()
    markers.new("[Other: nods]", frame=70)
    markers.new("[nods]", frame=strip.frame_final_end + 50)
    assert said() == ()


@pytest.mark.newest
def test_a_direction_for_eyes_that_nothing_turns_is_told(make_face, add_voice, scene, room):
    names = room("inference.arkit").NAMES
    face = make_face("Blind", [name for name in names if not name.startswith("eyeLook")])
    speak(add_voice(), (3, "looks left"), (5, "nods"), (8, "looks up"))
    line = face.parlance.lines[0]
    assert "turns the eyes of “Blind”: in [looks left] nothing follows" in line.tag_trouble
    assert "\n" not in line.tag_trouble
    line.text = told([(5, "nods")])
    assert not line.tag_trouble
    strip = scene.sequence_editor.strips[0]
    bpy.ops.parlance.idle(where="SCENE")
    scene.frame_end = strip.frame_final_end + 99
    scene.timeline_markers.new("[looks up]", frame=strip.frame_final_end + 50)
    (sentence,) = room("addon.planning.stray_markers").told(face, scene)
    assert "[looks up]" in sentence
    assert "“Blind”" in sentence


@pytest.mark.newest
@pytest.mark.parametrize("text", ['{"cues": 3}', '{"passages": {"warm #0": ["soon", 1]}}', "[1]", "[" * 100_000])
def test_what_was_remembered_of_directions_may_be_damaged(face, strip, entry, text):
    speak(strip, (6, "brow raise"), (10, "warm"))
    entry().tags = text
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    line.direction.jaw = 0.5
    assert not line.tag_trouble
    assert len(entry().cues) == len(entry().passages) == 1
