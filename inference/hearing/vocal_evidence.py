# SPDX-License-Identifier: GPL-3.0-or-later
"""How much each cue speaks for each vocal sound. The weights are learned by `python -m parlance.models.vocal`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

FILE: Final = Path(__file__).parent / "vocal_evidence.json"


@dataclass(frozen=True)
class Evidence:
    """One kind of sound. mean, scale, weight, bend: float64[cues], bend being the weight of a square; scores are in log odds.

    sloped, shifted: a score to the log odds of being right where the sound comes RARITY times an hour.
    most: confidence of the surest one: less where little is known of how it sounds.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weight: NDArray[np.float64]
    bend: NDArray[np.float64]
    bias: float
    sloped: float
    shifted: float
    most: float

    def scores(self, cues: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n] of float64[n, cues]."""
        # A cue far beyond all that was learned from says no more than the furthest of those.
        scaled = np.clip((cues - self.mean) / self.scale, -FURTHEST, FURTHEST)
        return np.asarray(scaled @ self.weight + scaled**2 @ self.bend + self.bias)

    def odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n] log odds of being right."""
        return np.asarray(self.sloped * scores + self.shifted)

    def confidence(self, odds: float) -> float:
        """0..1."""
        return min(1 / (1 + float(np.exp(-np.clip(odds, -30, 30)))), self.most)


FURTHEST: Final = 3.5
"""Deviations."""
RARITY: Final = {"laugh": 7.5, "effort": 20.0, "cough": 12.0, "cry": 6.0, "sigh": 5.0, "breath": 5.0}
"""How often each kind comes in an hour. breath: a gasp, which is no breath between words."""


@lru_cache(maxsize=1)
def learned() -> dict[str, Evidence]:
    """The evidence that ships, by kind of vocal sound."""
    stored = json.loads(FILE.read_text("utf-8"))
    return {kind: read(row) for kind, row in stored.items()}


def read(row: dict[str, object]) -> Evidence:
    """From a row of the file."""
    cues = row["cues"]
    assert isinstance(cues, dict)
    table = np.array(list(cues.values()), np.float64).reshape(-1, 4)
    rest = (float(str(row[name])) for name in ("bias", "sloped", "shifted", "most"))
    return Evidence(*table.T, *rest)
