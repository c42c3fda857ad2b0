# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces moved by bones: which bone is the jaw, a lip or a lid, and how far it goes in its own channels.

A drive's target is then a data path of the armature, such as pose.bones["jaw"].rotation_euler[0]. Rotations in Euler angles are
exact for the axis the bone turns about, as jaws do; quaternions are interpolated linearly, which Blender normalises.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .face_frame import EYE_DISTANCE
from .rig_map import Drive, RigMap

_EYES: Final = (
    ("eye.L", "eye.R"),
    ("MCH-eye.L", "MCH-eye.R"),
    ("ORG-eye.L", "ORG-eye.R"),
    ("LeftEye", "RightEye"),
    ("eye_L", "eye_R"),
)
_USUAL_SIZE: Final = 0.001
"""Metres of a millimetre, where no eyes tell the size of the face."""
_SLIGHT: Final = 1e-3


@dataclass(frozen=True, eq=False)
class Bone:
    """One bone at rest, in the space of its armature.

    axes: float64[3, 3], columns are the bone's own x, y and z.   head: float64[3].   mode: its rotation mode in Blender's terms.
    """

    name: str
    axes: NDArray[np.float64]
    head: NDArray[np.float64]
    mode: str = "XYZ"


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(Path(__file__).with_name("bones.json").read_text(encoding="utf-8"))
    return table


def recognise_bones(bones: Sequence[Bone], face: NDArray[np.float64], served: frozenset[str] = frozenset()) -> RigMap:
    """The bones of a face and what drives them.

    face: float64[3, 3], rows are the character's left, up and front in the space of the armature.
    served: sources that shape keys move already; the bones for them stay alone.
    """
    by_name = {bone.name: bone for bone in bones}
    size = _millimetre(by_name)
    drives: list[Drive] = []
    for entry in _table()["bones"]:
        for found, names in _found(entry["names"], by_name):
            for source, motion in _sided(entry["drives"], names).items():
                if source not in served:
                    drives += _drives(source, found, motion, by_name, face * size)
    return RigMap("Bones", _complete(drives))


def _millimetre(bones: Mapping[str, Bone]) -> float:
    """Armature units of a millimetre on a face of this size."""
    pair = next((pair for pair in _EYES if all(name in bones for name in pair)), None)
    if pair is None:
        return _USUAL_SIZE
    apart = float(np.linalg.norm(bones[pair[0]].head - bones[pair[1]].head))
    return apart / EYE_DISTANCE if apart > 0.0 else _USUAL_SIZE


def _found(patterns: Sequence[str], bones: Mapping[str, Bone]) -> Iterator[tuple[list[Bone], tuple[str, str]]]:
    """Each bone, or row of bones, that a pattern names, with the spelling of its side; the first pattern to fit wins."""
    for pattern in patterns:
        sides = [(each, long) for pair in _table()["sides"] for each, long in zip(pair, ("Left", "Right"), strict=True)]
        spelled = (
            [(pattern.replace("@", short), (short, long)) for short, long in sides] if "@" in pattern else [(pattern, ("", ""))]
        )
        fitting = [(name, side) for name, side in spelled if _matching(name, bones)]
        if fitting:
            yield from ((_matching(name, bones), side) for name, side in fitting)
            return


def _matching(name: str, bones: Mapping[str, Bone]) -> list[Bone]:
    if name.endswith("*"):
        row = re.compile(re.escape(name[:-1]) + r"(\.\d{3})?$")
        return [bone for each, bone in bones.items() if row.match(each)]
    return [bones[name]] if name in bones else []


def _sided(drives: Mapping[str, Any], side: tuple[str, str]) -> dict[str, Any]:
    short, long = side
    sided = {}
    for source, motion in drives.items():
        told = dict(motion)
        if "toward" in told:
            told["toward"] = told["toward"].replace("@", short)
        told["sign"] = -1.0 if told.get("outward") and long == "Right" else 1.0
        sided[source.replace("@", long)] = told
    return sided


def _drives(
    source: str, row: list[Bone], motion: Mapping[str, Any], bones: Mapping[str, Bone], face: NDArray[np.float64]
) -> list[Drive]:
    """The drives of one source on one bone, or on a row of them. face: as for recognise_bones, rows a millimetre long."""
    drives: list[Drive] = []
    for bone in row:
        share = _share(bone, row, motion, face)
        if "turn" in motion:
            drives += _turning(source, bone, share * np.radians(motion["turn"]) @ (face / np.linalg.norm(face[0])))
        elif "toward" in motion:
            if motion["toward"] in bones:
                drives += _moving(source, bone, bones[motion["toward"]].head - bone.head)
        else:
            drives += _moving(source, bone, share * (np.array(motion["move"]) * [motion["sign"], 1.0, 1.0]) @ face)
    return drives


def _share(bone: Bone, row: list[Bone], motion: Mapping[str, Any], face: NDArray[np.float64]) -> float:
    """How much of the motion a bone of a row makes: inner motions fade outwards, outer ones inwards."""
    lateral = np.array([abs(float(each.head @ face[0])) for each in row])
    reach = float(np.ptp(lateral))
    if reach <= 0.0 or not (motion.get("inner") or motion.get("outer")):
        return 1.0
    outward = (abs(float(bone.head @ face[0])) - float(lateral.min())) / reach
    return 1.0 - outward if motion.get("inner") else outward


def _moving(source: str, bone: Bone, way: NDArray[np.float64]) -> list[Drive]:
    """way: float64[3] in the space of the armature."""
    local = bone.axes.T @ way
    path = f'pose.bones["{_escaped(bone.name)}"].location'
    return [
        _ranged(source, f"{path}[{i}]", float(part))
        for i, part in enumerate(local)
        if abs(part) > _SLIGHT * np.linalg.norm(local)
    ]


def _turning(source: str, bone: Bone, turn: NDArray[np.float64]) -> list[Drive]:
    """turn: float64[3] axis times radians, in the space of the armature."""
    local = bone.axes.T @ turn
    path = f'pose.bones["{_escaped(bone.name)}"]'
    angle = float(np.linalg.norm(local))
    if bone.mode == "QUATERNION":
        axis = local / max(angle, 1e-12) * math.sin(angle / 2)
        return [
            _ranged(source, f"{path}.rotation_quaternion[{i + 1}]", float(part))
            for i, part in enumerate(axis)
            if abs(part) > _SLIGHT
        ]
    if bone.mode == "AXIS_ANGLE":
        return []
    return [_ranged(source, f"{path}.rotation_euler[{i}]", float(part)) for i, part in enumerate(local) if abs(part) > _SLIGHT]


def _ranged(source: str, target: str, gain: float) -> Drive:
    return Drive(source, target, gain=gain, low=min(gain, 0.0), high=max(gain, 0.0))


def _complete(drives: list[Drive]) -> tuple[Drive, ...]:
    """Several sources on one channel share its range."""
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for drive in drives:
        low[drive.target] = min(low.get(drive.target, 0.0), drive.low)
        high[drive.target] = max(high.get(drive.target, 0.0), drive.high)
    return tuple(
        Drive(
            drive.source,
            drive.target,
            gain=round(drive.gain, 6),
            low=round(low[drive.target], 6),
            high=round(high[drive.target], 6),
        )
        for drive in drives
    )


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
