# SPDX-License-Identifier: GPL-3.0-or-later
"""A target object: eyes rest on it where it stands, and follow it where it goes."""

import bpy
import numpy as np
import pytest


@pytest.fixture
def target(scene):
    """An empty in front of the character, two metres to its left."""
    made = bpy.data.objects.new("Listener", None)
    scene.collection.objects.link(made)
    made.location = (2, -2, 0)
    bpy.context.view_layer.update()
    return made


def test_where_a_target_is(face, target, room):
    look_at, of = room("addon.scene.look_at"), room("addon.scene.characters").of
    assert look_at.track(of(face), 1, 5) is None
    face.parlance.gaze_target = target
    seen = look_at.track(of(face), 1, 5)
    assert seen.shape == (5, 2)
    np.testing.assert_allclose(seen[:, 0], np.degrees(np.arctan2(1.5, 2.5)), atol=1)
    target.keyframe_insert("location", frame=1)
    target.location.x = -2
    target.keyframe_insert("location", frame=5)
    walked = look_at.track(of(face), 1, 5)
    assert walked[0, 0] > 30
    assert walked[-1, 0] < -30


def test_eyes_rest_on_a_target_at_once(face, target, value_at):
    face.parlance.direction.eye_contact = 1.0
    bpy.ops.parlance.generate()
    assert value_at(face, "eyeLookOutLeft", 100) < 0.3
    face.parlance.gaze_target = target
    assert value_at(face, "eyeLookOutLeft", 100) > 0.7
