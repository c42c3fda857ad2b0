# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves exported by NVIDIA Audio2Face: the JSON of the Omniverse application and the CSV of the Audio2Face-3D service."""

from __future__ import annotations

from typing import Final

import numpy as np

from ..errors import ParlanceError
from .motion import Motion, arranged, clock, columns, shape_index, table
from .untrusted import number, numbers, parse_json, rising

_NO_EXPORT: Final = "This is no Audio2Face export: exportFps, facsNames or weightMat is missing or damaged."


def read_json(text: str) -> Motion:
    """exportFps, facsNames and weightMat[frame][pose]. Raises ParlanceError for any other text."""
    raw = parse_json(text, _NO_EXPORT)
    try:
        fps, names, weights = number(raw["exportFps"]), [str(name) for name in raw["facsNames"]], numbers(raw["weightMat"])
    except (ValueError, KeyError, TypeError) as error:
        raise ParlanceError(_NO_EXPORT) from error
    if not 1 <= fps <= 1000 or not len(weights) or weights.shape[1:] != (len(names),):
        raise ParlanceError("This Audio2Face export has no frames in it, or not one weight for each of its names.")
    return Motion(rising(np.arange(len(weights)) / fps), arranged(names, weights))


def read_csv(text: str) -> Motion:
    """A timeCode column in seconds and blendShapes.Name columns. Raises ParlanceError when there is no timeCode."""
    header, rows = table(text)
    column = next((i for i, name in enumerate(header) if name.lower() in ("timecode", "time_code")), None)
    if column is None:
        raise ParlanceError("The file has no column named timeCode, so it is no Audio2Face export.")
    times, values = clock(rows, column), columns(rows)
    others = {name: values[:, i] for i, name in enumerate(header) if name and i != column and shape_index(name) is None}
    return Motion(times, arranged(header, values), None, others)
