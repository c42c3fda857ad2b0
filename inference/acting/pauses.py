# SPDX-License-Identifier: GPL-3.0-or-later
"""Short pauses: the mouth stays open for breath and the next word, and only a longer silence lets it come to rest.

In phone capture and film of connected speech, pauses of .25 to 1 s have a mean lip gap of 4.4 mm, and over 3 mm half of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from ..arrays import Floats
from ..geometry import INDEX, REFERENCE, measure_one
from ..performance import FRAME_RATE, Performance
from ..pose import weights_of
from .sampling import eased, smooth

OPEN: Final = 2.6
"""mm beyond rest."""
AFTER: Final = (0.35, 0.45)
BEFORE: Final = (0.30, 0.35)
"""Seconds after a word for which the mouth stays open, and over which it then closes; the same before the next word."""
SHORTEST: Final = 0.10
SOFT: Final = 0.06
"""Seconds of the shortest pause in which the mouth opens, and over which its movement is smoothed."""
FORM: Final = {"jawOpen": 0.075, "mouthLowerDown": 0.06, "mouthUpperUp": 0.04}
"""Lips that part with a little jaw."""

_GAP: Final = INDEX["gap"]
_REST: Final = float(REFERENCE.neutral[_GAP])


def opened(openness: Floats, mouth: Floats, amount: float) -> Floats:
    """float32[T, 52] what keeps a mouth that does this, float32[T, 52], open in short pauses, by `amount`.

    openness: float32[T], `openness` of the performance.
    """
    form = weights_of(FORM)
    wanted = amount**1.5 * OPEN * openness
    missing = np.maximum(wanted - np.maximum(measure_one(mouth, _GAP) - _REST, 0), 0)
    return np.asarray((missing / float(form @ REFERENCE.jacobian[:, _GAP]))[:, None] * form, np.float32)


def openness(performance: Performance) -> Floats:
    """float32[T] 0..1: 1 throughout short pauses, near their words in long ones, 0 while speaking and before and after it all."""
    times, wide = performance.times, np.zeros(len(performance.curves), np.float32)
    for start, end in _pauses(performance):
        inside = slice(*np.searchsorted(times, (start, end)))
        since, until = times[inside] - start, end - times[inside]
        after = 1 - eased(((since - AFTER[0]) / AFTER[1]).astype(np.float32))
        before = 1 - eased(((until - BEFORE[0]) / BEFORE[1]).astype(np.float32))
        wide[inside] = np.maximum(after, before)
    return smooth(wide, SOFT * FRAME_RATE)


def _pauses(performance: Performance) -> Iterator[tuple[float, float]]:
    """Silences with speech on both sides."""
    phones = performance.phones
    for before, phone, after in zip(phones, phones[1:], phones[2:], strict=False):
        if phone.symbol == "sil" and phone.end - phone.start >= SHORTEST and "sil" not in (before.symbol, after.symbol):
            yield phone.start, phone.end
