# SPDX-License-Identifier: GPL-3.0-or-later
"""A slider leaves alone what it does not change, and nothing depends on the way it took."""

import bpy
import pytest

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


@pytest.mark.ends
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


@pytest.mark.ends
def test_hours_are_keyed_as_a_sentence_is(face, snapshot, room, monkeypatch):
    """Mapped curves, keys and records of hours lie in files, and are worked out a stretch at a time."""
    keying, text, stored = room("inference.keying.spooled"), room("addon.animation.record_text"), room("addon.animation.stored")

    def keyed():
        room("inference.keying.fitting")._fitted.clear()
        bpy.ops.parlance.generate()
        face.parlance.lines[0].direction.jaw = 1.3
        stored._read.clear()
        (records,) = (stored.unpack_records(action.parlance_written) for action in bpy.data.actions)
        kept = {place[2:]: [part.tolist() for part in record.written.block] for place, record in records.items()}
        return {place[2:]: points for place, points in snapshot()[0].items()}, kept

    keys, records = keyed()
    bpy.ops.parlance.clear(hand_made=True)
    for owner, name, least in (
        (keying, "MANY", 2), (text, "MANY", 2), (text, "_PIECE", 1001), (room("addon.performing.curves"), "LARGE", 2),
        (room("inference.spool"), "LARGE", 2), (room("inference.spool"), "SCATTERING", 2),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, least)
    assert keyed() == (keys, records)
    assert len(keys) > 20
    assert any(len(points) > 20 for points in keys.values())


@pytest.mark.ends
def test_after_hours_everybody_plays_what_they_did(face, curves, value_at, room, monkeypatch):
    """Blender's copy of the keys of hours is thrown away while nobody plays them; then all go on, an artist's lamp too."""
    bpy.ops.parlance.generate()
    action = face.data.shape_keys.animation_data.action
    lamp = bpy.data.objects.new("Lamp", None)
    bpy.context.collection.objects.link(lamp)
    data = lamp.animation_data_create()
    data.action, data.action_slot = action, action.slots.new("OBJECT", "Lamp")
    lamp.keyframe_insert("location", frame=30)
    monkeypatch.setattr(room("inference.spool"), "SCATTERING", 2)

    def played():
        owners = (*bpy.data.objects, *bpy.data.shape_keys)
        return [(each.animation_data.action, each.animation_data.action_slot) for each in owners if each.animation_data]

    before = played()
    lamp.location.x = 5.0  # not keyed yet: Blender itself puts it back as soon as it plays the key
    face.parlance.lines[0].direction.jaw = 1.4
    assert played() == before
    assert {action for action, _ in before} == {action}
    assert lamp.location.x == 0.0
    for frame in (20, 30, 40):
        assert value_at(face, "jawOpen", frame) == pytest.approx(curves(face.data.shape_keys)[MOUTH].evaluate(frame), abs=1e-6)


@pytest.mark.parametrize("values", [{"jaw": 1.15}, {"seed": 7}], ids=["few more keys", "all anew"])
def test_a_slider_selects_nothing(face, curves, values):
    """Blender selects keys as it adds them; the next G would move them."""
    bpy.ops.parlance.generate()
    placed = curves(face.data.shape_keys)
    before = {place: len(curve.keyframe_points) for place, curve in placed.items()}
    for slider, value in values.items():
        setattr(face.parlance.lines[0].direction, slider, value)
    placed = curves(face.data.shape_keys)
    assert any(len(curve.keyframe_points) > before.get(place, 0) for place, curve in placed.items())
    for curve in placed.values():
        for part in ("control_point", "left_handle", "right_handle"):
            assert not any(getattr(point, f"select_{part}") for point in curve.keyframe_points)
