# SPDX-License-Identifier: GPL-3.0-or-later
"""hear(): everything the voice decides, put together into a Performance."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from .. import audio as sound
from .. import phones as inventory
from ..arrays import Floats
from ..articulation import shape
from ..articulation.shaping import visemes_of
from ..audio import Audio
from ..contact import closure_from_posteriors
from ..errors import ParlanceError
from ..model_spec import ModelSpec
from ..performance import EMOTIONS, FRAME_RATE, Performance
from ..progress import Fraction, Progress, unheard
from ..rowwise import stretches
from ..seal import seal
from ..spool import evict, zeros
from . import events, prosody, rest, tunes, vocal, windows
from .adapters import ModelFile
from .cleaning import cleaned
from .engines import Engine, engine
from .network import OUTPUTS
from .segment import decode
from .speaker import relative_arousal
from .voice import Voice, spectrum

AROUND: Final = 25
"""Frames of silence or of surroundings heard before and after the audio, so that lips are shaped at its borders as within it."""
_SPOKEN: Final = 0.3
"""Probability of speech below which a pitch is a hum or an instrument."""
_SHIPPED_SHARE: Final = 0.2
"""Part of the network's time that the one that ships takes beside another."""
_TONGUE: Final = arkit.INDEX["tongueOut"]
_MODEL_SHARE: Final = 0.8
"""Part of the time that the network takes."""


def hear(
    audio: Audio, *, progress: Progress | None = None, threads: int | None = None, model: ModelFile | None = None
) -> Performance:
    """What is said in the audio and how, at 50 frames a second.

    progress: called with the fraction done and a word on what is being done; whatever it raises cancels the work.
    threads: cores to use, as for engine(). model: a network of the user's own to hear with, instead of the one that ships.
    Raises ParlanceError for empty audio, samples that are not finite, missing or damaged weights, and a model that does not fit.
    """
    _checked(audio.samples)
    whole, first = audio.surrounded
    whole = cleaned(_checked(whole))
    samples = whole[first * prosody.HOP :][: len(audio.samples)]
    tell = progress or unheard
    tell(0.0, "Loading the model")
    ear = engine(threads, model)
    raw, spec = _listen(whole, ear, lambda done: tell(done * _MODEL_SHARE, "Listening"))
    shown = slice(first, first + math.ceil(len(samples) / prosody.HOP) + 2 * AROUND)
    raw = {name: track[shown] for name, track in raw.items()}
    tell(_MODEL_SHARE, "Finding pitch and phrases")
    performance = _performance(audio, samples, ear, raw, spec)
    tell(1.0, "Heard")
    return performance


def _listen(samples: NDArray[np.float32], ear: Engine, progress: Fraction) -> tuple[dict[str, NDArray[np.float32]], ModelSpec]:
    """The tracks of the network that ships, those of a chosen one in their place, and what their columns are."""
    other, spec = ear.chosen, ear.spec
    if other is None:
        return windows.run(ear.executor, spec, samples, around=AROUND, progress=progress), spec
    raw: dict[str, NDArray[np.float32]] = {}
    both = not set(OUTPUTS) <= other.gives
    if both:
        raw = windows.run(ear.executor, spec, samples, around=AROUND, progress=lambda done: progress(done * _SHIPPED_SHARE))
    begun = _SHIPPED_SHARE if both else 0.0
    heard = other.listen(samples, around=AROUND, progress=lambda done: progress(begun + done * (1 - begun)))
    raw.update(heard.tracks)
    names = {"curves": spec.curves, "phones": spec.phones, "emotion": spec.emotions, **heard.names}
    articulated = other.articulated and "curves" in heard.tracks
    return raw, replace(spec, phones=names["phones"], curves=names["curves"], emotions=names["emotion"], articulated=articulated)


