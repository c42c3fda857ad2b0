# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a training run learns from, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..inference import geometry
from .batches import Clip
from .prepare import EMOTIONS, corpus_clips, negatives
from .sung import GROUP as SONGS
from .sung import sung_clips
from .targets import facegood, grid

COPIES: Final[dict[str, tuple[int, int]]] = {
    "grid_s1": (2, 1),
    "facegood": (2, 1),
    "an4": (2, 1),
    "emodb": (2, 1),
    "nathalie_nl": (2, 1),
    "kerstin_de": (1, 0),
    "librispeech": (0, 0),
    "synthetic": (0, 0),
    "kathleen_en": (2, 1),
    "picovoice_orders": (2, 1),
    "picovoice_wake": (1, 0),
    "speech_commands": (1, 0),
    "arabic_commands": (1, 0),
}
"""What is learned from, and how many copies of each recording are made in other voices and through other microphones."""
VALID_CLIPS: Final = 40
"""At most so many clips a corpus are judged while training."""
MEASURE_SPREAD: Final = {
    "gap": 4.0, "width": 2.5, "upper_protrusion": 1.5, "lower_protrusion": 2.0, "chin": 3.0, "corner": 2.0, "lower_roll": 2.0,
    "bite": 4.0, "lid_left": 4.0, "lid_right": 4.0, "tongue": 4.0,
}  # fmt: skip
"""mm: about the standard deviation of each measure in speech, so that all count alike; the lids and the corners hardly do."""


@dataclass(frozen=True)
class Material:
    """train and valid: clips by group.  weight_spread [C], measure_spread [G]: what counts as one unit of error."""

    train: dict[str, list[Clip]]
    valid: dict[str, list[Clip]]
    weight_spread: NDArray[np.float32]
    measure_spread: NDArray[np.float32]
    rig: int = len(facegood.CHANNELS)
    emotions: tuple[str, ...] = field(default=EMOTIONS)


def gather(folder: Path, leave_out: Sequence[str] = ()) -> Material:
    """Read or make all clips. Corpora that are not there, or not yet aligned, are left out, and said so."""
    train: dict[str, list[Clip]] = {}
    valid: dict[str, list[Clip]] = {}
    for corpus, copies in COPIES.items():
        by_split = {} if corpus in leave_out else corpus_clips(corpus, folder, *copies, splits=("train", "valid"))
        if not by_split.get("train"):
            print(f"without {corpus}")
            continue
        train[corpus], valid[corpus] = by_split["train"], evenly(by_split["valid"])
    unseen = corpus_clips(grid.UNSEEN, folder, 0, 0, splits=("valid",))["valid"]
    if unseen:
        valid[grid.UNSEEN] = unseen
    for group, clips in (("negatives", negatives(folder)), (SONGS, [] if SONGS in leave_out else sung_clips(folder))):
        train[group] = [clip for number, clip in enumerate(clips) if number % 10]
        valid[group] = [clip for number, clip in enumerate(clips) if number % 10 == 0]
    spread = np.array([MEASURE_SPREAD[name] for name in geometry.MEASURES], np.float32)
    return Material(train, valid, weight_spread(train), spread)


def evenly(clips: list[Clip]) -> list[Clip]:
    """At most VALID_CLIPS of them from all over: corpora are sorted by word or by speaker."""
    return clips[:: max(1, len(clips) // VALID_CLIPS)][:VALID_CLIPS]


def weight_spread(train: Mapping[str, Sequence[Clip]]) -> NDArray[np.float32]:
    """float32[C] standard deviation of each curve over all clips that have curves, at least .05."""
    known = [clip.weights.astype(np.float32) for name, clips in train.items() for clip in clips[:300] if clip.weights is not None]
    return np.asarray(np.maximum(np.nanstd(np.concatenate(known, axis=1), axis=1), 0.05), np.float32)
