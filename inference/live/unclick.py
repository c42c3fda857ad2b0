# SPDX-License-Identifier: GPL-3.0-or-later
"""Clicks of a bad cable or a digital fault taken out while they sound, as a recording's are (hearing/faults.py)."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..arrays import Floats
from ..hearing.faults import CALM, SHORT, unclicked

LATE: Final = CALM + SHORT + 1
"""Samples that are waited for, 5 ms: what goes on after it is no click but the burst of a t or k."""
_BEFORE: Final = 2 * LATE
"""Samples that are looked back."""


class Unclick:
    """Samples in and out, LATE of them later; the very same where nothing clicks, and the same however they arrive."""

    def __init__(self) -> None:
        self._near, self._given = np.zeros(0, np.float32), 0

    def feed(self, samples: Floats) -> Floats:
        """float32[m], for float32[n] at 16 kHz."""
        near = np.concatenate([self._near, samples])
        given, stop = self._given, max(len(near) - LATE, self._given)
        kept = max(stop - _BEFORE, 0)
        self._near, self._given = near[kept:], stop - kept
        return unclicked(near)[given:stop]

    def finish(self) -> Floats:
        """float32[m] what was waited with."""
        return unclicked(self._near)[self._given :]
