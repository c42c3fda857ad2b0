# SPDX-License-Identifier: GPL-3.0-or-later
"""Operators on the lists of the current line: remove a row, and rebuild the line."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import IntProperty
from bpy.types import Operator

from ..generate import live
from ..panel.operator_base import afterwards, attempt
from ..panel.selection import line_here
from ..properties import override_rows, retouch_properties


class RemoveRow:
    """An operator that takes a row out of a list of the line in hand: the one given, else the chosen one."""

    rows = ""
    chosen = ""

    index: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is one."""
        found = line_here(context)
        entry = retouch_properties.of(*found) if found is not None else None
        return entry is not None and len(getattr(entry, cls.rows)) > 0

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The one after it becomes the chosen one."""
        found = line_here(context)
        if found is None:
            return {"CANCELLED"}
        entry = retouch_properties.ensured(*found)
        rows = getattr(entry, self.rows)
        index = self.index if self.index >= 0 else getattr(entry, self.chosen)
        if not 0 <= index < len(rows):
            self.report({"ERROR"}, "There is no such row; choose one of the list.")  # type: ignore[attr-defined]
            return {"CANCELLED"}
        with retouch_properties.quietly():
            if attempt(self, lambda: override_rows.take_out(rows, index)) != {"FINISHED"}:
                return {"CANCELLED"}
            setattr(entry, self.chosen, min(getattr(entry, self.chosen), max(len(rows) - 1, 0)))
        return rebuilt(self, *found)


def rebuilt(operator: Operator, root: Any, line: Any, done: str = "") -> set[str]:
    """Rebuild a line for an operator that has changed it. Where that cannot be now, it is told, and the change can be undone.

    done: what to say otherwise.
    """

    def rebuild() -> None:
        live.rebuild(root, line)
        if done:
            operator.report({"INFO"}, done)

    return afterwards(operator, rebuild)
