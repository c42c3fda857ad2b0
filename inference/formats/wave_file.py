# SPDX-License-Identifier: GPL-3.0-or-later
"""WAV files, a stretch at a time: nothing before it is read, however long the file is.

Only what studios record: PCM of 16, 24 and 32 bits and 32-bit floats, also under the “extensible” header.
Layout: Microsoft, Multiple Channel Audio Data and WAVE Files (2007).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

PCM: Final = 1
FLOAT: Final = 3
EXTENSIBLE: Final = 0xFFFE
KINDS: Final = {(PCM, 16), (PCM, 24), (PCM, 32), (FLOAT, 32)}
MOST_CHUNKS: Final = 1000
"""Chunks before the samples; a file with more is left to other readers."""


@dataclass(frozen=True)
class WaveFile:
    """Where the samples of a WAV file are. length: in samples of each channel; offset: bytes before the first."""

    path: Path
    rate: int
    channels: int
    bits: int
    floats: bool
    offset: int
    length: int

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """float32[n, channels]: samples first .. last, fewer where the file ends; integers become -1..1."""
        first, last = (min(max(each, 0), self.length) for each in (first, last))
        width = self.bits // 8
        with self.path.open("rb") as file:
            file.seek(self.offset + first * width * self.channels)
            body = file.read((last - first) * width * self.channels)
        whole = len(body) // (width * self.channels) * self.channels
        return self._numbers(np.frombuffer(body, np.uint8, whole * width)).reshape(-1, self.channels)

    def _numbers(self, body: NDArray[np.uint8]) -> NDArray[np.float32]:
        if self.floats:
            return body.view("<f4").astype(np.float32)
        if self.bits == 24:
            wide = np.zeros((len(body) // 3, 4), np.uint8)
            wide[:, 1:] = body.reshape(-1, 3)
            return (wide.view("<i4")[:, 0] / np.float32(2**31)).astype(np.float32)
        full = np.float32(2 ** (self.bits - 1))
        return (body.view(f"<i{self.bits // 8}") / full).astype(np.float32)


def open_wave(path: Path) -> WaveFile | None:
    """Find the samples of a WAV file; None for anything else, and for kinds that are not read here."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if file.read(4) != b"RIFF" or file.read(8)[4:] != b"WAVE":
                return None
            form = None
            for _ in range(MOST_CHUNKS):
                head = file.read(8)
                if len(head) < 8:
                    return None
                name, length = struct.unpack("<4sI", head)
                if name == b"data":
                    return _found(path, form, file.tell(), min(length or size, size - file.tell()))
                if name == b"fmt ":
                    form = file.read(min(length, 40))
                    length -= len(form)
                file.seek(length + length % 2 if name != b"fmt " else length, 1)
    except (OSError, struct.error):
        pass
    return None


def _found(path: Path, form: bytes | None, offset: int, size: int) -> WaveFile | None:
    if form is None or len(form) < 16:
        return None
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == EXTENSIBLE and len(form) >= 26:
        (kind,) = struct.unpack("<H", form[24:26])
    if (kind, bits) not in KINDS or channels == 0 or rate == 0:
        return None
    return WaveFile(path, rate, channels, bits, kind == FLOAT, offset, size // (bits // 8 * channels))
