# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of an idle give way and come back like those of any line, and what an artist makes of them stays."""

import bpy
import pytest

from .idles import SMILE, every


@pytest.mark.ends
def test_switched_off_nothing_is_left(two_lines, idle, curves, bits):
    head = two_lines[0]
    with_idle = {place: bits(curve) for place, curve in every(head, curves).items()}
    head.parent.parlance.idle = "OFF"
    assert idle(head.parent) is None
    assert all(line.edges == "" for line in head.parent.parlance.lines)
    smile = curves(head.data.shape_keys)[SMILE, 0]
    assert smile.evaluate(two_lines[1].frame_final_end + 36) == pytest.approx(0, abs=1e-3)
    head.parent.parlance.idle = "BETWEEN"
    assert {place: bits(curve) for place, curve in every(head, curves).items()} == with_idle


def test_alone_and_switched_off_the_file_is_as_before(head, snapshot):
    before = snapshot()
    bpy.ops.parlance.idle(where="SCENE")
    assert snapshot() != before
    bpy.ops.parlance.idle(where="OFF")
    assert snapshot() == before


def test_a_take_can_be_played_again(head, idle, curves, bits):
    bpy.ops.parlance.idle(where="SCENE")
    first = {place: bits(curve) for place, curve in every(head, curves).items()}
    bpy.ops.parlance.idle_take()
    assert {place: bits(curve) for place, curve in every(head, curves).items()} != first
    idle(head.parent).direction.seed = 0
    assert {place: bits(curve) for place, curve in every(head, curves).items()} == first


@pytest.mark.ends
def test_a_key_of_ones_own_stays(two_lines, curves, idle, owned, add_voice):
    head = two_lines[0]
    middle = owned(idle(head.parent))[36]
    brow = head.data.shape_keys.key_blocks["browInnerUp"]
    brow.value = 0.9
    brow.keyframe_insert("value", frame=middle)
    curve = curves(head.data.shape_keys)['key_blocks["browInnerUp"].value', 0]
    bpy.ops.parlance.idle_take()
    assert curve.evaluate(middle) == pytest.approx(0.9, abs=0.25)
    take = add_voice(frame=middle - 20)
    take.frame_final_duration = 40
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert curve.evaluate(middle) > 0.5
    head.parent.parlance.idle = "OFF"
    assert curve.evaluate(middle) > 0.5


@pytest.mark.ends
def test_a_line_that_moves_takes_its_place_from_the_idle_and_gives_it_back(two_lines, idle, owned):
    head, _, second = two_lines
    before = owned(idle(head.parent))
    second.frame_start -= 24
    bpy.ops.parlance.follow()
    assert owned(idle(head.parent)) == before[:-24]
    second.frame_start += 24
    bpy.ops.parlance.follow()
    assert owned(idle(head.parent)) == before


@pytest.mark.newest
def test_what_was_made_of_an_idle_is_there_again_when_its_gap_is(two_lines, curves, idle, owned):
    head, _, second = two_lines
    frames, root = owned(idle(head.parent)), head.parent
    idle(root).direction.life = 1.7
    brow = head.data.shape_keys.key_blocks["browInnerUp"]
    brow.value = 0.9
    brow.keyframe_insert("value", frame=frames[36])
    second.frame_start -= 70
    bpy.ops.parlance.follow()
    assert owned(idle(root)) == []
    second.frame_start += 70
    bpy.ops.parlance.follow()
    assert owned(idle(root)) == frames
    assert idle(root).direction.life == pytest.approx(1.7)
    curve = curves(head.data.shape_keys)['key_blocks["browInnerUp"].value', 0]
    assert curve.evaluate(frames[36]) == pytest.approx(0.9, abs=0.05)


@pytest.mark.newest
def test_a_curve_that_was_deleted_is_not_brought_back_between_lines(two_lines, room, curves):
    head, *both = two_lines
    bag = room("addon.animation.slots").existing(head.data.shape_keys).bag
    bag.fcurves.remove(curves(head.data.shape_keys)[SMILE, 0])
    for strip in both:
        strip.frame_start += 200
    bpy.ops.parlance.follow()
    assert (SMILE, 0) not in curves(head.data.shape_keys)


@pytest.mark.ends
def test_a_cleared_line_leaves_its_neighbour_at_rest(two_lines, idle, curves):
    head, _, second = two_lines
    bpy.ops.parlance.clear()
    assert idle(head.parent) is None
    (line,) = head.parent.parlance.lines
    assert line.edges == ""
    assert curves(head.data.shape_keys)[SMILE, 0].evaluate(second.frame_final_end) == pytest.approx(0, abs=1e-3)


def test_one_undo(head, add_voice, scene):
    strip = add_voice()
    bpy.ops.parlance.generate()
    add_voice(frame=strip.frame_final_end + 72)
    bpy.ops.ed.undo_push(message="before")
    before = [len(item.parlance.lines) for item in bpy.data.objects]
    bpy.ops.parlance.generate()
    bpy.ops.ed.undo_push(message="generated")
    bpy.ops.ed.undo()
    assert [len(item.parlance.lines) for item in bpy.data.objects] == before
