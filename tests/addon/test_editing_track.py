# SPDX-License-Identifier: GPL-3.0-or-later
"""The drawn phone tracks: every line's, with names that can be read; a drag is one undo step and a click none."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import bpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def two_lines(face, scene, add_voice):
    """A face that has spoken two strips."""
    first, second = scene.sequence_editor.strips[0], add_voice(frame=400)
    for strip in (second, first):
        scene.sequence_editor.active_strip = strip
        assert bpy.ops.parlance.generate() == {"FINISHED"}
    return face, first, second


@pytest.mark.ends
def test_every_line_has_its_track_the_current_one_first(two_lines, room, scene):
    _, first, second = two_lines
    tracks = room("addon.retouch.phone_operators").tracks_here
    assert [(track.line.title, track.is_current) for track in tracks(bpy.context)] == [(first.name, True), (second.name, False)]
    scene.sequence_editor.active_strip = second
    assert [track.line.title for track in tracks(bpy.context)] == [second.name, first.name]


@pytest.mark.ends
def test_a_click_on_another_line_makes_it_the_current_one(two_lines, room, scene):
    face, _, second = two_lines
    pointer, operators = room("addon.retouch.phone_pointer"), room("addon.retouch.phone_operators")
    other = operators.tracks_here(bpy.context)[1]
    pointer.choose(bpy.context, other, 5)
    assert scene.sequence_editor.active_strip == second
    assert operators.track_here(bpy.context).line.title == second.name
    assert scene.frame_current >= 400
    face.parlance.strip = second.name
    pointer.choose(bpy.context, operators.tracks_here(bpy.context)[1], 2)
    assert face.parlance.strip == two_lines[1].name, "a pin goes along"


def test_a_drag_is_one_undo_step_and_a_click_none(face, room):
    bpy.ops.parlance.generate()
    name, pointer, operators = face.name, room("addon.retouch.phone_pointer"), room("addon.retouch.phone_operators")
    bpy.ops.ed.undo_push(message="generated")
    track = operators.track_here(bpy.context)
    heard = room("addon.lines.retouching").phones_of(track.entry)
    middle = len(heard) // 2
    start = heard[middle].start
    dragged = room("inference.retouch.phone_track").with_phone(heard, middle, replace(heard[middle], start=start + 0.025))
    pointer.finish(track, dragged)
    pointer.choose(bpy.context, operators.track_here(bpy.context), 3)
    assert operators.track_here(bpy.context).entry.phones[middle].start == pytest.approx(dragged[middle].start)
    bpy.ops.ed.undo()
    face = bpy.data.objects[name]
    entry = face.parlance_retouch[face.parlance.lines[0].token]
    assert entry.phones[middle].start == pytest.approx(start)
    assert not any(phone.changed for phone in entry.phones)
    assert "UNDO" not in bpy.types.PARLANCE_OT_phone_pointer.bl_options


@pytest.mark.ends
@settings(max_examples=200, deadline=None)
@given(
    phones=st.lists(st.tuples(st.floats(0.5, 60), st.floats(3, 16)), min_size=1, max_size=80),
    gap=st.floats(0, 8),
)
def test_names_never_overlap_and_wide_phones_always_bear_theirs(room, phones, gap):
    overlay = room("addon.retouch.overlay")
    edge, rows = 0.0, []
    for index, (room_for, width) in enumerate(phones):
        rows.append((overlay.Box(index, edge, edge + room_for, 0, 10), str(index), width))
        edge += room_for
    labels = overlay.thinned(rows, gap)
    widths = {text: width for _, text, width in rows}
    for before, after in pairwise(labels):
        assert before.left + widths[before.text] <= after.left + 1e-6
    shown = {label.text for label in labels}
    assert shown >= {text for box, text, width in rows if width <= box.right - box.left}
    assert shown, "however narrow, something can be read"


def test_pixel_wide_phones_are_thinned_not_unreadable(room):
    overlay = room("addon.retouch.overlay")
    rows = [(overlay.Box(index, index * 3.0, index * 3.0 + 3.0, 0, 10), "a", 6.0) for index in range(200)]
    labels = overlay.thinned(rows, 5.0)
    assert 40 <= len(labels) <= 60
    assert all(after.left - before.left >= 11 for before, after in pairwise(labels))
