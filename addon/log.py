# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done and how long it took: kept for bug reports, and written to the console for those who asked for it."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LOG: Final = logging.getLogger("parlance")
KEPT: Final = 60
"""Lines that a bug report can have."""


class _Recent(logging.Handler):
    """The last lines, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record of the log for bug reports."""
        self.lines.append(self.format(record))


_RECENT: Final = _Recent()
_CONSOLE: Final = logging.StreamHandler()


def set_verbose(verbose: bool) -> None:
    """Say on the console what is done and how long it takes, or only what goes wrong."""
    if not LOG.handlers:
        _RECENT.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        _CONSOLE.setFormatter(logging.Formatter("Parlance: %(message)s"))
        LOG.addHandler(_RECENT)
        LOG.addHandler(_CONSOLE)
        LOG.propagate = False
    LOG.setLevel(logging.DEBUG)
    _CONSOLE.setLevel(logging.DEBUG if verbose else logging.WARNING)


def recent() -> tuple[str, ...]:
    """The last lines, oldest first, with the time of day."""
    return tuple(_RECENT.lines)


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Tell how long a step took."""
    started = time.perf_counter()
    yield
    LOG.debug("%s: %.0f ms", step, 1000 * (time.perf_counter() - started))
