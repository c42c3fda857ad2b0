# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio of any length through the model in overlapping windows, without a seam and without growing memory.

The audio counts as silent before its start and after its end. Every window brings `ModelSpec.context` seconds on either side
of the frames it answers for, so a frame sees the same samples whatever the windows are.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..audio import span
from ..model_spec import ModelSpec
from ..progress import Fraction
from ..spool import evict, zeros
from .network import OUTPUTS, Array, Executor

WINDOW: Final = 64.0
"""Seconds that one window answers for."""


def run(
    executor: Executor,
    spec: ModelSpec,
    samples: NDArray[np.float32],
    *,
    window: float = WINDOW,
    around: int = 0,
    progress: Fraction | None = None,
) -> dict[str, NDArray[np.float32]]:
    """The outputs that the model has, for float32[n]: float32[T, classes] or float32[T], T = ceil(n / samples_per_frame).

    around: frames of silence that are answered for too, before the audio and after it: T is then 2 * around more.
    progress: told the fraction done after each window; what it raises ends the run.
    """
    hop = spec.samples_per_frame
    frames = math.ceil(len(samples) / hop) + 2 * around
    margin = math.ceil(spec.context * spec.sample_rate / hop)
    step = max(1, round(window * spec.sample_rate / hop))
    # Filled in place: pieces kept one by one would lie between the large arrays of each window, and hold their memory.
    found: dict[str, Array] = {}
    for start in range(0, frames, step):
        stop = min(start + step, frames)
        piece = span(samples, (start - around - margin) * hop, (stop - around + margin) * hop)
        answer = executor.run(piece[None])
        for name in (each for each in OUTPUTS if each in answer):
            if name not in found:
                found[name] = zeros((frames, *answer[name].shape[2:]))
            found[name][start:stop] = answer[name][0, margin : margin + stop - start]
            evict(found[name])
        del answer
        if progress is not None:
            progress(stop / frames)
    return found
