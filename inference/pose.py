# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a pose that is written by name, {"mouthSmile": 0.2, "jawOpen": 0.1}, as weights of the 52 shapes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from . import arkit


def weights_of(named: Mapping[str, float]) -> NDArray[np.float32]:
    """float32[52] of named weights; a name without its side stands for both."""
    weights = np.zeros(arkit.COUNT, np.float32)
    for name, weight in named.items():
        for full in (name, name + "Left", name + "Right"):
            if full in arkit.INDEX:
                weights[arkit.INDEX[full]] += weight
                if full == name:
                    break
    return weights
