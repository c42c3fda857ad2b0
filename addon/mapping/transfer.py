# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings from one character to another: saved, loaded, copied and pasted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference import rigging
from ...inference.errors import ParlanceError
from ..panel.operator_base import UNDOABLE
from . import editing
from .operators import OnMapping, told


class PARLANCE_OT_map_save(OnMapping, Operator, ExportHelper):
    """Save this mapping to a file, for other characters of the same make."""

    bl_idname = "parlance.map_save"
    bl_label = "Save Mapping"
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it."""

        def work(owner: Any) -> str:
            try:
                Path(self.filepath).write_text(rigging.to_json(editing.map_of(owner)) + "\n", encoding="utf-8")
            except OSError as error:
                raise ParlanceError(f"The mapping could not be saved: {error.strerror}; choose another folder.") from error
            return f"Saved {Path(self.filepath).name}."

        return told(self, context, work)


class PARLANCE_OT_map_load(OnMapping, Operator, ImportHelper):
    """Load a mapping from a file."""

    bl_idname = "parlance.map_load"
    bl_label = "Load Mapping"
    bl_options: ClassVar = UNDOABLE
    filename_ext = ".json"

    filter_glob: StringProperty(default="*.json", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it and put it on."""

        def work(owner: Any) -> str:
            try:
                text = Path(self.filepath).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise ParlanceError("The file could not be read; choose a mapping saved from this panel.") from error
            return _left_out(editing.use_text(owner, text))

        return told(self, context, work)


class PARLANCE_OT_map_copy(OnMapping, Operator):
    """Copy this mapping as text, to paste on another character or to send to somebody."""

    bl_idname = "parlance.map_copy"
    bl_label = "Copy Mapping"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """To the clipboard."""
        context.window_manager.clipboard = rigging.to_json(editing.map_of(editing.needed_owner(context)))
        return {"FINISHED"}


class PARLANCE_OT_map_paste(OnMapping, Operator):
    """Put on a mapping that was copied as text."""

    bl_idname = "parlance.map_paste"
    bl_label = "Paste Mapping"
    bl_options: ClassVar = UNDOABLE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """From the clipboard."""
        return told(self, context, lambda owner: _left_out(editing.use_text(owner, context.window_manager.clipboard)))


def _left_out(count: int) -> str:
    return f"Mapping put on; {count} shapes of it do not exist here." if count else "Mapping put on."


CLASSES: Final = (PARLANCE_OT_map_save, PARLANCE_OT_map_load, PARLANCE_OT_map_copy, PARLANCE_OT_map_paste)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
