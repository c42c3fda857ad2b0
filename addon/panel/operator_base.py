# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators and panels share: undo, refusing with a sentence, and polls for a character or a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import bpy
from bpy.types import Operator

from ...inference.direction import Direction
from ...inference.errors import ParlanceError
from ..generate import live
from ..lines import lines
from ..properties import properties
from . import selection

UNDOABLE: Final = {"REGISTER", "UNDO"}


def attempt(operator: Operator, work: Callable[[], object]) -> set[str]:
    """Do something that may be refused with a sentence."""
    try:
        work()
    except ParlanceError as error:
        operator.report({"ERROR"}, str(error))
        return {"CANCELLED"}
    return {"FINISHED"}


def afterwards(operator: Operator, work: Callable[[], object]) -> set[str]:
    """Do what follows from a change that is made. Where it is refused that is told, and the change stays as a step to undo."""
    attempt(operator, work)
    return {"FINISHED"}


def change_direction(context: bpy.types.Context, change: Callable[[Direction], Direction]) -> None:
    """Move many sliders of the panel at once, and rebuild once. Raises ParlanceError where nothing is selected."""
    group = selection.direction_here(context)
    if group is None:
        raise ParlanceError("Select a character first.")
    properties.set_direction(group, change(properties.direction_of(group)))
    live.on_slider(group)


class OnCharacter:
    """An operator or a panel that needs a character."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where one is in hand."""
        return selection.root_here(context) is not None


class OnOwnCharacter:
    """The same, where the character can be changed in this file."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where one is in hand."""
        root = selection.root_here(context)
        return root is not None and bool(root.is_editable)


class OnLine:
    """An operator or a panel that needs a line."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is one."""
        return selection.line_here(context) is not None


class OnReadableLine:
    """The same, where what is stored of the line makes sense."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is one."""
        found = selection.line_here(context)
        return found is not None and lines.readable(found[1])
