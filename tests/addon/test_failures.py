# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever goes wrong, the scene stays as it was."""

import bpy
import numpy as np
import pytest

pytestmark = pytest.mark.listens


def fails():
    with pytest.raises(RuntimeError) as raised:
        bpy.ops.parlance.generate()
    message = str(raised.value)
    assert "Traceback" not in message
    return message


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "short"])
def test_a_bad_sound_leaves_the_scene_unchanged(make_face, add_voice, write_wav, snapshot, tmp_path, kind):
    make_face()
    path = tmp_path / "bad.wav"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("no sound")
    elif kind == "short":
        path = write_wav(np.full(16, 0.5))
    add_voice(path)
    before = snapshot()
    fails()
    assert snapshot() == before


def test_missing_weights_leave_the_scene_unchanged(face, snapshot, monkeypatch, tmp_path):
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(tmp_path / "none.onnx"))
    before = snapshot()
    fails()
    assert snapshot() == before


@pytest.mark.ends
def test_a_failure_keeps_an_earlier_result(face, snapshot, monkeypatch, tmp_path):
    bpy.ops.parlance.generate()
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(tmp_path / "none.onnx"))
    before = snapshot()
    fails()
    assert snapshot() == before


def test_the_panel_remembers_what_went_wrong(face, room, monkeypatch, tmp_path):
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(tmp_path / "none.onnx"))
    fails()
    assert room("addon.running").trouble.endswith(".")


def test_the_character_is_deleted_while_it_is_generated(face, room, scene, snapshot):
    generate, perform, write = room("addon.planning.plan"), room("addon.performing.perform"), room("addon.writing.write")
    strip = scene.sequence_editor.strips[0]
    plan = generate.plan(scene, scene, room("addon.character.characters").of(face), strip)
    draft = perform.perform(plan, lambda _fraction, _message: None)
    bpy.data.objects.remove(face)
    before = snapshot()
    with pytest.raises(room("inference.errors").ParlanceError):
        write.write(plan, draft)
    assert snapshot() == before


def test_a_damaged_performance_is_said_and_nothing_changes(face, room, snapshot):
    bpy.ops.parlance.generate()
    line = face.parlance.lines[0]
    line.performance = line.performance[:1000]
    before = snapshot()
    line.direction.jaw = 0.1
    assert "generate it again" in room("addon.running").trouble
    assert snapshot() == before
