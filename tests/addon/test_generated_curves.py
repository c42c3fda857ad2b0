# SPDX-License-Identifier: GPL-3.0-or-later
"""Which curves generating writes, in which groups, and whose it leaves alone."""

import bpy
import pytest


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
