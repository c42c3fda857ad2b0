# SPDX-License-Identifier: GPL-3.0-or-later
"""A Performance as bytes, small enough to live in a .blend: about 120 kB a minute, NumPy and zlib alone.

Tracks change little from frame to frame, so the whole steps between frames are stored, not the values.
Resolution: curves 1/4000, emotion, speech, voicing and arousal 1/1000, loudness 0.05 dB, pitch 0.01 semitones, posteriors 1/255.
"""

from __future__ import annotations

import io
import json
import math
import struct
import tokenize
import zipfile
import zlib
from dataclasses import asdict
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from .. import arkit
from .. import phones as inventory
from ..audio import LONGEST
from ..errors import ParlanceError
from ..performance import EMOTIONS, FRAME_RATE, Event, EventKind, Performance, Phone, Word
from ..rowwise import stretches
from ..spool import evict, zeros
from .untrusted import number, numbers_of, parse_json

VERSION: Final = 2
READABLE: Final = (1, 2)
"""Before version 2 there were no vocal sounds but breaths, and events had no confidence."""
STEPS: Final = {
    "curves": 4000,
    "posteriors": 255,
    "emotion": 1000,
    "arousal": 1000,
    "speech": 1000,
    "loudness": 20,
    "pitch": 100,
    "voicing": 1000,
}
"""Whole steps per unit of each track."""
_CHANNELS: Final = {"curves": arkit.COUNT, "posteriors": inventory.COUNT, "emotion": len(EMOTIONS)}
"""Channels of the tracks that have several."""
_EVENT_NUMBERS: Final = (("time", None), ("duration", None), ("strength", None), ("confidence", 1.0))
"""With what stands for those that are missing."""
_PHONE_NUMBERS: Final = ("start", "end", "confidence", "strength")
_SLACK: Final = 1e-3
"""Seconds that the end of a phone and the start of the next may differ, by rounding."""
_MOST_TEXT: Final = 64_000_000
"""Bytes of phones and events; six hours of fast speech have 40 MB."""
_MOST_ITEMS: Final = round(LONGEST * FRAME_RATE)
_MOST_LISTS: Final = 16
"""Three are used; brackets in the name of a model are no lists. Words have none (`script.py`)."""
_LONGEST_WORD: Final = 300
_MOST_HEADER: Final = 4096
_DAMAGE: Final = (
    AttributeError, EOFError, IndexError, KeyError, MemoryError, OSError, OverflowError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What zip archives, array headers and JSON with something wrong in them raise."""


def to_bytes(performance: Performance) -> bytes:
    """Everything in the Performance, quantised to STEPS. Raises ParlanceError when it is longer than can be read back."""
    if performance.duration > LONGEST:
        raise ParlanceError(f"A performance of more than {LONGEST / 3600:.0f} hours cannot be stored; cut the sound into parts.")
    values = {name: getattr(performance, name) for name in STEPS}
    values["posteriors"] = _shared(values["posteriors"], STEPS["posteriors"])
    tracks = {name: _packed(values[name], steps) for name, steps in STEPS.items()}
    plain = {
        "version": VERSION,
        "duration": performance.duration,
        "model": performance.model,
        "phones": [asdict(phone) for phone in performance.phones],
        "words": [asdict(word) for word in performance.words],
        "events": [asdict(event) for event in performance.events],
    }
    text = np.frombuffer(json.dumps(plain, ensure_ascii=False).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, plain=text, **tracks)  # type: ignore[arg-type]
    return buffer.getvalue()


def from_bytes(data: bytes) -> Performance:
    """Read it back, whoever wrote it. Raises ParlanceError for anything but what to_bytes writes.

    Nothing is allocated on the word of a header: a size is believed when the duration and the bytes that are there bear it out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as stored:
            plain = _plain(stored)
            version = plain["version"]
            if isinstance(version, int) and version > VERSION:
                raise ParlanceError("This performance was stored by a newer version of Parlance; update the extension.")
            duration = number(plain["duration"])
            if version not in READABLE or not 0 < duration <= LONGEST:
                raise ValueError("no version, or a duration that cannot be")
            frames = range(max(1, math.floor(duration * FRAME_RATE)), math.ceil(duration * FRAME_RATE) + 2)
            tracks: dict[str, Any] = {name: _unpacked(_stored(stored, name, frames), steps) for name, steps in STEPS.items()}
        if len({len(track) for track in tracks.values()}) > 1:
            raise ValueError("tracks of different lengths")
        words = _words(plain.get("words", []))
        phones, events = _phones(plain["phones"], duration, len(words)), _events(plain["events"])
    except _DAMAGE as error:
        raise ParlanceError("The stored performance is damaged; generate it again.") from error
    posteriors = tracks["posteriors"]
    for part, _, _ in stretches(len(posteriors), 0):
        sums = posteriors[part].sum(axis=1, keepdims=True)
        posteriors[part] /= np.where(sums > 0, sums, 1)
        evict(posteriors)
    return Performance(**tracks, phones=phones, events=events, duration=duration, model=str(plain.get("model", "")), words=words)


def _plain(stored: zipfile.ZipFile) -> dict[str, Any]:
    shape, content = _array(stored, "plain", np.dtype(np.uint8), _MOST_TEXT)
    if content.count(b"[") > _MOST_LISTS or content.count(b"{") > _MOST_ITEMS:
        raise ValueError("more in it than six hours can have")
    found = parse_json(content.decode(), "The stored performance is damaged; generate it again.")
    if len(shape) != 1 or not isinstance(found, dict):
        raise ValueError("no description")
    return found


def _stored(stored: zipfile.ZipFile, name: str, frames: range) -> NDArray[np.int16]:
    """int16[T] or int16[channels, T] with T among `frames`."""
    channels = _CHANNELS.get(name, 1)
    shape, content = _array(stored, name, np.dtype("<i2"), channels * frames.stop * 2)
    if shape[-1:] == () or shape[-1] not in frames or shape[:-1] != ((channels,) if name in _CHANNELS else ()):
        raise ValueError(f"{name} has another shape")
    return np.frombuffer(content, "<i2").reshape(shape)


def _array(stored: zipfile.ZipFile, name: str, dtype: np.dtype[Any], most: int) -> tuple[tuple[int, ...], bytes]:
    """Shape and bytes of one array in C order; no more than `most` bytes of it are ever unpacked."""
    entry = stored.getinfo(name + ".npy")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("another compression")
    with stored.open(entry) as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError("another kind of array")
        shape, columns_first, kind = np.lib.format.read_array_header_1_0(file, max_header_size=_MOST_HEADER)
        body = file.read(most)
        if file.read(1):
            raise ValueError(f"{name} is too large")
    if kind != dtype or len(body) != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"{name} has another type or size")
    if columns_first:
        body = np.frombuffer(body, dtype).reshape(shape, order="F").tobytes()
    return shape, body


