# SPDX-License-Identifier: GPL-3.0-or-later
"""MPEG audio files (MP3) that do not say how long they are.

Most encoders write a first frame that counts the others (“Xing”, “Info” or “VBRI”). Where there is none, libsndfile guesses the
length from the size of the file and the first frame's bit rate, reads no further than that, and misses what is not there: tags,
and frames of other rates. So the frames are counted here, and the file is handed on with their count in front.
Layout: ISO/IEC 11172-3, 2.4; G. Bouvigne, Mp3 Info Tag rev 1; id3.org, ID3v2.4.0, 3.1.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any, Final

HEAD: Final = 4
"""Bytes of the header of a frame."""
_LOOKED_AT: Final = 1 << 16
"""Bytes after the tags in which the first frame begins."""
_MOST_TAGS: Final = 16
_VBRI: Final = 36
"""Bytes from the start of a frame to Fraunhofer's count, whatever the frame is."""
_SIDE_INFO: Final = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}
"""Bytes of side information, by whether it is MPEG 1 and whether it is mono; the count of others comes after it."""
_KBPS: Final = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of layer 3 by their index, by whether it is MPEG 1."""
_HERTZ: Final = (44_100, 48_000, 32_000)
_SLOWER: Final = {3: 1, 2: 2, 0: 4}
"""By the bits of the version: MPEG 1, 2 and 2.5."""


def counted(path: Path) -> io.RawIOBase | None:
    """The file with a count of its frames in front; None where it has one, or is no MPEG audio of layer 3."""
    with path.open("rb") as file:
        file.seek(_after_tags(file))
        begin, head = file.tell(), file.read(_LOOKED_AT)
        start = next((place for place in range(len(head)) if _follow(head, place)), None)
        if start is None or _says_length(head[start:]):
            return None
        file.seek(begin + start)
        frames = _count(file)
    return _WithFront(path, begin + start, _count_frame(head[start : start + HEAD], frames))


def frame_bytes(head: bytes) -> int:
    """How long the frame is that begins so; 0 where these four bytes begin none of layer 3."""
    if len(head) < HEAD or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, hertz = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in (0, 15) or hertz == 3:
        return 0
    first = version == 3
    return (144 if first else 72) * 1000 * _KBPS[first][rate] * _SLOWER[version] // _HERTZ[hertz] + (head[2] >> 1 & 1)


def _follow(data: bytes, place: int) -> bool:
    """Whether a frame begins at a place and another one after it: single bytes look like a frame everywhere."""
    size = frame_bytes(data[place : place + HEAD])
    return size > 0 and (place + size + HEAD > len(data) or frame_bytes(data[place + size : place + size + HEAD]) > 0)


def _tag(head: bytes) -> int:
    """Where in a frame the count of others stands."""
    return HEAD + _SIDE_INFO[bool(head[1] & 0x08), head[3] >> 6 == 3]


def _says_length(frame: bytes) -> bool:
    tag = _tag(frame)
    counts = frame[tag : tag + 4] in (b"Xing", b"Info") and len(frame) > tag + 7 and bool(frame[tag + 7] & 1)
    return counts or frame[_VBRI : _VBRI + 4] == b"VBRI"


def _count_frame(head: bytes, frames: int) -> bytes:
    """A silent frame like the one that begins so, without a checksum, that counts the others."""
    plain = bytes([head[0], head[1] | 1, *head[2:]])
    content = bytes(_tag(plain) - HEAD) + b"Xing" + struct.pack(">II", 1, frames)
    return (plain + content).ljust(frame_bytes(plain), b"\0")


def _count(file: io.BufferedReader) -> int:
    """Frames from here on; what lies between them is passed over."""
    frames, data, place = 0, b"", 0
    while True:
        if len(data) - place < HEAD:
            data, place = data[place:] + file.read(1 << 20), 0
            if len(data) < HEAD:
                return frames
        size = frame_bytes(data[place : place + HEAD])
        if size == 0:
            place += 1
            continue
        frames += 1
        if place + size <= len(data):
            place += size
        else:
            file.seek(place + size - len(data), io.SEEK_CUR)
            data, place = b"", 0


def _after_tags(file: io.BufferedReader) -> int:
    """Where the ID3 tags at the start end, which may hold pictures."""
    at = 0
    for _ in range(_MOST_TAGS):
        file.seek(at)
        head = file.read(10)
        if head[:3] != b"ID3" or len(head) < 10:
            break
        size = 0
        for byte in head[6:]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if head[5] & 0x10 else 0)
    return at


class _WithFront(io.RawIOBase):
    """A file from a place on, with other bytes before it."""

    def __init__(self, path: Path, start: int, front: bytes) -> None:
        self.name = str(path)
        self._file, self._start, self._front = path.open("rb"), start, front
        self._at, self._size = 0, len(front) + max(path.stat().st_size - start, 0)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        part = self._front[self._at : self._at + len(view)]
        view[: len(part)] = part
        self._file.seek(self._start + max(self._at - len(self._front), 0))
        rest = self._file.read(len(view) - len(part)) if self._at + len(part) >= len(self._front) else b""
        view[len(part) : len(part) + len(rest)] = rest
        self._at += len(part) + len(rest)
        return len(part) + len(rest)

    def close(self) -> None:
        self._file.close()
        super().close()
