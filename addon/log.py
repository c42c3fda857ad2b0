# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written to the console for those who asked for it in the preferences."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LOG: Final = logging.getLogger("parlance")


def set_verbose(verbose: bool) -> None:
    """Say what is done and how long it takes, or only what goes wrong."""
    if not LOG.handlers:
        console = logging.StreamHandler()
        console.setFormatter(logging.Formatter("Parlance: %(message)s"))
        LOG.addHandler(console)
        LOG.propagate = False
    LOG.setLevel(logging.DEBUG if verbose else logging.WARNING)


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Tell how long a step took."""
    started = time.perf_counter()
    yield
    LOG.debug("%s: %.0f ms", step, 1000 * (time.perf_counter() - started))
