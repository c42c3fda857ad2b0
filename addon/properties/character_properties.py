# SPDX-License-Identifier: GPL-3.0-or-later
"""What a character remembers besides its lines: where its keys go, where it idles, what turns and what it looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, FloatProperty, IntProperty, PointerProperty, StringProperty

from ..sequencer import strips
from . import look_properties
from .update_callbacks import OVERRIDABLE

Notifier: TypeAlias = Callable[[str], Callable[[Any, Any], None]]
"""Gives the `update` callback of a property, by kind of change."""
OUTPUTS: Final = (
    ("ACTIVE", "Active Action", "Key the action each face already has, beside whatever else it animates"),
    ("NEW", "New Action", "Leave existing actions alone and key a new one"),
    ("NLA", "NLA Tracks", "A track for each layer: speech, emotion and eyes"),
)

IDLE: Final = (
    ("OFF", "Off", "Only lines move the face; it comes from rest and goes back to it"),
    ("BETWEEN", "Between Lines", "The face lives on in pauses between two lines, and listens while others speak"),
    ("SCENE", "Whole Scene", "Before, between and after the lines, and without any: from the scene's first frame to its last"),
    ("RANGE", "Range", "Wherever no line is spoken between two frames"),
)


def fields(direction: type, *, lines: type, looks: type, controllers: type, notifier: Notifier) -> dict[str, Any]:
    """The properties of a character. direction: the class of its sliders; lines, looks, controllers: of its lists' items."""
    return {
        "strip": StringProperty(
            name="Sound",
            description="The sound strip that is pinned to this character; empty to follow the selected one",
            search=_sound_names,
            override=OVERRIDABLE,
            options=set(),
        ),
        "direction": PointerProperty(type=direction, override=OVERRIDABLE),
        "in_hand": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "lines": CollectionProperty(type=lines, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}),
        **_idle_settings(notifier),
        "output": EnumProperty(
            name="Keys In",
            description="Where the keys are written",
            items=OUTPUTS,
            update=notifier("character"),
            override=OVERRIDABLE,
            options=set(),
        ),
        **_head_settings(notifier),
        **look_properties.fields("gaze_", "gaze_target", notifier("look")),
        "looks": CollectionProperty(type=looks, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}),
        "included": BoolProperty(
            name="Animate",
            description="Animate this mesh with its character",
            default=True,
            update=notifier("character"),
            override=OVERRIDABLE,
            options=set(),
        ),
        "rig_map": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "controllers": CollectionProperty(type=controllers, override={"LIBRARY_OVERRIDABLE", "USE_INSERTION"}),
        "checked": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        **_style_settings(notifier),
        "own_visemes": StringProperty(update=notifier("character"), override=OVERRIDABLE, options={"HIDDEN"}),
        "shape_names": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "home": PointerProperty(type=bpy.types.Object, override=OVERRIDABLE, options={"HIDDEN"}),
    }


def _head_settings(notifier: Notifier) -> dict[str, Any]:
    """Whether the head turns, and what is turned."""
    return {
        "move_head": BoolProperty(
            name="Head Motion",
            description="Let the head move with the voice",
            default=True,
            update=notifier("character"),
            override=OVERRIDABLE,
            options=set(),
        ),
        "head_object": PointerProperty(
            name="Head",
            description="The object that turns; empty for the character's armature",
            type=bpy.types.Object,
            poll=_can_turn,
            update=notifier("character"),
            override=OVERRIDABLE,
        ),
        "head_bone": StringProperty(
            name="Bone",
            description="The bone that turns; empty for the one named head",
            update=notifier("character"),
            override=OVERRIDABLE,
            options=set(),
        ),
    }


def _style_settings(notifier: Notifier) -> dict[str, Any]:
    """How one performer moves the mouth, and how much of that is done."""
    return {
        "style": StringProperty(override=OVERRIDABLE, options={"HIDDEN"}),
        "style_strength": FloatProperty(
            name="Strength",
            description="How much of the style is done: 0 nothing, 1 as learned, 2 twice as much",
            default=1.0,
            min=0.0,
            max=2.0,
            step=5,
            precision=2,
            update=notifier("character"),
            override=OVERRIDABLE,
            options=set(),
        ),
    }


def _idle_settings(notifier: Notifier) -> dict[str, Any]:
    shared: dict[str, Any] = {"update": notifier("idle"), "override": OVERRIDABLE, "options": set()}
    return {
        "idle": EnumProperty(
            name="Idle", description="Where the face lives on while it says nothing", items=IDLE, default="BETWEEN", **shared
        ),
        "idle_longest": FloatProperty(
            name="Up To",
            description="Longer pauses between two lines, in which nobody else speaks either, are left at rest",
            default=10.0,
            min=0.5,
            soft_max=60.0,
            unit="TIME_ABSOLUTE",
            step=100,
            **shared,
        ),
        "idle_start": IntProperty(name="Start", description="First frame that the face idles in", default=1, **shared),
        "idle_end": IntProperty(name="End", description="Last frame that the face idles in", default=250, **shared),
    }


def _sound_names(_group: Any, context: Any, _text: str) -> list[str]:
    return [strip.name for strip in strips.sound_strips(strips.sequencer(context))]


def _can_turn(_group: Any, candidate: Any) -> bool:
    return candidate.type in {"MESH", "ARMATURE", "EMPTY"}
