# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys: sparse Bézier keys of one curve, as an animator would set them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Keys:
    """The keys of one f-curve, n of them, in frame order.

    frames: float64[n] scene frames (fractional allowed), strictly increasing.
    values: float64[n].
    left, right: float64[n, 2] handle positions (frame, value), handle type FREE or ALIGNED in Blender's terms.
    """

    frames: NDArray[np.float64]
    values: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.frames)
