# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a training run learns from, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..inference import geometry
from .batches import Clip
from .corpora import available
from .prepare import EMOTIONS, cached, corpus_clips, negatives

LABELLED = ("grid_s1", "an4", "emodb", "nathalie_nl")
"""Corpora with phones. The two with one speaker get copies in other voices."""


@dataclass(frozen=True)
class Material:
    """train and valid: clips by group.  weight_spread [C], measure_spread [G]: standard deviations on film.  rig: channels."""

    train: dict[str, list[Clip]]
    valid: dict[str, list[Clip]]
    weight_spread: NDArray[np.float32]
    measure_spread: NDArray[np.float32]
    rig: int = 116
    emotions: tuple[str, ...] = field(default=EMOTIONS)


def gather(folder: Path, curves: Sequence[str], voices: int, microphones: int, leave_out: Sequence[str] = ()) -> Material:
    """Read or make all clips. Corpora that are not there are left out, and said so."""
    train: dict[str, list[Clip]] = {}
    valid: dict[str, list[Clip]] = {}
    for corpus in LABELLED:
        if corpus in leave_out or corpus not in available():
            print(f"without {corpus}")
            continue
        by_split = corpus_clips(corpus, folder, voices, microphones)
        train[corpus] = [clip for clip in by_split["train"] if (clip.phones >= 0).any()]
        valid[corpus] = [clip for clip in by_split["valid"] if (clip.phones >= 0).any()]
    still = cached(folder, f"2 negatives {len(curves)}", lambda: negatives(len(curves)))
    train["negatives"] = [clip for number, clip in enumerate(still) if number % 10]
    valid["negatives"] = [clip for number, clip in enumerate(still) if number % 10 == 0]
    return Material(train, valid, np.full(len(curves), 0.1, np.float32), np.full(geometry.COUNT, 3.0, np.float32))
