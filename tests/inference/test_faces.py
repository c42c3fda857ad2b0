# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions in millimetres: the same face on weak and strong heads, and what tells one emotion from another."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.benchmarks import heads
from parlance.benchmarks import rigging as bench
from parlance.inference import arkit, features
from parlance.inference.acting import Extent, Performer, act, faces, poses
from parlance.inference.direction import Direction
from parlance.inference.geometry import INDEX as MEASURE
from parlance.inference.geometry import REFERENCE, Geometry, measure
from parlance.inference.performance import EMOTIONS
from parlance.inference.phones import LABIODENTAL
from parlance.inference.tracks import Tracks

STILL = Direction(
    life=0.0, breath=0.0, swallow=0.0, brow_amount=0.0, head_amount=0.0, auto_tension=0.0, phrasing=0.0, asymmetry=0.0,
    blink_rate=0.0, blink_rate_silent=0.0, blink_gaze=0.0, gaze_amount=0.0, eye_contact=1.0, lid_follow=0.0,
)  # fmt: skip


def scaled(factor):
    """A face whose shapes all go so much further than the typical one's."""
    return Geometry(REFERENCE.jacobian, REFERENCE.neutral, (features.typical() * factor).astype(np.float32))


def shown(weights, geometry, name):
    """Millimetres of a feature under weights float32[52], without the jaw."""
    moves = (features.typical() if geometry.features is None else geometry.features).copy()
    moves[faces.JAW] = 0
    return float(weights @ moves[:, features.INDEX[name]])


def quiet(performance):
    silent = np.zeros_like(performance.posteriors)
    silent[:, 0] = 1
    nothing = np.zeros_like(performance.curves)
    return replace(performance, curves=nothing, speech=performance.speech * 0, posteriors=silent, events=(), phones=())


