# SPDX-License-Identifier: GPL-3.0-or-later
"""A slider leaves alone what it does not change, and nothing depends on the way it took."""

import bpy

MOUTH, BROW = ('key_blocks["jawOpen"].value', 0), ('key_blocks["browInnerUp"].value', 0)


def test_a_slider_moved_away_and_back_leaves_no_trace(face, snapshot):
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    direction.jaw = 1.3
    direction.joy, direction.lips = 0.8, 0.4
    direction.joy, direction.lips = 0.0, 1.0  # a shape that has once left rest keeps its curve, flat
    keys, *_ = snapshot()
    records = [action.parlance_written for action in bpy.data.actions]
    for name, away in (("joy", 0.8), ("lips", 0.4), ("jaw", 0.2)):
        before = getattr(direction, name)
        setattr(direction, name, away)
        assert snapshot()[0] != keys, name
        setattr(direction, name, before)
        assert snapshot()[0] == keys, name
    assert [action.parlance_written for action in bpy.data.actions] == records


def test_the_way_does_not_matter(face, snapshot, room):
    """Keys that were kept are those that fitting everything anew would give."""
    bpy.ops.parlance.generate()
    direction = face.parlance.lines[0].direction
    for jaw in (0.4, 1.7, 1.2):
        direction.jaw = jaw
    keys, *_ = snapshot()
    bpy.ops.parlance.clear(hand_made=True)
    room("inference.keying.fitting")._fitted.clear()
    face.parlance.direction.jaw = 1.2
    bpy.ops.parlance.generate()
    anew, kept = ({place[2:]: points for place, points in every.items()} for every in (snapshot()[0], keys))
    assert len(anew) > 20
    assert all(kept[place] == points for place, points in anew.items())


def test_a_curve_that_a_slider_does_not_reach_is_not_touched(face, curves, bits):
    bpy.ops.parlance.generate()
    mouth, brow = (curves(face.data.shape_keys)[path] for path in (MOUTH, BROW))
    brow.keyframe_points[0].type = "EXTREME"
    before = bits(mouth), bits(brow)
    face.parlance.lines[0].direction.jaw = 0.5
    assert bits(mouth) != before[0]
    assert bits(brow) == before[1]
