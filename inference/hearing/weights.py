# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the weights are, and what they are called in a saved Performance."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..errors import ParlanceError

FOLDER: Final = Path(__file__).resolve().parents[2] / "models" / "weights"
LIVE: Final = "live.onnx"
"""The small network that hears while somebody speaks (inference/live)."""
OVERRIDE: Final = "PARLANCE_WEIGHTS"
"""Environment variable: another ONNX file to hear with, for tests and for people who train their own."""


def find() -> Path:
    """The ONNX file to use. Raises ParlanceError where there is none."""
    override = os.environ.get(OVERRIDE)
    if override:
        path = Path(override)
        if not path.is_file():
            raise ParlanceError(f"{OVERRIDE} names {override}, which is not a file.")
        return path
    found = sorted(path for path in FOLDER.glob("*.onnx") if path.name != LIVE)
    if not found:
        raise ParlanceError("The model weights are missing from this installation; reinstall the extension.")
    return found[-1]


def find_live() -> Path:
    """The ONNX file to hear live with. Raises ParlanceError where there is none."""
    path = FOLDER / LIVE
    if not path.is_file():
        raise ParlanceError("The weights of the live model are missing from this installation; reinstall the extension.")
    return path


def fingerprint(path: Path) -> str:
    """Sixteen hexadecimal digits that change with every byte of the file."""
    return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()


def fingerprint_of(paths: Sequence[Path], *choices: str) -> str:
    """The same of several files and of what was chosen beside them. Raises ParlanceError where one cannot be read."""
    digest = hashlib.blake2b("\0".join(choices).encode(), digest_size=8)
    for path in paths:
        try:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
        except OSError as error:
            raise ParlanceError(f"“{path.name}” cannot be read ({error.strerror}); choose another file.") from error
    return digest.hexdigest()


def combined(*names: str) -> str:
    """Of several fingerprints one."""
    return hashlib.blake2b("\0".join(names).encode(), digest_size=8).hexdigest()
