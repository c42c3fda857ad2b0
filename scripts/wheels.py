# SPDX-License-Identifier: GPL-3.0-or-later
"""Which onnxruntime wheel goes into the extension for which platform and Python, and fetching them.

Versions differ on purpose. 1.20.1 is the last whose Windows libraries load with the C runtime that Blender 4.5 and 5.0 ship
(14.29), and its Linux wheels are half the size of today's; Python 3.14 and Windows on ARM need 1.24; Intel Macs end at 1.23.2.
The wheels are unmodified, and alone: inference with onnxruntime loads none of its declared dependencies but NumPy.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MANYLINUX: Final = ("manylinux_2_27_x86_64", "manylinux_2_28_x86_64")


@dataclass(frozen=True)
class Wheel:
    """One onnxruntime wheel: its version, the Python it is for, and the platform tags it may carry."""

    version: str
    python: str
    tags: tuple[str, ...]


def _wheels(tags: tuple[str, ...], versions: dict[str, str]) -> tuple[Wheel, ...]:
    return tuple(Wheel(version, python, tags) for python, version in versions.items())


PLATFORMS: Final[dict[str, tuple[Wheel, ...]]] = {
    "linux-x64": _wheels(MANYLINUX, {"3.11": "1.20.1", "3.13": "1.20.1", "3.14": "1.24.4"}),
    "windows-x64": _wheels(("win_amd64",), {"3.11": "1.20.1", "3.13": "1.20.1", "3.14": "1.24.4"}),
    "windows-arm64": _wheels(("win_arm64",), {"3.11": "1.24.4", "3.13": "1.24.4", "3.14": "1.24.4"}),
    "macos-arm64": _wheels(("macosx_13_0_arm64", "macosx_14_0_arm64"), {"3.11": "1.23.2", "3.13": "1.23.2", "3.14": "1.24.4"}),
    "macos-x64": _wheels(("macosx_13_0_x86_64",), {"3.11": "1.23.2", "3.13": "1.23.2"}),
}
"""Blender's platform names and what each gets."""


def fetch(platform: str, folder: Path) -> list[Path]:
    """Download the platform's wheels into the folder (kept from an earlier run) and give their paths.

    Raises subprocess.CalledProcessError when the package index cannot be reached.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetched(wheel, folder) for wheel in PLATFORMS[platform]]


def _fetched(wheel: Wheel, folder: Path) -> Path:
    pattern = f"onnxruntime-{wheel.version}-cp{wheel.python.replace('.', '')}-*.whl"
    if not list(folder.glob(pattern)):
        tags = [argument for tag in wheel.tags for argument in ("--platform", tag)]
        python = ["--python-version", wheel.python, "--implementation", "cp"]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        subprocess.run([*pip, *python, *tags, f"onnxruntime=={wheel.version}"], check=True)
    (path,) = folder.glob(pattern)
    return path
