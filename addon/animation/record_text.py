# SPDX-License-Identifier: GPL-3.0-or-later
"""How the records of an action become text, and are read again: arrays, JSON and zlib; no pickle.

Text, because only text properties survive on library overrides.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.keying import Edit, Keep, Record, Span, spooled
from ...inference.keying.cut import as_stored
from ...inference.keying.keys import BEZIER, Keys, Rounded
from ...inference.spool import evict, stored
from . import packed_keys

FORMAT: Final = 5
"""From 3 on keys that several curves have in common, as teeth have with the face, are there once.

From 4 on the columns that compress well come first, and those of a short line stand behind as they are: a slider waits for this.
In 5 the keys of every curve of a long line are packed on their own (`packed_keys.py`); shorter lines are written as before.
"""
MANY: Final = 100_000
"""Keys from which on room counts more than time."""
LARGEST: Final = 1 << 28
"""Bytes that the records of one action may take unpacked: two hours of speech on twenty meshes."""
MOST: Final = LARGEST // 28
"""Keys that these are."""
_PIECE: Final = 1 << 20
"""Bytes that are unpacked at a time."""
_COLUMNS: Final = ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))
"""Of the block of `Rounded` keys: frames, values, left and right handles, and then kinds; in the order before format 4."""


class Place(NamedTuple):
    """One line's stretch of one curve of an action: the line's token, slot handle, data path, array element."""

    line: str
    slot: int
    path: str
    element: int


@dataclass(frozen=True)
class Made:
    """What of an action we made and may take away again: slots, by handle, and animation data of the datablocks in them."""

    slots: frozenset[int] = frozenset()
    data: frozenset[int] = frozenset()


NOTHING: Final = Made()


def packed(records: Mapping[Place, Record], made: Made) -> tuple[dict[Place, Record], str]:
    """The records as they will be read back, and their text, exact to Blender's own precision (float32)."""
    settled = {place: _as_read(record) for place, record in sorted(records.items(), key=lambda item: item[0])}
    parts: dict[int, Keys] = {}
    number: dict[int, int] = {}

    def noted(keys: Keys) -> int:
        parts.setdefault(id(keys), keys)
        return number.setdefault(id(keys), len(number))

    table = []
    for place, record in settled.items():
        whole = record.written is record.generated
        kept = [noted(record.generated)] if whole else [noted(record.generated), noted(record.written)]
        edits = [[edit.start, edit.end, edit.keep, noted(edit.before), noted(edit.after)] for edit in record.edits]
        room = None if record.room is None else [[span.first, span.last] for span in record.room]
        table.append([*place, kept, edits, record.resting, room])
    many = sum(map(len, parts.values())) > MANY
    blobs = [packed_keys.packed(as_stored(keys)) for keys in parts.values()] if many else []
    header = {
        "format": FORMAT if many else 4,
        "keys": [len(keys) for keys in parts.values()],
        **({"bytes": [len(blob) for blob in blobs]} if many else {}),
        "curves": table,
        "slots": sorted(made.slots),
        "data": sorted(made.data),
    }
    head = json.dumps(header, ensure_ascii=False).encode()
    begun = len(head).to_bytes(4, "little") + head
    pieces = [zlib.compress(begun, 1), *blobs] if many else [b"".join(_pieces(begun, list(parts.values())))]
    return settled, "".join(_in_letters(pieces))


def _in_letters(pieces: Iterable[bytes]) -> Iterator[str]:
    """Base 64 of the pieces together: many small ones at once, and those of hours not all at once."""
    rest = bytearray()
    for piece in pieces:
        rest += piece
        if len(rest) < _PIECE:
            continue
        whole = len(rest) - len(rest) % 3
        yield base64.b64encode(rest[:whole]).decode("ascii")
        del rest[:whole]
    yield base64.b64encode(rest).decode("ascii")


def parsed(text: str) -> tuple[dict[Place, Record], Made]:
    """What `packed` was given. Raises ParlanceError where it is a newer Parlance's, and many errors where it is damaged."""
    pieces, begun = _inflated(text), b""
    while len(begun) < 4 or len(begun) < 4 + int.from_bytes(begun[:4], "little"):
        begun += next(pieces, None) or _cut_off()
    size = int.from_bytes(begun[:4], "little")
    header = json.loads(begun[4 : 4 + size])
    if header["format"] > FORMAT:
        raise ParlanceError("The lip sync in this action was made by a newer Parlance; update, or clear it.")
    counts = [int(count) for count in header.get("keys", ())]
    if header["format"] > 4:
        return _read(header, _unpacked(counts, list(map(int, header["bytes"])), b"".join(pieces)))
    pieces = chain([begun[4 + size :]], pieces)
    if max(counts, default=0) < spooled.MANY:
        return _parsed(header, np.frombuffer(b"".join(pieces), np.float32).reshape(7, -1), list)
    return _parsed(header, stored(_whole(pieces)).reshape(7, -1), spooled.spooled)


