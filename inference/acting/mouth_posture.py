# SPDX-License-Identifier: GPL-3.0-or-later
"""How a character holds its mouth, whatever is said: lips apart or together, corners up or down, jaw forward."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..pose import weights_of
from ..rowwise import total
from .situation import Situation

APART: Final = {"jawOpen": 0.1, "mouthLowerDown": 0.16, "mouthUpperUp": 0.12}
TOGETHER: Final = {"mouthPress": 0.3, "mouthShrugLower": 0.1, "mouthClose": 0.03}
SWEET: Final = {"mouthSmile": 0.32, "mouthDimple": 0.08}
SOUR: Final = {"mouthFrown": 0.4, "mouthShrugLower": 0.08}
JUTTING: Final = {"jawForward": 0.8}
PRESSED: Final = {"mouthPress": 0.5, "mouthRollLower": 0.22, "mouthRollUpper": 0.22}
"""What each slider reaches at its end."""


def posture(situation: Situation, spoken: Floats, closure: Floats) -> Floats:
    """float32[F, 52] what the character's way of holding the mouth adds to speech, float32[F, 52].

    closure: float32[F] where the lips meet on p, b and m, and press.
    """
    direction = situation.direction
    constant = (
        (APART, max(direction.lips_apart, 0)),
        (TOGETHER, max(-direction.lips_apart, 0)),
        (SWEET, max(direction.corners, 0)),
        (SOUR, max(-direction.corners, 0)),
        (JUTTING, direction.jaw_forward),
    )
    held = sum((amount * weights_of(form) for form, amount in constant if amount), np.zeros(arkit.COUNT, np.float32))
    shapes = situation.presence[:, None] * held
    # Corners and pressed lips give way where the lips are needed elsewhere.
    busy = np.clip(1.2 * total(spoken[:, [arkit.INDEX["mouthPucker"], arkit.INDEX["mouthFunnel"]]]), 0, 0.7)
    shapes *= (1 - busy)[:, None]
    return np.asarray(shapes + (direction.press * closure)[:, None] * weights_of(PRESSED), np.float32)
