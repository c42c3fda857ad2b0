# SPDX-License-Identifier: GPL-3.0-or-later
"""When lips must meet, and when the lower lip must be at the teeth: from phone probabilities, for any frames.

A lip sound is decided, not hedged: where p, b, m are probable enough the lips meet fully, for as long as the probability stays
near its height; below that they do not meet at all. Half a closure looks like a mumble and half a doubt like a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import phones
from .arrays import Floats
from .rowwise import stretches, total
from .smoothing import dilate, weighted
from .spool import evict

CLOSES: Final = 0.13
"""Height of the probability of p, b, m from which the lips meet: the best recall less false closures on validation voices."""
BITES: Final = 0.15
"""The same for f, v. Of the bites that probabilities from .035 up to it bring, 124 of 128 are other sounds' on validation voices,
and each is seen: the lips jump for a frame or two."""
EDGE: Final = (0.45, 0.60)
"""Share of its height at which a probability begins to bring the lips together, and at which they are."""
BITE_EDGE: Final = (0.35, 0.65)
"""The same of the lower lip's way to the teeth, which is shorter and is seen only while it is there."""
LINGERING: Final = (0.20, 0.40)
"""The same beside a contact shorter than 60 ms, for one frame: lips meet that long, and what is shorter is seen as a pop."""
OTHER: Final = (0.10, 0.30)
"""Share of its height below which a short dip within a contact is another sound, as the vowel of a quick "mam", and no doubt."""
NEAR: Final = 0.080
"""Seconds on either side in which that height is looked for."""
_DIP: Final = 0.020
"""Seconds: a doubt shorter than twice this inside a closure does not open it."""


def closure_from_posteriors(posteriors: Floats, frame_rate: float, bites: float = BITES) -> tuple[Floats, Floats]:
    """closure and labiodental, float32[T] 0..1 each, from phone probabilities float[T, P] (phones.SYMBOLS order).

    Where both are probable the more probable one has it. The lip's way to the teeth is eased; a closure has the curves' own lead.
    bites: height of the probability of f, v from which the lower lip goes to the teeth.
    """
    lips, teeth = (_probability(posteriors, symbols) for symbols in (phones.BILABIAL, phones.LABIODENTAL))
    closure = _decided(lips, teeth, CLOSES, EDGE, frame_rate)
    bite = _decided(teeth, lips, bites, BITE_EDGE, frame_rate)
    return closure, np.maximum(bite, weighted(bite, np.array([0.25, 0.5, 0.25], np.float32)))


def _probability(posteriors: Floats, symbols: frozenset[str]) -> Floats:
    columns, likely = list(phones.indices(symbols)), np.empty(len(posteriors), np.float32)
    for part, _, _ in stretches(len(posteriors), 0):
        likely[part] = total(posteriors[part][:, columns])
        evict(posteriors)
    return likely


def _decided(own: Floats, rival: Floats, height: float, edge: tuple[float, float], frame_rate: float) -> Floats:
    if len(own) == 0:
        return own
    highest = dilate(own, max(1, round(NEAR * frame_rate)))
    contact = _risen(own, highest, edge) * (highest >= height)
    around = np.array([0.2, 0.6, 0.2], np.float32)
    ours, theirs = weighted(own, around), weighted(rival, around)
    more = np.clip(0.5 + 2.0 * (ours - theirs) / np.maximum(ours + theirs, 1e-6), 0.0, 1.0)
    contact = np.asarray(contact * more, np.float32)
    reach = max(1, round(_DIP * frame_rate))
    around = dilate(np.maximum(contact - _lasting(contact, reach), 0.0), reach)
    contact = np.maximum(contact, np.minimum(around, _risen(own, highest, LINGERING) * more))
    through = -dilate(-dilate(contact, reach), reach)
    return np.asarray(np.maximum(contact, np.minimum(through, _risen(own, highest, OTHER))), np.float32)


def _risen(own: Floats, highest: Floats, edge: tuple[float, float]) -> Floats:
    """float32[T] 0..1 how far a probability has come between two shares of its height."""
    return np.asarray(np.clip((own / np.maximum(highest, 1e-6) - edge[0]) / (edge[1] - edge[0]), 0.0, 1.0), np.float32)


def _lasting(contact: Floats, reach: int) -> Floats:
    """float32[T] what of a contact stays for more than twice `reach` frames."""
    return dilate(-dilate(-contact, reach), reach)


def resample_contact(contact: Floats, rate: float, times: NDArray[np.float64], fps: float) -> Floats:
    """closure or labiodental at other frames, float32[F]: as it is at each time, except that no contact falls between two frames.

    contact: float[T] at `rate` frames a second, frame i centred at (i + 0.5) / rate seconds.
    times: float64[F] ascending seconds on the same clock, `fps` of them a second. Outside the recording nothing is closed.
    """
    if len(contact) == 0:
        return np.zeros(len(times), np.float32)
    centres = (np.arange(len(contact)) + 0.5) / rate
    sampled = np.interp(times, centres, contact, left=0.0, right=0.0).astype(np.float32)
    for first, last in _touches(np.asarray(contact)):
        middle = (centres[first] + centres[last]) / 2
        nearest = int(np.searchsorted(times, middle - 0.5 / fps))
        if nearest < len(times) and abs(times[nearest] - middle) <= 0.5 / fps + 1e-9:
            sampled[nearest] = max(sampled[nearest], contact[first])
    return sampled


def _touches(contact: Floats) -> Iterator[tuple[int, int]]:
    """First and last frame of every plateau that is higher than what is around it, at least half a contact."""
    edges = np.flatnonzero(np.diff(contact, prepend=-1.0, append=-1.0))
    for first, stop in pairwise(edges):
        value = contact[first]
        before = contact[first - 1] if first else 0.0
        after = contact[stop] if stop < len(contact) else 0.0
        if value >= 0.5 and value > before and value > after:
            yield int(first), int(stop - 1)
