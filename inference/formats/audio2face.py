# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves exported by NVIDIA Audio2Face: the JSON of the Omniverse application and the CSV of the Audio2Face-3D service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import numpy as np

from .. import arkit
from ..animation import Animation
from ..errors import ParlanceError
from .motion import Motion, arranged, blocks, clock, columns, shape_index, table
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


def json_lines(animation: Animation) -> Iterator[str]:
    """The Animation as the Omniverse application exports it, in pieces; its first frame is time 0."""
    head = {"exportFps": animation.fps, "trackPath": "", "numPoses": arkit.COUNT, "numFrames": len(animation.shapes)}
    yield json.dumps({**head, "facsNames": list(arkit.NAMES)})[:-1] + ', "weightMat": ['
    for block, part in enumerate(blocks(animation.shapes)):
        rows = np.round(animation.shapes[part].astype(np.float64), 6).tolist()
        yield (", " if block else "") + ", ".join(json.dumps(row) for row in rows)
    yield "]}\n"


def csv_lines(animation: Animation) -> Iterator[str]:
    """The Animation as the Audio2Face-3D service writes it, in pieces; its first frame is time 0."""
    yield ",".join(["", "timeCode", *(f"blendShapes.{name[0].upper()}{name[1:]}" for name in arkit.NAMES)]) + "\n"
    row = "%d," + ",".join(["%.6f"] * (1 + arkit.COUNT)) + "\n"
    times = animation.times - animation.start
    for part in blocks(animation.shapes):
        frames = range(len(times))[part]
        values = np.column_stack([times[part], animation.shapes[part]]).tolist()
        yield "".join(row % (frame, *line) for frame, line in zip(frames, values, strict=True))
