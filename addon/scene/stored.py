# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept in the .blend: the Performance a character was given, and the keys as we last wrote them.

Both become text, because only text properties survive on library overrides. No pickle: arrays, JSON and zlib.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ...inference.keying import Edit, Record
from ...inference.keying.keys import BEZIER, Keys
from ...inference.performance import Performance

FORMAT: Final = 1
WRITTEN: Final = 8
_written: dict[str, bytes] = {}
"""The records packed last, as they were before compression: the next slider move asks for them."""


class Place(NamedTuple):
    """One line's stretch of one curve of an action: the line's token, slot handle, data path, array element."""

    line: str
    slot: int
    path: str
    element: int


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


def pack_records(records: Mapping[Place, Record]) -> str:
    """The records of many curves as text, exact to Blender's own precision (float32)."""
    parts: list[Keys] = []

    def noted(keys: Keys) -> int:
        parts.append(keys)
        return len(keys)

    table = []
    for place, record in records.items():
        sizes = [noted(record.generated)]
        edits: list[list[Any]] = []
        if record.edits:
            sizes.append(noted(record.written))
            edits = [[edit.start, edit.end, edit.keep, noted(edit.before), noted(edit.after)] for edit in record.edits]
        table.append([*place, sizes, edits])
    rows = [np.column_stack((k.frames, k.values, k.left, k.right, k.every_kind)).astype(np.float32) for k in parts]
    body = np.concatenate(rows).T.tobytes() if rows else b""
    head = json.dumps({"format": FORMAT, "curves": table}, ensure_ascii=False).encode()
    raw = len(head).to_bytes(4, "little") + head + body
    text = base64.b64encode(zlib.compress(raw, 1)).decode("ascii")
    _written[text] = raw
    while len(_written) > WRITTEN:
        del _written[next(iter(_written))]
    return text


def unpack_records(text: str) -> dict[Place, Record]:
    """Read them back, free to change; nothing stored is no records. Raises ParlanceError when the text is damaged."""
    return dict(_records(text)) if text else {}


@lru_cache(maxsize=8)
def _records(text: str) -> dict[Place, Record]:
    try:
        raw = _written.get(text) or zlib.decompress(base64.b64decode(text))
        size = int.from_bytes(raw[:4], "little")
        table = json.loads(raw[4 : 4 + size])["curves"]
        rows = np.frombuffer(raw, np.float32, offset=4 + size).reshape(7, -1).T.astype(np.float64)
    except (ValueError, KeyError, zlib.error) as error:
        raise ParlanceError(
            "The record of generated keys in this action is damaged; clear the lip sync and generate it again."
        ) from error
    at = 0

    def taken(count: int) -> Keys:
        nonlocal at
        part = rows[at : at + count]
        at += count
        kinds = part[:, 6].astype(np.uint8)
        return Keys(part[:, 0], part[:, 1], part[:, 2:4], part[:, 4:6], None if (kinds == BEZIER).all() else kinds)

    records = {}
    for line, handle, path, index, sizes, edits in table:
        generated = taken(sizes[0])
        written = taken(sizes[1]) if edits else generated
        carried = tuple(Edit(start, end, taken(before), taken(after), keep) for start, end, keep, before, after in edits)
        records[Place(line, handle, path, index)] = Record(generated, written, carried)
    return records
