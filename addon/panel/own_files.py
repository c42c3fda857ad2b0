# SPDX-License-Identifier: GPL-3.0-or-later
"""The artist's own presets and moods: a folder of files for all projects, and what the menus of both share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import bpy

from ...inference.errors import ParlanceError
from .. import preferences

FILES: Final = "*.json"
ALLOWED: Final = r"(?!\.)[\w\- ().,]{1,60}"
RESERVED: Final = r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?"
"""What no file may be called on Windows, where a colleague may work."""


@dataclass(frozen=True)
class Kind:
    """What is kept.   noun: as people call one; its plural names the folder.   shipped: the names that come with Parlance."""

    noun: str
    shipped: Callable[[], Iterable[str]]

    def folder(self) -> Path:
        """Where the artist's own are, for all files and versions of the extension."""
        return Path(bpy.utils.extension_path_user(preferences.PACKAGE, path=f"{self.noun}s", create=True))

    def path(self, name: str) -> Path:
        """The file of that name."""
        return self.folder() / f"{name}.json"

    def names(self) -> list[str]:
        """The artist's own, by name."""
        return sorted(path.stem for path in self.folder().glob(FILES))

    def new_name(self, name: str) -> str:
        """A name as one may be kept under. Raises ParlanceError where no file may be called so, or Parlance has such a one."""
        name = file_name(name, self.noun)
        if name.lower() in {each.lower() for each in self.shipped()}:
            raise ParlanceError(f"“{name}” comes with Parlance; choose another name for your own.")
        return name


def file_name(name: str, noun: str) -> str:
    """A name as a file may be called. Raises ParlanceError where it may not; noun: what it would be the name of."""
    name = name.strip()
    if not re.fullmatch(ALLOWED, name) or re.fullmatch(RESERVED, name, re.IGNORECASE):
        raise ParlanceError(f"“{name}” cannot be the name of a {noun}; use letters, numbers, spaces and hyphens.")
    return name


class Remove:
    """An operator that takes the file `name` out of its folder."""

    if TYPE_CHECKING:  # Blender would take annotations of an operator for its properties
        kind: Kind
        name: str

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first: a file is deleted."""
        return context.window_manager.invoke_confirm(self, event)  # type: ignore[no-any-return]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Only what is one's own can go."""
        if self.name not in self.kind.names():
            return {"CANCELLED"}
        self.kind.path(self.name).unlink()
        return {"FINISHED"}


class RemoveMenu:
    """A menu with what is one's own, to remove."""

    if TYPE_CHECKING:
        kind: Kind
        layout: bpy.types.UILayout

    def draw(self, _context: bpy.types.Context) -> None:
        """One for each."""
        for name in self.kind.names():
            self.layout.operator(f"parlance.remove_{self.kind.noun}", text=name, icon="TRASH").name = name


def draw_choices(layout: bpy.types.UILayout, kind: Kind, titles: Iterable[tuple[str, str]], chosen: str) -> None:
    """The choices of a menu: those that come along, one's own, and files.

    titles: name and title of each that comes along.   chosen: the title of the one that is in force, marked with a dot.
    """

    def choice(name: str, title: str) -> None:
        layout.operator(f"parlance.{kind.noun}", text=title, icon="DOT" if title == chosen else "BLANK1").name = name

    for name, title in titles:
        choice(name, title)
    layout.separator()
    own = kind.names()
    for name in own:
        choice(name, name)
    layout.operator(f"parlance.keep_{kind.noun}", text=f"Keep as {kind.noun.capitalize()}…", icon="ADD")
    if own:
        layout.menu(f"PARLANCE_MT_own_{kind.noun}s", icon="REMOVE")
    layout.separator()
    layout.operator(f"parlance.load_{kind.noun}", text="Load from File…", icon="FILEBROWSER")
    layout.operator(f"parlance.save_{kind.noun}", text="Save to File…", icon="FILE_TICK")
