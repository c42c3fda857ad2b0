# SPDX-License-Identifier: GPL-3.0-or-later
"""Two who talk with each other: who speaks looks at who is spoken to, unless the artist says otherwise."""

import math
import sys

import bpy
import numpy as np
import pytest

from .idles import values

OUT, IN = ('key_blocks["eyeLookOutLeft"].value', 0), ('key_blocks["eyeLookInLeft"].value', 0)


@pytest.fixture
def pair(make_armature, make_face, add_voice, scene, select):
    """Ann, with Ben at her left, she at his right, and her line; gives her face, what has him answer, her line's frames."""
    scene.frame_end = 500
    faces = []
    for name in ("Ann", "Ben"):
        rig = make_armature(name)
        faces.append(make_face(f"{name} Face", parent=rig))
        rig.parlance.move_head = False
        rig.parlance.direction.eye_contact = 1.0
    ben = faces[1].parent
    ben.location, ben.rotation_euler.z = (1.2, -1.2, 0.0), math.radians(-95)
    bpy.context.view_layer.update()
    first = add_voice(frame=10)
    select(faces[0])
    assert bpy.ops.parlance.generate() == {"FINISHED"}

    def answer():
        add_voice(frame=first.frame_final_end + 6)
        select(faces[1])
        assert bpy.ops.parlance.generate() == {"FINISHED"}
        select(faces[0])

    return faces[0], answer, range(16, int(first.frame_final_end) - 6)


def side(face, curves, frames):
    """How far the left eye is turned out, and in where below zero."""
    found = curves(face.data.shape_keys)
    out, inward = (values(found[place], frames) if place in found else np.zeros(len(frames)) for place in (OUT, IN))
    return np.median(out - inward)


@pytest.mark.ends
def test_a_line_turns_to_who_answers_it_and_back_where_the_answer_is_gone(pair, curves, scene):
    ann, answer, frames = pair
    assert abs(side(ann, curves, frames)) < 0.25
    answer()
    assert side(ann, curves, frames) > 0.4
    scene.sequence_editor.active_strip.mute = True
    ann.parent.parlance.lines[0].direction.jaw = 0.9
    assert abs(side(ann, curves, frames)) < 0.25


@pytest.mark.newest
def test_who_answers_looks_at_who_has_asked(pair, curves, scene):
    _, answer, _ = pair
    answer()
    ben = bpy.data.objects["Ben Face"]
    strip = scene.sequence_editor.active_strip
    turned = range(int(strip.frame_final_start) + 12, int(strip.frame_final_end) - 12)
    assert side(ben, curves, turned) < -0.4


@pytest.mark.newest
def test_look_at_ahead_and_the_side_slider_go_before_a_partner(pair, curves):
    ann, answer, frames = pair
    answer()
    ann.parent.parlance.gaze_kind = "AHEAD"
    assert abs(side(ann, curves, frames)) < 0.25
    ann.parent.parlance.gaze_kind = "OBJECT"
    assert side(ann, curves, frames) > 0.4
    other = bpy.data.objects.new("Other", None)
    bpy.context.scene.collection.objects.link(other)
    other.location = (-2, -2, 0.5)
    bpy.context.view_layer.update()
    ann.parent.parlance.gaze_target = other
    assert side(ann, curves, frames) < -0.4


@pytest.mark.newest
def test_an_answer_leaves_the_artists_keys_and_a_file_keeps_who_talks(pair, curves, tmp_path):
    ann, answer, frames = pair
    jaw = curves(ann.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    point = min(jaw.keyframe_points, key=lambda each: abs(each.co[0] - np.mean(frames)))
    frame, point.co[1] = point.co[0], 0.87
    jaw.update()
    answer()
    jaw = curves(ann.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    assert jaw.evaluate(frame) == pytest.approx(0.87, abs=1e-4)
    path = str(tmp_path / "talk.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    ann = bpy.data.objects["Ann Face"]
    before = [tuple(point.co) for point in curves(ann.data.shape_keys)[OUT].keyframe_points]
    bpy.context.view_layer.objects.active = bpy.data.objects["Ben Face"]
    bpy.data.objects["Ben"].parlance.lines[0].direction.jaw = 1.1
    assert [tuple(point.co) for point in curves(ann.data.shape_keys)[OUT].keyframe_points] == before


@pytest.mark.newest
def test_all_lines_at_once_look_at_each_other(pair, add_voice, curves, scene):
    ann, _, frames = pair
    bpy.ops.parlance.clear(line=ann.parent.parlance.lines[0].token)
    first = scene.sequence_editor.strips[0]
    second = add_voice(frame=first.frame_final_end + 6)
    second.channel = first.channel + 1
    for name, strip in (("Ann", first), ("Ben", second)):
        part = scene.parlance_cast.add()
        part.character, part.track = bpy.data.objects[name], strip.channel
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert side(ann, curves, frames) > 0.4
    answers = range(int(second.frame_final_start) + 12, int(second.frame_final_end) - 12)
    assert side(bpy.data.objects["Ben Face"], curves, answers) < -0.4


@pytest.mark.newest
def test_lines_made_in_one_go_are_acted_once_and_are_as_if_made_again(pair, add_voice, curves, scene, room, monkeypatch):
    ann, _, _ = pair
    bpy.ops.parlance.clear(line=ann.parent.parlance.lines[0].token)
    strips = [scene.sequence_editor.strips[0]]
    for number in range(1, 4):
        strips.append(add_voice(frame=strips[-1].frame_final_end + 10))
        strips[-1].channel = strips[0].channel + number % 2
    for name, strip in zip(("Ann", "Ben"), strips, strict=False):
        part = scene.parlance_cast.add()
        part.character, part.track = bpy.data.objects[name], strip.channel
    scene.frame_end = int(strips[-1].frame_final_end) + 20
    perform, acted = room("addon.performing.perform"), []
    act = perform.act_line
    module = sys.modules[perform.__name__]

    def counted(plan, *rest, **options):
        acted.append(plan.strip)
        return act(plan, *rest, **options)

    monkeypatch.setattr(module, "act_line", counted)
    assert bpy.ops.parlance.generate_all() == {"FINISHED"}
    assert len(acted) == len(strips)

    def keys():
        found = curves(ann.data.shape_keys)
        return {place: [tuple(point.co) for point in curve.keyframe_points] for place, curve in found.items()}

    first = keys()
    assert bpy.ops.parlance.generate_all(again=True) == {"FINISHED"}
    again = curves(ann.data.shape_keys)
    assert first.keys() == again.keys()
    for place, points in first.items():
        frames, heights = zip(*points, strict=True)
        assert np.allclose(values(again[place], frames), heights, atol=2e-3), place
