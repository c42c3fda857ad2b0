# SPDX-License-Identifier: GPL-3.0-or-later
"""The bursts of a vocal sound: where the voice has them, how far a face gives way between two, and how long it is held open."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..arrays import Floats
from ..performance import FRAME_RATE, Event, Performance
from . import chance
from .sampling import Bump, bumps, sample, smooth
from .vocal_recipes import Recipe

FASTEST: Final = 0.11
"""Seconds between bursts at least: no chest goes faster."""
DIP: Final = 2.5
"""Decibels between two bursts that tell them apart."""
UNEVEN: Final = 0.25
"""How much bursts differ in size and time where the sound does not tell."""
TIRING: Final = 0.35
"""How much smaller the last burst is than the first."""
LEAST: Final = 0.5
"""How far the face is held where bursts are faintest."""
SILENT: Final = -60.0
"""Decibels below which nobody is heard, and the bursts are imagined."""
FALLEN: Final = 12.0
"""Decibels below its loudest around at which a voice has let go of the face: the chest pushes no more."""
_NEAR: Final = 0.4
"""Seconds on either side of those that are around."""
_BESIDE: Final = 0.1
LONG: Final = (0.15, 0.6)
"""Seconds that a voice is held, from which a mouth opens further for it, and at which it is as open as it gets."""
HELD: Final = 0.5
"""How far a burst must be held to go on."""


class Bursts(NamedTuple):
    """burst: float32[n] 0..1 at the times asked for. peaks: when each is at its top (s), and how large that is, 0..1.

    opened: 0..1, how long the voice is held.
    """

    burst: Floats
    peaks: list[tuple[float, float]]
    opened: float


def bursts(event: Event, recipe: Recipe, performance: Performance, times: NDArray[np.float64]) -> Bursts:
    """The bursts of a sound, as they are heard or imagined.

    Between two the face gives way as far as the voice does: a sob that is wailed stays open, a laugh shuts.
    """
    peaks = _peaks(event, recipe, performance)
    held = _held(event, performance)
    burst = _bumps(event, recipe, peaks, times)
    if len(held):
        here = slice(*np.searchsorted(times, (event.time - _BESIDE, event.end + _BESIDE)))
        burst[here] = np.maximum(burst[here], sample(np.pad(held, 1), times[here] - event.time + 1 / FRAME_RATE))
    return Bursts(burst, peaks, _opened(event, recipe, held))


def _peaks(event: Event, recipe: Recipe, performance: Performance) -> list[tuple[float, float]]:
    """When each burst of it is at its top (s), and how large that is, 0..1."""
    if recipe.rate == 0:
        return [(event.time + recipe.attack * event.duration, 1.0)]
    peaks = heard_bursts(performance, event)
    return peaks if len(peaks) >= 2 else _imagined(event, recipe)


def _held(event: Event, performance: Performance) -> Floats:
    """float32[n] 0..1 how far the voice is up, for every frame of the sound; empty where nobody is heard."""
    first, last = max(round(event.time * FRAME_RATE), 0), min(round(event.end * FRAME_RATE), len(performance.loudness))
    level = performance.loudness[first:last].astype(np.float32)
    if len(level) < 5 or level.max() < SILENT:
        return np.zeros(0, np.float32)
    reach = round(_NEAR * FRAME_RATE)
    around = sliding_window_view(np.pad(level, reach, mode="edge"), 2 * reach + 1).max(axis=1)
    loud = np.clip((level - level.max() + 24) / 24, 0, 1)
    return smooth(loud * np.clip(1 - (around - level) / FALLEN, 0, 1), 1.0)


def _opened(event: Event, recipe: Recipe, held: Floats) -> float:
    """0..1: whoever cries out for long opens the mouth. A single burst that nobody hears lasts as long as its sound."""
    edges = np.flatnonzero(np.diff(held > HELD, prepend=False, append=False))
    longest = float((edges[1::2] - edges[::2]).max(initial=0)) / FRAME_RATE
    if not len(held) and recipe.rate == 0:
        longest = event.duration
    return float(np.clip((longest - LONG[0]) / (LONG[1] - LONG[0]), 0, 1))


def swell(peaks: list[tuple[float, float]], times: NDArray[np.float64]) -> Floats:
    """float32[n] LEAST..1: a face is held as far as the bursts around are large, so that it swells and tires with the voice."""
    sizes = smooth(np.array([size for _, size in peaks], np.float32), 1.0)
    return (LEAST + (1 - LEAST) * np.interp(times, [time for time, _ in peaks], sizes)).astype(np.float32)


def _bumps(event: Event, recipe: Recipe, peaks: list[tuple[float, float]], seen: NDArray[np.float64]) -> Floats:
    """float32[F] 0..1 with a bump for every burst."""
    times = [time for time, _ in peaks]
    gaps = np.diff(times).tolist() if len(times) > 1 else []
    usual = float(np.median(gaps)) if gaps else event.duration
    made = []
    for index, (time, size) in enumerate(peaks):
        before, after = (gaps[index - 1] if index else usual), (gaps[index] if index < len(gaps) else usual)
        rise, fall = min(before, 1.3 * usual) * 2 * recipe.attack * 0.5, min(after, 1.3 * usual) * (1 - recipe.attack)
        made.append(Bump(time, max(rise, 0.04), max(fall, 0.06), size))
    return np.clip(bumps(seen, made), 0, 1)


def heard_bursts(performance: Performance, event: Event) -> list[tuple[float, float]]:
    """When the voice bursts within a sound (s), and how strongly each time, 0..1: the peaks of its loudness."""
    first, last = max(round(event.time * FRAME_RATE), 0), min(round(event.end * FRAME_RATE), len(performance.loudness))
    level = smooth(performance.loudness[first:last].astype(np.float32), 1.0)
    if len(level) < 5:
        return []
    found: list[int] = []
    lowest = float(level[0])
    for at in range(1, len(level) - 1):
        lowest = min(lowest, float(level[at]))
        if level[at] < level[at - 1] or level[at] <= level[at + 1] or level[at] < level.max() - 18:
            continue
        close = bool(found) and (at - found[-1] < FASTEST * FRAME_RATE or level[found[-1] : at].min() > level[at] - DIP)
        if not close:
            found.append(at)
        elif level[at] > level[found[-1]]:
            found[-1] = at
    loudest = float(level.max())
    sizes = [float(np.clip(1 - (loudest - level[at]) / 24, 0.3, 1)) for at in found]
    return [((first + at + 0.5) / FRAME_RATE, size) for at, size in zip(found, sizes, strict=True)]


def _imagined(event: Event, recipe: Recipe) -> list[tuple[float, float]]:
    """Bursts of a sound that nobody hears: about as many a second as people make, the same in every take, as all mouths are."""
    count = max(round(event.duration * recipe.rate), 1)
    spacing, at = event.duration / count, round(event.time * 25)
    draws = chance.uniform(0, f"vocal/{event.kind}", at * 64 + np.arange(2 * count)) - 0.5
    moved, sized = (UNEVEN * draws[:count] * spacing).tolist(), (1 + 2 * UNEVEN * draws[count:]).tolist()
    return [
        (event.time + (index + 0.5) * spacing + moved[index], min(sized[index] * (1 - TIRING * index / count), 1.0))
        for index in range(count)
    ]
