# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons that say by hand what speaks: which shape does something, which property chooses among drawings."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty, StringProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..character import characters, hierarchy
from ..panel.operator_base import UNDOABLE, attempt
from . import editing, mouth_drawings

_listed: list[tuple[str, str, str]] = []
"""Kept here because Blender does not keep the texts of a dynamic menu alive."""
CHOSEN_FOR: Final = {
    "Opens": ("jawOpen",),
    "Closes": ("viseme_PP",),
    "Rounds": ("mouthPucker",),
    "Blinks": ("eyeBlinkLeft", "eyeBlinkRight"),
}
"""What a chosen shape is driven by."""


SWITCH_ITEMS: Final = (
    ("switch_blair", "Preston Blair (10)", "rest, MBP, AI, E, O, U, WQ, FV, L, etc"),
    ("switch_rhubarb", "Rhubarb (9)", "X, A, B, C, D, E, F, G, H"),
    ("switch_vowels", "Vowels (6)", "closed, A, I, U, E, O"),
)


def _shapes(_operator: Any, context: bpy.types.Context) -> list[tuple[str, str, str]]:
    character = characters.of(context.view_layer.objects.active) if context else None
    keyed = [mesh.data.shape_keys for mesh in hierarchy.members(character.body) if mesh.data.shape_keys] if character else []
    names = dict.fromkeys(block.name for key in keyed for block in key.key_blocks if block != key.reference_key)
    _listed[:] = [(name, name, "") for name in names]
    return _listed


class PARLANCE_OT_map_use(Operator):
    """Let this shape do it, on every mesh that has it."""

    bl_idname = "parlance.map_use"
    bl_label = "Use Shape"
    bl_options: ClassVar = UNDOABLE

    target: StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Map it."""
        return attempt(self, lambda: _use(self, context, self.target, ()))


class PARLANCE_OT_map_choose(Operator):
    """Choose the shape that does this."""

    bl_idname = "parlance.map_choose"
    bl_label = "Choose Shape"
    bl_options: ClassVar = UNDOABLE
    bl_property = "target"

    role: StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]
    target: EnumProperty(name="Shape", items=_shapes)  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Look through all shapes of the character by typing."""
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Map it."""
        return attempt(self, lambda: self._use(context))

    def _use(self, context: bpy.types.Context) -> None:
        if self.role not in CHOSEN_FOR:
            raise ParlanceError(f"A shape is chosen for one of {', '.join(CHOSEN_FOR)}, not for “{self.role}”.")
        _use(self, context, self.target, CHOSEN_FOR[self.role])


def _use(operator: Any, context: bpy.types.Context, target: str, sources: tuple[str, ...]) -> None:
    character = characters.of(context.view_layer.objects.active)
    count = editing.use_shape(character, target, sources) if character else 0
    if not count:
        raise ParlanceError(f"No mesh of the selected character has a shape called “{target}”; select the character first.")
    operator.report({"INFO"}, f"“{target}” is used now.")


class PARLANCE_OT_map_switch(Operator):
    """Let a property choose among mouth drawings: a Grease Pencil time offset, an image sequence, anything numbered."""

    bl_idname = "parlance.map_switch"
    bl_label = "Mouth Drawings"
    bl_options: ClassVar = UNDOABLE

    drawings: EnumProperty(name="Drawings", items=SWITCH_ITEMS)  # type: ignore[valid-type]
    target: StringProperty(  # type: ignore[valid-type]
        name="Property",
        description="Data path on the character; a custom property is made where it is missing",
        default='["mouth"]',
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """On what has no shape keys."""
        owner = editing.owner_here(context)
        return owner is not None and not editing.has_shapes(owner)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the drawings and the property."""
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[no-any-return]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Map it."""
        return attempt(self, lambda: editing.use_switch(editing.needed_owner(context), self.drawings, self.target))


class PARLANCE_OT_map_drawings(Operator):
    """Let mouth drawings speak, one at a time: Grease Pencil layers, shape keys, selected objects, or images of a sequence."""

    bl_idname = "parlance.map_drawings"
    bl_label = "Set Up Drawings"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where something is active."""
        return context.view_layer.objects.active is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make the property and the drivers."""

        def work() -> None:
            active = context.view_layer.objects.active
            drawings, count = mouth_drawings.set_up(active, context.selected_objects)
            label = next(name for key, name, _ in SWITCH_ITEMS if key == drawings)
            self.report({"INFO"}, f"{count} drawings follow “{mouth_drawings.PROPERTY}”: {label}.")

        return attempt(self, work)


CLASSES: Final = (PARLANCE_OT_map_use, PARLANCE_OT_map_choose, PARLANCE_OT_map_switch, PARLANCE_OT_map_drawings)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
