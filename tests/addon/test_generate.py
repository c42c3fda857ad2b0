# SPDX-License-Identifier: GPL-3.0-or-later
"""From a strip to keys, and what the face does at given times."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere


@pytest.fixture
def expected(room):
    """The curves that a line's stored performance should give, float32[F, 52], and the first frame."""

    def act(root, scene):
        line = root.parlance.lines[0]
        performance = room("addon.scene.stored").unpack(line.performance)
        direction = room("addon.scene.properties").direction_of(line.direction)
        strips = room("addon.scene.strips")
        fps = strips.rate(scene)
        span = strips.frames_of(strips.Placement.from_json(line.placement), fps)
        acting = room("inference.acting")
        animation = acting.act(
            performance,
            acting.headless(direction),
            fps=fps,
            start=span.first / fps,
            extent=acting.Extent(frames=int(span.last - span.first) + 1),
        )
        return animation.shapes, int(span.first)

    return act


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
    strip, plan = add_voice(), room("addon.generate.plan")
    character = room("addon.panel.readiness").look(bpy.context).character
    planned = plan.plan(scene, scene, character, strip)
    draft = room("addon.generate.perform").perform(planned)
    assert plan.again(planned, draft.performance, draft.free).same_work(planned)


def test_keys_stay_within_the_strip_and_its_fades(face, curves, scene):
    bpy.ops.parlance.generate()
    strip, fade = scene.sequence_editor.strips[0], 8
    keyed = curves(face.data.shape_keys)
    assert len(keyed) > 20
    for curve in keyed.values():
        frames = [point.co[0] for point in curve.keyframe_points]
        assert strip.frame_final_start - fade <= min(frames)
        assert max(frames) < strip.frame_final_end + fade


def test_curves_are_grouped_by_the_parts_of_a_face_and_slots_assigned(face, curves):
    bpy.ops.parlance.generate()
    for owner in (face.data.shape_keys, face):
        data = owner.animation_data
        assert data.action_slot in set(data.action.slots)
    assert face.animation_data.action == face.data.shape_keys.animation_data.action
    keyed = curves(face.data.shape_keys)
    groups = {path.split('"')[1]: curve.group.name for (path, _), curve in keyed.items()}
    parts = {"jawOpen": "Jaw", "mouthClose": "Mouth", "browInnerUp": "Brows", "eyeBlinkLeft": "Eyes", "cheekSquintLeft": "Cheeks"}
    assert parts.items() <= groups.items()
    assert {curve.group.name for curve in curves(face).values()} == {"Emotion", "Eyes"}


def test_a_group_of_the_artists_own_is_kept(face, curves):
    """A curve that was filed elsewhere by hand stays there, and one from before there were groups for the parts moves there."""
    bpy.ops.parlance.generate()
    keyed = curves(face.data.shape_keys)
    jaw, brow = (keyed[f'key_blocks["{name}"].value', 0] for name in ("jawOpen", "browInnerUp"))
    bag = next(bag for bag in jaw.id_data.layers[0].strips[0].channelbags if jaw in set(bag.fcurves))
    jaw.group, brow.group = bag.groups.new("Hero Shot"), bag.groups.new("Parlance")
    face.parlance.lines[0].direction.jaw = 1.4
    keyed = curves(face.data.shape_keys)
    assert keyed['key_blocks["jawOpen"].value', 0].group.name == "Hero Shot"
    assert keyed['key_blocks["browInnerUp"].value', 0].group.name == "Brows"
    assert "Parlance" not in {group.name for group in bag.groups}
    bpy.ops.parlance.clear()
    assert not [group.name for bag in _bags() for group in bag.groups if group.name in {"Jaw", "Mouth", "Brows"}]


def _bags():
    return [bag for action in bpy.data.actions for layer in action.layers for strip in layer.strips for bag in strip.channelbags]


def test_generating_twice_changes_nothing(face, snapshot):
    bpy.ops.parlance.generate()
    before = snapshot()
    bpy.ops.parlance.generate()
    assert snapshot() == before


def test_keys_outside_the_strip_keep_every_bit(face, curves, bits, scene):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    for frame, interpolation in ((-9, "CONSTANT"), (-4.5, "BOUNCE"), (900, "LINEAR"), (950, "BEZIER")):
        point = curve.keyframe_points.insert(frame, 0.3)
        point.interpolation = interpolation
    curve.update()
    before = bits(curve, last=1), bits(curve, first=800)
    face.parlance.lines[0].direction.jaw = 0.5
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert (bits(curve, last=1), bits(curve, first=800)) == before


