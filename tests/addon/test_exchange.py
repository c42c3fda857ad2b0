# SPDX-License-Identifier: GPL-3.0-or-later
"""In and out of Blender: files of other programs, and Blender's own exporters."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere

BACK = 1e-3
"""How far a value may be off after a round trip."""


@pytest.fixture
def spoken(face):
    """A face that has spoken."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    return face


@pytest.fixture
def played(room):
    """float[frames, 52]: what a face shows."""
    names = room("inference.arkit").NAMES

    def read(mesh, first, last):
        found = np.zeros((last - first + 1, len(names)))
        for row, frame in enumerate(range(first, last + 1)):
            bpy.context.scene.frame_set(frame)
            evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
            blocks = evaluated.data.shape_keys.key_blocks
            found[row] = [blocks[name].value if name in blocks else 0.0 for name in names]
        return found

    return read


@pytest.mark.ends
@pytest.mark.parametrize("kind", first_everywhere(["livelink", "plain", "ace", "audio2face"]))
def test_what_is_exported_and_imported_looks_the_same(kind, spoken, make_face, played, tmp_path):
    jaw = next(curve for curve in curves_of(spoken) if "jawOpen" in curve.data_path)
    jaw.keyframe_points.insert(30, 0.9)
    path = tmp_path / "take.csv"
    assert bpy.ops.parlance.export_curves(filepath=str(path), format=kind, with_sound=False) == {"FINISHED"}
    other = make_face("Other")
    bpy.context.scene.frame_set(4)
    assert bpy.ops.parlance.import_curves(filepath=str(path), every_frame=True) == {"FINISHED"}
    assert other.data.shape_keys.animation_data.action != spoken.data.shape_keys.animation_data.action
    start = round(min(p.co[0] for c in curves_of(other) for p in c.keyframe_points))
    assert start == 4
    first = round(min(p.co[0] for c in curves_of(spoken) for p in c.keyframe_points))
    last = round(max(p.co[0] for c in curves_of(spoken) for p in c.keyframe_points))
    np.testing.assert_allclose(played(other, 4, 4 + last - first), played(spoken, first, last), atol=BACK)
    assert played(other, 4 + 30 - first, 4 + 30 - first).max() > 0.85


@pytest.mark.parametrize("start", first_everywhere(["SOUND", "FILE"], others=pytest.mark.ends))
@pytest.mark.parametrize("kind", ["livelink", "plain"])
def test_a_line_that_goes_out_and_in_again_is_with_its_sound(kind, start, spoken, make_face, played, tmp_path):
    path = tmp_path / "take.csv"
    assert bpy.ops.parlance.export_curves(filepath=str(path), format=kind) == {"FINISHED"}
    other = make_face("Other")
    assert bpy.ops.parlance.import_curves(filepath=str(path), every_frame=True, start=start) == {"FINISHED"}
    first = round(min(p.co[0] for c in curves_of(other) for p in c.keyframe_points))
    assert first == 10
    np.testing.assert_allclose(played(other, first, first + 40), played(spoken, first, first + 40), atol=BACK)


def curves_of(mesh):
    bags = mesh.data.shape_keys.animation_data.action.layers[0].strips[0].channelbags
    slot = mesh.data.shape_keys.animation_data.action_slot
    return [curve for bag in bags if bag.slot == slot for curve in bag.fcurves]


@pytest.mark.ends
def test_imported_keys_are_the_artists(spoken, make_face, tmp_path, add_voice):
    path = tmp_path / "take.csv"
    bpy.ops.parlance.export_curves(filepath=str(path), format="livelink")
    other = make_face("Other")
    bpy.context.scene.frame_set(10)
    assert bpy.ops.parlance.import_curves(filepath=str(path)) == {"FINISHED"}
    before = [[tuple(p.co) for p in curve.keyframe_points] for curve in curves_of(other)]
    bpy.ops.parlance.generate()
    assert [[tuple(p.co) for p in curve.keyframe_points] for curve in curves_of(other)][: len(before)] == before


def test_a_line_is_never_written_over(spoken, tmp_path):
    path = tmp_path / "take.csv"
    bpy.ops.parlance.export_curves(filepath=str(path), format="livelink")
    before = [[tuple(p.co) for p in curve.keyframe_points] for curve in curves_of(spoken)]
    bpy.context.scene.frame_set(20)
    with pytest.raises(RuntimeError, match="stands in these frames"):
        bpy.ops.parlance.import_curves(filepath=str(path))
    assert [[tuple(p.co) for p in curve.keyframe_points] for curve in curves_of(spoken)] == before
    old = spoken.data.shape_keys.animation_data.action
    assert bpy.ops.parlance.import_curves(filepath=str(path), place="NEW") == {"FINISHED"}
    assert spoken.data.shape_keys.animation_data.action != old
    assert old.use_fake_user


@pytest.mark.parametrize("kind", first_everywhere(["textgrid", "rhubarb", "rhubarb-xml", "rhubarb-json", "moho"]))
def test_phones_go_out_and_speak_again(kind, spoken, tmp_path, value_at):
    path = tmp_path / "phones.txt"
    assert bpy.ops.parlance.export_phones(filepath=str(path), format=kind) == {"FINISHED"}
    bpy.ops.parlance.clear()
    assert bpy.ops.parlance.import_phones(filepath=str(path)) == {"FINISHED"}
    line = spoken.parlance.lines[0]
    assert "keys" in line.result
    opened = [value_at(spoken, "jawOpen", frame) for frame in range(10, 60)]
    assert np.ptp(opened) > 0.1


