# SPDX-License-Identifier: GPL-3.0-or-later
"""The same line opens every mouth equally far: what speech opens on the reference face, in millimetres of the character's own."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..geometry import INDEX, REFERENCE, Geometry, measure
from ..rowwise import product
from .sampling import Floats, smooth

OPENERS: Final = [
    arkit.INDEX[name]
    for name in ("jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight")
]
FACTOR: Final = (0.4, 2.5)
"""How much less or more the shapes of a character may be used than those of the reference face."""
SMALLEST: Final = 1.0
"""mm of opening below which a factor says nothing."""
SOFT: Final = 0.03

_GAP: Final = INDEX["gap"]


def alike(spoken: Floats, geometry: Geometry, fps: float) -> Floats:
    """float32[F, 52] speech for the reference face → the same opening on a character's."""
    if geometry is REFERENCE or len(spoken) == 0:
        return spoken
    wanted = measure(spoken)[:, _GAP] - REFERENCE.neutral[_GAP]
    there = measure(spoken, geometry)[:, _GAP] - geometry.neutral[_GAP]
    opening = product(spoken[:, OPENERS], np.maximum(geometry.jacobian[OPENERS, _GAP], 0))
    factor = 1 + np.where(wanted > 0, wanted - there, 0) / np.maximum(opening, SMALLEST)
    fitted = spoken.copy()
    fitted[:, OPENERS] *= smooth(np.clip(factor, *FACTOR).astype(np.float32), SOFT * fps)[:, None]
    return np.clip(fitted, 0, 1)
