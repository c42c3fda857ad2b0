# SPDX-License-Identifier: GPL-3.0-or-later
"""The tops of a voice that a converter or an editor has cut off drawn again before it is heard.

Flat tops sound as hiss does, at the pace of the voice. What was there is at least as loud as where it was cut, and is made of few
tones at a time, as a voice is: of all sounds that agree with what is left, the one of the fewest tones is looked for (S-SPADE's
relaxation, a tone more at a time: Kitić, Bertin and Gribonval 2015, "Sparsity and cosparsity for audio declipping").
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..arrays import Floats
from ..audio import span, stretches
from ..spool import evict, zeros

STANDS_OUT: Final = 3.5
"""Times as many samples as just below that there are where a recording is cut off. Of 704 recordings of 13 corpora one has more,
and is cut off; a voice that is not has fewer and fewer samples the louder."""
FEWEST: Final = 50
"""Samples that are cut off."""
_BINS: Final = 100
"""From silence to the loudest sample."""
_LOUD: Final = 0.5
"""Of the loudest sample, from which a sound may be cut off: what was resampled afterwards rings beyond it."""
_BELOW: Final = (0.75, 0.92)
"""Of the cut, between which there are as few samples as there should be."""
_FURTHER: Final = (0.5, 0.75)
"""Of the cut: what is further below."""
_RISES: Final = 1.25
"""Times as many samples there as further below: a pure tone has more and more the louder, and is not cut off."""
_FILLED: Final = 0.5
"""Share of the bins there that hold samples, at least: of a made tone that repeats to the sample few do."""
_NEAR: Final = 2
"""Bins on either side of the cut."""
_CUT: Final = 0.98
"""Of where most samples are: what is as loud may be cut off."""
_LOUDEST: Final = 12.0
"""Times the cut that a top is drawn at most."""
_SIZE: Final = 1024
"""Samples of a moment, 64 ms."""
_HOP: Final = _SIZE // 4
"""Samples from one moment to the next."""
_TIMES: Final = 60
"""Rounds in which tops are drawn."""
_TONES: Final = 2
"""More of them each time."""
_AT_ONCE: Final = 1 << 16
"""Samples that are mended at a time."""
_WINDOW: Final = np.sin(np.pi * (np.arange(_SIZE) + 0.5) / _SIZE)


def topped(samples: Floats) -> Floats:
    """The samples float32[n] with what was cut off, above or below; those very samples where nothing was."""
    low, high = cuts(samples)
    if math.isinf(low) and math.isinf(high):
        return samples
    result = zeros((len(samples),))
    for start in range(0, len(samples), _AT_ONCE):
        near = span(samples, start - _SIZE, min(start + _AT_ONCE, len(samples)) + _SIZE)
        result[start : start + _AT_ONCE] = _drawn(near, low, high)[_SIZE:-_SIZE]
        evict(result)
    return result


def cuts(samples: Floats) -> tuple[float, float]:
    """Amplitudes up to which and from which samples are cut off, infinite where none are."""
    # About their mean: the silence of a cheap converter is where its offset is, and not cut off.
    middle = sum(float(part.sum(dtype=np.float64)) for part in stretches(samples)) / len(samples)
    low, high = _cut(samples, -1.0, middle), _cut(samples, 1.0, middle)
    return middle - low, middle + high


def _cut(samples: Floats, sign: float, middle: float) -> float:
    """How far from the middle samples on one side of it are cut off, infinite where none are."""
    parts = [(float(part.min()), float(part.max())) for part in stretches(samples)]
    top = max(sign * (end - middle) for ends in parts for end in ends)
    if top <= 0:
        return math.inf
    counts = np.zeros(_BINS)
    for part in stretches(samples):
        counts += np.histogram(sign * (part - middle), _BINS, (0, top * 1.0001))[0]
    found, most = math.inf, STANDS_OUT
    for at in range(round(_LOUD * _BINS), _BINS):
        near, below = counts[at - _NEAR : at + _NEAR + 1], counts[int(_BELOW[0] * at) : int(_BELOW[1] * at)]
        further = counts[int(_FURTHER[0] * at) : int(_FURTHER[1] * at)]
        if below.mean() > _RISES * (further.mean() + 0.3) or np.count_nonzero(below) < _FILLED * len(below):
            continue
        if near.sum() >= FEWEST and near.mean() > most * (below.mean() + 0.3):
            found, most = _CUT * (at + 0.5) / _BINS * top, near.mean() / (below.mean() + 0.3)
    return float(found)


def _drawn(samples: Floats, low: float, high: float) -> Floats:
    """The same where samples up to low and from high are cut off; a _SIZE at either end is only heard."""
    above, under = samples >= high, samples <= low
    size = max(_SIZE, -(-len(samples) // _HOP) * _HOP)
    missing = np.pad(above | under, (0, size - len(samples)))
    frames = np.flatnonzero(sliding_window_view(missing, _SIZE)[::_HOP].any(axis=1)) * _HOP
    if not len(frames):
        return samples
    known = np.pad(samples, (0, size - len(samples))).astype(np.float64)
    places = [slice(frame, frame + _SIZE) for frame in frames.tolist()]
    guess, owed = known.copy(), np.zeros((len(frames), _SIZE // 2 + 1), complex)
    tones, most = _spectra(guess, frames), _LOUDEST * float(np.abs(samples).max())
    for turn in range(1, _TIMES + 1):
        heard = tones + owed
        loud = np.abs(heard)
        least = -np.partition(-loud, _TONES * turn, axis=1)[:, _TONES * turn, None]
        few = heard * (loud > least)
        made = np.zeros(size)
        for place, frame in zip(places, np.fft.irfft(few - owed) * _WINDOW / 2, strict=True):
            made[place] += frame
        made = made[: len(samples)]
        guess[: len(samples)][above] = np.clip(made[above], high, most)
        guess[: len(samples)][under] = np.clip(made[under], -most, low)
        tones = _spectra(guess, frames)
        owed += tones - few
    return guess[: len(samples)].astype(np.float32)


def _spectra(samples: NDArray[np.float64], frames: NDArray[np.int64]) -> NDArray[np.complex128]:
    return np.asarray(np.fft.rfft(sliding_window_view(samples, _SIZE)[frames] * _WINDOW))
