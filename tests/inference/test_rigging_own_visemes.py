# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's poses follow what is said: the right one on every sound, closures closed, and what was not posed as it was."""

import json

import numpy as np
import pytest

from parlance.inference import arkit, geometry
from parlance.inference.errors import ParlanceError
from parlance.inference.rigging import RigMap, apply
from parlance.inference.rigging.own_visemes import OwnVisemes, Pose, drives, from_json, looks, shape_targets, to_json, with_poses
from parlance.inference.rigging.rig_map import Drive
from parlance.inference.rigging.visemes import OWN

SAID = {
    "PP": "pbm",
    "FF": "fv",
    "TH": "θð",
    "DD": "tdɾ",
    "SS": "sz",
    "CH": "ʃʒ",
    "RR": "ɹrɝ",
    "kk": "kgŋçx",
    "aa": "aɑʌə",
    "U": "uʊyw",
}
ARKIT = RigMap("ARKit", tuple(Drive(name, name) for name in arkit.NAMES))


@pytest.fixture(scope="module")
def speech(spoken):
    """Ten seconds of nonsense, and which visemes are said at its frames."""
    performance = spoken(10.0)
    return performance, looks(performance, performance.times)


def own(*names):
    """Each viseme posed by a shape of its own."""
    return OwnVisemes({f"pose_{name}": Pose({f"my {name}": 1.0}) for name in names})


def curves_of(speech, posed, base=ARKIT, shapes=None):
    performance, said = speech
    rig_map = with_poses(base, drives(posed, sorted(shape_targets(posed)), controls=False))
    return apply(rig_map, performance.curves if shapes is None else shapes, said=said)


def test_each_sound_shows_the_pose_that_was_made_for_it(speech):
    performance, _ = speech
    names = [name.removeprefix("pose_") for name in OWN if name != "pose_sil"]
    curves = curves_of(speech, own(*names))
    table = np.stack([curves[f"my {name}"] for name in names])
    assert table.min() >= 0.0
    assert table.sum(0).max() < 1.001
    right = total = 0
    for phone in performance.phones:
        expected = next((name for name, symbols in SAID.items() if phone.symbol in symbols), None)
        if expected is None or phone.end - phone.start < 0.05:
            continue
        inside = (performance.times > phone.start) & (performance.times < phone.end)
        best = names[int(table[:, inside].max(1).argmax())] if inside.any() else expected
        right, total = right + (best == expected), total + 1
    assert total > 20
    assert right >= 0.9 * total


def test_where_lips_must_meet_the_closing_pose_has_them_alone(speech):
    performance, _ = speech
    curves = curves_of(speech, own("PP", "aa", "E"))
    closed = geometry.measure(performance.curves)[:, geometry.INDEX["gap"]] < -0.5
    assert closed.sum() > 5
    assert curves["my PP"][closed].mean() > 0.8
    assert (curves["my aa"] + curves["my E"])[closed].max() < 0.35


def test_without_a_closing_pose_ours_closes(speech):
    performance, _ = speech
    curves = curves_of(speech, own("aa", "E", "O"))
    left = np.stack([curves[name] for name in arkit.NAMES], axis=1)
    index = geometry.INDEX["gap"]
    closed = geometry.measure(performance.curves)[:, index] < -0.5
    assert np.abs(geometry.measure(left)[closed, index] - geometry.measure(performance.curves)[closed, index]).mean() < 0.6


def test_what_was_not_posed_stays_ours_bit_for_bit(speech):
    performance, _ = speech
    silent = curves_of(speech, OwnVisemes())
    np.testing.assert_array_equal(np.stack([silent[name] for name in arkit.NAMES], axis=1), performance.curves)
    posed = curves_of(speech, own("aa"))
    for name in ("eyeBlinkLeft", "browInnerUp", "mouthSmileLeft"):
        np.testing.assert_array_equal(posed[name], performance.curves[:, arkit.INDEX[name]])
    assert posed["jawOpen"].sum() < performance.curves[:, arkit.INDEX["jawOpen"]].sum()


def test_a_rig_with_three_poses_alone_speaks_with_those(speech):
    nothing = RigMap("", ())
    curves = curves_of(speech, own("aa", "O", "I"), nothing)
    assert all(curves[f"my {name}"].max() > 0.4 for name in ("aa", "O", "I"))
    performance, _ = speech
    closed = geometry.measure(performance.curves)[:, geometry.INDEX["gap"]] < -0.5
    assert sum(curves.values())[closed].max() < 0.4


def test_controls_start_from_their_rest_and_stay_between_the_poses(speech):
    target = 'pose.bones["lip"].scale[0]'
    posed = OwnVisemes({"pose_aa": Pose(controls={target: 1.4}), "pose_U": Pose(controls={target: 0.5})}, {target: 1.0})
    performance, said = speech
    values = apply(RigMap("", drives(posed, [target], controls=True)), performance.curves, said=said)[target]
    assert values.max() > 1.15
    assert values.min() < 0.8
    assert values.min() >= 0.5
    assert values.max() <= 1.4
    assert values[0] == pytest.approx(1.0, abs=0.02)


def test_files_come_back_and_bad_ones_are_refused_in_a_sentence():
    posed = OwnVisemes({"pose_aa": Pose({"Open": 0.5}, {"pose.bones[0].scale[0]": 1.2})}, {"pose.bones[0].scale[0]": 1.0})
    assert from_json(to_json(posed)) == posed
    good = json.loads(to_json(posed))
    for broken in (
        "nonsense",
        "[]",
        json.dumps({**good, "format": "rig map"}),
        json.dumps({**good, "version": 2}),
        json.dumps({**good, "visemes": {"pose_X": {}}}),
        json.dumps({**good, "visemes": {"pose_aa": {"bones": {}}}}),
        json.dumps({**good, "visemes": {"pose_aa": {"shapes": {"Open": "wide"}}}}),
        json.dumps({**good, "visemes": {"pose_aa": {"shapes": {"Open": float("inf")}}}}),
    ):
        with pytest.raises(ParlanceError, match=r"\.$"):
            from_json(broken)
