# SPDX-License-Identifier: GPL-3.0-or-later
"""What is added to lists of an overridden character, beside what its library lists, is there when the file is opened again."""

import bpy
import pytest


def in_hand():
    """The overridden head of the shot, as the active object."""
    found = next(item for item in bpy.context.scene.objects if item.type == "MESH" and item.override_library)
    bpy.context.view_layer.objects.active = found
    return found


@pytest.fixture
def overridden(make_armature, make_face, select, room, tmp_path):
    """Put a character into a library, do something to it there, and override it in a shot. Gives its head there.

    What is done gives the path of a voice, for the shot to have a strip of as well.
    """

    def override(done_in_library):
        rig = make_armature("Actor")
        head = make_face("Head", parent=rig)
        collection = bpy.data.collections.new("Character")
        bpy.context.scene.collection.children.link(collection)
        for member in (rig, head):
            bpy.context.scene.collection.objects.unlink(member)
            collection.objects.link(member)
        select(head)
        voice = done_in_library()
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, wanted):
            wanted.collections = ["Character"]
        bpy.context.scene.collection.children.link(wanted.collections[0])
        bpy.context.view_layer.objects.active = next(item for item in bpy.data.objects if item.type == "MESH")
        if isinstance(voice, str):
            room("addon.sequencer.strips").add(bpy.context.scene, voice, 10)
        assert bpy.ops.parlance.fix(code="linked") == {"FINISHED"}
        return in_hand()

    return override


def opened_again(tmp_path):
    """The head once the file is saved and opened, twice: what is read of an override is written again."""
    for name in ("shot.blend", "again.blend"):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / name))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / name))
    return in_hand()


def listed(entry):
    """Everything that is listed for a line, as plain data."""

    def columns(rows, *names):
        return [tuple(round(value, 3) if isinstance(value, float) else value for value in map(row.get, names)) for row in rows]

    return {
        "passages": [
            (each.tag, round(each.start, 3), round(each.end, 3), round(each.direction.joy, 3)) for each in entry.passages
        ],
        "cues": columns(entry.cues, "gesture", "tag", "start"),
        "vocals": columns(entry.vocals, "kind", "start", "changed"),
        "openings": columns(entry.openings, "time", "amount"),
        "phones": columns(entry.phones, "symbol", "start", "end", "changed"),
    }


def test_every_row_that_is_added_to_a_line_of_an_override_comes_back(overridden, add_voice, room, tmp_path):
    def speak():
        voice = bpy.path.abspath(add_voice().sound.filepath)
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        bpy.context.scene.frame_set(30)
        assert bpy.ops.parlance.redo_range(frame_start=10, frame_end=40) == {"FINISHED"}
        bpy.context.scene.parlance_opening = 0.5
        bpy.context.object.parent.parlance.lines[0].text = "hello [nods] there"
        return voice

    root = overridden(speak).parent
    rows = room("addon.properties.retouch_properties")
    root.parlance.lines[0].text = "[joyful] hello [nods] there [nods] again [nods]"
    assert bpy.ops.parlance.redo_range(frame_start=50, frame_end=60) == {"FINISHED"}
    for frame in (60, 90):
        bpy.context.scene.frame_set(frame)
        assert bpy.ops.parlance.vocal_add(kind="cough") == {"FINISHED"}
    assert bpy.ops.parlance.phone_split(index=3) == {"FINISHED"}
    assert bpy.ops.parlance.phone_split(index=9) == {"FINISHED"}
    before = listed(rows.of(root, root.parlance.lines[0]))
    assert [len(before[name]) for name in ("passages", "cues", "vocals")] == [3, 3, 2]
    root = opened_again(tmp_path).parent
    assert listed(rows.of(root, root.parlance.lines[0])) == before


def test_a_syllable_opened_in_the_library_may_be_as_heard_on_an_override(overridden, add_voice, tmp_path, capfd):
    def speak():
        voice = bpy.path.abspath(add_voice().sound.filepath)
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        bpy.context.scene.frame_set(30)
        bpy.context.scene.parlance_opening = 0.5
        return voice

    overridden(speak)
    bpy.context.scene.frame_set(30)
    assert bpy.context.scene.parlance_opening == pytest.approx(0.5)
    bpy.context.scene.parlance_opening = 1.0
    assert "Traceback" not in capfd.readouterr().err
    opened_again(tmp_path)
    bpy.context.scene.frame_set(30)
    assert bpy.context.scene.parlance_opening == pytest.approx(1.0)


