# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of lines: in time order, searched by name; a click takes a line in hand."""

import bpy
import pytest

from .drawn_panels import Shown


@pytest.fixture
def lines(face, add_voice, scene, room):
    """Two lines, the later one made first; their character's list."""
    room("addon.sequencer.strips").sequencer(bpy.context).sequence_editor.strips_all[0].name = "Second"
    bpy.ops.parlance.generate()
    first = add_voice(frame=-900)
    first.name = "First"
    scene.sequence_editor.active_strip = first
    bpy.ops.parlance.generate()
    return face.parlance.lines


def test_lines_are_listed_in_time_order_and_found_by_name(face, lines):
    listed = Shown(bpy.types.PARLANCE_UL_lines, bpy.context)
    listed.bitflag_filter_item, listed.filter_name = 1, ""
    shown, order = listed.filter_items(bpy.context, face.parlance, "lines")
    assert ([line.title for line in lines], list(order)) == (["Second", "First"], [1, 0])
    assert shown == [1, 1]
    listed.filter_name = "fIR"
    assert listed.filter_items(bpy.context, face.parlance, "lines")[0] == [0, 1]


def test_a_click_takes_a_line_in_hand_and_goes_there(lines, scene):
    manager = bpy.context.window_manager
    assert manager.parlance_line == 1
    manager.parlance_line = 0
    assert manager.parlance_line == 0
    assert scene.sequence_editor.active_strip.name == "Second"
    assert scene.frame_current == 10
