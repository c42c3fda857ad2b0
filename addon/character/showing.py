# SPDX-License-Identifier: GPL-3.0-or-later
"""What a face shows, frame by frame: values of its shape keys, bones and properties as Blender plays them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...inference import arkit
from ...inference.rigging.rig_map import RigMap
from ..animation import fcurves, slots
from . import characters


@dataclass(frozen=True)
class Channel:
    """One number of a datablock that is animated: its data path and element (0 for what is no array)."""

    owner: Any
    path: str
    element: int = 0


def channels(character: characters.Character) -> list[Channel]:
    """Everything of a character that Parlance moves: mapped shape keys, bones and properties of its map, head and eyes.

    Also those of other objects that speak for it, such as an armature of sliders.
    """
    found = [
        Channel(face.key, str(face.key.key_blocks[target].path_from_id("value")))
        for face in character.faces
        for target in face.targets
    ]
    root, others = character.root, [owner for owner, _ in character.elsewhere]
    owners = dict.fromkeys(item for item in (character.body, root, root.parlance.head_object, *others) if item)
    for owner in owners:
        for curves in slots.playing(owner):
            bag = curves.bag
            found += [
                Channel(owner, str(curve.data_path), int(curve.array_index))
                for curve in (bag.fcurves if bag is not None else ())
                if not str(curve.data_path).startswith("parlance") and _value(owner, str(curve.data_path)) is not None
            ]
    return list(dict.fromkeys(found))


def values(found: Sequence[Channel], frames: NDArray[np.int_]) -> NDArray[np.float32]:
    """float32[frames, channels] as played, drivers and NLA included. The scene's frame is left as it is."""
    result = np.zeros((len(frames), len(found)), np.float32)
    plain = [number for number, channel in enumerate(found) if _is_plain(channel)]
    for number in plain:
        result[:, number] = _evaluated(found[number], frames)
    rest = [number for number in range(len(found)) if number not in set(plain)]
    if rest:
        _step(found, rest, frames, result)
    return result


def shapes(
    character: characters.Character, frames: NDArray[np.int_], otherwise: NDArray[np.float32]
) -> tuple[NDArray[np.float32], int]:
    """float32[frames, 52] as the character's shape keys show them, and how many of the 52 could be read.

    A shape can be read where one shape key answers to it alone and unchanged; the rest is `otherwise`, float32[frames, 52].
    """
    result = otherwise.copy()
    readable: dict[str, Channel] = {}
    for face in sorted(character.faces, key=lambda face: -len(face.sources)):
        for source, target in _direct(face.rig_map).items():
            if target in face.key.key_blocks:
                path = str(face.key.key_blocks[target].path_from_id("value"))
                readable.setdefault(source, Channel(face.key, path))
    if readable:
        read = values(list(readable.values()), frames)
        result[:, [arkit.INDEX[source] for source in readable]] = read
    return np.clip(result, 0.0, 1.0), len(readable)


def _direct(rig_map: RigMap) -> dict[str, str]:
    """Shapes that one key shows as they are, by the key's name."""
    by_target: dict[str, list[Any]] = {}
    by_source: dict[str, list[Any]] = {}
    for drive in rig_map.active:
        by_target.setdefault(drive.target, []).append(drive)
        by_source.setdefault(drive.source, []).append(drive)
    return {
        source: drives[0].target
        for source, drives in by_source.items()
        if source in arkit.INDEX
        and len(drives) == 1
        and len(by_target[drives[0].target]) == 1
        and (drives[0].gain, drives[0].offset) == (1.0, 0.0)
    }


def _is_plain(channel: Channel) -> bool:
    """Whether the f-curve of its action is all that moves it."""
    data = channel.owner.animation_data
    if data is None:
        return True
    driven = any(driver.data_path == channel.path and not driver.mute for driver in data.drivers)
    tracks = any(not track.mute and len(track.strips) for track in data.nla_tracks)
    shown = data.action_influence == 1.0 and data.action_blend_type == "REPLACE"
    return not driven and not tracks and shown


def _evaluated(channel: Channel, frames: NDArray[np.int_]) -> NDArray[np.float32]:
    curves = slots.existing(channel.owner)
    curve = fcurves.find(curves.bag, channel.path, channel.element) if curves is not None else None
    if curve is None or curve.mute or not len(curve.keyframe_points):
        return np.full(len(frames), _number(channel.owner, channel), np.float32)
    return np.array([curve.evaluate(frame) for frame in frames.tolist()], np.float32)


def _step(found: Sequence[Channel], rest: Sequence[int], frames: NDArray[np.int_], result: NDArray[np.float32]) -> None:
    """Go through the frames, as drivers and NLA tracks need it."""
    scene = bpy.context.scene
    before = scene.frame_current, scene.frame_subframe
    try:
        for row, frame in enumerate(frames.tolist()):
            scene.frame_set(frame)
            for number in rest:
                result[row, number] = _number(found[number].owner, found[number])
    finally:
        scene.frame_set(before[0], subframe=before[1])


def _number(owner: Any, channel: Channel) -> float:
    value = _value(owner, channel.path)
    return float(value) if isinstance(value, (int, float)) else float(value[channel.element])


def _value(owner: Any, path: str) -> Any:
    try:
        return owner.path_resolve(path)
    except ValueError:
        return None
