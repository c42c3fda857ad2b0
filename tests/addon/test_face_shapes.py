# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces without shape keys: made to speak, kept apart from the artist's keys, undone."""

import bpy
import numpy as np
import pytest

CODES = {"no_shapes"}


@pytest.fixture
def bare(room, scene, select):
    """The demo head without any shape keys, its face selected; `design` and which parts are kept may be chosen."""

    def make(design="YOUNG", parts=None):
        head = room("addon.demo_head").create_demo_head(scene, design=design)
        face = room("addon.demo_head").face_of(head)
        for child in list(head.children):
            if child.type == "MESH" and child.data.shape_keys:
                child.shape_key_clear()
            if parts is not None and not any(child.name.endswith(part) for part in parts):
                bpy.data.objects.remove(child)
        select(face)
        return face

    return make


@pytest.fixture
def gap(room):
    """Metres between the lips of a demo face with some shapes at some values."""
    marks = room("addon.demo_head").LANDMARKS

    def measure(face, **values):
        points = _points(face, **values)
        return float(points[marks["upper_lip_inner"], 2] - points[marks["lower_lip_inner"], 2])

    return measure


def _points(face, **values):
    key = face.data.shape_keys
    points = np.array([point.co for point in key.reference_key.points])
    rest = points.copy()
    for name, value in values.items():
        points = points + value * (np.array([point.co for point in key.key_blocks[name].points]) - rest)
    return points


def test_a_bare_face_is_offered_its_shapes_and_then_speaks(bare, room, scene, add_voice, value_at):
    face = bare()
    add_voice()
    look = room("addon.panel.readiness").look
    assert {obstacle.code for obstacle in look(bpy.context).obstacles if obstacle.stops} == CODES
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert max(value_at(face, "jawOpen", frame) for frame in range(10, 60, 2)) > 0.1


@pytest.mark.ends
def test_the_fix_makes_shapes_that_open_close_and_blink(bare, room, gap):
    face = bare()
    assert bpy.ops.parlance.fix(code="no_shapes") == {"FINISHED"}
    assert gap(face, jawOpen=1.0) - gap(face) > 0.025
    character = room("addon.character.characters").of(face)
    measured = room("addon.character.measuring").best(character)
    geometry = measured.geometry
    close = -geometry.effect("jawOpen", "gap") / geometry.effect("mouthClose", "gap")
    assert abs(gap(face, jawOpen=1.0, mouthClose=close) - gap(face)) < 0.03 * gap(face, jawOpen=1.0)
    index = room("inference.geometry").INDEX
    for side in ("Left", "Right"):
        name = f"lid_{side.lower()}"
        assert -geometry.effect(f"eyeBlink{side}", name) > 0.95 * geometry.neutral[index[name]]
    assert not measured.faults


@pytest.mark.ends
def test_teeth_tongue_and_eyes_move_as_they_must(bare):
    face = bare()
    bpy.ops.parlance.make_face_shapes()
    parts = {
        child.name.split("Parlance Head ")[-1]: child.data.shape_keys for child in face.parent.children if child.type == "MESH"
    }
    assert "jawOpen" in parts["Lower Teeth"].key_blocks
    assert "tongueOut" in parts["Tongue"].key_blocks
    assert parts["Upper Teeth"] is None
    assert {"eyeLookUpLeft", "eyeLookInRight"} <= set(parts["Eyes"].key_blocks.keys())
    assert "jawOpen" not in parts["Eyes"].key_blocks
    assert [name for name in ("Hair", "Shirt", "Ears") if parts[name] is not None] == []
    assert "eyeBlinkLeft" in parts["Lashes"].key_blocks
    assert "browInnerUp" in parts["Brows"].key_blocks


