# SPDX-License-Identifier: GPL-3.0-or-later
"""A style learned from a performance: learn, wear, give to others, save and load."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference.errors import ParlanceError
from ..character import hierarchy
from ..generate import live
from ..panel import selection, spaces
from ..panel.operator_base import UNDOABLE, OnCharacter, attempt
from ..plurals import counted
from . import said


class PARLANCE_OT_style_learn(Operator):
    """Learn how this character moves its mouth, from the animation it plays now and the sound in hand, ten seconds at least."""

    bl_idname = "parlance.style_learn"
    bl_label = "Learn Style"
    bl_options: ClassVar = UNDOABLE

    name: StringProperty(name="Name", description="What to call the style; empty for the character's name")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Learn, check on seconds kept aside, and wear it."""
        return attempt(self, lambda: self._learn(context))

    def _learn(self, context: bpy.types.Context) -> None:
        from ...inference import style
        from . import style_learning

        character, strip = said.in_hand(context)
        spoken = said.of(context, character, strip)
        shown = said.shown(character, spoken.frames)
        found = style_learning.learned(self.name or character.root.name, spoken, shown)
        character.root.parlance.style = style.to_json(found.style)
        self.report({"INFO"}, found.sentence + ".")


class PARLANCE_OT_style_forget(Operator):
    """Speak without a style again; its lines are made anew."""

    bl_idname = "parlance.style_forget"
    bl_label = "Take Style Off"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Take it off."""
        return attempt(self, lambda: wear(_root(context), ""))


class PARLANCE_OT_style_give(Operator):
    """Give the style of the active character to the other selected ones."""

    bl_idname = "parlance.style_give"
    bl_label = "Give Style to Selected"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Copy it."""
        return attempt(self, lambda: self._give(context))

    def _give(self, context: bpy.types.Context) -> None:
        root = _root(context)
        others = {hierarchy.root_of(item) for item in context.selected_objects} - {root}
        if not root.parlance.style or not others:
            raise ParlanceError("Select the characters that are to have the style, and last the one that has it.")
        for other in others:
            wear(other, root.parlance.style)
        self.report({"INFO"}, f"{counted(len(others), 'character')} wear{'s' * (len(others) == 1)} the style.")


class PARLANCE_OT_style_save(Operator, ExportHelper):
    """Save the style that this character wears to a file."""

    bl_idname = "parlance.style_save"
    bl_label = "Save Style"
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it."""
        return attempt(self, lambda: self._save(context))

    def _save(self, context: bpy.types.Context) -> None:
        from ...inference import outputs

        text = _root(context).parlance.style
        if not text:
            raise ParlanceError("This character wears no style; learn or load one first.")
        outputs.write(Path(self.filepath), [text.encode()])


class PARLANCE_OT_style_load(Operator, ImportHelper):
    """Let this character wear a style from a file."""

    bl_idname = "parlance.style_load"
    bl_label = "Load Style"
    bl_options: ClassVar = UNDOABLE
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it and put it on."""
        return attempt(self, lambda: self._load(context))

    def _load(self, context: bpy.types.Context) -> None:
        from ...inference import style
        from ...inference.formats.untrusted import read_text

        wear(_root(context), style.to_json(style.from_json(read_text(Path(self.filepath)))))


class StylePanel(OnCharacter):
    """How this character moves its mouth, whatever it says."""

    bl_label = "Style"

    def draw(self, context: bpy.types.Context) -> None:
        """The style that is worn, else how to get one."""
        layout = self.layout  # type: ignore[attr-defined]
        root, column = selection.root_here(context), layout.column(align=True)
        if root is None:
            return
        if root.parlance.style:
            row = column.row(align=True)
            row.prop(root.parlance, "style_strength", slider=True)
            row.operator("parlance.style_forget", text="", icon="X")
            column.operator("parlance.style_give", icon="COMMUNITY")
            column.operator("parlance.style_save", icon="EXPORT")
        column.operator("parlance.style_learn", icon="MOD_INSTANCE")
        column.operator("parlance.style_load", icon="IMPORT")


def wear(root: Any, text: str) -> None:
    """Put a style on a character, or take it off, and make its lines anew."""
    root.parlance.style = text
    live.on_setting(root.parlance)


def _root(context: bpy.types.Context) -> Any:
    root = selection.root_here(context)
    if root is None:
        raise ParlanceError("Select a character first.")
    return root


CLASSES: Final[tuple[Any, ...]] = (
    PARLANCE_OT_style_learn,
    PARLANCE_OT_style_forget,
    PARLANCE_OT_style_give,
    PARLANCE_OT_style_save,
    PARLANCE_OT_style_load,
    *spaces.panels("style", StylePanel, "setup"),
)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
