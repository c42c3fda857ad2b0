# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shipped network hears in every training recording: what the live network is taught.

The shipped file is cut after its spectrum, so that it can answer for the spectra that training already keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx.utils import Extractor

from ...inference import phones
from ...inference.hearing import weights
from ...inference.hearing.engines import OUTPUTS
from .. import prepare
from ..batches import QUIET, Clip
from ..features import MELS
from ..gather import COPIES, evenly
from ..prepare import CURVES, EMOTIONS, Sound

PARTS: Final = {"phones": phones.COUNT, "curves": len(CURVES), "speech": 1, "emotion": len(EMOTIONS), "arousal": 1}
"""Channels of each output, in the order in which a Clip keeps them."""
CHANNELS: Final = sum(PARTS.values())
GAP: Final = 80
"""Frames of silence around and between recordings: as far as the network's lips see."""
TOGETHER: Final = 1500
"""Frames that are heard at once."""
Answers = dict[str, tuple[Sound, NDArray[np.float16]]]


class Teacher:
    """The shipped network from log mel on."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        model = onnx.load(str(path))
        spectrum = next(node.output[0] for node in model.graph.node if node.op_type == "Log")
        inferred = onnx.shape_inference.infer_shapes(model)
        cut = Extractor(inferred).extract_model([spectrum], list(OUTPUTS))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(cut.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self._input = spectrum

    def answers(self, log_mels: Sequence[NDArray[np.float16]]) -> list[NDArray[np.float16]]:
        """float16[CHANNELS, M // 2] for each log mel float16[MELS, M]: heard one after another, with silence between them."""
        lengths = [mel.shape[1] // 2 for mel in log_mels]
        whole = np.full((MELS, 2 * (sum(lengths) + GAP * (len(lengths) + 1))), QUIET, np.float32)
        starts = GAP * np.arange(1, len(lengths) + 1) + np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(int)
        for mel, start, frames in zip(log_mels, starts, lengths, strict=True):
            whole[:, 2 * start : 2 * (start + frames)] = mel[:, : 2 * frames]
        outputs = self._session.run(list(OUTPUTS), {self._input: whole[None]})
        tracks = np.concatenate([one[0].reshape(one.shape[1], -1).T for one in outputs]).astype(np.float16)
        return [tracks[:, start : start + frames].copy() for start, frames in zip(starts, lengths, strict=True)]


def taught(sounds: Mapping[str, Sound], teacher: Teacher) -> Answers:
    """Each recording, its copies, and what is heard in it: copies say the same at the same time."""
    found: Answers = {}
    waiting: list[str] = []
    for place, name in enumerate(sounds, start=1):
        waiting.append(name)
        if place == len(sounds) or sum(one.shape[1] for one in (sounds[each][0] for each in waiting)) > 2 * TOGETHER:
            answers = teacher.answers([sounds[each][0] for each in waiting])
            found.update({each: (sounds[each], answer) for each, answer in zip(waiting, answers, strict=True)})
            waiting = []
    return found


def some(sounds: dict[str, Sound], minutes: float) -> dict[str, Sound]:
    """Recordings of this many minutes in all, taken evenly from all of the sounds."""
    total = sum(sound[0].shape[1] for sound in sounds.values()) / 6000.0
    step = max(1.0, total / minutes)
    names = list(sounds)
    chosen = [names[int(place * step)] for place in range(int(len(names) / step))]
    return {name: sounds[name] for name in chosen}


def clips_of(corpus: str, answers: Answers) -> list[Clip]:
    """Clips whose rig channels are the teacher's outputs."""
    clips = []
    for name, (sound, answer) in answers.items():
        frames = answer.shape[1]
        heard = answer[: phones.COUNT].argmax(axis=0).astype(np.int16)
        clips.append(Clip(f"{corpus}/{name}", corpus, sound, heard, np.zeros(frames, np.int8), rig=answer))
    return clips


def silent(clip: Clip) -> Clip:
    """A clip without speech, with what should be heard in it: nothing."""
    frames = len(clip.phones)
    answer = np.zeros((CHANNELS, frames), np.float16)
    answer[phones.INDEX["sil"]] = 1.0
    return Clip(clip.name, clip.speaker, clip.log_mels, clip.phones, clip.contact, rig=answer)


def material(folder: Path, cache: Path, minutes: float) -> tuple[dict[str, list[Clip]], dict[str, list[Clip]]]:
    """Training and validation clips by corpus.

    folder: spectra of the large network's training; cache: what the teacher says; minutes: of each corpus at most.
    """
    teacher = Teacher(weights.find())
    print_of = weights.fingerprint(weights.find())

    def heard(corpus: str, split: str) -> list[Clip]:
        copies = COPIES[corpus] if split == "train" else (0, 0)
        key = f"live {corpus} {split} {minutes:g} {print_of}"

        def listen() -> Answers:
            return taught(some(prepare.sounds(corpus, split, folder, *copies), minutes), teacher)

        return clips_of(corpus, prepare.cached(cache, key, listen))

    train = {corpus: heard(corpus, "train") for corpus in COPIES}
    valid = {corpus: evenly(heard(corpus, "valid")) for corpus in COPIES}
    still = [silent(clip) for clip in prepare.negatives(folder)]
    train["negatives"] = [clip for number, clip in enumerate(still) if number % 10]
    return {name: clips for name, clips in train.items() if clips}, {name: clips for name, clips in valid.items() if clips}
