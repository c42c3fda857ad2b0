# SPDX-License-Identifier: GPL-3.0-or-later
"""Mouths that are drawn, by what is said: each phone has its drawing, and each drawing is held long enough to be read.

Millimetres cannot tell drawings apart the way animators do: an “s” and a weak “uh” part the lips alike, and a shy voice would
show half of the set. The phones say which drawing it is, however wide this voice opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..formats import moho, rhubarb
from ..performance import Phone

ORDER: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "switch_rhubarb": tuple(tuple(rhubarb.SOUNDS[letter].split()) for letter in "XABCDEFGH"),
    "switch_blair": tuple(
        tuple(moho.SOUNDS[name].split()) for name in ("rest", "MBP", "AI", "E", "O", "U", "WQ", "FV", "L", "etc")
    ),
    "switch_vowels": (
        ("sil", "p", "b", "m", "f", "v"),
        ("a", "ɑ", "æ", "ʌ"),
        ("i", "ɪ", "j", "s", "z", "ʃ", "ʒ", "tʃ", "dʒ", "t", "d", "n", "ɾ", "ç"),
        ("u", "ʊ", "y", "w"),
        ("e", "ɛ", "ə", "ɝ", "ɹ", "r", "l", "θ", "ð", "k", "g", "ŋ", "x", "h", "ʔ"),
        ("o", "ɔ", "ø"),
    ),
}
"""The phones of each drawing of each set, in the order of visemes.SWITCHES."""
_SEEN_MISSING: Final = frozenset("pbmfv")
_WEIGHT: Final = 2.0
"""How much more a frame of a contact counts than one of another phone: its drawing is seen to be missing."""
_CHANGE: Final = 0.1
"""Frames that a drawing must be right for, to be worth a change."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """What is said while curves are made: phones in seconds, in order, and float64[F] seconds of the frames on their clock."""

    phones: tuple[Phone, ...]
    times: NDArray[np.float64]


def track(phones: Sequence[Phone], times: NDArray[np.float64], drawings: str, *, hold: int = 2) -> NDArray[np.float32]:
    """The number of the drawing to show at each frame, float32[F], whole, each held `hold` frames at least.

    phones: in seconds, in order; where there are none, the mouth rests.   times: float64[F] seconds, evenly apart.
    drawings: one of visemes.SWITCHES.
    Of all sequences that hold long enough, the one that shows the right drawing for the most time (Viterbi).
    """
    if not len(times):
        return np.zeros(0, np.float32)
    return _best(1.0 - _shares(phones, times, drawings), min(hold, len(times))).astype(np.float32)


def _shares(phones: Sequence[Phone], times: NDArray[np.float64], drawings: str) -> NDArray[np.float64]:
    """float64[F, D]: how much of each frame belongs to each drawing; contacts count more."""
    number = {symbol: at for at, symbols in enumerate(ORDER[drawings]) for symbol in symbols}
    step = float(times[1] - times[0]) if len(times) > 1 else 1.0
    borders = np.append(times - step / 2, times[-1] + step / 2)
    shares = np.zeros((len(times), len(ORDER[drawings])))
    covered = np.zeros(len(times))
    for phone in phones:
        first, last = np.searchsorted(borders, [phone.start, phone.end], side="right") - 1
        span = slice(max(int(first), 0), min(int(last) + 1, len(times)))
        inside = np.minimum(borders[1:][span], phone.end) - np.maximum(borders[:-1][span], phone.start)
        part = np.clip(inside / step, 0.0, 1.0)
        spoken = phone.strength > 0.0
        shares[span, number[phone.symbol] if spoken else 0] += part * (
            _WEIGHT if spoken and phone.symbol in _SEEN_MISSING else 1.0
        )
        covered[span] += part
    shares[:, 0] += np.clip(1.0 - covered, 0.0, 1.0)
    return shares


def _best(cost: NDArray[np.float64], hold: int) -> NDArray[np.intp]:
    """The cheapest way through float64[F, D] whose stretches are `hold` frames long at least."""
    count, size = cost.shape
    summed = np.vstack([np.zeros(size), np.cumsum(cost, 0)])
    total = np.full((count + 1, size), np.inf)
    total[hold] = summed[hold]
    starts = np.zeros((count + 1, size), np.intp)
    came_from = np.full((count + 1, size), -1, np.intp)
    for end in range(hold + 1, count + 1):
        total[end], starts[end], came_from[end] = total[end - 1] + cost[end - 1], starts[end - 1], came_from[end - 1]
        at = end - hold
        if at < hold:
            continue
        before = int(total[at].argmin())
        fresh = total[at, before] + _CHANGE + summed[end] - summed[at]
        better = fresh < total[end]
        better[before] = False
        total[end][better], starts[end][better], came_from[end][better] = fresh[better], at, before
    path = np.empty(count, np.intp)
    end, shown = count, int(total[count].argmin())
    while end > 0:
        begin = int(starts[end, shown])
        path[begin:end] = shown
        end, shown = begin, int(came_from[end, shown])
    return path
