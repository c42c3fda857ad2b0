# SPDX-License-Identifier: GPL-3.0-or-later
"""A shape that is given the name of another one's curve: Blender has two curves of one shape then, and plays the last."""

import bpy
import pytest

pytestmark = pytest.mark.ends
JAW, CLOSE = 'key_blocks["jawOpen"].value', 'key_blocks["mouthClose"].value'


@pytest.fixture
def of_shape(room):
    """All curves of one data path, in the order in which they are played."""

    def find(face, path):
        bag = room("addon.animation.slots").existing(face.data.shape_keys).bag
        return [curve for curve in bag.fcurves if curve.data_path == path]

    return find


def test_a_shape_that_takes_the_place_of_another_moves_and_keeps_the_key_it_had(face, value_at, of_shape):
    """A jaw sculpted anew and tried with one key; that key alone would be played, and the mouth never open."""
    shapes = face.data.shape_keys.key_blocks
    better = face.shape_key_add(name="better", from_mix=False)
    better.data[0].co.z, better.value = 1.0, 0.5
    better.keyframe_insert("value", frame=500)
    bpy.ops.parlance.generate()
    spoken = [value_at(face, "jawOpen", frame) for frame in range(20, 100, 4)]
    face.shape_key_remove(shapes["jawOpen"])
    better.name = "jawOpen"
    assert len(of_shape(face, JAW)) == 2
    bpy.ops.parlance.generate()
    assert [value_at(face, "jawOpen", frame) for frame in range(20, 100, 4)] == pytest.approx(spoken, abs=0.02)
    assert max(spoken) > 0.2
    (curve,) = of_shape(face, JAW)
    (mine,) = [point for point in curve.keyframe_points if point.type == "KEYFRAME"]
    assert tuple(mine.co) == (500.0, 0.5)
    bpy.ops.parlance.clear()
    (curve,) = of_shape(face, JAW)
    assert [tuple(point.co) for point in curve.keyframe_points] == [(500.0, 0.5)]


def test_what_was_spoken_with_a_shape_under_its_old_name_goes(face, of_shape):
    """Only what the artist changed of it stays, on the curve that the shape has now."""
    bpy.ops.parlance.generate()
    (curve,) = of_shape(face, 'key_blocks["mouthPucker"].value')
    raised = curve.keyframe_points.insert(50.5, 0.9)
    raised.interpolation = "LINEAR"
    face.shape_key_remove(face.data.shape_keys.key_blocks["mouthClose"])
    face.data.shape_keys.key_blocks["mouthPucker"].name = "mouthClose"
    assert len(of_shape(face, CLOSE)) == 2
    bpy.ops.parlance.clear()
    (curve,) = of_shape(face, CLOSE)
    (mine,) = curve.keyframe_points
    assert (tuple(mine.co), mine.interpolation) == ((50.5, pytest.approx(0.9)), "LINEAR")


def test_a_curve_renamed_for_another_mesh_on_its_slot_goes_back(make_face, add_voice, select, value_at, of_shape):
    face = make_face("Face")
    teeth = make_face("Teeth", shapes=("jawOpen",), parent=face)
    add_voice()
    select(face)
    bpy.ops.parlance.generate()
    teeth.data.shape_keys.animation_data.action_slot = face.data.shape_keys.animation_data.action_slot
    spoken = [value_at(face, shape, frame) for shape in ("jawOpen", "mouthClose") for frame in range(20, 100, 4)]
    teeth.data.shape_keys.key_blocks["jawOpen"].name = "mouthClose"
    assert len(of_shape(face, CLOSE)) == 2
    bpy.ops.parlance.generate()
    assert len(of_shape(face, CLOSE)) == len(of_shape(face, JAW)) == 1
    now = [value_at(face, shape, frame) for shape in ("jawOpen", "mouthClose") for frame in range(20, 100, 4)]
    assert now == pytest.approx(spoken, abs=1e-5)


def test_two_curves_of_the_artists_become_one_before_anything_is_generated(face, value_at, of_shape):
    for name, value in (("jawOpen", 0.25), ("mouthClose", 0.75)):
        shape = face.data.shape_keys.key_blocks[name]
        shape.value = value
        shape.keyframe_insert("value", frame=500)
    face.shape_key_remove(face.data.shape_keys.key_blocks["jawOpen"])
    shape.name = "jawOpen"
    assert value_at(face, "jawOpen", 500) == 0.75
    bpy.ops.parlance.generate()
    assert max(value_at(face, "jawOpen", frame) for frame in range(20, 100, 4)) > 0.2
    assert value_at(face, "jawOpen", 500) == 0.75, "as it was played"
    assert len(of_shape(face, JAW)) == 1
