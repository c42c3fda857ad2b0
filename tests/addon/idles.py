# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of idling share: a head that turns, two lines with a pause between them, and what an idle owns."""

import bpy
import numpy as np
import pytest

SMILE = 'key_blocks["mouthSmileLeft"].value'


LID = 'key_blocks["eyeBlinkLeft"].value'


@pytest.fixture
def idle(room):
    """The idle of a character, None where it has none."""
    return room("addon.lines.idle_frames").line_of


@pytest.fixture
def owned(room):
    """The frames of a line, one after the other."""
    lines = room("addon.lines.lines")
    return lambda line: [frame for span in lines.owned(line) for frame in range(round(span.first), round(span.last) + 1)]


@pytest.fixture
def head(make_armature, make_face, select):
    """A face with all shapes on an armature with a head."""
    rig = make_armature()
    face = make_face(parent=rig)
    select(face)
    return face


@pytest.fixture
def two_lines(head, add_voice, scene, owned):
    """The same voice twice, three seconds apart, cheerful."""
    head.parent.parlance.direction.joy = 0.6
    strip = add_voice()
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    second = add_voice(frame=strip.frame_final_end + 72)
    assert bpy.ops.parlance.generate() == {"FINISHED"}
    return head, strip, second


def every(head, curves):
    """All curves of a character."""
    owners = (head.data.shape_keys, head.parent)
    return {(owner.name, *place): curve for owner in owners for place, curve in curves(owner).items()}


def values(curve, frames):
    return np.array([curve.evaluate(frame) for frame in frames])
