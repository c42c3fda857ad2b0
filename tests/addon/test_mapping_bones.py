# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads of bones as they are rigged in the wild: how far they open, close and blink, on the vertices that are seen."""

import bpy
import numpy as np
import pytest

from . import boned_heads
from .cases import first_everywhere

FRAMES = range(10, 90)


_demo = []


@pytest.fixture
def demo(room, select, add_voice):
    """Where lips and lids of the demo head are, and how it speaks the sentence with its shapes: metres between its lips.

    It is spoken once a session; the sound is in the scene each time.
    """
    if not _demo:
        _demo.append(_spoken(room, select, add_voice))
    else:
        add_voice()
    return _demo[0]


def _spoken(room, select, add_voice):
    root = room("addon.demo_head").create_demo_head(bpy.context)
    select(root)
    add_voice()
    character = room("addon.character.characters").of(root)
    found = room("addon.planning.rig_plan").rig_of(character).calibration
    counts = [len(face.key.reference_key.points) for face in character.faces]
    marks = found.landmarks.moved(np.arange(sum(counts)) - sum(counts[: counts.index(max(counts))]))
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    face = max((child for child in root.children if child.data.shape_keys), key=lambda child: len(child.data.vertices))
    gap = gaps(boned_heads.BonedHead(None, face, list(marks.upper), list(marks.lower)), FRAMES)
    for child in [*root.children, root]:
        bpy.data.objects.remove(child)
    bpy.context.scene.frame_set(1)
    return marks, gap


def gaps(head, frames):
    """Metres between the lips at every frame."""
    found = []
    for frame in frames:
        bpy.context.scene.frame_set(int(frame))
        points = boned_heads.points_of(head.face)
        found.append(points[head.upper, 2].mean() - points[head.lower, 2].mean())
    return np.array(found)


@pytest.mark.ends
@pytest.mark.parametrize("family", first_everywhere(boned_heads.FAMILIES))
def test_a_head_of_bones_opens_and_closes_as_one_of_shapes(room, select, demo, family):
    marks, wanted = demo
    head = boned_heads.boned(room, boned_heads.FAMILIES[family], marks=marks)
    select(head.rig)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    gap = gaps(head, FRAMES)
    assert np.percentile(gap, 90) == pytest.approx(np.percentile(wanted, 90), rel=0.15)
    assert np.corrcoef(gap, wanted)[0, 1] > 0.95
    meeting = wanted < 0.0003
    assert (gap - np.maximum(wanted, 0.0))[meeting].max() < 0.01 * gap.max()  # no wider than the shapes where lips meet
    if "lid_left" in head.bones:
        assert closed(head, room) == pytest.approx(1.06, abs=0.11)


def closed(head, room):
    """Share of the left eye that its blink closes."""
    upper, lower = head.left_lids
    character = room("addon.character.characters").of(head.rig)
    found = []
    for value in (0.0, 1.0):
        for drive in character.controls.active:
            if drive.source == "eyeBlinkLeft":
                room("addon.character.controls").put(head.rig, drive.target, value * drive.gain)
        bpy.context.view_layer.update()
        points = boned_heads.points_of(head.face)
        found.append(points[upper, 2] - points[lower, 2])
    return 1.0 - found[1] / found[0]


@pytest.mark.newest
@pytest.mark.parametrize("unit", [0.01, 25.0])
def test_rigs_in_other_units_open_as_far(room, select, demo, unit):
    marks, wanted = demo
    head = boned_heads.boned(room, boned_heads.FAMILIES["3ds Max biped, Rocketbox"], marks=marks, unit=unit)
    select(head.rig)
    bpy.ops.parlance.generate()
    gap = gaps(head, FRAMES)
    assert np.percentile(gap, 90) == pytest.approx(np.percentile(wanted, 90), rel=0.15)


