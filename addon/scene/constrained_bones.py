# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones that constraints let copy others: whoever keys them moves nothing, and keys the bone that they copy instead."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

COPIES: Final = {"LOC": ("COPY_LOCATION", "COPY_TRANSFORMS"), "ROT": ("COPY_ROTATION", "COPY_TRANSFORMS")}
_ALIKE: Final = 0.02
"""How far apart two bones at rest may be, in lengths of one, and their axes, for the one to show what the other does."""
_MOST: Final = 8
"""Bones in a row; more are a circle."""


class Led(NamedTuple):
    """Whose channel shows in another's: the object and its bone, or the object itself; sign: -1 where it shows inverted."""

    owner: Any
    holder: Any
    sign: float = 1.0


def leader(owner: Any, holder: Any, kind: str) -> Led | None:
    """The bone or object to be keyed for a channel like LOC_X to change; None where a constraint keeps that from being known."""
    found = Led(owner, holder)
    for _ in range(_MOST):
        copies = [each for each in getattr(found.holder, "constraints", ()) if _governs(each, kind)]
        if not copies:
            return found
        step = _step(found, copies[-1], kind)
        if step is None:
            return None
        found = step
    return None


def _governs(constraint: Any, kind: str) -> bool:
    """Whether a constraint alone decides a channel."""
    if constraint.type not in COPIES.get(kind[:3], ()) or constraint.mute or constraint.influence < 1.0:
        return False
    if constraint.type == "COPY_TRANSFORMS":
        return bool(constraint.mix_mode == "REPLACE")
    alone = constraint.mix_mode == "REPLACE" if constraint.type == "COPY_ROTATION" else not constraint.use_offset
    return bool(alone and getattr(constraint, f"use_{kind[-1].lower()}"))


def _step(found: Led, constraint: Any, kind: str) -> Led | None:
    """What a constraint copies; None where its axes or its place are others."""
    target = constraint.target
    if target is None:
        return None
    bone = target.pose.bones.get(constraint.subtarget) if target.type == "ARMATURE" and constraint.subtarget else None
    holder = bone if bone is not None else target
    local = {constraint.owner_space, constraint.target_space} <= {"LOCAL", "LOCAL_WITH_PARENT", "LOCAL_OWNER_ORIENT"}
    if not local and not _alike(found.owner, found.holder, target, holder):
        return None
    inverted = bool(getattr(constraint, f"invert_{kind[-1].lower()}", False))
    return Led(target, holder, -found.sign if inverted else found.sign)


def _alike(owner: Any, bone: Any, target: Any, other: Any) -> bool:
    """Whether two bones lie in the same place at rest, and the same way."""
    if getattr(bone, "bone", None) is None or getattr(other, "bone", None) is None:
        return False
    one, two = (each.matrix_world @ pose.bone.matrix_local for each, pose in ((owner, bone), (target, other)))
    turned = one.to_quaternion().rotation_difference(two.to_quaternion()).angle
    length = bone.bone.length * max(owner.matrix_world.to_scale())
    return bool((one.translation - two.translation).length <= _ALIKE * length and turned <= _ALIKE)
