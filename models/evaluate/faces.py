# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the lips move as real ones did: held-out film of the GRID speaker and a held-out take of the FACEGOOD actor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from ...inference import geometry
from ...inference.performance import FRAME_RATE
from ..targets import facegood, grid
from ..targets.face import FaceTargets
from .metrics import correlation, interval, lag, spread_ratio
from .voices import Heard

MEASURES: Final = ("gap", "width", "chin", "corner")
Row = dict[str, float]


def target_of(one: Heard) -> FaceTargets | None:
    """What was filmed or captured during an utterance."""
    if one.utterance.corpus == grid.CORPUS:
        return grid.fitted().get(one.utterance.id)
    return facegood.captured(one.utterance.id)


def faces(heard: Sequence[Heard], measures: Sequence[str] = MEASURES, seconds: float | None = None) -> Row:
    """Per measure: mean correlation over clips, its 95 % interval, ratio of standard deviations, lag; motion timing of the gap.

    seconds: cut longer recordings into clips of this length, so that the interval means something.
    """
    row: Row = {}
    clips = [pair for one in heard for pair in _pairs(one, seconds)]
    for name in measures:
        index = geometry.INDEX[name]
        pairs = [(mine[:, index], theirs[:, index]) for mine, theirs in clips if np.isfinite(theirs[:, index]).all()]
        mean, low, high = interval([correlation(*pair) for pair in pairs])
        row |= {f"{name} r": mean, f"{name} r low": low, f"{name} r high": high}
        row[f"{name} spread"] = interval([spread_ratio(*pair) for pair in pairs])[0]
        row[f"{name} lag ms"] = 1000.0 * interval([lag(*pair) for pair in pairs])[0]
    gap = geometry.INDEX["gap"]
    row["MTM ms"] = interval([motion_timing(mine[:, gap], theirs[:, gap]) for mine, theirs in clips])[0]
    row["clips"] = float(len(clips))
    return row


def _pairs(one: Heard, seconds: float | None) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    face = target_of(one)
    if face is None:
        return []
    frames = min(len(one.measures), len(face.measures))
    known = face.known[:frames]
    mine, theirs = one.measures[:frames].astype(np.float64), face.measures[:frames].astype(np.float64)
    step = frames if seconds is None else int(seconds * FRAME_RATE)
    parts = [slice(start, start + step) for start in range(0, frames - step + 1, step)]
    return [(mine[part][known[part]], theirs[part][known[part]]) for part in parts if known[part].sum() > 50]


def motion_timing(predicted: NDArray[np.float64], truth: NDArray[np.float64], sigma: float = 1.7) -> float:
    """Mean time between matching turning points, in ms (mean temporal misalignment, MTM; lower is better).

    Both tracks are smoothed (σ = 1.7 frames, as 2 at 60 a second), aligned by dynamic time warping of their slopes, and every
    turning point of the truth is compared with the predicted one of the same kind on the warping path.
    """
    mine, theirs = gaussian_filter1d(predicted, sigma), gaussian_filter1d(truth, sigma)
    path = warping_path(np.gradient(mine), np.gradient(theirs))
    kinds = turning_points(mine), turning_points(theirs)
    gaps = [abs(i - j) for i, j in path if kinds[0][i] and kinds[0][i] == kinds[1][j]]
    return float(np.mean(gaps)) * 1000.0 / FRAME_RATE if gaps else float("nan")


def turning_points(track: NDArray[np.float64]) -> NDArray[np.int8]:
    """int8[T] 1 at peaks, -1 at troughs, 0 elsewhere."""
    slope = np.sign(np.diff(track))
    kinds = np.zeros(len(track), np.int8)
    kinds[1:-1] = ((slope[:-1] > 0) & (slope[1:] < 0)).astype(np.int8) - ((slope[:-1] < 0) & (slope[1:] > 0)).astype(np.int8)
    return kinds


def warping_path(a: NDArray[np.float64], b: NDArray[np.float64], band: int = 15) -> list[tuple[int, int]]:
    """Dynamic time warping of |a - b| within ±band frames: index pairs from the end to the start."""
    cost = np.full((len(a) + 1, len(b) + 1), np.inf)
    cost[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(max(1, i - band), min(len(b), i + band) + 1):
            cost[i, j] = abs(a[i - 1] - b[j - 1]) + min(cost[i - 1, j - 1], cost[i - 1, j], cost[i, j - 1])
    i, j = len(a), len(b)
    path = []
    while i > 0 and j > 0:
        path.append((i - 1, j - 1))
        i, j = min(((i - 1, j - 1), (i - 1, j), (i, j - 1)), key=lambda cell: cost[cell])
    return path
