# SPDX-License-Identifier: GPL-3.0-or-later
"""What each viseme looks like: the pose of its phone held long, or the few shapes it is made of, on the reference face."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .. import arkit, geometry
from ..articulation import articulate, to_weights
from ..performance import Phone
from .visemes import PARTS, PHONES


@lru_cache(maxsize=1)
def poses() -> dict[str, NDArray[np.float32]]:
    """float32[52] weights of every viseme, 0..1."""
    held = to_weights(np.concatenate([articulate([Phone(phone, 0.0, 1.0)], np.array([0.5])) for phone in PHONES.values()]))
    return dict(zip(PHONES, held, strict=True)) | {name: _weights(parts) for name, parts in PARTS.items()}


@lru_cache(maxsize=1)
def effects() -> dict[str, NDArray[np.float32]]:
    """float32[M] millimetres by which every viseme at weight 1 moves the reference face from rest."""
    return {name: geometry.measure(pose[None])[0] - geometry.REFERENCE.neutral for name, pose in poses().items()}


def _weights(parts: dict[str, float]) -> NDArray[np.float32]:
    pose = np.zeros(arkit.COUNT, np.float32)
    for name, weight in parts.items():
        pose[arkit.INDEX[name]] = weight
    return pose
