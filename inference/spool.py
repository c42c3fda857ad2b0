# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays of hours of samples and curves: kept in temporary files instead of memory, and read like any other array."""

from __future__ import annotations

import math
import mmap
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .errors import ParlanceError

LARGE: Final = 4_000_000
"""Bytes from which on an array is worth a file: ten minutes of 52 curves at 30 frames a second."""
_ZEROS: Final = 1 << 20
_CLEAN_ALL_BUFFERS: Final = 0
"""As oneTBB's `scalable_allocator.h` numbers what it can be told to do."""
SCATTERING: Final = 60_000
"""Frames of a line from which on the heap is trimmed: those of 40 minutes."""


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
        raise _no_space(error) from error
    return np.frombuffer(mapped, np.float32)


def zeros(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """float32 zeros of a shape to be filled a stretch at a time; large ones in a file like that of `stored`, to be evicted.

    Raises ParlanceError where there is no room for it.
    """
    size = 4 * math.prod(shape)
    if size < LARGE:
        return np.zeros(shape, np.float32)
    try:
        with tempfile.TemporaryFile(prefix="parlance-") as file:
            # Written, not only claimed: a disk that fills up later would end the process.
            for start in range(0, size, _ZEROS):
                file.write(bytes(min(_ZEROS, size - start)))
            file.flush()
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_WRITE)
    except OSError as error:
        raise _no_space(error) from error
    return np.frombuffer(mapped, np.float32).reshape(shape)


def evict(samples: NDArray[np.floating]) -> None:
    """Let stored samples leave memory until they are read again; they stay in their file. Nothing happens to other arrays."""
    owner: object = samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    # Windows takes such pages back by itself.
    if isinstance(owner, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        owner.madvise(mmap.MADV_DONTNEED)


def trim_heap(frames: int) -> None:
    """Give what is free of our memory back to the system, where it lies scattered after work on so many frames.

    Few are not worth the time. Asked are the two allocators that keep it by themselves: glibc's, and that of oneTBB, which
    Blender has on Windows, and on Linux where it is built so; nothing happens elsewhere.
    """
    if frames >= SCATTERING:
        with suppress(ImportError, OSError, AttributeError):  # another C library
            if (allocator := _tbb()) is not None:
                allocator.scalable_allocation_command(_CLEAN_ALL_BUFFERS, None)
        with suppress(ImportError, OSError, AttributeError):
            if sys.platform == "linux":
                import ctypes

                ctypes.CDLL(None).malloc_trim(0)


def _tbb() -> Any | None:
    """oneTBB's allocator, None where this process has not loaded it."""
    import ctypes

    if sys.platform == "win32":
        loaded = ctypes.WinDLL("kernel32").GetModuleHandleW  # a function of our own: `windll` shares it with other extensions
        loaded.restype = ctypes.c_void_p
        handle = loaded("tbbmalloc.dll")
        return ctypes.CDLL("tbbmalloc.dll", handle=handle) if handle else None
    return ctypes.CDLL(None) if sys.platform == "linux" else None


def _no_space(error: OSError) -> ParlanceError:
    place = tempfile.gettempdir()
    return ParlanceError(
        f"The sound is too long for the space that is left in “{place}” ({error.strerror}); free some, or cut the sound."
    )
