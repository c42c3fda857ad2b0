# SPDX-License-Identifier: GPL-3.0-or-later
"""The mapping panel in real Blender: rows, files, repairs, and what generating makes of them."""

import json

import bpy
import numpy as np
import pytest


@pytest.fixture
def rows():
    def of(owner):
        return {row.source: row for row in owner.parlance_mapping.rows}

    return of


@pytest.fixture
def draw(room):
    """Draw the panel into a layout that notes what is asked of it."""

    class Layout:
        def __init__(self):
            self.said = []

        def __getattr__(self, name):
            def noted(*arguments, **options):
                self.said.append((name, arguments, options))
                return self

            return noted

    def draw(owner):
        layout = Layout()
        room("addon.mapping.panel")._draw_coverage(layout, owner)
        return " ".join(options["text"] for name, _, options in layout.said if name == "label")

    return draw


def test_auto_map_lists_every_shape_and_what_drives_it(make_face, rows, draw):
    face = make_face(shapes=["jaw_open", "mouthSmile", "eyeBilnkLeft", "Belly"])
    assert bpy.ops.parlance.map_auto() == {"FINISHED"}
    listed = rows(face)
    assert len(listed) == 52
    assert listed["jawOpen"].target == "jaw_open"
    assert listed["mouthSmileLeft"].target == listed["mouthSmileRight"].target == "mouthSmile"
    assert listed["eyeBlinkLeft"].muted
    assert not listed["mouthPucker"].target
    assert "3 of 52" in draw(face)
    assert "1 doubtful" in draw(face)


def test_unknown_names_are_refused_with_a_sentence(make_face):
    make_face(shapes=["Belly", "Muscle"])
    with pytest.raises(RuntimeError, match="choose their targets"):
        bpy.ops.parlance.map_auto()


def test_a_changed_row_is_stored_and_used(make_face, add_voice, rows, curves, room):
    face = make_face(shapes=["jawOpen", "mouthClose", "mouthPucker", "Gob"])
    add_voice()
    bpy.ops.parlance.map_show()
    row = rows(face)["jawOpen"]
    row.target = "Gob"
    row.gain = 0.5
    stored = json.loads(face.parlance.rig_map)
    assert {"source": "jawOpen", "target": "Gob", "gain": 0.5} in stored["drives"]
    assert room("addon.character.characters").rig_map(face).targets == ("Gob", "mouthClose", "mouthPucker")
    bpy.ops.parlance.generate()
    assert 'key_blocks["Gob"].value' in {path for path, _ in curves(face.data.shape_keys)}
    assert 'key_blocks["jawOpen"].value' not in {path for path, _ in curves(face.data.shape_keys)}


def test_auto_map_forgets_changes(make_face, rows):
    face = make_face(shapes=["jawOpen", "Gob"])
    bpy.ops.parlance.map_show()
    rows(face)["jawOpen"].target = "Gob"
    assert face.parlance.rig_map
    bpy.ops.parlance.map_auto()
    assert not face.parlance.rig_map
    assert rows(face)["jawOpen"].target == "jawOpen"


def test_every_change_can_be_undone(room):
    unchanging = {"PARLANCE_OT_map_save", "PARLANCE_OT_map_copy"}
    modules = (room(f"addon.mapping.{name}") for name in ("operators", "choosing", "transfer"))
    for operator in (each for module in modules for each in module.CLASSES):
        assert ("UNDO" in getattr(operator, "bl_options", ())) == (operator.__name__ not in unchanging)


def test_one_source_may_have_several_targets(make_face, rows, room):
    face = make_face(shapes=["browInnerUp", "Forehead"])
    bpy.ops.parlance.map_show()
    mapping = face.parlance_mapping
    mapping.row = next(i for i, row in enumerate(mapping.rows) if row.source == "browInnerUp")
    bpy.ops.parlance.map_add()
    mapping.rows[mapping.row].target = "Forehead"
    assert room("addon.character.characters").rig_map(face).targets == ("browInnerUp", "Forehead")
    bpy.ops.parlance.map_remove()
    assert room("addon.character.characters").rig_map(face).targets == ("browInnerUp",)


