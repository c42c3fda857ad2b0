# SPDX-License-Identifier: GPL-3.0-or-later
"""One key that the artist set, and how keys are found again."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

COPIED = "Copy of "
"""What the names of copied characters begin with: what an artist keys there is not followed."""
PART = "Part"
"""What the part of a head is called that an artist separates."""
NEAR = 2e-3
"""Frames within which two keys are one."""
ROUNDING = 1e-4
"""Frames that Blender loses in single precision: what is rounded on a border lies in what follows."""
ROUNDED = 0.5
"""Frames: a line whose strip was cut and moved follows it by whole frames, whatever the frame rate has become."""
CARRIED = 0.02
"""How far a carried key may stray from new result + change."""


@dataclass(frozen=True)
class HandKey:
    """A key the artist set.

    owner: session-proof identity of the shape keys, path: of the property. frame, value: as set.
    line: token of the line it changes, empty where it is nobody's; then bits are its handles too.
    seconds: after the beginning of the line's sound; change: against what was generated.
    """

    owner: str
    path: str
    frame: float
    value: float
    line: str = ""
    seconds: float = 0.0
    change: float = 0.0
    bits: tuple = ()
    waiting: bool = False


def identity(owner) -> str:
    """What a datablock is known by, whatever it is called: of those that play the very same slot the first by name.

    A part that was separated is known by the mesh it came from: it may be joined to that again, and the keys stay.
    """
    known = [item for item in bpy.data.objects if item.type == "MESH" and item.data.shape_keys and item.library is None]
    mine = next((item.get("day") or item.name for item in known if item.data.shape_keys == owner), "")
    played = _played(owner)
    others = (item.get("day") for item in known if played & _played(item.data.shape_keys))
    shared = (name for name in others if name and not name.startswith(COPIED))
    return min(shared, key=lambda name: (name == PART, name), default=mine)


def _played(owner) -> set:
    """The action slots that a datablock plays, of its action and of its NLA strips: the action's name and the slot's handle."""
    data = owner.animation_data
    if data is None:
        return set()
    strips = [strip for track in data.nla_tracks for strip in track.strips]
    pairs = [(data.action, data.action_slot), *((strip.action, strip.action_slot) for strip in strips)]
    return {(action.name_full, slot.handle) for action, slot in pairs if action is not None and slot is not None}


def everywhere(path: str) -> list:
    """The curves of a data path in every action, also in those that are kept without being played."""
    bags = (bag for action in bpy.data.actions for layer in action.layers for strip in layer.strips for bag in strip.channelbags)
    return [curve for bag in bags for curve in bag.fcurves if curve.data_path == path]


def lies_in(ranges, frame: float) -> bool:
    return any(span.first - 0.5 - ROUNDING <= frame < span.last + 0.5 - ROUNDING for span in ranges)


def point_at(curve, frame: float):
    return next((point for point in curve.keyframe_points if abs(point.co[0] - frame) < NEAR), None)


def bits_of_point(point) -> tuple:
    pairs = tuple(tuple(np.float32(getattr(point, name)).tolist()) for name in ("co", "handle_left", "handle_right"))
    return (*pairs, point.interpolation, point.handle_left_type, point.handle_right_type)


def frames_of(curve) -> list:
    return [round(point.co[0], 3) for point in curve.keyframe_points]
