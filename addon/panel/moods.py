# SPDX-License-Identifier: GPL-3.0-or-later
"""Moods in the panel: the menu with those that come along and the artist's own, kept where presets are, and moods as files.

A line and each of its passages has a mood of its own. The recipe of a mood of one's own is kept in the scene, not its name: it
still plays on a machine that has no such file, and stays as it was when the file changes.
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

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ...inference.moods import MOVED, Mood, embedded, load_mood, mood_names, mood_of, read_mood, write_mood
from ..generate import live
from ..properties import properties
from . import own_files, presets
from .operator_base import UNDOABLE, attempt
from .selection import direction_here

POINTER: Final = "parlance_direction"
"""What a layout calls the sliders that its menu of moods is for, where they are not the line's."""


def _taken() -> Iterator[str]:
    for name in mood_names():
        yield from (name, load_mood(name).name)


OWN: Final = own_files.Kind("mood", _taken)


def named(name: str) -> Mood:
    """A mood of the menu. Raises ParlanceError where there is none of that name or its file is damaged."""
    path = OWN.path(name)
    if name in mood_names() or not path.is_file():
        return load_mood(name)
    return _own(path, path.stat().st_mtime_ns)


@lru_cache
def _own(path: Path, _changed: int) -> Mood:
    return read_mood(path)


def current_name(group: Any) -> str:
    """What the menu is called now."""
    if not group.mood:
        return "No Mood"
    try:
        return load_mood(group.mood).name
    except ParlanceError:  # of a newer version, perhaps
        return "Unknown Mood"


def draw(layout: bpy.types.UILayout, group: Any) -> None:
    """The menu of moods for a line or a passage, and how far it is in the one that is chosen."""
    row = layout.row(align=True)
    row.context_pointer_set(POINTER, group)
    row.menu("PARLANCE_MT_moods", text=current_name(group), icon="MONKEY")
    if group.mood:
        row.prop(group, "mood_amount", text="", slider=True)


def _group(context: bpy.types.Context) -> Any:
    """The sliders in hand. Raises ParlanceError where nothing is selected."""
    group = getattr(context, POINTER, None) or direction_here(context)
    if group is None:
        raise ParlanceError("Select a character first.")
    return group


def _put_on(context: bpy.types.Context, mood: str) -> None:
    group = _group(context)
    if group.mood != mood:
        group.mood = mood  # its update rebuilds the line


def _of_sliders(context: bpy.types.Context, name: str) -> tuple[Any, Direction, Mood]:
    """The sliders in hand, the way of speaking they began as, and what they have beyond it as a mood."""
    group = _group(context)
    direction = properties.direction_of(group)
    base = presets.nearest(direction)[0].direction
    return group, base, mood_of(direction, base, name)


class PARLANCE_OT_mood(Operator):
    """Play this mood on top of the preset and the emotions."""

    bl_idname = "parlance.mood"
    bl_label = "Mood"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    name: StringProperty()  # type: ignore[valid-type]

    @classmethod
    def description(cls, _context: bpy.types.Context, settings: Any) -> str:
        """What the mood is like."""
        try:
            return named(settings.name).about.rstrip(".") or "A mood of your own" if settings.name else "As the sliders say"
        except ParlanceError as error:
            return str(error).rstrip(".")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild."""
        return attempt(self, lambda: _put_on(context, self._text()))

    def _text(self) -> str:
        return self.name if not self.name or self.name in mood_names() else embedded(named(self.name))


class PARLANCE_OT_load_mood(Operator, ImportHelper):
    """Play a mood from a file."""

    bl_idname = "parlance.load_mood"
    bl_label = "Load Mood"
    bl_options: ClassVar = UNDOABLE

    filter_glob: StringProperty(default=own_files.FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """One rebuild."""
        return attempt(self, lambda: _put_on(context, embedded(read_mood(Path(self.filepath)))))


class PARLANCE_OT_save_mood(Operator, ExportHelper):
    """Write what is set here beyond the preset to a file, for other people."""

    bl_idname = "parlance.save_mood"
    bl_label = "Save Mood"
    bl_options: ClassVar = {"REGISTER"}

    filename_ext = ".json"
    filter_glob: StringProperty(default=own_files.FILES, options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Sliders, emotions and the mood that is on."""
        path = Path(self.filepath)
        return attempt(self, lambda: write_mood(_of_sliders(context, path.stem)[2], path))


class PARLANCE_OT_keep_mood(Operator):
    """Keep what is set here beyond the preset (sliders, emotions, and the mood that is on) as a mood for all your files."""

    bl_idname = "parlance.keep_mood"
    bl_label = "Keep as Mood"
    bl_options: ClassVar = UNDOABLE

    name: StringProperty(name="Name", default="My mood")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        return context.window_manager.invoke_props_dialog(self)  # type: ignore[no-any-return]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """A mood of the same name is replaced; those that come along are not."""
        return attempt(self, lambda: self._keep(context))

    def _keep(self, context: bpy.types.Context) -> None:
        """The line then plays the mood on the preset, which looks as before: nothing is felt twice."""
        name = OWN.new_name(self.name)
        group, base, mood = _of_sliders(context, name)
        write_mood(mood, OWN.path(name))
        back = {slider: getattr(base, slider) for slider in MOVED}
        properties.set_direction(group, replace(properties.direction_of(group), **back, mood=embedded(mood), mood_amount=1.0))
        live.on_slider(group)


class PARLANCE_OT_remove_mood(own_files.Remove, Operator):
    """Take this mood of yours out of the menu; lines that are in it stay as they are."""

    bl_idname = "parlance.remove_mood"
    bl_label = "Remove Mood"
    bl_options: ClassVar = {"INTERNAL"}
    kind = OWN

    name: StringProperty()  # type: ignore[valid-type]


class PARLANCE_MT_own_moods(own_files.RemoveMenu, Menu):
    """Moods of yours to remove."""

    bl_idname = "PARLANCE_MT_own_moods"
    bl_label = "Remove Mood"
    kind = OWN


class PARLANCE_MT_moods(Menu):
    """How the character is."""

    bl_idname = "PARLANCE_MT_moods"
    bl_label = "Moods"

    def draw(self, context: bpy.types.Context) -> None:
        """None, those that come along, one's own, and files; a dot marks the one that is on."""
        group = getattr(context, POINTER, None) or direction_here(context)
        on = current_name(group) if group is not None else ""
        titles = (("", "No Mood"), *((name, load_mood(name).name) for name in mood_names()))
        own_files.draw_choices(self.layout, OWN, titles, on)


CLASSES: Final = (
    PARLANCE_OT_mood,
    PARLANCE_OT_load_mood,
    PARLANCE_OT_save_mood,
    PARLANCE_OT_keep_mood,
    PARLANCE_OT_remove_mood,
    PARLANCE_MT_own_moods,
    PARLANCE_MT_moods,
)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
