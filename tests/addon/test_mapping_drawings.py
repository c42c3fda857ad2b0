# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawn mouths of every kind show one drawing at a time, in steps."""

import bpy
import numpy as np
import pytest

LETTERS = "XABCDEFGH"
HALF_FRAMES = np.arange(10, 120, 0.5)


def layers():
    """A Grease Pencil object with a layer for each drawing, and how to see what shows."""
    data = getattr(bpy.data, "grease_pencils_v3", None)
    pencil = (bpy.data.grease_pencils if data is None else data).new("Mouth")
    for letter in LETTERS:
        pencil.layers.new(f"mouth_{letter}")
    mouth = bpy.data.objects.new("Mouth", pencil)
    return mouth, [mouth], lambda: [not layer.hide for layer in _evaluated(pencil).layers]


def objects():
    made = [bpy.data.objects.new(f"Mouth {letter}", bpy.data.meshes.new(letter)) for letter in LETTERS]
    handle = bpy.data.objects.new("Cartoon", None)
    for each in made:
        each.parent = handle
    return made[0], made, lambda: [not _evaluated(each).hide_render for each in made]


def shapes():
    mesh = bpy.data.meshes.new("Face")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    face = bpy.data.objects.new("Face", mesh)
    bpy.context.scene.collection.objects.link(face)
    face.shape_key_add(name="Basis")
    for letter in LETTERS:
        block = face.shape_key_add(name=letter)
        block.value, block.data[0].co.z = 0.0, 1.0
    return face, [face], lambda: [block.value for block in _evaluated(mesh.shape_keys).key_blocks[1:]]


def _evaluated(datablock):
    return datablock.evaluated_get(bpy.context.evaluated_depsgraph_get())


@pytest.mark.parametrize("kind", [layers, objects, shapes])
def test_one_drawing_shows_at_a_time(kind, select, add_voice):
    active, made, seen = kind()
    for each in {*made, *(each.parent for each in made if each.parent)}:
        if not each.users_collection:
            bpy.context.scene.collection.objects.link(each)
    select(active)
    for each in made:
        each.select_set(True)
    assert bpy.ops.parlance.map_drawings() == {"FINISHED"}
    select(active.parent or active)
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    track = []
    for frame in HALF_FRAMES:
        bpy.context.scene.frame_set(int(frame), subframe=float(frame % 1))
        shown = np.array(seen(), float)
        assert set(shown) == {0.0, 1.0}
        assert shown.sum() == 1.0
        track.append(int(shown.argmax()))
    assert len(set(track)) >= 5
    borders = np.flatnonzero(np.diff(track[::2])) + 1
    assert np.diff(borders).min() >= 2


def test_drawings_are_offered_and_then_told(select, add_voice, room):
    mouth, _, _ = layers()
    bpy.context.scene.collection.objects.link(mouth)
    select(mouth)
    add_voice()
    readiness = room("addon.panel.readiness")
    assert [obstacle.code for obstacle in readiness.look(bpy.context).obstacles if obstacle.stops] == ["layers"]
    assert bpy.ops.parlance.fix(code="layers") == {"FINISHED"}
    ready = readiness.look(bpy.context)
    assert ready.ready
    assert room("addon.panel.character_box").drawings(ready.character) == "9 mouth drawings by “mouth”"


def test_sliders_that_move_no_drawing_are_not_shown(select, add_voice, room):
    mouth, _, seen = layers()
    bpy.context.scene.collection.objects.link(mouth)
    select(mouth)
    add_voice()
    bpy.ops.parlance.map_drawings()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    drawn = room("addon.panel.drawn_mouth")
    character = room("addon.panel.readiness").look(bpy.context).character
    assert drawn.is_one(character)
    assert drawn.sliders(character) == ("lead",)
    direction = room("addon.panel.selection").here(bpy.context).direction

    def shown():
        bpy.context.view_layer.update()
        found = []
        for frame in HALF_FRAMES[::2]:
            bpy.context.scene.frame_set(int(frame))
            found.append(tuple(seen()))
        return found

    before = shown()
    direction.brow_amount, direction.joy = 1.0, 1.0
    assert shown() == before
    direction.lead = 0.15
    assert shown() != before


def test_images_of_a_sequence_follow_the_number(select, add_voice):
    image = bpy.data.images.new("mouth", 4, 4)
    image.source = "SEQUENCE"
    picture = bpy.data.objects.new("Picture", None)
    picture.empty_display_type, picture.data = "IMAGE", image
    bpy.context.scene.collection.objects.link(picture)
    picture.image_user.frame_duration = 9
    select(picture)
    assert bpy.ops.parlance.map_drawings() == {"FINISHED"}
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    offsets = set()
    for frame in HALF_FRAMES:
        bpy.context.scene.frame_set(int(frame), subframe=float(frame % 1))
        offsets.add(_evaluated(picture).image_user.frame_offset)
    assert len(offsets) >= 5
    assert offsets <= set(range(9))
    assert picture["mouth"] in offsets


def test_a_drawing_that_is_missing_is_stood_in_for(select):
    pencil = getattr(bpy.data, "grease_pencils_v3", bpy.data.grease_pencils).new("Mouth")
    for name in ("Rest", "MBP", "AI", "E", "O"):
        pencil.layers.new(name)
    mouth = bpy.data.objects.new("Mouth", pencil)
    bpy.context.scene.collection.objects.link(mouth)
    select(mouth)
    bpy.ops.parlance.map_drawings()
    for number in range(10):
        mouth["mouth"] = number
        mouth.update_tag()
        bpy.context.view_layer.update()
        assert sum(not layer.hide for layer in _evaluated(pencil).layers) == 1


def test_names_that_say_nothing_are_refused(select):
    empty = bpy.data.objects.new("Thing", None)
    bpy.context.scene.collection.objects.link(empty)
    select(empty)
    with pytest.raises(RuntimeError, match="A to H and X"):
        bpy.ops.parlance.map_drawings()
