# SPDX-License-Identifier: GPL-3.0-or-later
"""Characters: which meshes, shape keys and bones move when one object of a character is selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ...inference.rigging.rig_map import RigMap, from_json

HEAD_BONES: Final = ("head", "Head", "DEF-head", "mixamorig:Head", "CC_Base_Head", "J_Bip_C_Head", "head.x", "頭")
EYE_BONES: Final = (
    ("eye.L", "eye.R"),
    ("Eye.L", "Eye.R"),
    ("eye_L", "eye_R"),
    ("LeftEye", "RightEye"),
    ("eyeLeft", "eyeRight"),
    ("mixamorig:LeftEye", "mixamorig:RightEye"),
    ("CC_Base_L_Eye", "CC_Base_R_Eye"),
    ("J_Adj_L_FaceEye", "J_Adj_R_FaceEye"),
    ("目.L", "目.R"),
)


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

    root: the object that keeps its settings and tracks: its armature, else its only or parent mesh.
    controls: the bones and properties of that armature that speak; their targets are data paths.
    """

    root: Any
    faces: tuple[Face, ...]
    controls: RigMap = NO_CONTROLS

    @property
    def sources(self) -> frozenset[str]:
        """The ARKit shapes and visemes that move something."""
        return frozenset().union(*(face.sources for face in self.faces), self.controls.sources)

    @property
    def speaks(self) -> bool:
        """Whether anything of it can be animated."""
        return bool(self.faces or self.controls.active)

    @property
    def meshes(self) -> tuple[Any, ...]:
        """Every mesh that moves."""
        return tuple(mesh for face in self.faces for mesh in face.meshes)


def of(selected: Any) -> Character | None:
    """The character that an object belongs to; None where nothing is selected. It may have no faces."""
    if selected is None:
        return None
    root = root_of(selected)
    by_key: dict[Any, list[Any]] = {}
    for mesh in members(root):
        if mesh.data.shape_keys and mesh.parlance.included:
            by_key.setdefault(mesh.data.shape_keys, []).append(mesh)
    found = (Face(key, tuple(meshes), rig_map(meshes[0])) for key, meshes in by_key.items())
    faces = tuple(face for face in found if face.targets)
    return Character(root, faces, controls(root, frozenset().union(*(face.sources for face in faces))))


def root_of(selected: Any) -> Any:
    """The armature that moves an object, else the topmost face above it, else the object itself."""
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


def members(root: Any) -> Iterator[Any]:
    """The meshes of a character: those below its root, and those its armature deforms without being their parent."""
    seen = {root} if root.type == "MESH" else set()
    yield from seen
    candidates = list(root.children_recursive)
    if root.type == "ARMATURE":
        candidates += [
            other for collection in root.users_collection for other in collection.all_objects if _deformed_by(other, root)
        ]
    if root.type == "MESH" and root.parent is not None:
        candidates += [other for other in root.parent.children_recursive if not _is_whole_face(other)]
    for mesh in candidates:
        if mesh.type == "MESH" and mesh not in seen:
            seen.add(mesh)
            yield mesh


def ancestors(selected: Any) -> Iterator[Any]:
    """An object's parents, nearest first."""
    while selected.parent is not None:
        selected = selected.parent
        yield selected


def rig_map(mesh: Any) -> RigMap:
    """The map the artist made for a mesh, else the one recognised from its shape names."""
    if mesh.parlance.rig_map:
        return from_json(mesh.parlance.rig_map)
    return _recognised(tuple(block.name for block in mesh.data.shape_keys.key_blocks[1:]))


def controls(root: Any, served: frozenset[str]) -> RigMap:
    """The bones and properties of an armature that speak, apart from what shape keys serve already."""
    from . import controls

    return controls.rig_map(root, served)


@lru_cache(maxsize=256)
def _recognised(names: tuple[str, ...]) -> RigMap:
    from ...inference.rigging import recognise

    return recognise(names)


def _speaks(candidate: Any) -> bool:
    return bool(candidate.type == "MESH" and candidate.data.shape_keys and rig_map(candidate).active)


def _is_whole_face(candidate: Any) -> bool:
    """Another character's head, rather than the teeth, lashes or beard of this one."""
    return _speaks(candidate) and {"jaw", "mouth", "eyes"} <= rig_map(candidate).regions


def _deformed_by(candidate: Any, armature: Any) -> bool:
    return candidate.type == "MESH" and any(mod.type == "ARMATURE" and mod.object == armature for mod in candidate.modifiers)


def head_bone(armature: Any) -> str:
    """The name of the head bone by the common conventions, empty when there is none."""
    return next((name for name in HEAD_BONES if name in armature.data.bones), "") if armature.type == "ARMATURE" else ""


def eye_bones(armature: Any) -> tuple[str, str] | None:
    """Left and right eye bone by the common conventions."""
    if armature.type != "ARMATURE":
        return None
    return next((pair for pair in EYE_BONES if all(name in armature.data.bones for name in pair)), None)
