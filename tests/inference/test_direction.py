# SPDX-License-Identifier: GPL-3.0-or-later
"""Every control is declared well, and is alive: it moves what it says, the way it says."""

from dataclasses import replace

import numpy as np
import pytest

from parlance.inference import arkit
from parlance.inference.acting import act
from parlance.inference.direction import Direction, controls
from parlance.inference.geometry import INDEX, measure
from parlance.inference.performance import EMOTIONS
from parlance.inference.retouch.vocal_track import made, replaced

FPS = 30
REGIONS = arkit.REGIONS


def mean(*prefixes, layer=None):
    """A measure of an animation: the mean weight of the shapes with these prefixes."""
    columns = [index for index, name in enumerate(arkit.NAMES) if name.startswith(prefixes)]
    return lambda animation: (animation.layers[layer] if layer else animation.shapes)[:, columns].mean()


def region(*names):
    columns = [index for name in names for index in REGIONS[name]]
    return lambda animation: animation.layers["emotion"][:, columns].mean()


def gap(animation):
    return measure(animation.shapes)[:, INDEX["gap"]]


def blinks(animation):
    lids = animation.blink.max(axis=1)
    return np.flatnonzero((lids[1:] > 0.4) & (lids[:-1] <= 0.4))


def intervals(animation):
    return np.diff(blinks(animation)) / FPS


def speed(track):
    return np.abs(np.diff(track, axis=0)).mean()


def side(name):
    left, right = (arkit.INDEX[name + end] for end in ("Left", "Right"))
    return lambda animation: (animation.shapes[:, left] - animation.shapes[:, right]).mean()


def loud_against_quiet(animation):
    jaw = animation.shapes[:, arkit.INDEX["jawOpen"]]
    loudness = np.sin(np.arange(len(jaw)) / FPS * 4)
    return jaw[loudness > 0.5].mean() / jaw[loudness < -0.5].mean()


def mean_track(prefix):
    columns = [index for index, name in enumerate(arkit.NAMES) if name.startswith(prefix)]
    return lambda animation: animation.shapes[:, columns].mean(axis=1)


def after_voice(track):
    """How far a track goes up with the pitch that `spoken` has."""
    return float((track * np.sin(np.arange(len(track)) / FPS * 3)).mean())


def reach(channel):
    return lambda animation: animation.shapes[:, arkit.INDEX[channel]].max()


def uneven(animation):
    left = [index for index, name in enumerate(arkit.NAMES) if name.endswith("Left") and name.startswith(("mouthSmile", "cheek"))]
    right = [arkit.MIRROR[index] for index in left]
    return np.abs(animation.shapes[:, left] - animation.shapes[:, right]).mean()


def away(animation):
    return (np.hypot(*(animation.gaze - np.median(animation.gaze, axis=0)).T) > 3).mean()


def near_pauses(animation):
    """Share of blinks that begin where a pause does; pauses are where the mouth's rests are."""
    rests = np.array([anchor.frame for anchor in animation.anchors if anchor.kind == "rest"])[::2]
    return np.mean([np.abs(frame - rests).min() < 0.35 * FPS for frame in blinks(animation)])


def with_shifts(animation):
    moved = np.hypot(*np.diff(animation.gaze, axis=0).T)
    return np.mean([moved[max(frame - 4, 0) : frame + 5].max() > 3 for frame in blinks(animation)])


def in_pauses(animation):
    """The lip gap in the middle of what is not said."""
    rests = [anchor.frame for anchor in animation.anchors if anchor.kind == "rest"]
    return np.median([gap(animation)[round((start + end) / 2)] for start, end in zip(rests[::2], rests[1::2], strict=False)])


def centre(animation):
    """The mean time at which the jaw is open."""
    jaw = animation.layers["speech"][:, arkit.INDEX["jawOpen"]]
    return (jaw * animation.times).sum() / jaw.sum() - MIDDLE


