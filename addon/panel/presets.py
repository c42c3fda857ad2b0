# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets in the panel: the menu with those that come along and the artist's own, and presets as files.

A preset is a way of speaking, not a take and not a mood: the seed stays, and so do emotions that the artist has set. A hint of
feeling that a preset brings (the joy of Cartoon) comes and goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import StringProperty
from bpy.types import Menu, Operator
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ...inference.direction import Direction, controls
from ...inference.errors import ParlanceError
from ...inference.presets import Preset, load_preset, preset_names, read_preset, write_preset
from ..properties import properties
from . import own_files
from .operator_base import UNDOABLE, attempt, change_direction
from .selection import direction_here

MOOD: Final = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt", "tension")
"""What an artist sets line by line, whatever the way of speaking."""
OF_THE_LINE: Final = ("seed", "blocking", "every_frame", "mood", "mood_amount")
"""What is no way of speaking: which take it is, how densely it is keyed, and the mood on top."""
COMPARED: Final = tuple(item.name for item in controls() if item.name not in {*MOOD, *OF_THE_LINE})
UNLIKE: Final = 25
"""Sliders that may differ from a preset that is still named."""


def _taken() -> Iterator[str]:
    for name in preset_names():
        yield from (name, _shipped(name).name)


OWN: Final = own_files.Kind("preset", _taken)


def named(name: str) -> Preset:
    """A preset of the menu. Raises ParlanceError where there is none of that name or its file is damaged."""
    if name in preset_names():
        return _shipped(name)
    path = OWN.path(name)
    if not path.is_file():
        return load_preset(name)
    return _own(path, path.stat().st_mtime_ns)


@lru_cache
def _shipped(name: str) -> Preset:
    return load_preset(name)


@lru_cache
def _own(path: Path, _changed: int) -> Preset:
    return read_preset(path)


def _menu() -> Iterator[Preset]:
    for name in (*preset_names(), *OWN.names()):
        try:
            yield named(name)
        except ParlanceError:  # said when it is chosen
            continue


def nearest(direction: Direction) -> tuple[Preset, int]:
    """The preset that sliders stand at, and how many were moved since; moods and takes do not count."""
    return min(((preset, _moved(direction, preset.direction)) for preset in _menu()), key=lambda found: found[1])


def _moved(one: Direction, other: Direction) -> int:
    return sum(not _alike(one, other, name) for name in COMPARED)


def _alike(one: Direction, other: Direction, name: str) -> bool:
    return bool(abs(getattr(one, name) - getattr(other, name)) <= 1e-5)


def current_name(group: Any) -> str:
    """What the menu is called now: like “Shout”, “Shout, 2 changed, your joy” or “Sliders of your own”."""
    direction = properties.direction_of(group)
    preset, moved = nearest(direction)
    if moved > UNLIKE:
        return "Sliders of your own"
    felt = [name for name in MOOD if not _alike(direction, preset.direction, name)]
    # They are told by themselves, for choosing the preset again does not take them back.
    told = [f"{moved} changed"] if moved else []
    told += [f"your {felt[0]}"] if len(felt) == 1 else ["your emotions"] if felt else []
    return ", ".join([preset.name, *told])


def _put_on(operator: Operator, context: bpy.types.Context, preset: Preset) -> None:
    """Every slider but the take and the density of keys; the mood only where the artist has not set one."""
    group = direction_here(context)
    before = properties.direction_of(group) if group is not None else Direction()
    kept: dict[str, Any] = {name: getattr(before, name) for name in OF_THE_LINE}
    if not _same_mood(before, nearest(before)[0].direction):
        kept |= {name: getattr(before, name) for name in MOOD}
        operator.report({"INFO"}, f"{preset.name}; the emotions you set stay.")
    change_direction(context, lambda _direction: replace(preset.direction, **kept))


def _same_mood(one: Direction, other: Direction) -> bool:
    return all(_alike(one, other, name) for name in MOOD)


