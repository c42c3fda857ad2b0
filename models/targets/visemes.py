# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shapes show a taught movement: lips open it, not the jaw alone, and teeth show, as artists sculpt and film shows them.

A gap in millimetres can be made in many ways. Left alone, a solve takes as few shapes as it can, and that is a mumbling mouth.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ...inference import arkit, geometry, phones

_VISEMES: Final[Mapping[str, Mapping[str, float]]] = {
    "p b m": {"mouthPress": 0.12, "mouthRollLower": 0.10},
    "f v": {"mouthRollLower": 0.34, "mouthUpperUp": 0.31, "mouthStretch": 0.12, "mouthDimple": 0.12},
    "θ ð": {"mouthLowerDown": 0.34, "mouthUpperUp": 0.25, "tongueOut": 0.4},
    "t d ɾ r": {"mouthLowerDown": 0.35, "mouthUpperUp": 0.31, "mouthSmile": 0.14},
    "n": {"mouthLowerDown": 0.34, "mouthUpperUp": 0.29, "mouthSmile": 0.22, "mouthFunnel": 0.12},
    "l": {"mouthLowerDown": 0.35, "mouthUpperUp": 0.27, "mouthSmile": 0.16, "tongueOut": 0.1},
    "s z": {"mouthLowerDown": 0.58, "mouthUpperUp": 0.20, "mouthSmile": 0.34, "mouthStretch": 0.08},
    "ʃ ʒ tʃ dʒ": {"mouthFunnel": 0.62, "mouthLowerDown": 0.35, "mouthUpperUp": 0.20},
    "k g ŋ x": {"mouthLowerDown": 0.26, "mouthUpperUp": 0.23, "mouthDimple": 0.20, "mouthStretch": 0.14},
    "ɹ ɝ": {"mouthFunnel": 0.40, "mouthUpperUp": 0.34, "mouthLowerDown": 0.21, "mouthPucker": 0.08},
    "a ɑ ʌ ə h ʔ": {"mouthLowerDown": 0.22, "mouthUpperUp": 0.20},
    "æ ɛ": {"mouthLowerDown": 0.30, "mouthUpperUp": 0.34, "mouthSmile": 0.30, "mouthStretch": 0.10},
    "e": {"mouthUpperUp": 0.34, "mouthLowerDown": 0.29, "mouthSmile": 0.34},
    "i ɪ j ç": {"mouthLowerDown": 0.29, "mouthStretch": 0.34, "mouthSmile": 0.34, "mouthUpperUp": 0.22, "mouthDimple": 0.14},
    "ɔ o ø": {"mouthFunnel": 0.52, "mouthPucker": 0.24, "mouthLowerDown": 0.10},
    "u ʊ w y": {"mouthPucker": 0.52, "mouthFunnel": 0.32, "mouthLowerDown": 0.08},
}
"""What each phone shows besides the jaw: between the film of one man and what artists sculpt for MakeHuman's visemes."""
BLUR: Final = 1.5
"""Frames (30 ms): standard deviation over which neighbours share their shapes."""
SPARSITY: Final = 0.25
IMPORTANCE: Final = {
    "gap": 1.2, "chin": 1.0, "width": 0.6, "upper_protrusion": 0.4, "corner": 0.1, "lower_roll": 0.6, "tongue": 0.3,
}  # fmt: skip
"""Of a millimetre of each measure; what a shape adds to the others is let go."""


def _table() -> NDArray[np.float32]:
    table = np.zeros((phones.COUNT, arkit.COUNT), np.float32)
    for symbols, shapes in _VISEMES.items():
        for shape, weight in shapes.items():
            columns = [arkit.INDEX[name] for name in (shape, f"{shape}Left", f"{shape}Right") if name in arkit.INDEX]
            table[np.ix_([phones.INDEX[symbol] for symbol in symbols.split()], columns)] = weight
    return table


TABLE: Final = _table()
"""float32[COUNT, 52] weights of each phone class."""


def shown(measures: NDArray[np.float32], classes: NDArray[np.int16]) -> NDArray[np.float32]:
    """Weights float32[T, 52] that show millimetres float[T, M] near the visemes of phone classes int[T]."""
    near = gaussian_filter1d(TABLE[classes], BLUR, axis=0, mode="nearest")
    limits = geometry.ceilings((*geometry.SPEECH_SHAPES, "mouthDimpleLeft", "mouthDimpleRight"))
    weights = np.array([IMPORTANCE.get(name, 0.0) for name in geometry.MEASURES], np.float32)
    return geometry.solve(measures, weights=weights, limits=limits, prior=near, sparsity=SPARSITY)
