# SPDX-License-Identifier: GPL-3.0-or-later
"""A small network that sees the lips alone, .3 s before and after, and says what they may be saying: `python -m
parlance.models.readability` trains it. It knows no sound and no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..geometry import INDEX, REFERENCE, Geometry, measure
from . import lip_classes

FILE: Final = Path(__file__).parent / "lip_reader.npz"
RATE: Final = 60.0
"""Frames a second that it sees."""
SCALES: Final = {
    "gap": 4.0, "width": 3.0, "upper_protrusion": 2.5, "lower_protrusion": 2.5, "chin": 4.0,
    "corner": 1.5, "lower_roll": 2.0, "bite": 4.0, "tongue": 3.0,
}  # fmt: skip
"""What it looks at, and how many millimetres of each make one of its units."""
SEEN: Final = tuple(SCALES)
_COLUMNS: Final = [INDEX[name] for name in SEEN]
_UNITS: Final = np.array(list(SCALES.values()), np.float32)
_AT_ONCE: Final = 16_384
"""Frames that are read together, so that hours need no more memory than minutes."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A convolution over time: weights float32[out, in, taps], bias float32[out], and the frames between its taps.

    added: its output is added to its input.   bent: negative values become 0.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    apart: int
    added: bool
    bent: bool


@dataclass(frozen=True, eq=False)
class Reader:
    """The network as it ships.

    sharpness: what its scores are multiplied with, so that its probabilities are those of being right.
    least: the probability of a syllable that good faces nearly always reach.
    """

    layers: tuple[Layer, ...]
    sharpness: float
    least: float

    @property
    def reach(self) -> int:
        """Frames on either side that it sees."""
        return sum(layer.apart * (layer.weights.shape[2] // 2) for layer in self.layers)


@lru_cache(maxsize=1)
def chosen() -> Reader:
    """The one that ships."""
    with np.load(FILE, allow_pickle=False) as stored:
        return from_arrays({name: stored[name] for name in stored.files})


def from_arrays(stored: dict[str, NDArray[np.generic]]) -> Reader:
    """A reader from the arrays of its file: `plan` int[layers, 3] of apart, added, bent; `w0`, `b0`, …; `sharpness`; `least`."""
    layers = tuple(
        Layer(np.asarray(stored[f"w{n}"], np.float32), np.asarray(stored[f"b{n}"], np.float32), apart, bool(added), bool(bent))
        for n, (apart, added, bent) in enumerate(np.asarray(stored["plan"]).tolist())
    )
    return Reader(layers, float(np.asarray(stored["sharpness"])), float(np.asarray(stored["least"])))


def look(millimetres: NDArray[np.float32], geometry: Geometry = REFERENCE) -> NDArray[np.float32]:
    """What the network sees, float32[T, len(SEEN)], of millimetres float[T, M]: all relative to rest but the gap, which is never
    less than nothing. What no shape of a face moves is not seen, which is 0.
    """
    seen = np.asarray(millimetres, np.float32)[:, _COLUMNS] - geometry.neutral[_COLUMNS]
    seen[:, SEEN.index("gap")] = np.maximum(millimetres[:, INDEX["gap"]], 0.0)
    moves = np.abs(geometry.jacobian[:, _COLUMNS]).max(axis=0) > 0.0
    return np.where(moves, seen / _UNITS, 0.0).astype(np.float32)


def probabilities(
    shapes: NDArray[np.float32], times: NDArray[np.float64], geometry: Geometry = REFERENCE, reader: Reader | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Seconds float64[T] at RATE, and how probable each class then is, float32[T, C] of lip_classes.CLASSES.

    shapes: float32[F, 52] weights at ascending seconds `times`.
    """
    seen = look(measure(shapes, geometry), geometry)
    if len(times) < 2:
        return np.zeros(0), np.zeros((0, lip_classes.COUNT), np.float32)
    at = np.arange(times[0], times[-1] + 1e-9, 1 / RATE)
    return at, read(np.stack([np.interp(at, times, column) for column in seen.T], axis=1).astype(np.float32), reader)


def read(seen: NDArray[np.float32], reader: Reader | None = None) -> NDArray[np.float32]:
    """float32[T, C] probabilities of what is seen, float32[T, len(SEEN)] at RATE."""
    reader = reader or chosen()
    padded = np.pad(seen, [(reader.reach, reader.reach), (0, 0)], mode="edge")
    parts = [_read(padded[start : start + _AT_ONCE + 2 * reader.reach], reader) for start in range(0, len(seen), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros((0, lip_classes.COUNT), np.float32)


def _read(padded: NDArray[np.float32], reader: Reader) -> NDArray[np.float32]:
    """Probabilities of the frames that have `reach` neighbours on both sides."""
    values = padded
    for layer in reader.layers:
        made = _convolved(values, layer)
        if layer.bent:
            made = np.maximum(made, 0.0)
        margin = (len(values) - len(made)) // 2
        values = made + values[margin : margin + len(made)] if layer.added else made
    scores = reader.sharpness * values
    scores -= scores.max(axis=1, keepdims=True)
    odds = np.exp(scores)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


def _convolved(values: NDArray[np.float32], layer: Layer) -> NDArray[np.float32]:
    taps = layer.weights.shape[2]
    length = len(values) - layer.apart * (taps - 1)
    made = np.tile(layer.bias, (length, 1))
    for tap in range(taps):
        made += values[layer.apart * tap : layer.apart * tap + length] @ layer.weights[:, :, tap].T
    return made
