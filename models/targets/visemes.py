# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shapes show a taught movement: lips open it, not the jaw alone, and teeth show, as artists sculpt and film shows them.

A gap in millimetres can be made in many ways. Left alone, a solve takes as few shapes as it can, and that is a mumbling mouth.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ...inference import geometry
from ...inference.articulation.visemes import WEIGHTS

BLUR: Final = 1.5
"""Frames (30 ms): standard deviation over which neighbours share their shapes."""
SPARSITY: Final = 0.25
IMPORTANCE: Final = {
    "gap": 1.2, "chin": 1.0, "width": 0.6, "upper_protrusion": 0.4, "corner": 0.1, "lower_roll": 0.6, "tongue": 0.3,
}  # fmt: skip
"""Of a millimetre of each measure; what a shape adds to the others is let go."""


def shown(measures: NDArray[np.float32], classes: NDArray[np.int16]) -> NDArray[np.float32]:
    """Weights float32[T, 52] that show millimetres float[T, M] near the visemes of phone classes int[T]."""
    near = gaussian_filter1d(WEIGHTS[classes], BLUR, axis=0, mode="nearest")
    limits = geometry.ceilings((*geometry.SPEECH_SHAPES, "mouthDimpleLeft", "mouthDimpleRight"))
    weights = np.array([IMPORTANCE.get(name, 0.0) for name in geometry.MEASURES], np.float32)
    objective = geometry.Objective(weights=weights, limits=limits, sparsity=SPARSITY)
    return geometry.solve(measures, objective=objective, prior=near * (limits > 0))
