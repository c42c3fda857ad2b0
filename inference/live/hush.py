# SPDX-License-Identifier: GPL-3.0-or-later
"""Tones that never end taken out while they sound: the hum of the mains with its harmonics, a whine.

Once a second the last seconds are looked at as a whole recording is (`hearing/hum.py`). What was found is then followed piece by
piece: each tone is foretold from what it was, taken away, and what is left tells how it has changed, most in pauses of the voice.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from ..arrays import Floats
from ..hearing.hum import LOUD, tone, tones
from ..mel import SAMPLE_RATE

HEARD: Final = 8.0
SHORTEST: Final = 4.0
"""Seconds that are looked at, and the fewest: a note that is held as long passes for a hum."""
FASTEST: Final = 0.08
"""Share of what is left that changes a tone in a pause; while somebody speaks it is less."""
_CALMER: Final = 1.005
"""By which the quietest moment is thought to become louder from piece to piece, until there is a quieter one."""
_SMOOTH: Final = 0.1
_LOOK: Final = SAMPLE_RATE
_AGAIN: Final = 4 * SAMPLE_RATE
"""Samples between two looks, and after how many what is known is measured anew."""
_TIMES: Final = 3
_RISE: Final = 20
"""Pieces in which tones begin to be taken away."""
_ABSENT: Final = (0.25, 5)
"""Of what is foretold, below which a piece does not hum; and how many in a row say that a hum has ended."""
_MOST: Final = 16
"""Tones at most, the loudest first: each takes time to be measured anew, while the face waits."""
_APART: Final = 3.0
"""Hertz between which two tones are one."""


class Hush:
    """Pieces of one size in and out, none any later; the very same while there is no loud hum."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heard: deque[Floats] = deque(maxlen=round(HEARD * SAMPLE_RATE / size))
        self._count = 0
        self._tones: _Tones | None = None

    def feed(self, piece: Floats) -> Floats:
        """float32[size]."""
        self._heard.append(piece)
        self._count += 1
        if self._tones is not None and self._tones.ended:
            self._tones = None
            self._heard.clear()
        result = piece if self._tones is None else self._tones.taken_from(piece)
        if self._count * self._size % _LOOK == 0 and len(self._heard) * self._size >= SHORTEST * SAMPLE_RATE:
            self._look()
        return result

    def _look(self) -> None:
        """Look for tones that have begun, and measure anew those that are known."""
        whole = np.concatenate(self._heard)
        known = [] if self._tones is None else self._tones.hertz.tolist()
        fresh = [hertz for hertz in tones(whole) if all(abs(hertz - other) >= _APART for other in known)][: _MOST - len(known)]
        if not fresh and (not known or self._count * self._size % _AGAIN):
            return
        doubles = whole.astype(np.float64)
        new = _Tones([tone(doubles, hertz)[1] for hertz in (*known, *fresh)], self._size)
        new.learn(self._heard)
        if new.loud:
            new.share = 0 if self._tones is None else self._tones.share
            self._tones = new


class _Tones:
    """Tones that are followed: their frequencies, and float complex128[n] how loud and where in their turn they are now."""

    def __init__(self, hertz: Iterable[float], size: int) -> None:
        self.hertz = np.array(list(hertz))
        self.share = 0
        """Of _RISE: how far they are taken away."""
        self._size, self._pieces = size, 0
        self._now, self._then = np.zeros(len(self.hertz), complex), np.zeros(len(self.hertz), complex)
        self._left, self._calm, self._absent = 0.0, math.inf, 0
        self._hum_power = self._rest_power = 0.0
        self._tune()

    def _tune(self) -> None:
        turning = 2j * np.pi * self.hertz / SAMPLE_RATE
        self._within, self._turn = np.exp(turning[:, None] * np.arange(self._size)), np.exp(turning * self._size)

    @property
    def loud(self) -> bool:
        """Whether together they are loud enough to be taken out."""
        return self._hum_power > LOUD * self._rest_power

    @property
    def ended(self) -> bool:
        """Whether they sound no more."""
        return self._absent >= _ABSENT[1]

    def taken_from(self, piece: Floats) -> Floats:
        """float32[size] without them."""
        if not piece.any():
            self._now *= self._turn
            return piece
        hum = (self._now @ self._within).real
        left = piece - hum
        power, taken = float(np.square(left).mean()), float(np.square(hum).mean())
        self._absent = self._absent + 1 if float(np.square(piece).mean()) < _ABSENT[0] * taken else 0
        self._left += _SMOOTH * (power - self._left) if self._pieces else power
        self._calm = min(self._calm * _CALMER, self._left)
        speed = FASTEST * self._calm / max(0.5 * (self._calm + power), 1e-12)
        self._now = (self._now + min(speed, FASTEST) * 2 / self._size * (self._within.conj() @ left)) * self._turn
        slow = self._size / SAMPLE_RATE  # powers of the last second
        self._hum_power += slow * (taken - self._hum_power)
        self._rest_power += slow * (power - self._rest_power)
        self._pieces += 1
        if self._pieces * self._size % _LOOK == 0:
            self._follow()
        before, self.share = self.share, min(self.share + 1, _RISE)
        rise = np.linspace(before, self.share, self._size + 1)[1:] / _RISE if before < _RISE else 1.0
        return np.asarray(piece - rise * hum, np.float32)

    def learn(self, pieces: Sequence[Floats]) -> None:
        """Find out how loud they are by going through what was heard, again and again."""
        for again in range(_TIMES):
            if again:
                self._now *= self._turn.conj() ** len(pieces)
                self._then[:], self._pieces, self._absent = 0, 0, 0
            for piece in pieces:
                self.taken_from(piece)

    def _follow(self) -> None:
        """Their frequencies by how far they have turned in a second."""
        pieces = _LOOK // self._size
        foretold = self._then * self._turn**pieces
        if self._then.any():
            steady = np.abs(self._then) > 0.5 * np.abs(self._now)
            drift = np.angle(self._now * foretold.conj()) / (pieces * self._size)
            self.hertz = self.hertz + 0.5 * steady * drift * SAMPLE_RATE / (2 * np.pi)
            self._tune()
        self._then = self._now.copy()
