# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character remembers: its settings, its lines of dialogue, and the tracks an artist can see and edit.

The sliders are made from `inference.direction.controls()`, the only place where a control is declared.
Everything may be changed on a library override.
"""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.props import (
    BoolProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

from ...inference.direction import Control, Direction, controls
from . import character_properties, line_properties, look_properties
from .update_callbacks import OVERRIDABLE, UpdateCallbacks, unstamped

EMOTION_TRACKS: Final = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt")
"""As in inference.performance.EMOTIONS, which is not imported here because it needs NumPy."""
BLINK_TRACKS: Final = ("blink_left", "blink_right")
_callbacks: Final = UpdateCallbacks()
"""Kinds: "direction" is a slider, "text" what a line says, "idle" where a face lives on, "look" what it looks at.

"character" is any other setting.
"""
on_change, quietly, _notifier = _callbacks.on_change, _callbacks.quietly, _callbacks.notifier


def _slider(item: Control) -> Any:
    shared: dict[str, Any] = {
        "name": item.label,
        "description": item.meaning,
        "update": _notifier("direction"),
        "override": OVERRIDABLE,
        "options": set(),
    }
    if isinstance(item.default, bool):
        return BoolProperty(default=item.default, **shared)
    if isinstance(item.default, int):
        return IntProperty(default=item.default, min=int(item.low), max=int(item.high), **shared)
    wide = item.high - item.low > 10
    shared |= {"step": 100 if wide else 5, "precision": 0 if wide else 2}
    if item.unit == "s":
        shared["unit"] = "TIME_ABSOLUTE"
    elif item.unit in {"°", "m"}:
        shared["name"] = f"{item.label} ({item.unit})"
    return FloatProperty(default=item.default, min=item.low, max=item.high, **shared)


def _track(label: str, low: float, meaning: str) -> Any:
    return FloatProperty(name=label, description=meaning, min=low, max=1.0, default=0.0, subtype="FACTOR", override=OVERRIDABLE)


ParlanceLook = type(
    "ParlanceLook",
    (PropertyGroup,),
    {
        "__doc__": "Something else to look at, which a key of Look At chooses.",
        "__annotations__": look_properties.fields("", "target", _notifier("look")),
    },
)

ParlanceController = type(
    "ParlanceController",
    (PropertyGroup,),
    {
        "__doc__": "Another object whose controls speak for a character; its own map says which.",
        "__annotations__": {"controller": PointerProperty(type=bpy.types.Object, override=OVERRIDABLE)},
    },
)


ParlanceDirection = type(
    "ParlanceDirection",
    (PropertyGroup,),
    {
        "__doc__": "Every slider of one line, and its mood.",
        "__annotations__": {
            **{item.name: _slider(item) for item in controls()},
            "mood": StringProperty(
                name="Mood",
                description="The mood on top of the sliders: its name, or the recipe of one of your own",
                update=_notifier("direction"),
                override=OVERRIDABLE,
                options=set(),
            ),
        },
    },
)

ParlanceTracks = type(
    "ParlanceTracks",
    (PropertyGroup,),
    {
        "__doc__": "The keyed tracks of a character: generation writes them, rebuilding reads them back.",
        "__annotations__": {
            **{
                name: _track(name.capitalize(), 0.0, f"How much {name} the face shows; edit its keys freely")
                for name in EMOTION_TRACKS
            },
            "arousal": _track("Arousal", -1.0, "From calm (-1) to tense (1); drives how expressive the face is"),
            "blink_left": _track("Blink Left", 0.0, "Closure of the left lid; move, delete or add blinks here"),
            "blink_right": _track("Blink Right", 0.0, "Closure of the right lid; move, delete or add blinks here"),
            "look": IntProperty(
                name="Look At",
                description="What the eyes rest on: 0 is Look At, 1 and on the further targets, -1 where the sliders say; key it",
                min=-1,
                default=0,
                update=_notifier("look"),
                override=OVERRIDABLE,
            ),
        },
    },
)

ParlanceLine = type(
    "ParlanceLine",
    (PropertyGroup,),
    {
        "__doc__": "One strip's performance by a character.",
        "title": property(line_properties.title),
        "__annotations__": line_properties.fields(ParlanceDirection, _notifier("text")),
    },
)

ParlanceCharacter = type(
    "ParlanceCharacter",
    (PropertyGroup,),
    {
        "__doc__": "What Parlance keeps on an object: a character's settings on its root, a rig map on each of its meshes.",
        "__annotations__": character_properties.fields(
            ParlanceDirection, lines=ParlanceLine, looks=ParlanceLook, controllers=ParlanceController, notifier=_notifier
        ),
    },
)

CLASSES: Final = (ParlanceLook, ParlanceController, ParlanceDirection, ParlanceTracks, ParlanceLine, ParlanceCharacter)


def direction_of(group: Any) -> Direction:
    """The sliders' values, without the noise of single precision (0.3 is kept as 0.30000001)."""
    values: dict[str, Any] = {item.name: getattr(group, item.name) for item in controls()}
    for name, value in values.items():
        if isinstance(value, float):
            values[name] = round(value, 6)
    return Direction(**values, mood=group.mood)


def set_direction(group: Any, direction: Direction) -> None:
    """Move every slider at once, without rebuilding."""
    with quietly():
        for item in controls():
            setattr(group, item.name, getattr(direction, item.name))
        group.mood = direction.mood


def register() -> None:
    """Give objects their settings and tracks, and actions their record of what was written."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    bpy.types.Object.parlance = PointerProperty(type=ParlanceCharacter, override=OVERRIDABLE)
    bpy.types.Object.parlance_tracks = PointerProperty(type=ParlanceTracks, name="Parlance", override=OVERRIDABLE)
    bpy.types.Action.parlance_written = StringProperty(options={"HIDDEN"}, update=unstamped)
    bpy.types.Action.parlance_stamp = StringProperty(options={"HIDDEN"})
    bpy.types.Action.parlance_made = BoolProperty(options={"HIDDEN"})
    bpy.types.Action.parlance_copied = StringProperty(options={"HIDDEN"})


def unregister() -> None:
    """Take them away again; what is stored in the file stays there."""
    del bpy.types.Action.parlance_copied
    del bpy.types.Action.parlance_made
    del bpy.types.Action.parlance_stamp
    del bpy.types.Action.parlance_written
    del bpy.types.Object.parlance_tracks
    del bpy.types.Object.parlance
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
