# SPDX-License-Identifier: GPL-3.0-or-later
"""The group Edit: work on a line that was generated. Phones, changes, redo and takes are folded in here by `retouch`."""

from __future__ import annotations

import math
from typing import Any, Final

import bpy

from ..lines import lines
from ..sequencer import strips
from . import selection, spaces
from .direct_panel import is_there

ICONS: Final[dict[lines.State, str]] = {
    "current": "CHECKMARK",
    "moved": "ERROR",
    "changed": "ERROR",
    "retimed": "ERROR",
    "gone": "UNLINKED",
    "damaged": "ERROR",
}


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
        layout = self.layout  # type: ignore[attr-defined]
        here, sequencer, rate = selection.here(context), strips.sequencer(context), strips.rate(context.scene)
        if here.root is None:
            return
        if len(here.root.parlance.lines) > 1 or here.line is None:
            column = layout.column(align=True)
            heard = [line for line in here.root.parlance.lines if line.performance]
            for line in sorted(heard, key=lambda line: _first_frame(line, rate)):
                chosen = here.line is not None and here.line == line
                icon = "SMALL_CAPS" if line.written else ICONS[lines.state(line, sequencer)]
                row = column.row(align=True)
                row.operator("parlance.choose_line", text=line.title, icon=icon, depress=chosen).line = line.token
                row.operator("parlance.clear", text="", icon="TRASH").line = line.token


def _first_frame(line: Any, rate: float) -> float:
    """Where a line begins; one whose record is damaged comes last."""
    return lines.span_of(line, rate).first if lines.readable(line) else math.inf


CLASSES: Final = spaces.panels("edit", EditPanel, "main")
