# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of lines and cables mended before a voice is heard: gaps of zeros in the middle of a sound, and clicks.

A gap looks like the silence of a p or t, and a click like its burst. What fills a gap is the sound on both sides of it, mirrored
and faded over: nobody could listen to it for long, but it has the colour of what was said.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..arrays import Floats
from ..audio import SAMPLE_RATE, span, stretches
from ..spool import evict, zeros

ZERO: Final = 1e-5
"""Amplitude (-100 dB of full scale) that no microphone is as quiet as."""
GAP: Final = (round(0.004 * SAMPLE_RATE), round(0.12 * SAMPLE_RATE))
"""Samples of a gap that is filled; a longer one is silence."""
_EDGE: Final = round(0.0015 * SAMPLE_RATE)
"""Samples beside a gap that the sound goes on into, where it was cut off, and what a resampler leaves there."""
_BESIDE: Final = round(0.010 * SAMPLE_RATE)
_CUT: Final = 0.5
"""Of the level 10 ms beside a gap that there is right beside it: whatever a mouth does takes longer."""
_QUIET: Final = 0.05
"""Of the level of all, below which what was cut off is left as it is."""
SHORT: Final = 10
"""Samples on either side of a click's peak that belong to it, .6 ms."""
CALM: Final = 64
"""Samples on either side that are compared with it, 4 ms."""
_STANDS_OUT: Final = 15.0
"""Times the sharpest of those: no burst of a mouth is over so soon, no voice so sharp."""
_SHARP: Final = 0.02
"""Second difference below which a click does no harm."""


def mended(samples: Floats) -> Floats:
    """The samples float32[n] without gaps and clicks; those very samples where there are none."""
    level = np.sqrt(sum(float(np.square(part).sum(dtype=np.float64)) for part in stretches(samples)) / len(samples))
    result: Floats | None = None
    done = 0
    for part in stretches(samples):
        around = GAP[1] + _BESIDE + _EDGE
        near = span(samples, done - 2 * around, done + len(part) + 2 * around)
        changed = _filled(unclicked(near), float(level))
        if changed is not near and result is None:
            result = zeros((len(samples),))
            result[:done] = samples[:done]
        if result is not None:
            result[done : done + len(part)] = changed[2 * around :][: len(part)]
            evict(result)
        done += len(part)
    return samples if result is None else result


def unclicked(samples: Floats) -> Floats:
    """The samples float32[n] without clicks, but within CALM of either end; those very samples where there are none."""
    sharp = np.abs(np.diff(samples, 2, prepend=0, append=0))
    peaks = np.flatnonzero(sharp > _SHARP)
    peaks = peaks[(peaks > CALM) & (peaks < len(sharp) - CALM - 1)]
    sides = np.maximum(sharp[peaks - SHORT - 1], sharp[peaks + SHORT + 1])
    peaks = peaks[sharp[peaks] > _STANDS_OUT * sides]
    if not len(peaks):
        return samples
    result = samples
    around = sliding_window_view(sharp, 2 * CALM + 1)
    for first in range(0, len(peaks), 4096):
        chosen = peaks[first : first + 4096]
        near = around[chosen - CALM]
        sides = np.concatenate([near[:, : CALM - SHORT], near[:, CALM + SHORT + 1 :]], axis=1)
        highest = near.max(axis=1)
        clicks = chosen[(near[:, CALM] == highest) & (highest > _STANDS_OUT * sides.max(axis=1))]
        for click in clicks.tolist():
            result = samples.copy() if result is samples else result
            begin, end = click - SHORT, click + SHORT
            result[begin : end + 1] = np.linspace(result[begin], result[end], end - begin + 1)
    return result


def _filled(samples: Floats, level: float) -> Floats:
    edges = np.flatnonzero(np.diff((np.abs(samples) < ZERO).astype(np.int8), prepend=0, append=0))
    runs = edges.reshape(-1, 2)
    lengths = runs[:, 1] - runs[:, 0]
    result = samples
    for start, stop in runs[(lengths >= GAP[0]) & (lengths <= GAP[1])].tolist():
        if _cut_off(samples, start, stop, level):
            result = samples.copy() if result is samples else result
            begin, end = start - _EDGE // 2, stop + _EDGE // 2
            size = end - begin
            before, after = result[begin - size : begin][::-1], samples[end : end + size][::-1]
            if len(before) == len(after) == size:
                share = np.linspace(0, np.pi / 2, size)
                result[begin:end] = before * np.cos(share) + after * np.sin(share)
    return result


def _cut_off(samples: Floats, start: int, stop: int, level: float) -> bool:
    """Whether the sound on both sides of a gap ends and begins at once."""
    sides = samples[max(start - _BESIDE, 0) : start][::-1], samples[stop : stop + _BESIDE]
    for side in sides:
        if len(side) < _BESIDE:
            return False
        whole, edge = (float(np.sqrt(np.square(part).mean())) for part in (side, side[:_EDGE]))
        if whole < _QUIET * level or edge < _CUT * whole:
            return False
    return True
