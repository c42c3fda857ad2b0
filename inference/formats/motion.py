# SPDX-License-Identifier: GPL-3.0-or-later
"""Motion: what other programs' files give us, whatever their format. And the one rule for their channel names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from ..errors import ParlanceError
from ..outputs import shown
from ..rowwise import stretches
from ..spool import evict
from .untrusted import number, numbers, parse_csv, rising


@dataclass(frozen=True)
class Motion:
    """Recorded curves, F frames that need not be evenly spaced.

    times: float64[F] seconds, rising. shapes: float32[F, 52] in arkit.NAMES order.
    head: float32[F, 3] degrees as in Animation, or None. others: further columns by their name, float32[F] each.
    began: seconds on the clock of the scene that it was written in, where its time 0 is.
    """

    times: NDArray[np.float64]
    shapes: NDArray[np.float32]
    head: NDArray[np.float32] | None = None
    others: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    began: float = 0.0

    def shapes_at(self, times: NDArray[np.float64]) -> NDArray[np.float32]:
        """float32[len(times), 52] interpolated linearly; the first and last frames hold."""
        columns = [np.interp(times, self.times, column) for column in self.shapes.T]
        return np.stack(columns, axis=1).astype(np.float32)


_SIDES: Final = {"l": "left", "r": "right"}


def shape_index(name: str) -> int | None:
    """The ARKit shape that a channel name means, None for other channels.

    Case, separators and prefixes up to a dot do not matter, and _L/_R are as good as Left/Right.
    """
    words = re.sub(r"[^a-z0-9]+", " ", name.rsplit(".", 1)[-1].lower()).split()
    if words and words[-1] in _SIDES:
        words[-1] = _SIDES[words[-1]]
    return _BY_LOWER_NAME.get("".join(words))


_BY_LOWER_NAME: Final = {name.lower(): index for index, name in enumerate(arkit.NAMES)}


def arranged(names: Sequence[str], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns float32[F, len(names)] put into float32[F, 52] by name. Raises ParlanceError when no name is an ARKit shape."""
    shapes = np.zeros((len(values), arkit.COUNT), np.float32)
    found = False
    for column, name in enumerate(names):
        index = shape_index(name)
        if index is not None:
            shapes[:, index] = values[:, column]
            found = True
    if not found:
        raise ParlanceError("None of the columns is named after an ARKit shape such as jawOpen; this file holds no face curves.")
    return shapes


def table(text: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV. Raises ParlanceError when there are none or their lengths differ."""
    filled = parse_csv(text)
    if len(filled) < 2:
        raise ParlanceError("The file has no rows of curves in it.")
    header, body = [name.strip() for name in filled[0]], filled[1:]
    broken = next((number for number, row in enumerate(body, 2) if len(row) != len(header)), None)
    if broken is not None:
        raise ParlanceError(f"Row {broken} of the file has another number of columns than its header; it may be cut short.")
    return header, body


def columns(rows: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """float32[rows, columns]; empty cells are 0. Raises ParlanceError for what is no number."""
    cells = [[cell.strip() or "0" for cell in row] for row in rows]
    try:
        return numbers(cells)
    except ValueError as error:
        raise ParlanceError(f"The file has {_no_number(chain(*cells))} in its curves; correct it, or export it again.") from error


def clock(rows: Sequence[Sequence[str]], column: int) -> NDArray[np.float64]:
    """float64[rows] seconds from one column. Raises ParlanceError where one is no number or times run backwards."""
    try:
        return rising(np.array([number(row[column]) for row in rows]))
    except ValueError as error:
        wrong = _no_number(row[column] for row in rows)
        raise ParlanceError(f"The file has {wrong} among its times; correct it, or export it again.") from error


def _no_number(cells: Iterable[str]) -> str:
    """The first cell that is no number, in words."""
    for cell in cells:
        try:
            number(cell)
        except ValueError:
            return f"“{shown(cell)}”, which is no number,"
    return "a number that is too large"


def blocks(shapes: NDArray[np.float32]) -> Iterator[slice]:
    """Stretches of at most 4096 frames that cover all of float32[F, 52], each of which is read once."""
    for part, _, _ in stretches(len(shapes), 0, 4096):
        yield part
        evict(shapes)
