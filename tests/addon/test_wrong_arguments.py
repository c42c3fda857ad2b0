# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts call operators with names and numbers that are not there: each says one sentence, and nothing changes."""

import bpy
import pytest

CALLS = [
    ("change_show", {}),
    ("change_show", {"key": "jawOpen"}),
    ("fix", {}),
    ("fix", {"code": "shared"}),
    ("fix", {"code": "jaw"}),
    ("map_choose", {"role": "Opener"}),
    ("rule_show", {}),
    ("rule_show", {"everybody": True}),
]


@pytest.mark.newest
@pytest.mark.parametrize(("operator", "settings"), CALLS)
def test_what_is_not_there_is_said_in_a_sentence(face, snapshot, operator, settings):
    bpy.ops.parlance.generate()
    before = snapshot()
    with pytest.raises(RuntimeError, match=r"^Error: [^\n]+\.\n?$"):
        getattr(bpy.ops.parlance, operator)(**settings)
    assert snapshot() == before


@pytest.mark.newest
@pytest.mark.parametrize("operator", ["idle", "map_repair"])
def test_a_refusal_changes_no_setting_of_what_is_no_character(scene, operator):
    bpy.ops.mesh.primitive_cube_add()
    settings = bpy.context.object.parlance
    before = settings.idle, settings.rig_map
    with pytest.raises(RuntimeError, match=r"“Cube” .+\."):
        getattr(bpy.ops.parlance, operator)()
    assert (settings.idle, settings.rig_map) == before


@pytest.mark.newest
def test_a_cue_that_cannot_be_played_now_is_told_and_has_a_step_to_undo(face, room):
    """The list was changed by an operator that called itself cancelled: Ctrl-Z took back what was done before it."""
    bpy.ops.parlance.generate()
    bpy.ops.ed.undo_push(message="Line")
    line = face.parlance.lines[0]
    line.performance = line.performance[:1000]
    bpy.ops.ed.undo_push(message="Damaged")
    with pytest.raises(RuntimeError, match="generate it again"):
        bpy.ops.parlance.cue_add("EXEC_DEFAULT", True)  # as a button does, with a step to undo
    kept = room("addon.properties.retouch_properties").of
    assert len(kept(face, line).cues) == 1
    bpy.ops.ed.undo()
    root = bpy.data.objects["Face"]
    assert len(root.parlance.lines[0].performance) == 1000
    entry = kept(root, root.parlance.lines[0])
    assert entry is None or not entry.cues


@pytest.mark.newest
def test_a_target_that_a_damaged_line_cannot_follow_is_told_and_has_a_step_to_undo(face, room):
    bpy.ops.parlance.generate()
    bpy.ops.parlance.look_add()
    bpy.ops.object.empty_add()
    ball = bpy.context.object
    bpy.context.view_layer.objects.active = face
    face.parlance.looks[0].target = ball
    line = face.parlance.lines[0]
    line.performance = line.performance[:1000]
    bpy.ops.ed.undo_push(message="Damaged")
    with pytest.raises(RuntimeError, match="generate it again"):
        bpy.ops.parlance.look("EXEC_DEFAULT", True, index=1)
    is_keyed = room("addon.generate.looking").is_keyed
    assert is_keyed(bpy.data.objects["Face"])
    bpy.ops.ed.undo()
    root = bpy.data.objects["Face"]
    assert len(root.parlance.looks) == 1
    assert len(root.parlance.lines[0].performance) == 1000
    assert not is_keyed(root)
