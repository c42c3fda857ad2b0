# SPDX-License-Identifier: GPL-3.0-or-later
"""Which systems are tested with which Blender: a matrix for any CI that can read JSON. Standard library only."""

from __future__ import annotations

import json
import platform
import sys
from typing import Final

from .environments import BLENDERS, TRAINING

SYSTEMS: Final = ("linux-x64", "windows-x64", "windows-arm64", "macos-arm64", "macos-x64")
"""The platforms that get a zip."""
WITHOUT_BPY: Final = frozenset({("windows-arm64", item.name) for item in BLENDERS} | {("macos-x64", BLENDERS[2].name)})
"""Blender is not published there as a Python module: the zip is built for them and tried by hand."""


def cells() -> list[dict[str, str]]:
    """Each a job: its system, its Blender (or the library alone), the Python to install first, the command to run."""
    found = []
    for system in SYSTEMS:
        found.append({"system": system, "blender": "", "python": TRAINING.python, "command": "python build.py test --library"})
        for item in BLENDERS:
            if (system, item.name) not in WITHOUT_BPY:
                command = f"python build.py test --blender {item.name}"
                found.append({"system": system, "blender": item.name, "python": item.python, "command": command})
    return found


def this_system() -> str:
    """The platform that this is, as Blender calls it."""
    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    return f"{system}-{'arm64' if platform.machine().lower() in ('arm64', 'aarch64') else 'x64'}"


def as_json(system: str | None = None) -> str:
    """The cells, of one system or of all, as CI services take them: `{"include": […]}`."""
    return json.dumps({"include": [cell for cell in cells() if system in (None, cell["system"])]}, indent=2)
