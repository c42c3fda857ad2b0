# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of all lists: a row is drawn from a layout and an item, without the other arguments that Blender passes."""

from __future__ import annotations

from typing import Any

import bpy


class Rows:
    """A UIList whose rows `draw_row` draws."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: Any,
        item: Any,
        _icon: int,
        _active: Any,
        _property: str,
        index: int = 0,
    ) -> None:
        """Blender asks for one row."""
        self.draw_row(context, layout, item, index)

    def draw_row(self, context: bpy.types.Context, layout: bpy.types.UILayout, item: Any, index: int) -> None:
        """One item."""
        raise NotImplementedError
