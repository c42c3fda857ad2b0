# SPDX-License-Identifier: GPL-3.0-or-later
"""The CSV of Apple's Live Link Face app, which Unreal and most face tools read.

63 columns: timecode, the count 61, 52 shapes, and yaw, pitch and roll of head, left eye and right eye in radians.
Rotations turn about ARKit's axes: pitch positive down, yaw positive to the character's left, roll positive to its right shoulder.
The timecode HH:MM:SS:FF.mmm counts time of day in sixtieths of a second, whatever the frame rate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..animation import Animation
from ..errors import ParlanceError
from .motion import Motion, arranged, blocks, columns, shape_index, table
from .untrusted import rising

ROTATIONS: Final = tuple(part + axis for part in ("Head", "LeftEye", "RightEye") for axis in ("Yaw", "Pitch", "Roll"))
_SWAPPED: Final = (("jawLeft", "jawRight"), ("mouthLeft", "mouthRight"))
"""Pairs that the app writes right before left."""
_TIMECODE: Final = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2}):(\d{1,6}(?:\.\d{1,9})?)$", re.ASCII)
_BASE: Final = 60
_DAY: Final = 24 * 3600
SCENE_CLOCK: Final = 3 * 3600
"""Seconds after midnight up to which a timecode is that of a scene, as `write` has it. A phone writes the time of day, at which
nothing in a scene stands."""


def _order() -> tuple[str, ...]:
    swap = {a: b for pair in _SWAPPED for a, b in (pair, pair[::-1])}
    return tuple(swap.get(name, name) for name in arkit.NAMES)


ORDER: Final = _order()
HEADER: Final = ("Timecode", "BlendShapeCount", *(name[0].upper() + name[1:] for name in ORDER), *ROTATIONS)


def write(animation: Animation) -> str:
    """The Animation as text, a row per frame. The scene's time zero is midnight."""
    return "".join(lines(animation))


def lines(animation: Animation) -> Iterator[str]:
    """The same in pieces, for hours of curves."""
    row = "%s," + ",".join(["%.10f"] * (len(HEADER) - 2)) + "\n"
    yield ",".join(HEADER) + "\n"
    order = [arkit.INDEX[name] for name in ORDER]
    for part in blocks(animation.shapes):
        values = np.column_stack([animation.shapes[part, order], rotations(animation.head[part], animation.gaze[part])])
        codes = (f"{timecode(time)},{len(HEADER) - 2}" for time in animation.times[part])
        yield "".join(row % (code, *line) for code, line in zip(codes, values.tolist(), strict=True))


def read(text: str, *, base: int | None = None) -> Motion:
    """A take, its first row at time 0; channels found by name, columns of other programs kept in `others`. Where its timecode may
    be that of a scene, `began` says when in it.

    base: timecode frames per second; taken as 60 when any frame number reaches 30, otherwise 30.
    Raises ParlanceError when it is no such file.
    """
    header, rows = table(text)
    lower = [name.lower() for name in header]
    if "timecode" not in lower:
        raise ParlanceError("The file has no column named Timecode, so it is no Live Link Face recording.")
    column = lower.index("timecode")
    times, began = _seconds([row[column] for row in rows], base)
    values = columns([[*row[:column], "0", *row[column + 1 :]] for row in rows])
    others = {name: values[:, i] for i, name in enumerate(header) if shape_index(name) is None and i != column}
    head = None
    if {"headpitch", "headyaw", "headroll"} <= set(lower):
        pitch, yaw, roll = (values[:, lower.index(name)] for name in ("headpitch", "headyaw", "headroll"))
        head = np.degrees(np.column_stack([pitch, yaw, -roll])).astype(np.float32)
    return Motion(times, arranged(header, values), head, others, began if began < SCENE_CLOCK else 0.0)


def timecode(seconds: float) -> str:
    """HH:MM:SS:FF.mmm, thousandths of a sixtieth of a second; times before midnight belong to the day before."""
    thousandths = round(seconds % _DAY * _BASE * 1000) % (_DAY * _BASE * 1000)
    whole, fraction = divmod(thousandths, _BASE * 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}:{fraction // 1000:02d}.{fraction % 1000:03d}"


def rotations(head: NDArray[np.float32], gaze: NDArray[np.float32]) -> NDArray[np.float64]:
    """float64[F, 9] radians in the order of ROTATIONS."""
    pitch, yaw, roll = np.radians(head.astype(np.float64)).T
    gaze_yaw, gaze_pitch = np.radians(gaze.astype(np.float64)).T
    eye = [gaze_yaw, -gaze_pitch, np.zeros_like(gaze_yaw)]
    return np.stack([yaw, pitch, -roll, *eye, *eye], axis=1)


def _seconds(codes: list[str], base: int | None) -> tuple[NDArray[np.float64], float]:
    """Seconds of each row after the first, and seconds after midnight of that."""
    matches = [_TIMECODE.match(code.strip()) for code in codes]
    broken = next((code for code, match in zip(codes, matches, strict=True) if match is None), None)
    if broken is not None:
        raise ParlanceError(f"“{broken[:40]}” is no timecode of the form HH:MM:SS:FF.mmm.")
    parts = np.array([[float(part) for part in match.groups()] for match in matches if match is not None])
    base = base or (_BASE if (parts[:, 3] >= 30).any() else 30)
    seconds = parts @ np.array([3600.0, 60.0, 1.0, 1.0 / base])
    midnights = np.cumsum(np.diff(seconds, prepend=seconds[0]) < -_DAY / 2)
    return rising(np.asarray(seconds + midnights * _DAY - seconds[0])), float(seconds[0])
