# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time: a text file that only one process writes. The lock is the system's, and goes with the process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from ..errors import ParlanceError
from ..outputs import reason

_FAR: Final = 1 << 40
"""Windows locks bytes: one that the file will never have, so that others can read it meanwhile."""


@contextmanager
def alone(path: Path) -> Iterator[TextIO]:
    """The file, emptied, while nobody else writes it. Raises ParlanceError when somebody does, or it cannot be opened."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a", newline="", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ParlanceError(f"“{path}” cannot be written ({reason(error)}).") from error
    with file:
        if not _locked(file):
            raise ParlanceError(f"Another run is writing “{path}”; wait for its end, or choose another folder.")
        file.truncate(0)
        yield file


def _locked(file: TextIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
