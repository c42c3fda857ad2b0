# SPDX-License-Identifier: GPL-3.0-or-later
"""From dense curves to the keys that the artist asked for: sparse, or one on every frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from numpy.typing import NDArray

from ..inference.animation import Animation
from ..inference.direction import Direction
from ..inference.keying import dense, fit_all
from ..inference.keying.keys import Keys
from ..inference.rigging.rig_map import RigMap

TOLERANCE: Final = 0.01


def fit_keys(
    values: NDArray[Any], first: int, direction: Direction, anchors: Sequence[Sequence[int]], *, tolerance: float | None = None
) -> list[Keys]:
    """Keys of float[F, C] curves: sparse within the direction's tolerance, or on every frame where it asks for that."""
    if getattr(direction, "every_frame", False):
        return dense(values, first)
    allowed = getattr(direction, "tolerance", TOLERANCE) if tolerance is None else tolerance
    return fit_all(values, first, tolerance=allowed, anchors=anchors)


def anchors_of(animation: Animation, rig_map: RigMap, target: str) -> list[int]:
    """The frames where one of a character's shapes wants a key."""
    channels = frozenset(rig_map.channels(target))
    frames = (anchor.frame for anchor in animation.anchors if not anchor.channels or channels.intersection(anchor.channels))
    return sorted({round(frame) for frame in frames if 0 <= round(frame) < len(animation.shapes)})
