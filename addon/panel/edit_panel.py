# SPDX-License-Identifier: GPL-3.0-or-later
"""The group Edit: work on a line that was generated. Phones, changes, redo and takes are folded in here by `retouch`."""

from __future__ import annotations

from typing import Final

import bpy

from . import line_list, selection, spaces
from .direct_panel import is_there


class EditPanel:
    """Work on a line that was generated."""

    bl_label = "Edit"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where somebody can speak, or has spoken."""
        root = selection.root_here(context)
        return root is not None and (len(root.parlance.lines) > 0 or is_there(context))

    def draw(self, context: bpy.types.Context) -> None:
        """The lines where there are several, in time order, each with a way to be rid of it; a single one has that above."""
        here = selection.here(context)
        count = len(here.root.parlance.lines) if here.root is not None else 0
        if count > 1 or (count and here.line is None):
            line_list.draw(self.layout, here.root)  # type: ignore[attr-defined]


CLASSES: Final = spaces.panels("edit", EditPanel, "main")
