# SPDX-License-Identifier: GPL-3.0-or-later
"""Names alone: every spelling is recognised, nothing else is, and what is doubtful is offered."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlance.benchmarks.spellings import DECOYS, SPELLINGS
from parlance.inference import arkit
from parlance.inference.errors import ParlanceError
from parlance.inference.rigging import Drive, RigMap, from_json, recognise, to_json
from parlance.inference.rigging.recognition import CERTAIN

IN_THE_WILD = Path(__file__).parents[3] / "shared" / "rigs" / "conventions.json"


def driven(rig_map):
    found = {}
    for drive in rig_map.active:
        found.setdefault(drive.target, set()).add(drive.source)
    return found


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_arkit_is_fully_recognised(spelling):
    names = {SPELLINGS[spelling](name): name for name in arkit.NAMES}
    assert driven(recognise(names)) == {spelled: {name} for spelled, name in names.items()}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(SPELLINGS)), st.randoms(use_true_random=False), st.integers(5, 52))
def test_random_subsets_among_other_shapes_are_never_wrong(spelling, chance, count):
    chosen = chance.sample(arkit.NAMES, count)
    names = {SPELLINGS[spelling](name): name for name in chosen}
    mixed = [*names, *DECOYS]
    chance.shuffle(mixed)
    found = driven(recognise(mixed))
    assert not found.keys() & set(DECOYS)
    assert all(found[spelled] == {names[spelled]} for spelled in found)
    assert len(found) == count


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=30))
def test_any_names_at_all_give_a_valid_map(names):
    rig_map = recognise(names)
    assert {drive.target for drive in rig_map.drives} <= set(names)
    assert from_json(to_json(rig_map)) == rig_map


def test_misspelt_names_are_offered_and_not_used():
    rig_map = recognise(["eyeBilnkLeft", "mouthSmlieLeft", "jawOpen"])
    offered = {drive.target: drive for drive in rig_map.drives if drive.muted}
    assert offered["eyeBilnkLeft"].source == "eyeBlinkLeft"
    assert offered["eyeBilnkLeft"].confidence < CERTAIN
    assert driven(rig_map) == {"jawOpen": {"jawOpen"}}


def test_copies_and_correctives_do_not_move_twice():
    rig_map = recognise(["jawOpen", "jawOpen.001", "Jaw Open", "mouthOpen", "jawOpen_corrective"])
    assert driven(rig_map) == {"jawOpen": {"jawOpen"}}


def test_one_shape_for_both_sides_takes_the_mean_of_both():
    rig_map = recognise(["mouthSmile", "jawOpen", "Blink"])
    smile = [drive for drive in rig_map.active if drive.target == "mouthSmile"]
    assert {drive.source for drive in smile} == {"mouthSmileLeft", "mouthSmileRight"}
    assert sum(drive.gain for drive in smile) == 1.0
    assert driven(rig_map)["Blink"] == {"eyeBlinkLeft", "eyeBlinkRight"}


def test_one_curve_drives_both_halves_of_a_split_shape():
    found = driven(recognise(["browInnerUp_L", "browInnerUp_R", "cheekPuff_L", "cheekPuff_R", "jawOpen"]))
    assert found["browInnerUp_L"] == found["browInnerUp_R"] == {"browInnerUp"}
    assert found["cheekPuff_L"] == found["cheekPuff_R"] == {"cheekPuff"}


def test_visemes_beside_a_full_face_stay_muted():
    names = [
        *arkit.NAMES,
        *(f"viseme_{name}" for name in ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"]),
    ]
    rig_map = recognise(names)
    assert driven(rig_map) == {name: {name} for name in arkit.NAMES}
    assert sum(drive.muted for drive in rig_map.drives) == 15


def test_short_names_mean_nothing_without_company():
    assert not recognise(["A", "Key 1", "E"]).active
    assert len(recognise(["A", "I", "U", "E", "O"]).active) == 5


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "CTRL_expressions_jawOpen CTRL_expressions_eyeLookLeftL CTRL_expressions_mouthFunnelUL",
            "jawOpen eyeLookOutLeft mouthFunnel",
        ),
        (
            "Eye_L_Look_L Eye_R_Look_L Mouth_Up_Upper_L Mouth_L Jaw_L Brow_Drop_R",
            "eyeLookOutLeft eyeLookInRight mouthUpperUpLeft mouthLeft jawLeft browDownRight",
        ),
        (
            "V_Open V_Explosive V_Dental_Lip V_Tight_O V_Wide V_Affricate",
            "viseme_open viseme_PP viseme_FF viseme_U viseme_wide viseme_CH",
        ),
        ("M_F00_Fcl_MTH_A M_F00_Fcl_MTH_O M_F00_Fcl_EYE_Close_L", "viseme_aa viseme_O eyeBlinkLeft"),
        ("blendShape1.MTH_A blendShape1.MTH_I blendShape1.MTH_U", "viseme_aa viseme_I viseme_U"),
        ("Genesis8Female__eCTRLvAA Genesis8Female__eCTRLvM Genesis8Female__eCTRLvF", "viseme_aa viseme_PP viseme_FF"),
        ("eyeBlinking_Left mouthClosed eyeLookingDown_Left cheekPuffed", "eyeBlinkLeft mouthClose eyeLookDownLeft cheekPuff"),
        (
            "viseme_1 viseme_2 viseme_3 viseme_4 viseme_6 viseme_7 viseme_18 viseme_21",
            "viseme_ae viseme_aa viseme_aw viseme_E viseme_I viseme_U viseme_FF viseme_PP",
        ),
        ("Vowel_A Vowel_I Vowel_U Vowel_E Vowel_O", "viseme_aa viseme_I viseme_U viseme_E viseme_O"),
    ],
)
def test_conventions_with_words_of_their_own(names, expected):
    found = driven(recognise(names.split()))
    assert [found.get(name) for name in names.split()] == [{source} for source in expected.split()]


def test_names_found_in_the_wild():
    if not IN_THE_WILD.exists():
        pytest.skip("needs the list of names")
    table = json.loads(IN_THE_WILD.read_text(encoding="utf-8"))
    for convention, names in table.items():
        if not isinstance(names, dict):
            continue
        found = driven(recognise(names))
        wrong = {name: found[name] for name in found if found[name] != {names[name]}}
        assert not wrong, convention
        missed = [name for name in names if name not in found]
        full = "jawOpen" in names.values()
        assert all(names[name].startswith("viseme") and full for name in missed), convention


def test_the_convention_with_most_to_say_wins():
    names = ["AE", "Ah", "B_M_P", "Ch_J", "EE", "Er", "F_V", "Ih", "K_G_H_NG", "Oh", "R", "S_Z", "T_L_D_N", "Th", "W_OO"]
    rig_map = recognise(names)
    assert rig_map.convention == "iClone visemes"
    assert driven(rig_map)["EE"] == {"viseme_I"}


def test_a_map_survives_its_file():
    rig_map = RigMap("custom", (Drive("jawOpen", "口", gain=1.5, offset=0.1, high=2.0), Drive("viseme_aa", "A", muted=True)))
    assert from_json(to_json(rig_map)) == rig_map


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"drives": 3}',
        '{"drives": [{"source": "jawOpen"}]}',
        '{"version": 99, "drives": []}',
        '{"drives": [{"source": "jawOpn", "target": "a"}]}',
        '{"drives": [{"source": "jawOpen", "target": "a", "gain": "x"}]}',
        '{"drives": [{"source": "jawOpen", "target": "a", "gain": NaN}]}',
        '{"drives": [{"source": "jawOpen", "target": "a", "low": -Infinity}]}',
        '{"drives": [{"source": ["jawOpen"], "target": "a"}]}',
        '{"drives": [' + "9" * 5000 + "]}",
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_map_says_what_is_wrong(text):
    with pytest.raises(ParlanceError, match=r"\w+\."):
        from_json(text)


def test_order_does_not_matter():
    names = [SPELLINGS["_L"](name) for name in arkit.NAMES] + ["mouthOpen", "smile"]
    shuffled = names[:]
    random.Random(4).shuffle(shuffled)
    assert driven(recognise(names)) == driven(recognise(shuffled))
