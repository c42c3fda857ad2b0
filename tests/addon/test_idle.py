# SPDX-License-Identifier: GPL-3.0-or-later
"""A face lives on between its lines: seamless, never still, and its keys give way and come back like those of any line."""

import bpy
import numpy as np
import pytest

from .idles import LID, SMILE, every, values


@pytest.mark.newest
def test_a_mood_is_held_between_two_lines(two_lines, curves, idle, owned):
    head = two_lines[0]
    frames = owned(idle(head.parent))
    assert len(frames) > 50
    smile = curves(head.data.shape_keys)[SMILE, 0]
    in_line = values(smile, range(frames[0] - 60, frames[0] - 20)).mean()
    assert values(smile, frames).min() > 0.6 * in_line


@pytest.mark.ends
def test_the_face_blinks_and_moves_between_lines(two_lines, curves, idle, owned):
    head = two_lines[0]
    frames = owned(idle(head.parent))
    assert values(curves(head.data.shape_keys)[LID, 0], frames).max() > 0.7
    assert stillest(every(head, curves), frames) > 1
    jaw = values(curves(head.data.shape_keys)['key_blocks["jawOpen"].value', 0], frames[4:-4])
    assert jaw.max() < 0.02


def stillest(found, frames, fps=24):
    """The least that is seen to move in any second: a hundredth of a shape, a tenth of a degree."""
    rows = [
        values(curve, frames) / (0.01 if place[1].startswith("key_blocks") else np.radians(0.1))
        for place, curve in found.items()
        if not place[1].startswith("parlance_tracks")
    ]
    table = np.column_stack(rows)
    return min(np.ptp(table[at : at + fps], axis=0).max() for at in range(len(frames) - fps))


@pytest.mark.newest
def test_nothing_leaps_where_a_line_ends_or_begins(two_lines, curves, idle, owned):
    head = two_lines[0]
    frames = owned(idle(head.parent))
    for place, curve in every(head, curves).items():
        whole = values(curve, range(frames[0] - 100, frames[-1] + 100))
        moves = np.abs(np.diff(whole))
        usual = max(moves[:90].max(), moves[-90:].max())
        borders = [*range(96, 104), *range(len(moves) - 104, len(moves) - 96)]
        assert moves[borders].max() <= max(1.3 * usual, 0.05), place
    turned = [curve for place, curve in every(head, curves).items() if "rotation" in place[1]]
    assert turned
    for curve in turned:
        bend = np.abs(np.diff(values(curve, range(frames[0] - 6, frames[0] + 6)), n=2))
        assert bend.max() < np.radians(0.5)


@pytest.mark.newest
def test_a_line_does_not_drift_towards_what_comes_after_it(two_lines, curves, idle, owned):
    head = two_lines[0]
    first, second = (line for line in head.parent.parlance.lines if not line.idle)

    def seen():
        return {place: values(curve, owned(first)) for place, curve in every(head, curves).items()}

    first.direction.joy = second.direction.joy = 0.0
    before = seen()
    second.direction.joy = 0.9
    now = seen()
    for place, curve in before.items():
        assert now[place] == pytest.approx(curve, abs=1e-5), place


@pytest.mark.newest
def test_an_idle_made_again_does_not_drift_where_the_next_line_has_lost_keys(two_lines, curves, idle, owned, room):
    head = two_lines[0]
    frames, smile = owned(idle(head.parent)), curves(head.data.shape_keys)[SMILE, 0]
    for point in reversed(smile.keyframe_points):
        if frames[-1] < point.co[0] < frames[-1] + 40:
            smile.keyframe_points.remove(point)
    seen = []
    for _ in range(3):
        room("addon.generate.idle").rebuild(head.parent)
        seen.append(values(curves(head.data.shape_keys)[SMILE, 0], frames))
    assert seen[2] == pytest.approx(seen[0], abs=1e-5)


@pytest.mark.newest
def test_a_slider_of_an_idle_fills_the_gap_that_its_line_has_left(two_lines, scene, idle, owned):
    head, strip, _ = two_lines
    root, frames = head.parent, owned(idle(head.parent))
    strip.frame_start -= 12
    idle(root).direction.joy = 0.9
    assert owned(idle(root))[0] == frames[0] - 12
    assert owned(idle(root))[-1] == frames[-1]


@pytest.mark.ends
def test_a_line_alone_is_left_as_it_was(face, idle):
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert idle(face) is None
    assert len(face.parlance.lines) == 1


