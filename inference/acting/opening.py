# SPDX-License-Identifier: GPL-3.0-or-later
"""Open and round every mouth equally far: speech on the reference face, in millimetres, is given to the character's own."""

from __future__ import annotations

from typing import Final

import numpy as np

from .. import arkit
from ..arrays import Floats
from ..geometry import INDEX, REFERENCE, Geometry, measure_one
from ..rowwise import product
from .sampling import smooth

OPENERS: Final = [
    arkit.INDEX[name]
    for name in ("jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight")
]
FACTOR: Final = (0.4, 2.5)
"""How much less or more the shapes of a character may be used than those of the reference face."""
SMALLEST: Final = 1.0
"""mm of opening below which a factor says nothing."""
SOFT: Final = 0.03
ROUNDERS: Final = [arkit.INDEX["mouthFunnel"], arkit.INDEX["mouthPucker"]]
ROUNDED: Final = (0.85, 1.5)
"""How much less or more they may be used: some kisses are sculpted further than anybody speaks, others hardly at all. On film a
mouth keeps four fifths of its width in w; what is sculpted to round more is meant to, and mostly left so."""
ROUNDS: Final = 2.0
"""mm of narrowing and protrusion from which a shape rounds at all: a weaker one would only be made to show its faults."""

_GAP, _WIDTH = INDEX["gap"], INDEX["width"]
_FORWARD: Final = [INDEX["upper_protrusion"], INDEX["lower_protrusion"]]


def alike(spoken: Floats, geometry: Geometry, fps: float) -> Floats:
    """float32[F, 52] speech for the reference face → the same opening and rounding on a character's."""
    if geometry is REFERENCE or len(spoken) == 0:
        return spoken
    wanted = measure_one(spoken, _GAP) - REFERENCE.neutral[_GAP]
    fitted = spoken.copy()
    fitted[:, ROUNDERS] = _rounded(spoken[:, ROUNDERS], geometry)
    there = measure_one(fitted, _GAP, geometry) - geometry.neutral[_GAP]
    opening = product(spoken[:, OPENERS], np.maximum(geometry.jacobian[OPENERS, _GAP], 0))
    factor = 1 + np.where(wanted > 0, wanted - there, 0) / np.maximum(opening, SMALLEST)
    fitted[:, OPENERS] *= smooth(np.clip(factor, *FACTOR).astype(np.float32), SOFT * fps)[:, None]
    return np.clip(fitted, 0, 1)


def _rounded(rounding: Floats, geometry: Geometry) -> Floats:
    """float32[F, 2] ROUNDERS, used so much more or less that they narrow this mouth and bring it forward as usual."""
    usual, own = _roundness(REFERENCE), _roundness(geometry)
    usual *= float(geometry.neutral[_WIDTH] / REFERENCE.neutral[_WIDTH]) * (own > ROUNDS)
    factor = product(rounding, usual) / np.maximum(product(rounding, own), 1e-3)
    return np.asarray(rounding * np.where(own > ROUNDS, np.clip(factor, *ROUNDED)[:, None], 1), np.float32)


def _roundness(geometry: Geometry) -> Floats:
    """float32[2] mm by which each of ROUNDERS narrows the mouth and brings the lips forward."""
    moves = geometry.jacobian[ROUNDERS]
    return np.asarray(np.maximum(moves[:, _FORWARD].mean(axis=1) - moves[:, _WIDTH], 0), np.float32)
