# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's text: the lips follow it, its words are known, and directions in it are not said."""

import bpy
import pytest

SPOKEN = (
    "həˈloʊ maɪ neɪm ɪz pɑːɹləns ɡɪv miː ɐ vɔɪs ænd aɪ wɪl muːv maɪ lɪps maɪ bɹaʊz ænd maɪ aɪz "
    "meɪbiː juː wʊd pɹɪfɜː sʌmθɪŋ bɪɡɚ waʊ wʌt ɐ bjuːɾɪfəl mɔːɹnɪŋ"
)
SOUNDS = SPOKEN.split()
"""The words of the demo voice, in IPA."""


def told(directions=()):
    words = [f"/{word}/" for word in SOUNDS]
    for place, direction in sorted(directions, reverse=True):
        words.insert(place, f"[{direction}]")
    return " ".join(words)


@pytest.fixture
def strip(face):
    return bpy.context.scene.sequence_editor.strips[0]


@pytest.mark.newest
def test_a_text_written_before_the_click_leads_the_line(face, strip, room):
    strip.parlance.text = told([(0, "looks left"), (10, "warm")])
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line, stored = face.parlance.lines[0], room("addon.scene.stored")
    heard = stored.unpack(line.performance)
    assert line.text == strip.parlance.text
    assert not line.text_trouble
    assert len(heard.words) == len(SOUNDS)
    assert {phone.word for phone in heard.phones} == {-1, *range(len(SOUNDS))}
    assert stored.unpack(line.heard).words == ()
    entry = room("addon.scene.retouch_properties").of(face, line)
    assert [phone.word for phone in entry.phones] == [phone.word for phone in heard.phones]
    tags = room("inference.script").tag_times(line.text, heard)
    assert [tag.text for tag, _ in tags] == ["looks left", "warm"]
    assert 0 <= tags[0][1] < 1.0 < tags[1][1] < heard.duration


@pytest.mark.newest
def test_a_text_written_afterwards_moves_the_lips(face, strip, room):
    bpy.ops.parlance.generate()
    line, stored = face.parlance.lines[0], room("addon.scene.stored")
    free = stored.unpack(line.performance)
    line.text = told()
    led = stored.unpack(line.performance)
    assert len(led.words) == len(SOUNDS)
    assert led.phones != free.phones
    assert stored.unpack(line.heard).phones == free.phones
    line.text = ""
    assert stored.unpack(line.performance).phones == free.phones
    assert not line.heard
