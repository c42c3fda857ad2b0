# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours of samples kept in a temporary file rather than in memory, and read like any array."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .errors import ParlanceError


def stored(parts: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    """float32[n] read-only: the parts one after the other, in a nameless file that goes when the array does.

    Raises ParlanceError where there is no room for it.
    """
    try:
        with tempfile.TemporaryFile(prefix="parlance-") as file:
            size = 0
            for part in parts:
                size += file.write(np.ascontiguousarray(part, np.float32).data)
            file.flush()
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
    except OSError as error:
        place = tempfile.gettempdir()
        raise ParlanceError(
            f"The sound is too long for the space that is left in “{place}” ({error.strerror}); free some, or cut the sound."
        ) from error
    return np.frombuffer(mapped, np.float32)


def let_go(samples: NDArray[np.float32]) -> None:
    """Hand the memory of what was read of stored samples back; they stay where they are. Nothing happens to other arrays."""
    owner: object = samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    # Windows takes such pages back by itself.
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)
