# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters: which meshes, shape keys and bones move when one object of a character is selected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import bpy

from ...inference.rigging.rig_map import RigMap
from . import controls, recognition, shape_names, viseme_poses

if TYPE_CHECKING:
    from ...inference.rigging.recognition import Recognition

NO_CONTROLS: Final = RigMap("", ())


@dataclass(frozen=True)
class Face:
    """One set of shape keys that a character speaks with, and how it answers to the 52 shapes.

    key: the shape key datablock, once even where several objects share it. meshes: those objects.
    """

    key: Any
    meshes: tuple[Any, ...]
    rig_map: RigMap

    @property
    def targets(self) -> tuple[str, ...]:
        """The shape keys that will be animated."""
        return self.rig_map.targets

    @property
    def sources(self) -> frozenset[str]:
        """The ARKit shapes and visemes that reach one of them."""
        return self.rig_map.sources


@dataclass(frozen=True)
class Character:
    """One speaking character.

    root: the object that keeps its settings, lines and tracks: where they were first made, whatever carries it today.
    body: the object that carries it now: its armature, else its only or parent mesh.
    controls: the bones and properties of the body that speak; their targets are data paths.
    elsewhere: other objects whose controls speak for it, such as an armature of sliders, and how.
    recognition: what its shapes do; None where it has none.
    posed: the same for visemes that the artist posed (viseme_poses.py).
    """

    root: Any
    body: Any
    faces: tuple[Face, ...]
    controls: RigMap = NO_CONTROLS
    elsewhere: tuple[tuple[Any, RigMap], ...] = ()
    recognition: Recognition | None = field(default=None, compare=False, repr=False)
    posed: RigMap = NO_CONTROLS

    @property
    def sources(self) -> frozenset[str]:
        """The ARKit shapes and visemes that move something."""
        others = (rig_map.sources for _, rig_map in self.elsewhere)
        return frozenset().union(*(face.sources for face in self.faces), self.controls.sources, self.posed.sources, *others)

    @property
    def every_control(self) -> RigMap:
        """The controls of its body and of other objects together."""
        others = (each for _, other in self.elsewhere for each in other.drives)
        return RigMap(self.controls.convention, (*self.controls.drives, *self.posed.drives, *others))

    @property
    def speaks(self) -> bool:
        """Whether anything of it can be animated."""
        return bool(self.faces or self.controls.active or self.posed.active or self.elsewhere)

    @property
    def meshes(self) -> tuple[Any, ...]:
        """Every mesh that moves."""
        return tuple(mesh for face in self.faces for mesh in face.meshes)


def of(selected: Any) -> Character | None:
    """The character that an object belongs to; None where nothing is selected. It may have no faces."""
    if selected is None:
        return None
    if _steady and selected in _steady[-1].found:
        return _steady[-1].found[selected]
    body = body_of(selected)
    by_key: dict[Any, list[Any]] = {}
    for mesh in members(body):
        if _keyed(mesh):
            by_key.setdefault(mesh.data.shape_keys, []).append(mesh)
    firsts = [meshes[0] for meshes in by_key.values()]
    found = recognition.recognised(body, firsts) if firsts else None
    own_maps = found.maps if found else ()
    maps = (recognition.artists_map(mesh) or recognition.map_of(mesh, own) for mesh, own in zip(firsts, own_maps, strict=True))
    root, others = keeper(body), controls.elsewhere(body)
    posed = [(key, viseme_poses.on_shapes(root, key, rig_map)) for key, rig_map in zip(by_key, maps, strict=True)]
    faces = tuple(Face(key, tuple(by_key[key]), rig_map) for key, rig_map in posed if rig_map.targets)
    served = frozenset().union(*(face.sources for face in faces), *(rig_map.sources for _, rig_map in others))
    own = controls.rig_map(body, served)
    character = Character(root, body, faces, own, others, found, viseme_poses.on_controls(root))
    if _steady:
        _steady[-1].found[selected] = character
    return character


@dataclass(frozen=True)
class _Known:
    """What was found of objects: the characters that they belong to, their bodies, and the meshes of these."""

    found: dict[Any, Character] = field(default_factory=dict)
    bodies: dict[Any, Any] = field(default_factory=dict)
    members: dict[Any, list[Any]] = field(default_factory=dict)


_steady: list[_Known] = []
"""Not empty while nobody else can change a character."""


