# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a face say what is heard? A card for any animation beside its sound: ours, captured, or keyed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import arkit, capture
from . import phones as inventory
from .errors import ParlanceError
from .geometry import REFERENCE, Geometry
from .performance import Performance

MET: Final = 1.0
"""Millimetres above the smallest gap of the line at which lips count as met, as they are seen from some way off."""
MOVES: Final = 0.05
"""Range of a weight from which a shape counts as used."""
PAUSE: Final = 0.5
"""Seconds of silence in which a mouth should have come to rest."""


@dataclass(frozen=True)
class Row:
    """One line of the card.

    value: in `unit`.   low, high: what real faces and good animation keep to; None where there is no limit on that side.
    source: where the limits come from.
    """

    name: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str

    @property
    def good(self) -> bool:
        """Whether it lies within the limits."""
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)

    @property
    def sentence(self) -> str:
        """For people."""
        places = 0 if abs(self.value) >= 10 or self.unit in ("%", "ms", "shapes") else 1
        return f"{self.name}: {self.value:.{places}f} {self.unit}"


def card(
    performance: Performance, shapes: NDArray[np.float32], times: NDArray[np.float64], geometry: Geometry = REFERENCE
) -> tuple[Row, ...]:
    """The card of weights float32[F, 52] at seconds `times` of the sound that a performance was heard in.

    Rows that the line says nothing about are left out: closures where nobody says p, b or m, pauses where there are none.
    """
    gap = capture.opening(shapes, geometry)
    rest = float(gap.min(initial=0.0)) if len(gap) else 0.0
    found = [*_lips(performance, gap - rest, times), *_use(performance, shapes, gap - rest, times)]
    try:
        late = capture.offset(performance, gap, times)
    except ParlanceError:
        return tuple(found)
    return (*found, Row("Mouth behind the sound", 1000 * late.seconds, "ms", -125.0, 45.0, "ITU-R BT.1359: what viewers notice"))


def _lips(performance: Performance, gap: NDArray[np.float64], times: NDArray[np.float64]) -> list[Row]:
    met, apart, closures, vowels = 0, 0, 0, 0
    for phone in performance.phones:
        length = phone.end - phone.start
        if phone.symbol in inventory.BILABIAL and phone.strength > 0:
            during = (times >= phone.start - 0.04) & (times <= phone.end + 0.04)
            closures += int(during.any())
            met += int(during.any() and gap[during].min() <= MET)
        elif phone.symbol in inventory.VOWEL and phone.strength > 0:
            during = (times >= phone.start + length / 4) & (times <= phone.end - length / 4)
            vowels += int(during.any())
            apart += int(during.any() and gap[during].min() > MET)
    rows = []
    if closures:
        rows.append(Row("p, b, m that close", 100 * met / closures, "%", 95.0, None, "film of a speaker: 93 % are seen closed"))
    if vowels:
        rows.append(Row("Vowels that stay open", 100 * apart / vowels, "%", 90.0, None, "film of a speaker: 97 %"))
    return rows


def _use(
    performance: Performance, shapes: NDArray[np.float32], gap: NDArray[np.float64], times: NDArray[np.float64]
) -> list[Row]:
    spoken = np.interp(times, performance.times, performance.speech) > 0.5
    rows = []
    if spoken.any():
        widest = float(np.quantile(gap[spoken], 0.95))
        rows.append(Row("Widest openings", widest, "mm", 7.0, 18.0, "82 faces on film: 4 to 15, on average 13"))
        mouth = [*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], *arkit.REGIONS["tongue"]]
        used = int((np.ptp(shapes[spoken][:, mouth], axis=0) > MOVES).sum())
        rows.append(Row("Shapes of the mouth in use", float(used), "shapes", 12.0, None, "captures of actors: 20"))
    still = _pauses(performance, times)
    if still.any() and spoken.any():
        speed = np.abs(np.gradient(gap))
        share = 100 * float(speed[still].mean() / max(speed[spoken].mean(), 1e-6))
        rows.append(Row("Motion left in pauses", share, "%", None, 20.0, "a mouth at rest breathes, and no more"))
    return rows


def _pauses(performance: Performance, times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where it has been silent for a while."""
    inside = np.zeros(len(times), bool)
    for phone in performance.phones:
        if phone.symbol == "sil" and phone.end - phone.start >= 2 * PAUSE:
            inside |= (times >= phone.start + PAUSE) & (times <= phone.end - PAUSE / 2)
    return inside
