# SPDX-License-Identifier: GPL-3.0-or-later
"""hear(): everything the voice decides, put together into a Performance."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from .. import phones as inventory
from ..articulation import shape
from ..audio import Audio, stretches
from ..contact import closure_from_posteriors
from ..errors import ParlanceError
from ..model_spec import ModelSpec
from ..performance import EMOTIONS, FRAME_RATE, Performance
from ..seal import seal
from . import events, prosody, rest, vocal, windows
from .engines import Engine, engine
from .laughter import Voice
from .segment import decode
from .speaker import relative_arousal

Progress: TypeAlias = Callable[[float, str], None]

_AROUND: Final = 25
"""Frames of silence heard before and after the audio, so that lips are shaped at its borders as they are within a longer one."""
_SPOKEN: Final = 0.3
"""Probability of speech below which a pitch is a hum or an instrument."""
_MODEL_SHARE: Final = 0.8
"""Part of the time that the network takes."""


def hear(audio: Audio, *, progress: Progress | None = None, threads: int | None = None) -> Performance:
    """What is said in the audio and how, at 50 frames a second.

    progress: called with the fraction done and a word on what is being done; whatever it raises cancels the work.
    threads: cores to use, as for engine().
    Raises ParlanceError for empty audio, samples that are not finite, and missing or damaged weights.
    """
    samples = _checked(audio.samples)
    tell = progress or _silent
    tell(0.0, "Loading the model")
    ear = engine(threads)
    raw = windows.run(
        ear.executor, ear.spec, samples, around=_AROUND, progress=lambda done: tell(done * _MODEL_SHARE, "Listening")
    )
    tell(_MODEL_SHARE, "Finding pitch and phrases")
    performance = _performance(audio, samples, ear, raw)
    tell(1.0, "Heard")
    return performance


def _performance(audio: Audio, samples: NDArray[np.float32], ear: Engine, raw: dict[str, NDArray[np.float32]]) -> Performance:
    frames = math.ceil(len(samples) / prosody.HOP)
    curves = curves_of(raw, ear.spec)[_AROUND:][:frames]
    # The largest are not kept beside what is made of them.
    del raw["curves"]
    posteriors = _posteriors(raw.pop("phones")[_AROUND:][:frames], ear.spec.phones)
    raw = {name: track[_AROUND:][:frames] for name, track in raw.items()}
    loudness = prosody.loudness(samples, frames)
    air = prosody.loudness(samples, frames, air=True)
    hertz, voicing = prosody.pitch(samples, frames)
    spoken = raw["speech"] >= _SPOKEN
    hertz, voicing = hertz * spoken, voicing * spoken
    phones = decode(posteriors, audio.duration)
    pitch = prosody.semitones(hertz)
    sound = events.Sound(loudness, air, pitch, voicing)
    found = vocal.joined(events.find(phones, sound), phones, Voice(samples, posteriors, raw["speech"], loudness), sound)
    return Performance(
        curves=curves,
        posteriors=posteriors,
        phones=phones,
        emotion=_arranged(_beyond_chance(raw["emotion"]), ear.spec.emotions, EMOTIONS) * rest.mood(raw["speech"])[:, None],
        arousal=relative_arousal(raw["arousal"], raw["speech"], hertz),
        speech=np.clip(raw["speech"], 0, 1),
        loudness=loudness,
        pitch=pitch,
        voicing=voicing,
        events=found,
        duration=audio.duration,
        model=ear.model,
    )


def curves_of(raw: dict[str, NDArray[np.float32]], spec: ModelSpec) -> NDArray[np.float32]:
    """float32[T, 52] of speech alone from the model's outputs: its movement shown with visemes, still in silence, sealed."""
    posteriors = _posteriors(raw["phones"], spec.phones)
    phones = decode(posteriors, len(posteriors) / FRAME_RATE)
    shaped = shape(_arranged(raw["curves"], spec.curves, arkit.NAMES), posteriors, phones)
    return seal(shaped * rest.presence(raw["speech"])[:, None], *closure_from_posteriors(posteriors, FRAME_RATE))


def _checked(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    samples = np.ascontiguousarray(samples, np.float32)
    if samples.ndim != 1 or len(samples) == 0:
        raise ParlanceError("There is no sound to listen to: the audio is empty.")
    if not all(np.isfinite(part.min()) and np.isfinite(part.max()) for part in stretches(samples)):
        raise ParlanceError("The audio contains values that are not numbers; export the recording again.")
    return samples


def _posteriors(values: NDArray[np.float32], symbols: tuple[str, ...]) -> NDArray[np.float32]:
    """Rows that sum to 1 in the order of the inventory."""
    arranged = _arranged(np.maximum(values, 0), symbols, inventory.SYMBOLS)
    return np.asarray(arranged / np.maximum(arranged.sum(axis=1, keepdims=True), 1e-9))


def _beyond_chance(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a guess among all categories and neutral would reach counts as nothing, certainty as 1."""
    chance = np.float32(1 / (probabilities.shape[1] + 1))
    return np.asarray(np.clip((probabilities - chance) / (1 - chance), 0, 1))


def _arranged(values: NDArray[np.float32], names: tuple[str, ...], order: tuple[str, ...]) -> NDArray[np.float32]:
    """Columns by name in another order; what the model does not know is zero."""
    result = np.zeros((len(values), len(order)), np.float32)
    for source, name in enumerate(names):
        if name in order:
            result[:, order.index(name)] = values[:, source]
    return result


def _silent(_fraction: float, _message: str) -> None:
    """Progress that nobody follows."""
