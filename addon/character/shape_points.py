# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the points of a shape key are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def points_of(block: Any) -> NDArray[np.float32]:
    """float32[V, 3] of a shape key, in the space and units of its mesh."""
    import numpy as np

    points = np.empty(3 * len(block.points), np.float32)
    block.points.foreach_get("co", points)
    return points.reshape(-1, 3)
