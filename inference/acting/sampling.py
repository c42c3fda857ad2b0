# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks at the Performance's rate, and how they come to the scene's frames."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Floats
from ..performance import FRAME_RATE
from ..smoothing import dilate, smooth, weighted

__all__ = ["Bump", "bumps", "dilate", "eased", "follow", "sample", "smooth", "span", "steps", "weighted"]


_AT_ONCE: Final = 32_768
"""Times that are read together, so that what is needed on the way stays small for hours too."""


def span(duration: float, *, fps: float, start: float) -> tuple[int, int]:
    """First whole scene frame and number of frames that cover `duration` seconds from scene time `start`."""
    first = math.floor(start * fps + 1e-6)
    last = math.ceil((start + duration) * fps - 1e-6)
    return first, last - first + 1


def sample(track: Floats, times: NDArray[np.float64]) -> Floats:
    """float[T] or float[T, C] at FRAME_RATE, read at times (s from the track's start) by cubic convolution (Keys 1981).

    Before and after the track its end values hold.
    """
    if len(track) == 0:
        return np.zeros((len(times), *track.shape[1:]), np.float32)
    result = np.empty((len(times), *track.shape[1:]), np.float32)
    for start in range(0, len(times), _AT_ONCE):
        result[start : start + _AT_ONCE] = _sampled(track, times[start : start + _AT_ONCE])
    return result


def _sampled(track: Floats, times: NDArray[np.float64]) -> Floats:
    place = np.clip(times * FRAME_RATE - 0.5, 0, len(track) - 1)
    left = np.minimum(place.astype(np.int64), max(len(track) - 2, 0))
    u = (place - left).astype(np.float32)
    u = u if track.ndim == 1 else u[:, None]
    last = len(track) - 1
    a, b, c, d = (track[np.clip(left + step, 0, last)] for step in (-1, 0, 1, 2))
    return np.asarray(b + 0.5 * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a))), np.float32)


def eased(x: Floats) -> Floats:
    """0..1 with soft ends (3x² - 2x³); clips outside."""
    x = np.clip(x, 0, 1)
    return np.asarray(x * x * (3 - 2 * x), np.float32)


def follow(target: Floats, rise: float, fall: float, step: float) -> Floats:
    """float[T] that approaches its target with one time constant (s) up and another down; `step` seconds between samples."""
    values = target.astype(np.float64).tolist()
    up, down = 1 - math.exp(-step / max(rise, 1e-3)), 1 - math.exp(-step / max(fall, 1e-3))
    now = values[0] if values else 0.0
    for index, value in enumerate(values):
        now += (value - now) * (up if value > now else down)
        values[index] = now
    return np.array(values, np.float32)


class Bump(NamedTuple):
    """A soft rise and fall: `size` high at `peak` (s), beginning `rise` before it and ending `fall` after it."""

    peak: float
    rise: float
    fall: float
    size: float


def bumps(times: NDArray[np.float64], made: Iterable[Bump]) -> Floats:
    """float32[F] the sum of all bumps at these times."""
    total = np.zeros(len(times), np.float32)
    peak, rise, fall, size = np.array([tuple(bump) for bump in made], np.float64).reshape(-1, 4).T
    spans = _spans(times, peak - rise, peak + fall)
    away = times[spans.frames] - spans.spread(peak)
    form = eased((1 - np.abs(away) / np.where(away < 0, spans.spread(rise), spans.spread(fall))).astype(np.float32))
    np.add.at(total, spans.frames, spans.spread(size.astype(np.float32)) * form)
    return total


def steps(times: NDArray[np.float64], moves: Iterable[tuple[float, float, float]]) -> NDArray[np.float64]:
    """float64[F] that starts at 0 and makes soft steps, each (begin, duration, amount) in seconds; they may overlap."""
    begin, duration, amount = np.array(list(moves), np.float64).reshape(-1, 3).T
    spans = _spans(times, begin, begin + duration)
    since = (times[spans.frames] - spans.spread(begin)) / spans.spread(duration)
    # The way of every move, one after another: 0, what it has gone on each frame, 1.
    starts = np.cumsum(spans.counts + 2) - spans.counts - 2
    way = np.zeros(int(spans.counts.sum()) + 2 * len(begin))
    way[starts + spans.counts + 1] = 1
    way[np.arange(len(since)) + 2 * np.repeat(np.arange(len(begin)), spans.counts) + 1] = eased(since.astype(np.float32))
    steps_of = np.repeat(np.arange(len(begin)), spans.counts + 1)
    at = np.arange(len(steps_of)) + steps_of
    speed = np.zeros(len(times) + 1)
    np.add.at(speed, at - starts[steps_of] + spans.first[steps_of], amount[steps_of] * (way[at + 1] - way[at]))
    return np.cumsum(speed[:-1])


class _Spans(NamedTuple):
    """The frames of several stretches of time, one stretch after another: where each begins, and how many it has."""

    first: NDArray[np.int64]
    counts: NDArray[np.int64]
    frames: NDArray[np.int64]

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """One value of each stretch, for every frame of it."""
        return np.repeat(values, self.counts)


def _spans(times: NDArray[np.float64], begins: NDArray[np.float64], ends: NDArray[np.float64]) -> _Spans:
    first, last = np.searchsorted(times, begins), np.searchsorted(times, ends)
    counts = last - first
    frames = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
    return _Spans(first, counts, frames)
