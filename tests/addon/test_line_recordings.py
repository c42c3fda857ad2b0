# SPDX-License-Identifier: GPL-3.0-or-later
"""What was made of a line by hand, besides its keys, while its recording is another one: a mix, another take, and back."""

import bpy
import numpy as np
import pytest


@pytest.fixture
def delivered(speech, write_wav):
    """The same recording as it comes back from the mix: louder, with a hiss, and some silence before it."""

    def make(silence=0.0):
        import soundfile

        samples, rate = soundfile.read(speech, dtype="float32")
        mixed = np.tanh(2.0 * samples) + np.random.default_rng(4).normal(0, 0.003, len(samples))
        return write_wav(np.concatenate([np.zeros(round(silence * rate)), mixed]), rate, f"mix{silence}.wav")

    return make


@pytest.mark.newest
@pytest.mark.parametrize("later", [0.0, 0.5])
def test_what_was_made_of_a_recording_stays_when_it_comes_back_from_the_mix(
    face, scene, worked, seconds, delivered, curves, later
):
    key = 10 + 2 * 24
    brow = face.data.shape_keys.key_blocks["browInnerUp"]
    brow.value = 0.9
    brow.keyframe_insert("value", frame=key)
    before = np.array(seconds(worked))
    scene.sequence_editor.strips[0].sound = bpy.data.sounds.load(str(delivered(later)))
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = face.parlance.lines
    assert "1 change of yours kept" in line.result
    assert "left behind" not in line.result
    assert np.array(seconds(line)) == pytest.approx(np.append(before[:1], before[1:] + later), abs=0.021)
    curve = curves(face.data.shape_keys)['key_blocks["browInnerUp"].value', 0]
    mine = {point.co[0]: point.co[1] for point in curve.keyframe_points if point.type == "KEYFRAME"}
    assert mine[key + later * 24] == pytest.approx(0.9, abs=0.1)


@pytest.mark.newest
def test_what_was_made_of_a_take_goes_on_with_its_mix_on_another_strip(face, scene, worked, seconds, delivered, add_voice):
    before = seconds(worked)
    scene.sequence_editor.strips[0].mute = True
    face.parlance.strip = add_voice(delivered()).name
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = face.parlance.lines
    assert line.title == face.parlance.strip
    assert seconds(line) == pytest.approx(before, abs=0.021)


@pytest.mark.newest
def test_changed_keys_go_with_a_take_to_its_mix_on_a_strip_elsewhere(face, scene, worked, seconds, delivered, add_voice, curves):
    before = np.array(seconds(worked))
    brow = face.data.shape_keys.key_blocks["browInnerUp"]
    brow.value = 0.9
    brow.keyframe_insert("value", frame=58)
    scene.sequence_editor.strips[0].mute = True
    face.parlance.strip = add_voice(delivered(0.5), frame=22).name
    bpy.ops.parlance.generate()
    (line,) = face.parlance.lines
    assert np.array(seconds(line)) == pytest.approx(np.append(before[:1], before[1:] + 1.0), abs=0.021)
    curve = curves(face.data.shape_keys)['key_blocks["browInnerUp"].value', 0]
    mine = {point.co[0]: point.co[1] for point in curve.keyframe_points if point.type == "KEYFRAME"}
    assert mine[58 + 24] == pytest.approx(0.9, abs=0.1)
    assert 58 not in mine


@pytest.mark.newest
def test_changed_phones_are_said_to_stay_with_another_recording(face, scene, worked, write_wav, speech):
    import soundfile

    samples, rate = soundfile.read(speech, dtype="float32")
    scene.sequence_editor.strips[0].sound = bpy.data.sounds.load(str(write_wav(samples[::-1], rate, "backwards.wav")))
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert "1 changed sound left behind, as this recording says something else" in face.parlance.lines[0].result


@pytest.mark.newest
@pytest.mark.parametrize("how", ["on the strip", "on another strip"])
def test_changed_sounds_come_back_with_their_recording(face, scene, entry, room, write_wav, speech, add_voice, how):
    import soundfile

    samples, rate = soundfile.read(speech, dtype="float32")
    other = write_wav(samples[::-1], rate, "other take.wav")
    bpy.ops.parlance.generate()
    strip, line = scene.sequence_editor.strips[0], face.parlance.lines[0]
    softer = next(each for each in entry(face, line).phones if each.start > 2.0 and each.symbol != "sil")
    softer.strength = 0.3
    room("addon.lines.retouching").add_vocal(face, line, room("inference.retouch.vocal_track").made("laugh", 0.3, 0.7))
    wanted = softer.symbol, pytest.approx(softer.start, abs=1e-3), "laugh"
    first = strip.sound
    if how == "on the strip":
        strip.sound = bpy.data.sounds.load(str(other))
    else:
        strip.mute = True
        face.parlance.strip = add_voice(other).name
    bpy.ops.parlance.generate()
    (line,) = face.parlance.lines
    assert not any(each.changed for each in (*entry(face, line).phones, *entry(face, line).vocals))
    if how == "on the strip":
        strip.sound = first
    else:
        scene.sequence_editor.strips[face.parlance.strip].mute, strip.mute = True, False
        face.parlance.strip = strip.name
    bpy.ops.parlance.generate()
    (line,) = face.parlance.lines
    kept = entry(face, line)
    phones = [(each.symbol, each.start) for each in kept.phones if abs(each.strength - 0.3) < 1e-3]
    assert [(*phone, vocal.kind) for phone in phones for vocal in kept.vocals if vocal.changed] == [wanted]


@pytest.mark.newest
def test_a_slider_of_a_line_that_was_recorded_anew_does_not_call_it_heard(face, scene, worked, room, write_wav):
    strip = scene.sequence_editor.strips[0]
    strip.sound = bpy.data.sounds.load(str(write_wav(np.random.default_rng(4).normal(0, 0.1, 64_000))))
    lines = room("addon.lines.lines")
    assert lines.state(worked, scene) == "changed"
    worked.direction.jaw = 0.6
    assert lines.state(worked, scene) == "changed"
