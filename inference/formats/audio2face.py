# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves exported by NVIDIA Audio2Face: the JSON of the Omniverse application and the CSV of the Audio2Face-3D service."""

from __future__ import annotations

import json

import numpy as np

from ..errors import ParlanceError
from .motion import Motion, arranged, numbers, shape_index, table


def read_json(text: str) -> Motion:
    """exportFps, facsNames and weightMat[frame][pose]. Raises ParlanceError when they are not there."""
    try:
        raw = json.loads(text)
        fps, names = float(raw["exportFps"]), [str(name) for name in raw["facsNames"]]
        weights = np.array(raw["weightMat"], np.float32).reshape(-1, len(names))
    except (ValueError, KeyError, TypeError) as error:
        raise ParlanceError("This is no Audio2Face export: exportFps, facsNames or weightMat is missing or damaged.") from error
    if fps <= 0 or len(weights) == 0:
        raise ParlanceError("This Audio2Face export has no frames in it.")
    return Motion(np.arange(len(weights)) / fps, arranged(names, weights))


def read_csv(text: str) -> Motion:
    """A timeCode column in seconds and blendShapes.Name columns. Raises ParlanceError when there is no timeCode."""
    header, rows = table(text)
    clock = next((i for i, name in enumerate(header) if name.lower() in ("timecode", "time_code")), None)
    if clock is None:
        raise ParlanceError("The file has no column named timeCode, so it is no Audio2Face export.")
    values = numbers(rows)
    others = {name: values[:, i] for i, name in enumerate(header) if name and i != clock and shape_index(name) is None}
    times = np.array([float(row[clock]) for row in rows])
    return Motion(times, arranged(header, values), None, others)
