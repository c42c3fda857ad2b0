# SPDX-License-Identifier: GPL-3.0-or-later
"""Animate the mouth anew over finished animation: lips, jaw, teeth and tongue, and only where they say something else.

It is keyed in a copy of the action; what was there stays in its own, so that the old mouth comes back with one click. Brows, eyes
and head of the copy are the same keys, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference.checking import capture
from ...inference.errors import ParlanceError
from ...inference.keying import fitting, groups
from ...inference.rigging.controllers import address
from ...inference.rigging.rig_map import RigMap
from ..animation import slots
from ..character import characters, showing
from ..exchange import keying
from ..planning import rig_plan
from . import said

OLD_MOUTH: Final = "parlance_old_mouth"
"""Custom property of a copy: the action that it was made from."""


def offset(character: characters.Character, spoken: said.Said) -> capture.Offset:
    """How late the face is against the sound. Raises ParlanceError where it cannot be told."""
    shapes = said.shown(character, spoken.frames)
    return capture.offset(spoken.draft.performance, capture.opening(shapes, spoken.planned.rigging.geometry), spoken.times)


def shift(character: characters.Character, frames: float) -> int:
    """Move every key of the face by frames; the number of curves moved. Raises ParlanceError where a line has keys among them."""
    owners = dict.fromkeys([*(face.key for face in character.faces), character.body, character.root])
    moved = 0
    for owner in owners:
        for curves in slots.playing(owner):
            if slots.written_by_us(curves.action):
                raise ParlanceError("Lines move with their strips; clear them before the capture is moved.")
            for curve in curves.bag.fcurves if curves.bag is not None else ():
                for point in curve.keyframe_points:
                    point.co_ui[0] += frames  # with its handles
                curve.update()
                moved += 1
        owner.update_tag()
    return moved


def mouth(
    character: characters.Character, spoken: said.Said, first: int, last: int, *, fade: int, keep: bool
) -> tuple[int, float]:
    """Put the heard mouth on frames first .. last, blended over `fade` frames at both ends, in a copy of each action.

    keep: the old mouth stays where it does what is heard. Gives the number of keys, and the share of frames that were replaced.
    Raises ParlanceError, with nothing changed, where the sound is not in these frames.
    """
    inside = (spoken.frames >= first) & (spoken.frames <= last)
    if not inside.any():
        raise ParlanceError("The sound is not in these frames; choose frames under its strip.")
    frames = spoken.frames[inside]
    lead = spoken.planned.lead
    fresh = spoken.draft.animation.shapes[lead : lead + spoken.planned.count][inside]
    weight = _ends(len(frames), fade)
    old_shapes, keyed = showing.shapes(character, frames, fresh)
    if keep and keyed:
        opened = capture.opening(old_shapes, spoken.planned.rigging.geometry)
        weight = weight * (1.0 - capture.trusted(spoken.draft.performance, opened, spoken.times[inside]))
    rows = list(_rows(character, spoken, fresh))
    standing = showing.values([channel for channel, _, _ in rows], frames)
    wanted = [
        (channel, ((1.0 - weight) * standing[:, number] + weight * values).astype(np.float32), group)
        for number, (channel, values, group) in enumerate(rows)
    ]
    _copy_actions(dict.fromkeys(channel.owner for channel, _, _ in wanted))
    count = keying.write(character, wanted, int(frames[0]), place="ACTION", sparse=True, title=f"{character.root.name} Mouth")
    return count, float((weight > 0.5).mean())


def give_back(character: characters.Character) -> int:
    """Play the actions again that stood before the mouth was repaired; the number of datablocks that have one."""
    count = 0
    for owner in dict.fromkeys([*(face.key for face in character.faces), character.body, character.root]):
        data = owner.animation_data
        old = data.action.get(OLD_MOUTH) if data is not None and data.action is not None else None
        before = bpy.data.actions.get(old) if isinstance(old, str) else None
        if before is None:
            continue
        identifier = data.action_slot.identifier if data.action_slot is not None else ""
        data.action = before
        data.action_slot = before.slots.get(identifier) or data.action_slot
        owner.update_tag()
        count += 1
    return count


def _rows(
    character: characters.Character, spoken: said.Said, fresh: NDArray[np.float32]
) -> Iterable[tuple[showing.Channel, NDArray[np.float32], str]]:
    rig = spoken.planned.rigging

    def of_mouth(rig_map: RigMap) -> Iterable[tuple[str, NDArray[np.float32]]]:
        found = rig.apply(rig_map, fresh)
        return ((target, values) for target, values in found.items() if fitting.of_mouth(rig_map.channels(target)))

    for face in character.faces:
        for target, values in of_mouth(face.rig_map):
            path = str(face.key.key_blocks[target].path_from_id("value"))
            yield showing.Channel(face.key, path), values, groups.group_of(face.rig_map.channels(target))
    for owner, rig_map in rig_plan.controls_of(character, rig):
        for target, values in of_mouth(rig_map):
            path, element = address(target)
            yield showing.Channel(owner, path, element), values, groups.group_of(rig_map.channels(target))


def _ends(count: int, fade: int) -> NDArray[np.float64]:
    """0 at both ends, 1 from `fade` frames on, eased."""
    if fade <= 0:
        return np.ones(count)
    at = np.minimum(np.arange(count), np.arange(count)[::-1]) / fade
    near = np.clip(at, 0.0, 1.0)
    return np.asarray(near * near * (3.0 - 2.0 * near))


def _copy_actions(owners: Iterable[Any]) -> None:
    """Let every owner play a copy of its action; owners of one action share one copy. The old ones stay in the file."""
    copies: dict[Any, Any] = {}
    for owner in owners:
        data = owner.animation_data
        if data is None or data.action is None:
            continue
        old, identifier = data.action, data.action_slot.identifier if data.action_slot is not None else ""
        if old not in copies:
            copies[old] = old.copy()
            copies[old][OLD_MOUTH] = old.get(OLD_MOUTH) or old.name
            copies[old].parlance_written, copies[old].parlance_made = "", False
            if slots.editable(old):
                old.use_fake_user = True
        data.action = copies[old]
        data.action_slot = copies[old].slots.get(identifier)