def test_the_preview_moves_the_shape_by_its_gain(make_face, rows):
    face = make_face(shapes=["jawOpen", "mouthClose"])
    bpy.ops.parlance.map_show()
    row = rows(face)["jawOpen"]
    row.gain = 0.5
    row.preview = 0.8
    assert face.data.shape_keys.key_blocks["jawOpen"].value == pytest.approx(0.4)
    bpy.ops.parlance.map_rest()
    assert face.data.shape_keys.key_blocks["jawOpen"].value == 0.0
    assert not face.data.shape_keys.animation_data


def test_save_load_copy_and_paste(make_face, rows, tmp_path):
    face = make_face("One", shapes=["jawOpen", "Gob"])
    bpy.ops.parlance.map_show()
    rows(face)["jawOpen"].target = "Gob"
    bpy.ops.parlance.map_save(filepath=str(tmp_path / "one.json"))
    other = make_face("Two", shapes=["jawOpen", "Gob"])
    bpy.ops.parlance.map_load(filepath=str(tmp_path / "one.json"))
    assert rows(other)["jawOpen"].target == "Gob"
    stranger = make_face("Three", shapes=["nothing", "alike"])
    with pytest.raises(RuntimeError, match="another kind"):
        bpy.ops.parlance.map_load(filepath=str(tmp_path / "one.json"))
    assert not stranger.parlance.rig_map
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(RuntimeError, match="not a rig map"):
        bpy.ops.parlance.map_load(filepath=str(tmp_path / "broken.json"))


def test_a_convention_can_be_put_on(make_face, rows):
    face = make_face(shapes=["A", "E", "O"])
    bpy.ops.parlance.map_convention(convention="vrm_vowels")
    assert rows(face)["viseme_aa"].target == "A"
    assert len(json.loads(face.parlance.rig_map)["drives"]) == 3


@pytest.mark.ends
def test_the_demo_head_is_measured_and_repaired(room, select):
    demo_head = room("addon.demo_head")
    root = demo_head.create_demo_head(bpy.context)
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    select(face)
    bpy.ops.parlance.map_show()
    bpy.ops.parlance.map_measure()
    assert "Lips seal at mouthClose" in face.parlance_mapping.summary
    block = face.data.shape_keys.key_blocks["mouthFunnel"]
    basis = face.data.shape_keys.reference_key
    points, rest = (np.empty(3 * len(face.data.vertices), np.float32) for _ in range(2))
    block.points.foreach_get("co", points)
    basis.points.foreach_get("co", rest)
    block.points.foreach_set("co", 2 * rest - points)
    bpy.ops.parlance.map_measure()
    assert "“mouthFunnel” moves the wrong way round" in face.parlance_mapping.summary
    bpy.ops.parlance.map_repair()
    assert "wrong way" not in face.parlance_mapping.summary
    drive = next(row for row in face.parlance_mapping.rows if row.source == "mouthFunnel")
    assert drive.gain == -1.0


@pytest.mark.newest
def test_generating_seals_with_the_face_of_this_character(room, select, add_voice):
    root = room("addon.demo_head").create_demo_head(bpy.context)
    select(root)
    character = room("addon.character.characters").of(root)
    rigging = room("addon.planning.rig_plan").rig_of(character)
    reference = room("inference.geometry").REFERENCE
    assert rigging.calibration is not None
    assert rigging.geometry is not reference
    assert rigging.geometry.effect("jawOpen", "gap") == pytest.approx(30, abs=6)


def test_the_mapping_survives_saving_the_file(make_face, rows, tmp_path):
    face = make_face(shapes=["jawOpen", "Gob"])
    bpy.ops.parlance.map_show()
    rows(face)["jawOpen"].target = "Gob"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "scene.blend"))
    again = bpy.data.objects["Face"]
    assert rows(again)["jawOpen"].target == "Gob"
    assert "Gob" in again.parlance.rig_map


@pytest.mark.ends
def test_the_preview_moves_every_mesh_of_the_character(room, select):
    root = room("addon.demo_head").create_demo_head(bpy.context)
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    select(face)
    bpy.ops.parlance.map_show()
    next(row for row in face.parlance_mapping.rows if row.source == "jawOpen").preview = 0.6
    open_jaws = [
        child.data.shape_keys.key_blocks["jawOpen"].value
        for child in root.children
        if child.data.shape_keys and "jawOpen" in child.data.shape_keys.key_blocks
    ]
    assert len(open_jaws) > 1
    assert open_jaws == pytest.approx([0.6] * len(open_jaws))


