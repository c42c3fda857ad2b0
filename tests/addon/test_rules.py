# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist opens the jaw on some vowels; a rule is offered, does the rest, leaves what was set by hand, can be taken back."""

from __future__ import annotations

import json

import bpy
import pytest

JAW = ('key_blocks["jawOpen"].value', 0)
WIDER = 1.25


@pytest.fixture
def line(face, room):
    """A line that says the same vowel a dozen times."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    line = face.parlance.lines[0]
    entry = room("addon.properties.retouch_properties").ensured(face, line)
    with room("addon.properties.retouch_properties").quietly():
        for phone in _vowels(entry, room):
            phone.symbol = "ɑ"
    room("addon.generate.live").rebuild(face, line)
    return line


def _vowels(entry, room):
    phones = [phone for phone in entry.phones if phone.symbol in room("inference.phones").VOWEL]
    return [phone for phone in phones if phone.end - phone.start > 0.07]


@pytest.fixture
def jaw(face, curves):
    return lambda: curves(face.data.shape_keys)[JAW]


@pytest.fixture
def places(face, line, room):
    """The middle of each of its vowels, in scene frames."""
    entry = room("addon.properties.retouch_properties").of(face, line)
    first, fps = room("addon.lines.lines").span_of(line, 24).first, 24
    return [(phone.start * fps + first, phone.end * fps + first) for phone in entry.phones if phone.symbol == "ɑ"]


@pytest.fixture
def open_wider(jaw, places):
    """Open the jaw by a quarter on some of them; the frames where that was done."""

    def act(count=8):
        done = []
        for start, end in places:
            keys = [point for point in jaw().keyframe_points if start <= point.co[0] < end and point.co[1] > 0.08]
            if keys and len(done) < count:
                point = max(keys, key=lambda each: each.co[1])
                by = (WIDER - 1) * point.co[1]
                for name in ("co", "handle_left", "handle_right"):
                    getattr(point, name)[1] += by
                done.append(point.co[0])
        return done

    return act


@pytest.fixture
def offered(face, room):
    learned = room("addon.retouch.learned")

    def find():
        learned.forget()
        return learned.offered(face)

    return find


@pytest.mark.newest
def test_nothing_is_offered_before_anything_was_changed(line, offered):
    assert offered() == []


def test_what_was_done_eight_times_is_offered_and_done_everywhere(line, jaw, places, open_wider, offered, face):
    before = [jaw().evaluate((start + end) / 2) for start, end in places]
    done = open_wider()
    assert len(done) == 8
    by_hand = [jaw().evaluate(frame) for frame in done]
    (offer,) = offered()
    assert offer.places == 8
    assert "ɑ" in offer.rule.phones
    assert offer.rule.shapes == ("jawOpen",)
    assert offer.rule.change(0.3) == pytest.approx(0.3 * (WIDER - 1), rel=0.1)
    assert bpy.ops.parlance.rule_take(index=0) == {"FINISHED"}
    assert [jaw().evaluate(frame) for frame in done] == pytest.approx(by_hand, abs=0.012)
    after = [jaw().evaluate((start + end) / 2) for start, end in places]
    others = [
        (old, new)
        for (start, end), old, new in zip(places, before, after, strict=True)
        if old > 0.1 and not any(start - 6 < frame < end + 6 for frame in done)
    ]
    assert len(others) >= 3
    for old, new in others:
        assert new == pytest.approx(WIDER * old, rel=0.06)
    assert offered() == []


@pytest.mark.ends
def test_a_rule_outlives_sliders_and_new_runs_and_can_be_weaker(line, jaw, places, open_wider, offered, face):
    done = open_wider()
    by_hand = [jaw().evaluate(frame) for frame in done]
    assert bpy.ops.parlance.rule_take(index=0) == {"FINISHED"}
    ruled = [jaw().evaluate((start + end) / 2) for start, end in places]
    line.direction.brow_amount = 0.5
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    assert [jaw().evaluate((start + end) / 2) for start, end in places] == pytest.approx(ruled, abs=0.012)
    assert [jaw().evaluate(frame) for frame in done] == pytest.approx(by_hand, abs=0.012)
    face.parlance_rules[0].strength = 0.0
    weaker = [jaw().evaluate((start + end) / 2) for start, end in places]
    assert sum(weaker) < sum(ruled) - 0.1
    assert [jaw().evaluate(frame) for frame in done] == pytest.approx(by_hand, abs=0.012)


@pytest.mark.ends
def test_removing_a_rule_brings_back_what_was_there(line, jaw, open_wider, offered, face, bits):
    open_wider()
    frames = range(10, 250)
    shown, before = [jaw().evaluate(frame) for frame in frames], bits(jaw())
    assert bpy.ops.parlance.rule_take(index=0) == {"FINISHED"}
    assert bits(jaw()) != before
    assert bpy.ops.parlance.rule_remove(index=0) == {"FINISHED"}
    assert len(face.parlance_rules) == 0
    assert [jaw().evaluate(frame) for frame in frames] == pytest.approx(shown, abs=0.011)
    assert len(offered()) == 1


@pytest.mark.ends
def test_giving_a_change_up_lets_the_rule_have_the_place(line, jaw, open_wider, offered, face):
    done = open_wider()
    frame = done[0]
    assert bpy.ops.parlance.rule_take(index=0) == {"FINISHED"}
    by_hand = jaw().evaluate(frame)
    assert len(json.loads(face.parlance_rules[0].spared)[line.token]) == 8
    assert bpy.ops.parlance.change_discard(key="") == {"FINISHED"}
    assert json.loads(face.parlance_rules[0].spared)[line.token] == []
    assert jaw().evaluate(frame) == pytest.approx(by_hand, rel=0.06)


@pytest.mark.ends
def test_all_characters_follow_and_a_file_takes_rules_elsewhere(line, open_wider, offered, face, scene, tmp_path):
    open_wider()
    assert bpy.ops.parlance.rule_take(index=0, everybody=True) == {"FINISHED"}
    assert len(scene.parlance_rules) == 1
    assert len(face.parlance_rules) == 0
    path = tmp_path / "taste.json"
    assert bpy.ops.parlance.rules_save(filepath=str(path)) == {"FINISHED"}
    assert bpy.ops.parlance.rule_remove(index=0, everybody=True) == {"FINISHED"}
    assert bpy.ops.parlance.rules_load(filepath=str(path)) == {"FINISHED"}
    assert bpy.ops.parlance.rules_load(filepath=str(path)) == {"FINISHED"}
    assert len(face.parlance_rules) == 1
    assert "jaw" in face.parlance_rules[0].name


def test_going_to_the_places(line, open_wider, offered, scene, places):
    open_wider()
    scene.frame_set(1)
    seen = []
    for _ in range(4):
        assert bpy.ops.parlance.rule_show(offer=0) == {"FINISHED"}
        seen.append(scene.frame_current)
    assert seen == sorted(set(seen))
    assert all(any(start - 1 <= frame <= end + 1 for start, end in places) for frame in seen)


@pytest.mark.newest
def test_rules_are_learned_on_shapes_of_any_name(make_face, add_voice, room, curves):
    """What a curve shows is asked of the rig map."""
    names = [f"Hero_{name[0].upper()}{name[1:]}" for name in room("inference.arkit").NAMES]
    face = make_face(shapes=names)
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    curve = next(each for (path, _), each in curves(face.data.shape_keys).items() if "JawOpen" in path)
    entry = face.parlance_retouch[0]
    first, last = room("addon.lines.lines").span_of(face.parlance.lines[0], 24).first, -99.0
    for phone in entry.phones:
        start, end = first + 24 * phone.start, first + 24 * phone.end
        keys = [point for point in curve.keyframe_points if start <= point.co[0] < end and point.co[1] > 0.08]
        if phone.symbol in room("inference.phones").VOWEL and keys and start > last + 7:
            point = max(keys, key=lambda each: each.co[1])
            by = (WIDER - 1) * point.co[1]
            for name in ("co", "handle_left", "handle_right"):
                getattr(point, name)[1] += by
            last = end
    learned = room("addon.retouch.learned")
    learned.forget()
    (offer,) = learned.offered(face)
    assert offer.rule.shapes == ("jawOpen",)
    assert offer.rule.change(0.3) == pytest.approx(0.3 * (WIDER - 1), rel=0.1)
