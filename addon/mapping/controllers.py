# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones and properties of an armature as targets: recognised, found behind drivers, and looked up when they are keyed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.rigging import Drive, RigMap, from_json, to_json
from ...inference.rigging.controllers import address, straight, through
from .. import characters

EMPTY: Final = RigMap("", ())
CHANNELS: Final = {
    "LOC_X": "location[0]", "LOC_Y": "location[1]", "LOC_Z": "location[2]",
    "ROT_X": "rotation_euler[0]", "ROT_Y": "rotation_euler[1]", "ROT_Z": "rotation_euler[2]",
}  # fmt: skip
"""The channel of a bone that a driver's transform variable reads, in the bone's local space."""
WORDS: Final = ("jaw", "mandible", "lip", "mouth", "lid", "brow", "eye")
"""What the bones of a face have in their names; only these are looked at."""
_remembered: dict[int, tuple[object, RigMap]] = {}
"""By armature: panels ask at every redraw."""


def rig_map(root: Any, served: frozenset[str]) -> RigMap:
    """The bones and properties that speak on the root of a character: those the artist chose, else bones known by name.

    A mesh has shape keys instead. served: sources that shape keys move already.
    """
    if root.type == "MESH" and root.data.shape_keys:
        return EMPTY
    if root.parlance.rig_map:
        return from_json(root.parlance.rig_map)
    return _recognised(root, served) if root.type == "ARMATURE" else EMPTY


def _recognised(root: Any, served: frozenset[str]) -> RigMap:
    speaking = [bone for bone in root.data.bones if any(word in bone.name.lower() for word in WORDS)]
    if not speaking:
        return EMPTY
    modes = tuple(root.pose.bones[bone.name].rotation_mode for bone in speaking)
    places = tuple(round(sum(map(sum, bone.matrix_local)), 4) for bone in speaking)
    turned = tuple(round(part, 4) for row in root.matrix_world.to_3x3() for part in row)
    signature = (tuple(bone.name for bone in speaking), modes, places, turned, served)
    known = _remembered.get(root.data.session_uid)
    if known is None or known[0] != signature:
        known = _remembered[root.data.session_uid] = (signature, _recognise(root, speaking, served))
    return known[1]


def _recognise(root: Any, speaking: list[Any], served: frozenset[str]) -> RigMap:
    import numpy as np

    from ...inference.rigging.bones import Bone, recognise_bones

    bones = [
        Bone(bone.name, np.array(bone.matrix_local.to_3x3()), np.array(bone.head_local), root.pose.bones[bone.name].rotation_mode)
        for bone in speaking
    ]
    upright = np.array(root.matrix_world.to_3x3().normalized())
    return recognise_bones(bones, np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], float) @ upright, served)


def reachable(root: Any, wanted: RigMap) -> RigMap:
    """The same map without targets that the armature does not have any more, or that a driver moves."""
    driven = {(curve.data_path, curve.array_index) for curve in root.animation_data.drivers} if root.animation_data else set()
    drives = (drive for drive in wanted.active if _exists(root, drive.target) and address(drive.target) not in driven)
    return RigMap(wanted.convention, tuple(drives))


def _exists(root: Any, target: str) -> bool:
    try:
        value = root.path_resolve(target)
    except ValueError:
        return False
    return isinstance(value, (int, float))


def put(root: Any, target: str, value: float) -> None:
    """Set a target that exists."""
    if not _exists(root, target):
        return
    path, index = address(target)
    if path != target:
        root.path_resolve(path)[index] = value
    elif target.endswith('"]'):
        at = target.rindex('["')
        holder, name = root.path_resolve(target[:at]) if at else root, target[at + 2 : -2]
        holder[name] = type(holder[name])(value)
    else:
        holder, _, name = target.rpartition(".")
        setattr(root.path_resolve(holder) if holder else root, name, value)
    root.update_tag()


def behind_drivers(character: characters.Character) -> tuple[RigMap, dict[Any, frozenset[str]]]:
    """For shapes that the armature drives by a straight line: drives of their controllers, and which shapes those are."""
    drives: dict[str, Drive] = {}
    driven: dict[Any, frozenset[str]] = {}
    for face in character.faces:
        found = dict(_controlled(face, character.root))
        driven[face.key] = frozenset(found)
        for drive in face.rig_map.active:
            turned = _turned(drive, found.get(drive.target))
            if turned is not None:
                drives.setdefault(f"{turned.source} {turned.target}", turned)
    return RigMap("Controllers", tuple(drives.values())), driven


def _turned(drive: Drive, line: tuple[str, float, float] | None) -> Drive | None:
    return None if line is None else through(drive, *line)


def _controlled(face: characters.Face, root: Any) -> Iterator[tuple[str, tuple[str, float, float]]]:
    """Each driven shape with its controller's path on the armature and the line that leads from there to the shape."""
    data = face.key.animation_data
    paths = {block.path_from_id("value"): block.name for block in face.key.key_blocks}
    for curve in data.drivers if data else ():
        line = _line(curve, root)
        if curve.data_path in paths and line is not None and not curve.mute:
            yield paths[curve.data_path], line


def _line(curve: Any, root: Any) -> tuple[str, float, float] | None:
    driver = curve.driver
    if len(driver.variables) != 1:
        return None
    variable = driver.variables[0]
    path = _path(variable, root)
    line = straight(driver.expression, variable.name) if driver.type == "SCRIPTED" else (1.0, 0.0)
    if path is None or line is None:
        return None
    for modifier in curve.modifiers:
        if modifier.type != "GENERATOR" or modifier.poly_order != 1 or modifier.mode != "POLYNOMIAL":
            return None
        offset, slope = modifier.coefficients[:2]
        line = line[0] * slope, line[1] * slope + offset
    return path, *line


def _path(variable: Any, root: Any) -> str | None:
    target = variable.targets[0]
    if target.id != root:
        return None
    if variable.type == "SINGLE_PROP":
        return str(target.data_path)
    if variable.type == "TRANSFORMS" and target.transform_space == "LOCAL_SPACE" and target.transform_type in CHANNELS:
        bone = root.pose.bones.get(target.bone_target)
        return f"{bone.path_from_id()}.{CHANNELS[target.transform_type]}" if bone else None
    return None


def take_over(character: characters.Character) -> int:
    """Key controllers instead of the shapes they drive; returns how many shapes. Raises ParlanceError where there are none."""
    found, driven = behind_drivers(character)
    found = reachable(character.root, found)
    if not found.drives:
        raise ParlanceError("No shape simply follows a control of this armature; mute the drivers, or key the controls by hand.")
    for face in character.faces:
        taken = driven[face.key]
        drives = tuple(replace(drive, muted=drive.muted or drive.target in taken) for drive in face.rig_map.drives)
        for mesh in face.meshes:
            mesh.parlance.rig_map = to_json(RigMap(face.rig_map.convention, drives))
    known = from_json(character.root.parlance.rig_map).drives if character.root.parlance.rig_map else ()
    kept = tuple(drive for drive in known if drive.target not in found.targets)
    character.root.parlance.rig_map = to_json(RigMap(found.convention, (*kept, *found.drives)))
    return sum(map(len, driven.values()))
