# SPDX-License-Identifier: GPL-3.0-or-later
"""A captured face beside its sound: how late it is, and where its mouth does what is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import ParlanceError
from ..geometry import INDEX, REFERENCE, Geometry, measure
from ..performance import Performance
from ..phones import BILABIAL
from . import spans

FURTHEST: Final = 2.0
"""Seconds by which sound and face may be apart; slates and apps differ by less."""
ALIKE: Final = 0.25
"""Correlation of opening and sound below which an offset is a guess."""
WINDOW: Final = 0.6
"""Seconds around a moment in which a mouth is compared with what is heard: two syllables or three."""
LISTENED: Final = 180.0
"""Seconds of a long recording that are enough to tell its offset by."""
_PIECE: Final = 30.0
_STEP: Final = 0.005
_COARSE: Final = 8
"""Fine steps in a coarse one: 40 ms, a third of the shortest syllable."""
_TOPS: Final = 5
"""Coarse offsets near which the fine ones are tried."""
_MET: Final = 1.0
"""Millimetres above their rest at which lips count as met, for a capture whose rest is not quite closed."""


@dataclass(frozen=True)
class Offset:
    """seconds: how much later the face is than the sound.   likeness: correlation of the two then, -1..1."""

    seconds: float
    likeness: float


def opening(shapes: NDArray[np.float32], geometry: Geometry = REFERENCE) -> NDArray[np.float64]:
    """float64[F] millimetres between the lips, from the 52 weights float32[F, 52]."""
    return measure(shapes, geometry)[:, INDEX["gap"]].astype(np.float64)


def offset(performance: Performance, gap: NDArray[np.float64], times: NDArray[np.float64]) -> Offset:
    """How late a captured opening, float64[F] at seconds of the sound, is against what is heard in it.

    Raises ParlanceError where one of them hardly moves or they are not alike at any offset.
    """
    heard, at = opening(performance.curves), performance.times
    if np.std(gap) < 0.1 or np.std(heard) < 0.1:
        raise ParlanceError("The mouth or the sound hardly moves, so there is nothing to tell the offset by.")
    gap, times = _liveliest(gap, times)

    def likeness(step: int) -> float:
        moved = times - step * _STEP
        inside = (moved >= at[0]) & (moved <= at[-1])
        if inside.sum() < max(0.5 * len(times), 12):
            return -1.0
        return _correlation(gap[inside], np.interp(moved[inside], at, heard))

    furthest = round(FURTHEST / _STEP)
    coarse = {step: likeness(step) for step in range(-furthest, furthest + 1, _COARSE)}
    tops = sorted(coarse, key=lambda step: -coarse[step])[:_TOPS]
    near = {step for top in tops for step in range(max(top - _COARSE, -furthest), min(top + _COARSE, furthest) + 1)}
    fine = {step: likeness(step) for step in sorted(near)}
    best = max(fine, key=lambda step: fine[step])
    if fine[best] < ALIKE:
        raise ParlanceError("This mouth does not say what is heard at any offset; check that they belong together.")
    return Offset(best * _STEP, fine[best])


def trusted(performance: Performance, gap: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[F] 0..1: how far a captured mouth does what is heard around each moment.

    Its opening goes with the sound's over WINDOW, and its lips meet where p, b and m are heard; silence is always trusted.
    """
    heard = np.interp(times, performance.times, opening(performance.curves))
    spoken = np.interp(times, performance.times, performance.speech)
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    reach = max(1, round(WINDOW / step / 2))
    likeness = _rolling_correlation(gap, heard, reach)
    trust = np.clip((likeness - 0.3) / 0.4, 0.0, 1.0)
    rest = float(np.quantile(gap, 0.02))
    closures = [phone for phone in performance.phones if phone.symbol in BILABIAL]
    doubted = spans.around(times, closures, WINDOW / 2)
    for during, doubt in zip(spans.around(times, closures, step), doubted, strict=True):
        if during.stop > during.start and gap[during].min() > rest + _MET:
            trust[doubt] = 0.0
    trust = np.where(spoken < 0.3, 1.0, trust)
    bell = np.hanning(2 * max(1, reach // 2) + 3)[1:-1]
    return np.convolve(np.pad(trust, len(bell) // 2, mode="edge"), bell / bell.sum(), "valid")


def _liveliest(gap: NDArray[np.float64], times: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The pieces of a long recording in which its mouth moves most, LISTENED seconds in all; a shorter one as it is."""
    if not len(times) or times[-1] - times[0] <= LISTENED:
        return gap, times
    found = sorted(spans.pieces(times, _PIECE), key=lambda piece: -float(np.std(gap[piece])))[: round(LISTENED / _PIECE)]
    chosen = sorted(found, key=lambda piece: piece.start)
    return np.concatenate([gap[piece] for piece in chosen]), np.concatenate([times[piece] for piece in chosen])


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    spread = np.std(one) * np.std(other)
    return float(np.mean((one - one.mean()) * (other - other.mean())) / spread) if spread > 1e-9 else -1.0


def _rolling_correlation(one: NDArray[np.float64], other: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Correlation of the samples within `reach` of each."""

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.concatenate([[0.0], np.cumsum(values)])
        at = np.arange(len(values))
        low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(values))
        return np.asarray((total[high] - total[low]) / (high - low), np.float64)

    both = mean(one * other) - mean(one) * mean(other)
    spread = np.sqrt(np.maximum(mean(one**2) - mean(one) ** 2, 0.0) * np.maximum(mean(other**2) - mean(other) ** 2, 0.0))
    return np.where(spread > 1e-3, both / np.maximum(spread, 1e-9), 0.0)
