# SPDX-License-Identifier: GPL-3.0-or-later
"""Where what is slow to make is kept between runs: `.cache` in the repository, which git ignores."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / ".cache"
_ROOT: Final = Path(__file__).resolve().parents[2]


def fingerprint(*sources: str) -> str:
    """A short hash of files of this repository (paths from its root) that decide what is kept; editing one makes it anew."""
    digest = hashlib.sha1(usedforsecurity=False)
    for source in sources:
        digest.update((_ROOT / source).read_bytes())
    return digest.hexdigest()[:12]
