# SPDX-License-Identifier: GPL-3.0-or-later
"""A sound changed in its spectrum: moments that overlap, each changed and all added up again, a stretch at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..arrays import Floats
from ..audio import span
from ..spool import evict, zeros

Spectra: TypeAlias = NDArray[np.complex128]
OVERLAP: Final = 4
"""Moments that every sample is in."""
_AT_ONCE: Final = 1024
"""Moments that are changed at a time."""


def window(size: int) -> NDArray[np.float64]:
    """float64[size] that moments are seen and added through; overlapping, its squares come to 1.5."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size))


def remade(
    samples: Floats, change: Callable[[Spectra], Spectra], *, size: int, before: int = 0, at_once: int = _AT_ONCE
) -> Floats:
    """The samples float32[n], changed.

    change: complex[before + moments, bins] → complex[moments, bins], of moments of `size` samples, a quarter of it apart.
    before: moments ahead of those to be changed that it is shown. at_once: how many it changes at a time, or somewhat more.
    """
    hop, bell = size // OVERLAP, window(size)
    lead = size - hop
    moments = -(-(len(samples) + lead) // hop)
    edges = np.linspace(0, moments, max(1, moments // at_once) + 1).astype(int).tolist()
    result, tail, done = zeros((len(samples),)), np.zeros(lead), -lead
    for start, stop in pairwise(edges):
        near = span(samples, (start - before) * hop - lead, (stop - 1) * hop - lead + size)
        spectra = change(np.fft.rfft(sliding_window_view(near, size)[::hop] * bell))
        added = np.zeros((stop - start) * hop + lead)
        added[:lead] = tail
        for at, frame in enumerate(np.fft.irfft(spectra) * bell / 1.5):
            added[at * hop : at * hop + size] += frame
        whole, tail = np.split(added, [(stop - start) * hop])
        whole = whole[max(-done, 0) :]
        done = max(done, 0)
        result[done : done + len(whole)] = whole[: len(samples) - done]
        done += len(whole)
        evict(result)
    return result
