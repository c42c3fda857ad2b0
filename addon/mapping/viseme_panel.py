# SPDX-License-Identifier: GPL-3.0-or-later
"""Set Up > Own Visemes: a row for each, with what is taken for it."""

from __future__ import annotations

from typing import Final

import bpy

from ..character import viseme_poses
from ..panel import selection, spaces
from ..panel.operator_base import OnCharacter
from .viseme_operators import VISEMES


class VisemesPanel(OnCharacter):
    """The artist's own poses as visemes."""

    bl_label = "Own Visemes"

    def draw(self, context: bpy.types.Context) -> None:
        """Pose the face, press the plus; what is not posed stays as it is made here."""
        layout, root = self.layout, selection.root_here(context)  # type: ignore[attr-defined]
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


CLASSES: Final = spaces.panels("own_visemes", VisemesPanel, "setup", ("VIEW_3D",))
register, unregister = bpy.utils.register_classes_factory(CLASSES)
