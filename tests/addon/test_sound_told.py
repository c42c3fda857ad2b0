# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a sound that is not what it seems: nobody speaks in it, two do at once, or a meta strip hides most of it."""

import aud
import bpy
import numpy as np
import pytest


@pytest.fixture
def said(speech):
    """float32[n] the voice at 16 kHz."""
    return aud.Sound(str(speech)).rechannel(1).resample(16_000, 3).data()[:, 0]


def test_silence_gets_no_tick(make_face, add_voice, write_wav):
    face = make_face()
    add_voice(write_wav(np.zeros(3 * 16_000)))
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = face.parlance.lines
    assert not line.keyed
    assert line.result.startswith("Nobody is heard, so the mouth rests; ")
    line.direction.blink_rate = 30.0
    assert not line.keyed


@pytest.mark.ends
def test_two_voices_left_and_right_are_told_and_one_of_them_is_not(make_face, add_voice, write_wav, said):
    face = make_face()
    other = np.roll(said, len(said) // 2)
    add_voice(write_wav(np.stack([said, other], 1), name="both.wav"))
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert "left and right are two voices" in face.parlance.lines[0].result
    second = make_face("Second")
    add_voice(write_wav(np.stack([said, 0.8 * said], 1), name="one.wav"), 200)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert "two voices" not in second.parlance.lines[0].result


def test_only_what_a_meta_strip_shows_is_spoken(make_face, scene, add_voice, value_at):
    face = make_face()
    strip = add_voice(frame=1)
    meta = scene.sequence_editor.strips.new_meta("Meta", 5, 1)
    strip.move_to_meta(meta)
    ends = ("left_handle", "right_handle") if hasattr(meta, "left_handle") else ("frame_final_start", "frame_final_end")
    setattr(meta, ends[1], 60)
    setattr(meta, ends[0], 30)
    scene.sequence_editor.active_strip = strip
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    jaw = [value_at(face, "jawOpen", frame) for frame in range(1, 100)]
    assert max(jaw[30:58]) > 0.1
    assert max(jaw[:15] + jaw[75:]) < 0.01
