# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording that is far too quiet made as loud as others before it is heard.

The network hears any level alike, down to where a microphone's own hiss is; below, it takes a voice for that.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..audio import SAMPLE_RATE, powers, stretches
from ..spool import evict, zeros

BLOCK: Final = SAMPLE_RATE // 10
"""Samples over which a level is taken."""
FAINT: Final = -50.0
"""Decibels of full scale that the loudest tenth of a second of a recording reaches, else it is too quiet: of 704 recordings of
13 corpora the quietest has -37."""
USUAL: Final = -30.0
"""Decibels that it is brought to."""
COMES: Final = 4.0
"""Decibels between the loudest and the quietest tenth of all: what has less is the air of a room, and is left alone."""
_SILENT: Final = 1e-12
"""Power that stands for none: -120 dB."""


def raised(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples float32[n] louder, all alike, where they are too quiet; else those very samples."""
    levels = np.concatenate([powers(_centred(part), BLOCK) for part in stretches(samples)])
    loudest, room_level = 10 * np.log10(np.percentile(levels, [100, 10]) + _SILENT)
    if loudest >= FAINT or loudest - room_level < COMES:
        return samples
    result, done = zeros((len(samples),)), 0
    gain = np.float32(10 ** ((USUAL - loudest) / 20))
    for part in stretches(samples):
        result[done : done + len(part)] = part * gain
        done += len(part)
        evict(result)
    return result


def _centred(part: NDArray[np.float32]) -> NDArray[np.float64]:
    """Whole blocks without what an offset adds, the last of them filled up with silence."""
    whole = np.pad(part, (0, -len(part) % BLOCK)).reshape(-1, BLOCK)
    return np.asarray(whole - whole.mean(axis=1, keepdims=True), np.float64).reshape(-1)
