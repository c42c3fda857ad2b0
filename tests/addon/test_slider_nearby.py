# SPDX-License-Identifier: GPL-3.0-or-later
"""A long line shows a slider at once around the playhead, and is keyed when the slider rests: with what was shown."""

import time

import bpy
import numpy as np
import pytest

SHAPES = ("jawOpen", "mouthFunnel", "browInnerUp", "mouthSmileLeft")


@pytest.fixture
def long_line(face, room, monkeypatch):
    """A generated line that is taken for a long one; its direction."""
    bpy.ops.parlance.generate()
    later = room("addon.generate.later")
    monkeypatch.setattr(later, "is_long", lambda line: True)
    monkeypatch.setattr(later, "waits", lambda root, line: True)
    yield face.parlance.lines[0].direction
    later.stop()


def test_what_is_shown_is_what_is_keyed_later(face, long_line, scene, snapshot, value_at, room, monkeypatch):
    scene.frame_set(60)
    keyed = snapshot()[:2]
    before = [value_at(face, shape, frame) for shape in SHAPES for frame in range(40, 200)]
    long_line.jaw, long_line.joy = 1.6, 0.8
    assert snapshot()[:2] == keyed  # nothing is written yet
    shown = [value_at(face, shape, frame) for shape in SHAPES for frame in range(40, 200)]
    assert max(abs(a - b) for a, b in zip(before, shown, strict=True)) > 0.2
    at_rest = rested(room)
    after = [value_at(face, shape, frame) for shape in SHAPES for frame in range(40, 200)]
    assert at_rest
    assert max(abs(a - b) for a, b in zip(after, shown, strict=True)) < 0.02  # the tolerance of keys
    keys, *_ = snapshot()
    monkeypatch.undo()
    room("addon.generate.live").rebuild(face, face.parlance.lines[0])
    assert snapshot()[0] == keys


def test_the_artists_own_change_stays_in_sight(face, long_line, scene, curves, value_at):
    scene.frame_set(60)
    point = next(p for p in curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0].keyframe_points if p.co.x > 60)
    point.co.y = point.handle_left.y = point.handle_right.y = 0.9
    frame = point.co.x
    long_line.jaw = 0.1
    assert value_at(face, "jawOpen", frame) == pytest.approx(0.9, abs=0.01)


def test_away_from_the_line_nothing_is_shown(face, long_line, scene, room):
    scene.frame_set(5000)
    long_line.jaw = 1.6
    assert not room("addon.generate.nearby")._shown


def test_what_was_heard_is_there_before_the_first_slider_moves(face, long_line, room):
    stored, text = room("addon.animation.stored"), face.parlance.lines[0].performance
    stored._performances.clear()
    known = stored.unpack(text)
    stored._performances.clear()
    room("addon.generate.later").expect(face.parlance.lines[0])
    assert stored._ahead  # it is being read while nobody waits
    assert same(stored.unpack(text), known)
    assert not stored._ahead


def test_after_a_click_what_was_heard_need_not_be_read(face, long_line, room, monkeypatch):
    stored, text = room("addon.animation.stored"), face.parlance.lines[0].performance
    remembered = stored.unpack(text)
    stored._performances.clear()
    assert same(stored.unpack(text), remembered)
    bpy.ops.parlance.generate()
    text = face.parlance.lines[0].performance
    monkeypatch.setattr(room("inference.formats.performance_file"), "from_bytes", None)  # it would fail
    stored.unpack(text)


