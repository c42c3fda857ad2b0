# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves of other programs: found by name, brought to even frames, and so to any format that Parlance writes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .animation import Animation
from .errors import ParlanceError
from .formats import audio2face, livelink_csv, plain_csv
from .formats.motion import Motion
from .formats.untrusted import MOST_FRAMES, read_text
from .performance import EMOTIONS

_USUAL: Final = (24.0, 25.0, 29.97, 30.0, 48.0, 50.0, 59.94, 60.0, 100.0, 120.0)
"""Frame rates that a file is taken to have when its times are within a twentieth of a percent of them."""


def read(path: Path) -> Motion:
    """A file of curves in any format that is known, told apart by its content.

    Raises ParlanceError when it cannot be read or is none of them.
    """
    text = read_text(path)
    if text.lstrip()[:1] == "{":
        return audio2face.read_json(text)
    header, _, rest = text.lstrip("\ufeff\r\n ").partition("\n")
    names = [name.strip().strip('"').lower() for name in header.split(",")]
    if "timecode" in names or "time_code" in names:
        cells = rest.split("\n", 1)[0].split(",")
        clocked = any(":" in cell for cell in cells)
        return livelink_csv.read(text) if clocked or "blendshapecount" in names else audio2face.read_csv(text)
    if "time" in names:
        return plain_csv.read(text)
    raise ParlanceError(
        f"“{path.name}” holds no curves that Parlance knows: Live Link Face or Audio2Face, or a CSV with a column “time”."
    )


def animation(motion: Motion, fps: float | None = None) -> Animation:
    """The motion on whole frames, interpolated between its own; `fps` is its own rate where none is given.

    Raises ParlanceError when that would be more frames than a file may have.
    """
    rate = fps or own_rate(motion.times)
    first, last = math.ceil(motion.times[0] * rate - 1e-3), math.floor(motion.times[-1] * rate + 1e-3)
    count = max(last - first, 0) + 1
    if count > MOST_FRAMES:
        raise ParlanceError(f"At {rate:g} frames per second this would be {count} frames; choose a lower rate.")
    times = (first + np.arange(count)) / rate
    shapes = motion.shapes_at(times)
    named = {name.lower(): values for name, values in motion.others.items()}

    def track(name: str) -> NDArray[np.float32]:
        column = named.get(name.lower())
        return np.zeros(count, np.float32) if column is None else np.interp(times, motion.times, column).astype(np.float32)

    head = np.zeros((count, 3), np.float32)
    if motion.head is not None:
        head = np.stack([np.interp(times, motion.times, axis) for axis in motion.head.T], axis=1).astype(np.float32)
    gaze = np.degrees(np.stack([track("LeftEyeYaw"), -track("LeftEyePitch")], axis=1))
    emotion = np.stack([track(name) for name in EMOTIONS], axis=1)
    still = np.zeros((count, 2), np.float32)
    return Animation(rate, first / rate, shapes, {"speech": shapes}, emotion, track("arousal"), still, gaze, head, ())


def own_rate(times: NDArray[np.float64]) -> float:
    """Frames per second of times that rise: their mean, or their median where rows are missing; usual rates are preferred."""
    steps = np.diff(times)
    steps = steps[steps > 0]
    if not len(steps):
        return 60.0
    median = float(np.median(steps))
    step = float(steps.mean()) if steps.max() < 1.5 * median else median
    rate = min(max(1 / step, 1.0), 1000.0)
    near = min(_USUAL, key=lambda usual: abs(usual - rate))
    return near if abs(near - rate) < 0.0005 * rate else rate
