# SPDX-License-Identifier: GPL-3.0-or-later
"""Bones that constraints let copy others: whoever keys them moves nothing, and keys the bone that they copy instead."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from ...inference.rigging import Drive
from ...inference.rigging.controllers import address

COPIES: Final = {"LOC": ("COPY_LOCATION", "COPY_TRANSFORMS"), "ROT": ("COPY_ROTATION", "COPY_TRANSFORMS")}
CHANNELS: Final = {"location": "LOC", "rotation_euler": "ROT", "rotation_quaternion": "ROT"}
_ALIKE: Final = 0.02
"""How far apart two bones at rest may be, in lengths of one, and their axes, for the one to show what the other does."""
_MOST: Final = 8
"""Bones in a row; more are a circle."""


class Leader(NamedTuple):
    """Whose channel shows in another's: the object and its bone, or the object itself; sign: -1 where it shows inverted."""

    owner: Any
    holder: Any
    sign: float = 1.0


def leader(owner: Any, holder: Any, kind: str) -> Leader | None:
    """The bone or object to be keyed for a channel like LOC_X to change; None where a constraint keeps that from being known."""
    found = Leader(owner, holder)
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


def _step(found: Leader, constraint: Any, kind: str) -> Leader | None:
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
    return Leader(target, holder, -found.sign if inverted else found.sign)


def _alike(owner: Any, bone: Any, target: Any, other: Any) -> bool:
    """Whether two bones lie in the same place at rest, and the same way."""
    if getattr(bone, "bone", None) is None or getattr(other, "bone", None) is None:
        return False
    one, two = (each.matrix_world @ pose.bone.matrix_local for each, pose in ((owner, bone), (target, other)))
    turned = one.to_quaternion().rotation_difference(two.to_quaternion()).angle
    length = bone.bone.length * max(owner.matrix_world.to_scale())
    return bool((one.translation - two.translation).length <= _ALIKE * length and turned <= _ALIKE)


def keyable(root: Any, drives: Iterable[Drive], driven: Container[tuple[str, int]]) -> tuple[Drive, ...]:
    """Drives of the bones of an armature, each where its key is seen: on the bone that its own copies.

    What a bone does with a channel that cannot be keyed is not done by its others alone: a jaw that only slides opens no mouth.
    driven: data paths and indices that drivers move.
    """
    made: list[tuple[str, Drive]] = []
    lost = set()
    for drive in drives:
        path, index = address(drive.target)
        bone, _, channel = path.rpartition(".")
        shown = None if (path, index) in driven else _shown_by(root, bone, channel, index)
        if shown is None:
            lost.add((drive.source, bone))
        elif shown[0] == bone:
            made.append((bone, drive))
        else:
            made.append((bone, _on(drive, f"{shown[0]}.{channel}[{index}]", shown[1])))
    kept = (drive for bone, drive in made if (drive.source, bone) not in lost)
    return tuple({(drive.source, drive.target): drive for drive in kept}.values())


def _on(drive: Drive, target: str, sign: float) -> Drive:
    low, high = sorted((sign * drive.low, sign * drive.high))
    return replace(drive, target=target, gain=sign * drive.gain, offset=sign * drive.offset, low=low, high=high)


def _shown_by(root: Any, bone: str, channel: str, index: int) -> tuple[str, float] | None:
    """The bone to key for a bone's channel, as data paths, and 1 or -1; None where no key of the armature shows in it."""
    kind = CHANNELS.get(channel)
    if kind is None or not bone:
        return bone, 1.0
    holder = root.path_resolve(bone)
    led = leader(root, holder, f"{kind}_{'XYZ'[max(index - (channel == 'rotation_quaternion'), 0)]}")
    if led is None or led.owner != root or (kind == "ROT" and led.holder.rotation_mode != holder.rotation_mode):
        return None
    return (bone, 1.0) if led.holder == holder else (str(led.holder.path_from_id()), led.sign)
