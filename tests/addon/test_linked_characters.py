# SPDX-License-Identifier: GPL-3.0-or-later
"""Linked characters and overrides: what keeps their faces from moving is told, and one click removes it."""

import bpy
import pytest

from .test_readiness import refused


@pytest.fixture
def library(make_armature, make_face, tmp_path):
    """A file with a character in a collection, to be linked."""
    rig = make_armature("Actor")
    head = make_face("Head", parent=rig)
    collection = bpy.data.collections.new("Character")
    for member in (rig, head):
        collection.objects.link(member)
        bpy.context.scene.collection.objects.unlink(member)
    bpy.context.scene.collection.children.link(collection)
    path = tmp_path / "library.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(path), link=True) as (_, wanted):
        wanted.collections = ["Character"]
    bpy.context.scene.collection.children.link(wanted.collections[0])
    return path


def test_a_linked_character_that_is_only_shown_speaks_after_one_click(library, add_voice, codes, ready, select):
    (collection,) = bpy.data.collections
    bpy.context.scene.collection.children.unlink(collection)
    empty = bpy.data.objects.new("Hero", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", collection
    bpy.context.scene.collection.objects.link(empty)
    add_voice()
    select(empty)
    assert bpy.ops.parlance.fix(code="instance") == {"FINISHED"}
    assert "linked" not in codes()
    assert ready().ready
    assert bpy.ops.parlance.generate() == {"FINISHED"}


def test_an_override_that_blender_keeps_from_being_edited_is_let_go_of(library, add_voice, codes, ready):
    (collection,) = bpy.data.collections
    made = collection.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer, do_fully_editable=False)
    rig = next(item for item in made.all_objects if item.type == "ARMATURE")
    rig.override_library.is_system_override = True
    bpy.context.view_layer.objects.active = rig
    add_voice()
    assert "linked" in codes()
    while "linked" in codes():
        assert bpy.ops.parlance.fix(code="linked") == {"FINISHED"}
    assert not rig.override_library.is_system_override
    assert ready().ready


@pytest.mark.parametrize("how", ["in the scene", "in a collection of the shot", "as objects"])
def test_an_override_takes_the_place_of_what_was_linked(library, codes, moves, add_voice, how):
    """Else the linked head, at rest, stays in the same spot as the one that speaks."""
    scene = bpy.context.scene
    (collection,) = bpy.data.collections
    place = scene.collection
    if how != "in the scene":
        place = bpy.data.collections.new("Actors")
        scene.collection.children.link(place)
        place.children.link(collection)
        scene.collection.children.unlink(collection)
    if how == "as objects":
        for member in list(collection.all_objects):
            place.objects.link(member)
        bpy.data.collections.remove(collection)
    bpy.context.view_layer.objects.active = next(item for item in scene.objects if item.type == "MESH")
    add_voice()
    assert bpy.ops.parlance.fix(code="linked") == {"FINISHED"}
    assert "linked" not in codes()
    assert {item.name for item in scene.objects} == {"Actor", "Head"}
    assert all(item.override_library for item in scene.objects)
    home = place.objects if how == "as objects" else place.children[0].objects
    assert {item.name for item in home} == {"Actor", "Head"}
    assert how == "in the scene" or [each.name for each in scene.collection.children] == ["Actors"]
    assert moves(next(item for item in scene.objects if item.type == "MESH"))


def test_linked_data_is_overridden_with_one_click_and_survives_saving(
    library, add_voice, codes, moves, tmp_path, select, value_at
):
    linked = next(item for item in bpy.data.objects if item.type == "MESH")
    bpy.context.view_layer.objects.active = linked
    add_voice()
    assert "linked" in codes()
    assert refused()
    bpy.ops.parlance.fix(code="linked")
    assert "linked" not in codes()
    head = next(item for item in bpy.context.scene.objects if item.type == "MESH" and item.override_library)
    assert moves(head)
    spoken = [value_at(head, "jawOpen", frame) for frame in range(10, 70, 10)]
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "shot.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "shot.blend"))
    head = next(item for item in bpy.context.scene.objects if item.type == "MESH" and item.override_library)
    assert [value_at(head, "jawOpen", frame) for frame in range(10, 70, 10)] == spoken
    root = head.parent
    root.parlance.lines[0].direction.jaw = 0.0
    assert max(value_at(head, "jawOpen", frame) for frame in range(10, 70, 10)) < 0.5 * max(spoken)


def test_settings_of_an_override_come_back_with_the_file(library, add_voice, select, tmp_path, capfd):
    """Also those that the library knows nothing of: its character has never spoken. Blender told an error, and they were lost."""

    def override():
        return next(each for each in bpy.data.objects if each.override_library and each.type == "ARMATURE")

    select(next(each for each in bpy.data.objects if each.type == "ARMATURE"))
    add_voice()
    while not any(each.override_library for each in bpy.data.objects):
        assert bpy.ops.parlance.fix(code="linked") == {"FINISHED"}
    rig = override()
    select(rig)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    rig.parlance.direction.jaw, rig.parlance.lines[0].direction.lips = 1.4, 1.5
    rig.parlance_tracks.look = -1
    rig.override_library.operations_update()  # as an undo step does
    for round_trip in range(2):
        path = tmp_path / f"shot {round_trip}.blend"
        bpy.ops.wm.save_as_mainfile(filepath=str(path))
        bpy.ops.wm.open_mainfile(filepath=str(path))
        rig = override()
        rig.location.x += 1
    assert rig.parlance.direction.jaw == pytest.approx(1.4)
    assert rig.parlance.lines[0].direction.lips == pytest.approx(1.5)
    assert rig.parlance_tracks.look == -1
    told = capfd.readouterr()
    assert "expected ID type" not in told.out + told.err
