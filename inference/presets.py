# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets: Directions with a name, kept as JSON. A preset says only what differs from the defaults.

Needs no NumPy, so that a menu of presets costs nothing.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .direction import Control, Direction, controls
from .errors import ParlanceError
from .saved_json import SavedJson

FILE: Final = SavedJson("preset", "parlance direction", 1)
FOLDER: Final = Path(__file__).with_name("acting") / "presets"
SHIPPED: Final = (
    "natural", "subtle_film", "game_dialogue", "cartoon", "anime", "mumble", "shout", "whisper", "singing", "newsreader",
    "listening", "child", "robot",
)  # fmt: skip
"""The files that come along, in the order of the menu."""


@dataclass(frozen=True)
class Preset:
    """A Direction with a name, and a sentence on what it is for."""

    name: str
    about: str
    direction: Direction


def preset_names() -> tuple[str, ...]:
    """The names of the presets that come along, for `load_preset`."""
    return SHIPPED


def load_preset(name: str) -> Preset:
    """A preset that comes along, by the name of its file. Raises ParlanceError for a name that is not in preset_names()."""
    if name not in SHIPPED:
        raise ParlanceError(f"There is no preset “{name}”; choose one of {', '.join(SHIPPED)}.")
    return read_preset(FOLDER / f"{name}.json")


def read_preset(path: Path) -> Preset:
    """A preset from a JSON file; values beyond a slider's range become its nearest bound.

    Raises ParlanceError for a file that cannot be read, is no preset, or sets a control that does not exist.
    """
    return parse_preset(FILE.read(path), path.stem)


def write_preset(preset: Preset, path: Path) -> None:
    """Save a preset as JSON, whole or not at all. Raises ParlanceError where the file cannot be written."""
    FILE.write(format_preset(preset), path)


def parse_preset(text: str, fallback_name: str = "preset") -> Preset:
    """A preset from JSON text. Raises ParlanceError as `read_preset` does."""
    raw = FILE.parse(text, fallback_name)
    if not isinstance(raw.get("direction"), dict):
        raise ParlanceError(f"“{fallback_name}” is not a Parlance preset; choose a file that was saved by Parlance.")
    known = {item.name: item for item in controls()}
    values: dict[str, Any] = {}
    for key, value in raw["direction"].items():
        if key not in known:
            raise ParlanceError(f"The preset “{fallback_name}” sets “{key}”, which Parlance does not have; remove that line.")
        values[key] = _within(known[key], value, fallback_name)
    return Preset(str(raw.get("name", fallback_name)), str(raw.get("about", "")), Direction(**values))


def format_preset(preset: Preset) -> str:
    """The JSON text of a preset: what differs from the defaults, in the order of the panel."""
    values = {item.name: getattr(preset.direction, item.name) for item in controls()}
    changed = {item.name: values[item.name] for item in controls() if values[item.name] != item.default}
    raw = {"format": FILE.format, "version": FILE.version, "name": preset.name, "about": preset.about, "direction": changed}
    return json.dumps(raw, ensure_ascii=False, indent=2) + "\n"


def _within(item: Control, value: Any, preset: str) -> float | int | bool:
    if isinstance(item.default, bool):
        if isinstance(value, bool):
            return value
        raise ParlanceError(f"In the preset “{preset}”, “{item.name}” must be true or false.")
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise ParlanceError(f"In the preset “{preset}”, “{item.name}” must be a number.")
    bounded = min(max(value, item.low), item.high)
    return round(bounded) if isinstance(item.default, int) else float(bounded)
