# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of a character's lines, in time order: a few rows of however many, that can be searched by name."""

from __future__ import annotations

import math
from typing import Any, Final

import bpy
from bpy.props import IntProperty
from bpy.types import UIList

from ..lines import lines
from ..sequencer import strips
from . import selection
from .rows import Rows

ROWS: Final = 8
"""Lines that are listed before it is scrolled: what lies below them shall stay in sight."""
ICONS: Final[dict[lines.State, str]] = {
    "current": "CHECKMARK",
    "moved": "ERROR",
    "changed": "ERROR",
    "retimed": "ERROR",
    "gone": "UNLINKED",
    "damaged": "ERROR",
}


class PARLANCE_UL_lines(Rows, UIList):
    """A row for each line: whether it is as it should be, what it is called, and a way to be rid of it."""

    def draw_row(self, context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, _index: int) -> None:
        """One line."""
        row = layout.row(align=True)
        row.label(text=item.title, icon="SMALL_CAPS" if item.written else ICONS[lines.state(item, strips.sequencer(context))])
        row.operator("parlance.clear", text="", icon="TRASH", emboss=False).line = item.token

    def filter_items(self, context: bpy.types.Context, data: Any, name: str) -> tuple[list[int], list[int]]:
        """Those that were generated, whose name has what is typed into the filter, the earliest first."""
        items, wanted, rate = getattr(data, name), self.filter_name.lower(), strips.rate(context.scene)
        shown = [self.bitflag_filter_item * (bool(item.performance) and wanted in item.title.lower()) for item in items]
        begins = [_first_frame(item, rate) for item in items]
        order = bpy.types.UI_UL_list.sort_items_helper(list(enumerate(begins)), key=lambda item: item[1])
        return shown, order


def draw(layout: bpy.types.UILayout, root: Any) -> None:
    """The list, with the line in hand highlighted. A click on another one takes that in hand."""
    manager = bpy.context.window_manager
    layout.template_list("PARLANCE_UL_lines", "", root.parlance, "lines", manager, "parlance_line", rows=2, maxrows=ROWS)


def _first_frame(line: Any, rate: float) -> float:
    """Where a line begins; one whose record is damaged comes last."""
    return lines.span_of(line, rate).first if lines.readable(line) else math.inf


def _in_hand(_manager: Any) -> int:
    """The index of the line in hand, -1 for none."""
    here = selection.here(bpy.context)
    found = here.root.parlance.lines if here.root is not None and here.line is not None else ()
    return next((index for index, line in enumerate(found) if line == here.line), -1)


def _choose(_manager: Any, index: int) -> None:
    root = selection.root_here(bpy.context)
    if root is not None and 0 <= index < len(root.parlance.lines):
        # Blender makes no undo step of what the window manager has: the operator is asked for its own.
        bpy.ops.parlance.choose_line("EXEC_DEFAULT", True, line=root.parlance.lines[index].token)


def register() -> None:
    """Make the list known."""
    bpy.utils.register_class(PARLANCE_UL_lines)
    bpy.types.WindowManager.parlance_line = IntProperty(
        name="Line", description="The line in hand", get=_in_hand, set=_choose, options={"SKIP_SAVE"}
    )


def unregister() -> None:
    """Forget it."""
    del bpy.types.WindowManager.parlance_line
    bpy.utils.unregister_class(PARLANCE_UL_lines)
