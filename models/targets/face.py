# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face did during an utterance, at the 50 frames a second of a Performance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class FaceTargets:
    """T frames. NaN is unknown.

    weights: float32[T, 52] ARKit weights, 0..1; shapes that this source cannot tell are 0 (filmed) or NaN (FACEGOOD).
    measures: float32[T, M] millimetres, geometry.MEASURES order.
    known: bool[T] frames in which the face was seen; the rest are to be left out of every loss.
    rig: float32[T, R] the actor's own rig channels (facegood.CHANNELS), or None.
    """

    weights: NDArray[np.float32]
    measures: NDArray[np.float32]
    known: NDArray[np.bool_]
    rig: NDArray[np.float32] | None = None
