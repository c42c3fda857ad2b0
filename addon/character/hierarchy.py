# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects are one character: from any of them to its body, from the body to its meshes, and where its lines are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

from . import recognition
from .lookup_cache import cached


def root_of(selected: Any) -> Any:
    """The object that keeps the settings and lines of the character that an object belongs to."""
    return keeper(body_of(selected))


def keeper(body: Any) -> Any:
    """The object that keeps a character's lines: its body, or where they were made before it was parented to another."""
    if len(body.parlance.lines):
        return body
    for mesh in members(body):
        home = mesh if len(mesh.parlance.lines) else mesh.parlance.home
        if home is not None and len(home.parlance.lines):
            return home
    return body


@cached
def body_of(selected: Any) -> Any:
    """The armature that moves an object, else the topmost face above it, else the object itself.

    An object that only keeps the lines of others, an armature that was replaced, stands for those.
    """
    body = _body(selected)
    if len(selected.parlance.lines) and body == selected and not any(_speaks(mesh) for mesh in members(body)):
        moved = next((other for other in bpy.data.objects if other.parlance.home == selected and _speaks(other)), None)
        return _body(moved) if moved is not None else body
    return body


def _body(selected: Any) -> Any:
    if selected.type == "ARMATURE":
        return selected
    for modifier in getattr(selected, "modifiers", ()):
        if modifier.type == "ARMATURE" and modifier.object:
            return modifier.object
    above = list(ancestors(selected))
    armature = next((parent for parent in above if parent.type == "ARMATURE"), None)
    if armature is not None:
        return armature
    if selected.type != "MESH" or not _speaks(selected):
        selected = next((parent for parent in above if _speaks(parent)), selected)
    return next((parent for parent in reversed(above) if _speaks(parent)), selected)


@cached
def members(body: Any) -> tuple[Any, ...]:
    """The meshes of a character: those below its body, and those its armature deforms without being their parent."""
    found = [body] if body.type == "MESH" else []
    candidates = list(_below(body))
    if body.type == "ARMATURE":
        candidates += [other for other in _users({body}) if _deformed_by(other, body) and other.users_collection]
    if body.type == "MESH" and body.parent is not None:
        candidates += [other for other in _below(body.parent) if not _is_whole_face(other)]
    return tuple(dict.fromkeys(found + [mesh for mesh in candidates if mesh.type == "MESH"]))


def _below(parent: Any) -> Iterator[Any]:
    """The children of an object and theirs, parents first."""
    level = {parent}
    while level:
        children = [user for user in _users(level) if user.parent in level]
        yield from children
        level = set(children)


def _users(objects: set[Any]) -> list[Any]:
    """The objects that refer to these, by name; Blender itself looks them up, fifty times as fast as a loop over all objects."""
    found = bpy.data.user_map(subset=objects, key_types={"OBJECT"}, value_types={"OBJECT"})
    return sorted(set().union(*found.values()), key=lambda user: user.name_full)


def ancestors(selected: Any) -> Iterator[Any]:
    """An object's parents, nearest first."""
    while selected.parent is not None:
        selected = selected.parent
        yield selected


def _speaks(candidate: Any) -> bool:
    return bool(candidate.type == "MESH" and candidate.data.shape_keys and recognition.by_names(candidate).active)


def _is_whole_face(candidate: Any) -> bool:
    """Another character's head, rather than the teeth, lashes or beard of this one."""
    return _speaks(candidate) and {"jaw", "mouth", "eyes"} <= recognition.by_names(candidate).regions


def _deformed_by(candidate: Any, armature: Any) -> bool:
    return candidate.type == "MESH" and any(mod.type == "ARMATURE" and mod.object == armature for mod in candidate.modifiers)