@pytest.mark.parametrize("mapped_in_library", [False, True])
def test_a_mapping_changed_on_an_override_comes_back_and_is_never_doubled(overridden, room, tmp_path, mapped_in_library):
    head = overridden(bpy.ops.parlance.map_auto if mapped_in_library else lambda: None)
    assert bpy.ops.parlance.map_auto() == {"FINISHED"}
    mapping = head.parlance_mapping
    for index, target in ((3, "jawOpen"), (3, "mouthClose"), (7, "mouthPucker")):
        mapping.row = index
        assert bpy.ops.parlance.map_add() == {"FINISHED"}
        mapping.rows[index + 1].target = target
    drives = [(row.source, row.target) for row in mapping.rows]
    head = opened_again(tmp_path)
    assert [(row.source, row.target) for row in head.parlance_mapping.rows] == drives
    assert bpy.ops.parlance.map_auto() == {"FINISHED"}
    again = room("addon.mapping.mapping_rows").rig_map_of(head)
    assert len({(each.source, each.target) for each in again.drives}) == len(again.drives) == 52


def test_targets_to_look_at_that_an_override_adds_come_back(overridden, tmp_path):
    head = overridden(bpy.ops.parlance.look_add)
    for name in ("Ball", "Door"):
        target = bpy.data.objects.new(name, None)
        bpy.context.scene.collection.objects.link(target)
        assert bpy.ops.parlance.look_add() == {"FINISHED"}
        head.parent.parlance.looks[-1].target = target
    head = opened_again(tmp_path)
    assert [each.target and each.target.name for each in head.parent.parlance.looks] == [None, "Ball", "Door"]
    with pytest.raises(
        RuntimeError, match=r"^Error: Blender takes nothing out of what another file lists; do it there, or [^\n]+\.\n?$"
    ):
        bpy.ops.parlance.look_remove(index=1)


def rows_of(head, room):
    """All rows that are listed for a head and its character."""
    lists = room("addon.properties.override_rows").lists
    return [row for each in (head, head.parent) for _, rows in lists(each) for row in rows]


def test_lists_of_an_earlier_version_keep_all_that_is_added_once_their_library_was_saved_again(
    overridden, add_voice, room, tmp_path
):
    def speak_as_before_rows_had_names():
        voice = bpy.path.abspath(add_voice().sound.filepath)
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        assert bpy.ops.parlance.map_auto() == {"FINISHED"}
        assert bpy.ops.parlance.look_add() == {"FINISHED"}
        bpy.context.object.parent.parlance.lines[0].text = "hello [nods] there"
        room("addon.properties.override_rows").unregister()
        for row in rows_of(bpy.context.object, room):
            row.name = ""
        return voice

    def targets(root):
        return [each.target and each.target.name for each in root.parlance.looks]

    def look_at(root, *names):
        for name in names:
            target = bpy.data.objects.new(name, None)
            bpy.context.scene.collection.objects.link(target)
            assert bpy.ops.parlance.look_add() == {"FINISHED"}
            root.parlance.looks[-1].target = target

    entries = room("addon.properties.retouch_properties")
    head = overridden(speak_as_before_rows_had_names)
    room("addon.properties.override_rows").register()
    assert rows_of(head, room)
    assert not any(row.name for row in rows_of(head, room))
    head.parent.parlance.lines[0].text = "hello [nods] there [nods]"
    look_at(head.parent, "Ball")
    head = opened_again(tmp_path)
    assert targets(head.parent) == [None, "Ball"]
    before = listed(entries.of(head.parent, head.parent.parlance.lines[0]))
    assert len(before["cues"]) == 2
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "again.blend"))
    head = in_hand()
    assert listed(entries.of(head.parent, head.parent.parlance.lines[0])) == before
    look_at(head.parent, "Door", "Lamp")
    head.parent.parlance.lines[0].text = "hello [nods] there [nods] again [nods]"
    before = listed(entries.of(head.parent, head.parent.parlance.lines[0]))
    assert len(before["cues"]) == 3
    head = opened_again(tmp_path)
    assert targets(head.parent) == [None, "Ball", "Door", "Lamp"]
    assert listed(entries.of(head.parent, head.parent.parlance.lines[0])) == before
    drives = [(row.source, row.target) for row in head.parlance_mapping.rows]
    assert len(set(drives)) == len(drives) == 52
