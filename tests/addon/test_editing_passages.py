# SPDX-License-Identifier: GPL-3.0-or-later
"""A range is redone without a seam; takes can be compared."""

from __future__ import annotations

import bpy
import numpy as np
import pytest


@pytest.fixture
def line(face):
    """A generated line."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    return face.parlance.lines[0]


@pytest.fixture
def span(line, room):
    return room("addon.lines.lines").span_of(line, 24)


@pytest.fixture
def motion(face, line, curves, span):
    """Every curve of the line at every frame, float[C, F]."""

    def read():
        frames = np.arange(span.first, span.last + 1)
        found = {**curves(face.data.shape_keys), **curves(face)}
        return {place: np.array([curve.evaluate(frame) for frame in frames]) for place, curve in sorted(found.items())}

    return read


def difference(a, b):
    return np.max([np.abs(a[place] - b[place]) for place in a.keys() & b.keys()], axis=0)


def redo(span, start=0.3, end=0.7, **settings):
    length = span.last - span.first
    first, last = round(span.first + start * length), round(span.first + end * length)
    assert bpy.ops.parlance.redo_range(frame_start=first, frame_end=last, **settings) == {"FINISHED"}
    return first - int(span.first), last - int(span.first)


def test_only_the_range_changes(line, face, span, motion, room):
    before = motion()
    first, last = redo(span)
    passage = room("addon.properties.retouch_properties").of(face, line).passages[0]
    passage.direction.jaw = 0.2
    after = difference(before, motion())
    assert after[first + 6 : last - 5].max() > 0.05
    assert after[:first].max() < 0.021
    assert after[last + 1 :].max() < 0.021


def test_there_is_no_seam(line, span, motion, face, room):
    before = motion()
    first, last = redo(span, fade=6)
    room("addon.properties.retouch_properties").of(face, line).passages[0].direction.jaw = 0.1
    after = motion()
    for place in before.keys() & after.keys():
        for border in (first, last):
            step = np.abs(np.diff(after[place]) - np.diff(before[place]))[border - 1 : border + 1]
            assert step.max() < 0.04, place  # the first step of a fade over six frames, from a surprise that is seen


@pytest.mark.ends
def test_keys_set_by_hand_inside_stay(line, span, face, curves):
    place = ('key_blocks["jawOpen"].value', 0)
    points = curves(face.data.shape_keys)[place].keyframe_points
    point = min(points, key=lambda point: abs(point.co[0] - (span.first + span.last) / 2))
    frame, value = point.co[0], point.co[1] + 0.15
    for name in ("co", "handle_left", "handle_right"):
        getattr(point, name)[1] += 0.15
    redo(span, differ={"EYES"})
    assert curves(face.data.shape_keys)[place].evaluate(frame) == pytest.approx(value, abs=0.03)
    redo(span, differ={"MOUTH"})
    ridden = curves(face.data.shape_keys)[place].evaluate(frame)
    assert bpy.ops.parlance.change_discard() == {"FINISHED"}
    assert ridden - curves(face.data.shape_keys)[place].evaluate(frame) == pytest.approx(0.15, abs=0.03), "it rides"


@pytest.mark.ends
def test_redoing_again_gives_another_take_of_the_same_passage(line, span, face, room):
    redo(span)
    redo(span)
    (passage,) = room("addon.properties.retouch_properties").of(face, line).passages
    assert passage.direction.seed == line.direction.seed + 2


def mouth(motion):
    return {place: values for place, values in motion.items() if "mouth" in place[0] or "jaw" in place[0]}


def looks(motion):
    return {place: values for place, values in motion.items() if "eyeLook" in place[0]}


def eyes(motion):
    return {place: values for place, values in motion.items() if "eyeBlink" in place[0] or "eyeLook" in place[0]}


@pytest.fixture
def closure(room):
    """How far each eye is shut at every frame, as a share of what is open without it, on the reference head: cheeks that lift
    lids leave less for a blink to do."""
    arkit, geometry = room("inference.arkit"), room("inference.geometry")
    columns = [geometry.MEASURES.index(name) for name in ("lid_left", "lid_right")]

    def measure(motion):
        names = {f'key_blocks["{name}"].value': number for number, name in enumerate(arkit.NAMES)}
        shapes = np.zeros((len(next(iter(motion.values()))), arkit.COUNT), np.float32)
        for (path, _element), values in motion.items():
            if path in names:
                shapes[:, names[path]] = values
        shut = geometry.measure(shapes)[:, columns]
        shapes[:, [arkit.INDEX["eyeBlinkLeft"], arkit.INDEX["eyeBlinkRight"]]] = 0
        return 1 - shut / geometry.measure(shapes)[:, columns]

    return measure


@pytest.mark.ends
def test_redoing_the_mouth_shows_another_mouth_and_leaves_the_eyes(line, span, motion, closure):
    before = motion()
    first, last = redo(span, differ={"MOUTH"})
    after = motion()
    assert difference(mouth(before), mouth(after))[first + 6 : last - 5].max() > 0.05
    assert difference(looks(before), looks(after)).max() < 0.02
    assert np.abs(closure(before) - closure(after)).max() < 0.02
    again = redo(span, differ={"MOUTH"})
    assert difference(mouth(after), mouth(motion()))[again[0] + 6 : again[1] - 5].max() > 0.05


@pytest.mark.ends
def test_redoing_the_eyes_leaves_the_mouth(line, span, motion):
    before = motion()
    redo(span, differ={"EYES"})
    after = motion()
    assert difference(eyes(before), eyes(after)).max() > 0.05
    assert np.abs(before['key_blocks["jawOpen"].value', 0] - after['key_blocks["jawOpen"].value', 0]).max() < 0.02


@pytest.mark.ends
def test_what_differs_is_said(line, span, face, room):
    redo(span, differ={"MOUTH"}, amount=0.5)
    passage = room("addon.properties.retouch_properties").of(face, line).passages[0]
    told = room("addon.retouch.passages").what_differs(line, passage)
    assert "Jaw" in told or "more" in told
    passage.direction.jaw = 0.0
    assert "Jaw 0.00" in room("addon.retouch.passages").what_differs(line, passage)


def test_a_redo_in_which_nothing_shall_differ_is_refused(line, span):
    with pytest.raises(RuntimeError, match="Nothing would differ"):
        bpy.ops.parlance.redo_range(frame_start=span.first + 5, frame_end=span.first + 30, differ=set())


def test_removing_a_passage_brings_the_line_back(line, span, motion, face, room):
    before = motion()
    redo(span)
    room("addon.properties.retouch_properties").of(face, line).passages[0].direction.jaw = 0.2
    assert bpy.ops.parlance.passage_remove() == {"FINISHED"}
    assert difference(before, motion()).max() < 1e-5


@pytest.mark.ends
def test_the_range_is_guessed(line, scene, span, room, face):
    scene.use_preview_range = True
    scene.frame_preview_start, scene.frame_preview_end = int(span.first) + 5, int(span.first) + 25
    assert bpy.ops.parlance.redo_range() == {"FINISHED"}
    passage = room("addon.properties.retouch_properties").of(face, line).passages[0]
    assert passage.start == pytest.approx(5 / 24)
    assert passage.end == pytest.approx(25 / 24)
    assert scene.parlance_passage_start == pytest.approx(span.first + 5)
    scene.parlance_passage_end = span.first + 30
    assert passage.end == pytest.approx(30 / 24)


def test_an_empty_range_is_refused(line):
    with pytest.raises(RuntimeError, match="empty"):
        bpy.ops.parlance.redo_range(frame_start=20, frame_end=20)


@pytest.mark.ends
def test_takes_can_be_compared(line, motion):
    first = motion()
    assert bpy.ops.parlance.keep_take() == {"FINISHED"}
    assert bpy.ops.parlance.new_take() == {"FINISHED"}
    second = motion()
    assert difference(first, second).max() > 0.02
    assert bpy.ops.parlance.compare_take() == {"FINISHED"}
    assert difference(first, motion()).max() < 1e-5
    assert bpy.ops.parlance.compare_take() == {"FINISHED"}
    assert difference(second, motion()).max() < 1e-5
    assert bpy.ops.parlance.previous_take() == {"FINISHED"}
    assert difference(first, motion()).max() < 1e-5
