# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces on film that no model has learned from, and how near to them a face comes that only hears them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...inference.geometry import INDEX
from ...inference.performance import FRAME_RATE
from ..corpora import data_folder
from ..targets import grid
from ..targets.landmarks import lip_measures
from .metrics import correlation, interval
from .product import Shown

CORPUS: Final = "grid_faces"
MEASURES: Final = ("gap", "width", "chin")
Row = dict[str, float]


@lru_cache(maxsize=1)
def filmed() -> Mapping[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Of each clip by its id: float64[T, M] mm at FRAME_RATE, and bool[T] where the face was tracked. Empty without the film."""
    path = data_folder() / "faces" / f"{CORPUS}.npz"
    if not path.exists():
        return {}
    with np.load(path, allow_pickle=False) as archive:
        stored = {name: archive[name] for name in archive.files if not name.startswith("mediapipe")}
    faces = {str(name): grid.still_at_50(stored, number) for number, name in enumerate(stored["ids"])}
    return {name: (lip_measures(face), face.tracked) for name, face in faces.items()}


def likeness(shown: Sequence[Shown]) -> Row:
    """Correlation with the film and ratios of standard deviations, over clips; and how far both open."""
    clips = [pair for one in shown for pair in _pairs(one)]
    row: Row = {}
    for name in MEASURES:
        both = [(mine[:, INDEX[name]], theirs[:, INDEX[name]]) for mine, theirs in clips]
        mean, low, high = interval([correlation(*pair) for pair in both])
        row |= {f"{name} r": mean, f"{name} r low": low, f"{name} r high": high}
        row[f"{name} sd ratio"] = interval([float(mine.std() / theirs.std()) for mine, theirs in both])[0]
        if name == "gap":
            row["gap sd ratio, same size"] = interval([_shape(mine) / _shape(theirs) for mine, theirs in both])[0]
    gaps = [(mine[:, INDEX["gap"]], theirs[:, INDEX["gap"]]) for mine, theirs in clips]
    row["gap p95 mm"], row["film p95 mm"] = (float(np.mean([np.percentile(pair[side], 95) for pair in gaps])) for side in (0, 1))
    row["clips"] = float(len(clips))
    return row


def _shape(gap: NDArray[np.float64]) -> float:
    """The standard deviation in units of the face's own opening: how far a mouth opens is personal, how it moves is not."""
    return float(gap.std() / np.percentile(gap, 95))


def _pairs(one: Shown) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    if one.utterance.id not in filmed():
        return []
    theirs, tracked = filmed()[one.utterance.id]
    times = (np.arange(len(theirs)) + 0.5) / FRAME_RATE
    mine = np.zeros_like(theirs)
    for name in MEASURES:
        mine[:, INDEX[name]] = one.at(name, times)
    return [(mine[tracked], theirs[tracked])]
