# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command says: results on the output, progress on the error stream, whatever the two are connected to."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from ..errors import ParlanceError

_WIDTH: Final = 24


def prepare() -> None:
    """UTF-8 into files and pipes, as in the files that Parlance writes; a terminal shows what its code page has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="backslashreplace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def tell(pieces: Iterable[str]) -> None:
    """Write a result to the output. Raises ParlanceError when there is no room for it, BrokenPipeError when nobody reads on."""
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()
        raise
    except OSError as error:
        hang_up()
        raise ParlanceError(f"The output cannot be written ({error.strerror}).") from error


def say(line: str) -> None:
    """Tell people something on the error stream, wherever that goes."""
    with suppress(OSError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def hang_up() -> None:
    """Let what is still buffered for the output go, or Python would complain about it on leaving."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class Progress:
    """Called with a fraction and a word. One line that renews itself, or a line at every tenth where the stream is a log."""

    def __init__(self, label: str, *, quiet: bool) -> None:
        self._label, self._quiet = label, quiet
        self._live = sys.stderr.isatty()
        self._tenth = 0

    def __call__(self, fraction: float, message: str) -> None:
        """Show how far the work is."""
        if self._quiet:
            return
        if self._live:
            bar = "█" * round(fraction * _WIDTH)
            self._show(f"\r\033[K{self._label} {bar:·<{_WIDTH}} {fraction:4.0%} {message}")
        elif int(fraction * 10) > self._tenth:
            self._tenth = int(fraction * 10)
            self._show(f"{self._label} {fraction:.0%} {message}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live and not self._quiet:
            self._show("\r\033[K")

    @staticmethod
    def _show(text: str) -> None:
        # Progress that cannot be shown must not end the work.
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()
