# SPDX-License-Identifier: GPL-3.0-or-later
"""Work out rows of frames a stretch at a time, so that each row comes out the same to the last bit whatever is beside it.

A matrix product by BLAS adds up a row in another order at the end of an array than in its middle, so that a long line would not
be made of its pieces to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

AT_ONCE: Final = 8192
"""Frames of a stretch: a minute at any usual rate is one, and what is made on the way to it stays small."""


class Stretch(NamedTuple):
    """part: the frames that it answers for.   around: those that are worked out.   inside: where of these the part is."""

    part: slice
    around: slice
    inside: slice


def stretches(count: int, margin: int, at_once: int = AT_ONCE) -> Iterator[Stretch]:
    """Stretches of `at_once` frames that cover `count` of them; each sees `margin` more on either side, as far as there are."""
    for start in range(0, count, at_once):
        stop = min(start + at_once, count)
        first = max(start - margin, 0)
        yield Stretch(slice(start, stop), slice(first, min(stop + margin, count)), slice(start - first, stop - first))


def items(*columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of columns that are of one length, as plain numbers: a stretch at a time, for numbers by themselves are large."""
    for part, _, _ in stretches(len(columns[0]), 0):
        yield from zip(*(column[part].tolist() for column in columns), strict=True)


def product(rows: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[T, K] @ float32[K, M] or float32[K]."""
    rows, matrix = np.ascontiguousarray(rows, np.float32), np.ascontiguousarray(matrix, np.float32)
    result: NDArray[np.float32] = np.einsum("tk,k->t" if matrix.ndim == 1 else "tk,km->tm", rows, matrix)
    return result


def total(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[T] the sums of rows float32[T, K]."""
    result: NDArray[np.float32] = np.einsum("tk->t", np.ascontiguousarray(rows, np.float32))
    return result
