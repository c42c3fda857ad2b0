# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls of an armature behind the drivers of shape keys: found, and keyed instead of the shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.rigging import Drive, RigMap, from_json, to_json
from ...inference.rigging.controllers import straight, through
from ..scene import characters, controls

CHANNELS: Final = {
    "LOC_X": "location[0]", "LOC_Y": "location[1]", "LOC_Z": "location[2]",
    "ROT_X": "rotation_euler[0]", "ROT_Y": "rotation_euler[1]", "ROT_Z": "rotation_euler[2]",
}  # fmt: skip
"""The channel of a bone that a driver's transform variable reads, in the bone's local space."""


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
    found = [(path, line) for each in driver.variables if (path := _path(each, root)) and (line := _slope(driver, each))]
    if len(found) != 1:
        return None
    path, line = found[0]
    for modifier in curve.modifiers:
        if modifier.type != "GENERATOR" or modifier.poly_order != 1 or modifier.mode != "POLYNOMIAL":
            return None
        offset, slope = modifier.coefficients[:2]
        line = line[0] * slope, line[1] * slope + offset
    return path, *line


def _slope(driver: Any, variable: Any) -> tuple[float, float] | None:
    """gain and offset by which a driver follows one of its variables while the others stay; None where it does not."""
    if driver.type != "SCRIPTED":
        return (1.0, 0.0) if len(driver.variables) == 1 else None
    others = {each.name: _value(each) for each in driver.variables if each != variable}
    constants = {name: value for name, value in others.items() if value is not None}
    line = straight(driver.expression, variable.name, constants)
    return line if line is not None and line[0] else None


def _value(variable: Any) -> float | None:
    """What a variable that reads a property is now."""
    target = variable.targets[0]
    if variable.type != "SINGLE_PROP" or target.id is None:
        return None
    try:
        value = target.id.path_resolve(target.data_path)
    except ValueError:
        return None
    return float(value) if isinstance(value, (int, float)) else None


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
    found = controls.reachable(character.root, found)
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