def _pieces(begun: bytes, parts: Sequence[Keys]) -> Iterator[bytes]:
    """The header, frames and kinds compressed, then what hardly gets smaller."""
    packer = zlib.compressobj(1)
    yield packer.compress(begun)
    frames, *others = (
        np.concatenate([np.zeros(0, np.float32), *(as_stored(keys).block[row, :, side] for keys in parts)])
        for row, side in _COLUMNS
    )
    yield packer.compress(frames.data)
    yield packer.compress(np.concatenate([np.zeros(0, np.uint8), *(keys.every_kind for keys in parts)]).astype(np.float32).data)
    yield packer.flush()
    for column in others:
        yield column.tobytes()


def _unpacked(counts: list[int], sizes: list[int], data: bytes) -> Callable[[int], Keys]:
    """Keys by their number, of a long line: read from the packed ones, that lie one behind the other."""
    if len(counts) != len(sizes) or min((*counts, *sizes), default=0) < 0 or sum(sizes) != len(data) or sum(counts) > MOST:
        _cut_off()
    at = np.cumsum([0, *sizes]).tolist()
    blobs = [data[start:stop] for start, stop in pairwise(at)]
    parts = spooled.spooled(packed_keys.unpacked(zip(blobs, counts, strict=True)))
    for keys, blob in zip(parts, blobs, strict=True):
        packed_keys.remembered(as_stored(keys), blob)

    def taken(number: int) -> Keys:
        return parts[number if number >= 0 else len(parts)]

    return taken


def _as_read(record: Record) -> Record:
    """A record as it will be read back."""
    generated, written = _exact(record.generated), _exact(record.written)
    if not record.edits and generated is record.generated and written is record.written:
        return record
    edits = tuple(replace(edit, before=_exact(edit.before), after=_exact(edit.after)) for edit in record.edits)
    return replace(record, generated=generated, written=generated if record.written is record.generated else written, edits=edits)


def _exact(keys: Keys) -> Rounded:
    stored = as_stored(keys)
    return stored if stored.kinds is None or (stored.kinds != BEZIER).any() else Rounded.of(stored.block)


def _inflated(text: str) -> Iterator[bytes]:
    """What the text holds, piece by piece; no more than a record can need is ever unpacked."""
    inflater, packed_, left = zlib.decompressobj(), base64.b64decode(text, validate=True), LARGEST
    while not inflater.eof:
        piece = inflater.decompress(packed_, _PIECE)
        packed_, left = inflater.unconsumed_tail, left - len(piece)
        if left < 0 or not (piece or packed_):
            _cut_off()
        yield piece
    yield inflater.unused_data


def _cut_off() -> bytes:
    raise ValueError("cut off, or larger than any record")


def _whole(pieces: Iterable[bytes]) -> Iterator[NDArray[np.float32]]:
    """The same bytes as numbers, whatever is cut between two pieces."""
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % 4
        yield np.frombuffer(rest[:whole], np.float32)
        rest = rest[whole:]
    if rest:
        _cut_off()


def _parsed(
    header: dict[str, Any], columns: NDArray[np.float32], kept: Callable[[Iterable[Keys]], list[Keys]]
) -> tuple[dict[Place, Record], Made]:
    """columns: float32[7, keys].   kept: what keys are put into."""
    for column in columns:
        if not np.isfinite(column).all():
            raise ValueError("a key that is no number")
        evict(column)
    order, at = (0, 1, 2, 3, 4, 5, 6) if header["format"] < 4 else (0, 2, 3, 4, 5, 6, 1), 0

    def read(count: int) -> Keys:
        nonlocal at
        part = columns[:, at : at + count]
        if count < 0 or part.shape[1] != count:
            raise ValueError("keys are missing")
        at += count
        kinds, block = part[order[-1]].astype(np.uint8), np.empty((3, count, 2), np.float32)
        for (row, side), column in zip(_COLUMNS, order, strict=False):
            block[row, :, side] = part[column]
        evict(part)
        return Rounded.of(block, None if (kinds == BEZIER).all() else kinds)

    parts = kept(read(int(count)) for count in header.get("keys", ()))

    def taken(number: int) -> Keys:
        """Keys by their number; before format 3 by how many there are, one after another."""
        if header["format"] < 3:
            return read(number)
        if number < 0:
            raise ValueError("keys are missing")
        return parts[number]

    return _read(header, taken)


def _read(header: dict[str, Any], taken: Callable[[int], Keys]) -> tuple[dict[Place, Record], Made]:
    """What a header says of the keys that are taken by their number."""
    records = {}
    for line, handle, path, index, sizes, edits, *rest in header["curves"]:
        generated = taken(int(sizes[0]))
        written = taken(int(sizes[1])) if len(sizes) > 1 else generated
        carried = tuple(
            Edit(float(start), float(end), taken(int(before)), taken(int(after)), _keep(keep))
            for start, end, keep, before, after in edits
        )
        resting = None if not rest or rest[0] is None else float(rest[0])
        room = None if len(rest) < 2 or rest[1] is None else tuple(Span(float(first), float(last)) for first, last in rest[1])
        records[Place(str(line), int(handle), str(path), int(index))] = Record(generated, written, carried, resting, room)
    made = Made(frozenset(map(int, header.get("slots", ()))), frozenset(map(int, header.get("data", ()))))
    return records, made


def _keep(text: str) -> Keep:
    if text == "offset":
        return "offset"
    if text == "verbatim":
        return "verbatim"
    raise ValueError("an unknown way to keep a change")
