# SPDX-License-Identifier: GPL-3.0-or-later
"""Corpora → clips ready to train on, kept in a cache: log mel of every recording and of augmented copies, and all labels."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from ..inference import arkit, geometry
from ..inference.articulation import articulate
from ..inference.performance import FRAME_RATE
from ..inference.phones import VOWEL, indices
from . import alignment, dataset
from .batches import Clip
from .corpora import Utterance, read_audio
from .features import SAMPLE_RATE, LogMel
from .labels import APART, BITTEN, centres, frame_contact, frame_phones
from .negatives import MAKERS, missing
from .synthesis.midi import PACKAGES
from .targets import facegood, grid
from .targets.face import FaceTargets
from .targets.teacher import STYLE, halfway, opened
from .targets.visemes import shown
from .waveform_augment import another_microphone, another_voice

EMOTIONS: Final = ("joy", "sadness", "anger", "fear", "disgust")
"""What EmoDB has of performance.EMOTIONS; its boredom counts as neutral with low arousal."""
AROUSAL: Final = {"anger": 0.9, "joy": 0.75, "fear": 0.6, "disgust": 0.1, "neutral": -0.3, "boredom": -0.7, "sadness": -0.8}
"""How tense each acted emotion is, on the activation axis of Russell's circumplex; coarse on purpose."""
CALM: Final = ("grid_s1", "an4", "kathleen_en", "picovoice_orders", "nathalie_nl", "kerstin_de", "librispeech")
"""Read or said without feeling: as tense as acted neutral speech, whatever the voice."""
NEGATIVE_SECONDS: Final = 8
NEGATIVES: Final = {
    "silence": 2, "noise": 100, "room tone": 60, "hum": 10, "music": 80, "clatter": 30, "breaths": 30, "orchestra": 220,
    "synthesiser": 90, "things": 60,
}  # fmt: skip
"""Clips of each kind. More than half is music, for it is what is mixed under speech most and taken for speech most."""
CURVES: Final = (*geometry.SPEECH_SHAPES, "mouthDimpleLeft", "mouthDimpleRight")
"""The shapes the model predicts: what speech is made of, and what the fit of the film uses."""
UNTOLD: Final = ("mouthFunnel", "mouthShrugLower", "tongueOut")
"""Shapes that a camera from the front cannot tell; the film says nothing about them."""
UNSEEN_BITE: Final = ("mouthRollLower", "mouthLowerDownLeft", "mouthLowerDownRight")
"""Shapes that the track gets wrong in f and v: the mesh follows the lip's visible edge, and takes a lip rolled in under the teeth
for one rolled out (by 1.3 mm in the median f)."""
TEACHER_TRUST: Final = 0.3
"""How much rule-made lips count beside filmed ones."""
BREATHING: Final = (0.10, 0.24)
"""Seconds from speech. The filmed man opens his mouth and waits before he speaks, which nobody can hear: film counts up to the
first distance, rest from the second on."""
RIG_SPREAD: Final = 0.15
"""Typical standard deviation of a rig channel that moves."""
FILMS: Final = (grid.CORPUS, grid.UNSEEN)
SPLITS: Final = ("train", "valid", "test")
CACHE_VERSION: Final = "v4"
"""Raise it after changing how recordings are augmented or their mel is computed: the sounds are then made anew."""
_INDEX: Final = [arkit.INDEX[name] for name in CURVES]
_LOG_MEL: Final = LogMel()
T = TypeVar("T")


def log_mel(wave: NDArray[np.float32]) -> NDArray[np.float16]:
    """float16[MELS, M] of one wave."""
    with torch.no_grad():
        return np.asarray(_LOG_MEL(torch.from_numpy(wave)[None])[0].numpy(), np.float16)


def seeded(name: str) -> np.random.Generator:
    """A generator that depends on nothing but a name."""
    return np.random.default_rng(zlib.crc32(name.encode()))


Sound = tuple[NDArray[np.float16], ...]
"""Log mels of one recording: itself, in other voices, through other microphones."""


def sound_of(name: str, wave: NDArray[np.float32], voices: int, microphones: int) -> Sound:
    """One recording and its copies."""
    generator = seeded(name)
    copies = [wave]
    copies += [another_voice(wave, generator) for _ in range(voices)]
    copies += [another_microphone(copies[int(generator.integers(0, len(copies)))], generator) for _ in range(microphones)]
    return tuple(log_mel(copy) for copy in copies)


