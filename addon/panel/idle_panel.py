# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle and Look At in the group Direct: where the face lives on between its lines, and what its eyes rest on."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, FloatProperty, IntProperty
from bpy.types import Operator

from ...inference.direction import controls
from ...inference.errors import ParlanceError
from ..animation import fcurves, slots
from ..character import look_at
from ..generate import idle, looking
from ..lines import idle_frames
from ..properties import character_properties, override_rows, properties
from . import drawing, selection, shared_look
from .operator_base import UNDOABLE, OnOwnCharacter, afterwards, attempt

SLIDERS: Final = {
    "seed": "Take",
    "blink_rate_silent": "Blinks a minute",
    "eye_contact": "Eye contact",
    "gaze_amount": "Eyes wander",
    "head_amount": "Head motion",
    "life": "Small movements",
    "breath": "Breathing",
}
"""What an animator wants otherwise between the lines; all else is as in the lines beside."""
CONTROLS: Final = {item.name: item for item in controls()}


def _put(settings: Any, values: dict[str, Any]) -> None:
    """Set properties without anything following yet."""
    with properties.quietly():
        for name, value in values.items():
            setattr(settings, name, value)


class PARLANCE_OT_idle(OnOwnCharacter, Operator):
    """Let the face live on while it says nothing: blinks, glances, breath, small movements of the head, and listening."""

    bl_idname = "parlance.idle"
    bl_label = "Idle"
    bl_options: ClassVar = UNDOABLE

    where: EnumProperty(name="Where", items=character_properties.IDLE, default="SCENE")  # type: ignore[valid-type]
    frame_start: IntProperty(name="Start", description="First frame of a range", default=1)  # type: ignore[valid-type]
    frame_end: IntProperty(name="End", description="Last frame of a range", default=250)  # type: ignore[valid-type]
    longest: FloatProperty(  # type: ignore[valid-type]
        name="Up To", description="Longest pause between two lines that is filled, in seconds", default=10.0, min=0.5
    )
    seed: IntProperty(name="Take", description="Which take; -1 leaves it", default=-1, min=-1, max=9999)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """All that the character's lines leave free there; keys of the artist's stay."""
        return attempt(self, lambda: self._fill(selection.root_here(context), context.scene))

    def _fill(self, root: Any, scene: Any) -> None:
        settings, names = root.parlance, ("idle", "idle_longest", "idle_start", "idle_end")
        before = {name: getattr(settings, name) for name in names}
        wanted = {"idle": self.where, "idle_longest": self.longest}
        if self.where == "RANGE":
            wanted |= {"idle_start": self.frame_start, "idle_end": max(self.frame_end, self.frame_start)}
        _put(settings, wanted)
        try:
            idle.generate(root, scene)
        except ParlanceError:
            _put(settings, before)
            raise
        line = idle_frames.line_of(root)
        if line is not None and self.seed >= 0:
            line.direction.seed = self.seed


class PARLANCE_OT_idle_take(Operator):
    """Idle another way."""

    bl_idname = "parlance.idle_take"
    bl_label = "New Take"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where the character idles."""
        root = selection.root_here(context)
        return root is not None and idle_frames.line_of(root) is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The next number; going back to a number brings its take back."""
        line = idle_frames.line_of(selection.root_here(context))
        if line is None:
            return {"CANCELLED"}
        line.direction.seed = (line.direction.seed + 1) % 10_000
        return {"FINISHED"}


class PARLANCE_OT_look_add(OnOwnCharacter, Operator):
    """Add something else to look at, which a key can choose."""

    bl_idname = "parlance.look_add"
    bl_label = "Add Target"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """It is the other selected object, where there is one."""
        root = selection.root_here(context)
        if root is None:
            return {"CANCELLED"}
        with properties.quietly():
            look = override_rows.add(root.parlance.looks)
            others = [each for each in context.selected_objects if each not in (root, context.view_layer.objects.active)]
            look.target = others[0] if others else None
        return {"FINISHED"}


class _OnLook(OnOwnCharacter, Operator):
    """What is done with one of the targets."""

    index: IntProperty(name="Target", description="0 is Look At, from 1 on the further ones, -1 where the sliders say")  # type: ignore[valid-type]


