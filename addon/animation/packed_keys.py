# SPDX-License-Identifier: GPL-3.0-or-later
"""Very many keys of one curve packed into few bytes and read back, bit for bit.

What can be foretold is left out: handles mostly end a third of the way to the next key and lie on one line, so that of their
numbers only the difference from that is kept, mostly nothing. A worker packs what the main thread then only puts together.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.keying.keys import BEZIER, Rounded
from ...inference.spool import evict

Bits: TypeAlias = NDArray[np.int32]
Singles: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.int64]
_BYTES: Final = 25
"""Of a key: frame, value and two handles in single precision, and how it leads on."""
_TOGETHER: Final = 1 << 16
"""Keys from which on enough are read at once: more would only need more memory."""


def packed(keys: Rounded) -> bytes:
    """The keys as bytes. They are remembered with the keys: most curves are written again as they are. Any thread."""
    known: bytes | None = keys.__dict__.get("packed")
    return known if known is not None else remembered(keys, _packed(keys))


def remembered(keys: Rounded, data: bytes) -> bytes:
    """Note with keys what they are packed."""
    keys.__dict__["packed"] = data
    return data


def unpacked(blobs: Iterable[tuple[bytes, int]]) -> Iterator[Rounded]:
    """What `packed` was given each time, and how many keys that were.

    Many short curves are put together at once: one by one, a file of a hundred lines keeps its first slider waiting for seconds.
    Raises ValueError or zlib.error where it is anything else.
    """
    waiting: list[tuple[bytes, int]] = []
    together = 0
    for data, count in blobs:
        waiting.append((_inflated(data, count), count))
        together += count
        if together >= _TOGETHER:
            yield from _read(waiting)
            waiting, together = [], 0
    if waiting:
        yield from _read(waiting)


def _inflated(data: bytes, count: int) -> bytes:
    """The numbers of so many keys, one column after the other."""
    if count == 0:
        return b""
    inflater = zlib.decompressobj()
    plain = inflater.decompress(data, _BYTES * count + 1)
    if len(plain) != _BYTES * count or not inflater.eof:
        raise ValueError("cut off, or more than was said")
    return plain


def _read(plains: list[tuple[bytes, int]]) -> Iterator[Rounded]:
    """Curves from their numbers, and how many keys each has."""
    sizes = np.array([size for _, size in plains], np.int64)
    starts = np.cumsum(sizes) - sizes
    spans = list(zip(starts.tolist(), sizes.tolist(), strict=True))
    columns = np.empty((6, int(sizes.sum())), np.int32)
    for (plain, _), (start, size) in zip(plains, spans, strict=True):
        columns[:, start : start + size] = np.frombuffer(plain, np.int32, 6 * size).reshape(6, size)
    with np.errstate(all="ignore"):  # of what is damaged anything may come, and is looked at then
        block = _block(columns, starts, sizes)
    if not np.isfinite(block).all():
        raise ValueError("a key that is no number")
    for (plain, _), (start, size) in zip(plains, spans, strict=True):
        kinds = np.frombuffer(plain, np.uint8)[-size:] if size else np.empty(0, np.uint8)
        yield Rounded.of(np.ascontiguousarray(block[:, start : start + size]), None if (kinds == BEZIER).all() else kinds)


def _packed(keys: Rounded) -> bytes:
    if not len(keys):
        return b""
    with np.errstate(all="ignore"):  # what cannot be foretold is far from it
        plain = _differences(keys.block).tobytes() + keys.every_kind.tobytes()
    evict(keys.block)
    return zlib.compress(plain, 1)


def _differences(block: Singles) -> Bits:
    """int32[6, n]: frames from one key to the next, values, then by how much the handles are not where they are mostly."""
    (frames, values), (left, low), (right, high) = (np.ascontiguousarray(pairs.T) for pairs in block)
    left_third, right_third = _thirds(frames, np.array([0]))
    bits = [each.view(np.int32) for each in (frames, values, left, low, right, high)]
    foretold = (left_third, values, right_third, _in_line(frames, values, left, low, right))
    differences = [np.diff(bits[0], prepend=np.int32(0)), bits[1]]
    differences += [is_there - guess.view(np.int32) for is_there, guess in zip(bits[2:], foretold, strict=True)]
    return np.stack(differences)


def _block(differences: Bits, starts: Places, sizes: Places) -> Singles:
    """float32[3, n, 2]: what `_differences` was given, of curves that begin at such places and have so many keys."""
    added = np.cumsum(differences[0], dtype=np.int32)
    before = np.append(np.int32(0), added)[starts]  # the frames of each curve begin anew
    frames = (added - np.repeat(before, sizes)).view(np.float32)
    values = differences[1].view(np.float32)
    left_third, right_third = _thirds(frames, starts[sizes > 0])
    left, low = _from(left_third, differences[2]), _from(values, differences[3])
    right = _from(right_third, differences[4])
    high = _from(_in_line(frames, values, left, low, right), differences[5])
    return np.array([np.column_stack(pair) for pair in ((frames, values), (left, low), (right, high))])


def _from(guess: Singles, difference: Bits) -> Singles:
    return (guess.view(np.int32) + difference).view(np.float32)


def _thirds(frames: Singles, starts: Places) -> tuple[Singles, Singles]:
    """Where handles end that go a third of the way to the keys beside theirs; those at the ends of a curve are a frame long.

    starts: where a curve begins.
    """
    exact, gaps = frames.astype(np.float64), np.ones(len(frames) + 1)
    gaps[1:-1] = np.diff(exact) / 3
    gaps[starts] = 1.0
    return (exact - gaps[:-1]).astype(np.float32), (exact + gaps[1:]).astype(np.float32)


def _in_line(frames: Singles, values: Singles, left: Singles, low: Singles, right: Singles) -> Singles:
    """The value of a right handle that goes on as the left one comes."""
    point, before = frames.astype(np.float64), frames.astype(np.float64) - left
    slope = (values - low.astype(np.float64)) / np.where(before > 0, before, np.inf)
    return (values + slope * (right - point)).astype(np.float32)
