# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves from elsewhere as keys of the artist's own: Parlance does not own them, and never touches them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ...inference.animation import Animation
from ...inference.errors import ParlanceError
from ...inference.keying import Keys, fit_all, groups
from ...inference.keying.fit import dense
from ...inference.keying.ranges import Span, holds
from ...inference.rigging.controllers import address
from ..animation import actions, fcurves, slots
from ..character import characters, joints
from ..character.showing import Channel
from ..lines import lines
from ..planning import rig_plan

Place = Literal["ACTION", "NEW"]
TOLERANCE: Final = 0.005
"""How far sparse keys may miss a captured value; half of what lip sync allows, for captures have finer motion."""


def put(character: characters.Character, animation: Animation, *, place: Place, sparse: bool) -> int:
    """Key an animation on a character, and give the number of keys.

    place: in the action it plays, or in a new one, where the old ones stay in the file.   sparse: only the keys that are needed.
    Raises ParlanceError, with nothing changed, where lines stand in these frames or nothing answers to the curves.
    """
    first = round(animation.start * animation.fps)
    span = Span(float(first), float(first + len(animation.shapes) - 1))
    if place == "ACTION":
        _check_free(character.root, span)
    wanted = [*_shape_values(character, animation), *_joint_values(character, animation)]
    if not wanted:
        raise ParlanceError(f"No shape of “{character.root.name}” answers to these curves; see its mapping in Set Up.")
    return write(character, wanted, first, place=place, sparse=sparse, title=f"{character.root.name} Capture")


def write(
    character: characters.Character,
    wanted: Iterable[tuple[Channel, NDArray[np.float32], str]],
    first: int,
    *,
    place: Place,
    sparse: bool,
    title: str,
) -> int:
    """Put values, float32[frames] per channel with the group of its curve, on frames from `first` on; what stood there goes.

    The number of keys written.
    """
    rows = list(wanted)
    length = len(rows[0][1]) if rows else 0
    ranges = (Span(float(first), float(first + length - 1)),)
    slots_of: dict[Any, slots.SlotCurves] = {}
    records = slots.Records()
    family = [face.key for face in character.faces]
    count = 0
    if place == "NEW":
        for owner in dict.fromkeys(channel.owner for channel, _, _ in rows):
            if owner.animation_data is not None and owner.animation_data.action is not None:
                actions.release(owner.animation_data)
    for channel, values, group in rows:
        if channel.owner not in slots_of:
            slots_of[channel.owner] = _slot(channel.owner, family, title, records)
        keys = _keys(values, first, sparse=sparse)
        curve = fcurves.ensure(slots_of[channel.owner].ensured_bag(), channel.path, channel.element, group)
        fcurves.replace(curve, keys, ranges, generated=np.zeros(len(keys), bool))
        channel.owner.update_tag()
        count += len(keys)
    return count


def filed(character: characters.Character, found: Iterable[Channel]) -> dict[Channel, str]:
    """The group that each channel's f-curve belongs in: where it is filed now, else as a generated one; empty for neither."""
    ours = {Channel(face.key, path): group for face, path, group in _shape_paths(character)}
    for owner, rig_map in ((character.body, character.controls), *character.elsewhere):
        for target in rig_map.targets:
            path, element = address(target)
            ours[Channel(owner, path, element)] = groups.group_of(rig_map.channels(target))
    turned = [(joints.head(character), "head"), *((eye, "eye") for eye in joints.eyes(character))]
    parts = {(joint.owner, joint.path): groups.OF_PART[part] for joint, part in turned if joint is not None}
    return {
        channel: _group_now(channel) or ours.get(channel) or parts.get((channel.owner, channel.path), "") for channel in found
    }


def _shape_paths(character: characters.Character) -> Iterable[tuple[characters.Face, str, str]]:
    """Every mapped shape key: its face, data path, and group."""
    for face in character.faces:
        for target in face.targets:
            path = str(face.key.key_blocks[target].path_from_id("value"))
            yield face, path, groups.group_of(face.rig_map.channels(target))


def _group_now(channel: Channel) -> str:
    for curves in slots.playing(channel.owner):
        curve = fcurves.find(curves.bag, channel.path, channel.element)
        if curve is not None and curve.group is not None:
            return str(curve.group.name)
    return ""


def _slot(owner: Any, family: list[Any], title: str, records: slots.Records) -> slots.SlotCurves:
    """The slot to key; an action that is made belongs to the artist, so that nothing of it is ever tidied away."""
    found = actions.assign(owner, family, title, owner.name, records, fresh=False)
    if not slots.written_by_us(found.action):
        found.action.parlance_made = False
    return found


def _keys(values: NDArray[np.float32], first: int, *, sparse: bool) -> Keys:
    (keys,) = fit_all(values[:, None], first, tolerance=TOLERANCE) if sparse else dense(values[:, None], first)
    return keys


def _shape_values(character: characters.Character, animation: Animation) -> Iterable[tuple[Channel, NDArray[np.float32], str]]:
    rig = rig_plan.rig_of(character)
    for face in character.faces:
        for target, values in rig.apply(face.rig_map, animation.shapes).items():
            path = str(face.key.key_blocks[target].path_from_id("value"))
            yield Channel(face.key, path), values, groups.group_of(face.rig_map.channels(target))
    for owner, rig_map in rig_plan.controls_of(character, rig):
        for target, values in rig.apply(rig_map, animation.shapes).items():
            path, element = address(target)
            yield Channel(owner, path, element), values, groups.group_of(rig_map.channels(target))


def _joint_values(character: characters.Character, animation: Animation) -> Iterable[tuple[Channel, NDArray[np.float32], str]]:
    """Head and eyes, where the capture turned them."""
    head = joints.head(character)
    if head is not None and np.ptp(animation.head, axis=0).max(initial=0.0) > 0.0:
        pitch, yaw, roll = animation.head.T
        yield from _turned(head, pitch, yaw, roll, "head")
    if np.ptp(animation.gaze, axis=0).max(initial=0.0) > 0.0:
        yaw, pitch = animation.gaze.T
        for eye in joints.eyes(character):
            yield from _turned(eye, -pitch, yaw, np.zeros_like(yaw), "eye")


def _turned(
    joint: joints.Joint, pitch: Any, yaw: Any, roll: Any, part: str
) -> Iterable[tuple[Channel, NDArray[np.float32], str]]:
    turned = joints.rotations(joint, pitch, yaw, roll)
    for element, values in enumerate(turned.T):
        yield Channel(joint.owner, joint.path, element), np.asarray(values, np.float32), groups.OF_PART[part]


def _check_free(root: Any, span: Span) -> None:
    """Raise ParlanceError where a line has its keys in these frames: they would be taken for changes of it."""
    for line in root.parlance.lines:
        ranges = lines.owned(line) if lines.readable(line) else ()
        if ranges and holds(ranges, np.arange(span.first, span.last + 1)).any():
            raise ParlanceError(
                f"The line “{line.title}” stands in these frames; clear it, start elsewhere, or import into a new action."
            )
