# SPDX-License-Identifier: GPL-3.0-or-later
"""The slope of a curve at a key: that of the curve, held back so far that no segment leaves the band between its two keys.

Fritsch and Carlson 1980.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ..arrays import Doubles

STEEPEST: Final = 3.0
"""A slope may be this many times that of the chord: then a handle a third long still ends within the band."""


def central(flat: Doubles, count: int) -> Doubles:
    """Slope at every frame of curves of `count` frames, fourth order where there is room: what a smooth curve has there."""
    padded = np.pad(flat.reshape(-1, count), ((0, 0), (2, 2)), mode="edge")
    slopes = (8 * (padded[:, 3:-1] - padded[:, 1:-3]) - (padded[:, 4:] - padded[:, :-4])) / 12
    if count > 1:
        slopes[:, 0], slopes[:, -1] = padded[:, 3] - padded[:, 2], padded[:, -3] - padded[:, -4]
    return slopes.ravel()


def held_back(slopes: Doubles, before: Doubles, after: Doubles) -> Doubles:
    """Slopes so flat that handles stay between the values of their key and the next. before, after: slopes of the chords."""
    low, high = (end(before, 0) for end in (np.minimum, np.maximum))
    lowest, highest = np.maximum(low, np.minimum(after, 0)), np.minimum(high, np.maximum(after, 0))
    held: Doubles = np.clip(slopes, STEEPEST * lowest, STEEPEST * highest)
    return held