@pytest.mark.newest
@pytest.mark.parametrize("bones", ["face", "mouth"])
def test_a_head_in_millimetres_that_stands_unscaled_and_has_no_eyes_opens_as_far(room, select, demo, bones):
    marks, wanted = demo
    family = boned_heads.FAMILIES["BlenRig"]
    if bones == "mouth":
        family = {region: name for region, name in family.items() if region in {"head", "jaw", "upper", "lower"}}
    head = boned_heads.boned(room, family, marks=marks, unit=0.001)
    head.rig.scale = (1.0, 1.0, 1.0)
    select(head.rig)
    bpy.ops.parlance.generate()
    gap = 0.001 * gaps(head, FRAMES)
    assert np.percentile(gap, 90) == pytest.approx(np.percentile(wanted, 90), rel=0.15)


@pytest.mark.ends
def test_a_jaw_that_a_limit_holds_is_not_driven_beyond_it(room, select, demo):
    marks, wanted = demo
    head = boned_heads.boned(room, boned_heads.FAMILIES["Reallusion"], marks=marks)
    jaw = head.rig.pose.bones[head.bones["jaw"]]
    jaw.rotation_mode = "XYZ"
    limit = jaw.constraints.new("LIMIT_ROTATION")
    limit.owner_space = "LOCAL"
    limit.use_limit_x, limit.min_x, limit.max_x = True, 0.0, 0.25
    limit.use_limit_y = limit.use_limit_z = True
    limit.min_z, limit.max_z = -0.5, 0.5
    select(head.rig)
    bpy.ops.parlance.generate()
    gap = gaps(head, FRAMES)
    assert np.percentile(gap, 90) == pytest.approx(np.percentile(wanted, 90), rel=0.15)
    (drive,) = [
        drive
        for drive in room("addon.character.characters").of(head.rig).controls.active
        if drive.source == "jawOpen" and drive.target.endswith("euler[0]")
    ]
    assert 0.2 < drive.high < 0.35


@pytest.mark.newest
def test_a_bone_that_moves_nothing_is_not_driven(room, select, demo):
    marks, _ = demo
    head = boned_heads.boned(room, boned_heads.FAMILIES["3ds Max biped, Rocketbox"], marks=marks)
    head.face.vertex_groups["Bip01 LMouthCorner"].name = "unused"
    select(head.rig)
    bpy.ops.parlance.generate()
    sources = room("addon.character.characters").of(head.rig).controls.sources
    assert "mouthSmileLeft" not in sources
    assert "mouthSmileRight" in sources


@pytest.mark.ends
def test_the_pose_that_the_artist_left_is_as_it_was(room, demo):
    marks, _ = demo
    head = boned_heads.boned(room, boned_heads.FAMILIES["MPFB"], marks=marks)
    head.rig.pose.bones["jaw"].rotation_quaternion = (0.99, 0.1, 0.02, 0.05)
    bpy.context.view_layer.update()
    before, seen = tuple(head.rig.pose.bones["jaw"].rotation_quaternion), boned_heads.points_of(head.face)
    room("addon.planning.rig_plan").rig_of(room("addon.character.characters").of(head.rig))
    assert tuple(head.rig.pose.bones["jaw"].rotation_quaternion) == before
    assert np.array_equal(boned_heads.points_of(head.face), seen)


@pytest.mark.newest
def test_a_head_of_bones_speaks_beside_one_of_shapes_under_the_same_armature(room, select, demo):
    marks, wanted = demo
    head = boned_heads.boned(room, boned_heads.FAMILIES["Auto-Rig Pro"], marks=marks)
    root = room("addon.demo_head").create_demo_head(bpy.context)
    root.parent, root.location.x = head.rig, 0.5
    select(head.face)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    gap = gaps(head, FRAMES)
    assert np.percentile(gap, 90) == pytest.approx(np.percentile(wanted, 90), rel=0.15)
    assert np.corrcoef(gap, wanted)[0, 1] > 0.95
