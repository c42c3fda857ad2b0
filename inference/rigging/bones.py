# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces moved by bones: which bone is the jaw, a lip or a lid, and how far it goes in its own channels.

A drive's target is then a data path of the armature, such as pose.bones["jaw"].rotation_euler[0]. Rotations in Euler angles are
exact for the axis the bone turns about, as jaws do; quaternions are interpolated linearly, which Blender normalises.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .bone_tables import bone_table, control_rigs
from .face_frame import EYE_DISTANCE
from .rig_map import Drive, RigMap
from .vocabulary import unaccented

_USUAL_SIZE: Final = 0.001
"""Metres of a millimetre."""
_SLIGHT: Final = 1e-3
_LIDS_APART: Final = 8.3
"""Millimetres of an open eye, for lids whose bones lie in one place and upper lids that are alone."""
_APART: Final = 2.0
_FITS: Final = 0.8
"""Share of a control rig's fingerprint that makes a rig one of its kind."""
_TARGET: Final = 190.0
"""Millimetres from an eye to the target in front of it, on a face of an adult's size."""
_SEPARATORS: Final = re.compile(r"[\s_.:\-|]+")


@dataclass(frozen=True, eq=False)
class Bone:
    """One bone at rest, in the space of its armature.

    axes: float64[3, 3], columns are the bone's own x, y and z.   head: float64[3].   mode: its rotation mode in Blender's terms.
    """

    name: str
    axes: NDArray[np.float64]
    head: NDArray[np.float64]
    mode: str = "XYZ"


def recognise_bones(
    bones: Sequence[Bone],
    face: NDArray[np.float64],
    served: frozenset[str] = frozenset(),
    millimetre: float = _USUAL_SIZE,
) -> RigMap:
    """The bones of a face and what drives them.

    face: float64[3, 3], rows are the character's left, up and front in the space of the armature.
    served: sources that shape keys move already; the bones for them stay alone.
    millimetre: armature units of one where no eyes tell; a metre a unit by default.
    """
    by_name = {bone.name: bone for bone in bones}
    folded = _folded(by_name)
    size = _millimetre(by_name) or millimetre
    drives: list[Drive] = []
    taken: set[str] = set()
    rig = control_rig(by_name)
    for entry in (*(rig["bones"] if rig else ()), *bone_table()["bones"]):
        for row, side in _found(entry["names"], folded):
            found = [by_name[name] for name in row if name not in taken]
            taken.update(row)
            for source, motion in _sided(entry["drives"], side).items():
                if source not in served and found:
                    drives += _drives(source, found, motion, _near(motion, folded, by_name), face * size)
    return RigMap(rig["label"] if rig else "Bones", complete(drives))


def control_rig(names: Iterable[str]) -> dict[str, Any] | None:
    """The one of `control_rigs` that has most of its fingerprint among these bones; None where none has."""
    folded = _folded(dict.fromkeys(names))
    shares = [(_share_of(rig["fingerprint"], folded), rig) for rig in control_rigs()]
    share, best = max(shares, key=lambda each: each[0], default=(0.0, None))
    return best if share >= _FITS else None


def _share_of(fingerprint: Sequence[str], folded: Mapping[str, list[str]]) -> float:
    return sum(any(True for _ in _found([name], folded)) for name in fingerprint) / len(fingerprint)


def head_bone(names: Iterable[str]) -> str:
    """The bone that turns as the head; empty where none is called so."""
    folded = _folded(dict.fromkeys(names))
    return next((folded[core][0] for core in map(_core, bone_table()["heads"]) if core in folded), "")


def jaw_bone(names: Iterable[str]) -> str:
    """The bone that turns as the jaw; empty where none is called so."""
    folded = _folded(dict.fromkeys(names))
    turning = next(entry for entry in bone_table()["bones"] if "turn" in entry["drives"].get("jawOpen", {}))
    return next((row[0] for row, _ in _found(turning["names"], folded)), "")


def eye_bones(names: Iterable[str]) -> tuple[str, str] | None:
    """The bones that turn as left and right eye."""
    folded = _folded(dict.fromkeys(names))
    for pattern in bone_table()["eyes"]:
        for left, right in bone_table()["sides"]:
            pair = tuple(folded.get(_core(pattern.replace("@", side))) for side in (left, right))
            if pair[0] and pair[1]:
                return pair[0][0], pair[1][0]
    return None


@lru_cache(maxsize=8192)
def _core(name: str) -> str:
    """A bone's name without case, separators and the prefixes of rigs."""
    text = name
    for pattern in _prefixes():
        text = pattern.sub("", text)
    return _SEPARATORS.sub("", unaccented(text)) or _SEPARATORS.sub("", unaccented(name))


@lru_cache(maxsize=1)
def _prefixes() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(r"^.*[:|](?=.)"),
        *(re.compile(rf"^(?:{prefix})[ _.\-:]+", re.IGNORECASE) for prefix in bone_table()["prefixes"]),
    )


