# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain CSV: `time` in seconds, the 52 ARKit shapes, seven emotions and arousal. For people and for scripts."""

from __future__ import annotations

import numpy as np

from .. import arkit
from ..animation import Animation
from ..errors import ParlanceError
from ..performance import EMOTIONS
from .motion import Motion, arranged, numbers, shape_index, table

HEADER = ("time", *arkit.NAMES, *EMOTIONS, "arousal")


def write(animation: Animation) -> str:
    """The Animation as text, a row per frame; weights and emotions 0..1, arousal -1..1."""
    columns = np.column_stack([animation.times, animation.shapes, animation.emotion, animation.arousal])
    row = ",".join(["%.6f"] + ["%.5f"] * (len(HEADER) - 1))
    return "\n".join([",".join(HEADER), *(row % tuple(values) for values in columns.tolist()), ""])


def read(text: str) -> Motion:
    """Any CSV with a `time` column and ARKit names. Raises ParlanceError when it has not."""
    header, rows = table(text)
    lower = [name.lower() for name in header]
    if "time" not in lower:
        raise ParlanceError("The file has no column named time.")
    times = np.array([float(row[lower.index("time")]) for row in rows])
    values = numbers(rows)
    others = {
        name: values[:, column] for column, name in enumerate(header) if shape_index(name) is None and lower[column] != "time"
    }
    return Motion(times, arranged(header, values), None, others)
