# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons: make face shapes, show and hide landmarks, remove the shapes."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty
from bpy.types import Operator

from ..panel.operator_base import UNDOABLE, attempt


def _here(context: bpy.types.Context) -> Any | None:
    return context.view_layer.objects.active


def has_mesh(context: bpy.types.Context) -> bool:
    """Whether what is selected has a mesh that shapes could be made on: itself, or among those that an armature moves."""
    from ..character import hierarchy

    selected = _here(context)
    if selected is None or selected.type == "MESH":
        return selected is not None
    return bool(hierarchy.members(hierarchy.body_of(selected)))  # milliseconds among thousands of objects


class _OnMesh:
    """An operator on a character with meshes."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """In Object Mode, where there is a mesh."""
        return context.mode == "OBJECT" and has_mesh(context)


class PARLANCE_OT_make_face_shapes(_OnMesh, Operator):
    """Give a face without shape keys the 52 it speaks with. Keys that are there stay; those made here can be removed again."""

    bl_idname = "parlance.make_face_shapes"
    bl_label = "Make Face Shapes"
    bl_options: ClassVar = UNDOABLE

    only_missing: BoolProperty(  # type: ignore[valid-type]
        name="Only Missing", description="Leave out what the character's own shapes do already", default=True
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Find the face, fit, deform."""
        return attempt(self, lambda: self._make(context))

    def _make(self, context: bpy.types.Context) -> None:
        from . import making

        made = making.make(_here(context), context.selected_objects, only_missing=self.only_missing)
        self.report({"INFO"}, made.sentence)


class PARLANCE_OT_remove_face_shapes(_OnMesh, Operator):
    """Remove the shapes that were made here; those that were sculpted since, and all others, stay."""

    bl_idname = "parlance.remove_face_shapes"
    bl_label = "Remove Made Shapes"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Take them away."""
        from . import making

        gone, left = making.remove(_here(context))
        stay = f" {left} were changed by hand and stay." if left else ""
        self.report({"INFO"}, f"{gone} keys removed.{stay}")
        return {"FINISHED"} if gone else {"CANCELLED"}


class PARLANCE_OT_show_landmarks(_OnMesh, Operator):
    """Show where lips, eyes, nose and chin were found; move what is off and make the shapes again. The other side follows."""

    bl_idname = "parlance.show_landmarks"
    bl_label = "Show Landmarks"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Put a handle at each."""
        return attempt(self, lambda: self._show(context))

    def _show(self, context: bpy.types.Context) -> None:
        from . import making

        guessed = making.show_landmarks(_here(context), context.selected_objects)
        text = f"{guessed} landmarks are only guessed; move them to their places." if guessed else "All landmarks were found."
        self.report({"WARNING" if guessed else "INFO"}, text)


class PARLANCE_OT_hide_landmarks(_OnMesh, Operator):
    """Take the handles of the landmarks away; the shapes stay."""

    bl_idname = "parlance.hide_landmarks"
    bl_label = "Hide Landmarks"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove them."""
        from ..character import hierarchy
        from . import handles

        selected = _here(context)
        body = hierarchy.body_of(selected)
        if selected in handles.shown(selected):
            context.view_layer.objects.active = body
        handles.hide(body)
        return {"FINISHED"}


CLASSES: Final = (
    PARLANCE_OT_make_face_shapes,
    PARLANCE_OT_remove_face_shapes,
    PARLANCE_OT_show_landmarks,
    PARLANCE_OT_hide_landmarks,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
