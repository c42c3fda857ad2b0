# SPDX-License-Identifier: GPL-3.0-or-later
"""Add > Mesh > Parlance Head."""

from __future__ import annotations

from functools import cache
from math import radians
from typing import Final

import bpy
from mathutils import Euler, Vector

MOSTLY_FRONT: Final = 0.7
"""Cosine of the angle from which a view shows a face well enough."""


def _designs(_operator: AddDemoHead, _context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    """Heads to choose from, read when first asked for: enabling the add-on reads no NumPy."""
    return _choices()


@cache
def _choices() -> list[tuple[str, str, str]]:
    """Kept, for Blender does not keep the texts of a list made on demand."""
    from ...head.design import DESIGNS

    return [(design.name, design.label, design.description) for design in DESIGNS.values()]


class AddDemoHead(bpy.types.Operator):
    """Add a life-size head with all 52 ARKit shape keys, ready for lip sync"""

    bl_idname = "parlance.add_demo_head"
    bl_label = "Parlance Head"
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    design: bpy.props.EnumProperty(name="Head", items=_designs)  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only in object mode: bones are made by entering edit mode for a moment."""
        return bool(context.mode == "OBJECT")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add the head at the 3D cursor and select it."""
        from .assemble import create_demo_head, face_of

        if not (context.scene.collection.is_editable and context.collection.is_editable):
            self.report({"ERROR"}, "The collection is linked from another file; choose one of this file, or make it local.")
            return {"CANCELLED"}
        for thing in context.selected_objects:
            thing.select_set(False)
        head = create_demo_head(context, design=self.design)
        head.location = context.scene.cursor.location
        face = face_of(head)
        face.select_set(True)
        context.view_layer.objects.active = face
        context.view_layer.update()
        _frame_selected(context, head)
        return {"FINISHED"}


def _face(view: bpy.types.RegionView3D, head: bpy.types.Object) -> None:
    """Turn a view that shows a head from the side or from behind to where its face is seen."""
    forward = head.matrix_world.to_3x3() @ Vector((0.0, -1.0, 0.0))
    if forward.dot(view.view_rotation @ Vector((0.0, 0.0, 1.0))) < MOSTLY_FRONT:
        seen_from = Euler((radians(84.0), 0.0, radians(18.0))).to_quaternion()
        view.view_rotation = head.matrix_world.to_quaternion() @ seen_from


def _frame_selected(context: bpy.types.Context, head: bpy.types.Object) -> None:
    """Show it in every 3D view that does not look through a camera: a head is a dot in a view made for rooms."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            space = area.spaces.active
            if area.type != "VIEW_3D" or space.region_3d is None or space.region_3d.view_perspective == "CAMERA":
                continue
            region = next(each for each in area.regions if each.type == "WINDOW")
            _face(space.region_3d, head)
            with context.temp_override(window=window, area=area, region=region):
                bpy.ops.view3d.view_selected()


def _menu(self: bpy.types.Menu, _context: bpy.types.Context) -> None:
    self.layout.operator_menu_enum(AddDemoHead.bl_idname, "design", text=AddDemoHead.bl_label, icon="USER")


def register() -> None:
    """Register the operator and its menu entry."""
    bpy.utils.register_class(AddDemoHead)
    bpy.types.VIEW3D_MT_mesh_add.append(_menu)


def unregister() -> None:
    """Take the menu entry and the operator away."""
    bpy.types.VIEW3D_MT_mesh_add.remove(_menu)
    bpy.utils.unregister_class(AddDemoHead)
