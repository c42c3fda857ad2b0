# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept in the .blend: the Performance a character was given, and the keys as we last wrote them.

Both become text, because only text properties survive on library overrides. No pickle: arrays, JSON and zlib.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ...inference.keying import Edit, Keep, Record, Span
from ...inference.keying.keys import BEZIER, Keys
from ...inference.performance import Performance, Word

FORMAT: Final = 2
LARGEST: Final = 1 << 28
"""Bytes that the records of one action may take unpacked: two hours of speech on twenty meshes."""
WRITTEN: Final = 8
_written: dict[str, bytes] = {}
"""The records packed last, as they were before compression: the next slider move asks for them."""


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


def settle(performance: Performance) -> Performance:
    """The Performance as it will be read back, so that today's result and tomorrow's are the same."""
    return performance_file.from_bytes(performance_file.to_bytes(performance))


def pack(performance: Performance) -> str:
    """A Performance as text, about 160 kB a minute."""
    return base64.b64encode(performance_file.to_bytes(performance)).decode("ascii")


@lru_cache(maxsize=4)
def unpack(text: str) -> Performance:
    """Read a Performance back; the last few are remembered, for every slider move asks for the same again.

    Raises ParlanceError when it was stored by a newer Parlance or is damaged.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ParlanceError("The performance stored in this file is damaged; generate it again.") from error
    return performance_file.from_bytes(data)


def pack_words(words: Sequence[Word]) -> str:
    """The words of a performance as text, to be drawn without reading all of it."""
    return json.dumps([[word.text, word.confidence, word.doubt] for word in words], ensure_ascii=False) if words else ""


@lru_cache(maxsize=1024)
def unpack_words(text: str) -> tuple[Word, ...]:
    """Read them back; none where they are damaged, for the performance has them too."""
    try:
        return tuple(Word(str(said), float(confidence), str(doubt)) for said, confidence, doubt in json.loads(text or "[]"))
    except (ValueError, TypeError, RecursionError):
        return ()


def pack_records(records: Mapping[Place, Record], made: Made = NOTHING) -> str:
    """The records of many curves as text, exact to Blender's own precision (float32)."""
    parts: list[Keys] = []

    def noted(keys: Keys) -> int:
        parts.append(keys)
        return len(keys)

    table = []
    for place, record in sorted(records.items(), key=lambda item: item[0]):
        whole = record.written is record.generated
        sizes = [noted(record.generated)] if whole else [noted(record.generated), noted(record.written)]
        edits = [[edit.start, edit.end, edit.keep, noted(edit.before), noted(edit.after)] for edit in record.edits]
        room = None if record.room is None else [[span.first, span.last] for span in record.room]
        table.append([*place, sizes, edits, record.resting, room])
    rows = [np.column_stack((k.frames, k.values, k.left, k.right, k.every_kind)).astype(np.float32) for k in parts]
    body = np.concatenate(rows).T.tobytes() if rows else b""
    header = {"format": FORMAT, "curves": table, "slots": sorted(made.slots), "data": sorted(made.data)}
    head = json.dumps(header, ensure_ascii=False).encode()
    raw = len(head).to_bytes(4, "little") + head + body
    text = base64.b64encode(zlib.compress(raw, 1)).decode("ascii")
    _written[text] = raw
    while len(_written) > WRITTEN:
        del _written[next(iter(_written))]
    return text


def unpack_records(text: str) -> dict[Place, Record]:
    """Read them back, free to change; nothing stored is no records. Raises ParlanceError when they are damaged or newer."""
    return dict(_records(text)[0]) if text else {}


def unpack_made(text: str) -> Made:
    """What of the action we made. Raises ParlanceError as `unpack_records`."""
    return _records(text)[1] if text else NOTHING


@lru_cache(maxsize=8)
def _records(text: str) -> tuple[dict[Place, Record], Made]:
    try:
        return _parsed(_written.get(text) or _inflated(text))
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, zlib.error) as error:
        raise ParlanceError(
            "The record of generated keys in this action is damaged; clear the lip sync and generate it again."
        ) from error


def _inflated(text: str) -> bytes:
    """What the text holds; no more than a record can need is ever unpacked."""
    inflater = zlib.decompressobj()
    raw = inflater.decompress(base64.b64decode(text, validate=True), LARGEST)
    if not inflater.eof:
        raise ValueError("cut off, or larger than any record")
    return raw


def _parsed(raw: bytes) -> tuple[dict[Place, Record], Made]:
    size = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + size])
    if header["format"] > FORMAT:
        raise ParlanceError("The lip sync in this action was made by a newer Parlance; update, or clear it.")
    rows = np.frombuffer(raw, np.float32, offset=4 + size).reshape(7, -1).T.astype(np.float64)
    if not np.isfinite(rows).all():
        raise ValueError("a key that is no number")
    at = 0

    def taken(count: int) -> Keys:
        nonlocal at
        part = rows[at : at + count]
        if count < 0 or len(part) != count:
            raise ValueError("keys are missing")
        at += count
        kinds = part[:, 6].astype(np.uint8)
        return Keys(part[:, 0], part[:, 1], part[:, 2:4], part[:, 4:6], None if (kinds == BEZIER).all() else kinds)

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
