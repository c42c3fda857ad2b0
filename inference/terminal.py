# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress on a terminal: one line that renews itself, or a line at every tenth where the output is a log."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Final, Self

_WIDTH: Final = 24


class Progress:
    """Called with a fraction and a word; writes to the error stream, so that curves can go to the output."""

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
        sys.stderr.write(text)
        sys.stderr.flush()
