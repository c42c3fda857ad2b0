# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a face say what is heard? A card for any animation beside its sound: ours, captured, or keyed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from .. import phones as inventory
from ..errors import ParlanceError
from ..geometry import REFERENCE, Geometry
from ..performance import Performance, Phone
from . import capture, readability, spans
from .readability import Syllable

MET: Final = 1.0
"""Millimetres above the smallest gap of the line at which lips count as met, as they are seen from some way off."""
MOVES: Final = 0.05
"""Range of a weight from which a shape counts as used."""
SEEN: Final = 0.04
"""Seconds before and after a p, b or m in which lips that meet are seen as its closure: a frame of film."""
PAUSE: Final = 0.5
"""Seconds of silence in which a mouth should have come to rest."""

WORST: Final = 5
"""Syllables that are named where there is no room for all."""
SOURCES: Final = {
    "closures": "one speaker on film, 25 frames a second: 93 % are seen closed; the limit is a little below",
    "vowels": "one speaker on film, 25 frames a second: 97 %; the limit is our own, a little below",
    "openings": "film: 4.3 to 14.9 mm in nine clips of seven people, 13.3 on average in 83 clips; 18 is our own bar",
    "shapes": "our own bar: the jaw alone is one; Audio2Face moved 20 in the one clip of six seconds that was counted",
    "pauses": "our own bar: a mouth at rest breathes, and no more",
    "reading": "our own bar: hardly any line of ours falls below, nearly every one that is late, frozen or another's does",
    "offset": "ITU-R BT.1359: viewers detect sound that is 45 ms ahead of the picture, or 125 ms behind it",
}
"""What each limit rests on."""


@dataclass(frozen=True)
class Row:
    """One line of the card.

    value: in `unit`, empty for a number of things.   low, high: the limits, None where there is none on that side.
    source: what they rest on, of SOURCES.
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
        places = 0 if abs(self.value) >= 10 or self.unit != "mm" else 1
        return f"{self.name}: {self.value:.{places}f} {self.unit}".rstrip()

    @property
    def bounds(self) -> str:
        """The limits for people, as “90 or more”."""
        if self.low is not None and self.high is not None:
            return f"{self.low:.0f} to {self.high:.0f}"
        return f"{self.low:.0f} or more" if self.low is not None else f"{self.high:.0f} or less"


def card(
    performance: Performance,
    shapes: NDArray[np.float32],
    times: NDArray[np.float64],
    geometry: Geometry = REFERENCE,
    read: Sequence[Syllable] | None = None,
) -> tuple[Row, ...]:
    """The card of weights float32[F, 52] at ascending seconds `times` of the sound that a performance was heard in.

    read: what `readability.read` finds, where that is known already.

    Rows that the line says nothing about are left out: closures where nobody says p, b or m, pauses where there are none.
    """
    gap = capture.opening(shapes, geometry)
    rest = float(gap.min(initial=0.0)) if len(gap) else 0.0
    found = [*_lips(performance, gap - rest, times), *_use(performance, shapes, gap - rest, times)]
    read = readability.read(performance.phones, shapes, times, geometry) if read is None else read
    if read:
        share = 100 * float(np.mean([each.reads for each in read]))
        found.append(Row("Syllables that read", share, "%", 80.0, None, SOURCES["reading"]))
    try:
        late = capture.offset(performance, gap, times)
    except ParlanceError:
        return tuple(found)
    return (*found, Row("Mouth behind the sound", 1000 * late.seconds, "ms", -125.0, 45.0, SOURCES["offset"]))


def summary(
    performance: Performance, shapes: NDArray[np.float32], times: NDArray[np.float64], geometry: Geometry = REFERENCE
) -> str:
    """The card as one text, and the moments of the sound that are hardest to read from the lips."""
    read = readability.read(performance.phones, shapes, times, geometry)
    told = [row.sentence for row in card(performance, shapes, times, geometry, read)]
    worst = sorted((each for each in read if not each.reads), key=lambda each: each.probability)[:WORST]
    if worst:
        told.append("hardest to read at " + ", ".join(f"{each.start:.1f} s" for each in worst))
    return "; ".join(told)


def _lips(performance: Performance, gap: NDArray[np.float64], times: NDArray[np.float64]) -> list[Row]:
    spoken = [phone for phone in performance.phones if phone.strength > 0]
    bilabials = [phone for phone in spoken if phone.symbol in inventory.BILABIAL]
    middles = [_middle(phone) for phone in spoken if phone.symbol in inventory.VOWEL]
    met = _least(gap, spans.around(times, bilabials, SEEN)) <= MET
    apart = _least(gap, spans.around(times, middles, 0.0)) > MET
    rows = []
    if len(met):
        rows.append(Row("p, b, m that close", float(100 * met.mean()), "%", 90.0, None, SOURCES["closures"]))
    if len(apart):
        rows.append(Row("Vowels that stay open", float(100 * apart.mean()), "%", 90.0, None, SOURCES["vowels"]))
    return rows


def _middle(phone: Phone) -> Phone:
    """The middle half of a phone."""
    quarter = (phone.end - phone.start) / 4
    return replace(phone, start=phone.start + quarter, end=phone.end - quarter)


def _least(gap: NDArray[np.float64], found: list[slice]) -> NDArray[np.float64]:
    """The smallest gap of each stretch that has frames."""
    return np.array([gap[during].min() for during in found if during.stop > during.start])


def _use(
    performance: Performance, shapes: NDArray[np.float32], gap: NDArray[np.float64], times: NDArray[np.float64]
) -> list[Row]:
    spoken = np.interp(times, performance.times, performance.speech) > 0.5
    rows = []
    if spoken.any():
        widest = float(np.quantile(gap[spoken], 0.95))
        rows.append(Row("Widest openings", widest, "mm", 4.0, 18.0, SOURCES["openings"]))
        mouth = [*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"], *arkit.REGIONS["tongue"]]
        used = int((np.ptp(shapes[spoken][:, mouth], axis=0) > MOVES).sum())
        rows.append(Row("Mouth shapes in use", float(used), "", 12.0, None, SOURCES["shapes"]))
    still = _pauses(performance, times)
    if still.any() and spoken.any():
        speed = np.abs(np.gradient(gap))
        share = 100 * float(speed[still].mean() / max(speed[spoken].mean(), 1e-6))
        rows.append(Row("Motion left in pauses", share, "%", None, 20.0, SOURCES["pauses"]))
    return rows


def _pauses(performance: Performance, times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where it has been silent for a while."""
    inside = np.zeros(len(times), bool)
    long = [phone for phone in performance.phones if phone.symbol == "sil" and phone.end - phone.start >= 2 * PAUSE]
    starts = np.array([phone.start + PAUSE for phone in long])
    ends = np.array([phone.end - PAUSE / 2 for phone in long])
    for during in spans.within(times, starts, ends):
        inside[during] = True
    return inside
