# SPDX-License-Identifier: GPL-3.0-or-later
"""What several panels draw alike: sentences that wrap, sliders, sections that fold."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable
from typing import Any, Final

import bpy

from ...inference.direction import Control

PIXELS_PER_LETTER: Final = 7.5
"""Width of an average letter in the interface font at scale 1."""
NARROWEST: Final = 16
"""Letters in a line of the narrowest sidebar."""


def sentence(layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: str) -> None:
    """A sentence broken into as many lines as the sidebar needs."""
    width = context.region.width / (PIXELS_PER_LETTER * context.preferences.system.ui_scale) - 8
    column = layout.column(align=True)
    column.scale_y = 0.85
    for number, part in enumerate(textwrap.wrap(text, max(int(width), NARROWEST))):
        column.label(text=part, icon="BLANK1" if number else icon)


def sliders(
    layout: bpy.types.UILayout,
    direction: Any,
    items: Iterable[Control],
    names: dict[str, str] | None = None,
    *,
    unanswered: Collection[str] = (),
) -> None:
    """A slider or tick for each control, one below the other; `names` where a label needs its section to be understood.

    unanswered: those that change nothing on this character; they are grey.
    """
    column = layout.column(align=True)
    for item in items:
        row = column.row(align=True)
        row.active = item.name not in unanswered
        text = (names or {}).get(item.name)
        is_slider = isinstance(item.default, float)
        if text is None:
            row.prop(direction, item.name, slider=is_slider)
        else:
            row.prop(direction, item.name, slider=is_slider, text=text)


def fields(layout: bpy.types.UILayout, owner: Any, *names: str) -> bpy.types.UILayout:
    """Properties one below the other, each with its name before it; the column they stand in."""
    column = layout.column(align=True)
    column.use_property_split = True
    column.use_property_decorate = False
    for name in names:
        column.prop(owner, name)
    return column


def fold(
    layout: bpy.types.UILayout, name: str, title: str, *, reset: str = "", is_open: bool = False
) -> bpy.types.UILayout | None:
    """A section that folds away, with a button that resets it; its inside, None while it is folded."""
    header, body = layout.panel(f"PARLANCE_{name}", default_closed=not is_open)
    header.label(text=title)
    if reset:
        header.operator("parlance.reset", text="", icon="LOOP_BACK", emboss=False).section = reset
    inside: bpy.types.UILayout | None = body
    return inside
