# SPDX-License-Identifier: GPL-3.0-or-later
"""The 52 curves become a character's own: added, limited, muted, and reduced where shapes are missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from parlance.inference import arkit
from parlance.inference.rigging import Drive, RigMap, apply, recognise
from parlance.inference.rigging.rig_map import channels_of

SOME = ["jawOpen", "mouthClose", "mouthPucker", "viseme_aa", "viseme_PP", "viseme_U", "mouthSmileLeft"]
FACES = arrays(np.float32, (6, arkit.COUNT), elements=st.floats(0, 1, width=32))


def curve(shapes, name):
    return shapes[:, arkit.INDEX[name]]


def face(**weights):
    shapes = np.zeros((3, arkit.COUNT), np.float32)
    for name, weight in weights.items():
        shapes[:, arkit.INDEX[name]] = weight
    return shapes


@settings(max_examples=20, deadline=None)
@given(FACES)
def test_a_full_face_gets_its_curves_as_they_are(shapes):
    curves = apply(recognise(arkit.NAMES), shapes)
    assert all(np.array_equal(curves[name], curve(shapes, name)) for name in arkit.NAMES)


def test_gain_offset_clamp_and_mute():
    drives = (
        Drive("browInnerUp", "up", gain=2.0, high=1.5),
        Drive("browInnerUp", "shifted", gain=-0.5, offset=0.6),
        Drive("browInnerUp", "silent", muted=True),
    )
    curves = apply(RigMap("", drives), face(browInnerUp=0.8))
    assert curves["up"] == pytest.approx([1.5] * 3)
    assert curves["shifted"] == pytest.approx([0.2] * 3)
    assert "silent" not in curves


def test_several_drives_add_up_before_the_clamp():
    rig_map = RigMap("", (Drive("mouthSmileLeft", "smile", gain=0.5), Drive("mouthSmileRight", "smile", gain=0.5)))
    assert apply(rig_map, face(mouthSmileLeft=1.0, mouthSmileRight=0.5))["smile"] == pytest.approx([0.75] * 3)


def test_teeth_follow_a_head_that_has_all_shapes():
    teeth = recognise(["jawOpen", "tongueOut"])
    shapes = face(jawOpen=0.5, mouthClose=0.4)
    assert apply(teeth, shapes, available=arkit.NAMES)["jawOpen"] == pytest.approx([0.5] * 3)
    assert apply(teeth, shapes)["jawOpen"].max() < 0.2


def test_the_closing_viseme_takes_a_closure_and_a_bite_takes_its_own():
    names = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"]
    closed = apply(recognise(names), face(jawOpen=0.25, mouthClose=0.27))
    assert closed["PP"].min() > 0.9
    assert closed["aa"].max() < 0.1
    bitten = apply(recognise(names), face(jawOpen=0.12, mouthRollLower=0.55))
    assert bitten["FF"].min() > 0.9


def test_a_jaw_beside_visemes_does_not_take_the_lip_from_the_teeth():
    names = ["jawOpen", "sil", "PP", "FF", "TH", "DD", "kk", "aa", "E", "O", "U"]
    bitten = apply(recognise(names), face(jawOpen=0.2, mouthRollLower=0.6))
    assert bitten["FF"].min() > 0.9
    assert bitten["jawOpen"].max() < 0.01
    assert apply(recognise(names), face(jawOpen=0.2))["jawOpen"].min() > 0.05


def test_a_jaw_alone_follows_the_lips_not_the_jaw_behind_them():
    jaw = recognise(["jawOpen"])
    wide = apply(jaw, face(jawOpen=0.6))["jawOpen"]
    sealed = apply(jaw, face(jawOpen=0.3, mouthClose=0.26))["jawOpen"]
    assert wide.min() > 0.5
    assert sealed.max() < 0.02


def test_the_silent_face_gives_way_to_a_jaw_that_opens():
    names = ["viseme_sil", "viseme_aa", "viseme_PP", "jawOpen"]
    assert apply(recognise(names), face(jawOpen=0.5))["viseme_sil"].max() == 0.0
    assert apply(recognise(names), face())["viseme_sil"].min() > 0.9


@settings(max_examples=30, deadline=None)
@given(FACES, st.sets(st.sampled_from(SOME), min_size=1))
def test_reduced_curves_stay_in_range(shapes, names):
    drives = tuple(Drive(name, name) for name in sorted(names))
    curves = apply(RigMap("", drives), shapes)
    assert set(curves) == names
    assert all(values.min() >= 0.0 and values.max() <= 1.0 for values in curves.values())


def test_a_viseme_answers_to_the_anchors_of_jaw_and_mouth():
    channels = channels_of("viseme_aa")
    assert {arkit.INDEX["jawOpen"], arkit.INDEX["mouthClose"]} <= set(channels)
    assert arkit.INDEX["eyeBlinkLeft"] not in channels
