# SPDX-License-Identifier: GPL-3.0-or-later
"""In what company each slider is shown: with which other sliders, and on what voice. Most need none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from stage import waveform

from parlance.inference import phones as inventory
from parlance.inference.audio import SAMPLE_RATE, Audio
from parlance.inference.hearing import hear
from parlance.inference.performance import EMOTIONS, FRAME_RATE, Event, Performance

Voices: TypeAlias = Mapping[str, Performance]
NOTE = (2.6, 4.6)
"""Seconds of the bundled clip that a held note takes."""


@dataclass(frozen=True)
class Company:
    """Other sliders, the name of the voice, how many seconds are shown, and what is seen closer.

    near: one of CLOSER (sliders.py), or empty for the whole face.   seconds: fewer than the usual ones are slowed down.
    """

    direction: dict[str, Any] = field(default_factory=dict)
    voice: str = "spoken"
    seconds: float = 1.6
    near: str = ""


FELT = {
    "emotion_brows": "anger",
    "emotion_eyes": "fear",
    "emotion_cheeks": "disgust",
    "emotion_mouth": "joy",
    "emotion_jaw": "surprise",
}
"""The emotion that shows best what each region's slider does."""
OTHERS: Final[dict[str, Company]] = {
    **{name: Company({emotion: 0.9}) for name, emotion in FELT.items()},
    **{f"{emotion}_place": Company({emotion: 0.9}) for emotion in EMOTIONS},
    "mood_amount": Company({"mood": "excited"}),
    "emotion_strength": Company({"joy": 0.5}),
    "phrasing": Company({"surprise": 0.9}, "paused"),
    "onset": Company({"surprise": 0.9, "phrasing": 1.0}, "paused"),
    "offset": Company({"surprise": 0.9, "phrasing": 1.0, "onset": 0.05}, "paused"),
    "asymmetry": Company({"contempt": 0.0, "joy": 0.9, "phrasing": 0.6}),
    "upper_face": Company({"surprise": 0.6}),
    "mouth_only": Company({"surprise": 0.6}),
    "auto_emotion": Company(voice="cheerful"),
    "auto_tension": Company(voice="tense"),
    "blink_rate_silent": Company(voice="paused"),
    "blink_strength": Company({"blink_rate": 60.0}),
    "blink_duration": Company({"blink_rate": 40.0}),
    "blink_partials": Company({"blink_rate": 60.0}),
    "blink_doublets": Company({"blink_rate": 30.0, "blink_variety": 0.2}, "paused"),
    "blink_gaze": Company({"gaze_amount": 2.0, "eye_contact": 0.2}),
    "gaze_hold": Company({"head_amount": 2.0}),
    "lid_follow": Company({"gaze_pitch": -18.0}),
    "gaze_micro": Company({"eye_contact": 1.0}),
    "gaze_amount": Company({"eye_contact": 0.2}),
    "gaze_tempo": Company({"eye_contact": 0.2}),
    "brow_chance": Company({"brow_amount": 2.0, "brow_idle": 0.0, "blink_rate": 0.0}, seconds=0.7),
    "brow_frown": Company({"brow_chance": 1.0, "brow_amount": 2.0, "blink_rate": 0.0}, seconds=0.7),
    "brow_single": Company({"brow_chance": 1.0, "brow_amount": 2.0, "brow_frown": 0.0, "blink_rate": 0.0}, seconds=0.7),
    "brow_idle": Company({"brow_amount": 2.0, "brow_chance": 0.0, "blink_rate": 0.0}, seconds=0.7),
    "brow_voice": Company({"brow_amount": 2.0, "brow_chance": 0.0, "brow_idle": 0.0, "blink_rate": 0.0}, seconds=0.7),
    "head_gaze": Company({"eye_contact": 0.0, "gaze_amount": 2.0}),
    "sustain": Company(voice="note"),
    "jaw_forward": Company({"head_yaw": 40.0}),
    "relax": Company({"pauses": 0.0}, "paused"),
    "pauses": Company({"jaw": 1.3}, "jumping"),
    "tongue": Company({"jaw": 1.5, "teeth": 0.3}, seconds=0.25),
    "press": Company(seconds=0.5),
    "breath": Company({"pauses": 0.0, "life": 0.0, "swallow": 0.0}, "breathing"),
    "swallow": Company(voice="paused", seconds=0.6),
    "vocals": Company(voice="laughing"),
    "life": Company({"brow_amount": 0.0}, "paused"),
    "mouth_takes": Company({"seed": 3}),
    "smoothing": Company({"brow_amount": 2.0, "brow_chance": 1.0}),
    "loudness": Company(voice="uneven", seconds=0.5),
    "stress": Company(seconds=0.4),
    "spread": Company(seconds=0.4),
}