def _of_sliders(context: bpy.types.Context, name: str) -> Preset:
    group = direction_here(context)
    direction = properties.direction_of(group) if group is not None else Direction()
    return Preset(name, "", replace(direction, **{each: getattr(Direction(), each) for each in OF_THE_LINE}))


class PARLANCE_OT_preset(Operator):
    """Set every slider from this preset; the take stays, and so do emotions that you set."""

    bl_idname = "parlance.preset"
    bl_label = "Preset"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    name: StringProperty()  # type: ignore[valid-type]

    @classmethod
    def description(cls, _context: bpy.types.Context, settings: Any) -> str:
        """What the preset is for."""
        try:
            return named(settings.name).about.rstrip(".") or "A preset of your own"
        except ParlanceError as error:
            return str(error).rstrip(".")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild."""
        return attempt(self, lambda: _put_on(self, context, named(self.name)))


class PARLANCE_OT_load_preset(Operator, ImportHelper):
    """Set the sliders from a file."""

    bl_idname = "parlance.load_preset"
    bl_label = "Load Preset"
    bl_options: ClassVar = UNDOABLE

    filter_glob: StringProperty(default=own_files.FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild."""
        return attempt(self, lambda: _put_on(self, context, read_preset(Path(self.filepath))))


class PARLANCE_OT_save_preset(Operator, ExportHelper):
    """Write the sliders to a file, for other people."""

    bl_idname = "parlance.save_preset"
    bl_label = "Save Preset"
    bl_options: ClassVar = {"REGISTER"}

    filename_ext = ".json"
    filter_glob: StringProperty(default=own_files.FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The file says only what differs from the defaults."""
        path = Path(self.filepath)
        return attempt(self, lambda: write_preset(_of_sliders(context, path.stem), path))


class PARLANCE_OT_keep_preset(Operator):
    """Keep the sliders under a name in this menu, for all your files."""

    bl_idname = "parlance.keep_preset"
    bl_label = "Keep as Preset"
    bl_options: ClassVar = {"REGISTER"}

    name: StringProperty(name="Name", default="My preset")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[no-any-return]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A preset of the same name is replaced; those that come along are not."""
        return attempt(self, lambda: self._keep(context))

    def _keep(self, context: bpy.types.Context) -> None:
        name = OWN.new_name(self.name)
        write_preset(_of_sliders(context, name), OWN.path(name))


class PARLANCE_OT_remove_preset(own_files.Remove, Operator):
    """Take this preset of yours out of the menu; lines that were made with it stay as they are."""

    bl_idname = "parlance.remove_preset"
    bl_label = "Remove Preset"
    bl_options: ClassVar = {"INTERNAL"}
    kind = OWN

    name: StringProperty()  # type: ignore[valid-type]


class PARLANCE_MT_own_presets(own_files.RemoveMenu, Menu):
    """Presets of yours to remove."""

    bl_idname = "PARLANCE_MT_own_presets"
    bl_label = "Remove Preset"
    kind = OWN


class PARLANCE_MT_presets(Menu):
    """Ways of speaking."""

    bl_idname = "PARLANCE_MT_presets"
    bl_label = "Presets"

    def draw(self, context: bpy.types.Context) -> None:
        """Those that come along, one's own, files, and what else moves all sliders; a dot marks the one in force."""
        layout, group = self.layout, direction_here(context)
        in_force = nearest(properties.direction_of(group))[0].name if group is not None else ""
        own_files.draw_choices(layout, OWN, ((name, _shipped(name).name) for name in preset_names()), in_force)
        layout.separator()
        layout.operator("parlance.reset", text="Reset All Sliders", icon="LOOP_BACK").section = "ALL"
        layout.operator("parlance.copy_settings", text="Copy Sliders to Selected", icon="COPYDOWN")


CLASSES: Final = (
    PARLANCE_OT_preset,
    PARLANCE_OT_load_preset,
    PARLANCE_OT_save_preset,
    PARLANCE_OT_keep_preset,
    PARLANCE_OT_remove_preset,
    PARLANCE_MT_own_presets,
    PARLANCE_MT_presets,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
