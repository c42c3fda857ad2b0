# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of hand-made changes: go there, hold as an offset or exactly, give up."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import bpy
from bpy.app.handlers import persistent
from bpy.props import EnumProperty, StringProperty
from bpy.types import Operator

from ..panel import selection
from ..panel.operator_base import UNDOABLE, OnLine, OnReadableLine
from ..panel.selection import line_here
from ..panel.spaces import edit_panels
from ..plurals import counted
from ..writing import main_mesh
from . import changes, learned
from .row_operators import rebuilt

MOST_ROWS: Final = 30
KEEPS: Final = (
    ("offset", "Offset", "The change rides on every new result and fades at its borders"),
    ("verbatim", "Exact", "The keys stay exactly as they are, whatever is generated around them"),
)


class OnChange(OnLine):
    """An operator on one change, or on all where none is named."""

    key: StringProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]


class PARLANCE_OT_change_show(OnChange, Operator):
    """Go to this change and select its curve."""

    bl_idname = "parlance.change_show"
    bl_label = "Show Change"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Only that curve stays selected."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        root, line = found
        change = next((each for each in changes.found(root, line) if each.key == self.key), None)
        curve = changes.curve_of(root, change.key) if change is not None else None
        if change is None or curve is None:
            self.report({"ERROR"}, "There is no such change in this line; choose one of the list.")
            return {"CANCELLED"}
        context.scene.frame_set(round((change.first + change.last) / 2))
        for other in curve.id_data.layers[0].strips[0].channelbags:
            for each in other.fcurves:
                each.select = False
        curve.select = True
        curve.hide = False
        for point in curve.keyframe_points:
            point.select_control_point = change.first < point.co[0] < change.last
        return {"FINISHED"}


class PARLANCE_OT_change_keep(OnChange, Operator):
    """Let this change ride on every new result (open lock), or hold its keys exactly as they are (closed lock)."""

    bl_idname = "parlance.change_keep"
    bl_label = "Keep Change"
    bl_options: ClassVar = UNDOABLE

    keep: EnumProperty(items=KEEPS)  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Seen at once."""
        found = line_here(context)
        if found is None or not changes.hold(*found, self.key or None, self.keep):
            return {"CANCELLED"}
        return rebuilt(self, *found)


class PARLANCE_OT_change_discard(OnChange, Operator):
    """Give this change up: what was generated comes back."""

    bl_idname = "parlance.change_discard"
    bl_label = "Discard Change"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Seen at once."""
        found = line_here(context)
        if found is None or not changes.hold(*found, self.key or None, None):
            return {"CANCELLED"}
        learned.respare(found[0])
        return rebuilt(self, *found)


class PARLANCE_OT_changes_share(Operator):
    """Make the same changes on the same shapes of this character's other meshes: teeth and tongue go with the jaw."""

    bl_idname = "parlance.changes_share"
    bl_label = "Copy to Other Meshes"
    bl_options: ClassVar = UNDOABLE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where the character has several."""
        character = selection.here(context).character
        return character is not None and len(character.faces) > 1 and line_here(context) is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Changes that another mesh has of its own stay there."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        given = main_mesh.copy_edits(*found)
        changes.forget()
        self.report({"INFO"}, f"{counted(given, 'change')} copied." if given else "Every mesh has these changes already.")
        return {"FINISHED"}


class ChangesPanel(OnReadableLine):
    """Keys that were changed by hand in the line in hand."""

    bl_label = "Your Changes"

    def draw(self, context: bpy.types.Context) -> None:
        """A row for each; the rest is counted."""
        layout = self.layout  # type: ignore[attr-defined]
        found = line_here(context)
        if found is None:
            return
        rows = changes.found(*found)
        if not rows:
            layout.label(text="No key was changed by hand.", icon="CHECKMARK")
            return
        column = layout.column(align=True)
        for change in rows[:MOST_ROWS]:
            self._draw_change(column.row(align=True), change)
        if len(rows) > MOST_ROWS:
            layout.label(text=f"and {len(rows) - MOST_ROWS} more")
        column = layout.column(align=True)
        column.operator("parlance.pin", icon="PINNED")
        if PARLANCE_OT_changes_share.poll(context):
            column.operator("parlance.changes_share", icon="COPYDOWN")
        column.operator("parlance.change_discard", text="Discard All", icon="X").key = ""

    def _draw_change(self, row: bpy.types.UILayout, change: changes.Change) -> None:
        text = f"{change.first:.0f}–{change.last:.0f}  {change.title}"
        row = row.split(factor=0.8)
        show = row.row()
        show.alignment = "LEFT"
        show.operator("parlance.change_show", text=text, emboss=False).key = change.key
        held = row.row(align=True)
        held.alignment = "RIGHT"
        exact = change.keep == "verbatim"
        operator = held.operator("parlance.change_keep", text="", icon="LOCKED" if exact else "UNLOCKED", emboss=False)
        operator.key, operator.keep = change.key, "offset" if exact else "verbatim"
        held.operator("parlance.change_discard", text="", icon="X", emboss=False).key = change.key


CLASSES: Final = (
    PARLANCE_OT_change_show,
    PARLANCE_OT_change_keep,
    PARLANCE_OT_change_discard,
    PARLANCE_OT_changes_share,
    *edit_panels("changes", ChangesPanel),
)


@persistent  # type: ignore[untyped-decorator]
def _on_update(_scene: Any, depsgraph: Any) -> None:
    if depsgraph.id_type_updated("ACTION"):
        changes.forget()


@persistent  # type: ignore[untyped-decorator]
def _on_step(*_: Any) -> None:
    changes.forget()


def register() -> None:
    """Show the list, and look again whenever keys are edited."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    bpy.app.handlers.depsgraph_update_post.append(_on_update)
    for handlers in (bpy.app.handlers.undo_post, bpy.app.handlers.redo_post, bpy.app.handlers.load_post):
        handlers.append(_on_step)


def unregister() -> None:
    """Hide it."""
    for handlers in (bpy.app.handlers.undo_post, bpy.app.handlers.redo_post, bpy.app.handlers.load_post):
        handlers.remove(_on_step)
    bpy.app.handlers.depsgraph_update_post.remove(_on_update)
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
