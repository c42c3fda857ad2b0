# SPDX-License-Identifier: GPL-3.0-or-later
"""From a strip to keys, and what the face does at given times."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere


@pytest.mark.ends
@pytest.mark.parametrize(("fps", "base"), first_everywhere([(24, 1.001), (24, 1.0), (25, 1.0), (60, 1.0)]))
def test_shapes_follow_the_performance_at_any_frame_rate(face, scene, expected, value_at, room, fps, base):
    scene.render.fps, scene.render.fps_base = fps, base
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    shapes, first = expected(face, scene)
    names = room("inference.arkit").NAMES
    assert np.ptp(shapes, axis=0).max() > 0.2
    for frame in range(0, len(shapes), max(len(shapes) // 12, 1)):
        for channel, name in enumerate(names):
            assert value_at(face, name, first + frame) == pytest.approx(shapes[frame, channel], abs=0.011), (name, frame)


@pytest.mark.ends
def test_what_nobody_touched_meanwhile_is_acted_once(room, scene, add_voice):
    bpy.ops.parlance.add_demo_head()
    strip, plan = add_voice(), room("addon.planning.plan")
    character = room("addon.panel.readiness").look(bpy.context).character
    planned = plan.plan(scene, scene, character, strip)
    draft = room("addon.performing.perform").perform(planned)
    assert plan.again(planned, draft.performance, draft.alignment).same_work(planned)


def test_generating_twice_changes_nothing(face, snapshot):
    bpy.ops.parlance.generate()
    before = snapshot()
    bpy.ops.parlance.generate()
    assert snapshot() == before


def test_a_slider_reshapes_at_once(face, value_at, expected, scene):
    bpy.ops.parlance.generate()
    shapes, first = expected(face, scene)
    widest = int(shapes[:, 17].argmax())
    before = value_at(face, "jawOpen", first + widest)
    face.parlance.lines[0].direction.jaw = 0.3
    assert value_at(face, "jawOpen", first + widest) < 0.6 * before


def test_one_undo_step(face, curves):
    bpy.ops.ed.undo_push(message="before")
    name = face.name
    bpy.ops.parlance.generate("EXEC_DEFAULT", True)
    assert bpy.data.actions
    bpy.ops.ed.undo()
    assert not bpy.data.actions
    assert not bpy.data.objects[name].parlance.lines
    bpy.ops.ed.redo()
    assert curves(bpy.data.objects[name].data.shape_keys)


def test_saved_and_opened_elsewhere_it_rebuilds_without_hearing(face, tmp_path, monkeypatch, expected, scene, value_at):
    bpy.ops.parlance.generate()
    shapes, first = expected(face, scene)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(tmp_path / "none.onnx"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    face = bpy.data.objects["Face"]
    direction = face.parlance.lines[0].direction
    direction.jaw = 0.0
    frame = first + int(shapes[:, 17].argmax())
    assert value_at(face, "jawOpen", frame) < 0.3 * shapes[:, 17].max()
    direction.jaw = 1.0
    assert value_at(face, "jawOpen", frame) == pytest.approx(shapes[:, 17].max(), abs=0.011)


@pytest.mark.ends
def test_two_lines_on_one_character(face, add_voice, curves, bits, scene):
    bpy.ops.parlance.generate()
    end = scene.sequence_editor.strips[0].frame_final_end
    spoken = {path: [c.evaluate(f) for f in range(2, end)] for path, c in curves(face.data.shape_keys).items()}
    second = add_voice(frame=end)
    face.parlance.strip = second.name
    bpy.ops.parlance.generate()
    assert len(face.parlance.lines) == 2
    after = curves(face.data.shape_keys)
    for path, before in spoken.items():
        assert [after[path].evaluate(frame) for frame in range(2, end)] == pytest.approx(before, abs=2e-3)
        assert bits(after[path], first=end - 0.5)


def test_teeth_and_tongue_move_with_the_head(make_armature, make_face, add_voice, value_at, expected, scene, select):
    rig = make_armature()
    head = make_face("Head", parent=rig)
    teeth = make_face("Teeth", ("jawOpen",), parent=rig)
    make_face("Hat", ("Feather",), parent=rig)
    add_voice()
    select(head)
    bpy.ops.parlance.generate()
    shapes, first = expected(rig, scene)
    frame = first + int(shapes[:, 17].argmax())
    assert value_at(teeth, "jawOpen", frame) == pytest.approx(value_at(head, "jawOpen", frame), abs=1e-6)
    assert value_at(teeth, "jawOpen", frame) > 0.1


@pytest.mark.ends
def test_resetting_a_section_leaves_the_others(face):
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    direction.jaw, direction.blink_rate = 1.7, 3.0
    bpy.ops.parlance.reset(section="speech")
    assert direction.jaw == pytest.approx(1.0)
    assert direction.blink_rate == pytest.approx(3.0)