def _words(listed: list[dict[str, Any]]) -> tuple[Word, ...]:
    sure = numbers_of([item["confidence"] for item in listed])
    words = tuple(Word(str(item["text"]), each, str(item["doubt"])) for item, each in zip(listed, sure, strict=True))
    if any(len(word.text) > _LONGEST_WORD or len(word.doubt) > _LONGEST_WORD for word in words):
        raise ValueError("a word that cannot be")
    return words


def _phones(listed: list[dict[str, Any]], duration: float, words: int) -> tuple[Phone, ...]:
    """Known symbols in time order, one after the other, within the duration; each in a word that there is, or in none."""
    symbols = [item["symbol"] for item in listed]
    columns = [numbers_of([item[name] for item in listed]) for name in _PHONE_NUMBERS]
    in_words = list(map(int, numbers_of([item.get("word", -1) for item in listed])))
    starts, ends = map(np.array, columns[:2])
    if not listed or min(in_words) < -1 or max(in_words) >= words or not inventory.INDEX.keys() >= set(symbols):
        raise ValueError("no phones, one that is none, or one of a word that is not there")
    before = np.append(-_SLACK, ends[:-1])
    if (before > starts + _SLACK).any() or (starts > ends).any() or ends[-1] > duration + 1 / FRAME_RATE:
        raise ValueError("phones that do not fill the sound")
    return tuple(map(Phone, symbols, *columns, in_words))


def _events(listed: list[dict[str, Any]]) -> tuple[Event, ...]:
    kinds = [item["kind"] for item in listed]
    columns = [numbers_of([item.get(name, usual) for item in listed]) for name, usual in _EVENT_NUMBERS]
    if not set(get_args(EventKind)) >= set(kinds) or any(duration < 0 for duration in columns[1]):
        raise ValueError("an event that cannot be")
    return tuple(map(Event, kinds, *columns))


def _shared(rows: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """Rows rounded to whole steps that still sum to one (largest remainders): stored again, they do not change."""
    shared = zeros(rows.shape)
    for part, _, _ in stretches(len(rows), 0):
        exact = rows[part] * steps
        whole = np.floor(exact)
        missing = np.where(rows[part].sum(axis=1) > 0, steps - whole.sum(axis=1), 0)[:, None]
        rank = np.argsort(np.argsort(whole - exact, axis=1, kind="stable"), axis=1, kind="stable")
        shared[part] = ((whole + (rank < missing)) / steps).astype(np.float32)
        evict(shared)
        evict(rows)
    return shared


def _packed(track: NDArray[np.float32], steps: int) -> NDArray[np.int16]:
    """int16[..., T]: each channel's whole steps from the frame before, in wrapping arithmetic."""
    whole = np.empty(track.T.shape, np.int16)
    for part, _, _ in stretches(len(track), 0):
        whole[..., part] = np.rint(track[part].T * steps).astype(np.int16)
        evict(track)
    whole[..., 1:] -= whole[..., :-1].copy()
    return whole


def _unpacked(differences: NDArray[np.int16], steps: int) -> NDArray[np.float32]:
    unpacked, before = zeros(differences.T.shape), np.zeros_like(differences[..., :1])
    for part, _, _ in stretches(len(unpacked), 0):
        whole = np.cumsum(differences[..., part], axis=-1, dtype=np.int16) + before
        unpacked[part] = np.ascontiguousarray(whole.T, np.float32) / np.float32(steps)
        before = whole[..., -1:]
        evict(unpacked)
    return unpacked
