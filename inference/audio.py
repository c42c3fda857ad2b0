# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio: the sound of one voice, in the form that all hearing takes: mono, 16 kHz, float32."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from .spool import evict, zeros

SAMPLE_RATE: Final = 16_000
"""Samples per second of all audio inside Parlance."""
_STRETCH: Final = 64 * SAMPLE_RATE
LONGEST: Final = 6 * 3600.0
"""Seconds of one recording; what claims to be longer is damaged, or should be cut."""
SURROUNDINGS: Final = 1.0
"""Seconds before and after a cut-out that its borders are heard with; the network looks no further."""
LOUDER: Final = 2.0
"""Times that they may be as loud as the cut-out itself at its loudest."""
_FRAME: Final = SAMPLE_RATE // 50
_BLOCK: Final = SAMPLE_RATE // 10
Sample = TypeVar("Sample", bound=np.floating)


def _nothing() -> NDArray[np.float32]:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Audio:
    """One voice, mono.

    samples: float32[n] at SAMPLE_RATE, finite, nominally in -1..1. Hours of them lie in a file and are read-only (spool.py): take
        them by span() or stretches().
    start: where the first sample sits in the scene, in seconds (may be negative).
    before, after: float32[n] what the recording holds around the samples, where they are cut out of it. No part of what is heard,
        but lips that are in the middle of a word at a border are where that word has them, and not as after a pause.
    """

    samples: NDArray[np.float32]
    start: float = 0.0
    before: NDArray[np.float32] = field(default_factory=_nothing)
    after: NDArray[np.float32] = field(default_factory=_nothing)

    @staticmethod
    def cut_out(whole: NDArray[np.float32], first: int, last: int, start: float) -> Audio:
        """Samples `first` to `last` of a stretch of a recording, with what is around them there. start: as above."""
        reach = round(SURROUNDINGS * SAMPLE_RATE)
        before = whole[first - min(reach, first) // _FRAME * _FRAME : first]
        return Audio(whole[first:last], start, before, whole[last : last + reach])

    @property
    def surrounded(self) -> tuple[NDArray[np.float32], int]:
        """Everything, and the frames of a fiftieth of a second before the samples.

        What is around is made no more than LOUDER than the samples: beside somebody who shouts, a quiet voice would not be heard.
        """
        if len(self.before) == len(self.after) == 0:
            return self.samples, 0
        every, filled, loudest = zeros((len(self.before) + len(self.samples) + len(self.after),)), 0, _loudest(self.samples)
        before, after = (np.nan_to_num(track, nan=0.0, posinf=0.0, neginf=0.0) for track in (self.before, self.after))
        for track in (before, self.samples, after):
            gain = 1.0 if track is self.samples else min(LOUDER * loudest / max(_loudest(track), 1e-9), 1.0)
            for part in stretches(track):
                every[filled : filled + len(part)] = part * np.float32(gain)
                filled += len(part)
                evict(every)
        return every, len(self.before) // _FRAME

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing in it at all."""
        return not any(part.any() for part in stretches(self.samples))


def _loudest(samples: NDArray[np.float32]) -> float:
    """The root of the mean power of the loudest tenth of a second."""
    return math.sqrt(float(powers(samples, _BLOCK, np.float32).max(initial=0.0)))


def powers(samples: NDArray[np.floating], size: int, precision: type[np.floating] = np.float64) -> NDArray[np.float64]:
    """float64[blocks] the mean power of each whole block of `size` samples, which divides a stretch. precision: of the means."""
    blocks = (part[: len(part) // size * size].reshape(-1, size) for part in stretches(samples))
    return np.concatenate([np.zeros(0), *(np.square(block).mean(axis=1, dtype=precision) for block in blocks)])


def span(samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """A copy of samples start .. stop, silence where there are none."""
    inside = samples[max(start, 0) : max(stop, 0)]
    result = np.zeros(stop - start, np.float32)
    offset = max(-start, 0)
    result[offset : offset + len(inside)] = inside
    evict(samples)
    return result


def stretches(samples: NDArray[Sample]) -> Iterator[NDArray[Sample]]:
    """All samples, about a minute at a time."""
    for start in range(0, len(samples), _STRETCH):
        yield samples[start : start + _STRETCH]
        evict(samples)
