# SPDX-License-Identifier: GPL-3.0-or-later
"""Follower bones: lower teeth and tongue turn about the jaw's joint as far as shapes move the chin down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry import INDEX
from . import visemes
from .bones import Bone, complete, moving, turning
from .rig_map import RigMap
from .survey import Survey

_CHIN: Final = INDEX["chin"]
_FALLS: Final = 1.0
"""Millimetres that the chin goes down, from which teeth are seen to stay behind."""
_SHORTEST: Final = 30.0
"""Millimetres from a chin back to the joint of its jaw: less than half of an adult's."""
_BESIDE: Final = 1.0
"""Millimetres from the joint at which a bone has to move as well as to turn."""
_OPENING: Final = frozenset(("jawOpen", *visemes.NAMES))


def falls(found: Survey, maps: Iterable[RigMap]) -> dict[str, float]:
    """{source: millimetres} that the chin goes down at 1, of all that opens the mouth on a character's meshes."""
    drives = {(drive.source, drive.target): drive.gain for each in maps for drive in each.active if drive.source in _OPENING}
    fallen: dict[str, float] = {}
    for (source, target), gain in drives.items():
        if target in found.index:
            fallen[source] = fallen.get(source, 0.0) + gain * float(found.measures[found.index[target], _CHIN])
    return {source: fall for source, fall in fallen.items() if fall > _FALLS}


def follower_map(
    jaw: Bone, carriers: Sequence[Bone], chin: NDArray[np.float32], found: Survey, fallen: Mapping[str, float]
) -> RigMap:
    """How bones that carry teeth and tongue follow shapes. jaw: about whose joint they turn; it may be one of them.

    chin: float32[3] about where it is.   fallen: as `falls` gives it.   All in the space of the armature, in which the shapes
    were surveyed.
    """
    placed = found.frame.place(np.stack([chin, jaw.head.astype(np.float32)]))
    reach = max(float(placed[0, 2] - placed[1, 2]), _SHORTEST)
    left = found.frame.axes[0] / found.frame.millimetres
    drives = []
    for source, fall in fallen.items():
        turn = math.atan2(fall, reach) * left
        for bone in carriers:
            drives += turning(source, bone, turn)
            arm = bone.head - jaw.head
            if np.linalg.norm(arm) * found.frame.millimetres > _BESIDE:
                drives += moving(source, bone, np.cross(turn, arm))
    return RigMap("Followers", complete(drives))
