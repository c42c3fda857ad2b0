# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cable or a microphone does to a sound undone while it sounds: clicks, an offset, a rumble, a hum or whine.

Nothing is known of what comes, so that less is done than to a recording, and only once it has been heard for a while: an offset
after a moment, a hum after seconds. A clean sound passes sample by sample as it is. For clicks it comes 5 ms later, and no later
for the rest: pieces end where the spectrum waits for them.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..mel import HOP, LEFT_PAD
from .hush import Hush
from .low_cut import LowCut
from .spectrum import NEEDED
from .unclick import Unclick


class Cleaner:
    """Samples in, as many cleaned ones out as make whole pieces of HOP; the same however they arrive."""

    def __init__(self) -> None:
        self._waiting = np.zeros((LEFT_PAD - NEEDED) % HOP, np.float32)
        self._before = len(self._waiting)
        self._unclick, self._low_cut, self._hush = Unclick(), LowCut(HOP), Hush(HOP)

    def feed(self, samples: Floats) -> Floats:
        """float32[m], for float32[n] at 16 kHz."""
        return self._fed(self._unclick.feed(samples))

    def _fed(self, samples: Floats) -> Floats:
        waiting = np.concatenate([self._waiting, samples])
        whole = len(waiting) // HOP * HOP
        self._waiting = waiting[whole:].copy()
        return self._cleaned(waiting[:whole])

    def finish(self) -> Floats:
        """float32[m] what still waits: for what comes after it, or for its piece to be whole."""
        last = self._fed(self._unclick.finish())
        count = len(self._waiting) - self._before
        rest, self._waiting = np.pad(self._waiting, (0, HOP - len(self._waiting))), self._waiting[:0]
        return np.concatenate([last, self._cleaned(rest)[:count]])

    def _cleaned(self, samples: Floats) -> Floats:
        pieces = [self._piece(piece) for piece in samples.reshape(-1, HOP)]
        cleaned = np.concatenate([np.zeros(0, np.float32), *pieces])
        before, self._before = (self._before, 0) if pieces else (0, self._before)
        return cleaned[before:]

    def _piece(self, piece: Floats) -> Floats:
        high = self._low_cut.feed(piece)
        return self._hush.feed(high if piece.any() else piece)  # an input that is muted neither hums nor rings
