# SPDX-License-Identifier: GPL-3.0-or-later
"""Style: how one performer moves the mouth, learned from an animation and its sound, and put on what is heard of any other.

Each shape of the mouth is what speech asks of it, times a gain, plus an offset and a little more or less for each class of
sounds; all a moment earlier or later. Left and right are learned each for itself, so that a crooked smile stays crooked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from . import arkit
from . import phones as inventory
from .direction import Direction, controls
from .errors import ParlanceError
from .learning.classes import GROUPS
from .performance import FRAME_RATE
from .rowwise import product

FORMAT: Final = "parlance style"
VERSION: Final = 1
SHAPES: Final = (*arkit.REGIONS["jaw"], *arkit.REGIONS["mouth"])
"""ARKit indices that a style moves."""
HABITS: Final = ("blink_rate", "brow_amount")
"""Sliders that a style sets."""
_CONTROLS: Final = {item.name: item for item in controls() if item.name in HABITS}
LATEST: Final = 0.12
"""Seconds that a performer's mouth may be before or behind the sound."""
_SOFT: Final = 0.04
_ROWS: Final = {symbol: row for row, (_, names) in enumerate(GROUPS) for symbol in names.split()}


@dataclass(frozen=True)
class Style:
    """How a performer moves the mouth, as learned from a performance.

    lag: seconds that the mouth is behind the sound.
    gain, offset: of each ARKit shape, float32[52]; 1 and 0 where nothing was learned.
    by_class: float32[classes, 52] weight added during each class of sounds (learning.classes.GROUPS).
    habits: sliders of a Direction that go with it.
    """

    name: str
    lag: float = 0.0
    gain: NDArray[np.float32] = field(default_factory=lambda: np.ones(arkit.COUNT, np.float32))
    offset: NDArray[np.float32] = field(default_factory=lambda: np.zeros(arkit.COUNT, np.float32))
    by_class: NDArray[np.float32] = field(default_factory=lambda: np.zeros((len(GROUPS), arkit.COUNT), np.float32))
    habits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Worn:
    """A style as a character wears it. strength: 0 not at all, 1 as learned, 2 twice as much."""

    style: Style
    strength: float = 1.0


def applied(
    spoken: NDArray[np.float32], worn: Worn | None, times: NDArray[np.float64], posteriors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Speech float32[F, 52] at seconds `times` of the sound, in a style; as it is, bit for bit, without one or at strength 0.

    posteriors: float32[T, P] phone probabilities at FRAME_RATE.
    """
    if worn is None or worn.strength == 0.0 or len(times) == 0 or len(posteriors) == 0:
        return spoken
    late = delayed(spoken, times, worn.strength * worn.style.lag)
    return shaped(late, worn, presence(posteriors, times))


def presence(posteriors: NDArray[np.float32], times: NDArray[np.float64]) -> NDArray[np.float32]:
    """float32[F, classes] how far each class of sounds is heard at each time, softened as lips are."""
    table = np.zeros((inventory.COUNT, len(GROUPS)), np.float32)
    for symbol, row in _ROWS.items():
        table[inventory.INDEX[symbol], row] = 1.0
    heard = posteriors @ table
    reach = max(1, round(_SOFT * FRAME_RATE))
    bell = np.hanning(2 * reach + 3)[1:-1]
    bell /= bell.sum()
    centres = (np.arange(len(heard)) + 0.5) / FRAME_RATE
    soft = (np.convolve(np.pad(column, reach, mode="edge"), bell, "valid") for column in heard.T)
    return np.stack([np.interp(times, centres, column) for column in soft], axis=1).astype(np.float32)


def delayed(values: NDArray[np.float32], times: NDArray[np.float64], lag: float) -> NDArray[np.float32]:
    """What was asked `lag` seconds before each time."""
    if lag == 0.0:
        return values
    return np.stack([np.interp(times - lag, times, column) for column in values.T], axis=1).astype(np.float32)


def shaped(late: NDArray[np.float32], worn: Worn, classes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Weights float32[F, 52], delayed already, in a style; classes: `presence`."""
    style, speaks = worn.style, np.minimum(classes.sum(axis=1, keepdims=True), 1.0)
    styled = late * style.gain + style.offset * speaks + product(classes, style.by_class)
    return np.asarray(np.clip(late + worn.strength * (styled - late), 0.0, 1.0), np.float32)


def inclined(direction: Direction, worn: Worn | None) -> Direction:
    """The direction with the habits of a style: sliders go as far from where they are as the habits are from their defaults."""
    if worn is None or not worn.style.habits:
        return direction
    values = {}
    for name, habit in worn.style.habits.items():
        item = _CONTROLS[name]
        value = getattr(direction, name) + worn.strength * (habit - item.default)
        values[name] = min(max(value, item.low), item.high)
    return replace(direction, **values)


def to_json(style: Style) -> str:
    """A style as a file; what was not learned is left out."""
    shapes = {
        name: {"gain": _rounded(style.gain[i]), "offset": _rounded(style.offset[i]), "by_class": _rounded(style.by_class[:, i])}
        for i, name in enumerate(arkit.NAMES)
        if style.gain[i] != 1 or style.offset[i] or style.by_class[:, i].any()
    }
    classes = [label for label, _ in GROUPS]
    about: dict[str, Any] = {"format": FORMAT, "version": VERSION, "name": style.name, "lag": round(style.lag, 4)}
    document = {**about, "habits": dict(style.habits), "classes": classes, "shapes": shapes}
    return json.dumps(document, ensure_ascii=False, indent=1)


def from_json(text: str) -> Style:
    """Read a style. Raises ParlanceError for anything else."""
    try:
        raw = json.loads(text)
        if raw["format"] != FORMAT or raw["version"] != VERSION:
            raise ParlanceError("This style was saved by a newer Parlance; update the extension to load it.")
        rows = [[label for label, _ in GROUPS].index(label) for label in raw["classes"]]
        style = Style(str(raw["name"])[:60], _within(raw["lag"], LATEST))
        for name, learned in raw["shapes"].items():
            index = arkit.INDEX[name]
            style.gain[index], style.offset[index] = _within(learned["gain"], 4.0), _within(learned["offset"], 1.0)
            style.by_class[rows, index] = [_within(value, 1.0) for value in learned["by_class"]]
        kept = {name: _within(value, 100.0) for name, value in raw["habits"].items() if name in HABITS}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ParlanceError("This is no style that was saved from Parlance; choose another file.") from error
    return Style(style.name, style.lag, style.gain, style.offset, style.by_class, kept)


def _within(value: Any, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("no number")
    return float(np.clip(value, -most, most))


def _rounded(values: Any) -> Any:
    return np.round(np.asarray(values, np.float64), 4).tolist()
