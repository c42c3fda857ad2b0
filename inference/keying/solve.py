# SPDX-License-Identifier: GPL-3.0-or-later
"""Pin some keys and let the rest follow.

The displacement x from the generated curve is the smoothest small one through the pins: it minimises the integral of
reach^4 x''^2 + x^2 with x given at every pin. Its solution is a sum of that functional's Green's functions, one per pin
(the spline under tension of its own curve; Wahba 1990, Spline Models for Observational Data, ch. 1), so that pins are met
exactly at any fraction of a frame, nothing is solved over frames, and far from the pins nothing moves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..arrays import Doubles
from .evaluate import evaluate, slope
from .keys import Keys

FIRST_ZERO: Final = 3 * np.pi / 4
"""Where the Green's function e^-s (cos s + sin s) crosses zero; beyond it stays within 4.4 % of its top."""


def displacement(at: Doubles, pins: Doubles, moved: Doubles, reach: float) -> tuple[Doubles, Doubles]:
    """How far and how steeply everything moves at the frames `at`, when the frames `pins` (distinct) move by `moved`.

    reach: frames from a lone pin to where its influence is over.
    """
    if len(pins) == 0:
        return np.zeros(at.shape), np.zeros(at.shape)
    scale = FIRST_ZERO / reach
    weights = np.linalg.solve(_green(np.abs(pins[:, None] - pins) * scale), moved)
    away = (at[:, None] - pins) * scale
    steepness = -2 * np.exp(-np.abs(away)) * np.sin(away) * scale
    return _green(np.abs(away)) @ weights, steepness @ weights


def follow(
    keys: Keys, generated: Keys, pinned: NDArray[np.bool_], reach: float, limits: tuple[float, float] = (0.0, 1.0)
) -> Keys:
    """The pinned keys as they are; every other key goes along with them, from where it was generated.

    keys: what stands on the curve.   pinned: bool[n], those to hold.   generated: the curve without any edit.
    limits: what followers may not leave, unless they were generated outside.
    """
    at = keys.frames
    origin = evaluate(generated, at)
    rise, turn = displacement(at, at[pinned], (keys.values - origin)[pinned], reach)
    low, high = np.minimum(limits[0], origin), np.maximum(limits[1], origin)
    values = np.clip(origin + rise, low, high)
    turn = np.where(values == origin + rise, turn, 0.0)
    sides = [
        _handles(keys, handles, values, slope(generated, at, side) + turn) for handles, side in ((keys.left, -1), (keys.right, 1))
    ]
    moved = keys.changed(values=values, left=sides[0], right=sides[1])
    stay = pinned[:, None]
    return Keys(
        at,
        np.where(pinned, keys.values, moved.values),
        np.where(stay, keys.left, moved.left),
        np.where(stay, keys.right, moved.right),
        keys.kinds,
    )


def _green(s: Doubles) -> Doubles:
    green: Doubles = np.exp(-s) * (np.cos(s) + np.sin(s))
    return green


def _handles(keys: Keys, handles: Doubles, values: Doubles, slopes: Doubles) -> Doubles:
    """Handles as long as they were, at new slopes through new values."""
    return np.stack([handles[:, 0], values + slopes * (handles[:, 0] - keys.frames)], axis=1)
