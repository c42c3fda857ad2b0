# SPDX-License-Identifier: GPL-3.0-or-later
"""Add > Mesh > Parlance Head."""

from __future__ import annotations

import bpy


class AddDemoHead(bpy.types.Operator):
    """Add a life-size head with all 52 ARKit shape keys, ready for lip sync"""

    bl_idname = "parlance.add_demo_head"
    bl_label = "Parlance Head"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only in object mode: bones are made by entering edit mode for a moment."""
        return bool(context.mode == "OBJECT")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add the head at the 3D cursor and select it."""
        from .assemble import create_demo_head, face_of

        for thing in context.selected_objects:
            thing.select_set(False)
        head = create_demo_head(context)
        head.location = context.scene.cursor.location
        face = face_of(head)
        face.select_set(True)
        context.view_layer.objects.active = face
        return {"FINISHED"}


def _menu(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    self.layout.operator(AddDemoHead.bl_idname, icon="USER")


def register() -> None:
    """Register the operator and its menu entry."""
    bpy.utils.register_class(AddDemoHead)
    bpy.types.VIEW3D_MT_mesh_add.append(_menu)


def unregister() -> None:
    """Take the menu entry and the operator away."""
    bpy.types.VIEW3D_MT_mesh_add.remove(_menu)
    bpy.utils.unregister_class(AddDemoHead)
