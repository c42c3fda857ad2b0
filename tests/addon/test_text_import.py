# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts for many strips at once, from files and from what was copied; lines that were spoken follow."""

import bpy
import pytest

TEXT = (
    "Hello! My name is Parlance. Give me a voice, and I will move my lips, my brows and my eyes. "
    "Maybe you would prefer something bigger? Wow, what a beautiful morning!"
)


@pytest.fixture
def takes(face, scene, add_voice):
    """A face and three strips of ten seconds, one after the other."""
    scene.frame_start = 10
    first = scene.sequence_editor.strips[0]
    others = [add_voice(frame=300), add_voice(frame=600)]
    for number, strip in enumerate((first, *others), 1):
        strip.name = f"take_{number:02d}.flac"
        strip.select = False
    return first, *others


def test_subtitles_go_to_the_strips_they_sound_with(takes, tmp_path):
    path = tmp_path / "film.srt"
    path.write_text(
        "1\n00:00:00,500 --> 00:00:04,000\nHello!\n\n2\n00:00:04,200 --> 00:00:09,000\n<i>It is me.</i>\n\n"
        "3\n00:00:25,000 --> 00:00:30,000\nThird.\n",
        encoding="utf-8",
    )
    assert bpy.ops.parlance.import_texts(filepath=str(path), language="en") == {"FINISHED"}
    assert [strip.parlance.text for strip in takes] == ["Hello! It is me.", "", "Third."]
    assert takes[0].parlance.language == "en"


def test_a_list_is_pasted_by_name_or_one_after_the_other(takes):
    assert bpy.ops.parlance.paste_texts(text="take_03: Last.\ntake_01\tFirst.") == {"FINISHED"}
    assert [strip.parlance.text for strip in takes] == ["First.", "", "Last."]
    assert bpy.ops.parlance.paste_texts(text="One.\nTwo.\nThree.") == {"FINISHED"}
    assert [strip.parlance.text for strip in takes] == ["One.", "Two.", "Three."]
    takes[1].select = takes[2].select = True
    assert bpy.ops.parlance.paste_texts(text="Two again.\nThree again.") == {"FINISHED"}
    assert [strip.parlance.text for strip in takes] == ["One.", "Two again.", "Three again."]


def test_lines_that_were_spoken_follow_their_text(takes, face, scene, room):
    scene.sequence_editor.active_strip = takes[0]
    takes[0].select = True
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert bpy.ops.parlance.paste_texts(text=f"take_01: {TEXT}", selected=False) == {"FINISHED"}
    line = face.parlance.lines[0]
    assert line.text == TEXT
    assert len(room("addon.words.word_operators").words_of(line)) == 31


@pytest.mark.newest
def test_a_damaged_line_keeps_no_text_from_the_other_strips(takes, face, scene):
    for strip in takes[:2]:
        scene.sequence_editor.active_strip = strip
        strip.select = True
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        strip.select = False
    damaged, whole = (line for line in face.parlance.lines if not line.idle)
    damaged.performance = damaged.performance[:1000]
    assert bpy.ops.parlance.paste_texts(text="Hello.\nGood morning.") == {"FINISHED"}
    assert [strip.parlance.text for strip in takes] == ["Hello.", "Good morning.", ""]
    assert whole.text == "Good morning."


def test_what_belongs_to_no_strip_is_refused(takes, tmp_path):
    path = tmp_path / "film.vtt"
    path.write_text("WEBVTT\n\n00:10:00.000 --> 00:10:01.000\nMuch later.\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="None of these texts"):
        bpy.ops.parlance.import_texts(filepath=str(path))
    (tmp_path / "bad.srt").write_bytes(b"\xff\x00\x81 nothing")
    with pytest.raises(RuntimeError, match="no text in UTF-8"):
        bpy.ops.parlance.import_texts(filepath=str(tmp_path / "bad.srt"))
    assert [strip.parlance.text for strip in takes] == ["", "", ""]
