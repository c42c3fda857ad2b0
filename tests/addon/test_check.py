# SPDX-License-Identifier: GPL-3.0-or-later
"""A face is checked against its sound: the card, the syllables that cannot be read, and their mending."""

import json

import bpy
import pytest

from .test_captures import captured  # noqa: F401
from .test_exchange import curves_of

JAW = 'key_blocks["jawOpen"].value'


def checked(mesh):
    assert bpy.ops.parlance.check() == {"FINISHED"}
    return json.loads(mesh.parlance.checked)


def sentences(found):
    return {row["sentence"].partition(":")[0]: row for row in found["measures"]}


@pytest.mark.newest
def test_the_card_says_what_is_wrong(captured):  # noqa: F811
    good = sentences(checked(captured))
    assert good["p, b, m that close"]["sentence"].endswith("100 %")
    assert good["Syllables that read"]["good"]
    for curve in curves_of(captured):
        for point in curve.keyframe_points:
            point.co_ui[0] += 4
    late = sentences(checked(captured))
    assert not late["Mouth behind the sound"]["good"]
    assert not late["Syllables that read"]["good"]
    assert late["Mouth behind the sound"]["bounds"] == "-125 to 45"


def shut(mesh, first, last):
    for curve in curves_of(mesh):
        for point in curve.keyframe_points:
            if first <= point.co[0] <= last:
                point.co[1] = 0.0
        curve.update()


def inside(found, first, last):
    return [mark for mark in found["marks"] if first <= mark["first"] and mark["last"] <= last]


def test_syllables_that_cannot_be_read_are_marked_shown_and_repaired(captured):  # noqa: F811
    before = checked(captured)
    shut(captured, 60, 90)
    found = checked(captured)
    assert len(inside(found, 58, 92)) >= len(inside(before, 58, 92)) + 2
    outside = [mark for mark in found["marks"] if mark["last"] < 52 or mark["first"] > 98]
    assert outside == [mark for mark in before["marks"] if mark["last"] < 52 or mark["first"] > 98]
    number = found["marks"].index(inside(found, 58, 92)[0])
    assert bpy.ops.parlance.check_show(mark=number) == {"FINISHED"}
    mark = found["marks"][number]
    assert mark["first"] <= bpy.context.scene.frame_current <= mark["last"]
    assert bpy.ops.parlance.repair_mouth(range="FRAMES", first=57, last=93, fade=3) == {"FINISHED"}
    assert len(inside(checked(captured), 58, 92)) <= len(inside(before, 58, 92))


@pytest.mark.ends
def test_a_mumbled_syllable_of_a_line_is_emphasised_alone(face):
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    phones = face.parlance_retouch[0].phones
    before = checked(face)
    spoken = [n for n, phone in enumerate(phones) if 60 <= 10 + 24 * phone.start <= 80 and phone.symbol != "sil"]
    for n in spoken:
        phones[n].strength = 0.1
    found = checked(face)
    mumbled = [mark for mark in found["marks"] if mark not in before["marks"]]
    assert mumbled
    worst = min(mumbled, key=lambda mark: mark["probability"])
    muttered = [phone.strength for phone in phones]
    assert bpy.ops.parlance.check_emphasise(mark=found["marks"].index(worst)) == {"FINISHED"}
    after = json.loads(face.parlance.checked)
    still = [mark for mark in after["marks"] if (mark["first"], mark["last"]) == (worst["first"], worst["last"])]
    assert not still or still[0]["probability"] > worst["probability"]
    changed = [n for n, phone in enumerate(phones) if phone.strength != muttered[n]]
    assert changed
    assert all(phones[n].strength > 1 for n in changed)
    assert all(worst["first"] - 2 < 10 + 24 * (phones[n].start + phones[n].end) / 2 < worst["last"] + 2 for n in changed)


@pytest.mark.newest
def test_where_emphasis_does_not_help_everything_stays(face):
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    shut(face, 60, 90)
    found = checked(face)
    before = [phone.strength for phone in face.parlance_retouch[0].phones]
    number = found["marks"].index(inside(found, 60, 90)[0])
    keys = [[tuple(point.co) for point in curve.keyframe_points] for curve in curves_of(face)]
    with pytest.raises(RuntimeError, match="does not make this syllable easier"):
        bpy.ops.parlance.check_emphasise(mark=number)
    assert [phone.strength for phone in face.parlance_retouch[0].phones] == before
    after = [[tuple(point.co) for point in curve.keyframe_points] for curve in curves_of(face)]
    assert [len(each) for each in after] == [len(each) for each in keys]


@pytest.mark.ends
def test_marks_go_where_their_sound_goes(captured, scene, add_voice, speech):  # noqa: F811
    shut(captured, 60, 90)
    mark = checked(captured)["marks"][0]
    strip = scene.sequence_editor.strips_all[0]
    bpy.ops.parlance.check_show(mark=0)
    there = scene.frame_current
    if hasattr(strip, "content_start"):
        strip.content_start += 25
    else:
        strip.frame_start += 25
    bpy.ops.parlance.check_show(mark=0)
    assert scene.frame_current == there + 25
    other = add_voice(speech, 400)
    scene.sequence_editor.active_strip = other
    with pytest.raises(RuntimeError, match="was checked, and"):
        bpy.ops.parlance.check_emphasise(mark=0)
    assert mark["first"] <= there <= mark["last"]


@pytest.mark.ends
def test_a_captured_syllable_cannot_be_emphasised(captured):  # noqa: F811
    shut(captured, 60, 90)
    checked(captured)
    with pytest.raises(RuntimeError, match="repair it in these frames"):
        bpy.ops.parlance.check_emphasise(mark=0)


@pytest.mark.ends
def test_what_was_checked_long_ago_or_damaged_is_no_trouble(captured, room):  # noqa: F811
    for text in ("", "[]", '["a", []]', '{"marks": [{}]}', "{", '{"measures": 3}'):
        captured.parlance.checked = text
        assert room("addon.captures.checking").kept(captured).marks == ()
    with pytest.raises(RuntimeError):
        bpy.ops.parlance.check_show(mark=0)
