# SPDX-License-Identifier: GPL-3.0-or-later
"""Controls behind the drivers of shape keys, on any armature or object: found, and keyed instead of the shapes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any, Final

from ...inference.errors import ParlanceError
from ...inference.rigging import Drive, RigMap, from_json, to_json
from ...inference.rigging.controllers import address, straight, through
from ...inference.rigging.driver_response import line, value
from . import characters, constrained_bones, controls

MOVES: Final = {"LOC_X": 0, "LOC_Y": 1, "LOC_Z": 2}
TURNS: Final = {"ROT_X": 0, "ROT_Y": 1, "ROT_Z": 2}
SCALES: Final = {"SCALE_X": 0, "SCALE_Y": 1, "SCALE_Z": 2}
LIMITS: Final = {"location": "LIMIT_LOCATION", "rotation_euler": "LIMIT_ROTATION"}
_SAME: Final = 1e-6
OF_ALL: Final[dict[str, Callable[[list[float]], float]]] = {"SUM": sum, "MIN": min, "MAX": max, "AVERAGE": fmean}
"""Drivers that are no expression, by what they make of the values of their variables."""


@dataclass(frozen=True)
class Channel:
    """What a driver's variable reads: a data path of an object, and the share of a unit of it that the variable sees."""

    owner: Any
    path: str
    share: float = 1.0


@dataclass(frozen=True)
class Followed:
    """A shape that follows a channel: shape = gain * channel + offset."""

    channel: Channel
    gain: float
    offset: float


def behind_drivers(character: characters.Character) -> tuple[dict[Any, RigMap], dict[Any, frozenset[str]]]:
    """For shapes that drivers move: drives of their controllers, by object, and which shapes those are, by datablock."""
    drives: dict[Any, dict[tuple[str, str], Drive]] = {}
    driven: dict[Any, frozenset[str]] = {}
    for face in character.faces:
        found = _chosen(face)
        taken = set()
        for drive in face.rig_map.active:
            followed = found.get(drive.target)
            turned = through(drive, followed.channel.path, followed.gain, followed.offset) if followed else None
            if followed is not None and turned is not None:
                drives.setdefault(followed.channel.owner, {}).setdefault((turned.source, turned.target), turned)
                taken.add(drive.target)
        driven[face.key] = frozenset(taken)
    return {owner: RigMap("Controllers", _in_range(tuple(each.values()))) for owner, each in drives.items()}, driven


def keyable(face: characters.Face) -> frozenset[str]:
    """The shapes of a face that follow a control which can be keyed in their place."""
    return frozenset(_chosen(face)).intersection(face.targets)


def _in_range(drives: tuple[Drive, ...]) -> tuple[Drive, ...]:
    """Shapes to either side of one control share its range."""
    low = {drive.target: min(each.low for each in drives if each.target == drive.target) for drive in drives}
    high = {drive.target: max(each.high for each in drives if each.target == drive.target) for drive in drives}
    return tuple(replace(drive, low=low[drive.target], high=high[drive.target]) for drive in drives)


def _chosen(face: characters.Face) -> dict[str, Followed]:
    """What each driven shape is keyed by: of several controls that move it, the one that moves the fewest other shapes."""
    candidates = {name: [*_followed(curve)] for name, curve in _drivers(face.key)}
    shared = Counter(each.channel for found in candidates.values() for each in found)
    return {
        name: min(found, key=lambda each: (shared[each.channel], -abs(each.gain), each.channel.path))
        for name, found in candidates.items()
        if found
    }


def _drivers(key: Any) -> Iterator[tuple[str, Any]]:
    paths = {block.path_from_id("value"): block.name for block in key.key_blocks}
    for curve in key.animation_data.drivers if key.animation_data else ():
        if curve.data_path in paths and not curve.mute:
            yield paths[curve.data_path], curve


def _followed(curve: Any) -> Iterator[Followed]:
    """Every channel that a driver follows while its other variables stay as they are."""
    seen = {each.name: _now(each) for each in curve.driver.variables}
    for variable in curve.driver.variables:
        channel = _channel(variable)
        if channel is None or not controls.reachable(channel.owner, RigMap("", (Drive("jawOpen", channel.path),))).drives:
            continue
        found = _line(curve, variable.name, seen, channel)
        if found is not None and found[0]:
            yield Followed(channel, found[0] * channel.share, found[1])


def _line(curve: Any, name: str, seen: dict[str, float], channel: Channel) -> tuple[float, float] | None:
    """gain and offset by which a driver follows one variable."""
    driver = curve.driver
    mapped = not all(abs(_mapped(curve, at) - at) < _SAME for at in (-1.0, 0.0, 0.5, 1.0, 2.0))
    if driver.type == "SCRIPTED" and not mapped:
        others = {other: number for other, number in seen.items() if other != name}
        found = straight(driver.expression, name, others)
        if found is not None:
            return found

    def response(at: float) -> float | None:
        values = {**seen, name: at}
        shown = value(driver.expression, values) if driver.type == "SCRIPTED" else OF_ALL[driver.type](list(values.values()))
        made = None if shown is None else _mapped(curve, shown)
        return made if made is not None and math.isfinite(made) else None

    ends = [None if end is None else math.copysign(end, end * channel.share) for end in _range(channel)]
    return line(response, *(reversed(ends) if channel.share < 0 else ends))


