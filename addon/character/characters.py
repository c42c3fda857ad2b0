# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters: the shape keys, bones and properties that speak when any object of a character is selected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ...inference.rigging.rig_map import RigMap
from . import controls, follower_bones, hierarchy, recognition, shape_followers, shape_names, viseme_poses
from .lookup_cache import cached

if TYPE_CHECKING:
    from ...inference.rigging.recognition import Recognition

NO_CONTROLS: Final = RigMap("", ())


@dataclass(frozen=True)
class Face:
    """One set of shape keys that a character speaks with, and how it answers to the 52 shapes.

    key: the shape key datablock, once even where several objects share it. meshes: those objects.
    head: 0, or another number where it is of another whole head beside the first (heads_apart.py).
    """

    key: Any
    meshes: tuple[Any, ...]
    rig_map: RigMap
    head: int = 0

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
    followers: bones of teeth and tongue that follow shapes.
    carried: whether its bones move a head of their own, beside those of shapes.
    """

    root: Any
    body: Any
    faces: tuple[Face, ...]
    controls: RigMap = NO_CONTROLS
    elsewhere: tuple[tuple[Any, RigMap], ...] = ()
    recognition: Recognition | None = field(default=None, compare=False, repr=False)
    posed: RigMap = NO_CONTROLS
    followers: RigMap = NO_CONTROLS
    carried: bool = False

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


@cached
def of(selected: Any) -> Character | None:
    """The character that an object belongs to; None where nothing is selected. It may have no faces."""
    if selected is None:
        return None
    body = hierarchy.body_of(selected)
    by_key = _by_key(body)
    firsts = [meshes[0] for meshes in by_key.values()]
    found = _recognised(body)
    own_maps = found.maps if found else ()
    maps = (recognition.artists_map(mesh) or recognition.map_of(mesh, own) for mesh, own in zip(firsts, own_maps, strict=True))
    root, others = hierarchy.keeper(body), controls.elsewhere(body)
    posed = [(key, viseme_poses.on_shapes(root, key, rig_map)) for key, rig_map in zip(by_key, maps, strict=True)]
    heads = found.heads if found and found.heads else (0,) * len(posed)
    placed = zip(posed, heads, strict=True)
    every = tuple(Face(key, tuple(by_key[key]), rig_map, head) for (key, rig_map), head in placed if rig_map.targets)
    faces = shape_followers.without_followers(every)
    served = frozenset().union(*(face.sources for face in faces), *(rig_map.sources for _, rig_map in others))
    opened = [(mesh, face.rig_map) for face in every for mesh in face.meshes]
    if controls.carry_a_head(body, hierarchy.members(body), [mesh for face in faces for mesh in face.meshes]):
        own = controls.rig_map(body, frozenset())
        return Character(root, body, faces, own, others, found, viseme_poses.on_controls(root), carried=True)
    followers, jaw_too = follower_bones.followers(body, hierarchy.members(body), opened, found.survey if found else None)
    own = controls.rig_map(body, served | follower_bones.JAW if jaw_too else served)
    return Character(root, body, faces, own, others, found, viseme_poses.on_controls(root), followers)


def _by_key(body: Any) -> dict[Any, list[Any]]:
    """The meshes of a character that count, by their shape keys."""
    found: dict[Any, list[Any]] = {}
    for mesh in hierarchy.members(body):
        if _keyed(mesh):
            found.setdefault(mesh.data.shape_keys, []).append(mesh)
    return found


@cached
def _recognised(body: Any) -> Recognition | None:
    """What the shapes of its meshes are; None where there are none."""
    firsts = [meshes[0] for meshes in _by_key(body).values()]
    return recognition.recognised(body, firsts) if firsts else None


def why_silent(root: Any) -> str:
    """What to tell of a character that cannot speak, or cannot any more, and what to do."""
    meshes = [mesh for mesh in hierarchy.members(hierarchy.body_of(root)) if mesh.data.shape_keys]
    if meshes and not any(mesh.parlance.included for mesh in meshes):
        return f"Every mesh of “{root.name}” is left out; tick one under Meshes."
    if not len(root.parlance.lines):
        return f"“{root.name}” has no shape keys that Parlance recognises; select a face or make a mapping."
    return f"“{root.name}” has no shape keys that Parlance recognises any more; undo that, or map others."


def remember(character: Character) -> None:
    """Let every mesh of a character know where its lines are kept, and what its shapes are called now."""
    for face in character.faces:
        for mesh in face.meshes:
            if character.root not in (mesh, mesh.parlance.home):
                mesh.parlance.home = character.root
            shape_names.remember(mesh)


@cached
def rig_map(mesh: Any) -> RigMap:
    """The map the artist made for a mesh, else the one recognised with the rest of its character."""
    chosen = recognition.artists_map(mesh)
    if chosen is not None:
        return chosen
    body, key = hierarchy.body_of(mesh), mesh.data.shape_keys
    by_key, found = _by_key(body), _recognised(body)
    if key not in by_key or found is None:
        return recognition.by_names(mesh)
    at = list(by_key).index(key)
    return recognition.map_of(by_key[key][0], found.maps[at])


def _keyed(mesh: Any) -> bool:
    return bool(mesh.data.shape_keys and len(mesh.data.vertices) and mesh.parlance.included)
