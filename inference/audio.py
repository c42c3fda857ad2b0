# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio: the sound of one voice, in the form that all hearing takes: mono, 16 kHz, float32."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .spool import let_go

SAMPLE_RATE: Final = 16_000
"""Samples per second of all audio inside Parlance."""
_STRETCH: Final = 64 * SAMPLE_RATE
LONGEST: Final = 6 * 3600.0
"""Seconds of one recording; what claims to be longer is damaged, or should be cut."""


@dataclass(frozen=True)
class Audio:
    """One voice, mono.

    samples: float32[n] at SAMPLE_RATE, finite, nominally in -1..1. Hours of them lie in a file and are read-only (spool.py): take
        them by span() or stretches().
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
        return not any(part.any() for part in stretches(self.samples))


def span(samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """A copy of samples start .. stop, silence where there are none."""
    inside = samples[max(start, 0) : max(stop, 0)]
    result = np.zeros(stop - start, np.float32)
    offset = max(-start, 0)
    result[offset : offset + len(inside)] = inside
    let_go(samples)
    return result


def stretches(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """All samples, about a minute at a time."""
    for start in range(0, len(samples), _STRETCH):
        yield samples[start : start + _STRETCH]
        let_go(samples)
