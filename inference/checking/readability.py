# SPDX-License-Identifier: GPL-3.0-or-later
"""Can it be read from the lips? Each syllable with the probability that lips alone say what is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry import REFERENCE, Geometry
from ..performance import Phone
from ..phones import INDEX
from . import lip_reader, spans
from .lip_classes import ACCEPTED, CLASS_OF, CLASSES, NEITHER
from .syllables import syllables

AROUND: Final = 0.02
"""Seconds before and after a phone in which it is still seen."""
UNTOLD: Final = 0.3
"""How much a phone that is made behind the lips counts in its syllable, beside one that the lips tell."""
_LEAST: Final = 1e-3


@dataclass(frozen=True)
class Syllable:
    """phones: places among the phones that were read.   start, end: seconds.   probability: of being read right, 0..1.

    reads: whether that is as much as good faces nearly always reach.
    """

    phones: range
    start: float
    end: float
    probability: float
    reads: bool


def read(
    phones: Sequence[Phone], shapes: NDArray[np.float32], times: NDArray[np.float64], geometry: Geometry = REFERENCE
) -> tuple[Syllable, ...]:
    """Every syllable that is seen, in weights float32[F, 52] at ascending seconds `times`, with how well it is read.

    Muted phones ask nothing of the lips; syllables without any other are left out.
    """
    at, odds = lip_reader.probabilities(shapes, times, geometry)
    return judged(phones, right(phones, at, odds), lip_reader.chosen().least)


def right(phones: Sequence[Phone], times: NDArray[np.float64], odds: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[N] how probable it is that each phone is taken for what it is; nan where it is muted or not seen."""
    allowed = ACCEPTED[np.array([INDEX[phone.symbol] for phone in phones], np.int64)]
    muted = np.array([phone.strength == 0.0 for phone in phones], bool)
    return np.where(muted, np.nan, (seen_classes(phones, times, odds) * allowed).sum(axis=1))


def judged(phones: Sequence[Phone], each: NDArray[np.float64], least: float) -> tuple[Syllable, ...]:
    """Syllables of phones that are read with these probabilities: the geometric mean, in which what lips tell counts most."""
    found = []
    for places in syllables(phones):
        seen = [place for place in places if not np.isnan(each[place])]
        if seen:
            told = [UNTOLD if _is_behind(phones[place]) else 1.0 for place in seen]
            probability = float(np.exp(np.average(np.log(np.maximum(each[seen], _LEAST)), weights=told)))
            start, end = phones[places[0]].start, phones[places[-1]].end
            found.append(Syllable(places, start, end, probability, probability >= least))
    return tuple(found)


def seen_classes(phones: Sequence[Phone], times: NDArray[np.float64], odds: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[N, C]: what each phone is taken for, of frames' probabilities float32[T, C]; nan where no frame shows it."""
    result = np.full((len(phones), odds.shape[1]), np.nan)
    for row, (phone, during) in enumerate(zip(phones, spans.around(times, phones, AROUND), strict=True)):
        if during.stop > during.start:
            middle, half = (phone.start + phone.end) / 2, (phone.end - phone.start) / 2 + AROUND
            near = 0.5 + 0.5 * np.cos(np.pi * np.clip((times[during] - middle) / (half + 1 / lip_reader.RATE), -1.0, 1.0))
            result[row] = near @ odds[during] / near.sum()
    return result


def _is_behind(phone: Phone) -> bool:
    """Whether it is made behind the lips."""
    return CLASSES[CLASS_OF[phone.symbol]] == NEITHER
