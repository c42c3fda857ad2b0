# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone row along the bottom of dope sheet, graph editor and sequencer: its place, and how rectangles are drawn in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import bpy

from ..lines import lines
from ..sequencer import strips

BOTTOM: Final = 18
HEIGHT: Final = 20
"""Where the phones lie above the lower edge of the editor, in pixels at scale 1; below them is the scroll bar."""
LOW_EDITOR: Final = 120
LOW_HEIGHT: Final = 12
"""In an editor lower than this, like the timeline, they are a narrow band at the lower edge."""
FONT: Final = 11
LOW_FONT: Final = 9
SPACES: Final = ("SpaceDopeSheetEditor", "SpaceGraphEditor", "SpaceSequenceEditor")
AREAS: Final = ("DOPESHEET_EDITOR", "GRAPH_EDITOR", "SEQUENCE_EDITOR")
OTHER_LINE: Final = 0.55
"""How solid lines are that are not the one in hand."""

Band: TypeAlias = tuple[float, float]
"""Lower and upper edge, in pixels of the region."""
Colour: TypeAlias = tuple[float, float, float, float]


def band(context: bpy.types.Context) -> Band:
    """Lower and upper edge of the row of phones."""
    scale = context.preferences.system.ui_scale
    if is_low(context):
        return 0.0, LOW_HEIGHT * scale
    return BOTTOM * scale, (BOTTOM + HEIGHT) * scale


def is_low(context: bpy.types.Context) -> bool:
    """Whether the editor is as low as a timeline."""
    return bool(context.region.height < LOW_EDITOR * context.preferences.system.ui_scale)


def font_size(context: bpy.types.Context) -> float:
    """The size of text in the phone row, in pixels."""
    return float((LOW_FONT if is_low(context) else FONT) * context.preferences.system.ui_scale)


def draw_with(draw: Callable[[], None]) -> list[tuple[Any, Any]]:
    """Let something draw in every editor that has the phone row, of which background mode has none; what `draw_no_more` needs."""
    spaces = [] if bpy.app.background else [getattr(bpy.types, name) for name in SPACES]
    return [(space, space.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL")) for space in spaces]


def draw_no_more(handles: list[tuple[Any, Any]]) -> None:
    """Take away the handlers that `draw_with` has added."""
    for space, handle in handles:
        space.draw_handler_remove(handle, "WINDOW")
    handles.clear()


def shown(context: bpy.types.Context) -> bool:
    """Whether the artist wants to see it."""
    return bool(context.window_manager.parlance_show_phones)


def seconds(context: bpy.types.Context, line: Any) -> tuple[float, float]:
    """Where the first second of a line is, and how wide one is: pixels of the region, pixels a second."""
    rate, view = strips.rate(context.scene), context.region.view2d
    first = lines.span_of(line, rate).first
    origin = view.view_to_region(first, 0, clip=False)[0]
    return origin, (view.view_to_region(first + 1000 * rate, 0, clip=False)[0] - origin) / 1000


def redraw(context: bpy.types.Context) -> None:
    """Show it anew in every editor that has it."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in AREAS:
                area.tag_redraw()


@dataclass
class Rectangles:
    """Rectangles to draw in one go."""

    corners: list[tuple[float, float]] = field(default_factory=list)
    colours: list[Colour] = field(default_factory=list)

    def add(self, left: float, right: float, low: float, high: float, colour: Colour) -> None:
        """One more, over those before it."""
        self.corners.extend(((left, low), (right, low), (right, high), (left, low), (right, high), (left, high)))
        self.colours.extend([colour] * 6)

    def draw(self) -> None:
        """Into the region that is being drawn."""
        import gpu
        from gpu_extras.batch import batch_for_shader

        if not self.corners:
            return
        shader = gpu.shader.from_builtin("FLAT_COLOR")
        gpu.state.blend_set("ALPHA")
        batch_for_shader(shader, "TRIS", {"pos": self.corners, "color": self.colours}).draw(shader)
        gpu.state.blend_set("NONE")