NEAR: Final = {
    "mouth": (
        "rounding", "spread", "stress", "mouth_smoothing", "hold", "pauses", "lips_apart", "corners", "breath", "mouth_takes",
        "sustain", "teeth", "lips", "jaw", "articulation", "lead", "loudness", "emotion_jaw", "asymmetry", "lopsided",
    ),
    "lips": ("press", "tongue", "swallow", "relax"),
    "profile": ("jaw_forward",),
    "eyes": ("emotion_eyes", "blink_partials", "blink_gaze", "lid_follow", "lids", "blink_rate", "blink_rate_silent",
             "blink_strength", "blink_variety", "blink_phrases", "blink_doublets", "blink_duration", "life"),
    "turning eyes": ("gaze_hold",),
    "brows": ("brow_idle", "brow_chance", "brow_amount", "brow_single", "brow_voice", "brow_frown", "smoothing"),
    "eye": ("gaze_micro",),
    "whole head": ("head_yaw", "head_pitch", "head_roll", "head_gaze"),
}  # fmt: skip
"""What would not be told apart on a whole face so small, and where to look."""
STILL = 0.3
"""How much a head moves whose eyes or brows are seen close: turned any further, one eye would be out of the picture."""


def of(name: str) -> Company:
    """The company of one slider."""
    company = OTHERS.get(name, Company())
    near = next((near for near, sliders in NEAR.items() if name in sliders), "")
    still = {"head_amount": STILL} if near in ("eyes", "brows", "eye") else {}
    return replace(company, direction={**still, **company.direction}, near=near)


def voices(path: Path) -> Voices:
    """The bundled clip as it is spoken, and as it would be heard with a pause or a breath in it, cheerful, laughing, sung …"""
    audio = waveform(path)
    spoken, samples = hear(audio), audio.samples
    pause = np.zeros(4 * SAMPLE_RATE, np.float32)
    part = samples[: round(4.6 * SAMPLE_RATE)]
    emotion = np.zeros_like(spoken.emotion)
    emotion[:, EMOTIONS.index("joy")] = 0.9
    laugh = Event("laugh", 5.0, 1.6, 1.0)
    paused = hear(Audio(np.concatenate([part, pause, part])))
    breath = Event("breath", 7.6, 0.7, 1.0)
    swell = (0.15 + 0.85 * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(len(samples)) / (3 * SAMPLE_RATE)))).astype(np.float32)
    return {
        "spoken": spoken,
        "paused": paused,
        "breathing": replace(paused, events=tuple(sorted((*paused.events, breath), key=lambda event: event.time))),
        "cheerful": replace(spoken, emotion=emotion),
        "tense": replace(spoken, arousal=np.full_like(spoken.arousal, 0.9)),
        "laughing": replace(spoken, events=tuple(sorted((*spoken.events, laugh), key=lambda event: event.time))),
        "jumping": hear(Audio(np.concatenate([part, np.zeros(round(0.5 * SAMPLE_RATE), np.float32), part]))),
        "note": _held(spoken),
        "uneven": hear(Audio(samples * swell)),
    }


def _held(performance: Performance) -> Performance:
    """A note that goes on after its vowel, which a network soon takes for silence."""
    first, last = (round(second * FRAME_RATE) for second in NOTE)
    vowels = list(inventory.indices(inventory.VOWEL))
    first += int(np.argmax(performance.posteriors[first:last, vowels].sum(axis=1))) + 2
    last = first + round((NOTE[1] - NOTE[0]) * FRAME_RATE)
    posteriors, curves, loudness = (getattr(performance, name).copy() for name in ("posteriors", "curves", "loudness"))
    posteriors[first:last] = 0.0
    posteriors[first:last, inventory.INDEX["sil"]] = 1.0
    curves[first:last] = 0.0
    loudness[first:last] = loudness[first - 2]
    return replace(performance, posteriors=posteriors, curves=curves, loudness=loudness)
