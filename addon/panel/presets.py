# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets in the panel: those that come along in a menu, an artist's own as files."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import StringProperty
from bpy.types import Menu, Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference.direction import Direction
from ...inference.presets import Preset, load_preset, preset_names, read_preset, write_preset
from ..scene import properties
from .operator_base import UNDOABLE, attempt, change_direction
from .selection import direction_here

FILES: Final = "*.json"


@lru_cache
def _shipped(name: str) -> Preset:
    return load_preset(name)


def _put_on(context: Any, preset: Preset) -> None:
    """A preset is a way of speaking, not a take: the seed stays."""
    change_direction(context, lambda direction: replace(preset.direction, seed=direction.seed))


class PARLANCE_OT_preset(Operator):
    """Set every slider from this preset."""

    bl_idname = "parlance.preset"
    bl_label = "Preset"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    name: StringProperty()  # type: ignore[valid-type]

    @classmethod
    def description(cls, _context: Any, settings: Any) -> str:
        """What the preset is for."""
        return _shipped(settings.name).about.rstrip(".")

    def execute(self, context: Any) -> set[str]:
        """One rebuild."""
        return attempt(self, lambda: _put_on(context, load_preset(self.name)))


class PARLANCE_OT_load_preset(Operator, ImportHelper):
    """Set the sliders from a file."""

    bl_idname = "parlance.load_preset"
    bl_label = "Load Preset"
    bl_options: ClassVar = UNDOABLE

    filter_glob: StringProperty(default=FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: Any) -> set[str]:
        """One rebuild."""
        return attempt(self, lambda: _put_on(context, read_preset(Path(self.filepath))))


class PARLANCE_OT_save_preset(Operator, ExportHelper):
    """Keep the sliders in a file, for other characters and other people."""

    bl_idname = "parlance.save_preset"
    bl_label = "Save Preset"
    bl_options: ClassVar = {"REGISTER"}

    filename_ext = ".json"
    filter_glob: StringProperty(default=FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: Any) -> set[str]:
        """The file says only what differs from the defaults."""
        return attempt(self, lambda: write_preset(self._preset(context), Path(self.filepath)))

    def _preset(self, context: Any) -> Preset:
        path = Path(self.filepath)
        group = direction_here(context)
        direction = properties.direction_of(group) if group is not None else Direction()
        return Preset(path.stem, "", replace(direction, seed=Direction().seed))


class PARLANCE_MT_presets(Menu):
    """Ways of speaking."""

    bl_idname = "PARLANCE_MT_presets"
    bl_label = "Presets"

    def draw(self, _context: Any) -> None:
        """Those that come along, then files."""
        layout = self.layout
        for name in preset_names():
            layout.operator("parlance.preset", text=_shipped(name).name).name = name
        layout.separator()
        layout.operator("parlance.load_preset", text="Load…", icon="FILEBROWSER")
        layout.operator("parlance.save_preset", text="Save…", icon="FILE_TICK")


CLASSES: Final = (PARLANCE_OT_preset, PARLANCE_OT_load_preset, PARLANCE_OT_save_preset, PARLANCE_MT_presets)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
