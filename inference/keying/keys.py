# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys: sparse Bézier keys of one curve, as an animator would set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CONSTANT: Final = 0
LINEAR: Final = 1
BEZIER: Final = 2
"""Interpolations, with Blender's numbers."""


@dataclass(frozen=True)
class Keys:
    """The keys of one f-curve, n of them, in frame order.

    frames: float64[n] scene frames (fractional allowed), strictly increasing.
    values: float64[n].
    left, right: float64[n, 2] handle positions (frame, value), handle type FREE or ALIGNED in Blender's terms.
    kinds: uint8[n] how each key leads to the next: CONSTANT, LINEAR or BEZIER (other numbers of Blender's read as LINEAR);
        None where all are Bézier. Only an artist sets any other.
    """

    frames: NDArray[np.float64]
    values: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    kinds: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def every_kind(self) -> NDArray[np.uint8]:
        """uint8[n]: the kinds, spelled out."""
        return np.full(len(self), BEZIER, np.uint8) if self.kinds is None else self.kinds
