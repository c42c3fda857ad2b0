# SPDX-License-Identifier: GPL-3.0-or-later
"""How each part of a face moves under each key: means over windows around the landmarks, comparable from mesh to mesh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .face_frame import Frame, Vectors
from .landmarks import Landmarks
from .parts import Face

WINDOWS: Final = (
    "upper lip", "upper lip left", "upper lip right", "lower lip", "lower lip left", "lower lip right",
    "corner left", "corner right", "chin", "jaw left", "jaw right", "cheek left", "cheek right", "nose left", "nose right",
    "upper lid left", "upper lid right", "lower lid left", "lower lid right", "eye left", "eye right",
    "inner brow left", "inner brow right", "brow left", "brow right", "outer brow left", "outer brow right",
)  # fmt: skip
"""The order of every array of windows."""
_MOVING: Final = 0.15
"""Millimetres below which a vertex counts as still under every key."""
_ABOVE: Final = 64.0
"""Millimetres of the eyes above the lips on the reference face, for faces that do not blink."""


def windowed(whole: Face, face: Frame, marks: Landmarks, drop: Vectors, blinks: Mapping[str, Vectors]) -> Vectors:
    """float32[K, W, 3] millimetres (left, up, front) by which keys move each window.

    drop: float32[V, 3] what opens the mouth, tells the lips apart.   blinks: of “Left” and “Right”, tell the lids.
    """
    placed = face.place(whole.points)
    near = np.flatnonzero(whole.mobile * face.millimetres > _MOVING)
    if not len(near):
        return np.zeros((len(whole.names), len(WINDOWS), 3), np.float32)
    fall = -face.turn(drop[near])[:, 1]
    share = fall / max(float(np.percentile(fall[fall > 0.0], 99)) if (fall > 0.0).any() else 1.0, 1e-9)
    lids = {side: -face.turn(blink[near])[:, 1] for side, blink in blinks.items()}
    weights = np.stack([_weights(name, placed[near], share, lids, everywhere=placed, marks=marks) for name in WINDOWS])
    total = weights.sum(1, keepdims=True)
    weights = np.where(total > 1e-6, weights / np.maximum(total, 1e-6), 0.0).astype(np.float32)
    used = np.flatnonzero(weights.max(0) > 1e-5)
    # In double precision: how BLAS adds up depends on its threads, and what is left of that is gone in the float32.
    moves = whole.moves[:, near[used]].astype(np.float64)
    means = np.einsum("wv,kvc->kwc", weights[:, used].astype(np.float64), moves, optimize=True)
    return np.asarray(means @ face.axes.T, np.float32)


def _weights(
    name: str,
    placed: NDArray[np.float64],
    share: NDArray[np.float64],
    lids: Mapping[str, NDArray[np.float64]],
    *,
    everywhere: NDArray[np.float64],
    marks: Landmarks,
) -> NDArray[np.float64]:
    """float64[V] of one window over the vertices placed; share: how far they drop with the jaw; lids: how far with each blink."""
    side = 1.0 if name.endswith("left") else -1.0 if name.endswith("right") else 0.0
    part = name.removesuffix(" left").removesuffix(" right")
    mouth = everywhere[[*marks.upper, *marks.lower]].mean(0)
    corner = everywhere[marks.corners[1] if side > 0 else marks.corners[0]] if side else mouth
    eye = np.array([side * 31.5, 0.0 if lids else mouth[1] + _ABOVE, mouth[2] - 10.0])
    if part == "upper lid":
        fall = lids.get("Left" if side > 0 else "Right", np.zeros(len(placed)))
        return np.asarray(np.clip(fall / max(float(fall.max(initial=0.0)), 1e-9) - 0.5, 0.0, None))
    centre, size = {
        "upper lip": ((mouth + corner) / 2, 6.0),
        "lower lip": ((mouth + corner) / 2, 6.0),
        "corner": (corner, 5.0),
        "chin": (everywhere[marks.chin], 9.0),
        "jaw": (np.add(corner, [side * 16.0, -24.0, -18.0]), 12.0),
        "cheek": (np.array([side * 36.0, mouth[1] + 0.45 * (eye[1] - mouth[1]), mouth[2] - 12.0]), 10.0),
        "nose": (np.array([side * 11.0, mouth[1] + 0.45 * (eye[1] - mouth[1]), mouth[2]]), 6.0),
        "lower lid": (np.add(eye, [0.0, -9.0, 0.0]), 4.5),
        "eye": (eye, 7.0),
        "inner brow": (np.add(eye, [-side * 18.0, 20.0, 0.0]), 7.0),
        "brow": (np.add(eye, [0.0, 24.0, 0.0]), 7.0),
        "outer brow": (np.add(eye, [side * 16.0, 20.0, 0.0]), 7.0),
    }[part]
    flat = placed - centre
    flat[:, 2] *= 0.35
    weight = np.exp(-0.5 * np.square(flat).sum(1) / size**2)
    if part == "upper lip":
        weight *= share < 0.35
    elif part == "lower lip":
        weight *= share > 0.6
    return np.asarray(weight)