def _folded(names: Iterable[str]) -> dict[str, list[str]]:
    """Bones by the core of their names; controls, which have no prefix, before what they move."""
    folded: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (_rank(name), len(name), name)):
        folded.setdefault(_core(name), []).append(name)
    return folded


def _rank(name: str) -> int:
    return next((i for i, prefix in enumerate(("MCH-", "ORG-", "DEF-"), 1) if name.startswith(prefix)), 0)


def _millimetre(bones: Mapping[str, Bone]) -> float:
    """Armature units of a millimetre on a face of this size; 0 where it has no eyes."""
    pair = eye_bones(bones)
    if pair is None:
        return 0.0
    return float(np.linalg.norm(bones[pair[0]].head - bones[pair[1]].head)) / EYE_DISTANCE


def _found(patterns: Sequence[str], folded: Mapping[str, list[str]]) -> Iterator[tuple[list[str], tuple[str, str]]]:
    """Each bone, or row of bones, that a pattern names, with the spelling of its side; the first pattern to fit wins."""
    for pattern in patterns:
        sides = [(each, long) for pair in bone_table()["sides"] for each, long in zip(pair, ("Left", "Right"), strict=True)]
        spelled = (
            [(pattern.replace("@", short), (short, long)) for short, long in sides] if "@" in pattern else [(pattern, ("", ""))]
        )
        fitting = [(row, side) for name, side in spelled if (row := _matching(name, folded))]
        if fitting:
            yield from fitting
            return


def _matching(name: str, folded: Mapping[str, list[str]]) -> list[str]:
    core = _core(name.removesuffix("*"))
    if not name.endswith("*"):
        return folded.get(core, [])[:1]
    row = re.compile(re.escape(core) + r"(\d{3})?$")
    return [names[0] for each, names in folded.items() if row.match(each)]


def _near(motion: Mapping[str, Any], folded: Mapping[str, list[str]], bones: Mapping[str, Bone]) -> Bone | None:
    """The bone that a motion goes toward."""
    names = motion.get("toward", ())
    found = (folded.get(_core(name)) for name in ([names] if isinstance(names, str) else names))
    return next((bones[each[0]] for each in found if each), None)


def _sided(drives: Mapping[str, Any], side: tuple[str, str]) -> dict[str, Any]:
    short, long = side
    sided = {}
    for source, motion in drives.items():
        told = dict(motion)
        if "toward" in told:
            names = [told["toward"]] if isinstance(told["toward"], str) else told["toward"]
            told["toward"] = [name.replace("@", short) for name in names]
        told["sign"] = -1.0 if told.get("outward") and long == "Right" else 1.0
        sided[source.replace("@", long)] = told
    return sided


def _drives(
    source: str, row: list[Bone], motion: Mapping[str, Any], toward: Bone | None, face: NDArray[np.float64]
) -> list[Drive]:
    """The drives of one source on one bone, or on a row of them. face: as for recognise_bones, rows a millimetre long."""
    drives: list[Drive] = []
    for bone in row:
        share = _share(bone, row, motion, face)
        if "turn" in motion:
            drives += turning(source, bone, share * np.radians(motion["turn"]) @ (face / np.linalg.norm(face[0])))
        elif "toward" in motion:
            way = np.zeros(3) if toward is None else toward.head - bone.head
            far = np.linalg.norm(way) > _APART * np.linalg.norm(face[1])
            drives += moving(source, bone, way if far else -_LIDS_APART * face[1])
        elif "aim" in motion:
            up, left = np.tan(np.radians(motion["aim"])) * _TARGET
            drives += moving(source, bone, np.array([left * motion["sign"], up, 0.0]) @ face)
        else:
            drives += moving(source, bone, share * (np.array(motion["move"]) * [motion["sign"], 1.0, 1.0]) @ face)
    return drives


def _share(bone: Bone, row: list[Bone], motion: Mapping[str, Any], face: NDArray[np.float64]) -> float:
    """How much of the motion a bone of a row makes: inner motions fade outwards, outer ones inwards."""
    lateral = np.array([abs(float(each.head @ face[0])) for each in row])
    reach = float(np.ptp(lateral))
    if reach <= 0.0 or not (motion.get("inner") or motion.get("outer")):
        return 1.0
    outward = (abs(float(bone.head @ face[0])) - float(lateral.min())) / reach
    return 1.0 - outward if motion.get("inner") else outward


def moving(source: str, bone: Bone, way: NDArray[np.float64]) -> list[Drive]:
    """The drives that move a bone. way: float64[3] in the space of the armature."""
    local = bone.axes.T @ way
    path = f'pose.bones["{_escaped(bone.name)}"].location'
    return [
        _ranged(source, f"{path}[{i}]", float(part))
        for i, part in enumerate(local)
        if abs(part) > _SLIGHT * np.linalg.norm(local)
    ]


def turning(source: str, bone: Bone, turn: NDArray[np.float64]) -> list[Drive]:
    """The drives that turn a bone. turn: float64[3] axis times radians, in the space of the armature."""
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


def complete(drives: Sequence[Drive]) -> tuple[Drive, ...]:
    """The same drives, rounded to six places; those of one channel get the widest limits that any of them has."""
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
