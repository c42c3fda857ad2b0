# SPDX-License-Identifier: GPL-3.0-or-later
"""Direction: the artist's choices, every slider with its range, default and meaning.

This is the only place where a control is declared: the panel, the presets, the command line and the documentation come from it.
It imports nothing, so that a panel can be built from it without waiting for NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import Field, dataclass, field, fields
from typing import Any, Final

SECTIONS: Final = ("speech", "mouth", "emotion", "regions", "blink", "gaze", "brows", "head", "life", "timing", "keys")
"""The panel's sections, in order."""

SECTION_MEANINGS: Final[dict[str, str]] = {
    "speech": "How the voice moves jaw, lips and tongue",
    "mouth": "The mouth between the sounds, and the character's own way of speaking",
    "emotion": "What the face feels: by hand, and as heard in the voice",
    "regions": "Where the emotions show",
    "blink": "When and how the lids close",
    "gaze": "Where the eyes look",
    "brows": "How the brows stress what is said",
    "head": "How the head moves",
    "life": "What moves when nothing is said",
    "timing": "When things happen, and which take",
    "keys": "How curves become keys",
}
"""One line on each section."""


@dataclass(frozen=True)
class Control:
    """What a slider needs to know of a field. low..high bound the value; unit is "" for a plain factor."""

    name: str
    label: str
    default: Any
    low: float
    high: float
    meaning: str
    section: str
    unit: str


def _section(section: str) -> Callable[..., Any]:
    """What declares the controls of one section."""

    def control(default: float, low: float, high: float, meaning: str, label: str = "", *, unit: str = "") -> Any:
        metadata = {"low": low, "high": high, "meaning": meaning, "section": section, "label": label, "unit": unit}
        return field(default=default, metadata=metadata)

    return control


_speech, _mouth, _emotion, _regions, _blink, _gaze, _brows, _head, _life, _timing, _keys = map(_section, SECTIONS)