def test_a_long_pause_is_left_alone(face, add_voice, scene, idle):
    scene.frame_end = 10_000
    bpy.ops.parlance.generate()
    add_voice(frame=9_000)
    bpy.ops.parlance.generate()
    assert idle(face) is None


def test_a_character_without_any_sound_lives(head, scene, curves, idle, owned, room):
    scene.frame_start, scene.frame_end = 1, 300
    assert bpy.ops.parlance.idle(where="SCENE") == {"FINISHED"}
    frames = owned(idle(head.parent))
    assert frames == list(range(1, 301))
    found = every(head, curves)
    assert stillest(found, frames) > 1
    assert stillest({place: curve for place, curve in found.items() if place[1].startswith("key_blocks")}, frames) > 0.9
    arkit, geometry = room("inference.arkit"), room("inference.geometry")
    shapes = np.zeros((len(frames), arkit.COUNT), np.float32)
    for name, index in arkit.INDEX.items():
        curve = curves(head.data.shape_keys).get((f'key_blocks["{name}"].value', 0))
        shapes[:, index] = values(curve, frames) if curve is not None else 0
    gap = geometry.measure(shapes)[:, geometry.INDEX["gap"]] - geometry.REFERENCE.neutral[geometry.INDEX["gap"]]
    assert np.abs(gap).max() < 0.5
    blinks = np.flatnonzero(np.diff(values(found[head.data.shape_keys.name, LID, 0], frames) > 0.5))
    assert 2 <= len(blinks) / 2 <= 9


def test_a_chosen_range(head, scene, idle, owned):
    assert bpy.ops.parlance.idle(where="RANGE", frame_start=40, frame_end=99) == {"FINISHED"}
    assert owned(idle(head.parent)) == list(range(40, 100))
    assert head.data.shape_keys.animation_data.action is not None


def test_a_silent_strip_is_no_error(head, add_voice, write_wav, curves, scene):
    add_voice(write_wav(np.zeros(48_000)), frame=10)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    frames = range(14, 78)
    jaw = curves(head.data.shape_keys).get(('key_blocks["jawOpen"].value', 0))
    assert jaw is None or values(jaw, frames).max() < 0.03
    assert stillest(every(head, curves), list(frames)) > 1


@pytest.mark.newest
def test_a_listener_attends_who_speaks(make_armature, make_face, add_voice, scene, select, curves, idle):
    speaker, listener = make_armature("Speaker"), make_armature("Listener")
    said, hears = make_face("Says", parent=speaker), make_face("Hears", parent=listener)
    speaker.location = (1.2, -1.2, 0.0)
    bpy.context.view_layer.update()
    scene.frame_end = 330
    strip = add_voice(frame=40)
    select(said)
    bpy.ops.parlance.generate()
    select(hears)
    bpy.ops.parlance.idle(where="SCENE")
    assert idle(listener) is not None
    looks = values(curves(hears.data.shape_keys)['key_blocks["eyeLookOutLeft"].value', 0], range(60, int(strip.frame_final_end)))
    before = values(curves(hears.data.shape_keys)['key_blocks["eyeLookOutLeft"].value', 0], range(1, 30))
    assert np.median(looks) > 0.4
    assert np.median(before) < 0.3
    strip.frame_start += 60
    select(said)
    bpy.ops.parlance.follow()
    later = values(curves(hears.data.shape_keys)['key_blocks["eyeLookOutLeft"].value', 0], range(45, 85))
    assert np.median(later) < 0.3


@pytest.mark.newest
def test_a_long_pause_in_which_somebody_else_speaks_is_listened_through(make_armature, make_face, add_voice, scene, select, idle):
    one, two = make_armature("One"), make_armature("Two")
    first, second = make_face("First", parent=one), make_face("Second", parent=two)
    strip = add_voice()
    length = strip.frame_final_end - 10
    select(first)
    bpy.ops.parlance.generate()
    add_voice(frame=10 + 2 * length + 40)
    bpy.ops.parlance.generate()
    assert length > 240
    assert idle(one) is None
    add_voice(frame=10 + length + 20)
    select(second)
    bpy.ops.parlance.generate()
    assert idle(two) is None
    assert idle(one) is not None
    scene.sequence_editor.active_strip.mute = True
    select(first)
    one.parlance.lines[0].direction.jaw = 0.9
    assert idle(one) is None
