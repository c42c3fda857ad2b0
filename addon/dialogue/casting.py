# SPDX-License-Identifier: GPL-3.0-or-later
"""Who speaks a strip: whoever has spoken it before, else by the cast, as the strip it was cut from, by name, by its channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import bpy

from ...inference.text.dialogue import speaker_of
from ..character import characters, hierarchy
from ..lines import lines
from ..sequencer import strips
from ..sequencer.excerpt import ALL, Excerpt


@dataclass(frozen=True)
class Part:
    """A strip as one character speaks it. known: whether that character has a line of it already."""

    strip: Any
    character: characters.Character
    excerpt: Excerpt = ALL
    known: bool = False


@dataclass
class Cast:
    """What is to be spoken, and the strips that nobody could be found for."""

    parts: list[Part] = field(default_factory=list)
    unclaimed: list[Any] = field(default_factory=list)


def speaking(view_layer: bpy.types.ViewLayer) -> dict[str, characters.Character]:
    """Every character of a view layer that can speak, by its root's name."""
    found: dict[str, characters.Character] = {}
    seen = set()
    for item in view_layer.objects:
        if item.type != "ARMATURE" and not (item.type == "MESH" and item.data.shape_keys):
            continue
        body = hierarchy.body_of(item)
        if body not in seen:
            seen.add(body)
            character = characters.of(body)
            if character is not None and character.speaks:
                found[character.root.name] = character
    return found


def cast(scene: bpy.types.Scene, view_layer: bpy.types.ViewLayer, sequencer: Any, strips: Iterable[Any]) -> Cast:
    """Who speaks these strips of a sequencer."""
    people = speaking(view_layer)
    result, waiting = Cast(), []
    of_track: dict[int, set[str]] = {}
    for strip in strips:
        parts = _known(strip, people, sequencer) or _by_table(strip, people, scene)
        parts = parts or _beside(strip, people, sequencer) or _by_name(strip, people)
        if parts:
            result.parts += parts
            of_track.setdefault(strip.channel, set()).update(part.character.root.name for part in parts)
        else:
            waiting.append(strip)
    for strip in waiting:
        beside = of_track.get(strip.channel, set())
        name = next(iter(beside)) if len(beside) == 1 else next(iter(people)) if len(people) == 1 else None
        if name is None:
            result.unclaimed.append(strip)
        else:
            result.parts.append(Part(strip, people[name]))
    return result


def called(character: characters.Character) -> set[str]:
    """The names that a character goes by: of its objects, and of the collections that they are in."""
    items = [character.root, character.body, *character.meshes]
    return {item.name for item in items} | {each.name for item in items for each in item.users_collection}


def names_of(strip: Any) -> tuple[str, ...]:
    """What a strip goes by: its own name and its sound file's."""
    file = Path(bpy.path.basename(strip.sound.filepath)).stem if strip.sound is not None else ""
    return tuple(dict.fromkeys(name for name in (strip.name, file) if name))


def _known(strip: Any, people: dict[str, characters.Character], sequencer: Any) -> list[Part]:
    """Whoever has spoken it, and whoever shares its sound with them."""
    spoken = [each for each in people.values() if _has_line(each.root, strip, sequencer)]
    if not spoken:
        return []
    sharing = [part for part in _beside(strip, people, sequencer) if part.excerpt != ALL and part.character not in spoken]
    return [Part(strip, each, _listens(each.root, strip, sequencer), known=True) for each in spoken] + sharing


def _beside(strip: Any, people: dict[str, characters.Character], sequencer: Any) -> list[Part]:
    """Of a piece that was cut off: whoever speaks the rest of it."""
    placement = strips.placement(strip, sequencer)
    pieces = (each for each in people.values() if lines.of_piece(each.root, strip, placement))
    return [Part(strip, each, _listens(each.root, strip, sequencer)) for each in pieces]


def _has_line(root: Any, strip: Any, sequencer: Any) -> bool:
    line = lines.of_strip(root, strip, sequencer)
    return line is not None and bool(line.performance)


def _listens(root: Any, strip: Any, sequencer: Any) -> Excerpt:
    return lines.listens(root, lines.of_strip(root, strip, sequencer), strips.placement(strip, sequencer))


def _by_table(strip: Any, people: dict[str, characters.Character], scene: bpy.types.Scene) -> list[Part]:
    """The first row that fits; of rows for single channels of a sound, all that fit."""
    fitting = [row for row in scene.parlance_cast if _fits(row, strip) and _of(row, people) is not None]
    split = [row for row in fitting if row.audio_channel]
    return [Part(strip, people[_of(row, people) or ""], Excerpt(row.audio_channel)) for row in (split or fitting[:1])]


def _fits(row: Any, strip: Any) -> bool:
    if not row.pattern and not row.track:
        return bool(row.audio_channel)
    named = not row.pattern or any(fnmatchcase(name.casefold(), row.pattern.casefold()) for name in names_of(strip))
    return named and row.track in (0, strip.channel)


def _of(row: Any, people: dict[str, characters.Character]) -> str | None:
    root = hierarchy.root_of(row.character) if row.character is not None else None
    return root.name if root is not None and root.name in people else None


def _by_name(strip: Any, people: dict[str, characters.Character]) -> list[Part]:
    known = {name: called(character) for name, character in people.items()}
    for name in names_of(strip):
        found = speaker_of(name, known)
        if found is not None:
            return [Part(strip, people[found])]
    return []
