# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes: try another, go back, keep one and compare."""

from __future__ import annotations

from typing import ClassVar, Final

import bpy
from bpy.types import Operator

from ..panel.line_operators import TAKES
from ..panel.operator_base import UNDOABLE, OnLine
from ..panel.selection import line_here
from ..panel.spaces import edit_panels
from ..properties import retouch_properties


class PARLANCE_OT_previous_take(OnLine, Operator):
    """Go back to the take before this one."""

    bl_idname = "parlance.previous_take"
    bl_label = "Previous Take"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The number before."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        direction = found[1].direction
        direction.seed = (direction.seed - 1) % TAKES
        return {"FINISHED"}


class PARLANCE_OT_keep_take(OnLine, Operator):
    """Remember this take, to compare others with it."""

    bl_idname = "parlance.keep_take"
    bl_label = "Keep Take"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Its number is all there is to keep."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        retouch_properties.ensured(*found).kept_take = found[1].direction.seed
        return {"FINISHED"}


class PARLANCE_OT_compare_take(OnLine, Operator):
    """Change places between this take and the kept one; again to change back."""

    bl_idname = "parlance.compare_take"
    bl_label = "Compare with Kept"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where another take is kept."""
        found = line_here(context)
        entry = retouch_properties.of(*found) if found is not None else None
        return found is not None and entry is not None and entry.kept_take not in {-1, found[1].direction.seed}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Swap the two numbers."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        entry, direction = retouch_properties.ensured(*found), found[1].direction
        entry.kept_take, direction.seed = direction.seed, entry.kept_take
        return {"FINISHED"}


class TakesPanel(OnLine):
    """Variations of everything that the voice does not decide."""

    bl_label = "Takes"

    def draw(self, context: bpy.types.Context) -> None:
        """Back and forth, and the kept one."""
        layout = self.layout  # type: ignore[attr-defined]
        found = line_here(context)
        if found is None:
            return
        row = layout.row(align=True)
        row.operator("parlance.previous_take", text="", icon="TRIA_LEFT")
        row.prop(found[1].direction, "seed", text="Take")
        row.operator("parlance.new_take", text="", icon="TRIA_RIGHT")
        layout.prop(found[1].direction, "mouth_takes", slider=True)
        row = layout.row(align=True)
        row.operator("parlance.keep_take", icon="BOOKMARKS")
        entry = retouch_properties.of(*found)
        kept = entry.kept_take if entry is not None else -1
        row.operator("parlance.compare_take", text=f"Compare with {kept}" if kept >= 0 else "Compare", icon="UV_SYNC_SELECT")


CLASSES: Final = (
    PARLANCE_OT_previous_take,
    PARLANCE_OT_keep_take,
    PARLANCE_OT_compare_take,
    *edit_panels("takes", TakesPanel),
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