MIDDLE = 29.0
JOYFUL = {"joy": 0.8}
ALL = dict.fromkeys(EMOTIONS, 0.5)
QUIET = {"life": 0.0, "brow_amount": 0.0, "breath": 0.0, "auto_emotion": 0.0, "auto_tension": 0.0}
STEADY = {"head_amount": 0.0, "gaze_hold": 0.0, "gaze_micro": 0.0}
NO_BLINKS = {"blink_rate": 0.0, "blink_rate_silent": 0.0, "blink_gaze": 0.0}
PLAIN_BLINKS = {"blink_doublets": 0.0, "blink_gaze": 0.0, "blink_phrases": 0.0, "blink_partials": 0.0}

# control: what grows as it goes from low to high, and what else must be set for it to matter.
GROWS = {
    "jaw": (reach("jawOpen"), {}),
    "lips": (mean("mouthPucker", "mouthFunnel", "mouthStretch", "mouthSmile", layer="speech"), {}),
    "articulation": (lambda animation: gap(animation).std(), {}),
    "rounding": (mean("mouthPucker", "mouthFunnel"), {}),
    "spread": (mean("mouthStretch", "mouthSmile", "mouthDimple", layer="speech"), {}),
    "teeth": (mean("mouthLowerDown", "mouthUpperUp", layer="speech"), {}),
    "tongue": (mean("tongueOut"), {}),
    "press": (mean("mouthPress"), QUIET),
    "loudness": (loud_against_quiet, {}),
    "stress": (mean("jawOpen"), {}),
    "mouth_smoothing": (lambda animation: -speed(animation.layers["speech"]), {}),
    "hold": (mean("mouth", layer="speech"), {}),
    "sustain": (mean("jaw", layer="speech"), {}),
    "relax": (mean("mouth", layer="speech"), {}),
    "pauses": (in_pauses, {}),
    "lips_apart": (lambda animation: np.median(gap(animation)), {}),
    "corners": (lambda animation: mean("mouthSmile")(animation) - mean("mouthFrown")(animation), {}),
    "lopsided": (side("mouthStretch"), {}),
    "jaw_forward": (mean("jawForward"), {}),
    "joy": (mean("mouthSmile"), {}),
    "sadness": (mean("browInnerUp"), {}),
    "anger": (mean("browDown"), {}),
    "fear": (mean("eyeWide"), {}),
    "disgust": (mean("noseSneer"), {}),
    "surprise": (mean("browOuterUp"), {}),
    "contempt": (mean("mouthDimple"), {}),
    "mood_amount": (mean("cheekSquintLeft", layer="emotion"), {"mood": "laughing"}),
    "tension": (lambda animation: measure(animation.shapes)[:, INDEX["lid_left"]].mean(), NO_BLINKS),
    "auto_tension": (lambda animation: animation.arousal.std(), {}),
    "auto_emotion": (lambda animation: animation.emotion.mean(), {}),
    "emotion_strength": (mean("mouthSmile", layer="emotion"), {"joy": 0.5}),
    "phrasing": (lambda animation: animation.emotion[:, 0].std(), JOYFUL),
    "onset": (lambda animation: -animation.emotion[:, 0].mean(), JOYFUL),
    "offset": (lambda animation: animation.emotion[:, 0].mean(), JOYFUL),
    "asymmetry": (uneven, JOYFUL),
    "emotion_brows": (region("brows"), ALL),
    "emotion_eyes": (region("eyes"), ALL),
    "emotion_cheeks": (region("cheeks", "nose"), ALL),
    "emotion_mouth": (region("mouth"), ALL),
    "emotion_jaw": (region("jaw"), {"surprise": 1.0, "breath": 0.0}),
    **{
        f"{emotion}_place": (
            lambda animation: region("mouth", "jaw")(animation) - region("brows", "eyes")(animation),
            {emotion: 0.8, **QUIET},
        )
        for emotion in EMOTIONS
    },
    "upper_face": (region("brows", "eyes", "cheeks"), {}),
    "mouth_only": (lambda animation: -region("brows", "eyes", "cheeks")(animation), {}),
    "blink_rate": (lambda animation: len(blinks(animation)), {}),
    "blink_rate_silent": (lambda animation: len(blinks(animation)), {"listening": True}),
    "blink_strength": (reach("eyeBlinkLeft"), {}),
    "blink_duration": (lambda animation: animation.blink.sum() / max(len(blinks(animation)), 1), {}),
    "blink_variety": (lambda animation: intervals(animation).std() / intervals(animation).mean(), PLAIN_BLINKS),
    "blink_doublets": (lambda animation: (intervals(animation) < 0.45).mean(), {"blink_gaze": 0.0, "blink_partials": 0.0}),
    "blink_partials": (lambda animation: -animation.blink.mean(), {**PLAIN_BLINKS}),
    "blink_phrases": (near_pauses, {"blink_doublets": 0.0, "blink_gaze": 0.0}),
    "blink_gaze": (with_shifts, {"blink_phrases": 0.0, "gaze_amount": 2.0, **STEADY}),
    "lids": (lambda animation: measure(animation.shapes)[:, INDEX["lid_left"]].mean(), {}),
    "eye_contact": (lambda animation: -away(animation), STEADY),
    "gaze_amount": (lambda animation: animation.gaze.std(), STEADY),
    "gaze_tempo": (lambda animation: speed(animation.gaze), STEADY),
    "gaze_micro": (lambda animation: speed(animation.gaze), {"eye_contact": 1.0, "head_amount": 0.0}),
    "gaze_yaw": (lambda animation: np.median(animation.gaze[:, 0]), STEADY),
    "gaze_pitch": (lambda animation: np.median(animation.gaze[:, 1]), STEADY),
    "gaze_distance": (lambda animation: -mean("eyeLookIn")(animation), STEADY),
    "gaze_hold": (lambda animation: speed(animation.gaze), {"gaze_micro": 0.0}),
    "lid_follow": (
        lambda animation: -measure(animation.shapes)[:, INDEX["lid_left"]].mean(),
        {"gaze_pitch": -20.0, **NO_BLINKS},
    ),
    "listening": (lambda animation: -mean("jawOpen", layer="speech")(animation), {}),
    "brow_amount": (mean("browInnerUp"), {}),
    "brow_chance": (mean("browInnerUp"), {}),
    "brow_voice": (lambda animation: after_voice(mean_track("browInnerUp")(animation)), {"brow_chance": 0.0}),
    "brow_frown": (lambda animation: mean("browDown")(animation) - mean("browInnerUp")(animation), {}),
    "brow_single": (lambda animation: np.abs(side("browOuterUp")(animation)), {"life": 0.0}),
    "brow_idle": (mean("browInnerUp"), {"brow_chance": 0.0}),
    "head_amount": (lambda animation: animation.head.std(), {}),
    "head_tempo": (lambda animation: speed(animation.head), {}),
    "head_nods": (lambda animation: animation.head[:, 0].max(), {}),
    "head_voice": (lambda animation: after_voice(-animation.head[:, 0]), {"head_nods": 0.0}),
    "head_sway": (lambda animation: animation.head[:, 1].std(), {"head_gaze": 0.0}),
    "head_tilt": (lambda animation: animation.head[:, 2].std(), {}),
    "head_gaze": (lambda animation: np.median(animation.head[:, 1]), {"gaze_yaw": 20.0}),
    "head_pitch": (lambda animation: np.median(animation.head[:, 0]), {}),
    "head_yaw": (lambda animation: np.median(animation.head[:, 1]), {}),
    "head_roll": (lambda animation: np.median(animation.head[:, 2]), {}),
    "life": (region("brows", "cheeks"), {"brow_amount": 0.0, "auto_emotion": 0.0, "auto_tension": 0.0}),
    "breath": (mean("noseSneer"), {"auto_emotion": 0.0, "auto_tension": 0.0, "life": 0.0}),
    "vocals": (mean("mouthSmile", "cheekSquint", layer="emotion"), {}),
    "swallow": (mean("mouthRollLower", layer="emotion"), {}),
    "lead": (lambda animation: -centre(animation), {}),
    "smoothing": (lambda animation: -speed(animation.layers["emotion"][:, REGIONS["brows"]]), {}),
    "fade": (lambda animation: -np.abs(animation.head[:15]).sum(), {}),
    "seed": (None, {}),
    "mouth_takes": (None, {}),
}
FOR_KEYS = {"tolerance", "blocking", "every_frame"}


