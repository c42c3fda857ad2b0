# SPDX-License-Identifier: GPL-3.0-or-later
"""Every difference between the Blender versions we run in (4.5, 5.0, 5.2) lives here, and nowhere else."""

from __future__ import annotations

from typing import Any, NamedTuple

import bpy

RENAMED_STRIP_TIMING = bpy.app.version >= (5, 1, 0)
"""From 5.1 strips speak of content and handles; the old names warn and go away in 6.0."""


class StripTiming(NamedTuple):
    """Scene frames of a strip: where its content starts, how many content frames are trimmed off for good, its two handles."""

    content_start: float
    trim: float
    left: float
    right: float


def strip_timing(strip: Any) -> StripTiming:
    """The timing of a strip under the names of the running version."""
    if RENAMED_STRIP_TIMING:
        return StripTiming(strip.content_start, strip.content_trim_start, strip.left_handle, strip.right_handle)
    return StripTiming(strip.frame_start, strip.animation_offset_start, strip.frame_final_start, strip.frame_final_end)


def sequencer_scene(context: bpy.types.Context) -> Any:
    """The scene whose sequencer the artist works in; from 5.0 it may be another one than the active scene."""
    return getattr(context.workspace, "sequencer_scene", None) or context.scene if context.workspace else context.scene


def show_in_sequencer(context: bpy.types.Context, scene: Any) -> None:
    """Let the sequencer show a scene's strips, where it would show none."""
    if hasattr(context.workspace, "sequencer_scene") and context.workspace.sequencer_scene is None:
        context.workspace.sequencer_scene = scene


def channelbag(action: Any, slot: Any) -> Any | None:
    """The curves of a slot, None where it has none yet."""
    for layer in action.layers:
        for strip in layer.strips:
            found = strip.channelbag(slot)
            if found is not None:
                return found
    return None


def ensure_channelbag(action: Any, slot: Any) -> Any:
    """The curves of a slot, made where missing. An action has one layer and one strip in every version so far."""
    layer = action.layers[0] if action.layers else action.layers.new("Layer")
    strip = layer.strips[0] if layer.strips else layer.strips.new(type="KEYFRAME")
    return strip.channelbag(slot, ensure=True)


def remove_channelbag(action: Any, bag: Any) -> None:
    """Take the curves of a slot out of an action."""
    for layer in action.layers:
        for strip in layer.strips:
            if any(each == bag for each in strip.channelbags):
                strip.channelbags.remove(bag)
                return


COPIES_CURVES = bpy.app.version >= (5, 0, 0)
"""Whether a curve can be made as a copy of another; in 4.5 its keys have to be set one property after the other."""


def copied_curve(bag: Any, curve: Any, path: str) -> Any:
    """A new curve with all of another's keys, which takes a seventh of the time of setting them."""
    return bag.fcurves.new_from_fcurve(curve, data_path=path)


def add_shape_key(owner: Any, name: str) -> Any:
    """A new shape key at rest, as the basis is; from 5.0 Blender adds them at full weight."""
    block = owner.shape_key_add(name=name, from_mix=False)
    block.value = 0.0
    return block


def is_selected(bone: Any) -> bool:
    """Whether a pose bone is; from 5.0 that is said of the pose, not of the armature."""
    return bool(bone.select if hasattr(bone, "select") else bone.bone.select)