@dataclass(frozen=True)
class Direction:
    """Every artist choice. Immutable; `dataclasses.replace` makes a changed one."""

    jaw: float = _speech(1.0, 0.0, 2.0, "How far the jaw opens")
    lips: float = _speech(1.0, 0.0, 2.0, "How strongly the lips shape the sounds")
    articulation: float = _speech(1.0, 0.0, 2.0, "How distinctly each sound is formed: low slurs, high reaches every shape")
    rounding: float = _speech(1.0, 0.0, 2.0, "How far the lips push forward on u, o, w and sh")
    spread: float = _speech(1.0, 0.0, 2.0, "How far the corners draw apart on i, e and s")
    teeth: float = _speech(1.0, 0.0, 2.0, "How much the lips bare the teeth while speaking")
    tongue: float = _speech(1.0, 0.0, 2.0, "How much of the tongue shows")
    press: float = _speech(0.3, 0.0, 1.0, "How firmly the lips press together on p, b and m; they always meet", "Lip press")
    loudness: float = _speech(0.0, 0.0, 1.0, "How much loud passages open the mouth wider than quiet ones", "Follow loudness")
    stress: float = _speech(0.15, 0.0, 1.0, "How much further the mouth opens on stressed syllables", "Stressed syllables")

    mouth_smoothing: float = _mouth(0.0, 0.0, 0.2, "Smooths the mouth; closures stay", "Smoothing", unit="s")
    hold: float = _mouth(0.0, 0.0, 0.2, "How long the mouth stays in a shape before it moves on", unit="s")
    sustain: float = _mouth(0.0, 0.0, 1.0, "How far the mouth stays as it is on a sung note that is held", "Held notes")
    relax: float = _mouth(0.15, 0.0, 1.0, "How slowly the mouth settles at the end of a phrase", unit="s")
    pauses: float = _mouth(1.0, 0.0, 2.0, "How far the mouth stays open in short pauses, for the next word", "Open in pauses")
    lips_apart: float = _mouth(0.0, -1.0, 1.0, "How far the lips stand apart, or hold together, whatever is said")
    corners: float = _mouth(0.0, -1.0, 1.0, "The mouth's resting corners, from sour to sweet", "Resting corners")
    lopsided: float = _mouth(0.0, -1.0, 1.0, "Speaks with one side of the mouth: right below zero, left above")
    jaw_forward: float = _mouth(0.0, 0.0, 1.0, "How far the jaw juts out")

    joy: float = _emotion(0.0, 0.0, 1.0, "From a hint around the eyes to a broad grin")
    sadness: float = _emotion(0.0, 0.0, 1.0, "From a shadow on the brow to grief")
    anger: float = _emotion(0.0, 0.0, 1.0, "From a firm look to rage")
    fear: float = _emotion(0.0, 0.0, 1.0, "From unease to terror")
    disgust: float = _emotion(0.0, 0.0, 1.0, "From a wrinkled nose to revulsion")
    surprise: float = _emotion(0.0, 0.0, 1.0, "From a lifted brow to astonishment")
    contempt: float = _emotion(0.0, 0.0, 1.0, "From a tightened corner to a sneer")
    mood_amount: float = _emotion(1.0, 0.0, 1.0, "How far the character is in the mood that is chosen", "Mood amount")
    tension: float = _emotion(0.0, -1.0, 1.0, "From calm and drowsy to tense and wide awake", "Calm – tense")
    auto_tension: float = _emotion(
        0.6, 0.0, 1.0, "How much the tension heard in the voice shows in everything", "Tension from the voice"
    )
    auto_emotion: float = _emotion(
        0.0, 0.0, 1.0, "How much an emotion clearly heard in the voice shows; a guess, so off at first", "Emotion from the voice"
    )
    emotion_strength: float = _emotion(1.0, 0.0, 2.0, "Strength of all expressions together", "Strength")
    phrasing: float = _emotion(0.35, 0.0, 1.0, "How much an expression swells on what is said and ebbs in pauses")
    onset: float = _emotion(0.35, 0.05, 2.0, "How long an expression takes to come", unit="s")
    offset: float = _emotion(0.8, 0.05, 4.0, "How long an expression takes to go", unit="s")
    asymmetry: float = _emotion(0.2, 0.0, 1.0, "How much one side of the face leads the other")

    emotion_brows: float = _regions(1.0, 0.0, 2.0, "Strength of expressions in the brows", "Brows")
    emotion_eyes: float = _regions(1.0, 0.0, 2.0, "Strength of expressions around the eyes", "Eyes")
    emotion_cheeks: float = _regions(1.0, 0.0, 2.0, "Strength of expressions in cheeks and nose", "Cheeks and nose")
    emotion_mouth: float = _regions(1.0, 0.0, 2.0, "Strength of expressions in the lips", "Mouth")
    emotion_jaw: float = _regions(1.0, 0.0, 2.0, "Strength of expressions in the jaw", "Jaw")
    joy_place: float = _regions(0.0, -1.0, 1.0, "Where joy shows: above, everywhere, or only in the mouth", "Joy, eyes – mouth")
    sadness_place: float = _regions(
        0.0, -1.0, 1.0, "Where sadness shows: above, everywhere, or only in the mouth", "Sadness, eyes – mouth"
    )
    anger_place: float = _regions(
        0.0, -1.0, 1.0, "Where anger shows: above, everywhere, or only in the mouth", "Anger, eyes – mouth"
    )
    fear_place: float = _regions(
        0.0, -1.0, 1.0, "Where fear shows: above, everywhere, or only in the mouth", "Fear, eyes – mouth"
    )
    disgust_place: float = _regions(
        0.0, -1.0, 1.0, "Where disgust shows: above, everywhere, or only in the mouth", "Disgust, eyes – mouth"
    )
    surprise_place: float = _regions(
        0.0, -1.0, 1.0, "Where surprise shows: above, everywhere, or only in the mouth", "Surprise, eyes – mouth"
    )
    contempt_place: float = _regions(
        0.0, -1.0, 1.0, "Where contempt shows: above, everywhere, or only in the mouth", "Contempt, eyes – mouth"
    )
    upper_face: float = _regions(1.0, 0.0, 2.0, "Everything above the mouth: brows, lids and cheeks together, blinks aside")
    mouth_only: bool = _regions(False, 0, 1, "Leave all but the mouth alone, as for dubbing over finished animation")

    blink_rate: float = _blink(24.0, 0.0, 60.0, "Blinks a minute while speaking", "While speaking", unit="per minute")
    blink_rate_silent: float = _blink(17.0, 0.0, 60.0, "Blinks a minute while silent", "While silent", unit="per minute")
    blink_strength: float = _blink(1.0, 0.0, 1.0, "How far a full blink closes the lids", "Strength")
    blink_duration: float = _blink(0.29, 0.1, 0.8, "How long a blink lasts", "Duration", unit="s")
    blink_variety: float = _blink(0.65, 0.0, 1.0, "How irregular blinks are: 0 is a clock", "Variety")
    blink_doublets: float = _blink(0.12, 0.0, 0.5, "Share of blinks that come in pairs", "Doublets")
    blink_partials: float = _blink(0.15, 0.0, 1.0, "Share of blinks that close only partly", "Partials")
    blink_phrases: float = _blink(1.0, 0.0, 3.0, "How strongly ends of phrases attract blinks", "At phrase ends")
    blink_gaze: float = _blink(1.0, 0.0, 3.0, "How often a large shift of gaze takes a blink along", "With gaze shifts")
    lids: float = _blink(0.0, -1.0, 1.0, "How open the eyes are between blinks, from sleepy to wide", "Lid opening")

    eye_contact: float = _gaze(0.6, 0.0, 1.0, "Share of the time that the eyes rest on the listener")
    gaze_amount: float = _gaze(1.0, 0.0, 2.0, "How far the eyes wander", "Amount")
    gaze_tempo: float = _gaze(1.0, 0.25, 3.0, "How often the eyes move", "Tempo")
    gaze_micro: float = _gaze(1.0, 0.0, 2.0, "The smallest movements of eyes at rest", "Micro-movement")
    gaze_yaw: float = _gaze(0.0, -35.0, 35.0, "Where the listener is: right below zero, left above", "Target side", unit="°")
    gaze_pitch: float = _gaze(0.0, -25.0, 25.0, "Where the listener is: below or above", "Target height", unit="°")
    gaze_distance: float = _gaze(2.0, 0.2, 10.0, "How far away the listener is; the eyes converge", "Distance", unit="m")
    gaze_hold: float = _gaze(0.7, 0.0, 1.0, "How well the eyes keep their target while the head moves", "Hold target")
    lid_follow: float = _gaze(0.7, 0.0, 1.0, "How much the lids follow the eyes up and down", "Lids follow")
    listening: bool = _gaze(False, 0, 1, "The voice is somebody else's: the mouth rests, eyes and head attend")

    brow_amount: float = _brows(1.0, 0.0, 2.0, "How far the brows move", "Amount")
    brow_chance: float = _brows(0.6, 0.0, 1.0, "How many stressed words take the brows along", "On stressed words")
    brow_voice: float = _brows(1.0, 0.0, 2.0, "How far the brows go up with the melody of the voice", "With the voice")
    brow_frown: float = _brows(0.25, 0.0, 1.0, "Share of brow movements that are frowns instead of raises", "Frowns")
    brow_single: float = _brows(0.15, 0.0, 1.0, "Share of raises that lift one brow only", "One brow")
    brow_idle: float = _brows(0.5, 0.0, 2.0, "Brow movements without a stressed word", "On their own")

    head_amount: float = _head(1.0, 0.0, 2.0, "How much the head moves", "Amount")
    head_tempo: float = _head(1.0, 0.3, 2.5, "How lively the head moves", "Tempo")
    head_nods: float = _head(1.0, 0.0, 2.0, "Nods on stressed words and at the ends of phrases", "Nods")
    head_voice: float = _head(1.0, 0.0, 2.0, "How far the chin goes up and down with the melody of the voice", "With the voice")
    head_sway: float = _head(1.0, 0.0, 2.0, "Slow turning and leaning", "Sway")
    head_tilt: float = _head(1.0, 0.0, 2.0, "Leaning towards the shoulders", "Tilt")
    head_gaze: float = _head(0.4, 0.0, 1.0, "How much the head follows the eyes", "Follows the eyes")
    head_pitch: float = _head(0.0, -30.0, 30.0, "How the head is held: up below zero, down above", "Posture, nod", unit="°")
    head_yaw: float = _head(0.0, -45.0, 45.0, "How the head is held: right below zero, left above", "Posture, turn", unit="°")
    head_roll: float = _head(0.0, -30.0, 30.0, "How the head is held: right below zero, left above", "Posture, lean", unit="°")

    life: float = _life(0.5, 0.0, 2.0, "Small drifts of brows, cheeks, corners and nostrils")
    breath: float = _life(0.6, 0.0, 2.0, "Breathing: lips part and nostrils widen before a phrase")
    vocals: float = _life(
        1.0, 0.0, 2.0, "How strongly laughs, sobs, coughs, sighs and efforts take face and head", "Laughs and efforts"
    )
    swallow: float = _life(0.5, 0.0, 2.0, "Swallowing and pressing the lips in long pauses", "Swallowing")

    lead: float = _timing(0.0, -0.2, 0.2, "How far the mouth runs ahead of the sound, or behind it below zero", unit="s")
    smoothing: float = _timing(0.04, 0.0, 0.5, "Smooths all above the mouth but blinks", "Upper face smoothing", unit="s")
    fade: float = _timing(0.3, 0.0, 2.0, "How long the face takes to come out of rest and to go back", unit="s")
    mouth_takes: float = _timing(
        0.0, 0.0, 1.0, "How much the mouth too differs from take to take, within what the sounds allow", "Mouth differs"
    )
    seed: int = _timing(0, 0, 9999, "The take: everything the voice does not decide", label="Take")

    tolerance: float = _keys(0.01, 0.001, 0.1, "How far keys may stray from the curve; larger means fewer keys")
    blocking: bool = _keys(False, 0, 1, "Pose to pose: one or two keys a syllable, all on the same frames; closures stay closed")
    every_frame: bool = _keys(False, 0, 1, "A key on every frame, as for export")

    mood: str = ""
    """What comes on top of the sliders: the name of a mood, or its own text (moods.py); empty for none. No slider."""


def controls() -> Iterator[Control]:
    """Every slider and tick of Direction in declaration order."""
    for item in fields(Direction):
        if item.metadata:
            yield _control_of(item)


def _control_of(item: Field[Any]) -> Control:
    label = item.metadata["label"] or item.name.replace("_", " ").capitalize()
    return Control(
        item.name,
        label,
        item.default,
        item.metadata["low"],
        item.metadata["high"],
        item.metadata["meaning"],
        item.metadata["section"],
        item.metadata["unit"],
    )
