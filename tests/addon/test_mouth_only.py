# SPDX-License-Identifier: GPL-3.0-or-later
"""Dubbing: with "Mouth only", what an artist has animated above the mouth is not touched."""

import bpy


def test_finished_eyes_and_brows_stay_as_they_are(face, curves):
    keys = face.data.shape_keys
    for name, value in (("eyeBlinkLeft", 0.7), ("browInnerUp", 0.4)):
        keys.key_blocks[name].value = value
        keys.key_blocks[name].keyframe_insert("value", frame=5)
    before = {path: [tuple(point.co) for point in curve.keyframe_points] for path, curve in curves(keys).items()}
    face.parlance.direction.mouth_only = True
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    after = curves(keys)
    for path, points in before.items():
        assert [tuple(point.co) for point in after[path].keyframe_points] == points
    assert len(after) > 10
    keyed = " ".join(map(str, after))
    assert "jawOpen" in keyed
    assert "eyeWideLeft" not in keyed
