# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio: what every voice becomes before it is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 16_000
"""Samples per second of all audio inside Parlance."""
LONGEST: Final = 6 * 3600.0
"""Seconds of one recording; what claims to be longer is damaged, or should be cut."""


@dataclass(frozen=True)
class Audio:
    """One voice, mono.

    samples: float32[n] at SAMPLE_RATE, finite, nominally in -1..1.
    start: where the first sample sits in the scene, in seconds (may be negative).
    """

    samples: NDArray[np.float32]
    start: float = 0.0

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing in it at all."""
        return not self.samples.any()


def span(samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Samples start .. stop, silence where there are none."""
    inside = samples[max(start, 0) : max(stop, 0)]
    result = np.zeros(stop - start, np.float32)
    offset = max(-start, 0)
    result[offset : offset + len(inside)] = inside
    return result
