# SPDX-License-Identifier: GPL-3.0-or-later
"""The presets and moods that an artist has saved, by name, for directions in brackets that call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import bpy

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.moods import embedded, read_mood
from ...inference.presets import read_preset
from .. import preferences

Kind = TypeVar("Kind")


def presets() -> Mapping[str, Direction]:
    """Directions by the name of their preset."""
    return _saved("presets", _preset)


def moods() -> Mapping[str, str]:
    """Moods, as `Direction.mood` has them, by name."""
    return _saved("moods", _mood)


def _saved(folder: str, read: Callable[[Path, int], Kind]) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    try:
        path = Path(bpy.utils.extension_path_user(preferences.PACKAGE, path=folder))
    except ValueError:  # not installed as an extension
        return found
    for file in sorted(path.glob("*.json")) if path.is_dir() else ():
        try:
            found[file.stem] = read(file, file.stat().st_mtime_ns)
        except (ParlanceError, OSError):
            continue
    return found


@lru_cache(maxsize=64)
def _preset(path: Path, _changed: int) -> Direction:
    return read_preset(path).direction


@lru_cache(maxsize=64)
def _mood(path: Path, _changed: int) -> str:
    return embedded(read_mood(path))
