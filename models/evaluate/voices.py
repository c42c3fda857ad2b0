# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings nobody trained on, and what the shipped model hears in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import geometry
from ...inference.audio import Audio
from ...inference.hearing import hear
from ...inference.performance import Performance
from ..corpora import Utterance, available, read, read_audio

LANGUAGES: Final = {
    "an4": "English",
    "picovoice_orders": "English (orders)",
    "kathleen_en": "English (known reader)",
    "speech_commands": "English (words)",
    "picovoice_wake": "English (wake words)",
    "arabic_commands": "Arabic (words)",
    "emodb": "German",
    "nathalie_nl": "Dutch (known voice)",
    "grid_s1": "English (filmed voice)",
}
"""Corpora with phones on their held-out part, as people should read them."""


@dataclass(frozen=True)
class Heard:
    """One held-out utterance and the shipped model's answer. measures: float32[T, M] mm on the reference face."""

    utterance: Utterance
    wave: NDArray[np.float32]
    performance: Performance
    measures: NDArray[np.float32]

    @property
    def gap(self) -> NDArray[np.float32]:
        """float32[T] lip gap in mm."""
        return self.measures[:, geometry.INDEX["gap"]]


def listen(wave: NDArray[np.float32]) -> Performance:
    """The Performance of the shipped network, seal included."""
    return hear(Audio(np.ascontiguousarray(wave, np.float32)))


def held_out(corpus: str, limit: int | None = None) -> list[Heard]:
    """The test utterances of a corpus, heard. Empty where the corpus is not present."""
    if corpus not in available():
        return []
    chosen = [utterance for utterance in read(corpus) if utterance.split == "test"]
    heard = []
    for utterance in chosen[:limit]:
        wave = read_audio(utterance.path)
        performance = listen(wave)
        heard.append(Heard(utterance, wave, performance, geometry.measure(performance.curves)))
    return heard
