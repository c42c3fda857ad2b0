# SPDX-License-Identifier: GPL-3.0-or-later
"""What was made of a line by hand, besides its keys, while its strip is trimmed, cut, copied or replaced by another take."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere

CUT = 34
"""A second after the strip begins."""
needs_retiming = pytest.mark.skipif(bpy.app.version < (5, 1), reason="retiming keys cannot be made by script before 5.1")


def left_edge(strip, frame):
    """Trim a strip, in every Blender."""
    setattr(strip, "left_handle" if hasattr(strip, "left_handle") else "frame_final_start", frame)


def test_a_trim_leaves_everything_at_its_sound(face, scene, worked, seconds):
    before, curve = seconds(worked), jaw_from(face, scene, CUT + 40)
    assert len(before) == 5
    left_edge(scene.sequence_editor.strips[0], CUT)
    bpy.ops.parlance.generate()
    assert seconds(face.parlance.lines[0]) == pytest.approx(before, abs=0.021)
    assert jaw_from(face, scene, CUT + 40) == pytest.approx(curve, abs=0.08)
    left_edge(scene.sequence_editor.strips[0], CUT - 24)
    bpy.ops.parlance.generate()
    assert seconds(face.parlance.lines[0]) == pytest.approx(before, abs=0.021)


@pytest.mark.ends
def test_what_a_trim_takes_away_is_there_again_when_it_is_undone(face, scene, worked, seconds):
    before = seconds(worked)
    for edge in (CUT + 72, CUT - 24):
        left_edge(scene.sequence_editor.strips[0], edge)
        bpy.ops.parlance.generate()
    assert seconds(face.parlance.lines[0]) == pytest.approx(before, abs=0.021)


@pytest.mark.ends
@pytest.mark.parametrize("how", first_everywhere(["all", "right half first", "left half first"]))
def test_what_was_cut_off_goes_on_with_what_was_made_of_it(face, scene, worked, seconds, how):
    before, strip = seconds(worked), scene.sequence_editor.strips[0]
    half = strip.split(CUT, "SOFT")
    if how == "all":
        assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    for name in {"all": [], "right half first": [half.name, strip.name], "left half first": [strip.name, half.name]}[how]:
        face.parlance.strip = name
        bpy.ops.parlance.generate()
    assert len(face.parlance.lines) == 2
    right = next(line for line in face.parlance.lines if line.title == half.name)
    assert seconds(right) == pytest.approx(before, abs=0.021)
    left = next(line for line in face.parlance.lines if line.title == strip.name)
    right.direction.sadness = 0.9
    assert left.direction.sadness == pytest.approx(0.4)


@pytest.mark.newest
@pytest.mark.parametrize("first", ["left", "right"])
@pytest.mark.parametrize("muted", [False, True])
def test_a_changed_key_goes_on_with_its_half(face, scene, value_at, curves, first, muted):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    curve.keyframe_points.insert(CUT + 60, 0.9)
    strip = scene.sequence_editor.strips[0]
    strip.mute, whole = muted, strip.frame_final_end
    half = strip.split(CUT, "SOFT")
    for each in (strip, half) if first == "left" else (half, strip):
        face.parlance.strip = each.name
        bpy.ops.parlance.generate()
        if (first, each) == ("left", strip):
            assert "1 change of yours waits until this line has its frames again" in face.parlance.lines[0].result
    assert not any("wait" in line.result for line in face.parlance.lines)
    assert value_at(face, "jawOpen", CUT + 60) == pytest.approx(0.9, abs=0.05)
    scene.sequence_editor.strips.remove(half)
    strip.frame_final_end = whole
    face.parlance.strip = strip.name
    bpy.ops.parlance.generate()
    assert value_at(face, "jawOpen", CUT + 60) == pytest.approx(0.9, abs=0.05)


@needs_retiming
@pytest.mark.newest
def test_at_another_speed_everything_goes_with_its_sound(face, scene, worked, seconds, room, curves):
    strip = scene.sequence_editor.strips[0]
    key = 10 + 2 * 24
    brow = face.data.shape_keys.key_blocks["browInnerUp"]
    brow.value = 0.9
    brow.keyframe_insert("value", frame=key)
    before = np.array(seconds(worked))
    strip.retiming_keys.add(timeline_frame=11)
    strip.retiming_keys[-1].timeline_frame = 10 + round(1.25 * (strip.right_handle - 10))
    assert room("addon.lines.lines").state(worked, scene) == "changed"
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = face.parlance.lines
    assert "1 change of yours kept" in line.result
    start = 10 / 24
    slower = np.append(before[:1], start + 1.25 * (before[1:] - start))
    assert np.array(seconds(line)) == pytest.approx(slower, abs=0.12)
    at = 10 + 1.25 * (key - 10)
    curve = curves(face.data.shape_keys)['key_blocks["browInnerUp"].value', 0]
    mine = [point for point in curve.keyframe_points if point.type == "KEYFRAME"]
    assert min(abs(point.co[0] - at) for point in mine) < 3
    assert max(point.co[1] for point in mine) == pytest.approx(0.9, abs=0.25)
    strip.retiming_keys.reset()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert np.array(seconds(face.parlance.lines[0])) == pytest.approx(before, abs=0.12)


@needs_retiming
@pytest.mark.newest
def test_a_strip_of_the_same_length_whose_middle_plays_later_is_out_of_date(face, scene, room, worked, seconds):
    """Its first half is slower, its second quicker: the sounds in between go with it, and what was changed of them."""
    strip, state = scene.sequence_editor.strips[0], room("addon.lines.lines").state
    last = int(strip.right_handle)
    strip.retiming_keys.add(timeline_frame=last)
    strip.retiming_keys.add(timeline_frame=100)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    before, placed = np.array(seconds(worked)[1:]), (strip.left_handle, strip.right_handle)
    assert state(worked, scene) == "current"
    strip.retiming_keys[1].timeline_frame = 130
    assert (strip.left_handle, strip.right_handle) == placed
    assert state(worked, scene) == "changed"
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    (line,) = face.parlance.lines
    assert state(line, scene) == "current"
    later = np.interp(24 * before, [10, 100, last], [10, 130, last]) / 24
    assert np.array(seconds(line)[1:]) == pytest.approx(later, abs=0.15)
    strip.content_start += 12
    assert state(line, scene) == "moved"


@needs_retiming
@pytest.mark.newest
def test_a_strip_at_another_speed_is_cut_as_any_other(face, scene, entry, room):
    bpy.ops.parlance.generate()
    strip = scene.sequence_editor.strips[0]
    for start in (1.0, 5.0):
        next(each for each in entry(face, face.parlance.lines[0]).phones if each.start > start).strength = 0.3
    strip.retiming_keys.add(timeline_frame=11)
    strip.retiming_keys[-1].timeline_frame = 10 + round(0.8 * (strip.right_handle - 10))
    bpy.ops.parlance.generate()
    half = strip.split(82, "SOFT")
    found = []
    for each in (strip, half):
        face.parlance.strip = each.name
        bpy.ops.parlance.generate()
        line = next(line for line in face.parlance.lines if line.title == each.name)
        found.append([phone.start for phone in entry(face, line).phones if abs(phone.strength - 0.3) < 1e-3])
    assert found == [[pytest.approx(0.8, abs=0.2)], [pytest.approx(4.0 - 3.0, abs=0.2)]]


@pytest.mark.newest
def test_vocal_sounds_stay_with_their_half(face, scene, room, entry):
    bpy.ops.parlance.generate()
    strip, line = scene.sequence_editor.strips[0], face.parlance.lines[0]
    made, retouching = room("inference.retouch.vocal_track").made, room("addon.lines.retouching")
    for kind, start in (("laugh", 0.3), ("cough", 1.8)):
        retouching.add_vocal(face, line, made(kind, start, start + 0.4))
    room("addon.generate.live").rebuild(face, line)
    half = strip.split(CUT, "SOFT")
    for each in (strip, half):
        face.parlance.strip = each.name
        bpy.ops.parlance.generate()
    found = {}
    for line in face.parlance.lines:
        found[line.title] = [(each.kind, each.start) for each in entry(face, line).vocals if each.changed]
    assert found[strip.name] == [("laugh", pytest.approx(0.3))]
    assert found[half.name] == [("cough", pytest.approx(1.8 - (CUT - 10) / 24, abs=0.03))]


@pytest.mark.ends
def test_the_panel_shows_the_sliders_that_a_part_will_have(face, scene, worked, room):
    half = scene.sequence_editor.strips[0].split(CUT, "SOFT")
    face.parlance.strip = half.name
    selection = room("addon.panel.selection")
    assert selection.here(bpy.context).line is None
    assert selection.direction_here(bpy.context).sadness == pytest.approx(0.4)


@pytest.mark.ends
@pytest.mark.parametrize("how", first_everywhere(["removed", "muted"]))
def test_another_take_is_directed_as_the_one_before(face, add_voice, scene, worked, write_wav, how):
    old = scene.sequence_editor.strips[0]
    if how == "removed":
        scene.sequence_editor.strips.remove(old)
    else:
        old.mute = True
    take = add_voice(write_wav(np.random.default_rng(4).normal(0, 0.1, 64_000)))
    face.parlance.strip = take.name
    bpy.ops.parlance.generate()
    line = next(line for line in face.parlance.lines if line.title == take.name)
    assert line.direction.sadness == pytest.approx(0.4)
    assert len(face.parlance.lines) == 1


@pytest.mark.ends
def test_a_line_elsewhere_begins_as_the_character_does(face, add_voice, scene, worked, write_wav):
    other = add_voice(write_wav(np.random.default_rng(4).normal(0, 0.1, 64_000)), frame=400)
    face.parlance.strip = other.name
    bpy.ops.parlance.generate()
    assert next(line for line in face.parlance.lines if line.title == other.name).direction.sadness == 0.0


def jaw_from(face, scene, first):
    """How the jaw opens in the forty frames from there on."""
    values = []
    for frame in range(first, first + 40):
        scene.frame_set(frame)
        values.append(face.data.shape_keys.key_blocks["jawOpen"].value)
    return values