def _mapped(curve: Any, shown: float) -> float:
    """What the curve of a driver makes of its value: its keys, and polynomials above them."""
    points = sorted((point.co.x, point.co.y) for point in curve.keyframe_points)
    found = shown
    if len(points) > 1:
        after = next((i for i, (x, _) in enumerate(points) if x >= shown and i), len(points) - 1)
        (left, low), (right, high) = points[after - 1], points[after]
        found = low + (high - low) * (shown - left) / max(right - left, _SAME)
    for modifier in curve.modifiers:
        if modifier.type != "GENERATOR" or modifier.mode != "POLYNOMIAL":
            return math.nan
        made = sum(factor * shown**power for power, factor in enumerate(modifier.coefficients))
        found = found + made if modifier.use_additive else made
    return found


def _range(channel: Channel) -> tuple[float | None, float | None]:
    """How far a channel goes: by a bone's limits or a property's slider; None where nothing tells."""
    head, _, last = channel.path.rpartition('["')
    if last.endswith('"]') and not head.endswith("pose.bones"):
        holder = channel.owner.path_resolve(head) if head else channel.owner
        told = holder.id_properties_ui(last[:-2]).as_dict()
        return float(told.get("soft_min", told.get("min", 0.0))), float(told.get("soft_max", told.get("max", 1.0)))
    path, index = address(channel.path)
    holder, name = controls.holder(channel.owner, path)
    axis = "xyz"[index] if index < len("xyz") else ""
    limit = next((each for each in getattr(holder, "constraints", ()) if each.type == LIMITS.get(name) and not each.mute), None)
    if limit is None or not axis:
        return None, None
    if name == "rotation_euler":
        return (
            (getattr(limit, f"min_{axis}"), getattr(limit, f"max_{axis}"))
            if getattr(limit, f"use_limit_{axis}")
            else (None, None)
        )
    low = getattr(limit, f"min_{axis}") if getattr(limit, f"use_min_{axis}") else None
    return low, getattr(limit, f"max_{axis}") if getattr(limit, f"use_max_{axis}") else None


def _now(variable: Any) -> float:
    """What a variable is now: of a property its value, of a transform what it is at rest."""
    target = variable.targets[0]
    if variable.type == "SINGLE_PROP" and target.id is not None:
        try:
            found = target.id.path_resolve(target.data_path)
        except ValueError:
            return 0.0
        return float(found) if isinstance(found, (int, float)) else 0.0
    return 1.0 if variable.type == "TRANSFORMS" and target.transform_type in {*SCALES, "SCALE_AVG"} else 0.0


def _channel(variable: Any) -> Channel | None:
    """The channel that a variable reads; None where it is none that can be keyed."""
    target = variable.targets[0]
    if target.id is None or target.id.id_type != "OBJECT":
        return None
    if variable.type == "SINGLE_PROP":
        return Channel(target.id, str(target.data_path))
    if variable.type != "TRANSFORMS" or target.transform_space == "WORLD_SPACE":
        return None
    holder = target.id.pose.bones.get(target.bone_target) if target.bone_target and target.id.pose else target.id
    if holder is None:
        return None
    if target.transform_space == "TRANSFORM_SPACE":
        return _transform(target.id, holder, target.transform_type)
    led = constrained_bones.leader(target.id, holder, target.transform_type)
    found = _transform(led.owner, led.holder, target.transform_type) if led is not None else None
    return replace(found, share=found.share * led.sign) if found is not None and led is not None else None


def _transform(owner: Any, holder: Any, kind: str) -> Channel | None:
    path = f"{holder.path_from_id()}." if holder != owner else ""
    if kind in MOVES:
        return Channel(owner, f"{path}location[{MOVES[kind]}]")
    if kind in TURNS and holder.rotation_mode == "QUATERNION":  # half the angle, for angles that a face makes
        return Channel(owner, f"{path}rotation_quaternion[{TURNS[kind] + 1}]", 2.0)
    if kind in TURNS and holder.rotation_mode != "AXIS_ANGLE":
        return Channel(owner, f"{path}rotation_euler[{TURNS[kind]}]")
    return None


def take_over(character: characters.Character) -> int:
    """Key controllers instead of the shapes they drive; returns how many shapes. Raises ParlanceError where there are none."""
    found, driven = behind_drivers(character)
    if not found:
        raise ParlanceError("No shape follows a control that can be keyed; mute the drivers, or key the controls by hand.")
    for face in character.faces:
        taken = driven[face.key]
        drives = tuple(replace(drive, muted=drive.muted or drive.target in taken) for drive in face.rig_map.drives)
        for mesh in face.meshes:
            mesh.parlance.rig_map = to_json(RigMap(face.rig_map.convention, drives))
    for owner, rig_map in found.items():
        known = from_json(owner.parlance.rig_map).drives if owner.parlance.rig_map else ()
        kept = tuple(drive for drive in known if drive.target not in rig_map.targets)
        owner.parlance.rig_map = to_json(RigMap(rig_map.convention, (*kept, *rig_map.drives)))
        controls.attach(character.body, owner)
    return sum(map(len, driven.values()))
