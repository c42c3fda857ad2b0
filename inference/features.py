# SPDX-License-Identifier: GPL-3.0-or-later
"""What expressions are made of, in millimetres: where brows, lids, cheeks, nose, lips and corners go under each of the 52 shapes.

They are read off the windows that the survey of a character measures anyway (rigging/windows.py), so that a character has them as
soon as it is calibrated. What is not known of a face is taken from the typical one, the mean of several heads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import arkit
from .feature_names import FEATURES, PARTS
from .rigging.windows import WINDOWS

_LATERAL, _UP, _FRONT = range(3)
_PARTS: Final[dict[str, tuple[str, int, float, float]]] = {
    "inner_brow": ("inner brow", _UP, 1.0, 1.0),
    "brow": ("brow", _UP, 1.0, 1.0),
    "outer_brow": ("outer brow", _UP, 1.0, 1.0),
    "brow_in": ("inner brow", _LATERAL, -1.0, 1.0),
    "upper_lid": ("upper lid", _UP, 1.0, 1.2),
    "lower_lid": ("lower lid", _UP, 1.0, 1.2),
    "cheek": ("cheek", _UP, 1.0, 0.6),
    "nose": ("nose", _UP, 1.0, 1.8),
    "upper_lip": ("upper lip", _UP, 1.0, 0.5),
    "lower_lip": ("lower lip", _UP, 1.0, 0.5),
    "corner": ("corner", _UP, 1.0, 1.0),
    "corner_out": ("corner", _LATERAL, 1.0, 0.7),
    "corner_back": ("corner", _FRONT, -1.0, 0.3),
}
"""Each: a window, an axis, the direction that counts as positive (sideways: away from the middle), and how much a mm matters."""
COUNT: Final = len(FEATURES)
INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(FEATURES)}
IMPORTANCE: Final = np.array([*(_PARTS[part][3] for _side in "LR" for part in PARTS), 0.4], np.float32)
"""float32[F] how much a millimetre is seen."""
MIRROR: Final = (*(i + len(PARTS) for i in range(len(PARTS))), *range(len(PARTS)), COUNT - 1)
"""Where each feature's other side is."""

_TYPICAL: Final = Path(__file__).with_name("rigging") / "typical_effects.json"


def of_windows(effects: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """float32[52, F] millimetres at weight 1 of each shape, from float32[W, 3] (left, up, front) of the shapes there are."""
    moved = np.zeros((arkit.COUNT, len(WINDOWS), 3), np.float32)
    for shape, rows in effects.items():
        if shape in arkit.INDEX:
            moved[arkit.INDEX[shape]] = rows
    features = np.zeros((arkit.COUNT, COUNT), np.float32)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        for part, (window, axis, positive, _matters) in _PARTS.items():
            outward = sign if axis == _LATERAL else 1.0
            row = moved[:, WINDOWS.index(f"{window} {side.lower()}"), axis]
            features[:, INDEX[part + side]] = outward * positive * row
    features[:, INDEX["chin"]] = moved[:, WINDOWS.index("chin"), _UP]
    return features


@lru_cache(maxsize=1)
def typical() -> NDArray[np.float32]:
    """float32[52, F] of the typical face, where a character was not measured."""
    raw = json.loads(_TYPICAL.read_text(encoding="utf-8"))
    found = of_windows({name: np.array(rows, np.float32) for name, rows in raw["effects"].items()})
    found.flags.writeable = False
    return found


def named(millimetres: Mapping[str, float]) -> dict[int, float]:
    """{feature: mm} of what is given by name; a name without its side stands for both. Raises KeyError for an unknown name."""
    found: dict[int, float] = {}
    for name, value in millimetres.items():
        sides = [name] if name in INDEX else [name + "Left", name + "Right"]
        found |= {INDEX[each]: value for each in sides}
    return found