@pytest.mark.ends
@pytest.mark.parametrize("content", first_everywhere(["nonsense", "", "{", "<rhubarbResult/>", "MohoSwitch1\n", "time\n1\n"]))
def test_what_cannot_be_read_is_told_and_changes_nothing(content, spoken, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(content)
    before = [[tuple(p.co) for p in curve.keyframe_points] for curve in curves_of(spoken)]
    for operator in (bpy.ops.parlance.import_curves, bpy.ops.parlance.import_phones):
        with pytest.raises(RuntimeError, match=r"^Error: [^\n]*\.\s*$"):
            operator(filepath=str(path))
    assert [[tuple(p.co) for p in curve.keyframe_points] for curve in curves_of(spoken)] == before


def test_a_bake_shows_the_same_on_every_frame(spoken, played):
    before = played(spoken, 1, 60)
    old = spoken.data.shape_keys.animation_data.action
    assert bpy.ops.parlance.bake(lines_only=False, first=1, last=60) == {"FINISHED"}
    assert spoken.data.shape_keys.animation_data.action != old
    np.testing.assert_allclose(played(spoken, 1, 60), before, atol=1e-5)
    for curve in curves_of(spoken):
        assert [point.co[0] for point in curve.keyframe_points] == list(range(1, 61))


def groups_of(mesh):
    return {curve.data_path: curve.group.name for curve in curves_of(mesh)}


def test_baked_curves_are_filed_as_generated_ones(spoken):
    generated = groups_of(spoken)
    jaw = next(curve for curve in curves_of(spoken) if "jawOpen" in curve.data_path)
    jaw.group = curves_of(spoken)[0].id_data.layers[0].strips[0].channelbags[0].groups.new("Mine")
    spoken.data.shape_keys.key_blocks["browDownLeft"].keyframe_insert("value", frame=1)
    assert bpy.ops.parlance.bake(lines_only=False, first=1, last=20) == {"FINISHED"}
    baked = groups_of(spoken)
    for path in set(generated) - {jaw.data_path}:
        assert baked[path] == generated[path]
    assert baked['key_blocks["jawOpen"].value'] == "Mine"
    assert {"Mouth", "Brows", "Eyes"} <= set(baked.values())


def gltf(path):
    how = {"export_animation_mode": "ACTIVE_ACTIONS", "export_negative_frame": "CROP"}
    bpy.ops.export_scene.gltf(filepath=f"{path}.glb", export_force_sampling=True, **how)
    yield
    bpy.ops.import_scene.gltf(filepath=f"{path}.glb")


def fbx(path):
    bpy.ops.export_scene.fbx(
        filepath=f"{path}.fbx", bake_anim_simplify_factor=0.0, bake_anim_use_nla_strips=False, bake_anim_use_all_actions=False
    )
    yield
    bpy.ops.import_scene.fbx(filepath=f"{path}.fbx", anim_offset=0.0)


def usd(path):
    bpy.ops.wm.usd_export(filepath=f"{path}.usdc", export_animation=True, export_shapekeys=True)
    yield
    bpy.ops.wm.usd_import(filepath=f"{path}.usdc")


FORMATS = {"glTF": (gltf, "io_scene_gltf2"), "FBX": (fbx, "io_scene_fbx"), "USD": (usd, "")}
"""The way out and back, and Blender's add-on that has it."""


@pytest.mark.parametrize("moved", [True, False], ids=["head moves", "head still"])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_performance_survives_blenders_own_exporters(kind, moved, spoken, played, tmp_path):
    import addon_utils

    out_and_back, module = FORMATS[kind]
    if module:
        addon_utils.enable(module)
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, 60
    if not moved:
        spoken.animation_data_clear()
    for curve in curves_of(spoken):  # as of a sound at the first frame, for which the face opens before
        for point in curve.keyframe_points:
            for part in (point.co, point.handle_left, point.handle_right):
                part[0] -= 12.0
    before = played(spoken, 1, 60)
    way = out_and_back(tmp_path / "take")
    next(way)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.context.scene.render.fps = 24
    next(way, None)
    (mesh,) = (item for item in bpy.data.objects if item.type == "MESH" and item.data.shape_keys)
    after = played(mesh, 1, 60)
    assert np.ptp(after, axis=0).max() > 0.1
    np.testing.assert_allclose(after, before, atol=BACK)


def test_a_performance_survives_alembic(spoken, tmp_path):
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 1, 40

    def points(mesh):
        found = []
        for frame in range(1, 41):
            bpy.context.scene.frame_set(frame)
            evaluated = mesh.evaluated_get(bpy.context.evaluated_depsgraph_get())
            found.append([vertex.co.to_tuple() for vertex in evaluated.data.vertices])
        return np.array(found)

    before = points(spoken)
    bpy.ops.wm.alembic_export(filepath=str(tmp_path / "take.abc"), as_background_job=False)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.context.scene.render.fps = 24
    bpy.ops.wm.alembic_import(filepath=str(tmp_path / "take.abc"), as_background_job=False)
    (mesh,) = (item for item in bpy.data.objects if item.type == "MESH")
    assert np.ptp(before, axis=0).max() > 0.1
    np.testing.assert_allclose(points(mesh), before, atol=BACK)
