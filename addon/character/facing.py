# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way a character faces in its own space, whichever way it stands in the scene.

Most are made with Z up and look along -Y. Armatures from FBX and glTF files often have Y up and look along Z, and are turned
upright by the object; a few look along Y.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from mathutils import Matrix, Vector

JAWS: Final = ("jaw", "mandible", "maxi", "顎", "あご", "アゴ", "下巴", "턱")
"""Words in the names of bones that open a mouth."""
UPPER: Final = ("eye", "brow", "lid", "目", "眼", "眉")
LOWER: Final = ("lip", "chin", "mouth", "口", "唇")
"""Words in the names of bones that lie above others of the face."""
MANY: Final = 12
"""Bones that a whole body has at least."""
TALL: Final = 2.0
"""How much taller than deep the bones of a body are."""
OWN: Final = tuple(Vector(row) for row in Matrix.Identity(3))
_remembered: dict[int, tuple[object, Vector, Vector | None]] = {}


def axes(body: Any) -> Matrix:
    """Rows left, up and front of a character in its own space, each along one of the space's axes."""
    left, up = _by_bones(body.data) if body.type == "ARMATURE" and len(body.data.bones) else (OWN[0], None)
    if up is None:
        standing = body.matrix_world.to_3x3().inverted_safe() @ Vector((0.0, 0.0, 1.0))
        up = _snapped(standing, _across(left)) or OWN[2]
    return Matrix((left, up, left.cross(up)))


def _by_bones(armature: Any) -> tuple[Vector, Vector | None]:
    """Left, and up where the bones tell it. Remembered, as panels ask at every redraw, until the armature is turned."""
    ends = (armature.bones[0], armature.bones[-1])
    signature = len(armature.bones), *((bone.name, tuple(bone.head_local)) for bone in ends)
    known = _remembered.get(armature.session_uid)
    if known is None or known[0] != signature:
        bones = {bone.name: bone.head_local.copy() for bone in armature.bones}
        left = _snapped(_between_sides(bones), OWN) or OWN[0]
        across = _across(left)
        up = _snapped(_up_the_face(bones), across) or _snapped(_up_the_body(bones, across), across)
        known = _remembered[armature.session_uid] = (signature, left, up)
    return known[1:]


def height_of_face(body: Any) -> float:
    """How far the bones of lids and brows lie above those of lips, in units of an armature; 0 where it has not both."""
    return float(_up_the_face({bone.name: bone.head_local.copy() for bone in body.data.bones}).length)


def _across(left: Vector) -> list[Vector]:
    return [axis for axis in OWN if abs(left.dot(axis)) < 0.5]


def turn(body: Any) -> Matrix:
    """From a space where a character looks along -Y with Z up into its own."""
    left, up, front = axes(body)
    return Matrix((left, -front, up)).transposed()


def _between_sides(bones: dict[str, Vector]) -> Vector:
    """From what is called right to what is called left."""
    from ...inference.rigging.bone_tables import side_spellings

    way, spellings = Vector(), side_spellings()
    for name, place in bones.items():
        for left, right in spellings:
            other = bones.get(name.replace(left, right, 1)) if left in name else None
            if other is not None:
                way += place - other
    return way


def _up_the_face(bones: dict[str, Vector]) -> Vector:
    """From the mouth to the eyes, which both lie in front."""
    upper, lower = (_mean(place for name, place in bones.items() if named(name, words)) for words in (UPPER, LOWER))
    return upper - lower if upper is not None and lower is not None else Vector()


def _up_the_body(bones: dict[str, Vector], across: list[Vector]) -> Vector:
    """From the lowest bones to the head, where they are those of a whole body."""
    from ...inference.rigging.bones import head_bone

    head = bones.get(head_bone(tuple(bones)))
    if head is None or len(bones) < MANY:
        return Vector()
    reached = [[place.dot(axis) for place in bones.values()] for axis in across]
    spread = [max(each) - min(each) for each in reached]
    if max(spread) < TALL * min(spread):
        return Vector()
    axis = across[spread.index(max(spread))]
    middle = _mean(bones.values())
    return axis * axis.dot(head - middle) if middle is not None else Vector()


def named(name: str, words: tuple[str, ...]) -> bool:
    """Whether a bone's name has one of some words in it."""
    return any(word in name.lower() for word in words)


def _mean(places: Iterable[Vector]) -> Vector | None:
    known = list(places)
    return sum(known, Vector()) / len(known) if known else None


def _snapped(way: Vector, along: Sequence[Vector]) -> Vector | None:
    """The one of some axes, or its opposite, that a way is nearest to; None for no way at all."""
    best = max(along, key=lambda axis: abs(way.dot(axis)))
    return best * (1.0 if way.dot(best) > 0.0 else -1.0) if abs(way.dot(best)) > 1e-9 else None
