# SPDX-License-Identifier: GPL-3.0-or-later
"""The ring of a bare room taken from a voice before it is heard.

What a room gives back is what was said a moment before, tone by tone. So much of each tone as follows from what it was 30 to 220
milliseconds earlier is taken out, wherever the voice itself is weak (weighted prediction error: Nakatani, Yoshioka, Kinoshita,
Miyoshi and Juang 2010, "Speech dereverberation based on variance-normalized delayed linear prediction").
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..arrays import Floats
from ..audio import SAMPLE_RATE, powers, stretches
from .moments import Spectra, remade, window
from .voice import bursts

SIZE: Final = 1024
"""Samples of a moment, 64 ms."""
DELAY: Final = 2
"""Moments (16 ms apart) after which what comes back is the room, and not the mouth that is still open."""
REACH: Final = 12
"""Moments that are looked back."""
TIMES: Final = 3
AT_ONCE: Final = 2048
"""Moments in which the room is the same, half a minute."""
SHORTEST: Final = 3 * SAMPLE_RATE
_STEP: Final = SAMPLE_RATE // 50
_SOON, _LATER = 5, 25
"""Steps (20 ms) after which is looked how far a voice has died away."""
DIES: Final = 16.0
"""Decibels that it does so soon in its steepest falls (97 % are less); five of 704 recordings of 13 corpora have less. Where a
room rings for .6 s it is 9 to 16."""
ENDS: Final = 14.0
"""Decibels that it does so later (nine in ten are less): words end, and notes that are held do not. Those would be dried away."""
STEADY: Final = 0.45
"""Correlation of a spectrum's partials with those 160 ms before from which on notes are played, which die away as a room does: of
speech in rooms that ring for .4 to 1 s it is .37 at most (validation voices), of tunes that seem to ring .51 at least."""
_HOP: Final = SIZE // 4
_BEFORE: Final = 10
"""Moments."""
_PARTIALS: Final = slice(20, 180)
"""Bins, 310 to 2,800 Hz: there a voice that glides is soon in the next bin."""
_AROUND: Final = np.ones(11) / 11
"""Bins over which a spectrum is taken flat, so that partials are left."""
_LOUD: Final = 20.0
_ABOVE: Final = 25.0
"""Decibels from the top in which, and above the quietest from which, a fall can be seen."""
SYLLABLES: Final = 8
"""Bursts of those at least: a gasp or a groan alone dies away as slowly."""
_LEAST: Final = 1e-3
"""Of a tone's mean power, below which it is not counted as weaker."""


def dried(samples: Floats) -> Floats:
    """The samples float32[n] with the ring of the room held down, where it rings; else those very samples."""
    if len(samples) < SHORTEST or not rings(samples) or steadiness(samples) > STEADY:
        return samples
    return remade(samples, _without_echo, size=SIZE, before=DELAY + REACH, at_once=AT_ONCE)


def rings(samples: Floats) -> bool:
    """Whether a voice dies away too slowly for a mouth, as far as that can be told."""
    level = 10 * np.log10(powers(samples, _STEP) + 1e-12).astype(np.float32)
    quietest, top = np.percentile(level, [10, 98])
    loud = (level > top - _LOUD) & (level > quietest + _ABOVE)
    if sum(bool(loud[burst]) for burst in bursts(level[:-_LATER])) < SYLLABLES:
        return False
    soon, later = ((level[:-steps] - level[steps:])[loud[:-steps]] for steps in (_SOON, _LATER))
    return bool(np.percentile(soon, 97) < DIES and np.percentile(later, 90) > ENDS)


def steadiness(samples: Floats) -> float:
    """How alike the partials of a sound are 160 ms apart, -1 to 1: a median over all that is loud."""
    parts = [_partials(part) for part in stretches(samples) if len(part) >= SIZE + _BEFORE * _HOP]
    powers = np.concatenate([power for power, _ in parts])
    alike = np.concatenate([each for _, each in parts])
    return float(np.median(alike[powers >= np.percentile(powers, 98) - _ABOVE]))


def _partials(part: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The decibels of each moment, and how its partials correlate with those 160 ms before; both float64[moments]."""
    spectra = np.abs(np.fft.rfft(sliding_window_view(part, SIZE)[::_HOP] * window(SIZE)))
    level = 20 * np.log10(spectra[:, _PARTIALS] + 1e-9)
    above = level - np.stack([np.convolve(row, _AROUND, "same") for row in level])
    above -= above.mean(axis=1, keepdims=True)
    now, then = above[_BEFORE:], above[:-_BEFORE]
    alike = np.einsum("ij,ij->i", now, then) / np.sqrt(np.square(now).sum(axis=1) * np.square(then).sum(axis=1) + 1e-12)
    return 10 * np.log10(np.square(spectra).sum(axis=1)[_BEFORE:] + 1e-12), alike


def _without_echo(spectra: Spectra) -> Spectra:
    """Of complex[DELAY + REACH + moments, bins] the last moments."""
    return np.stack([_tone(track) for track in np.ascontiguousarray(spectra.T)], axis=1)


def _tone(track: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """One tone, complex[DELAY + REACH + moments], without what follows from before."""
    heard = track[DELAY + REACH :]
    moments = len(heard)
    earlier = np.stack([track[DELAY + REACH - DELAY - back :][:moments] for back in range(REACH)])
    dry = heard
    for _ in range(TIMES):
        power = np.convolve(np.square(np.abs(dry)), np.ones(3) / 3, "same")
        weighted = earlier / np.maximum(power, _LEAST * power.mean() + 1e-12)
        alike = weighted @ earlier.conj().T
        alike += np.eye(REACH) * (1e-6 * np.trace(alike).real / REACH + 1e-12)
        dry = heard - np.linalg.solve(alike, weighted @ heard.conj()).conj() @ earlier
    return dry
