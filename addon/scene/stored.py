# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept in the .blend: the Performance a character was given, and the keys as we last wrote them.

Both become text, because only text properties survive on library overrides. No pickle: arrays, JSON and zlib.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ...inference.keying import Edit, Keep, Record, Span
from ...inference.keying.cut import as_stored
from ...inference.keying.keys import BEZIER, Keys, Rounded
from ...inference.performance import Performance, Word

FORMAT: Final = 4
"""Of records. From 3 on keys that several curves have in common, as teeth have with the face, are there once.

From 4 on the columns that compress well come first, and those of a short line stand behind as they are: a slider waits for this.
"""
MANY: Final = 100_000
"""Keys from which on room counts more than time."""
LARGEST: Final = 1 << 28
"""Bytes that the records of one action may take unpacked: two hours of speech on twenty meshes."""
PERFORMANCES: Final = 4
Which: TypeAlias = tuple[int, int]
_performances: OrderedDict[Which, Performance] = OrderedDict()
"""Those read last, by what their text holds: the text of hours is large itself."""
REMEMBERED: Final = 8
MOST_KEYS: Final = 1_000_000
_read: OrderedDict[Which, _Read] = OrderedDict()
"""The records read or written last: the next slider move asks for them."""
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


class _Read(NamedTuple):
    """What a text holds, and how many keys that are."""

    records: dict[Place, Record]
    made: Made
    keys: int


def settle(performance: Performance) -> Performance:
    """The Performance as it will be read back, so that today's result and tomorrow's are the same."""
    return performance_file.from_bytes(performance_file.to_bytes(performance))


def pack(performance: Performance) -> str:
    """A Performance as text, about 160 kB a minute."""
    return base64.b64encode(performance_file.to_bytes(performance)).decode("ascii")


def unpack(text: str) -> Performance:
    """Read a Performance back; the last few are remembered, for every slider move asks for the same again.

    Raises ParlanceError when it was stored by a newer Parlance or is damaged.
    """
    which = _which(text)
    if which not in _performances:
        _performances[which] = _unpacked(text)
    _performances.move_to_end(which)
    while len(_performances) > PERFORMANCES:
        _performances.popitem(last=False)
    return _performances[which]


def _unpacked(text: str) -> Performance:
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
    records = {place: _as_read(record) for place, record in sorted(records.items(), key=lambda item: item[0])}
    parts: dict[int, Keys] = {}
    number: dict[int, int] = {}

    def noted(keys: Keys) -> int:
        parts.setdefault(id(keys), keys)
        return number.setdefault(id(keys), len(number))

    table = []
    for place, record in records.items():
        whole = record.written is record.generated
        kept = [noted(record.generated)] if whole else [noted(record.generated), noted(record.written)]
        edits = [[edit.start, edit.end, edit.keep, noted(edit.before), noted(edit.after)] for edit in record.edits]
        room = None if record.room is None else [[span.first, span.last] for span in record.room]
        table.append([*place, kept, edits, record.resting, room])
    header = {
        "format": FORMAT,
        "keys": [len(keys) for keys in parts.values()],
        "curves": table,
        "slots": sorted(made.slots),
        "data": sorted(made.data),
    }
    head = json.dumps(header, ensure_ascii=False).encode()
    text = base64.b64encode(b"".join(_pieces(head, list(parts.values())))).decode("ascii")
    _remember(_which(text), records, made)
    return text


def _pieces(head: bytes, parts: Sequence[Keys]) -> Iterator[bytes]:
    """The header, frames and kinds compressed, then what hardly gets smaller: of very many keys compressed all the same.

    Column after column: millions of keys are nowhere all spelled out.
    """
    packer = zlib.compressobj(1)
    yield packer.compress(len(head).to_bytes(4, "little") + head)
    frames, *others = (partial(_column, parts, *each) for each in _COLUMNS)
    yield packer.compress(frames().data)
    yield packer.compress(np.concatenate([np.zeros(0, np.uint8), *(keys.every_kind for keys in parts)]).astype(np.float32).data)
    many = sum(map(len, parts)) > MANY
    if not many:
        yield packer.flush()
    for column in others:
        yield packer.compress(column().data) if many else column().tobytes()
    if many:
        yield packer.flush()


def _column(parts: Sequence[Keys], row: int, side: int) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, np.float32), *(as_stored(keys).block[row, :, side] for keys in parts)])


def unpack_records(text: str) -> dict[Place, Record]:
    """Read them back, free to change; nothing stored is no records. Raises ParlanceError when they are damaged or newer."""
    return dict(_records(text).records) if text else {}


def unpack_made(text: str) -> Made:
    """What of the action we made. Raises ParlanceError as `unpack_records`."""
    return _records(text).made if text else NOTHING


def _records(text: str) -> _Read:
    """Read once for every text: the last few are remembered, by what they hold, as long as they have not too many keys."""
    which = _which(text)
    if which not in _read:
        try:
            _remember(which, *_parsed(_inflated(text)))
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, zlib.error) as error:
            raise ParlanceError(
                "The record of generated keys in this action is damaged; clear the lip sync and generate it again."
            ) from error
    _read.move_to_end(which)
    return _read[which]


def _which(text: str) -> Which:
    """What a text is known by while Blender runs: a slider asks several times, and other digests take four times as long."""
    return len(text), hash(text)


def _remember(which: Which, known: dict[Place, Record], made: Made) -> None:
    _read[which] = _Read(known, made, sum(len(record.written) for record in known.values()))
    _read.move_to_end(which)
    kept = sum(each.keys for each in _read.values())
    while len(_read) > REMEMBERED or (kept > MOST_KEYS and len(_read) > 1):
        kept -= _read.popitem(last=False)[1].keys


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


def _inflated(text: str) -> bytes:
    """What the text holds; no more than a record can need is ever unpacked."""
    inflater = zlib.decompressobj()
    raw = inflater.decompress(base64.b64decode(text, validate=True), LARGEST)
    if not inflater.eof:
        raise ValueError("cut off, or larger than any record")
    return raw + inflater.unused_data


def _parsed(raw: bytes) -> tuple[dict[Place, Record], Made]:
    size = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + size])
    if header["format"] > FORMAT:
        raise ParlanceError("The lip sync in this action was made by a newer Parlance; update, or clear it.")
    columns = np.frombuffer(raw, np.float32, offset=4 + size).reshape(7, -1)
    if not all(np.isfinite(column).all() for column in columns):
        raise ValueError("a key that is no number")
    order, at = (0, 1, 2, 3, 4, 5, 6) if header["format"] < 4 else (0, 2, 3, 4, 5, 6, 1), 0

    def parsed(count: int) -> Keys:
        nonlocal at
        part = columns[:, at : at + count]
        if count < 0 or part.shape[1] != count:
            raise ValueError("keys are missing")
        at += count
        kinds, block = part[order[-1]].astype(np.uint8), np.empty((3, count, 2), np.float32)
        for (row, side), column in zip(_COLUMNS, order, strict=False):
            block[row, :, side] = part[column]
        return Rounded.of(block, None if (kinds == BEZIER).all() else kinds)

    parts = [parsed(int(count)) for count in header.get("keys", ())]

    def taken(number: int) -> Keys:
        """Keys by their number; before format 3 by how many there are, one after another."""
        if header["format"] < 3:
            return parsed(number)
        if number < 0:
            raise ValueError("keys are missing")
        return parts[number]

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