def test_damage_is_told_when_it_was_found_ahead(face, long_line, room):
    stored, line = room("addon.animation.stored"), face.parlance.lines[0]
    line.performance = line.performance[: len(line.performance) // 8 * 4]
    room("addon.generate.later")._expected.clear()
    room("addon.generate.later").expect(line)
    with pytest.raises(room("inference.errors").ParlanceError):
        stored.unpack(line.performance)


def test_a_file_that_is_saved_has_the_keys_of_its_sliders(face, long_line, snapshot, room, tmp_path):
    before = snapshot()[0]
    long_line.jaw = 1.6
    assert face.parlance.lines[0].keys_due
    assert snapshot()[0] == before
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"), copy=True)
    assert not face.parlance.lines[0].keys_due
    saved = snapshot()[0]
    assert saved != before
    room("addon.generate.live").rebuild(face, face.parlance.lines[0])
    assert snapshot()[0] == saved
    assert room("addon.generate.later")._tick() is None  # nothing is made a second time


def test_lines_that_stay_slow_wait_for_the_mouse_and_for_no_script(face, snapshot, room, monkeypatch):
    bpy.ops.parlance.generate()
    later, direction = room("addon.generate.later"), face.parlance.lines[0].direction
    monkeypatch.setattr(later, "SLOW", 0.0)  # as on a machine that takes long for everything
    for jaw, by_mouse, follows in ((1.1, True, True), (1.2, True, True), (1.3, True, False), (1.4, False, True)):
        monkeypatch.setattr(later, "is_by_mouse", lambda by_mouse=by_mouse: by_mouse)
        before = snapshot()[0]
        direction.jaw = jaw
        assert (snapshot()[0] != before) is follows  # the first rebuild may be slow by chance
    later.stop()


def test_undo_stops_where_keys_never_followed(face, long_line, room, monkeypatch):
    """A face that cannot be animated any more: whatever is done next is undone step by step."""
    steps, later = room("addon.generate.undo_steps"), room("addon.generate.later")
    long_line.jaw = 1.6
    refused = room("inference.errors").ParlanceError("It cannot be animated now.")
    monkeypatch.setattr(later.plan, "replan", lambda *_: (_ for _ in ()).throw(refused))
    assert rested(room)
    assert face.parlance.lines[0].keys_due
    bpy.ops.ed.undo_push(message="The mouse lets go")
    bpy.ops.ed.undo_push(message="Something else")
    taken = []
    monkeypatch.setattr(steps.bpy.app.timers, "register", lambda call, **_: taken.append(call))
    bpy.ops.ed.undo()
    assert not [call for call in taken if getattr(call, "func", None) is steps._step]


def test_undo_and_redo_pass_over_a_slider_whose_keys_are_due(face, long_line, snapshot, room):
    bpy.ops.ed.undo_push(message="Before")
    name, before, taken = face.name, snapshot()[0], []
    long_line.jaw = 1.6
    bpy.ops.ed.undo_push(message="The mouse lets go")
    assert rested(room)  # the keys have followed, in a step of their own
    steps, after = room("addon.generate.undo_steps"), snapshot()[0]
    with pytest.MonkeyPatch.context() as patch:  # without a window no timer runs
        patch.setattr(steps.bpy.app.timers, "register", lambda call, **_: taken.append(call))
        for step, keys, jaw in ((bpy.ops.ed.undo, before, 1.0), (bpy.ops.ed.redo, after, 1.6)):
            step()
            further = [call for call in taken if getattr(call, "func", None) is steps._step]
            assert len(further) == 1
            taken.clear()
            further[0].args[0]()
            assert snapshot()[0] == keys
            assert bpy.data.objects[name].parlance.lines[0].direction.jaw == pytest.approx(jaw)


def same(one, other) -> bool:
    """Whether two Performances are, to the bit."""
    tracks = ("curves", "posteriors", "emotion", "arousal", "speech", "loudness", "pitch", "voicing")
    alike = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in tracks)
    return alike and (one.phones, one.events, one.words) == (other.phones, other.events, other.words)


def rested(room) -> bool:
    """Let the timer of the slider run until it is done."""
    later, until = room("addon.generate.later"), time.monotonic() + 120
    while time.monotonic() < until:
        if later._tick() is None:
            return True
        time.sleep(0.05)
    return False
