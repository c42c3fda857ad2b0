# SPDX-License-Identifier: GPL-3.0-or-later
"""A captured performance and its sound: together, repaired, and given back."""

import bpy
import numpy as np
import pytest

from .cases import first_everywhere
from .test_exchange import curves_of


@pytest.fixture
def captured(face, make_face, tmp_path):
    """A face keyed by a recording of what the sound says, brows included; its sound begins at frame 10."""
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    path = tmp_path / "take.csv"
    bpy.ops.parlance.export_curves(filepath=str(path), format="livelink", with_sound=False)
    first = round(min(point.co[0] for curve in curves_of(face) for point in curve.keyframe_points))
    face.name, face.data.name = "Before", "Before"
    other = make_face("Captured")
    bpy.context.scene.frame_set(first)
    assert bpy.ops.parlance.import_curves(filepath=str(path), every_frame=True) == {"FINISHED"}
    return other


def keys_of(mesh):
    return {curve.data_path: [tuple(point.co) for point in curve.keyframe_points] for curve in curves_of(mesh)}


def is_mouth(path):
    return any(part in path for part in ("jaw", "mouth", "tongue", "cheekPuff"))


@pytest.mark.parametrize("late", first_everywhere([-7.25, 0.0, 5.0], others=pytest.mark.ends))
def test_the_offset_is_found_and_mended(captured, late):
    for curve in curves_of(captured):
        for point in curve.keyframe_points:
            point.co_ui[0] += late
    before = keys_of(captured)
    assert bpy.ops.parlance.capture_offset() == {"FINISHED"}
    path = 'key_blocks["jawOpen"].value'
    moved = keys_of(captured)[path][0][0] - before[path][0][0]
    assert moved == pytest.approx(-late, abs=0.6)


@pytest.mark.newest
def test_a_card_that_is_shown_follows_what_is_mended(captured, room):
    checking, root = room("addon.captures.checking"), captured
    for curve in curves_of(captured):
        for point in curve.keyframe_points:
            point.co_ui[0] += 5
    assert bpy.ops.parlance.capture_offset() == {"FINISHED"}
    assert not checking.kept(root).measures, "nobody asked for a card"
    for curve in curves_of(captured):
        for point in curve.keyframe_points:
            point.co_ui[0] += 5
    bpy.ops.parlance.check()
    late = {each.sentence: each.good for each in checking.kept(root).measures if each.sentence.startswith("Mouth behind")}
    assert not any(late.values())
    bpy.ops.parlance.capture_offset()
    mended = {each.sentence: each.good for each in checking.kept(root).measures if each.sentence.startswith("Mouth behind")}
    assert mended != late
    assert all(mended.values())
    bpy.ops.parlance.repair_mouth()
    assert checking.kept(root).measures
    bpy.ops.parlance.old_mouth()
    assert not checking.kept(root).measures, "the card was of the other mouth"


def test_only_the_mouth_is_repaired_and_the_old_one_comes_back(captured, value_at):
    jaw = next(curve for curve in curves_of(captured) if "jawOpen" in curve.data_path)
    for point in jaw.keyframe_points:
        point.co[1] = 0.0
    before, action = keys_of(captured), captured.data.shape_keys.animation_data.action
    assert bpy.ops.parlance.repair_mouth() == {"FINISHED"}
    after = keys_of(captured)
    assert np.ptp([value_at(captured, "jawOpen", frame) for frame in range(12, 200)]) > 0.1
    for path in before:
        if not is_mouth(path):
            assert after[path] == before[path]
    assert bpy.ops.parlance.old_mouth() == {"FINISHED"}
    assert captured.data.shape_keys.animation_data.action == action
    assert keys_of(captured) == before
    with pytest.raises(RuntimeError, match="was not repaired"):
        bpy.ops.parlance.old_mouth()


@pytest.mark.newest
def test_a_range_is_punched_in_without_a_jump(captured, value_at):
    before = [value_at(captured, "jawOpen", frame) for frame in range(1, 250)]
    for curve in curves_of(captured):
        if is_mouth(curve.data_path):
            for point in curve.keyframe_points:
                point.co[1] = 0.3
    assert bpy.ops.parlance.repair_mouth(range="FRAMES", first=60, last=120, fade=6) == {"FINISHED"}
    now = np.array([value_at(captured, "jawOpen", frame) for frame in range(1, 250)])
    assert np.allclose(now[:58], 0.3)
    assert np.allclose(now[121:], 0.3)
    np.testing.assert_allclose(now[70:110], before[70:110], atol=0.05)
    assert abs(np.diff(now)).max() < 0.25


@pytest.mark.ends
def test_what_is_right_is_kept(captured, value_at):
    before = np.array([value_at(captured, "jawOpen", frame) for frame in range(1, 250)])
    for curve in curves_of(captured):
        if is_mouth(curve.data_path):
            for point in curve.keyframe_points:
                if 100 <= point.co[0] <= 150:
                    point.co[1] = 0.5 if "jawOpen" in curve.data_path else 0.0
    assert bpy.ops.parlance.repair_mouth(keep=True) == {"FINISHED"}
    now = np.array([value_at(captured, "jawOpen", frame) for frame in range(1, 250)])
    assert abs(now - before)[110:140].mean() < 0.08
    assert abs(now - before)[20:85].mean() < 0.02


@pytest.mark.ends
def test_frames_without_the_sound_are_told(captured):
    before = keys_of(captured)
    with pytest.raises(RuntimeError, match="not in these frames"):
        bpy.ops.parlance.repair_mouth(range="FRAMES", first=900, last=950)
    assert keys_of(captured) == before