def _performance(
    audio: Audio, samples: NDArray[np.float32], ear: Engine, raw: dict[str, NDArray[np.float32]], spec: ModelSpec
) -> Performance:
    frames = math.ceil(len(samples) / prosody.HOP)
    # The largest are not kept beside what is made of them.
    said, moved = posteriors_of(raw.pop("phones"), spec.phones), raw.pop("curves")
    posteriors, likely = said[AROUND:][:frames], raw["speech"]
    raw = {name: track[AROUND:][:frames] for name, track in raw.items()}
    loudness, air = prosody.loudness(samples, frames), prosody.loudness(samples, frames, air=True)
    hertz, voicing = prosody.pitch(samples, frames)
    voice = Voice(spectrum(samples, frames), posteriors, raw["speech"], loudness, air, hertz, voicing)
    speech = _voices(ear, likely, said, voice.passing)
    present, speech = rest.presence(speech), speech[AROUND:][:frames]
    spoken = speech >= _SPOKEN
    hertz, voicing = hertz * spoken, voicing * spoken
    alike = decode(posteriors, audio.duration)
    pitch = prosody.semitones(hertz)
    sound = events.Sound(loudness, air, pitch, voicing)
    vocals = vocal.found(events.breaths(alike, sound), alike, voice, sound, speech)
    said = rest.silenced(said, present)
    phones = decode(posteriors, audio.duration)
    curves = _curves(moved, said, present, spec)[AROUND:][:frames]
    return Performance(
        curves=curves,
        posteriors=posteriors,
        phones=phones,
        emotion=_arranged(_beyond_chance(raw["emotion"]), spec.emotions, EMOTIONS) * rest.mood(speech)[:, None],
        arousal=relative_arousal(raw["arousal"], speech * (speech > rest.UNLIKELY), hertz),
        speech=np.clip(speech, 0, 1),
        loudness=loudness,
        pitch=pitch,
        voicing=voicing,
        events=tuple(sorted((*events.find(phones, sound), *vocals), key=lambda event: event.time)),
        duration=audio.duration,
        model=ear.model,
    )


def _voices(ear: Engine, speech: Floats, posteriors: Floats, loudness: Floats) -> Floats:
    """The probability of speech float32[T] where it is no tune that is heard. What another network says is taken at its word."""
    if ear.chosen is not None and ear.chosen.gives & {"phones", "speech"}:
        return rest.certain(speech)
    silent = len(speech) - AROUND - len(loudness)
    return tunes.voices(speech, posteriors, np.pad(loudness, (AROUND, silent), constant_values=prosody.QUIETEST))


def _curves(moved: Floats, posteriors: Floats, presence: Floats, spec: ModelSpec) -> Floats:
    """float32[T, 52] of speech alone from the model's outputs: its movement shown with visemes, still in silence, sealed.

    A whole mouth (ModelSpec.articulated) is only stilled and sealed, and given the tongue of its visemes.
    """
    curves = _arranged(moved, spec.curves, arkit.NAMES)
    if not spec.articulated:
        curves = shape(curves, posteriors, decode(posteriors, len(posteriors) / FRAME_RATE))
    contact = closure_from_posteriors(posteriors, FRAME_RATE)
    for part, around, inside in stretches(len(curves), AROUND):
        shaped = np.clip(curves[part], 0, 1)
        if spec.articulated:
            shaped[:, _TONGUE] = np.maximum(shaped[:, _TONGUE], visemes_of(posteriors[around])[inside, _TONGUE])
        curves[part] = seal(shaped * presence[part, None], contact[0][part], contact[1][part])
        evict(curves)
        evict(posteriors)
    return curves


def _checked(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    if np.asarray(samples).dtype.kind in "iu":
        raise ParlanceError("Samples are numbers from -1 to 1; divide whole ones by the largest that they can be, such as 32768.")
    samples = np.ascontiguousarray(samples, np.float32)
    if samples.ndim != 1:
        raise ParlanceError(f"Samples are one channel, not an array of {samples.ndim} dimensions; mix the channels first.")
    if len(samples) == 0:
        raise ParlanceError("There is no sound to listen to: the audio is empty.")
    if not all(np.isfinite(part.min()) and np.isfinite(part.max()) for part in sound.stretches(samples)):
        raise ParlanceError("The audio contains values that are not numbers; export the recording again.")
    return samples


def posteriors_of(values: Floats, symbols: tuple[str, ...]) -> Floats:
    """Rows that sum to 1 in the order of the inventory."""
    arranged = _arranged(values, symbols, inventory.SYMBOLS)
    for part, _, _ in stretches(len(arranged), 0):
        likely = np.maximum(arranged[part], 0)
        arranged[part] = likely / np.maximum(likely.sum(axis=1, keepdims=True), 1e-9)
        evict(arranged)
    return arranged


def _beyond_chance(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a guess among all categories and neutral would reach counts as nothing, certainty as 1."""
    chance = np.float32(1 / (probabilities.shape[1] + 1))
    return np.asarray(np.clip((probabilities - chance) / (1 - chance), 0, 1))


def _arranged(values: NDArray[np.float32], names: tuple[str, ...], order: tuple[str, ...]) -> NDArray[np.float32]:
    """Columns by name in another order, the same array where it is theirs; what the model does not know is zero."""
    if names == order:
        return values
    result = zeros((len(values), len(order)))
    for source, name in enumerate(names):
        if name in order:
            result[:, order.index(name)] = values[:, source]
    return result
