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
