# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures about lips and phones, from plain arrays. Times in seconds, lip gap in mm, tracks at performance.FRAME_RATE."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...inference.performance import FRAME_RATE, Phone
from ...inference.phones import BILABIAL, VOWEL

TOUCHING: Final = 0.5
"""mm of lip gap under which lips count as closed."""
MARGIN: Final = 0.02
"""Seconds that a closure may lie outside its phone."""

Track = NDArray[np.floating]


def at(track: Track, times: ArrayLike) -> NDArray[np.float64]:
    """A track float[T] at any times, linear between frame centres."""
    return np.interp(np.asarray(times, np.float64), (np.arange(len(track)) + 0.5) / FRAME_RATE, track)


def span(track: Track, start: float, end: float) -> NDArray[np.float64]:
    """The track every 5 ms from start to end, both included."""
    return at(track, np.arange(start, end + 1e-9, 0.005))


@dataclass(frozen=True)
class Closures:
    """recall, false: shares 0..1.  auc: of the smallest gap telling bilabials from vowel cores.

    timing: seconds from the labelled start of each closure to the first touch, after sounds that open the lips only.
    bilabials, vowels: how many were judged.
    """

    recall: float
    false: float
    auc: float
    timing: NDArray[np.float64]
    bilabials: int
    vowels: int


def closures(clips: Iterable[tuple[Track, Sequence[Phone]]], touching: float = TOUCHING) -> Closures:
    """Judge lip gaps float[T] against phone segments: each p, b, m must touch within ±MARGIN, no vowel core may."""
    lips: list[float] = []
    cores: list[float] = []
    timing: list[float] = []
    for gap, phones in clips:
        for before, phone in zip((None, *phones), phones, strict=False):
            length = phone.end - phone.start
            if phone.symbol in BILABIAL:
                lowest = float(span(gap, phone.start - MARGIN, phone.end + MARGIN).min())
                lips.append(lowest)
                opened = before is not None and before.symbol != "sil" and before.symbol not in BILABIAL
                if lowest <= touching and opened:
                    timing.append(_onset(gap, phone, touching))
            elif phone.symbol in VOWEL and length >= 0.04:
                cores.append(float(span(gap, phone.start + length / 4, phone.end - length / 4).min()))
    low, high = np.array(lips), np.array(cores)
    return Closures(
        recall=_share(low <= touching),
        false=_share(high <= touching),
        auc=auc(-low, -high),
        timing=np.array(timing),
        bilabials=len(low),
        vowels=len(high),
    )


def _onset(gap: Track, phone: Phone, touching: float) -> float:
    """Start of the touch that covers a bilabial, relative to its labelled start; looks back 150 ms."""
    times = np.arange(phone.start - 0.15, phone.end + MARGIN, 0.005)
    closed = at(gap, times) <= touching
    first = int(np.argmax(closed & (times >= phone.start - MARGIN)))
    while first > 0 and closed[first - 1]:
        first -= 1
    return float(times[first] - phone.start)


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else float("nan")


def auc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative (ties count half)."""
    high, low = np.asarray(positive, np.float64), np.sort(np.asarray(negative, np.float64))
    if not len(high) or not len(low):
        return float("nan")
    below = np.searchsorted(low, high, side="left")
    upto = np.searchsorted(low, high, side="right")
    return float((below + upto).mean() / 2 / len(low))


def correlation(predicted: Track, truth: Track) -> float:
    """Pearson's r; NaN where either does not move."""
    a, b = predicted - np.mean(predicted), truth - np.mean(truth)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-9 else float("nan")


def lag(predicted: Track, truth: Track, reach: int = 10) -> float:
    """Seconds by which the prediction trails the truth: the shift within ±reach frames that correlates best."""
    shifts = range(-reach, reach + 1)
    middle = truth[reach : len(truth) - reach]
    scores = [correlation(predicted[reach + shift : len(predicted) - reach + shift], middle) for shift in shifts]
    return float(shifts[int(np.nanargmax(scores))] / FRAME_RATE) if np.isfinite(scores).any() else float("nan")


def spread_ratio(predicted: Track, truth: Track) -> float:
    """Standard deviation of the prediction over that of the truth: under 1 is a shy mouth."""
    return float(np.std(predicted) / max(float(np.std(truth)), 1e-9))


def motion(weights: NDArray[np.floating]) -> float:
    """Mean absolute change per second of weights float[T, C]."""
    return float(np.abs(np.diff(weights, axis=0)).mean() * FRAME_RATE) if len(weights) > 1 else 0.0


def unweighted_recall(predicted: ArrayLike, truth: ArrayLike) -> float:
    """Mean recall over the classes present in truth (UAR)."""
    guess, real = np.asarray(predicted), np.asarray(truth)
    return float(np.mean([(guess[real == label] == label).mean() for label in np.unique(real)]))


def interval(values: Sequence[float], seed: int = 0, draws: int = 2000) -> tuple[float, float, float]:
    """Mean and its 95 % bootstrap interval over clips, NaN left out."""
    kept = np.asarray(values, np.float64)
    kept = kept[np.isfinite(kept)]
    if not len(kept):
        return float("nan"), float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    means = kept[generator.integers(0, len(kept), (draws, len(kept)))].mean(axis=1)
    return float(kept.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))
