# SPDX-License-Identifier: GPL-3.0-or-later
"""Corpora → clips ready to train on, kept in a cache: log mel of every recording and of disguised copies, and all labels."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from .batches import Clip
from .corpora import Utterance, read, read_audio
from .disguise import another_microphone, another_voice
from .features import SAMPLE_RATE, LogMel
from .labels import frame_closures, frame_phones
from .negatives import MAKERS

EMOTIONS: Final = ("joy", "sadness", "anger", "fear", "disgust")
"""What EmoDB has of performance.EMOTIONS; its boredom counts as neutral with low arousal."""
AROUSAL: Final = {"anger": 0.9, "joy": 0.75, "fear": 0.6, "disgust": 0.1, "neutral": -0.3, "boredom": -0.7, "sadness": -0.8}
"""How tense each acted emotion is: ratings of EmoDB-like speech on the activation axis (Russell's circumplex), coarse on purpose."""
NEGATIVE_SECONDS: Final = 8
NEGATIVES: Final = {"silence": 2, "noise": 40, "room tone": 40, "hum": 10, "music": 110, "clatter": 25, "breaths": 30}
_LOG_MEL: Final = LogMel()


def log_mel(wave: NDArray[np.float32]) -> NDArray[np.float16]:
    """float16[MELS, M] of one wave."""
    with torch.no_grad():
        return _LOG_MEL(torch.from_numpy(wave)[None])[0].numpy().astype(np.float16)


def seeded(name: str) -> np.random.Generator:
    """A generator that depends on nothing but a name."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def clip_of(utterance: Utterance, voices: int, microphones: int) -> Clip:
    """One utterance with its copies: other voices (pitch), other microphones."""
    wave = read_audio(utterance.path)
    generator = seeded(utterance.id)
    copies = [wave]
    copies += [another_voice(wave, generator) for _ in range(voices)]
    copies += [another_microphone(copies[int(generator.integers(0, len(copies)))], generator) for _ in range(microphones)]
    frames = -(-len(wave) // (SAMPLE_RATE // 50))
    labelled = utterance.phones is not None
    emotion = utterance.emotion
    return Clip(
        name=f"{utterance.corpus}/{utterance.id}",
        speaker=utterance.speaker,
        log_mels=tuple(log_mel(copy) for copy in copies),
        phones=frame_phones(utterance.phones, frames) if utterance.phones else np.full(frames, -1, np.int16),
        closures=frame_closures(utterance.phones, frames) if labelled and utterance.phones else np.zeros(frames, np.float16),
        emotion=-1 if emotion is None else 1 + EMOTIONS.index(emotion) if emotion in EMOTIONS else 0,
        arousal=AROUSAL.get(emotion or "", float("nan")),
    )


def negatives(curves: int) -> list[Clip]:
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
                    weights=np.zeros((curves, frames), np.float16),
                )
            )
    return clips


def cached(folder: Path, key: str, make: Callable[[], list[Clip]]) -> list[Clip]:
    """What make gives, from the cache folder when it is there."""
    path = folder / f"{hashlib.sha1(key.encode()).hexdigest()[:16]}.pt"
    if path.exists():
        loaded: list[Clip] = torch.load(path, weights_only=False)
        return loaded
    clips = make()
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(clips, path)
    return clips


def corpus_clips(corpus: str, folder: Path, voices: int, microphones: int) -> dict[str, list[Clip]]:
    """Clips of a corpus by split ("train", "valid", "test"). Only training clips get copies; unlabelled test clips are left out."""
    utterances = [u for u in read(corpus) if u.phones or u.split == "train"]

    def make(some: Iterable[Utterance], copies: bool) -> list[Clip]:
        return [clip_of(u, voices if copies else 0, microphones if copies else 0) for u in some]

    result = {}
    for split in ("train", "valid", "test"):
        chosen = [u for u in utterances if u.split == split]
        key = f"1 {corpus} {split} {voices} {microphones} {len(chosen)}"
        result[split] = cached(folder, key, lambda chosen=chosen, split=split: make(chosen, split == "train"))  # type: ignore[misc]
    return result
