# SPDX-License-Identifier: GPL-3.0-or-later
"""From dense curves to the keys that the artist asked for: sparse, or one on every frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from numpy.typing import NDArray

from ..inference.animation import Animation
from ..inference.arkit import COUNT, REGIONS
from ..inference.direction import Direction
from ..inference.keying import dense, fit_all
from ..inference.keying.keys import Keys
from ..inference.rigging.rig_map import RigMap

MOUTH: Final = frozenset({*REGIONS["jaw"], *REGIONS["mouth"], *REGIONS["tongue"]})


def fit_keys(
    values: NDArray[Any], first: int, direction: Direction, anchors: Sequence[Sequence[int]], *, tolerance: float | None = None
) -> list[Keys]:
    """Keys of float[F, C] curves: sparse within a tolerance (the direction's own), or on every frame where it asks for that."""
    if direction.every_frame:
        return dense(values, first)
    return fit_all(values, first, tolerance=direction.tolerance if tolerance is None else tolerance, anchors=anchors)


def is_spared(direction: Direction, rig_map: RigMap, target: str) -> bool:
    """Whether one of a character's shapes is to be left alone: all that is above the mouth, where only the mouth shall move."""
    return direction.mouth_only and not MOUTH.issuperset(rig_map.channels(target))


def anchors_by_channel(animation: Animation) -> dict[int, set[int]]:
    """The frames where each ARKit channel wants a key."""
    together: dict[tuple[int, ...], set[int]] = {}
    for anchor in animation.anchors:
        together.setdefault(anchor.channels, set()).add(round(anchor.frame))
    frames: dict[int, set[int]] = {channel: set() for channel in range(COUNT)}
    for channels, group in together.items():
        inside = {frame for frame in group if 0 <= frame < len(animation.shapes)}
        for channel in channels or range(COUNT):
            frames[channel] |= inside
    return frames


def anchors_of(by_channel: dict[int, set[int]], rig_map: RigMap, target: str) -> list[int]:
    """The frames where one of a character's shapes wants a key."""
    return sorted(set().union(*(by_channel[channel] for channel in rig_map.channels(target))))