@contextmanager
def steady() -> Iterator[None]:
    """Meanwhile no object, mesh or shape is changed, so that every character is looked at once."""
    _steady.append(_Known())
    try:
        yield
    finally:
        _steady.pop()


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


def body_of(selected: Any) -> Any:
    """The armature that moves an object, else the topmost face above it, else the object itself.

    An object that only keeps the lines of others, an armature that was replaced, stands for those.
    """
    if not _steady:
        return _body_of(selected)
    bodies = _steady[-1].bodies
    if selected not in bodies:
        bodies[selected] = _body_of(selected)
    return bodies[selected]


def _body_of(selected: Any) -> Any:
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


def members(body: Any) -> Iterator[Any]:
    """The meshes of a character: those below its body, and those its armature deforms without being their parent."""
    if not _steady:
        return _members(body)
    known = _steady[-1].members
    if body not in known:
        known[body] = list(_members(body))
    return iter(known[body])


def _members(body: Any) -> Iterator[Any]:
    seen = {body} if body.type == "MESH" else set()
    yield from seen
    candidates = list(_below(body))
    if body.type == "ARMATURE":
        candidates += [other for other in _users({body}) if _deformed_by(other, body) and other.users_collection]
    if body.type == "MESH" and body.parent is not None:
        candidates += [other for other in _below(body.parent) if not _is_whole_face(other)]
    for mesh in candidates:
        if mesh.type == "MESH" and mesh not in seen:
            seen.add(mesh)
            yield mesh


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


def remember(character: Character) -> None:
    """Let every mesh of a character know where its lines are kept, and what its shapes are called now."""
    for face in character.faces:
        for mesh in face.meshes:
            if character.root not in (mesh, mesh.parlance.home):
                mesh.parlance.home = character.root
            shape_names.remember(mesh)


def ancestors(selected: Any) -> Iterator[Any]:
    """An object's parents, nearest first."""
    while selected.parent is not None:
        selected = selected.parent
        yield selected


def rig_map(mesh: Any) -> RigMap:
    """The map the artist made for a mesh, else the one recognised with the rest of its character."""
    chosen = recognition.artists_map(mesh)
    if chosen is not None:
        return chosen
    body, key = body_of(mesh), mesh.data.shape_keys
    keyed = {other.data.shape_keys: other for other in reversed([*members(body)]) if _keyed(other)}
    if key not in keyed:
        return _by_names(mesh)
    firsts = [keyed[each] for each in dict.fromkeys(other.data.shape_keys for other in members(body) if _keyed(other))]
    maps = recognition.recognised(body, firsts).maps
    return next(
        recognition.map_of(other, found) for other, found in zip(firsts, maps, strict=True) if other.data.shape_keys == key
    )


def _keyed(mesh: Any) -> bool:
    return bool(mesh.data.shape_keys and len(mesh.data.vertices) and mesh.parlance.included)


def _by_names(mesh: Any) -> RigMap:
    """The map that the names of a mesh's shapes alone suggest; quick, for telling faces from other meshes."""
    return recognition.artists_map(mesh) or recognition.map_of(mesh, _recognised(shape_names.known_as(mesh)))


@lru_cache(maxsize=256)
def _recognised(names: tuple[str, ...]) -> RigMap:
    from ...inference.rigging import recognise

    return recognise(names)


def _speaks(candidate: Any) -> bool:
    return bool(candidate.type == "MESH" and candidate.data.shape_keys and _by_names(candidate).active)


def _is_whole_face(candidate: Any) -> bool:
    """Another character's head, rather than the teeth, lashes or beard of this one."""
    return _speaks(candidate) and {"jaw", "mouth", "eyes"} <= _by_names(candidate).regions


def _deformed_by(candidate: Any, armature: Any) -> bool:
    return candidate.type == "MESH" and any(mod.type == "ARMATURE" and mod.object == armature for mod in candidate.modifiers)


def head_bone(armature: Any) -> str:
    """The name of the head bone by the common conventions, empty when there is none."""
    from ...inference.rigging.bones import head_bone as named

    return named(tuple(bone.name for bone in armature.data.bones)) if armature.type == "ARMATURE" else ""


def eye_bones(armature: Any) -> tuple[str, str] | None:
    """Left and right eye bone by the common conventions."""
    from ...inference.rigging.bones import eye_bones as named

    return named(tuple(bone.name for bone in armature.data.bones)) if armature.type == "ARMATURE" else None