def loudness(mel: NDArray[np.float16]) -> NDArray[np.float32]:
    """float32[T] decibels (up to a constant) of each frame."""
    power = np.exp(mel.astype(np.float32)).sum(axis=0)
    frames = len(power) // 2
    return np.asarray(10.0 * np.log10(power[: 2 * frames].reshape(frames, 2).mean(axis=1) + 1e-6), np.float32)


def labelled_clip(utterance: Utterance, sound: Sound) -> Clip:
    """Everything known about an utterance; what the teacher says is in measures only (teach_weights adds the curves)."""
    frames = sound[0].shape[1] // 2
    emotion = utterance.emotion
    clip = Clip(
        name=f"{utterance.corpus}/{utterance.id}",
        speaker=utterance.speaker,
        log_mels=sound,
        phones=np.full(frames, -1, np.int16),
        contact=np.zeros(frames, np.int8),
        emotion=-1 if emotion is None else 1 + EMOTIONS.index(emotion) if emotion in EMOTIONS else 0,
        arousal=AROUSAL.get(emotion or ("neutral" if utterance.corpus in CALM else ""), float("nan")),
    )
    if utterance.phones:
        phones = utterance.phones
        measures = articulate(phones, centres(frames), style=STYLE, loudness=loudness(sound[0]), targets=halfway())
        clip = replace(
            clip,
            phones=frame_phones(phones, frames),
            contact=frame_contact(phones, frames),
            measures=opened(measures).T.astype(np.float16),
            trust=TEACHER_TRUST,
        )
    if utterance.corpus in FILMS:
        return filmed(clip, grid.fitted(utterance.corpus).get(utterance.id))
    if utterance.corpus == facegood.CORPUS:
        return captured(clip, facegood.captured(utterance.id))
    return clip


