# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorder programs that this machine has: Blender itself cannot hear."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import BinaryIO, Final, cast

from ...inference.errors import ParlanceError
from ...inference.live.sources import Pipe
from ...inference.mel import SAMPLE_RATE

_RAW: Final = str(SAMPLE_RATE)
_FFMPEG_INPUT: Final = {
    "linux": ("pulse", "{}", "default"),
    "darwin": ("avfoundation", ":{}", "0"),
    "win32": ("dshow", "audio={}", ""),
}
"""Of each platform: the input's format, how a device is written, and the usual one."""


def found(device: str = "") -> tuple[str, list[str]] | None:
    """The first program there is, and how it gives raw 16-bit mono samples on its output; None where there is none."""
    chosen = {"parec": [f"--device={device}"], "arecord": ["-D", device], "rec": []} if device else {}
    programs: dict[str, list[str]] = {
        "parec": ["--raw", "--format=s16le", f"--rate={_RAW}", "--channels=1", "--latency-msec=20"],
        "arecord": ["-q", "-t", "raw", "-f", "S16_LE", "-r", _RAW, "-c", "1"],
        "ffmpeg": _ffmpeg(device),
        "rec": ["-q", "-t", "raw", "-b", "16", "-e", "signed", "-L", "-r", _RAW, "-c", "1", "-"],
    }
    for name, options in programs.items():
        path = shutil.which(name)
        if path and options:
            return name, [path, *chosen.get(name, []), *options]
    return None


def _ffmpeg(device: str) -> list[str]:
    """Empty where a device has to be named and is not."""
    kind, pattern, usual = _FFMPEG_INPUT.get(sys.platform, _FFMPEG_INPUT["linux"])
    name = device or usual
    if not name:
        return []
    quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-fflags", "nobuffer"]
    return [*quiet, "-f", kind, "-i", pattern.format(name), "-ac", "1", "-ar", _RAW, "-f", "s16le", "-flush_packets", "1", "-"]


class Recorder(Pipe):
    """A recorder program that runs until it is closed. As a Source of live sound."""

    def __init__(self, device: str = "") -> None:
        program = found(device)
        if program is None:
            raise ParlanceError(
                "No program to record with was found: install ffmpeg or sox (on Windows also name the device), or hear a growing "
                "file or Live Link."
            )
        self.name, command = program
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise ParlanceError(f"The recorder {self.name} cannot be started ({error.strerror}).") from error
        assert self._process.stdout is not None
        super().__init__(cast(BinaryIO, self._process.stdout), SAMPLE_RATE)

    def read(self) -> object:  # type: ignore[override]
        """As Source; where the program has ended by itself, it says so."""
        block = super().read()
        if block is None and not self.gone:
            self.gone = f"the recorder {self.name} has ended"
        return block

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        try:
            self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=1.0)
        if self._process.stdout is not None:
            self._process.stdout.close()
