# SPDX-License-Identifier: GPL-3.0-or-later
"""Set Up > Face Shapes: make them, nudge their landmarks, make them again, remove them."""

from __future__ import annotations

from typing import Final

import bpy

from ..panel import spaces
from .operators import has_mesh


class FaceShapesPanel:
    """Shapes for a face that has none."""

    bl_label = "Face Shapes"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a mesh."""
        return has_mesh(context)

    def draw(self, context: bpy.types.Context) -> None:
        """What is ours, and what can be done."""
        from . import handles, making

        layout, selected = self.layout, context.view_layer.objects.active  # type: ignore[attr-defined]
        count, shown = making.made_on(selected), handles.shown(selected)
        column = layout.column(align=True)
        if count:
            column.label(text=f"{count} shapes made here", icon="SHAPEKEY_DATA")
        column.operator("parlance.make_face_shapes", text="Make Again" if count else "Make Face Shapes", icon="SHAPEKEY_DATA")
        if shown:
            column.operator("parlance.hide_landmarks", icon="HIDE_ON")
        else:
            column.operator("parlance.show_landmarks", icon="EMPTY_AXIS")
        if count:
            column.operator("parlance.remove_face_shapes", icon="TRASH")


CLASSES: Final = spaces.panels("face_shapes", FaceShapesPanel, "setup", ("VIEW_3D",))
register, unregister = bpy.utils.register_classes_factory(CLASSES)
