# SPDX-License-Identifier: GPL-3.0-or-later
"""What is too low to be a voice taken out before it is heard: an offset of a cheap converter, a drift, a wind on the microphone.

The network's lowest bands look at 50 Hz. Through the flanks of its window they see an offset that stands far above the voice,
take it for noise, and hear nobody speak.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..audio import stretches
from ..spool import evict, zeros

BLOCK: Final = 160
"""Samples whose mean is taken, 10 ms; stretches are whole blocks."""
_BLOCKS: Final = 4
"""Blocks on either side that are averaged: what moves slower than some 6 times a second."""
MOST: Final = 0.25
"""Of the level of all that is faster. Of 708 recordings of thirteen corpora five have more, and are heard as well without it."""


def steadied(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples float32[n] without what moves too slowly to be heard, where there is much of it; else those very samples."""
    slow, power = _slow(samples)
    share = float(np.square(slow).mean())
    if share <= MOST**2 * max(power - share, 0.0):
        return samples
    result = zeros((len(samples),))
    centres = (np.arange(len(slow)) + 0.5) * BLOCK - 0.5
    done = 0
    for part in stretches(samples):
        at = np.arange(done, done + len(part))
        result[done : done + len(part)] = part - np.interp(at, centres, slow).astype(np.float32)
        done += len(part)
        evict(result)
    return result


def _slow(samples: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """float64[blocks] the slow movement in the middle of each block, and the power of all samples."""
    means, power = [], 0.0
    for part in stretches(samples):
        power += float(np.einsum("i,i->", part, part, dtype=np.float64))
        whole = len(part) // BLOCK * BLOCK
        means.append(part[:whole].reshape(-1, BLOCK).mean(1, dtype=np.float64))
        if whole < len(part):
            means.append(part[whole:].mean(keepdims=True, dtype=np.float64))
    blocks = np.concatenate(means)
    box = np.ones(2 * _BLOCKS + 1)
    around = min(_BLOCKS, len(blocks) - 1)
    box = box[: 2 * around + 1]
    return np.convolve(blocks, box, "same") / np.convolve(np.ones(len(blocks)), box, "same"), power / len(samples)
