# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone segments → labels for each frame of 20 ms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..inference.performance import FRAME_RATE, Phone
from ..inference.phones import INDEX
from .symbols.classes import VOWELS

BILABIALS: Final = frozenset("pbm")
HELD: Final = {"p": 0.7, "b": 0.75, "m": 0.9}
"""Share of a bilabial for which the lips stay together; the release is part of the segment."""
SETTLING: Final = 0.008
"""Seconds after the labelled start from which the lips must be together: a frame that only begins to close is not asked to."""
CORE: Final = (0.25, 0.75)
"""The middle half of a vowel, where lips must not touch (the usual definition of a false closure)."""


def centres(frames: int) -> NDArray[np.float64]:
    """float64[frames] seconds."""
    return (np.arange(frames, dtype=np.float64) + 0.5) / FRAME_RATE


def frame_phones(phones: Sequence[Phone], frames: int) -> NDArray[np.int16]:
    """int16[frames] class at each frame's centre; what no segment covers is silence."""
    result = np.zeros(frames, np.int16)
    times = centres(frames)
    for phone in phones:
        result[(times >= phone.start) & (times < phone.end)] = INDEX[phone.symbol]
    return result


def frame_closures(phones: Sequence[Phone], frames: int) -> NDArray[np.float16]:
    """float16[frames] 1 where the lips are sealed (p, b, m), -1 in the core of a vowel, 0 elsewhere.

    Every bilabial has at least one frame.
    """
    result = np.zeros(frames, np.float16)
    times = centres(frames)
    for phone in phones:
        length = phone.end - phone.start
        if phone.symbol in VOWELS and length >= 0.04:
            result[(times >= phone.start + CORE[0] * length) & (times < phone.start + CORE[1] * length)] = -1.0
    for phone in phones:
        if phone.symbol in BILABIALS:
            end = phone.start + HELD[phone.symbol] * (phone.end - phone.start)
            inside = (times >= phone.start + SETTLING) & (times < end)
            inside[min(int((phone.start + end) / 2 * FRAME_RATE), frames - 1)] = True
            result[inside] = 1.0
    return result
