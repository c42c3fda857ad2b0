# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks at the Performance's rate, and how they come to the scene's frames."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..performance import FRAME_RATE

Floats = NDArray[np.float32]


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
    place = np.clip(times * FRAME_RATE - 0.5, 0, len(track) - 1)
    left = np.minimum(place.astype(np.int64), max(len(track) - 2, 0))
    u = (place - left).astype(np.float32)
    u = u if track.ndim == 1 else u[:, None]
    last = len(track) - 1
    a, b, c, d = (track[np.clip(left + step, 0, last)] for step in (-1, 0, 1, 2))
    return np.asarray(b + 0.5 * u * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a))), np.float32)


def peaks(track: Floats, times: NDArray[np.float64], fps: float) -> Floats:
    """float[T] at FRAME_RATE as its highest value within half a frame of each time: nothing short is lost between frames."""
    if len(track) == 0:
        return np.zeros(len(times), np.float32)
    reach = 0.5 / fps
    last = len(track) - 1
    from_, to = (np.clip(np.floor((times + side) * FRAME_RATE), 0, last).astype(np.int64) for side in (-reach, reach))
    highest = track[from_]
    for step in range(1, int((to - from_).max(initial=0)) + 1):
        highest = np.maximum(highest, track[np.minimum(from_ + step, to)])
    return np.asarray(highest, np.float32)


def smooth(track: Floats, deviation: float) -> Floats:
    """float[T] or float[T, C] blurred by a Gaussian of `deviation` samples; ends are extended."""
    reach = math.ceil(3 * deviation)
    if reach == 0 or deviation < 0.2 or len(track) < 2:
        return track
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    return weighted(track, (taps / taps.sum()).astype(np.float32))


def weighted(track: Floats, taps: Floats) -> Floats:
    """float[T] or float[T, C] under a symmetric window of odd length."""
    reach = len(taps) // 2
    padded = np.pad(track, ((reach, reach), *[(0, 0)] * (track.ndim - 1)), mode="edge")
    total = taps[reach] * track
    for step in range(1, reach + 1):
        before, after = padded[reach - step :][: len(track)], padded[reach + step :][: len(track)]
        total = total + taps[reach + step] * (before + after)
    return np.asarray(total, np.float32)


def dilate(track: Floats, reach: int) -> Floats:
    """The highest value within `reach` samples on either side, float[T] or float[T, C]."""
    widest = track
    for step in range(1, min(reach, len(track) - 1) + 1):
        widest = np.maximum(widest, np.concatenate([track[step:], np.repeat(track[-1:], step, axis=0)]))
        widest = np.maximum(widest, np.concatenate([np.repeat(track[:1], step, axis=0), track[:-step]]))
    return widest


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
    for bump in made:
        first, last = np.searchsorted(times, (bump.peak - bump.rise, bump.peak + bump.fall))
        away = times[first:last] - bump.peak
        total[first:last] += bump.size * eased((1 - np.abs(away) / np.where(away < 0, bump.rise, bump.fall)).astype(np.float32))
    return total


def steps(times: NDArray[np.float64], moves: Iterable[tuple[float, float, float]]) -> NDArray[np.float64]:
    """float64[F] that starts at 0 and makes soft steps, each (begin, duration, amount) in seconds; they may overlap."""
    speed = np.zeros(len(times) + 1)
    for begin, duration, amount in moves:
        first, last = np.searchsorted(times, (begin, begin + duration))
        way = np.empty(last - first + 2)
        way[0], way[-1] = 0, 1
        way[1:-1] = eased(((times[first:last] - begin) / duration).astype(np.float32))
        speed[first : last + 1] += amount * (way[1:] - way[:-1])
    return np.cumsum(speed[:-1])
