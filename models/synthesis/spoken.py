# SPDX-License-Identifier: GPL-3.0-or-later
"""What a synthesiser gives back, and the little silence and hiss around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...inference.audio import SAMPLE_RATE

RawSegment = tuple[str, float, float]


@dataclass(frozen=True, eq=False)
class Spoken:
    """samples: float32[n] at SAMPLE_RATE. segments: (the engine's own symbol, start s, end s), ascending."""

    samples: NDArray[np.float32]
    segments: tuple[RawSegment, ...]


def at_rate(samples: NDArray[np.floating], rate: float, stretch: float = 1.0) -> NDArray[np.float32]:
    """Samples at a rate in Hz → SAMPLE_RATE, and slower by stretch: deeper in pitch and formants, as of a larger speaker."""
    from scipy.signal import resample_poly

    ratio = SAMPLE_RATE * stretch / rate
    up = round(ratio * 400)
    return np.asarray(resample_poly(np.asarray(samples, dtype=np.float64), up, 400), dtype=np.float32)


def finished(spoken: Spoken, generator: np.random.Generator) -> Spoken:
    """Bring to a random level, and put a random pause of faint hiss before and after."""
    before, after = generator.uniform(0.1, 0.6, size=2)
    peak = float(np.abs(spoken.samples).max(initial=1e-6))
    level = 10.0 ** (generator.uniform(-14.0, -1.0) / 20.0)
    pads = (round(before * SAMPLE_RATE), round(after * SAMPLE_RATE))
    samples = np.pad(spoken.samples * (level / peak), pads)
    hiss = 10.0 ** (generator.uniform(-85.0, -60.0) / 20.0) * level
    samples = samples + hiss * generator.standard_normal(len(samples))
    shift = pads[0] / SAMPLE_RATE
    segments = tuple((symbol, start + shift, end + shift) for symbol, start, end in spoken.segments)
    return Spoken(np.clip(samples, -1.0, 1.0).astype(np.float32), segments)
