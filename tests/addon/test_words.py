# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of a line in Blender: chosen, moved, stressed, said otherwise, and said so in the whole project."""

from itertools import pairwise

import bpy
import pytest

TEXT = (
    "Hello! My name is Parlance. Give me a voice, and I will move my lips, my brows and my eyes. "
    "Maybe you would prefer something bigger? [amazed] Wow, what a beautiful morning!"
)
"""What the demo voice says."""


@pytest.fixture
def told(face, room):
    """A line that was generated with its text: its character, the line, its retouching."""
    bpy.context.scene.sequence_editor.strips[0].parlance.text = TEXT
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line = face.parlance.lines[0]
    assert not line.text_trouble
    return face, line, room("addon.properties.retouch_properties").of(face, line)


@pytest.fixture
def spans(told, room):
    def read():
        _, line, entry = told
        words = room("addon.words.word_operators").words_of(line)
        track = room("addon.lines.retouching").phones_of(entry)
        return {words[span.word].text: span for span in room("inference.retouch.word_track").spans(track)}

    return read


@pytest.mark.newest
def test_plain_english_is_aligned_word_by_word(told, spans, room):
    _, line, entry = told
    words = room("addon.words.word_operators").words_of(line)
    assert [word.text for word in words][:4] == ["Hello", "My", "name", "is"]
    assert "amazed" not in {word.text for word in words}
    assert sum(bool(word.doubt) for word in words) <= 1
    assert all(one.end == pytest.approx(other.start, abs=1e-5) for one, other in pairwise(entry.phones))
    starts = spans()
    assert 0.1 < starts["Hello"].start < starts["Parlance"].start < starts["morning"].start


@pytest.mark.newest
def test_a_wrong_word_is_marked_and_the_lips_follow_the_voice_there(told, room):
    _, line, _ = told
    stored = room("addon.animation.stored")
    line.text = TEXT.replace("lips", "elephants")
    words = {word.text: word for word in room("addon.words.word_operators").words_of(line)}
    assert words["elephants"].doubt
    assert not words["brows"].doubt
    free, led = stored.unpack(line.heard), stored.unpack(line.performance)
    place = next(index for index, word in enumerate(led.words) if word.text == "elephants")
    there = [phone.symbol for phone in led.phones if phone.word == place]
    assert there
    assert "".join(there) in "".join(phone.symbol for phone in free.phones)
    assert "sounds like" in words["elephants"].doubt
    assert sum(bool(word.doubt) for word in words.values()) <= 2


@pytest.mark.ends
def test_a_text_that_is_not_said_is_refused_with_a_reason_and_the_line_stays_as_heard(told, room):
    _, line, _ = told
    line.text = "Seventeen purple elephants marched through the foggy market while nobody was watching them at all."
    assert "not what is said" in line.text_trouble
    assert room("addon.words.word_operators").words_of(line) == ()
    line.text = TEXT
    assert not line.text_trouble


def test_a_word_border_moves_and_the_lips_with_it_in_one_undo_step(told, spans, curves, room):
    face, line, _entry = told
    before = spans()
    jaw = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    was = [tuple(point.co) for point in jaw.keyframe_points]
    place = next(i for i, word in enumerate(room("addon.words.word_operators").words_of(line)) if word.text == "beautiful")
    frame_of = room("addon.retouch.phone_operators").frame_of
    later = before["beautiful"].start + 0.08
    bpy.ops.parlance.word_choose(word=place)
    assert bpy.ops.parlance.word_move(frame=frame_of(line, bpy.context.scene, later)) == {"FINISHED"}
    after = spans()
    assert after["beautiful"].start == pytest.approx(later, abs=2e-3)
    assert after["a"].end == pytest.approx(later, abs=2e-3) or after["a"].end < later
    assert after["Hello"] == before["Hello"]
    jaw = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert [tuple(point.co) for point in jaw.keyframe_points] != was


@pytest.mark.ends
def test_emphasis_is_for_the_whole_word(told, room):
    _, line, entry = told
    place = next(i for i, word in enumerate(room("addon.words.word_operators").words_of(line)) if word.text == "voice")
    bpy.ops.parlance.word_choose(word=place)
    assert bpy.context.scene.parlance_word_emphasis == pytest.approx(1.0)
    bpy.context.scene.parlance_word_emphasis = 1.6
    strengths = {round(phone.strength, 3) for phone in entry.phones if phone.word == place}
    assert strengths == {1.6}
    assert {phone.strength for phone in entry.phones if phone.word != place} == {1.0}


