# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys: sparse Bézier keys of one curve, as an animator would set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles

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

    frames: Doubles
    values: Doubles
    left: Doubles
    right: Doubles
    kinds: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.frames)

    def changed(self, **columns: Any) -> Keys:
        """The same keys with other columns."""
        mine = {name: getattr(self, name) for name in ("frames", "values", "left", "right", "kinds") if name not in columns}
        return Keys(**mine, **columns)

    @property
    def every_kind(self) -> NDArray[np.uint8]:
        """uint8[n]: the kinds, spelled out."""
        return np.full(len(self), BEZIER, np.uint8) if self.kinds is None else self.kinds


class Rounded(Keys):
    """Keys that are rounded to float32, as Blender keeps them; their columns are spelled out when asked for.

    block: float32[3, n, 2] the points, the left handles and the right ones, each (frame, value).
    """

    block: NDArray[np.float32]

    def __init__(
        self, frames: Doubles, values: Doubles, left: Doubles, right: Doubles, kinds: NDArray[np.uint8] | None = None
    ) -> None:
        block = np.empty((3, len(frames), 2), np.float32)
        block[0, :, 0], block[0, :, 1], block[1], block[2] = frames, values, left, right
        self.__dict__.update(block=block, kinds=kinds)

    @classmethod
    def of(cls, block: NDArray[np.float32], kinds: NDArray[np.uint8] | None = None) -> Self:
        """Keys that are such a block."""
        keys = cls.__new__(cls)
        keys.__dict__.update(block=block, kinds=kinds)
        return keys

    def __len__(self) -> int:
        return int(self.block.shape[1])

    def __getattr__(self, name: str) -> Any:
        if name not in _COLUMNS:
            raise AttributeError(name)
        column = self.block[_COLUMNS[name]].astype(np.float64)
        if len(self) <= MANY:
            self.__dict__[name] = column
        return column


MANY: Final = 4096
"""Keys on one curve from which on memory counts more than the time to spell them out again."""
_COLUMNS: Final[dict[str, Any]] = {"frames": (0, slice(None), 0), "values": (0, slice(None), 1), "left": 1, "right": 2}
