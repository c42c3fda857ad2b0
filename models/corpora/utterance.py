# SPDX-License-Identifier: GPL-3.0-or-later
"""An utterance: one recording of one speaker and everything known about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE
from ...inference.performance import Phone

Split = Literal["train", "valid", "test"]


@dataclass(frozen=True)
class Utterance:
    """id: unique within its corpus. path: a sound file at SAMPLE_RATE, mono.

    phones: segments in our classes, seconds from the start of the file, or None where nobody labelled them.
    emotion: as the corpus names it ("neutral", "anger", "boredom", …), or None.
    split: by speaker where a corpus has several (splits.py); never look at "test" while choosing anything.
    """

    id: str
    corpus: str
    speaker: str
    language: str
    path: Path
    text: str | None
    phones: tuple[Phone, ...] | None
    emotion: str | None
    split: Split


def read_audio(path: Path) -> NDArray[np.float32]:
    """float32[n] samples at SAMPLE_RATE. Raises ValueError for another rate or more than one channel."""
    import soundfile

    samples, rate = soundfile.read(path, dtype="float32")
    if rate != SAMPLE_RATE or samples.ndim != 1:
        raise ValueError(f"{path.name} must be mono at {SAMPLE_RATE} Hz.")
    return np.asarray(samples, dtype=np.float32)
