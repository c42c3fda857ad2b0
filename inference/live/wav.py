# SPDX-License-Identifier: GPL-3.0-or-later
"""WAV files that are not finished: read while they grow, and written so that what is there can always be played."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from ..arrays import Floats
from ..errors import ParlanceError

UNKNOWN: Final = (0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF)
"""Sizes that recorders write when they do not know it yet."""
_FARTHEST: Final = 1 << 20
"""Bytes into a file within which its samples must begin."""
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE


@dataclass(frozen=True)
class Layout:
    """How samples lie. kind: "i2", "i3", "i4", "u1" or "f4". size: bytes of samples, None where that is not known yet."""

    rate: int
    channels: int
    kind: str
    size: int | None

    @property
    def frame(self) -> int:
        """Bytes of one sample of all channels."""
        return int(self.kind[1]) * self.channels


def layout_of(file: BinaryIO, name: str) -> Layout:
    """Read the header, up to where samples begin. Raises ParlanceError for what is no WAV file, or none that can be heard."""
    start = file.read(12)
    if not start:
        raise ParlanceError(f"“{name}” has no sound yet; start the recorder first.")
    if start[:4] not in (b"RIFF", b"RF64") or start[8:] != b"WAVE":
        raise ParlanceError(f"“{name}” is no WAV file, and only those can be heard while they grow; let the recorder write WAV.")
    sound: tuple[int, int, str] | None = None
    while file.tell() < _FARTHEST:
        chunk = file.read(8)
        if len(chunk) < 8:
            break
        kind, size = struct.unpack("<4sI", chunk)
        if kind == b"data":
            if sound is None:
                break
            return Layout(*sound, size=None if size in UNKNOWN else size)
        body = file.read(min(size + size % 2, _FARTHEST))
        if kind == b"fmt ":
            sound = _sound(body)
    raise ParlanceError(f"“{name}” has no sound yet, or is damaged; start the recorder first.")


def _sound(body: bytes) -> tuple[int, int, str]:
    if len(body) < 16:
        raise ParlanceError("The WAV file is damaged: its format cannot be read.")
    code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
    if code == _EXTENSIBLE and len(body) >= 26:
        (code,) = struct.unpack("<H", body[24:26])
    kind = {(_PCM, 8): "u1", (_PCM, 16): "i2", (_PCM, 24): "i3", (_PCM, 32): "i4", (_FLOAT, 32): "f4"}.get((code, bits))
    if kind is None or not 1 <= channels <= 64 or not 1 <= rate <= 1_000_000:
        raise ParlanceError(f"WAV files of this kind ({bits} bits, {channels} channels) cannot be heard; record 16-bit PCM.")
    return rate, channels, kind


def samples_of(data: bytes, layout: Layout) -> Floats:
    """float32[n] in -1..1, the mean of all channels, of whole frames."""
    if layout.kind == "i3":
        whole = np.frombuffer(data, np.uint8).reshape(-1, 3)
        wide = np.zeros((len(whole), 4), np.uint8)
        wide[:, 1:] = whole
        values = wide.view("<i4")[:, 0].astype(np.float32) / np.float32(2.0**31)
    elif layout.kind == "f4":
        values = np.frombuffer(data, "<f4").astype(np.float32)
    elif layout.kind == "u1":
        values = (np.frombuffer(data, np.uint8).astype(np.float32) - 128.0) / 128.0
    else:
        values = np.frombuffer(data, "<" + layout.kind).astype(np.float32) / np.float32(2.0 ** (8 * int(layout.kind[1]) - 1))
    return np.asarray(values.reshape(-1, layout.channels).mean(axis=1), np.float32)


class Recorder:
    """Writes mono 16-bit WAV as it comes. Its header is right after every second, so that nothing is lost with the power."""

    def __init__(self, path: Path, rate: int) -> None:
        self._rate, self._bytes, self._told = rate, 0, 0
        try:
            self._file = path.open("wb")
            self._header()
        except OSError as error:
            raise ParlanceError(f"“{path.name}” cannot be written ({error.strerror}); choose another place.") from error

    def write(self, samples: Floats) -> None:
        """float32[n] in -1..1; what is no number is silence. Raises ParlanceError where there is no room."""
        clean = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
        try:
            self._bytes += self._file.write(np.clip(np.round(clean * 32768.0), -32768, 32767).astype("<i2").tobytes())
            if self._bytes - self._told >= 2 * self._rate:
                self._header()
        except OSError as error:
            raise ParlanceError(f"The recording cannot be written ({error.strerror}); what was heard before is in it.") from error

    @property
    def seconds(self) -> float:
        """The length of what is written, in seconds."""
        return self._bytes / 2 / self._rate

    def close(self) -> None:
        """Finish the file."""
        self._header()
        self._file.close()

    def _header(self) -> None:
        self._file.seek(0)
        size = min(self._bytes, 0xFFFFFFFF - 36)
        format_ = struct.pack("<4sIHHIIHH", b"fmt ", 16, _PCM, 1, self._rate, 2 * self._rate, 2, 16)
        self._file.write(struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + format_ + struct.pack("<4sI", b"data", size))
        self._file.seek(0, 2)
        self._file.flush()
        self._told = self._bytes
