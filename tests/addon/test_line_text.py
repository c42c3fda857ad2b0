# SPDX-License-Identifier: GPL-3.0-or-later
"""A line's text: the lips follow it, its words are known, and directions in it are not said."""

import bpy
import numpy as np
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
    line, stored = face.parlance.lines[0], room("addon.animation.stored")
    heard = stored.unpack(line.performance)
    assert line.text == strip.parlance.text
    assert not line.text_trouble
    assert len(heard.words) == len(SOUNDS)
    assert {phone.word for phone in heard.phones} == {-1, *range(len(SOUNDS))}
    assert stored.unpack(line.heard).words == ()
    entry = room("addon.properties.retouch_properties").of(face, line)
    assert [phone.word for phone in entry.phones] == [phone.word for phone in heard.phones]
    tags = room("inference.text.script").tag_times(line.text, heard)
    assert [tag.text for tag, _ in tags] == ["looks left", "warm"]
    assert 0 <= tags[0][1] < 1.0 < tags[1][1] < heard.duration


@pytest.mark.newest
def test_a_text_written_afterwards_moves_the_lips(face, strip, room):
    bpy.ops.parlance.generate()
    line, stored = face.parlance.lines[0], room("addon.animation.stored")
    free = stored.unpack(line.performance)
    line.text = told()
    led = stored.unpack(line.performance)
    assert len(led.words) == len(SOUNDS)
    assert led.phones != free.phones
    assert stored.unpack(line.heard).phones == free.phones
    line.text = ""
    assert stored.unpack(line.performance).phones == free.phones
    assert not line.heard


@pytest.mark.newest
def test_each_part_of_a_cut_strip_says_what_sounds_in_it(face, strip, room):
    whole = strip.parlance.text = told([(0, "warm"), (2, "nods"), (12, "looks left")])
    bpy.ops.parlance.generate()
    end = strip.frame_final_end
    half = strip.split(44, "SOFT")
    for each in (strip, half):
        face.parlance.strip = each.name
        assert bpy.ops.parlance.generate() == {"FINISHED"}
    left, right = (next(line for line in face.parlance.lines if line.title == each.name) for each in (strip, half))
    assert not left.text_trouble + right.text_trouble
    assert "[nods]" in left.text
    assert right.text.startswith("[warm] /")
    assert right.text.count("[") == 2
    assert f"{left.text} {right.text.removeprefix('[warm] ')}" == whole
    for line in (left, right):
        stored = room("addon.animation.stored").unpack(line.performance)
        assert [word.text for word in stored.words] == [word for word in line.text.split() if word.startswith("/")]
    bpy.context.scene.sequence_editor.strips.remove(half)
    strip.frame_final_end = end
    face.parlance.strip = strip.name
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert face.parlance.lines[0].text == whole


@pytest.mark.newest
@pytest.mark.parametrize("how", ["another take", "a copy"])
def test_a_text_goes_on_with_another_take_and_a_copy(face, strip, add_voice, write_wav, how):
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    line.text = told([(0, "warm")])
    if how == "a copy":
        take = add_voice(frame=400)
        take["parlance_token"] = strip["parlance_token"]
    else:
        strip.mute = True
        take = add_voice(write_wav(np.random.default_rng(4).normal(0, 0.1, 96_000)))
    face.parlance.strip = take.name
    bpy.ops.parlance.generate()
    made = next(each for each in face.parlance.lines if each.title == take.name)
    assert made.text == told([(0, "warm")])
    assert bool(made.text_trouble) == (how == "another take")


@pytest.mark.newest
def test_a_text_of_ones_own_is_not_cut(face, strip):
    strip.parlance.text = told()
    bpy.ops.parlance.generate()
    half = strip.split(44, "SOFT")
    half.parlance.text = "[nods]"
    face.parlance.strip = half.name
    bpy.ops.parlance.generate()
    assert next(line for line in face.parlance.lines if line.title == half.name).text == "[nods]"
