# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that others wrote, read with its size and depth bounded. Whatever is wrong with it is a ParlanceError."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..audio import LONGEST
from ..errors import ParlanceError
from ..outputs import reason, shown

MOST_BYTES: Final = 512_000_000
"""Of a file of curves; LONGEST at 30 frames a second has 400 MB."""
WHOLE: Final = 2**53
"""Whole numbers below this are floats as well."""
MOST_FRAMES: Final = round(LONGEST * 120)
"""Rows of a file of curves: LONGEST at 120 frames a second."""


def read_text(path: Path) -> str:
    """A text file in UTF-8, or in UTF-16 with its mark. Raises ParlanceError when it cannot be read, is none, or is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ParlanceError(f"“{path.name}” is larger than {MOST_BYTES // 1_000_000} MB; cut it into parts.")
        if not path.is_file():
            raise ParlanceError(f"“{path}” is no file; name one.")
        data = path.read_bytes()
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParlanceError(f"“{path.name}” is no text in UTF-8; save it as such, or choose another file.") from error
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{shown(path)}” cannot be read ({reason(error)}); check the path.") from error


def parse_json(text: str, failure: str) -> Any:
    """JSON of moderate depth and without NaN. Raises ParlanceError(failure) for anything else."""
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise ParlanceError(failure) from error


def parse_csv(text: str) -> list[list[str]]:
    """The rows of a CSV that are not blank. Raises ParlanceError for quotes that do not close and endless cells."""
    try:
        rows = [row for row in csv.reader(text.removeprefix("\ufeff").splitlines(), strict=True) if any(map(str.strip, row))]
    except csv.Error as error:
        raise ParlanceError(f"The file is no proper CSV ({error}).") from error
    if len(rows) > MOST_FRAMES:
        raise ParlanceError(f"The file has {len(rows)} rows, which is more than {LONGEST / 3600:.0f} hours; cut it into parts.")
    return rows


def number(value: Any) -> float:
    """A finite number from text or JSON. Raises ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no number")
    try:
        result = float(value)
    except OverflowError as error:
        raise ValueError("a number is too large") from error
    if not math.isfinite(result):
        raise ValueError(f"{value} is no number")
    return result


def numbers_of(values: list[Any]) -> list[float]:
    """What `number` makes of each, looked at all together where they are floats or small whole numbers, as nearly always.

    Hours have half a million.
    """
    kinds = set(map(type, values))
    if kinds == {int} and max(map(abs, values)) < WHOLE:
        return list(map(float, values))
    if kinds == {float} and np.isfinite(values).all():
        return values
    return list(map(number, values))


def numbers(rows: Any) -> NDArray[np.float32]:
    """float32 of any shape from nested lists of numbers or texts. Raises ValueError when one is none or rows differ in length."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.array(rows, np.float64).astype(np.float32)
    except (TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if not np.isfinite(values).all():
        raise ValueError("one is infinite or no number")
    return values


def rising(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The times, if they are finite, never run backwards and span no more than LONGEST. Raises ParlanceError otherwise."""
    if not np.isfinite(times).all():
        raise ParlanceError("The file has a time that is no number.")
    back = np.flatnonzero(np.diff(times) < 0)
    if len(back):
        raise ParlanceError(f"The times in the file run backwards at row {back[0] + 3}; it is damaged or holds several takes.")
    if len(times) and times[-1] - times[0] > LONGEST:
        raise ParlanceError(f"The times in the file span more than {LONGEST / 3600:.0f} hours; cut it into parts.")
    return times


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is no number")