def test_keys_of_the_artist_are_kept_and_only_what_is_missing_is_made(bare):
    face = bare()
    face.shape_key_add(name="Basis")
    own = face.shape_key_add(name="jawOpen", from_mix=False)
    own.points[0].co.z += 1.0
    before = [tuple(point.co) for point in own.points]
    bpy.ops.parlance.make_face_shapes(only_missing=False)
    assert [tuple(point.co) for point in face.data.shape_keys.key_blocks["jawOpen"].points] == before
    assert "mouthPucker" in face.data.shape_keys.key_blocks
    assert bpy.ops.parlance.remove_face_shapes() == {"FINISHED"}
    assert face.data.shape_keys.key_blocks.keys() == ["Basis", "jawOpen"]


def test_what_was_made_goes_in_one_click_and_what_was_sculpted_since_stays(bare):
    face = bare()
    bpy.ops.parlance.make_face_shapes()
    sculpted = face.data.shape_keys.key_blocks["mouthPucker"]
    sculpted.points[7].co.z += 0.01
    bpy.ops.parlance.remove_face_shapes()
    assert face.data.shape_keys.key_blocks.keys() == ["Basis", "mouthPucker"]
    assert all(not child.data.shape_keys for child in face.parent.children if child.type == "MESH" and child != face)
    assert bpy.ops.parlance.make_face_shapes() == {"FINISHED"}
    assert face.data.shape_keys.key_blocks["mouthPucker"].points[7].co.z == pytest.approx(sculpted.points[7].co.z)


@pytest.mark.newest
def test_empty_keys_are_filled_and_emptied_again(bare, add_voice):
    """A face with its 52 names and nothing sculpted yet: they were kept as they were, and nothing opened its mouth."""
    face = bare()
    face.shape_key_add(name="Basis")
    for name in ("jawOpen", "mouthSmileLeft", "Fat"):
        face.shape_key_add(name=name).value = 0.0
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    rest = _points(face)
    assert abs(_points(face, jawOpen=1.0) - rest).max() > 0.005
    assert abs(_points(face, Fat=1.0) - rest).max() == 0.0
    assert bpy.ops.parlance.remove_face_shapes() == {"FINISHED"}
    assert face.data.shape_keys.key_blocks.keys() == ["Basis", "jawOpen", "mouthSmileLeft", "Fat"]
    assert abs(_points(face, jawOpen=1.0) - rest).max() == 0.0


@pytest.mark.newest
def test_a_moved_landmark_moves_what_is_made_on_both_sides(bare):
    face = bare(parts=("Face", "Eyes"))
    bpy.ops.parlance.make_face_shapes()
    before = {side: _points(face, **{f"mouthSmile{side}": 1.0}) for side in ("Left", "Right")}
    bpy.ops.parlance.show_landmarks()
    handles = {each["parlance_landmark"]: each for each in bpy.data.objects if "parlance_landmark" in each}
    assert len(handles) == 26
    handles["mouth_corner_left"].location.x += 0.006
    bpy.context.view_layer.update()
    assert bpy.ops.parlance.make_face_shapes(only_missing=False) == {"FINISHED"}
    moved = {side: np.abs(_points(face, **{f"mouthSmile{side}": 1.0}) - points).max() for side, points in before.items()}
    assert moved["Left"] > 0.001
    assert moved["Right"] == pytest.approx(moved["Left"], rel=0.1)
    bpy.ops.parlance.hide_landmarks()
    assert not any("parlance_landmark" in each for each in bpy.data.objects)


@pytest.mark.newest
def test_a_mirrored_half_moves_as_a_whole(bare):
    face = bare(parts=("Face",))
    mesh = face.data
    doomed = [vertex.index for vertex in mesh.vertices if vertex.co.x < -1e-5]
    _delete(mesh, doomed)
    face.modifiers.clear()
    face.modifiers.new("Mirror", "MIRROR")
    assert bpy.ops.parlance.make_face_shapes() == {"FINISHED"}
    both = _points(face, eyeBlinkLeft=1.0, eyeBlinkRight=1.0) - _points(face)
    one = _points(face, eyeBlinkLeft=1.0) - _points(face)
    assert np.abs(both).max() == pytest.approx(2.0 * np.abs(one).max(), rel=1e-3)
    assert np.abs(both).max() > 0.010, "a lid goes all the way"
    assert np.abs(_points(face, jawOpen=1.0)[np.abs(_points(face)[:, 0]) < 1e-6, 0]).max() < 1e-4


