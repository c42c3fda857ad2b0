# SPDX-License-Identifier: GPL-3.0-or-later
"""Very many keys of one curve packed into few bytes and read back, bit for bit.

What can be foretold is left out: handles mostly end a third of the way to the next key and lie on one line, so that of their
numbers only the difference from that is kept, mostly nothing. A worker packs what the main thread then only puts together.
"""

from __future__ import annotations

import zlib
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.keying.keys import BEZIER, Rounded
from ...inference.spool import evict

Bits: TypeAlias = NDArray[np.int32]
Singles: TypeAlias = NDArray[np.float32]
_BYTES: Final = 25
"""Of a key: frame, value and two handles in single precision, and how it leads on."""


def packed(keys: Rounded) -> bytes:
    """The keys as bytes. They are remembered with the keys: most curves are written again as they are. Any thread."""
    known: bytes | None = keys.__dict__.get("packed")
    return known if known is not None else remembered(keys, _packed(keys))


def remembered(keys: Rounded, data: bytes) -> bytes:
    """Note with keys what they are packed."""
    keys.__dict__["packed"] = data
    return data


def unpacked(data: bytes, count: int) -> Rounded:
    """What `packed` was given, so many keys. Raises ValueError or zlib.error where it is anything else."""
    if count == 0:
        return Rounded.of(np.empty((3, 0, 2), np.float32))
    inflater = zlib.decompressobj()
    plain = inflater.decompress(data, _BYTES * count + 1)
    if len(plain) != _BYTES * count or not inflater.eof:
        raise ValueError("cut off, or more than was said")
    columns, kinds = np.frombuffer(plain, np.int32, 6 * count).reshape(6, count), np.frombuffer(plain, np.uint8)[-count:]
    with np.errstate(all="ignore"):  # of what is damaged anything may come, and is looked at then
        block = _block(columns)
    if not np.isfinite(block).all():
        raise ValueError("a key that is no number")
    return Rounded.of(block, None if (kinds == BEZIER).all() else kinds)


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
    left_third, right_third = _thirds(frames)
    bits = [each.view(np.int32) for each in (frames, values, left, low, right, high)]
    foretold = (left_third, values, right_third, _in_line(frames, values, left, low, right))
    differences = [np.diff(bits[0], prepend=np.int32(0)), bits[1]]
    differences += [is_there - guess.view(np.int32) for is_there, guess in zip(bits[2:], foretold, strict=True)]
    return np.stack(differences)


def _block(differences: Bits) -> Singles:
    """float32[3, n, 2]: what `_differences` was given."""
    frames = np.cumsum(differences[0], dtype=np.int32).view(np.float32)
    values = differences[1].view(np.float32)
    left_third, right_third = _thirds(frames)
    left, low = _from(left_third, differences[2]), _from(values, differences[3])
    right = _from(right_third, differences[4])
    high = _from(_in_line(frames, values, left, low, right), differences[5])
    return np.array([np.column_stack(pair) for pair in ((frames, values), (left, low), (right, high))])


def _from(guess: Singles, difference: Bits) -> Singles:
    return (guess.view(np.int32) + difference).view(np.float32)


def _thirds(frames: Singles) -> tuple[Singles, Singles]:
    """Where handles end that go a third of the way to the keys beside theirs."""
    exact = frames.astype(np.float64)
    gaps = np.diff(exact) / 3
    return (exact - np.append(1.0, gaps)).astype(np.float32), (exact + np.append(gaps, 1.0)).astype(np.float32)


def _in_line(frames: Singles, values: Singles, left: Singles, low: Singles, right: Singles) -> Singles:
    """The value of a right handle that goes on as the left one comes."""
    point, before = frames.astype(np.float64), frames.astype(np.float64) - left
    slope = (values - low.astype(np.float64)) / np.where(before > 0, before, np.inf)
    return (values + slope * (right - point)).astype(np.float32)