def test_every_control_has_an_expectation():
    assert set(GROWS) | FOR_KEYS == {item.name for item in controls()}


@pytest.mark.parametrize("name", [name for name in GROWS if GROWS[name][0] is not None])
def test_every_control_moves_what_it_says(spoken, name):
    item = next(item for item in controls() if item.name == name)
    measured, setting = GROWS[name]
    values = [False, True] if isinstance(item.default, bool) else [item.low, (item.low + item.high) / 2, item.high]
    performance = spoken(60)
    if name == "vocals":
        performance = replaced(performance, (made("laugh", 10.0, 14.0), made("laugh", 30.0, 33.0)))
    if name == "sustain":
        performance = replace(performance, loudness=np.full_like(performance.loudness, -25.0))
    results = []
    for value in values:
        animation = act(performance, replace(Direction(), **{**setting, name: value}), fps=FPS, start=0.0)
        results.append(float(measured(animation)))
    assert results == sorted(results), results
    assert results[-1] - results[0] > 0.02 * (abs(results[0]) + abs(results[-1])) / 2, results


NAMED = {
    "rounding": ("mouthFunnel", "mouthPucker"),
    "spread": ("mouthSmile", "mouthStretch", "mouthDimple"),
    "teeth": ("mouthLowerDown", "mouthUpperUp"),
    "tongue": ("tongueOut",),
    "articulation": ("mouthFunnel", "mouthPucker", "mouthSmile", "mouthStretch", "mouthLowerDown", "mouthUpperUp"),
    "lips": ("mouthFunnel", "mouthPucker", "mouthSmile", "mouthStretch", "mouthLowerDown", "mouthUpperUp"),
    "jaw": ("jawOpen",),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_slider_at_two_raises_the_shapes_it_names_by_half(spoken, name):
    columns = [index for index, shape in enumerate(arkit.NAMES) if shape.startswith(NAMED[name])]
    moved = []
    for value in (1.0, 2.0):
        speech = act(spoken(60), replace(Direction(), **{name: value}), fps=FPS, start=0.0).layers["speech"][:, columns]
        moved.append(speech.std(axis=0).mean() if name == "articulation" else speech.mean())
    assert moved[1] > 1.5 * moved[0]


def test_the_mouth_differs_from_take_to_take_only_where_that_is_asked_for(spoken):
    """Sizes differ, syllables and closures do not: every take shuts the lips on the same frames."""
    performance = spoken(30)

    def mouth(seed: int, amount: float) -> np.ndarray:
        asked = replace(Direction(), seed=seed, mouth_takes=amount, life=0.0, breath=0.0)
        return act(performance, asked, fps=FPS, start=0.0).shapes

    jaw = arkit.INDEX["jawOpen"]
    same, one, other, little = mouth(1, 0.0), mouth(1, 1.0), mouth(2, 1.0), mouth(1, 0.3)
    np.testing.assert_allclose(mouth(2, 0.0)[:, jaw], same[:, jaw], atol=0.02)
    assert np.abs(one[:, jaw] - other[:, jaw]).max() > 0.1
    assert 0.1 < np.abs(little - same)[:, jaw].mean() / np.abs(one - same)[:, jaw].mean() < 0.5
    assert np.corrcoef(one[:, jaw], other[:, jaw])[0, 1] > 0.8
    gap = INDEX["gap"]
    closed = measure(same)[:, gap] <= -0.5
    assert closed.sum() > 10
    assert all((measure(each)[closed, gap] <= 0).all() for each in (one, other))
