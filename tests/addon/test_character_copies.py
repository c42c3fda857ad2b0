# SPDX-License-Identifier: GPL-3.0-or-later
"""A character that speaks is copied: whatever is done to one of the two is not done to the other; and NLA layers are cleared."""

from pathlib import Path
from uuid import uuid4

import bpy
import pytest

pytestmark = pytest.mark.newest


@pytest.fixture
def values(value_at):
    return lambda face: [round(value_at(face, "jawOpen", frame), 4) for frame in range(20, 100, 4)]


def shift_d(face):
    bpy.ops.object.duplicate(linked=False)
    return bpy.context.view_layer.objects.active


def by_script(face):
    """As add-ons do it, and Blender where its preferences say that actions are not copied: both play one action."""
    made = face.copy()
    made.data = face.data.copy()
    bpy.context.scene.collection.objects.link(made)
    return made


def appended(face):
    """From an earlier version of the file."""
    path = str(Path(bpy.app.tempdir) / f"{uuid4().hex}.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
    with bpy.data.libraries.load(path, link=False) as (_, wanted):
        wanted.objects = [face.name]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    return wanted.objects[0]


@pytest.mark.parametrize("output", ["ACTIVE", "NLA"])
@pytest.mark.parametrize("how", [shift_d, by_script, appended])
@pytest.mark.parametrize("touched", ["copy", "original"])
def test_a_copy_and_its_original_go_their_own_ways(face, select, values, how, output, touched):
    face.parlance.output = output
    bpy.ops.parlance.generate()
    as_it_was = values(face)
    assert max(as_it_was) > 0.2
    copy = how(face)
    one, other = (copy, face) if touched == "copy" else (face, copy)
    select(one)
    one.parlance.lines[0].direction.jaw = 0.4
    assert values(other) == as_it_was
    assert max(values(one)) < 0.8 * max(as_it_was)
    bpy.ops.parlance.clear()
    assert max(values(one)) == 0.0
    assert values(other) == as_it_was
    select(other)
    other.parlance.lines[0].direction.jaw = 0.4
    assert max(values(other)) < 0.8 * max(as_it_was)


def test_the_mouth_rests_after_clearing_whatever_layers_have_come_with_a_slider(face, values):
    face.parlance.output = "NLA"
    bpy.ops.parlance.generate()
    bpy.context.scene.frame_set(60)
    face.parlance.lines[0].direction.joy = 0.8
    bpy.ops.parlance.clear()
    assert max(values(face)) == 0.0
    assert all(block.value == 0.0 for block in face.data.shape_keys.key_blocks[1:])


@pytest.mark.parametrize("spoken", ["before", "after"])
def test_a_linked_duplicate_is_told_and_gets_a_mesh_of_its_own_with_one_click(face, select, values, room, spoken):
    look = room("addon.panel.readiness").look
    if spoken == "before":
        bpy.ops.parlance.generate()
    assert "shared" not in [each.code for each in look(bpy.context).obstacles]
    bpy.ops.object.duplicate(linked=True)
    copy = bpy.context.view_layer.objects.active
    if spoken == "after":
        select(face)
        bpy.ops.parlance.generate()
        select(copy)
    as_it_was = values(face)
    (told,) = (each for each in look(bpy.context).obstacles if each.code == "shared")
    assert told.text == "“Face.001” and “Face” share one mesh, so that both show what either speaks."
    assert not told.stops
    assert bpy.ops.parlance.fix(code="shared") == {"FINISHED"}
    assert "shared" not in [each.code for each in look(bpy.context).obstacles]
    assert values(copy) == (as_it_was if spoken == "before" else [0.0] * len(as_it_was)), "it keeps what it has spoken"
    bpy.ops.parlance.generate()
    copy.parlance.lines[0].direction.jaw = 0.4
    assert max(values(copy)) < 0.8 * max(as_it_was)
    assert values(face) == as_it_was


def test_what_others_speak_in_the_same_action_stays_with_them_when_a_copy_gets_its_own(make_face, face, select, value_at):
    bpy.ops.parlance.generate()
    other = make_face("Other")
    data, shared = other.data.shape_keys.animation_data_create(), face.data.shape_keys.animation_data.action
    data.action, data.action_slot = shared, shared.slots.new("KEY", "Other")
    bpy.ops.parlance.generate()
    spoken = [value_at(other, "jawOpen", frame) for frame in range(20, 100, 4)]
    assert max(spoken) > 0.2
    select(face)
    bpy.ops.object.duplicate(linked=True)
    copy = bpy.context.view_layer.objects.active
    assert bpy.ops.parlance.fix(code="shared") == {"FINISHED"}
    own = copy.data.shape_keys.animation_data.action
    assert own != shared
    assert copy.animation_data.action == own, "one action holds all that a character speaks"
    assert {slot.identifier for slot in own.slots} == {"KEFace", "OBFace"}
    assert [value_at(other, "jawOpen", frame) for frame in range(20, 100, 4)] == spoken


def test_a_mesh_that_is_left_out_is_no_longer_shared_either(make_face, face, select, value_at):
    teeth = make_face("Teeth", shapes=("jawOpen",), parent=face)
    glasses = make_face("Glasses", shapes=(), parent=face)
    teeth.parlance.included = False
    select(face)
    for part in (teeth, glasses):
        part.select_set(True)
    bpy.ops.object.duplicate(linked=True)
    select(bpy.data.objects["Face.001"])
    assert bpy.ops.parlance.fix(code="shared") == {"FINISHED"}
    copied = bpy.data.objects["Teeth.001"]
    assert copied.data != teeth.data
    assert bpy.data.objects["Glasses.001"].data == glasses.data, "what has no shapes stays as the artist shared it"
    copied.parlance.included = True
    bpy.ops.parlance.generate()
    assert max(value_at(copied, "jawOpen", frame) for frame in range(20, 100, 4)) > 0.2
    assert teeth.data.shape_keys.animation_data is None


def test_a_duplicate_is_told_of_a_shared_mesh_that_it_leaves_out_itself(make_face, face, select, room):
    told = room("addon.panel.readiness").look
    teeth = make_face("Teeth", shapes=("jawOpen",), parent=face)
    select(face)
    bpy.ops.object.duplicate()
    copy = bpy.context.view_layer.objects.active
    theirs = make_face("Other Teeth", parent=copy, mesh=teeth.data)
    select(copy)
    theirs.parlance.included = False
    assert any(obstacle.code == "shared" for obstacle in told(bpy.context).obstacles), "the first one's teeth speak"
    teeth.parlance.included = False
    assert not any(obstacle.code == "shared" for obstacle in told(bpy.context).obstacles), "nobody's teeth speak"
    teeth.parlance.included = True
    assert bpy.ops.parlance.fix(code="shared") == {"FINISHED"}
    assert theirs.data != teeth.data
    assert not any(obstacle.code == "shared" for obstacle in told(bpy.context).obstacles)


@pytest.mark.newest
@pytest.mark.parametrize("by", ["artist", "parlance"])
def test_whoever_plays_the_same_slot_is_told_and_goes_their_own_way_with_one_click(by, make_face, face, select, values, codes):
    """Two characters that an artist gave one action, slot and all: the other one spoke along, unsaid."""
    key = face.data.shape_keys
    if by == "parlance":
        bpy.ops.parlance.generate()
    else:
        key.key_blocks["jawOpen"].keyframe_insert("value", frame=500)
    other, beard = make_face("Other"), make_face("Beard", parent=face)
    played = key.animation_data
    for each in (other, beard):
        data = each.data.shape_keys.animation_data_create()
        data.action, data.action_slot = played.action, played.action_slot
    select(face)
    assert "shared" in codes()
    assert bpy.ops.parlance.fix(code="shared") == {"FINISHED"}
    assert "shared" not in codes()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert max(values(face)) > 0.1
    assert max(values(other)) == 0.0, "keys of a line go where its character goes"
    assert values(beard) == values(face)


def test_a_duplicate_that_leaves_out_all_its_meshes_is_told_that_it_shares_them(face, select, room):
    bpy.ops.parlance.generate()
    select(face)
    bpy.ops.object.duplicate(linked=True)
    copy = bpy.context.view_layer.objects.active
    copy.parlance.included = False
    told = [obstacle.code for obstacle in room("addon.panel.readiness").look(bpy.context).obstacles]
    assert told[:2] == ["left_out", "shared"], "its mouth moves with the first one's"
    assert bpy.ops.parlance.fix(code="shared") == {"FINISHED"}
    assert copy.data != face.data
