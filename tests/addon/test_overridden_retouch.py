# SPDX-License-Identifier: GPL-3.0-or-later
"""A character that was retouched in its own file is linked, overridden and retouched further: nothing falls back on saving."""

import bpy
import pytest


@pytest.fixture
def opened(make_armature, make_face, add_voice, select, tmp_path, room, monkeypatch, request):
    """A shot with an override of a character that already speaks, with a passage and a syllable opened otherwise: its head."""
    rig = make_armature("Actor")
    head = make_face("Head", parent=rig)
    collection = bpy.data.collections.new("Character")
    bpy.context.scene.collection.children.link(collection)
    for member in (rig, head):
        bpy.context.scene.collection.objects.unlink(member)
        collection.objects.link(member)
    path = bpy.path.abspath(add_voice().sound.filepath)
    monkeypatch.setattr(room("addon.lines.retouching"), "MANY", getattr(request, "param", 20_000))
    select(head)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    bpy.context.scene.frame_set(30)
    assert bpy.ops.parlance.redo_range(frame_start=10, frame_end=40) == {"FINISHED"}
    bpy.context.scene.parlance_opening = 0.5
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, wanted):
        wanted.collections = ["Character"]
    bpy.context.scene.collection.children.link(wanted.collections[0])
    bpy.context.view_layer.objects.active = next(item for item in bpy.data.objects if item.type == "MESH")
    room("addon.sequencer.strips").add(bpy.context.scene, path, 10)
    bpy.ops.parlance.fix(code="linked")
    return head_of_shot


def head_of_shot():
    found = next(item for item in bpy.context.scene.objects if item.type == "MESH" and item.override_library)
    bpy.context.view_layer.objects.active = found
    return found


def test_what_is_retouched_on_an_override_survives_saving(opened, tmp_path, room):
    retouch = room("addon.properties.retouch_properties")
    root = opened().parent
    entry = retouch.of(root, root.parlance.lines[0])
    bpy.context.scene.frame_set(30)
    assert len(entry.passages) == 1
    bpy.context.scene.parlance_passage_start = 14.0
    bpy.context.scene.parlance_opening = 1.5
    assert bpy.context.scene.parlance_opening == pytest.approx(1.5)
    assert bpy.context.scene.parlance_passage_start == pytest.approx(14.0)
    start = entry.passages[0].start
    openings = {each.time: each.amount for each in entry.openings}
    for name in ("shot.blend", "again.blend"):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / name))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / name))
        root = opened().parent
        entry = retouch.of(root, root.parlance.lines[0])
        assert entry.passages[0].start == pytest.approx(start)
        assert {each.time: each.amount for each in entry.openings} == pytest.approx(openings)


@pytest.mark.parametrize("opened", [10], indirect=True)
def test_phones_of_hours_that_are_another_files_are_seen_and_not_half_listed(opened, room):
    """Blender keeps hardly any of the items that are added to another file's list."""
    retouching = room("addon.lines.retouching")
    root = opened().parent
    entry = room("addon.properties.retouch_properties").of(root, root.parlance.lines[0])
    heard = retouching.phones_of(entry)
    assert len(heard) > 50
    assert not len(entry.phones)
    with pytest.raises(RuntimeError, match="too many phones to change here"):
        bpy.ops.parlance.phone_mute(index=20)
    assert not len(entry.phones)
    assert retouching.phones_of(entry) == heard


@pytest.mark.newest
@pytest.mark.parametrize("operator", ["passage_remove", "phone_remove"])
def test_what_blender_takes_out_of_no_override_is_refused_in_a_sentence(opened, operator, snapshot):
    opened()
    before = snapshot()
    with pytest.raises(RuntimeError, match=r"^Error: Blender takes nothing out of [^\n]+\.\n?$"):
        getattr(bpy.ops.parlance, operator)()
    assert snapshot() == before


@pytest.mark.newest
def test_directions_may_come_and_go_in_the_text_of_an_overridden_line(opened, room, capfd):
    root = opened().parent
    line = root.parlance.lines[0]
    line.text = "[warm] hello [nods] there"
    entry = room("addon.properties.retouch_properties").of(root, line)
    assert len(entry.cues) == 1
    assert len(entry.passages) == 2
    line.text = "hello there"
    assert not room("addon.running").trouble
    assert "Traceback" not in capfd.readouterr().err
    assert all(cue.strength == 0.0 for cue in entry.cues), "what cannot be taken out does nothing"
