# SPDX-License-Identifier: GPL-3.0-or-later
"""Corpora → clips ready to train on, kept in a cache: log mel of every recording and of disguised copies, and all labels."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from ..inference import arkit, geometry
from ..inference.articulation import articulate, to_weights
from ..inference.hearing.prosody import loudness
from ..inference.performance import Phone
from .batches import Clip
from .corpora import Utterance, read, read_audio
from .disguise import another_microphone, another_voice
from .features import SAMPLE_RATE, SAMPLES_PER_FRAME, LogMel
from .labels import centres, frame_closures, frame_phones
from .negatives import MAKERS
from .targets import facegood, grid
from .targets.face import FaceTargets

EMOTIONS: Final = ("joy", "sadness", "anger", "fear", "disgust")
"""What EmoDB has of performance.EMOTIONS; its boredom counts as neutral with low arousal."""
AROUSAL: Final = {"anger": 0.9, "joy": 0.75, "fear": 0.6, "disgust": 0.1, "neutral": -0.3, "boredom": -0.7, "sadness": -0.8}
"""How tense each acted emotion is: ratings of EmoDB-like speech on the activation axis (Russell's circumplex), coarse on purpose."""
NEGATIVE_SECONDS: Final = 8
NEGATIVES: Final = {"silence": 2, "noise": 40, "room tone": 40, "hum": 10, "music": 110, "clatter": 25, "breaths": 30}
CURVES: Final = (*geometry.SPEECH_SHAPES, "mouthDimpleLeft", "mouthDimpleRight")
"""The shapes the model predicts: what speech is made of, and what the fit of the film uses."""
UNTOLD: Final = ("mouthFunnel", "mouthShrugLower", "tongueOut")
"""Shapes that a camera from the front cannot tell; the film says nothing about them."""
TEACHER_TRUST: Final = 0.3
"""How much rule-made lips count beside filmed ones."""
RIG_SPREAD: Final = 0.15
"""Typical standard deviation of a rig channel that moves."""
CACHE_VERSION: Final = "v3"
"""Raise it after changing what a clip holds (here, in the teacher or in the symbol maps): everything is then made anew."""
_INDEX: Final = [arkit.INDEX[name] for name in CURVES]
_LOG_MEL: Final = LogMel()


def log_mel(wave: NDArray[np.float32]) -> NDArray[np.float16]:
    """float16[MELS, M] of one wave."""
    with torch.no_grad():
        return _LOG_MEL(torch.from_numpy(wave)[None])[0].numpy().astype(np.float16)


def seeded(name: str) -> np.random.Generator:
    """A generator that depends on nothing but a name."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def clip_of(name: str, wave: NDArray[np.float32], phones: tuple[Phone, ...] | None, voices: int, microphones: int) -> Clip:
    """One recording with its labels, what the teacher says about them, and its copies in other voices and microphones."""
    generator = seeded(name)
    copies = [wave]
    copies += [another_voice(wave, generator) for _ in range(voices)]
    copies += [another_microphone(copies[int(generator.integers(0, len(copies)))], generator) for _ in range(microphones)]
    frames = -(-len(wave) // SAMPLES_PER_FRAME)
    log_mels = tuple(log_mel(copy) for copy in copies)
    if phones is None:
        return Clip(name, "", log_mels, np.full(frames, -1, np.int16), np.zeros(frames, np.float16))
    measures = articulate(phones, centres(frames), loudness=loudness(wave, frames))
    return Clip(
        name=name,
        speaker="",
        log_mels=log_mels,
        phones=frame_phones(phones, frames),
        closures=frame_closures(phones, frames),
        weights=to_weights(measures)[:, _INDEX].T.astype(np.float16),
        measures=measures.T.astype(np.float16),
        trust=TEACHER_TRUST,
    )


def utterance_clip(utterance: Utterance, voices: int, microphones: int) -> Clip:
    """clip_of a corpus' utterance, with its speaker, its emotion and, where there is film or capture, its face."""
    name = f"{utterance.corpus}/{utterance.id}"
    emotion = utterance.emotion
    clip = replace(
        clip_of(name, read_audio(utterance.path), utterance.phones, voices, microphones),
        speaker=utterance.speaker,
        emotion=-1 if emotion is None else 1 + EMOTIONS.index(emotion) if emotion in EMOTIONS else 0,
        arousal=AROUSAL.get(emotion or "", float("nan")),
    )
    if utterance.corpus == grid.CORPUS:
        return filmed(clip, grid.fitted().get(utterance.id))
    if utterance.corpus == facegood.CORPUS:
        return captured(clip, facegood.captured(utterance.id))
    return clip


def filmed(clip: Clip, face: FaceTargets | None) -> Clip:
    """The clip with what the camera saw instead of what the teacher says."""
    if face is None:
        return clip
    frames = len(clip.phones)
    known = face.known[:frames, None]
    weights = np.where(known, face.weights[:frames], np.nan)[:, _INDEX]
    weights[:, [CURVES.index(shape) for shape in UNTOLD]] = np.nan
    measures = np.where(known, face.measures[:frames], np.nan)
    return replace(clip, weights=_padded(weights, frames), measures=_padded(measures, frames), trust=1.0)


def captured(clip: Clip, face: FaceTargets | None) -> Clip:
    """The clip with an actor's rig channels."""
    if face is None or face.rig is None:
        return clip
    frames = len(clip.phones)
    rig = np.where(face.known[:, None], face.rig, np.nan)[:frames]
    return replace(clip, rig=_padded(rig / RIG_SPREAD, frames))


def _padded(values: NDArray[np.floating], frames: int) -> NDArray[np.float16]:
    """float16[channels, frames] of values [T, channels], NaN after the end."""
    rows = np.full((frames, values.shape[1]), np.nan, np.float16)
    rows[: len(values)] = values
    return rows.T.copy()


def negatives() -> list[Clip]:
    """Clips without speech: the mouth at rest, silence on the phone track."""
    clips = []
    for kind, count in NEGATIVES.items():
        for number in range(count):
            generator = seeded(f"{kind} {number}")
            wave = MAKERS[kind](generator, NEGATIVE_SECONDS * SAMPLE_RATE) * np.float32(10 ** generator.uniform(-2.0, 0.5))
            frames = NEGATIVE_SECONDS * 50
            clips.append(
                Clip(
                    name=f"negative/{kind} {number}",
                    speaker=kind,
                    log_mels=(log_mel(np.clip(wave, -1, 1)),),
                    phones=np.zeros(frames, np.int16),
                    closures=np.zeros(frames, np.float16),
                    weights=np.zeros((len(CURVES), frames), np.float16),
                )
            )
    return clips


def cached(folder: Path, key: str, make: Callable[[], list[Clip]]) -> list[Clip]:
    """What make gives, from the cache folder when it is there."""
    path = folder / f"{hashlib.sha1(f'{key} {CACHE_VERSION}'.encode(), usedforsecurity=False).hexdigest()[:16]}.pt"
    if path.exists():
        loaded: list[Clip] = torch.load(path, weights_only=False)
        return loaded
    clips = make()
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(clips, path)
    return clips


def corpus_clips(corpus: str, folder: Path, voices: int, microphones: int) -> dict[str, list[Clip]]:
    """Clips of a corpus by split ("train", "valid", "test"). Only training clips get copies; what is not labelled is left out."""
    faces = grid.fitted() if corpus == grid.CORPUS else {}
    utterances = [u for u in read(corpus) if u.phones or u.id in faces or corpus == facegood.CORPUS]
    result = {}
    for split in ("train", "valid", "test"):
        chosen = [u for u in utterances if u.split == split]
        copies = (voices, microphones) if split == "train" else (0, 0)
        result[split] = cached(folder, f"{corpus} {split} {copies}", _maker(chosen, *copies))
    return result


def _maker(utterances: list[Utterance], voices: int, microphones: int) -> Callable[[], list[Clip]]:
    return lambda: [utterance_clip(utterance, voices, microphones) for utterance in utterances]
