# SPDX-License-Identifier: GPL-3.0-or-later
"""Learn how sure it is that a rush of air is a breath, from those in speech that were judged by eye, and judge it.

    python -m parlance.models.vocal.breathing            # learn, write the weights, print the tables
    python -m parlance.models.vocal.breathing --judge    # the tables of the weights that ship

`breaths.json` has rushes of air that `events.breaths` finds in speech of the corpora, each judged by one person by its
spectrogram: a breath has bands as a throat has them and swells; clicks of lips and mice, tails of words, tones and rooms have
not. Beside them teach, as none, what is found in made noises and efforts, and where the room of a recording begins and ends in
digital silence.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from ...inference.arrays import Doubles
from ...inference.audio import SAMPLE_RATE
from ...inference.hearing import breathing
from ...inference.hearing.vocal_evidence import FURTHEST, Evidence
from ...inference.performance import Event
from ..corpora import read, read_audio
from ..corpora.utterance import Utterance
from . import gathered
from .fit import FOLDS, logistic
from .gathered import Gathered
from .heard import Listened, kept
from .product import rushes
from .sounds import Sound

JUDGED: Final = Path(__file__).parent / "breaths.json"
RIDGE: Final = 10.0
SHARES: Final = {"noise": 0.3, "effort": 0.2, "room": 0.25, "breath": 0.15}
"""How much all that is made of a kind weighs against what was judged."""
ROOMS: Final = 160
QUIETEST: Final = (0.0, 1e-5, 1e-4)
"""Of the silence around a recording, where its room is to be heard to begin."""
LONGEST: Final = 60.0
"""Seconds of a recording that are listened to."""
NEAR: Final = 0.1
MOST: Final = 0.95
"""Confidence at most: one person's eye is not surer."""
BANDS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Rush:
    """Air that may be a breath. kind: who says what it is, "judged" or a key of SHARES."""

    kind: str
    source: str
    split: str
    right: bool
    cues: Doubles


def main() -> None:
    """Learn or judge, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    found = [*_found()]
    taught = [rush for rush in found if rush.split != "test"]
    if not options.judge:
        evidence = _learned(taught)
        columns = np.column_stack([evidence.mean, evidence.scale, evidence.weight, evidence.bend]).round(4).tolist()
        row = {"cues": dict(zip(breathing.CUES, columns, strict=True)), "bias": round(evidence.bias, 4)}
        text = json.dumps({**row, "sloped": 1.0, "shifted": 0.0, "most": MOST}, indent=1)
        breathing.FILE.write_text(text + "\n", "utf-8")
        breathing.learned.cache_clear()
        folds = np.array([zlib.crc32(rush.source.encode()) % FOLDS for rush in taught])
        left = np.zeros(len(taught))
        for fold in range(FOLDS):
            mine = folds == fold
            left[mine] = _sure(_learned([rush for rush, out in zip(taught, mine, strict=True) if not out]), taught)[mine]
        _tell("Sources left out of their fold", taught, left)
    kept_aside = [rush for rush in found if rush.split == "test"]
    _tell("Speakers kept aside", kept_aside, _sure(breathing.learned(), kept_aside))


def _learned(taught: Sequence[Rush]) -> Evidence:
    cues, right = np.array([rush.cues for rush in taught]), np.array([rush.right for rush in taught])
    kinds = np.array([rush.kind for rush in taught])
    weight = np.ones(len(taught))
    for kind, share in SHARES.items():
        mine = kinds == kind
        weight[mine] = share * (kinds == "judged").sum() / max(mine.sum(), 1)
    mean, scale = cues.mean(axis=0), cues.std(axis=0) + 1e-6
    scaled = np.clip((cues - mean) / scale, -FURTHEST, FURTHEST)
    every = np.column_stack([scaled, np.ones(len(scaled))])
    solved = logistic(every, right.astype(np.float64), weight, np.full(len(breathing.CUES), RIDGE))
    return Evidence(mean, scale, solved[:-1], np.zeros(len(mean)), float(solved[-1]), 1.0, 0.0, MOST)


def _sure(evidence: Evidence, found: Sequence[Rush]) -> Doubles:
    scores = evidence.scores(np.array([rush.cues for rush in found]))
    return np.array([evidence.confidence(float(score)) for score in evidence.odds(scores)])


def _tell(title: str, found: Sequence[Rush], sure: Doubles) -> None:
    print(f"{title}: how many are breaths, by confidence")
    right = np.array([rush.right for rush in found])
    for kind in ("judged", *SHARES):
        mine = np.array([rush.kind == kind for rush in found])
        row = []
        for low, high in pairwise(BANDS):
            inside = mine & (sure >= low) & (sure < high + (high == 1))
            mean = f" (mean {sure[inside].mean():.2f})" if inside.any() else ""
            row.append(f"{low:.1f}–{high:.1f}: {right[inside].sum()} of {inside.sum()}{mean}")
        print(f"  {kind:7}{'; '.join(row)}")


def _found() -> Iterator[Rush]:
    judged = json.loads(JUDGED.read_text("utf-8"))
    for sound in kept("breaths", _gathered):
        if sound.group == "room":
            yield from (_rush("room", sound, event, right=False) for event in rushes(sound) if _is_of_room(sound, event))
            continue
        corpus = sound.source.split(maxsplit=1)[0]
        for event in rushes(sound):
            answers = [right for begin, right in judged[corpus][sound.name] if abs(begin - event.time) < NEAR]
            yield from (_rush("judged", sound, event, right=bool(right)) for right in answers[:1])
    for sound in kept("made", gathered.makes):
        if sound.kind in SHARES:
            yield from (_rush(sound.kind, sound, event, right=sound.kind == "breath") for event in rushes(sound))


def _rush(kind: str, sound: Listened, event: Event, *, right: bool) -> Rush:
    return Rush(kind, sound.source, sound.split, right, breathing.of_breath(sound.voice, event, sound.phones))


def _is_of_room(sound: Listened, event: Event) -> bool:
    """Whether it begins where the recording does, or ends where that ends."""
    last = sound.seconds - gathered.AROUND
    return abs(event.time - gathered.AROUND) < NEAR or abs(event.end - last) < NEAR


def _gathered() -> Iterator[Gathered]:
    judged, rng = json.loads(JUDGED.read_text("utf-8")), np.random.default_rng(5)
    rooms: list[Utterance] = []
    for corpus, answers in judged.items():
        every = read(corpus)
        for utterance in every:
            if utterance.id in answers:
                yield _spoken(utterance, read_audio(utterance.path)[: int(LONGEST * SAMPLE_RATE)])
        rooms += [every[at] for at in rng.permutation(len(every))[: ROOMS // len(judged)].tolist()]
    for number, utterance in enumerate(rooms):
        silence = QUIETEST[number % len(QUIETEST)] * rng.normal(size=round(gathered.AROUND * SAMPLE_RATE))
        samples = np.concatenate([silence, read_audio(utterance.path)[: 8 * SAMPLE_RATE], silence]).astype(np.float32)
        yield _spoken(utterance, samples, "room")


def _spoken(utterance: Utterance, samples: np.ndarray, group: str = "judged") -> Gathered:
    who = f"{utterance.corpus} {utterance.speaker}"
    return Gathered(Sound("speech", who, utterance.id, samples, utterance.split), group)


if __name__ == "__main__":
    main()
