# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept in the .blend: the Performance a character was given, and the keys as we last wrote them.

Both become text (`record_text.py`), because only text properties survive on library overrides. What was read or written last is
remembered: a slider asks for it again and again.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from ...inference import background
from ...inference.errors import ParlanceError
from ...inference.formats import performance_file
from ...inference.keying import Keys, Record
from ...inference.keying.cut import as_stored
from ...inference.performance import Performance, Word
from ...inference.spool import trim_heap
from . import packed_keys, record_text
from .record_text import NOTHING, Made, Place

__all__ = ["NOTHING", "Kept", "Made", "Place"]

PERFORMANCES: Final = 4
Which: TypeAlias = str
_performances: OrderedDict[Which, Performance] = OrderedDict()
"""Those read last, by what their text holds: the text of hours is large itself."""
_ahead: dict[Which, background.Job[Performance]] = {}
"""The one that is being read before somebody asks for it."""
_settled: list[tuple[Performance, bytes]] = []
"""The one that was settled last, and its bytes, until it is packed: of hours they take a second, and somebody waits for that."""
REMEMBERED: Final = 8
MOST_KEYS: Final = 1_000_000
_read: OrderedDict[Which, Kept] = OrderedDict()
"""The records read or written last: the next slider move asks for them."""


class Kept(NamedTuple):
    """What the text of an action holds, and how many keys that are."""

    records: Mapping[Place, Record]
    made: Made
    keys: int


def settle(performance: Performance) -> Performance:
    """The Performance as it will be read back, so that today's result and tomorrow's are the same. Any thread."""
    data = performance_file.to_bytes(performance)
    settled = performance_file.from_bytes(data)
    _settled[:] = [(settled, data)]
    return settled


def pack(performance: Performance) -> str:
    """A Performance as text, about 160 kB a minute. One that was settled is remembered: the next slider asks for it."""
    known = next((data for settled, data in _settled if settled is performance), None)
    _settled.clear()
    text = base64.b64encode(known or performance_file.to_bytes(performance)).decode("ascii")
    if known is not None:
        _remember_performance(which(text), performance)
    return text


def unpack(text: str) -> Performance:
    """Read a Performance back; the last few are remembered, for every slider move asks for the same again.

    Raises ParlanceError when it was stored by a newer Parlance or is damaged.
    """
    stamp = which(text)
    found = _performances.get(stamp)
    if found is None:
        job = _ahead.pop(stamp, None)
        found = job.waited() if job is not None else _unpacked(text)
        trim_heap(len(found.curves))
    _remember_performance(stamp, found)
    return found


def read_ahead(text: str) -> None:
    """Begin to read a Performance on a thread of its own, as `unpack` will soon be asked for it: hours take a second."""
    stamp = which(text)
    if stamp not in _performances and stamp not in _ahead:
        _ahead.clear()
        job: background.Job[Performance] = background.Job("Read ahead")
        _ahead[stamp] = job
        job.start(lambda _progress: _unpacked(text))


def _remember_performance(stamp: Which, performance: Performance) -> None:
    _performances[stamp] = performance
    _performances.move_to_end(stamp)
    while len(_performances) > PERFORMANCES:
        _performances.popitem(last=False)


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
    """Read words back; none where they are damaged, for the performance has them too."""
    try:
        return tuple(Word(str(said), float(confidence), str(doubt)) for said, confidence, doubt in json.loads(text or "[]"))
    except (ValueError, TypeError, RecursionError):
        return ()


def pack_records(records: Mapping[Place, Record], made: Made = NOTHING) -> str:
    """The records of many curves as text, exact to Blender's own precision (float32)."""
    settled, text = record_text.packed(records, made)
    _remember(which(text), settled, made)
    return text


def prepare(curves: Iterable[Keys]) -> None:
    """Do beforehand what takes longest of packing the records of very many keys. Any thread."""
    found = list(map(as_stored, curves))
    if sum(map(len, found)) > record_text.MANY:
        for keys in found:
            packed_keys.packed(keys)


def unpack_records(text: str) -> dict[Place, Record]:
    """Read records back, free to change; nothing stored is no records. Raises ParlanceError when they are damaged or newer."""
    return dict(kept(which(text), lambda: text).records)


def kept(stamp: Which, text: Callable[[], str]) -> Kept:
    """What the text with this stamp holds; it is not asked for where it was read lately. An empty stamp is that of no text.

    Raises ParlanceError as `unpack_records`.
    """
    if not stamp:
        return NONE
    if stamp not in _read:
        try:
            _remember(stamp, *record_text.parsed(text()))
            trim_heap(_read[stamp].keys)
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError, zlib.error) as error:
            raise ParlanceError(
                "The record of generated keys in this action is damaged; clear the lip sync and generate it again."
            ) from error
    _read.move_to_end(stamp)
    return _read[stamp]


def which(text: str) -> Which:
    """What a text is known by while Blender runs: a slider asks several times, and other digests take four times as long."""
    return f"{len(text)}:{hash(text)}" if text else ""


def _remember(stamp: Which, known: Mapping[Place, Record], made: Made) -> None:
    _read[stamp] = Kept(known, made, sum(len(record.written) for record in known.values()))
    _read.move_to_end(stamp)
    together = sum(each.keys for each in _read.values())
    while len(_read) > REMEMBERED or (together > MOST_KEYS and len(_read) > 1):
        together -= _read.popitem(last=False)[1].keys


NONE: Final = Kept({}, NOTHING, 0)
