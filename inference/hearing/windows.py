# SPDX-License-Identifier: GPL-3.0-or-later
"""Audio of any length through the model in overlapping windows, without a seam and without growing memory.

The audio counts as silent before its start and after its end. Every window brings `ModelSpec.context` seconds on either side
of the frames it answers for, so a frame sees the same samples whatever the windows are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..audio import span
from ..model_spec import ModelSpec
from .engines import OUTPUTS, Executor
from .graph import Array

WINDOW: Final = 64.0
"""Seconds that one window answers for."""

Progress: TypeAlias = Callable[[float], None]


def run(
    executor: Executor, spec: ModelSpec, samples: NDArray[np.float32], *, window: float = WINDOW, progress: Progress | None = None
) -> dict[str, NDArray[np.float32]]:
    """Every output of the model for float32[n], by name: float32[T, classes] or float32[T], T = ceil(n / samples_per_frame).

    progress: told the fraction done after each window; what it raises ends the run.
    """
    hop = spec.samples_per_frame
    frames = math.ceil(len(samples) / hop)
    margin = math.ceil(spec.context * spec.sample_rate / hop)
    step = max(1, round(window * spec.sample_rate / hop))
    parts: dict[str, list[Array]] = {name: [] for name in OUTPUTS}
    for start in range(0, frames, step):
        stop = min(start + step, frames)
        piece = span(samples, (start - margin) * hop, (stop + margin) * hop)
        answer = executor.run(piece[None])
        for name in OUTPUTS:
            parts[name].append(answer[name][0, margin : margin + stop - start])
        if progress is not None:
            progress(stop / frames)
    return {name: np.concatenate(pieces).astype(np.float32, copy=False) for name, pieces in parts.items()}