def teach_weights(clips: Sequence[Clip]) -> list[Clip]:
    """Add the curves that show what the teacher says, solved for all clips at once."""
    taught = [clip for clip in clips if clip.measures is not None and clip.weights is None]
    if not taught:
        return list(clips)
    together = np.concatenate([clip.measures for clip in taught if clip.measures is not None], axis=1).T.astype(np.float32)
    classes = np.concatenate([clip.phones for clip in taught])
    parts = max(1, len(together) // 20_000)
    pairs = zip(np.array_split(together, parts), np.array_split(classes, parts), strict=True)
    solved = np.concatenate([shown(*pair) for pair in pairs])
    pieces = np.split(solved[:, _INDEX].astype(np.float16), np.cumsum([len(clip.phones) for clip in taught])[:-1])
    weights = {clip.name: piece.T.copy() for clip, piece in zip(taught, pieces, strict=True)}
    return [replace(clip, weights=weights[clip.name]) if clip.name in weights else clip for clip in clips]


def filmed(clip: Clip, face: FaceTargets | None) -> Clip:
    """The clip with what the camera saw instead of what the teacher says."""
    if face is None:
        return clip
    frames = len(clip.phones)
    known = face.known[:frames, None]
    far = distance_from_speech(clip.phones)[:, None]
    known = known & (far < BREATHING[0])
    weights = np.where(known, face.weights[:frames], np.nan)[:, _INDEX]
    weights[:, [CURVES.index(shape) for shape in UNTOLD]] = np.nan
    weights = np.where(far >= BREATHING[1], 0.0, weights)
    bitten = np.convolve(clip.contact == BITTEN, np.ones(3), "same") > 0
    for shape in UNSEEN_BITE:
        weights[bitten, CURVES.index(shape)] = np.nan
    measures = np.where(known, face.measures[:frames], np.nan)
    measures = np.where(far >= BREATHING[1], geometry.REFERENCE.neutral, measures)
    # How far lips part, film knows better than LEAST_GAP: only vowels are still held open.
    parted = np.where(np.isin(clip.phones, indices(VOWEL)), APART, 0)
    contact = np.where(clip.contact < 0, parted, clip.contact).astype(np.int8)
    return replace(clip, weights=_padded(weights, frames), measures=_padded(measures, frames), contact=contact, trust=1.0)


def distance_from_speech(phones: NDArray[np.int16]) -> NDArray[np.float64]:
    """float64[T] seconds from each frame to the nearest that is not silence; 0 everywhere where nobody labelled any."""
    spoken = np.flatnonzero(phones != 0)
    if not len(spoken):
        return np.zeros(len(phones))
    return np.asarray(np.abs(np.arange(len(phones))[:, None] - spoken[None, :]).min(axis=1) / FRAME_RATE, np.float64)


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


def negatives(folder: Path) -> list[Clip]:
    """Clips without speech: the mouth at rest, silence on the phone track. folder: the cache. Says which kinds cannot be made."""
    lacking = missing()
    if lacking:
        print(f"without {', '.join(lacking)}: to make them run: apt-get install {PACKAGES}")
    frames = NEGATIVE_SECONDS * round(FRAME_RATE)
    return [
        Clip(
            name=f"negative/{name}",
            speaker=name.rpartition(" ")[0],
            log_mels=(mel,),
            phones=np.zeros(frames, np.int16),
            contact=np.zeros(frames, np.int8),
            weights=np.zeros((len(CURVES), frames), np.float16),
        )
        for kind, count in NEGATIVES.items()
        if kind not in lacking
        for name, mel in cached(folder, f"without speech: {count} {kind}", partial(_without_speech, kind, count)).items()
    ]


def _without_speech(kind: str, count: int) -> dict[str, NDArray[np.float16]]:
    """Log mels by name: the kind and a number."""
    mels = {}
    for number in tqdm(range(count), desc=f"making {kind}", unit="clip", mininterval=5):
        generator = seeded(f"{kind} {number}")
        wave = MAKERS[kind](generator, NEGATIVE_SECONDS * SAMPLE_RATE) * np.float32(10 ** generator.uniform(-2.0, 0.5))
        mels[f"{kind} {number}"] = log_mel(np.clip(wave, -1, 1))
    return mels


def cached(folder: Path, key: str, make: Callable[[], T]) -> T:
    """What make gives, from the cache folder when it is there."""
    path = folder / f"{hashlib.sha1(f'{key} {CACHE_VERSION}'.encode(), usedforsecurity=False).hexdigest()[:16]}.pt"
    if path.exists():
        loaded: T = torch.load(path, weights_only=False)
        return loaded
    made = make()
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    torch.save(made, partial)
    partial.replace(path)
    return made


def corpus_clips(
    corpus: str, folder: Path, voices: int, microphones: int, splits: Sequence[str] = SPLITS
) -> dict[str, list[Clip]]:
    """Clips of a corpus by split. Only training clips get copies; what nobody labelled, filmed or captured is left out."""
    faces = _faces(corpus)
    result = {}
    for split in splits:
        chosen = _useful(corpus, split)
        heard = sounds(corpus, split, folder, voices, microphones)
        clips = [labelled_clip(u, heard[u.id]) for u in chosen if u.phones or u.id in faces or corpus == facegood.CORPUS]
        result[split] = teach_weights(clips)
    return result


def sounds(corpus: str, split: str, folder: Path, voices: int, microphones: int) -> dict[str, Sound]:
    """What a split sounds like, by utterance. Only training clips get copies."""
    chosen = _useful(corpus, split)
    copies = (voices, microphones) if split == "train" else (0, 0)
    names = hashlib.sha1(" ".join(u.id for u in chosen).encode(), usedforsecurity=False).hexdigest()
    return cached(folder, f"{corpus} {split} {copies} {names}", _maker(chosen, *copies))


def _useful(corpus: str, split: str) -> list[Utterance]:
    all_sounds = corpus == facegood.CORPUS or corpus in alignment.CORPORA
    faces = _faces(corpus)
    return [u for u in dataset.utterances(corpus) if u.split == split and (u.phones or u.id in faces or all_sounds)]


def _faces(corpus: str) -> Mapping[str, FaceTargets]:
    return grid.fitted(corpus) if corpus in FILMS else {}


def _maker(utterances: list[Utterance], voices: int, microphones: int) -> Callable[[], dict[str, Sound]]:
    def make() -> dict[str, Sound]:
        shown = tqdm(utterances, desc=f"hearing {utterances[0].corpus}" if utterances else "", unit="clip", mininterval=5)
        return {u.id: sound_of(u.id, read_audio(u.path), voices, microphones) for u in shown}

    return make