def test_curves_that_are_not_ours_are_left_alone(face, curves, bits):
    block = face.data.shape_keys.key_blocks["browInnerUp"]
    for frame in (1, 20, 40):
        block.value = frame / 100
        block.keyframe_insert("value", frame=frame)
    face.location.x = 1
    face.keyframe_insert("location", frame=5)
    before = bits(curves(face.data.shape_keys)['key_blocks["browInnerUp"].value', 0]), bits(curves(face)["location", 0])
    bpy.ops.parlance.generate()
    after = bits(curves(face.data.shape_keys)['key_blocks["browInnerUp"].value', 0]), bits(curves(face)["location", 0])
    assert after == before
    assert "left alone" in face.parlance.lines[0].result


def test_a_locked_curve_is_left_alone(face, curves, bits):
    bpy.ops.parlance.generate()
    path = 'key_blocks["jawOpen"].value', 0
    curve = curves(face.data.shape_keys)[path]
    curve.lock = True
    before = bits(curve)
    face.parlance.lines[0].direction.jaw = 0.2
    assert bits(curves(face.data.shape_keys)[path]) == before


def test_a_changed_key_survives_sliders_and_regeneration(face, curves, value_at):
    bpy.ops.parlance.generate()
    path = 'key_blocks["mouthSmileLeft"].value', 0
    curve = curves(face.data.shape_keys)[path]
    middle = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = middle.co
    middle.co[1] = value + 0.3
    middle.handle_left[1] += 0.3
    middle.handle_right[1] += 0.3
    face.parlance.lines[0].direction.lips = 0.8
    bpy.ops.parlance.generate()
    assert value_at(face, "mouthSmileLeft", frame) > value + 0.15
    assert "1 change of yours kept" in face.parlance.lines[0].result


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


def test_an_action_without_slot_gets_one(face, value_at, expected, scene):
    key = face.data.shape_keys
    key.animation_data_create().action = bpy.data.actions.new("Mine")
    key.animation_data.action_slot = None
    bpy.ops.parlance.fix(code="no_slot")
    bpy.ops.parlance.generate()
    assert key.animation_data.action.name == "Mine"
    shapes, first = expected(face, scene)
    assert value_at(face, "jawOpen", first + int(shapes[:, 17].argmax())) > 0.1


def test_a_new_action_leaves_the_old_one_in_the_file(face):
    key = face.data.shape_keys
    key.key_blocks["jawOpen"].keyframe_insert("value", frame=20)
    old = key.animation_data.action
    face.parlance.output = "NEW"
    bpy.ops.parlance.generate()
    assert key.animation_data.action != old
    assert old.use_fake_user


def test_layers_on_nla_tracks_add_up_to_the_whole(face, expected, scene, value_at, room):
    face.parlance.output = "NLA"
    bpy.ops.parlance.generate()
    tracks = [track.name for track in face.data.shape_keys.animation_data.nla_tracks]
    assert tracks[:1] == ["Parlance Speech"]
    shapes, first = expected(face, scene)
    for frame in range(0, len(shapes), 9):
        for channel, name in enumerate(room("inference.arkit").NAMES):
            assert value_at(face, name, first + frame) == pytest.approx(shapes[frame, channel], abs=0.035), (name, frame)


def test_a_change_survives_the_move_to_nla_tracks(face, curves, value_at):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
    middle = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = middle.co
    middle.co[1] = value + 0.3
    face.parlance.output = "NLA"
    bpy.ops.parlance.generate()
    assert value_at(face, "mouthSmileLeft", frame) > value + 0.15
    assert not curves(face.data.shape_keys)


@pytest.mark.ends
def test_a_moved_blink_moves_the_lids(face, curves, value_at, room):
    bpy.ops.parlance.generate()
    for side in ("left", "right"):
        curve = curves(face)[f"parlance_tracks.blink_{side}", 0]
        for point in curve.keyframe_points:
            point.co[1] = 0.0
            point.handle_left[1] = point.handle_right[1] = 0.0
        for frame, value in ((30, 0.0), (33, 1.0), (36, 0.0)):
            curve.keyframe_points.insert(frame, value)
        curve.update()
    room("addon.generate.live_tracks").refresh()
    assert value_at(face, "eyeBlinkLeft", 33) > 0.8
    assert value_at(face, "eyeBlinkLeft", 45) < 0.5


@pytest.mark.ends
def test_resetting_a_section_leaves_the_others(face):
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    direction.jaw, direction.blink_rate = 1.7, 3.0
    bpy.ops.parlance.reset(section="speech")
    assert direction.jaw == pytest.approx(1.0)
    assert direction.blink_rate == pytest.approx(3.0)


@pytest.mark.ends
def test_switching_to_tracks_and_back_keeps_a_change(face, curves, value_at):
    bpy.ops.parlance.generate()
    curve = curves(face.data.shape_keys)['key_blocks["mouthSmileLeft"].value', 0]
    middle = curve.keyframe_points[len(curve.keyframe_points) // 2]
    frame, value = middle.co
    middle.co[1] = value + 0.3
    for output in ("NLA", "ACTIVE"):
        face.parlance.output = output
        assert value_at(face, "mouthSmileLeft", frame) > value + 0.15, output
