# SPDX-License-Identifier: GPL-3.0-or-later
"""Rig presets: found by the names of a rig however they are spelled, said what they change, files refused in a sentence."""

import json

import pytest

from parlance.inference import arkit
from parlance.inference.errors import ParlanceError
from parlance.inference.rigging import Drive, RigMap, recognise
from parlance.inference.rigging.own_visemes import OwnVisemes, Pose
from parlance.inference.rigging.rig_presets import RigPreset, from_json, offers, to_json

NOTHING = RigMap("", ())
JAW = 'pose.bones["jaw_ctl"].rotation_euler[0]'
SHAPES = ("MTH_ah", "MTH_oh", "MTH_closed", "EYE_shut_L", "EYE_shut_R", "BRW_up")
STUDIO = RigPreset(
    "Studio Heroes",
    RigMap(
        "custom",
        tuple(
            Drive(source, target, gain=0.8)
            for source, target in zip(
                ("viseme_aa", "viseme_O", "viseme_PP", "eyeBlinkLeft", "eyeBlinkRight", "browInnerUp"), SHAPES, strict=True
            )
        ),
    ),
    RigMap("custom", (Drive("jawOpen", JAW, gain=0.4, high=0.4),)),
    OwnVisemes({"pose_U": Pose({"MTH_oh": 1.0}, {JAW: 0.1})}),
)


def first(shapes, controls=("jaw_ctl", "spine")):
    found = offers(shapes, controls, NOTHING, NOTHING, [STUDIO])
    return found[0] if found and found[0].preset.name == "Studio Heroes" else None


@pytest.mark.parametrize(
    "spelled",
    [
        lambda name: name,
        lambda name: f"Hero:{name}",
        lambda name: f"hero_face_{name}",
        lambda name: name.lower(),
        lambda name: name.replace("_", " "),
    ],
)
def test_a_preset_is_found_however_the_names_begin(spelled):
    shapes = tuple(map(spelled, SHAPES))
    offer = first(shapes, ("jaw_ctl", "spine"))
    assert offer is not None
    assert offer.preset.shapes.targets == shapes
    assert offer.preset.controls.targets == (JAW,)
    assert offer.preset.visemes.poses["pose_U"].shapes == {shapes[1]: 1.0}
    assert offer.share == 1.0


def test_missing_names_are_left_out_and_too_few_are_no_fit():
    offer = first(SHAPES[:5])
    assert offer is not None
    assert set(offer.preset.shapes.targets) == set(SHAPES[:5])
    assert 0.8 < offer.share < 0.9
    assert first(SHAPES[:3]) is None
    assert first(arkit.NAMES) is None


def test_bones_are_renamed_in_their_paths():
    offer = first(SHAPES, ("rig:jaw_ctl", "rig:spine", "rig:head", "rig:neck"))
    assert offer is not None
    assert offer.preset.controls.targets == ('pose.bones["rig:jaw_ctl"].rotation_euler[0]',)


def test_it_is_said_what_would_change_and_nothing_offered_that_changes_nothing():
    current = RigMap("", (*STUDIO.shapes.drives[:4], Drive("browInnerUp", "BRW_up", gain=0.3), Drive("jawOpen", "Extra")))
    (offer,) = offers(SHAPES, ("jaw_ctl",), current, STUDIO.controls, [RigPreset("Studio Heroes", STUDIO.shapes)])
    assert (offer.added, offer.changed, offer.removed) == (1, 1, 1)
    assert offer.sentence == "adds 1, changes 1, leaves out 1"
    assert not offers(SHAPES, (), STUDIO.shapes, NOTHING, [RigPreset("Studio Heroes", STUDIO.shapes)])


def test_those_that_come_along_are_offered_only_where_they_add():
    assert not offers(arkit.NAMES, (), recognise(arkit.NAMES), NOTHING)
    names = ("Fcl_MTH_A", "Fcl_MTH_I", "Fcl_MTH_U", "Fcl_MTH_E", "Fcl_MTH_O", "Fcl_EYE_Close_L", "Fcl_EYE_Close_R")
    found = offers(names, (), RigMap("", (Drive("viseme_aa", "Fcl_MTH_A"),)), NOTHING)
    assert found
    assert found[0].preset.name.startswith("VRoid")
    assert found[0].added >= 5


def test_files_come_back_and_bad_ones_are_refused_in_a_sentence():
    assert from_json(to_json(STUDIO)) == STUDIO
    good = json.loads(to_json(STUDIO))
    for broken in (
        "{",
        "[]",
        json.dumps({**good, "format": "rig map"}),
        json.dumps({**good, "version": 9}),
        json.dumps({**good, "name": 3}),
        json.dumps({**good, "shapes": {"drives": [{"source": "nose", "target": "x"}]}}),
        json.dumps({**good, "shapes": [1]}),
        json.dumps({**good, "visemes": {"format": "x"}}),
        json.dumps({"format": good["format"], "version": 1, "name": "Empty"}),
    ):
        with pytest.raises(ParlanceError, match=r"\.$"):
            from_json(broken)
