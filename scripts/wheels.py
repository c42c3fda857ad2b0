# SPDX-License-Identifier: GPL-3.0-or-later
"""Which onnxruntime wheel goes into the extension for which platform and Python, and fetching them.

Versions differ on purpose. 1.20.1 is the last whose Windows libraries load with the C runtime that Blender 4.5 and 5.0 ship
(14.29), and its Linux wheels are half the size of today's; Python 3.14 and Windows on ARM need 1.24; Intel Macs end at 1.23.2.
From 1.29 on they report to their makers. The wheels are unmodified, and alone: inference with onnxruntime loads none of its
declared dependencies but NumPy. Each is the very file whose SHA-256 stands here, or it is not packaged.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .environments import Unavailable

MANYLINUX: Final = ("manylinux_2_27_x86_64", "manylinux_2_28_x86_64")


@dataclass(frozen=True)
class Wheel:
    """One onnxruntime wheel: the Python it is for, its version, the platform tags it may carry, and its SHA-256."""

    python: str
    version: str
    tags: tuple[str, ...]
    sha256: str


def _wheels(tags: tuple[str, ...], *wheels: tuple[str, str, str]) -> tuple[Wheel, ...]:
    return tuple(Wheel(python, version, tags, sha256) for python, version, sha256 in wheels)


PLATFORMS: Final[dict[str, tuple[Wheel, ...]]] = {
    "linux-x64": _wheels(
        MANYLINUX,
        ("3.11", "1.20.1", "5eec64c0269dcdb8d9a9a53dc4d64f87b9e0c19801d9321246a53b7eb5a7d1bc"),
        ("3.13", "1.20.1", "bda6aebdf7917c1d811f21d41633df00c58aff2bef2f598f69289c1f1dabc4b3"),
        ("3.14", "1.24.4", "14ed1f197fab812b695a5eaddb536c635e58a2fbbe50a517c78f082cc6ce9177"),
    ),
    "windows-x64": _wheels(
        ("win_amd64",),
        ("3.11", "1.20.1", "8508887eb1c5f9537a4071768723ec7c30c28eb2518a00d0adcd32c89dea3221"),
        ("3.13", "1.20.1", "d30367df7e70f1d9fc5a6a68106f5961686d39b54d3221f760085524e8d38e16"),
        ("3.14", "1.24.4", "311e309f573bf3c12aa5723e23823077f83d5e412a18499d4485c7eb41040858"),
    ),
    "windows-arm64": _wheels(
        ("win_arm64",),
        ("3.11", "1.24.4", "e26478356dba25631fb3f20112e345f8e8bf62c499bb497e8a559f7d69cf7e7b"),
        ("3.13", "1.24.4", "71d6a5c1821d6e8586a024000ece458db8f2fc0ecd050435d45794827ce81e19"),
        ("3.14", "1.24.4", "3f0b910e86b759a4732663ec61fd57ac42ee1b0066f68299de164220b660546d"),
    ),
    "macos-arm64": _wheels(
        ("macosx_13_0_arm64", "macosx_14_0_arm64"),
        ("3.11", "1.23.2", "6f91d2c9b0965e86827a5ba01531d5b669770b01775b23199565d6c1f136616c"),
        ("3.13", "1.23.2", "2ff531ad8496281b4297f32b83b01cdd719617e2351ffe0dba5684fb283afa1f"),
        ("3.14", "1.24.4", "fbff2a248940e3398ae78374c5a839e49a2f39079b488bc64439fa0ec327a3e4"),
    ),
    "macos-x64": _wheels(
        ("macosx_13_0_x86_64",),
        ("3.11", "1.23.2", "87d8b6eaf0fbeb6835a60a4265fde7a3b60157cf1b2764773ac47237b4d48612"),
        ("3.13", "1.23.2", "162f4ca894ec3de1a6fd53589e511e06ecdc3ff646849b62a9da7489dee9ce95"),
    ),
}
"""Blender's platform names and what each gets."""


def fetch(platform: str, folder: Path) -> list[Path]:
    """Download the platform's wheels into the folder (kept from an earlier run) and give their paths.

    Raises Unavailable when the package index cannot be reached, or gives another file than the one that was chosen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetched(wheel, folder) for wheel in PLATFORMS[platform]]


def _fetched(wheel: Wheel, folder: Path) -> Path:
    pattern = f"onnxruntime-{wheel.version}-cp{wheel.python.replace('.', '')}-*.whl"
    if not list(folder.glob(pattern)):
        tags = [argument for tag in wheel.tags for argument in ("--platform", tag)]
        python = ["--python-version", wheel.python, "--implementation", "cp"]
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        if subprocess.run([*pip, *python, *tags, f"onnxruntime=={wheel.version}"], check=False).returncode:
            raise Unavailable(f"onnxruntime {wheel.version} for Python {wheel.python} could not be fetched; check the network.")
    (path,) = folder.glob(pattern)
    check(path, wheel.sha256)
    return path


def check(path: Path, sha256: str) -> None:
    """Raise Unavailable, and put the file aside, when it is not the one with this SHA-256."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256:
        path.rename(path.with_suffix(".rejected"))
        raise Unavailable(f"{path.name} is not the file that was chosen: its SHA-256 is {found}, not {sha256}.")
