# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone segments → labels for each frame of 20 ms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..inference.articulation import visemes
from ..inference.geometry import INDEX as MEASURE
from ..inference.geometry import REFERENCE
from ..inference.performance import FRAME_RATE, Phone
from ..inference.phones import BILABIAL, INDEX, LABIODENTAL, VOWEL

SEALED, BITTEN, APART, CLEAR = 1, 2, -1, -2
"""What a frame asks of the lips: sealed (p b m); the lower one at the upper teeth (f v); not touching; as far apart as LEAST_GAP
says. 0 asks nothing."""
HELD: Final = {"p": 0.7, "b": 0.75, "m": 0.9}
"""Share of a bilabial for which the lips stay together; the release is part of the segment."""
SETTLING: Final = 0.008
"""Seconds after the labelled start from which the lips must be together: a frame that only begins to close is not asked to."""
BITE: Final = (0.2, 0.85)
"""The part of an f or v for which the lip must be at the teeth."""
CORE: Final = (0.25, 0.75)
"""The middle half of a vowel, where lips must not touch (the usual definition of a false closure)."""
SHORTEST_CORE: Final = 0.04
"""Seconds of the shortest vowel that has such a core."""
BESIDE: Final = 0.04
"""Seconds around p, b, m, f, v in which the lips may still be on their way."""

OF_APART: Final = 0.8
"""Part of what the product keeps lips apart that is learnt: a phone between others may fall short of the rest."""
LEAST_GAP: Final[NDArray[np.float32]] = (visemes.APART > 0.0) * (REFERENCE.neutral[MEASURE["gap"]] + OF_APART * visemes.APART)
"""float32[COUNT] mm between the lips that each phone must at least have away from labials, rest included; 0 for silence and
labials."""


def centres(frames: int) -> NDArray[np.float64]:
    """float64[frames] seconds at the centre of each frame."""
    return (np.arange(frames, dtype=np.float64) + 0.5) / FRAME_RATE


def frame_phones(phones: Sequence[Phone], frames: int) -> NDArray[np.int16]:
    """int16[frames] class at each frame's centre; what no segment covers is silence."""
    result = np.zeros(frames, np.int16)
    times = centres(frames)
    for phone in phones:
        result[(times >= phone.start) & (times < phone.end)] = INDEX[phone.symbol]
    return result


def frame_contact(phones: Sequence[Phone], frames: int) -> NDArray[np.int8]:
    """int8[frames] SEALED where p, b, m hold, BITTEN in f and v, CLEAR in every other phone with no labial within BESIDE, APART
    in the core of a vowel beside one, 0 elsewhere. Every labial has at least one frame.
    """
    result = np.zeros(frames, np.int8)
    times = centres(frames)
    labial = BILABIAL | LABIODENTAL
    beside = np.zeros(frames, bool)
    for phone in phones:
        if phone.symbol in labial:
            beside |= _within(times, phone.start - BESIDE, phone.end + BESIDE)
    for phone in phones:
        if phone.symbol not in labial and phone.symbol != "sil":
            result[_within(times, phone.start, phone.end) & ~beside] = CLEAR
        if phone.symbol in VOWEL and phone.end - phone.start >= SHORTEST_CORE:
            result[_part(times, phone, *CORE) & beside] = APART
    for phone in phones:
        if phone.symbol in LABIODENTAL:
            result[_at_least_one(_part(times, phone, *BITE), (phone.start + phone.end) / 2)] = BITTEN
    for phone in phones:
        if phone.symbol in BILABIAL:
            end = phone.start + HELD[phone.symbol] * (phone.end - phone.start)
            inside = _within(times, phone.start + SETTLING, end)
            result[_at_least_one(inside, (phone.start + end) / 2)] = SEALED
    return result


def _within(times: NDArray[np.float64], start: float, end: float) -> NDArray[np.bool_]:
    return np.asarray((times >= start) & (times < end))


def _part(times: NDArray[np.float64], phone: Phone, first: float, last: float) -> NDArray[np.bool_]:
    length = phone.end - phone.start
    return _within(times, phone.start + first * length, phone.start + last * length)


def _at_least_one(frames: NDArray[np.bool_], second: float) -> NDArray[np.bool_]:
    """The frames and the one at a time."""
    frames[min(int(second * FRAME_RATE), len(frames) - 1)] = True
    return frames