def _delete(mesh, vertices):
    import bmesh

    edited = bmesh.new()
    edited.from_mesh(mesh)
    edited.verts.ensure_lookup_table()
    bmesh.ops.delete(edited, geom=[edited.verts[i] for i in vertices], context="VERTS")
    edited.to_mesh(mesh)
    edited.free()


@pytest.mark.newest
def test_a_turned_and_scaled_head_is_found(bare, gap):
    face = bare(parts=("Face", "Eyes", "Lower Teeth"))
    face.parent.scale = (25.0, 25.0, 25.0)
    face.parent.rotation_euler = (0.5, 0.2, 2.0)
    bpy.context.view_layer.update()
    assert bpy.ops.parlance.make_face_shapes() == {"FINISHED"}
    assert gap(face, jawOpen=1.0) - gap(face) > 0.025


def test_what_is_no_face_is_refused_in_a_sentence(scene):
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match=r"No face was found on “Cube”; .+\."):
        bpy.ops.parlance.make_face_shapes()
    assert bpy.context.object.data.shape_keys is None


@pytest.mark.parametrize("press", ["make_face_shapes", "generate"])
def test_what_is_no_face_is_refused_whoever_asks(scene, add_voice, press):
    bpy.ops.mesh.primitive_cube_add()
    add_voice()
    with pytest.raises(RuntimeError, match=r"Error: No face was found on “Cube”; .+\."):
        getattr(bpy.ops.parlance, press)()


@pytest.mark.ends
@pytest.mark.listens
def test_shapes_made_for_a_line_that_never_comes_go_again(bare, add_voice, snapshot, monkeypatch, tmp_path):
    """They would be there without a step to undo, or would go with somebody else's."""
    face = bare()
    face.shape_key_add(name="Basis")
    for name in ("jawOpen", "Fat"):
        face.shape_key_add(name=name).value = 0.0
    add_voice()
    monkeypatch.setenv("PARLANCE_WEIGHTS", str(tmp_path / "none.onnx"))
    before = snapshot(), _points(face, jawOpen=1.0)
    with pytest.raises(RuntimeError, match=r"none\.onnx"):
        bpy.ops.parlance.generate()
    assert snapshot() == before[0]
    assert (_points(face, jawOpen=1.0) == before[1]).all()


@pytest.mark.newest
def test_absolute_keys_of_one_mesh_leave_all_others_without_shapes(bare, snapshot):
    face = bare(parts=("Face", "Lower Teeth"))
    teeth = next(child for child in face.parent.children if child != face)
    teeth.shape_key_add(name="Basis")
    teeth.data.shape_keys.use_relative = False
    before = snapshot()
    with pytest.raises(RuntimeError, match="absolute; make them relative"):
        bpy.ops.parlance.make_face_shapes()
    assert snapshot() == before


def test_another_mode_than_object_mode_is_told(bare, add_voice):
    bare(parts=("Face",))
    add_voice()
    bpy.ops.object.mode_set(mode="SCULPT")
    with pytest.raises(RuntimeError, match="in Object Mode; leave"):
        bpy.ops.parlance.fix(code="no_shapes")


def test_a_linked_head_is_refused_in_a_sentence(bare, select, tmp_path):
    face = bare(parts=("Face",))
    path = tmp_path / "head.blend"
    bpy.data.libraries.write(str(path), {face.parent, face})
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(path), link=True) as (source, target):
        target.objects = list(source.objects)
    for each in target.objects:
        bpy.context.scene.collection.objects.link(each)
    select(next(each for each in target.objects if each.type == "MESH"))
    with pytest.raises(RuntimeError, match="linked from another file"):
        bpy.ops.parlance.make_face_shapes()
