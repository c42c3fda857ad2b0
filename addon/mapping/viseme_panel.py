# SPDX-License-Identifier: GPL-3.0-or-later
"""Set Up > Own Visemes: a row for each, with what is taken for it."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.types import Panel

from ..panel import selection
from ..scene import viseme_poses
from .viseme_operators import VISEMES


class PARLANCE_PT_own_visemes_view_3d(Panel):
    """The artist's own poses as visemes."""

    bl_label = "Own Visemes"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Parlance"
    bl_parent_id = "PARLANCE_PT_setup_view_3d"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012  (Blender reads a plain set)

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Where there is a character."""
        return selection.here(context).root is not None

    def draw(self, context: Any) -> None:
        """Pose the face, press the plus; what is not posed stays as it is made here."""
        layout, root = self.layout, selection.here(context).root
        if root is None:
            return
        poses = viseme_poses.of(root).poses
        column = layout.column(align=True)
        for name, label, sounds in VISEMES:
            row = column.row(align=True)
            known = name in poses
            row.label(text=f"{label}   {sounds}", icon="CHECKMARK" if known else "BLANK1")
            if known:
                row.operator("parlance.viseme_show", text="", icon="HIDE_OFF").viseme = name
                row.operator("parlance.viseme_forget", text="", icon="X").viseme = name
            row.operator("parlance.viseme_from_action", text="", icon="ACTION").viseme = name
            row.operator("parlance.viseme_capture", text="", icon="FILE_REFRESH" if known else "ADD").viseme = name
        row = layout.row(align=True)
        row.operator("parlance.visemes_load", text="Load", icon="FILEBROWSER")
        row.operator("parlance.visemes_save", text="Save", icon="FILE_TICK")


register, unregister = bpy.utils.register_classes_factory((PARLANCE_PT_own_visemes_view_3d,))