@pytest.mark.ends
def test_a_word_is_said_otherwise_here_and_then_everywhere(told, room):
    _face, line, entry = told
    operators = room("addon.words.word_operators")
    place = next(i for i, word in enumerate(operators.words_of(line)) if word.text == "Parlance")
    bpy.ops.parlance.word_choose(word=place)
    bpy.context.scene.parlance_word_sounds = "P AA R L AO NG S"
    assert [phone.symbol for phone in entry.phones if phone.word == place] == ["p", "ɑ", "ɹ", "l", "ɔ", "ŋ", "s"]
    assert bpy.ops.parlance.word_everywhere() == {"FINISHED"}
    assert [(each.name, each.sounds) for each in bpy.context.scene.parlance_dictionary] == [("parlance", "p ɑ ɹ l ɔ ŋ s")]
    heard = room("addon.animation.stored").unpack(line.performance)
    assert [phone.symbol for phone in heard.phones if phone.word == place] == ["p", "ɑ", "ɹ", "l", "ɔ", "ŋ", "s"]
    assert bpy.ops.parlance.word_usual() == {"FINISHED"}
    assert not bpy.context.scene.parlance_dictionary
    heard = room("addon.animation.stored").unpack(line.performance)
    assert [phone.symbol for phone in heard.phones if phone.word == place] != ["p", "ɑ", "ɹ", "l", "ɔ", "ŋ", "s"]


def test_names_of_phones_are_ipa_or_arpabet(room):
    arpabet = room("inference.arpabet")
    assert {arpabet.name_of(symbol, "ARPABET") for symbol in ("ɑ", "ʃ", "θ")} == {"AA", "SH", "TH"}
    symbols = room("inference.phones").SYMBOLS
    names = [arpabet.name_of(symbol, "ARPABET") for symbol in symbols]
    assert all(len(name) <= 3 and name.isascii() for name in names)


def test_a_word_is_dragged_by_its_border_or_up_for_emphasis(told, spans, room):
    _, _line, entry = told
    pointer, row, pointing = (room(f"addon.{name}") for name in ("words.word_pointer", "words.word_row", "retouch.pointing"))
    track = room("addon.lines.retouching").phones_of(entry)
    span = spans()["bigger"]
    box = row.WordBox(span.word, span.first, span.stop, 100.0, 180.0, 0.0, 16.0)
    assert [pointing.border(box, x, 5.0) for x in (101.0, 140.0, 178.0)] == ["start", "", "end"]
    assert pointing.border(row.WordBox(0, 0, 1, 100.0, 106.0, 0.0, 16.0), 103.0, 5.0) == ""
    later = pointer.dragged(track, box, "end", span.end + 0.1)
    assert room("inference.retouch.word_track").spans(later)[span.word].end == pytest.approx(span.end + 0.1, abs=1e-3)
    assert pointer.emphasis(1.0, 60.0) == pytest.approx(1.5)
    assert pointer.emphasis(1.0, -500.0) == 0.0
    strong = pointer.stressed(track, box, 1.5)
    assert {phone.strength for phone in strong[span.first : span.stop]} == {1.5}
    assert [phone.strength for phone in strong[: span.first]] == [1.0] * span.first


def test_each_edit_of_a_word_is_one_undo_step(told, room):
    face, _line, entry = told
    bpy.ops.ed.undo_push(message="before")
    word = entry.phones[len(entry.phones) // 2].word
    word = word if word >= 0 else entry.phones[len(entry.phones) // 2 + 1].word
    assert bpy.ops.parlance.word_emphasis(word=word, strength=1.6) == {"FINISHED"}
    bpy.ops.ed.undo_push(message="after")
    find = room("addon.properties.retouch_properties").of
    bpy.ops.ed.undo()
    face = bpy.data.objects["Face"]
    entry = find(face, face.parlance.lines[0])
    assert {phone.strength for phone in entry.phones} == {1.0}
    bpy.ops.ed.redo()
    face = bpy.data.objects["Face"]
    entry = find(face, face.parlance.lines[0])
    assert {round(phone.strength, 3) for phone in entry.phones if phone.word == word} == {1.6}


@pytest.mark.newest
def test_a_short_word_in_the_row_shows_the_letters_that_fit(room):
    fitted = room("addon.words.word_row").fitted
    shown = [fitted("and", room_for, lambda text: 6.0 * len(text)) for room_for in (20, 13, 7, 4)]
    assert shown == ["and", "an", "a", ""]
    assert fitted("elephants", 32, lambda text: 6.0 * len(text)) == "elep…"
