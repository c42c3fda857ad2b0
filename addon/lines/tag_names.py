# SPDX-License-Identifier: GPL-3.0-or-later
"""The presets and moods that an artist has saved, by name, for directions in brackets that call them.

A line keeps those that its directions name: they are played as well where there are no such files, as on a colleague's machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

import bpy

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.moods import embedded, parse_mood, read_mood
from ...inference.presets import Preset, format_preset, parse_preset, read_preset
from ...inference.text import tags
from ...inference.text.tags import Known
from .. import preferences

Kind = TypeVar("Kind")
KEPT: Final = "names"
"""What a line calls, among what it remembers of its directions, the presets and moods that they name."""


def known(texts: Iterable[str]) -> Known:
    """The artist's own presets and moods; where a direction of `texts` names none of these, those kept in the file as well."""
    files = Known(presets(), moods())
    if all(tags.meaning(text, files) is not None for text in texts):
        return files
    every, felt = dict(files.presets), dict(files.moods)
    for stored in _kept_in_file():
        found = _parsed(stored)
        every, felt = {**found.presets, **every}, {**found.moods, **felt}
    return Known(every, felt)


def kept(texts: Iterable[str], known: Known) -> dict[str, dict[str, str]]:
    """What a line keeps of the artist's own that its directions name: the text of each by name, by kind; empty where nothing."""
    wanted = {name for text in texts if (name := tags.own_name(text, known))}
    called = {name: format_preset(Preset(name, "", preset)) for name, preset in known.presets.items() if name in wanted}
    felt = {name: mood for name, mood in known.moods.items() if name in wanted}
    return {kind: found for kind, found in (("presets", called), ("moods", felt)) if found}


def _kept_in_file() -> Iterator[str]:
    """What the lines of this file remember of their directions, where an own preset or mood is among it."""
    for thing in bpy.data.objects:
        yield from (entry.tags for entry in thing.parlance_retouch if f'"{KEPT}"' in entry.tags)


@lru_cache(maxsize=64)
def _parsed(stored: str) -> Known:
    """What can be read of what a line keeps; it may come from anywhere."""
    try:
        kinds = json.loads(stored)[KEPT]
        named = {kind: dict(kinds.get(kind, {})) for kind in ("presets", "moods")}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Known()
    return Known(
        _readable(named["presets"], lambda text, name: parse_preset(text, name).direction),
        _readable(named["moods"], lambda text, name: embedded(parse_mood(text, name))),
    )


def _readable(texts: Mapping[Any, Any], parse: Callable[[str, str], Kind]) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for name, text in texts.items():
        try:
            found[str(name)] = parse(str(text), str(name))
        except ParlanceError:
            continue
    return found


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
