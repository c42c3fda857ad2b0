# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps that the commands share: a file heard, a Direction chosen, an Animation made, a result written whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from . import files, presets
from .animation import Animation
from .direction import Control, Direction, controls
from .errors import ParlanceError
from .formats import livelink_csv, performance_file, plain_csv
from .hearing import hear
from .performance import Performance

WRITERS: Final[dict[str, Callable[[Animation], str]]] = {"plain": plain_csv.write, "livelink": livelink_csv.write}
"""Curve formats by their name on the command line."""
DEFAULT: Final = Direction()


def hear_file(path: Path, *, channel: int | None = None, progress: Callable[[float, str], None] | None = None) -> Performance:
    """What is heard in a sound file, or what was heard if it is a stored performance (.npz). Raises ParlanceError."""
    if path.suffix.lower() == ".npz":
        return performance_file.from_bytes(_bytes(path))
    return hear(files.read(path, channel=channel), progress=progress)


def text_of(given: str) -> str:
    """The text itself, or the content of the text file that it names. Raises ParlanceError when that cannot be read."""
    path = Path(given)
    if path.suffix.lower() != ".txt":
        return given
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ParlanceError(f"“{path}” cannot be read as a text in UTF-8.") from error


def animate(performance: Performance, direction: Direction, *, fps: float, start: float) -> Animation:
    """The Animation of a whole performance."""
    from .acting import act

    return act(performance, direction, fps=fps, start=start)


def direction(preset: str | None, changes: Mapping[str, Any], base: Direction = DEFAULT) -> Direction:
    """The base, or a preset instead of it, with changes on top. Raises ParlanceError for what no control can be set to."""
    chosen = base if preset is None else _preset(preset)
    known = {control.name: control for control in controls()}
    for name, value in changes.items():
        if name not in known:
            raise ParlanceError(f"There is no setting called “{name}”.")
        _check(known[name], value)
    return dataclasses.replace(chosen, **changes)


def write(path: Path, data: bytes) -> None:
    """Put a file in place only when it is complete. Raises ParlanceError when it cannot be written."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise ParlanceError(f"“{path}” cannot be written ({error.strerror}).") from error
    finally:
        if part.exists():
            part.unlink()


def _check(control: Control, value: Any) -> None:
    if isinstance(control.default, bool):
        if not isinstance(value, bool):
            raise ParlanceError(f"“{control.name}” must be true or false, not {value!r}.")
        return
    kinds = int if isinstance(control.default, int) else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not control.low <= value <= control.high:
        raise ParlanceError(f"“{control.name}” must be a number from {control.low:g} to {control.high:g}, not {value!r}.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ParlanceError(f"“{path}” cannot be read ({error.strerror}).") from error


def _preset(name: str) -> Direction:
    path = Path(name)
    if path.suffix.lower() == ".json":
        return presets.read_preset(path).direction
    return presets.load_preset(name.replace("-", "_")).direction
