# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are put together: what is used at once, and what is only offered."""

import pytest

from parlance.inference.rigging import recognise
from parlance.inference.rigging.recognition import CERTAIN
from parlance.inference.rigging.spelling import Lexicon


def read(*names):
    """{name: (sources, confidence)} of each name that anything was made of."""
    found = {}
    for drive in recognise(names).drives:
        found.setdefault(drive.target, (set(), drive.confidence))[0].add(drive.source)
    return found


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("Brw_In_Up_L", {"browInnerUp"}),
        ("UpprLip_Rse_L", {"mouthUpperUpLeft"}),
        ("EyLid_Clsd_R", {"eyeBlinkRight"}),
        ("jaw_open_max", {"jawOpen"}),
        ("Hero@012_lip_corner_puller_lf", {"mouthSmileLeft"}),
        ("close_t_l_eyelid", {"eyeBlinkLeft"}),
        ("raise_r_i_eyebrow", {"browInnerUp"}),
        ("raise_r_o_eyebrow", {"browOuterUpRight"}),
        ("закрытого левого глаза", {"eyeBlinkLeft"}),
        ("открытие рта", {"jawOpen"}),
        ("Sollevamento labbro superiore", {"mouthUpperUpLeft", "mouthUpperUpRight"}),
        ("ปากเปิด", {"jawOpen"}),
        ("ตาซ้ายหลับ", {"eyeBlinkLeft"}),
        ("Sol_Göz_Kapalı", {"eyeBlinkLeft"}),
        ("العين اليسرى مغلقة", {"eyeBlinkLeft"}),
        ("wenkbrauw_omhoog_links", {"browOuterUpLeft"}),
        ("kelopak_mata_kiri_tertutup", {"eyeBlinkLeft"}),
    ],
)
def test_parts_places_and_movements_are_put_together(name, sources):
    found, sure = read(name)[name]
    assert found == sources
    assert sure >= CERTAIN


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("mouth_open_half", "jawOpen"),
        ("mouth_open_wobbly", "jawOpen"),
        ("slight smile", "mouthSmileLeft"),
        ("ribbon_puff", "cheekPuff"),
        ("eyeBilnkLeft", "eyeBlinkLeft"),
    ],
)
def test_what_a_word_casts_doubt_on_is_offered_and_not_used(name, source):
    found, sure = read(name)[name]
    assert source in found
    assert sure < CERTAIN


def test_a_remark_in_brackets_makes_an_offer_and_a_side_in_brackets_is_one():
    found = read("下颚前突(嘴闭合)", "Blink (Left)", "Jaw Open (lips together)")
    assert found["Blink (Left)"][0] == {"eyeBlinkLeft"}
    assert found["Blink (Left)"][1] >= CERTAIN
    assert found["下颚前突(嘴闭合)"][0] == {"jawForward"}
    assert found["Jaw Open (lips together)"][0] == {"jawOpen"}
    assert all(found[name][1] < CERTAIN for name in ("下颚前突(嘴闭合)", "Jaw Open (lips together)"))


@pytest.mark.parametrize(
    "name",
    [
        "cheek_suck", "jaw_clench", "tongue_up", "nose_flare_left", "lower_lip_towards_teeth", "jawLeft_Right", "eye_smile",
        "Body_Open_Coat", "mouth_lower_lip", "eyelash_up", "brow_smile", "mouth_angry", "pupil_wide", "eyebrows-trans-up",
        "head_turn_left",
    ],
)  # fmt: skip
def test_another_movement_or_part_is_another_shape(name):
    assert all(sure < CERTAIN for _, sure in read(name).values())


def test_a_word_that_many_names_have_is_a_label():
    faces = ["jaw_open", "smile_L", "smile_R", "blink_L", "blink_R", "pucker", "brow_down_L", "brow_down_R"]
    assert all(sure >= CERTAIN for _, sure in read(*(f"{each}_zorblax" for each in faces)).values())
    assert read("pucker_zorblax", *faces)["pucker_zorblax"][1] < CERTAIN


def test_sounds_are_known_in_each_others_company():
    found = read("talk_AA", "talk_OO", "talk_EE", "talk_MBP", "talk_L", "talk_rest")
    assert {name: sources for name, (sources, _) in found.items()} == {
        "talk_AA": {"viseme_aa"}, "talk_OO": {"viseme_U"}, "talk_EE": {"viseme_I"}, "talk_MBP": {"viseme_PP"},
        "talk_L": {"viseme_L"}, "talk_rest": {"viseme_sil"},
    }  # fmt: skip
    assert not read("Teacher_A", "Teacher_B")
    assert not read("jawOpen", "eye_A", "eye_E", "eye_I", "eye_O", "eye_U").keys() - {"jawOpen"}
    assert "talk_AA_small" not in read("talk_AA", "talk_OO", "talk_AA_small")


def test_a_word_is_near_another_only_where_one_meaning_fits():
    english = {"brow": "brow", "corner": "corner", "close": "close", "closed": "close", "smile": "smile"}
    lexicon = Lexicon(english, {"открытый": "open"})
    assert lexicon.nearest("brw") == ("brow", "shortened")
    assert lexicon.nearest("clsd") == ("close", "shortened")
    assert lexicon.nearest("cor") is None
    assert lexicon.nearest("открытого") == ("open", "inflected")
    assert lexicon.nearest("simle") == ("smile", "misspelt")
    assert lexicon.nearest("smell") is None


def test_a_numbered_variant_of_a_shape_is_only_offered():
    found = read("eyeclose", "eyeclose3", "jawOpen")
    assert found["eyeclose"][1] >= CERTAIN > found["eyeclose3"][1]


def test_english_words_are_no_forms_of_foreign_ones():
    assert all(sure < CERTAIN for _, sure in read("lipPressure").values())
    assert read("Pressione labbra")["Pressione labbra"][0] == {"mouthPressLeft", "mouthPressRight"}


def test_a_smile_among_feelings_is_an_expression_of_the_whole_face():
    faces = ["F_Smile01", "F_Sad01", "F_Angry01", "F_Surprise01", "F_Happy01", "F_Disgust01"]
    assert all(sure < CERTAIN for _, sure in read(*faces).values())
    assert read("smile", "jaw_open", "blink")["smile"][1] >= CERTAIN