class PARLANCE_OT_look_remove(_OnLook):
    """Take this target out of the list; keys that choose one behind it choose the same as before."""

    bl_idname = "parlance.look_remove"
    bl_label = "Remove Target"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Counted from 1."""
        root = selection.root_here(context)
        if root is None or not 1 <= self.index <= len(root.parlance.looks):
            self.report({"ERROR"}, "There is no such target; choose one of the list.")
            return {"CANCELLED"}
        taken = attempt(self, lambda: override_rows.take_out(root.parlance.looks, self.index - 1, "choose another target for it"))
        if taken != {"FINISHED"}:
            return taken
        playing = slots.existing(root)
        curve = fcurves.find(playing.bag, look_at.LOOK_TRACK) if playing is not None else None
        for point in curve.keyframe_points if curve is not None else ():
            if point.co[1] >= self.index:
                point.co[1] = 0 if round(point.co[1]) == self.index else point.co[1] - 1
        return afterwards(self, lambda: looking.refresh(root))


class PARLANCE_OT_look(_OnLook):
    """From the current frame on, the eyes rest on this target."""

    bl_idname = "parlance.look"
    bl_label = "Look Here"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A key of Look At; the eyes leap there, the head comes after."""
        root = selection.root_here(context)
        if root is None or not -1 <= self.index <= len(root.parlance.looks):
            self.report({"ERROR"}, "There is no such target; choose one of the list.")
            return {"CANCELLED"}
        with properties.quietly():
            root.parlance_tracks.look = self.index
        root.keyframe_insert(look_at.LOOK_TRACK, frame=context.scene.frame_current)
        playing = slots.existing(root)
        curve = fcurves.find(playing.bag, look_at.LOOK_TRACK) if playing is not None else None
        for point in curve.keyframe_points if curve is not None else ():
            point.interpolation = "CONSTANT"
        return afterwards(self, lambda: looking.refresh(root))


def draw_idle(layout: bpy.types.UILayout, context: bpy.types.Context, root: Any, unanswered: frozenset[str]) -> None:
    """Where, and what is other than in the lines."""
    settings, line = root.parlance, idle_frames.line_of(root)
    names = {key: name for key, name, _ in character_properties.IDLE}
    body = drawing.fold(layout, "idle", f"Idle: {names[settings.idle]}")
    if body is None:
        return
    body.prop(settings, "idle", text="")
    if settings.idle == "BETWEEN":
        body.prop(settings, "idle_longest")
    elif settings.idle == "RANGE":
        row = body.row(align=True)
        row.prop(settings, "idle_start")
        row.prop(settings, "idle_end")
    if line is None or not line.result:
        text = {"OFF": "The face rests between its lines.", "BETWEEN": "No pause between two lines yet."}
        body.label(text=text.get(settings.idle, "Nothing is free of lines here."), icon="INFO")
        return
    drawing.sentence(body, context, line.result + ".", "CHECKMARK" if line.keyed else "INFO")
    drawing.sliders(body, line.direction, [CONTROLS[name] for name in SLIDERS], SLIDERS, unanswered=unanswered)
    body.operator("parlance.idle_take", icon="FILE_REFRESH")


def draw_looks(layout: bpy.types.UILayout, context: bpy.types.Context, root: Any) -> None:
    """The target, and further ones for keys to choose; and where no eyes go there, that."""
    settings = root.parlance
    _draw_look(layout.column(align=True), settings, "gaze_", "gaze_target")
    if not settings.looks and settings.gaze_target is None and settings.gaze_kind == "OBJECT":
        return
    character = shared_look.look(context).character if settings.looks or settings.gaze_kind != "AHEAD" else None
    if character is not None and (told := shared_look.looks_nowhere(character)):
        drawing.sentence(layout, context, told, "ERROR")
    body = drawing.fold(layout, "looks", "Look At over Time")
    if body is None:
        return
    body.prop(root.parlance_tracks, "look")
    for number, look in enumerate(settings.looks, 1):
        row = body.row(align=True)
        _draw_look(row.column(align=True), look, "", "target")
        row.operator("parlance.look", text="", icon="KEY_HLT").index = number
        row.operator("parlance.look_remove", text="", icon="X").index = number
    row = body.row(align=True)
    row.operator("parlance.look_add", icon="ADD")
    row.operator("parlance.look", text="Back to Look At", icon="KEY_HLT").index = 0
    row.operator("parlance.look", text="Ahead", icon="KEY_HLT").index = -1


def _draw_look(layout: bpy.types.UILayout, look: Any, prefix: str, target: str) -> None:
    layout.prop(look, f"{prefix}kind", text="Look At")
    kind, chosen = getattr(look, f"{prefix}kind"), getattr(look, target)
    if kind == "POINT":
        layout.prop(look, f"{prefix}point", text="")
    elif kind == "OBJECT":
        layout.prop(look, target, text="")
        if chosen is not None and chosen.type == "ARMATURE":
            layout.prop_search(look, f"{prefix}bone", chosen.data, "bones", text="")


CLASSES: Final = (
    PARLANCE_OT_idle,
    PARLANCE_OT_idle_take,
    PARLANCE_OT_look_add,
    PARLANCE_OT_look_remove,
    PARLANCE_OT_look,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
