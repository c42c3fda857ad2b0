# SPDX-License-Identifier: GPL-3.0-or-later
"""The group Set Up: what is done once for a character. Its meshes, its head, where its keys go; the mapping is folded in here."""

from __future__ import annotations

from typing import Final

import bpy

from ..character import characters, hierarchy, joints
from . import density, drawing, selection, shared_look, spaces
from .direct_panel import is_there


class SetUpPanel:
    """What is done once for a character."""

    bl_label = "Set Up"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where something is selected: a mesh that cannot speak yet may be mapped."""
        return context.view_layer.objects.active is not None

    def draw(self, context: bpy.types.Context) -> None:
        """Where the keys go, the head, and the meshes."""
        layout, root = self.layout, selection.root_here(context)  # type: ignore[attr-defined]
        if root is None or not is_there(context):
            return
        layout.prop(root.parlance, "output")
        direction = selection.here(context).direction
        if direction is not None:
            density.draw(layout, direction)
        body, character = drawing.fold(layout, "setup_head", "Head"), shared_look.look(context).character
        if body is not None and character is not None:
            _draw_head(body, context, character)
        body = drawing.fold(layout, "setup_meshes", "Meshes")
        if body is not None:
            column = body.column(align=True)
            for mesh in hierarchy.members(root):
                if mesh.data.shape_keys:
                    column.prop(mesh.parlance, "included", text=mesh.name)


def _draw_head(layout: bpy.types.UILayout, context: bpy.types.Context, character: characters.Character) -> None:
    settings = character.root.parlance
    column = layout.column()
    column.prop(settings, "move_head")
    column = column.column()
    column.active = settings.move_head
    column.prop(settings, "head_object")
    armature = settings.head_object or character.body
    if armature.type == "ARMATURE":
        column.prop_search(settings, "head_bone", armature.data, "bones")
        if settings.move_head and joints.head(character) is None:
            drawing.sentence(column, context, "No bone is named head; choose one.", "INFO")


CLASSES: Final = spaces.panels("setup", SetUpPanel, "main")