@pytest.mark.newest
def test_a_blink_that_leaves_the_eye_open_is_repaired(room, select):
    root = room("addon.demo_head").create_demo_head(bpy.context)
    for mesh in (
        child for child in root.children if child.data.shape_keys and "eyeBlinkLeft" in child.data.shape_keys.key_blocks
    ):
        _scale(mesh.data.shape_keys, "eyeBlinkLeft", 0.5)
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    select(face)
    box = room("addon.panel.character_box")
    characters = room("addon.character.characters")
    assert ("1 shape too short to close the eye: “eyeBlinkLeft”", "parlance.map_repair") in box.flaws(box.of(characters.of(face)))
    bpy.ops.parlance.map_repair()
    assert not box.of(characters.of(face)).faults
    (drive,) = [drive for drive in characters.rig_map(face).active if drive.source == "eyeBlinkLeft"]
    block = face.data.shape_keys.key_blocks["eyeBlinkLeft"]
    assert 1.7 < drive.gain <= drive.high <= block.slider_max


@pytest.mark.ends
def test_brows_that_hardly_rise_go_further_once_repaired(room, select):
    root = room("addon.demo_head").create_demo_head(bpy.context)
    for mesh in (child for child in root.children if child.data.shape_keys):
        if "browInnerUp" in mesh.data.shape_keys.key_blocks:
            _scale(mesh.data.shape_keys, "browInnerUp", 0.4)
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    select(face)
    box = room("addon.panel.character_box")
    characters = room("addon.character.characters")
    told = ("1 shape less far than on other faces: “browInnerUp”", "parlance.map_repair")
    assert told in box.flaws(box.of(characters.of(face)))
    bpy.ops.parlance.map_repair()
    assert box.flaws(box.of(characters.of(face))) == []
    (drive,) = [drive for drive in characters.rig_map(face).active if drive.source == "browInnerUp"]
    assert 1.5 < drive.gain <= drive.high <= face.data.shape_keys.key_blocks["browInnerUp"].slider_max


def _scale(key, name, factor):
    block = key.key_blocks[name]
    points, rest = (np.empty(3 * len(block.data), np.float32) for _ in range(2))
    block.points.foreach_get("co", points)
    key.reference_key.points.foreach_get("co", rest)
    block.points.foreach_set("co", rest + factor * (points - rest))


class Box:
    """Takes what is drawn, and remembers its sentences and buttons."""

    def __init__(self):
        self.labels, self.buttons = [], []

    def label(self, text="", **_):
        self.labels.append(text)

    def operator(self, name, text="", **_):
        self.buttons.append((name, text))
        return self

    def box(self):
        return self

    def row(self, **_):
        return self

    def column(self, **_):
        return self


@pytest.mark.newest
def test_one_button_repairs_all_and_a_face_that_has_spoken_shows_no_more(room, select):
    """Two boxes with a button each pushed the rest of the tab out of sight."""
    from types import SimpleNamespace

    root = room("addon.demo_head").create_demo_head(bpy.context)
    for mesh in (child for child in root.children if child.data.shape_keys):
        for name, share in (("eyeBlinkLeft", 0.5), ("browInnerUp", 0.4)):
            if name in mesh.data.shape_keys.key_blocks:
                _scale(mesh.data.shape_keys, name, share)
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    select(face)
    character = room("addon.character.characters").of(face)
    preferences = SimpleNamespace(system=SimpleNamespace(ui_scale=1.0))
    context = SimpleNamespace(region=SimpleNamespace(width=300), preferences=preferences)
    panel = room("addon.panel.character_box")
    drawn = {}
    for brief in (False, True):
        drawn[brief] = Box()
        panel.draw(drawn[brief], context, character, brief=brief)
        assert drawn[brief].buttons == [("parlance.map_repair", "Repair 2 Shapes")]
    assert any("eyeBlinkLeft" in text for text in drawn[False].labels)
    assert not any("eyeBlinkLeft" in text for text in drawn[True].labels)
    described = room("addon.mapping.operators").PARLANCE_OT_map_repair.description(bpy.context, None)
    assert "“eyeBlinkLeft”" in described
    assert "“browInnerUp”" in described
    bpy.ops.parlance.map_repair()
    assert not panel.to_repair(panel.of(room("addon.character.characters").of(face)))
