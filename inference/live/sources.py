# SPDX-License-Identifier: GPL-3.0-or-later
"""Where live sound comes from: a microphone, a file that grows, or raw samples through a pipe. None of them ever waits."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import numpy as np

from ..arrays import Floats
from ..errors import ParlanceError
from ..mel import SAMPLE_RATE
from ..outputs import shown
from .wav import Layout, layout_of, samples_of

BLOCK: Final = 0.02
"""Seconds of sound that a microphone hands over at once."""
MOST_WAITING: Final = 250
"""Blocks that wait to be heard before the oldest are lost: five seconds."""


class Source(Protocol):
    """Mono sound as it comes. rate: samples a second. lost: blocks nobody could take in time. gone: why it ended too early."""

    rate: int
    lost: int
    gone: str

    def read(self) -> Floats | None:
        """What has come since the last time: float32[n], empty where nothing has, None at the end."""
        ...

    def close(self) -> None:
        """Let go of the device or file."""
        ...


class Microphone:
    """An input of this machine. name: part of a device's name or its number; empty for the usual one."""

    def __init__(self, name: str = "", rate: int = SAMPLE_RATE) -> None:
        sound = _sounddevice()
        self.rate, self.lost, self.gone = rate, 0, ""
        self._waiting: deque[Floats] = deque(maxlen=MOST_WAITING)
        chosen: Any = int(name) if name.isdecimal() else name or None
        try:
            self._stream = sound.InputStream(
                samplerate=rate, channels=1, dtype="float32", blocksize=round(BLOCK * rate), device=chosen,
                callback=self._came, finished_callback=self._ended,
            )  # fmt: skip
            self._stream.start()
        except (sound.PortAudioError, ValueError) as error:
            raise ParlanceError(f"The microphone cannot be opened ({str(error)[:200]}); choose another input.") from error

    def _came(self, block: Floats, _frames: int, _time: Any, status: Any) -> None:
        """On a thread of the device's."""
        self.lost += bool(status.input_overflow) + (len(self._waiting) == MOST_WAITING)
        self._waiting.append(block[:, 0].copy())

    def _ended(self) -> None:
        self.gone = self.gone or "the device has stopped"

    def read(self) -> Floats | None:
        """As Source."""
        blocks = []
        while self._waiting:
            blocks.append(self._waiting.popleft())
        if not blocks:
            return None if self.gone else np.zeros(0, np.float32)
        return np.concatenate(blocks)

    def close(self) -> None:
        """As Source."""
        gone, self.gone = self.gone, "closed"
        self._stream.close()
        self.gone = gone


def microphones() -> list[str]:
    """The inputs of this machine, as people tell them apart: number, name, channels, the usual one marked. May be none."""
    sound = _sounddevice()
    try:
        devices, usual = sound.query_devices(), sound.default.device[0]
    except sound.PortAudioError as error:
        raise ParlanceError(f"The microphones cannot be asked for ({str(error)[:200]}); check the sound settings.") from error
    return [
        f"{number:3d}  {device['name']}, {device['max_input_channels']} channels{' (the usual one)' * (number == usual)}"
        for number, device in enumerate(devices)
        if device["max_input_channels"] > 0
    ]


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise ParlanceError(
            "A microphone needs the package sounddevice: install parlance[live], or give a growing WAV file or a pipe."
        ) from error
    except OSError as error:
        raise ParlanceError("A microphone needs PortAudio (libportaudio2): install it, or give a file or a pipe.") from error
    return sounddevice


class GrowingFile:
    """A WAV file that somebody is still writing. It ends when it has all that its header promises, or has not grown for a while.

    patience: seconds without growth after which it has ended.
    paced: whether a file that is whole already is given no faster than it sounds.
    before: samples that were in it when it was opened, if it still grows.
    """

    def __init__(self, path: Path, patience: float = 3.0, *, paced: bool = True) -> None:
        self.lost, self.gone = 0, ""
        if path.is_dir():
            raise ParlanceError(f"“{shown(path)}” is a folder; name the WAV file in it that grows.")
        if not path.exists():
            raise ParlanceError(f"“{shown(path)}” does not exist; check the path, and start the recorder first.")
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise ParlanceError(f"“{path.name}” cannot be read ({error.strerror}).") from error
        try:
            self._layout: Layout = layout_of(self._file, path.name)
        except BaseException:
            self._file.close()
            raise
        self.rate = self._layout.rate
        self._left = self._layout.size
        self._patience, self._still = patience, 0.0
        self._rest = b""
        self._began = time.monotonic()
        self._given = 0 if paced and self.is_whole else None
        self.before = 0 if self.is_whole else self._waiting // self._layout.frame

    @property
    def is_whole(self) -> bool:
        """Whether the file holds all that its header promises: it does not grow any more."""
        return self._left is not None and self._waiting >= self._left

    @property
    def _waiting(self) -> int:
        """Bytes that are there and were not read."""
        return os.fstat(self._file.fileno()).st_size - self._file.tell()

    def read(self, most: float = 1.0) -> Floats | None:
        """As Source, at most so many seconds."""
        if self._given is not None:
            most = min(most, time.monotonic() - self._began - self._given / self.rate)
        bytes_ = self._layout.frame * max(round(most * self.rate), 0)
        try:
            data = self._file.read(bytes_ if self._left is None else min(bytes_, self._left))
        except OSError as error:
            self.gone = error.strerror or "the file cannot be read"
            return None
        if self._left is not None:
            self._left -= len(data)
        data = self._rest + data
        whole = len(data) - len(data) % self._layout.frame
        self._rest = data[whole:]
        if whole:
            self._still = 0.0
            self._given = None if self._given is None else self._given + whole // self._layout.frame
            return samples_of(data[:whole], self._layout)
        return None if self._left == 0 else np.zeros(0, np.float32)

    def waited(self, seconds: float) -> bool:
        """Told how long nothing came; True once that is too long."""
        self._still += seconds
        return self._still >= self._patience

    def close(self) -> None:
        """As Source."""
        self._file.close()


class Pipe:
    """Raw mono samples, 16-bit little-endian, from a stream such as the standard input."""

    def __init__(self, stream: BinaryIO, rate: int) -> None:
        self.rate, self.lost, self.gone = rate, 0, ""
        self._blocks: queue.Queue[bytes] = queue.Queue(MOST_WAITING)
        self._rest = b""
        self._ended = False
        # Reading a pipe waits, on every platform but one; nobody else may.
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream: BinaryIO) -> None:
        try:
            while data := stream.read(2 * round(BLOCK * self.rate)):
                self._blocks.put(data)
        except (OSError, ValueError) as error:
            self.gone = str(error)
        self._blocks.put(b"")

    def read(self) -> Floats | None:
        """As Source."""
        data = self._rest
        while not self._ended:
            try:
                block = self._blocks.get_nowait()
            except queue.Empty:
                break
            self._ended = not block
            data += block
        whole = len(data) - len(data) % 2
        self._rest = data[whole:]
        if not whole and self._ended:
            return None
        return np.frombuffer(data[:whole], "<i2").astype(np.float32) / np.float32(32768.0)

    def close(self) -> None:
        """Nothing to let go of: the stream is not ours."""
