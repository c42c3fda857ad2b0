# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept in the .blend: the Performance a character was given, and the keys as we last wrote them.

Both become text, because only text properties survive on library overrides. No pickle: arrays, JSON and zlib.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ...inference.keying import Edit, Keep, Record, Span
from ...inference.keying.cut import as_stored
from ...inference.keying.keys import BEZIER, Keys
from ...inference.performance import Performance, Word

FORMAT: Final = 3
"""Of records. From 3 on keys that several curves have in common, as teeth have with the face, are there once."""
LARGEST: Final = 1 << 28
"""Bytes that the records of one action may take unpacked: two hours of speech on twenty meshes."""
PERFORMANCES: Final = 4
Which: TypeAlias = tuple[int, int]
_performances: OrderedDict[Which, Performance] = OrderedDict()
"""Those read last, by what their text holds: the text of hours is large itself."""
REMEMBERED: Final = 8
MOST_KEYS: Final = 1_000_000
_read: OrderedDict[Which, tuple[dict[Place, Record], Made]] = OrderedDict()
"""The records read or written last: the next slider move asks for them."""
_COLUMNS: Final[tuple[Callable[[Keys], NDArray[Any]], ...]] = (
    lambda keys: keys.frames,
    lambda keys: keys.values,
    lambda keys: keys.left[:, 0],
    lambda keys: keys.left[:, 1],
    lambda keys: keys.right[:, 0],
    lambda keys: keys.right[:, 1],
    lambda keys: keys.every_kind,
)
"""In the order in which they are stored."""


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
    text = base64.b64encode(b"".join(_compressed(head, list(parts.values())))).decode("ascii")
    _remember(_which(text), records, made)
    return text


def _compressed(head: bytes, parts: Sequence[Keys]) -> Iterator[bytes]:
    """The header, then column after column of all keys, in pieces: millions of keys are nowhere all spelled out."""
    packer = zlib.compressobj(1)
    yield packer.compress(len(head).to_bytes(4, "little") + head)
    for column in _COLUMNS:
        for keys in parts:
            yield packer.compress(np.ascontiguousarray(column(keys), np.float32).data)
    yield packer.flush()


def unpack_records(text: str) -> dict[Place, Record]:
    """Read them back, free to change; nothing stored is no records. Raises ParlanceError when they are damaged or newer."""
    return dict(_records(text)[0]) if text else {}


def unpack_made(text: str) -> Made:
    """What of the action we made. Raises ParlanceError as `unpack_records`."""
    return _records(text)[1] if text else NOTHING


def _records(text: str) -> tuple[dict[Place, Record], Made]:
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
    _read[which] = known, made
    _read.move_to_end(which)
    kept = sum(_size(each) for each, _ in _read.values())
    while len(_read) > REMEMBERED or (kept > MOST_KEYS and len(_read) > 1):
        kept -= _size(_read.popitem(last=False)[1][0])


def _size(known: Mapping[Place, Record]) -> int:
    return sum(len(record.written) for record in known.values())


def _as_read(record: Record) -> Record:
    """A record as it will be read back."""
    generated = _exact(record.generated)
    written = generated if record.written is record.generated else _exact(record.written)
    edits = tuple(replace(edit, before=_exact(edit.before), after=_exact(edit.after)) for edit in record.edits)
    return replace(record, generated=generated, written=written, edits=edits)


def _exact(keys: Keys) -> Keys:
    stored = as_stored(keys)
    return stored if stored.kinds is None or (stored.kinds != BEZIER).any() else stored.changed(kinds=None)


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
    columns = np.frombuffer(raw, np.float32, offset=4 + size).reshape(7, -1)
    if not all(np.isfinite(column).all() for column in columns):
        raise ValueError("a key that is no number")
    at = 0

    def parsed(count: int) -> Keys:
        nonlocal at
        part = columns[:, at : at + count].T
        if count < 0 or len(part) != count:
            raise ValueError("keys are missing")
        at += count
        kinds = part[:, 6].astype(np.uint8)
        rows = part.astype(np.float64)
        return as_stored(Keys(rows[:, 0], rows[:, 1], rows[:, 2:4], rows[:, 4:6], None if (kinds == BEZIER).all() else kinds))

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
