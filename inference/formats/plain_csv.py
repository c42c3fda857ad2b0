# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain CSV: `time` in seconds, the 52 ARKit shapes, seven emotions and arousal. For people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .. import arkit
from ..animation import Animation
from ..errors import ParlanceError
from ..performance import EMOTIONS
from .motion import Motion, arranged, blocks, clock, columns, shape_index, table

HEADER = ("time", *arkit.NAMES, *EMOTIONS, "arousal")


def write(animation: Animation) -> str:
    """The Animation as text, a row per frame; weights and emotions 0..1, arousal -1..1."""
    return "".join(lines(animation))


def lines(animation: Animation) -> Iterator[str]:
    """The same in pieces, for hours of curves."""
    row = ",".join(["%.6f"] + ["%.5f"] * (len(HEADER) - 1)) + "\n"
    yield ",".join(HEADER) + "\n"
    tracks = (animation.times, animation.shapes, animation.emotion, animation.arousal)
    for part in blocks(animation.shapes):
        values = np.column_stack([track[part] for track in tracks])
        yield "".join(row % tuple(line) for line in values.tolist())


def read(text: str) -> Motion:
    """Any CSV with a `time` column and ARKit names. Raises ParlanceError for any other text."""
    header, rows = table(text)
    lower = [name.lower() for name in header]
    if "time" not in lower:
        raise ParlanceError("The file has no column named time.")
    times, values = clock(rows, lower.index("time")), columns(rows)
    others = {
        name: values[:, column] for column, name in enumerate(header) if shape_index(name) is None and lower[column] != "time"
    }
    return Motion(times, arranged(header, values), None, others)
