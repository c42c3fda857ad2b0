# SPDX-License-Identifier: GPL-3.0-or-later
"""The FACEGOOD actor: 116 rig channels at 30 frames a second, of which the mouth's two dozen move.

Left and right are alike to the last digit in every channel that moves, so each pair is one channel here. The rig closes the lips
by closing the jaw and sucking them in: it has nothing like mouthClose.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference import arkit, geometry
from ..corpora import data_folder
from .face import FaceTargets
from .resample import resample, resample_mask

CORPUS: Final = "facegood"
CHANNELS: Final[dict[str, str]] = {
    "jaw": "mouth_stretch_c",
    "lower funnel": "mouth_funnel_dl",
    "upper funnel": "mouth_funnel_ul",
    "oh": "mouth_oh_c",
    "oo": "mouth_oo_c",
    "pucker": "mouth_pucker_l",
    "press": "mouth_press_l",
    "lower suck": "mouth_suck_dl",
    "upper suck": "mouth_suck_ul",
    "lower lip down": "mouth_lowerLipDepress_l",
    "upper lip up": "mouth_upperLipRaise_l",
    "corner pull": "mouth_lipCornerPull_l",
    "lip stretch": "mouth_lipStretch_l",
    "lower teeth down": "tooth_d_d",
}
"""Our word → the rig's name of every channel that moves in more than a frame in a thousand. The order of FaceTargets.rig."""
_ARKIT: Final[dict[str, dict[str, float]]] = {
    "jawOpen": {"jaw": 1.0, "oh": 0.15},
    "mouthFunnel": {"lower funnel": 0.5, "upper funnel": 0.5, "oh": 0.5},
    "mouthPucker": {"pucker": 0.8, "oo": 0.6, "oh": 0.2},
    "mouthPressLeft": {"press": 1.0},
    "mouthRollLower": {"lower suck": 1.0},
    "mouthRollUpper": {"upper suck": 1.0},
    "mouthLowerDownLeft": {"lower lip down": 1.0},
    "mouthUpperUpLeft": {"upper lip up": 1.0},
    "mouthSmileLeft": {"corner pull": 1.0},
    "mouthStretchLeft": {"lip stretch": 1.0},
}
"""ARKit shape → what it takes of each channel. The rig's "oh" is a rounded, open pose: part funnel, part pucker, a little jaw."""
_UNDEPICTED: Final = ("upper_protrusion", "lower_protrusion", "lower_roll", "bite", "lid_left", "lid_right", "tongue")
"""Measures that follow from the mapping alone, so nothing was seen of them."""


def to_arkit(rig: NDArray[np.floating]) -> NDArray[np.float32]:
    """Weights float32[T, 52] of rig channels float[T, R] in CHANNELS order."""
    column = {name: index for index, name in enumerate(CHANNELS)}
    weights = np.zeros((len(rig), arkit.COUNT), np.float32)
    for shape, takes in _ARKIT.items():
        for channel, share in takes.items():
            weights[:, arkit.INDEX[shape]] += share * rig[:, column[channel]]
        weights[:, arkit.INDEX[arkit.mirrored(shape)]] = weights[:, arkit.INDEX[shape]]
    return np.clip(weights, 0.0, 1.0)


@lru_cache(maxsize=8)
def captured(take: str) -> FaceTargets | None:
    """Targets of one take by its id ("1114_2_01"); None when it is not in the data folder."""
    path = data_folder() / "faces" / f"{CORPUS}_{take}.npz"
    if not path.exists():
        return None
    with np.load(path) as stored:
        names = [str(name) for name in stored["names"]]
        fps = float(stored["fps"])
        live = stored["curves"].astype(np.float64)[:, [names.index(channel) for channel in CHANNELS.values()]]
    frames = int(len(live) / fps * 50.0)
    rig = np.clip(resample(live, fps, frames), 0.0, 1.0)
    weights = to_arkit(rig)
    measures = geometry.measure(weights)
    measures[:, [geometry.INDEX[name] for name in _UNDEPICTED]] = np.nan
    known = resample_mask(np.ones(len(live), dtype=bool), fps, frames)
    return FaceTargets(weights, measures, known, rig.astype(np.float32))
