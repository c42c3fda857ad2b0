# SPDX-License-Identifier: GPL-3.0-or-later
"""How far keys may miss each shape so that it comes to as much on the face: millimetres are seen, weights are not.

A hundredth of jawOpen moves the chin by three tenths of a millimetre, a hundredth of a press the lips by two hundredths.
Where the lips meet, or bite, no shape gets any leeway: small misses of many would add up to a mouth that does not close.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..animation import Animation
from ..geometry import INDEX, REFERENCE, Geometry, measure_one

FULL: Final = 16.0
"""Millimetres that a shape moves the face by which gets no leeway: at the usual tolerance of 0.01, keys miss by 0.16 mm."""
MOST: Final = 5.0
"""A shape that hardly moves anything may miss by this many tolerances at most: someone will look at its curve."""
NEAR: Final = 1.5
"""Millimetres of lip gap below which lips meet or might: there a fraction of a millimetre tells the two apart."""
PARTING: Final = 0.5
"""Millimetres of lip gap from which a shape counts for contacts."""
_LIPS: Final = {
    "gap": 1.0, "width": 0.5, "upper_protrusion": 1.0, "lower_protrusion": 1.0, "chin": 1.0, "corner": 1.0, "lower_roll": 1.0,
    "lid_left": 1.0, "lid_right": 1.0, "tongue": 1.0,
}  # fmt: skip
"""How much of each measure a point of the face moves; half of the width is either corner's."""
_AT_LEAST: Final = {
    **{name: 6.0 for name in arkit.NAMES if name.startswith("eyeLook")},
    "tongueOut": REFERENCE.effect("tongueOut", "tongue"),
}
"""Millimetres of what is not measured on a face: an iris, 12 from the eye's centre, goes 6 in 30 degrees; the tongue inside."""


def leeways(geometry: Geometry | None = None) -> NDArray[np.float64]:
    """float64[52] how many tolerances keys may miss each shape by on a face, 1 to MOST."""
    from ..features import typical

    geometry = geometry or REFERENCE
    jacobian = geometry.jacobian[:, [INDEX[name] for name in _LIPS]] * np.array(list(_LIPS.values()))
    features = typical() if geometry.features is None else geometry.features
    effects = np.maximum(np.linalg.norm(jacobian, axis=1), np.linalg.norm(features, axis=1))
    least = np.array([_AT_LEAST.get(name, 1e-3) for name in arkit.NAMES])
    return np.asarray(np.clip(FULL / np.maximum(effects, least), 1.0, MOST), np.float64)


def contacts(animation: Animation, geometry: Geometry | None = None) -> NDArray[np.int32]:
    """int32[n] the frames, indices into an animation, in which lips meet on a face or nearly do, or one meets the teeth."""
    touching = measure_one(animation.shapes, INDEX["gap"], geometry) <= NEAR
    for anchor in animation.anchors:
        if anchor.kind == "closure" and 0 <= round(anchor.frame) < len(touching):
            touching[round(anchor.frame)] = True
    return np.flatnonzero(touching).astype(np.int32)


class Leeway:
    """What keys of an animation may miss on a face."""

    def __init__(self, animation: Animation, geometry: Geometry | None = None) -> None:
        self._leeways = leeways(geometry)
        self._parts = np.abs((geometry or REFERENCE).jacobian[:, INDEX["gap"]]) > PARTING
        self._contacts = contacts(animation, geometry)

    def of(self, channels: Collection[int]) -> float:
        """How many tolerances what these ARKit channels move may be missed by: as many as the one of them with least."""
        return float(min((self._leeways[channel] for channel in channels), default=1.0))

    def exact(self, channels: Collection[int]) -> NDArray[np.int32]:
        """The frames where it may not, ascending: those of contacts, where it moves the lips apart or together."""
        return self._contacts if any(self._parts[channel] for channel in channels) else self._contacts[:0]
