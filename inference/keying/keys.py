# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys: sparse Bézier keys of one curve, as an animator would set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
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

    frames: Floats
    values: Floats
    left: Floats
    right: Floats
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
    """Keys that are rounded to float32, as Blender keeps them."""


class Packed(Rounded):
    """Very many of them: half the memory; their columns are spelled out when asked for."""

    def __init__(
        self, frames: Floats, values: Floats, left: Floats, right: Floats, kinds: NDArray[np.uint8] | None = None
    ) -> None:
        rows = np.empty((len(frames), 6), np.float32)
        rows[:, 0], rows[:, 1], rows[:, 2:4], rows[:, 4:6] = frames, values, left, right
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "kinds", kinds)

    rows: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    def __getattr__(self, name: str) -> Any:
        if name not in _COLUMNS:
            raise AttributeError(name)
        return self.rows.T[_COLUMNS[name]].T.astype(np.float64)


_COLUMNS: Final[dict[str, int | slice]] = {"frames": 0, "values": 1, "left": slice(2, 4), "right": slice(4, 6)}