def held(performance, geometry=REFERENCE, **sliders):
    """float32[52] the face in the middle of a silence."""
    animation = act(quiet(performance), replace(STILL, **sliders), fps=24, start=0.0, performer=Performer(geometry))
    return animation.shapes[len(animation.shapes) // 2]


@pytest.mark.parametrize(
    ("emotion", "unit", "feature"),
    [
        ("joy", "mouthSmileLeft", "cornerLeft"),
        ("surprise", "browOuterUpLeft", "outer_browLeft"),
        ("disgust", "noseSneerLeft", "noseLeft"),
    ],
)
def test_weak_heads_get_more_weight_and_strong_ones_less(spoken, emotion, unit, feature):
    weak, strong = scaled(0.7), scaled(1.8)
    weights = [held(spoken(6), face, **{emotion: 0.5}) for face in (weak, REFERENCE, strong)]
    used = [each[arkit.INDEX[unit]] for each in weights]
    assert used[0] > used[1] + 0.05
    assert used[1] > used[2] + 0.05
    seen = [shown(each, face, feature) for each, face in zip(weights, (weak, REFERENCE, strong), strict=True)]
    # With the same weights on all three the strong head would show 2.6 times what the weak one does.
    assert seen[2] < 1.6 * seen[0]


@pytest.mark.skipif(not heads.RIGS.exists(), reason="needs the heads")
@pytest.mark.parametrize("name", ["ict", "makehuman"])
def test_real_heads_show_what_is_asked_as_far_as_their_shapes_go(name):
    _, calibration = bench.measured(getattr(heads, name)())
    geometry = calibration.geometry
    for expression in poses.EXPRESSIONS.values():
        middle = expression.faces[1]
        (weights,) = faces.solved([middle], geometry)
        for feature, wanted in features.named(middle.mm).items():
            reached = shown(weights, geometry, features.FEATURES[feature])
            limit = np.where(middle.weights > 0, 1.0, 0.0) @ np.clip(geometry.features[:, feature] * np.sign(wanted), 0, None)
            if abs(wanted) > 2.5:
                assert reached * np.sign(wanted) > 0.55 * min(abs(wanted), limit), (features.FEATURES[feature], reached, wanted)
                assert reached * np.sign(wanted) < 1.6 * abs(wanted), (features.FEATURES[feature], reached, wanted)


@pytest.mark.skipif(not heads.RIGS.exists(), reason="needs the heads")
@pytest.mark.parametrize("name", ["ict", "makehuman"])
def test_the_wrinkled_nose_of_disgust_is_not_given_up_for_what_else_is_asked(name):
    _, calibration = bench.measured(getattr(heads, name)())
    slight, _, full = faces.solved(poses.EXPRESSIONS["disgust"].faces, calibration.geometry)
    sneer, frown = arkit.INDEX["noseSneerLeft"], arkit.INDEX["browDownLeft"]
    assert slight[sneer] > 0.45
    assert full[sneer] > 0.75
    rage = faces.solved(poses.EXPRESSIONS["anger"].faces, calibration.geometry)[-1]
    assert full[frown] < 0.5 * rage[frown]  # brows that come down as far would make it anger


def test_what_sets_the_emotions_apart(spoken):
    """The prototypes of the Facial Action Coding System, at two thirds and at full strength."""
    for level in (0.66, 1.0):
        face = {emotion: held(spoken(6), **{emotion: level}) for emotion in EMOTIONS}

        def mm(emotion, feature, face=face):
            return shown(face[emotion], REFERENCE, feature + "Left")

        assert mm("fear", "brow_in") > mm("surprise", "brow_in") + 0.4  # together as well as up
        assert mm("surprise", "outer_brow") > 2 * mm("fear", "outer_brow")
        assert mm("fear", "outer_brow") > mm("sadness", "outer_brow") + 1.0  # whole brows: inner ends alone are grief
        assert mm("fear", "corner") > mm("sadness", "corner") + 1.5
        assert mm("fear", "corner_out") > mm("surprise", "corner_out") + 2
        assert mm("joy", "lower_lid") > 1.5  # the eyes smile
        assert mm("joy", "cheek") > 3
        assert mm("anger", "inner_brow") < -3
        assert mm("anger", "brow_in") > 1.2
        assert mm("anger", "lower_lid") > 0.8
        assert mm("anger", "upper_lid") < 0  # wide eyes would be surprise
        assert mm("anger", "inner_brow") < 1.5 * mm("disgust", "inner_brow")
        pressed, gap = face["anger"][arkit.INDEX["mouthPressLeft"]], measure(face["anger"][None])[0, MEASURE["gap"]]
        assert (pressed > 0.3) if level < 1 else (gap > 3)  # lips press, and in rage they bare the teeth
        assert mm("disgust", "nose") > mm("anger", "nose") + 1
        assert mm("sadness", "inner_brow") > mm("sadness", "outer_brow") + 1.5
        assert mm("sadness", "corner") < -2.5


def test_what_weak_brows_cannot_show_lids_and_jaw_make_up_for():
    moves = features.typical().copy()
    moves[:, [index for index, name in enumerate(features.FEATURES) if "brow" in name]] *= 0.3
    weak = Geometry(REFERENCE.jacobian, REFERENCE.neutral, moves.astype(np.float32))
    usual, astonished = (faces.solved([poses.EXPRESSIONS["surprise"].faces[1]], face)[0] for face in (scaled(1.0), weak))
    assert astonished[arkit.INDEX["jawOpen"]] > 1.1 * usual[arkit.INDEX["jawOpen"]]
    assert shown(astonished, weak, "upper_lidLeft") > shown(usual, REFERENCE, "upper_lidLeft") + 0.2


def test_contempt_is_on_the_side_that_leads(spoken):
    sides = {}
    for lopsided in (-0.2, 0.2):
        face = held(spoken(6), contempt=1.0, lopsided=lopsided)
        sides[lopsided] = [face[arkit.INDEX["mouthSmile" + side]] for side in ("Left", "Right")]
    assert sides[0.2][0] > 0.4 > 0.1 > sides[0.2][1]
    assert sides[-0.2][1] > 0.4 > 0.1 > sides[-0.2][0]


def test_a_held_expression_breathes_with_life_only(spoken):
    smile = {}
    for life in (0.0, 1.0):
        animation = act(quiet(spoken(20)), replace(STILL, life=life, joy=0.6), fps=24, start=0.0)
        smile[life] = animation.shapes[48:-48, arkit.INDEX["mouthSmileLeft"]]
    assert np.ptp(smile[0.0]) < 1e-5
    assert 0.02 < np.ptp(smile[1.0]) < 0.3


def test_surprise_is_there_before_sadness(spoken):
    """At the same sliders each emotion swells at its own pace."""
    risen = {}
    for emotion in ("surprise", "sadness"):
        direction = replace(STILL, **{emotion: 1.0}, phrasing=1.0, onset=0.5, fade=0.0)
        level = act(spoken(20), direction, fps=60, start=0.0).emotion[:, EMOTIONS.index(emotion)]
        risen[emotion] = int(np.argmax(level > 0.35))
    assert risen["surprise"] + 6 < risen["sadness"]


def test_grief_lowers_its_eyes_unless_they_are_told_where_to_look(spoken):
    performance = quiet(spoken(6))
    target = np.zeros((24 * 6 + 1, 2), np.float32)
    pitch = {}
    for name, sliders, tracks in (
        ("calm", {}, None),
        ("sad", {"sadness": 1.0}, None),
        ("sad, eyes left out", {"sadness": 1.0, "emotion_eyes": 0.0}, None),
        ("sad, looking at you", {"sadness": 1.0}, Tracks(target=target)),
    ):
        extent = Extent(frames=len(target))
        animation = act(performance, replace(STILL, **sliders), fps=24, start=0.0, extent=extent, tracks=tracks)
        pitch[name] = float(animation.gaze[48:-24, 1].mean())
    assert pitch["sad"] < pitch["calm"] - 2.5
    assert abs(pitch["sad, eyes left out"] - pitch["calm"]) < 0.5
    assert abs(pitch["sad, looking at you"] - pitch["calm"]) < 0.5


def test_brows_go_before_the_mouth_in_sadness_and_anger(spoken):
    begun = {}
    for emotion, brow, mouth in (("sadness", "browInnerUp", "mouthFrownLeft"), ("anger", "browDownLeft", "mouthFrownLeft")):
        shapes = act(quiet(spoken(6)), replace(STILL, **{emotion: 1.0}, fade=0.5, smoothing=0.0), fps=120, start=0.0).shapes
        curves = [shapes[:, arkit.INDEX[name]] for name in (brow, mouth)]
        begun[emotion] = [int(np.argmax(curve > 0.3 * curve.max())) for curve in curves]
        assert begun[emotion][0] + 4 < begun[emotion][1]


def test_pressed_lips_stay_pressed_in_pauses_and_part_for_speech(spoken):
    performance = spoken(20)
    angry = act(performance, replace(STILL, anger=0.66), fps=60, start=0.0)
    quiet_time = np.zeros(len(angry.times), bool)
    for event in performance.events:
        if event.kind == "pause" and event.duration > 0.9:
            quiet_time |= (angry.times > event.time + 0.35) & (angry.times < event.time + event.duration - 0.35)
    assert quiet_time.any()
    assert np.median(measure(angry.shapes)[quiet_time, MEASURE["gap"]]) < 0.5


def test_no_sneer_draws_the_lips_apart_where_speech_has_them_near_the_teeth(spoken):
    """A short v is one frame of twenty-four: those on either side are seen as well."""
    performance = spoken(60)
    plain, sneering = (
        measure(act(performance, replace(STILL, disgust=level), fps=24, start=0.0).shapes)[:, MEASURE["gap"]]
        for level in (0.0, 1.0)
    )
    times = np.arange(len(plain)) / 24
    said = [phone for phone in performance.phones if phone.symbol in LABIODENTAL]
    around = np.any([(times > phone.start - 0.02) & (times < phone.end + 0.02) for phone in said], axis=0)
    near = around & (plain < 3.2)
    assert near.sum() > 30
    assert np.mean(sneering[near] < 3.2) > 0.9
    assert np.percentile(sneering[around] - plain[around], 90) < 2.0
    assert np.median(sneering[~around] - plain[~around]) > 2.0


@pytest.mark.parametrize("mood", ["playful", "confused", "sarcastic"])
def test_a_mouth_that_pouts_or_is_pulled_aside_bites_its_lower_lip(mood, spoken):
    performance = spoken(90)
    measures = measure(act(performance, replace(STILL, mood=mood, mood_amount=1.0), fps=24, start=0.0).shapes)
    roll, times = measures[:, MEASURE["lower_roll"]], np.arange(len(measures)) / 24
    said = [phone for phone in performance.phones if phone.symbol in LABIODENTAL]
    rolled = [roll[(times > phone.start - 0.02) & (times < phone.end + 0.02)].min() <= -1.5 for phone in said]
    assert len(rolled) > 20
    assert np.mean(rolled) > 0.95


def test_pressed_lips_bare_the_teeth_where_speech_parts_them(spoken):
    plain, angry = (act(spoken(20), replace(STILL, anger=level), fps=60, start=0.0) for level in (0.0, 0.66))
    apart = measure(plain.shapes)[:, MEASURE["gap"]] > 6.0
    assert apart.any()
    for name, least in (("mouthUpperUpLeft", 0.04), ("mouthLowerDownLeft", 0.08)):
        shown = angry.shapes[apart, arkit.INDEX[name]] - plain.shapes[apart, arkit.INDEX[name]]
        assert np.median(shown) > least, name


def test_vowels_smile_less_where_brows_are_raised_in_fright(spoken):
    plain, afraid = (act(spoken(20), replace(STILL, surprise=level), fps=60, start=0.0).layers["speech"] for level in (0.0, 1.0))
    smile = arkit.INDEX["mouthSmileLeft"]
    spread = plain[:, smile] > 0.6 * plain[:, smile].max()
    assert afraid[spread, smile].mean() < 0.6 * plain[spread, smile].mean()


def test_rounded_lips_keep_their_corners_down_in_grief(spoken):
    sad = act(spoken(20), replace(STILL, sadness=1.0), fps=60, start=0.0)
    speech, frown = sad.layers["speech"], sad.shapes[:, arkit.INDEX["mouthFrownLeft"]]
    rounded = speech[:, arkit.INDEX["mouthPucker"]] + speech[:, arkit.INDEX["mouthFunnel"]] > 0.5
    assert rounded.any()
    assert np.median(frown[rounded]) > 0.85 * frown.max()


def test_no_vowel_smiles_in_grief(spoken):
    """Speech spreads the lips level where the corners are held down, and as wide as it would without."""
    plain, sad = (act(spoken(20), replace(STILL, sadness=level), fps=60, start=0.0).layers["speech"] for level in (0.0, 0.8))
    smile, stretch = arkit.INDEX["mouthSmileLeft"], arkit.INDEX["mouthStretchLeft"]
    spread = plain[:, smile] > 0.6 * plain[:, smile].max()
    assert sad[spread, smile].mean() < 0.25 * plain[spread, smile].mean()
    assert (sad[spread, stretch] - plain[spread, stretch]).mean() > 0.5 * plain[spread, smile].mean()
