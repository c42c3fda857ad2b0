# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones as a strip along the bottom of dope sheet, graph editor and sequencer: colour says what the lips do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import bpy

from ...inference import phones as inventory
from ..scene import lines, strips
from .phone_operators import lane_here

BOTTOM: Final = 18
HEIGHT: Final = 20
"""Where the strip lies above the lower edge of the editor, in pixels at scale 1; below it is the scroll bar."""
LOW_EDITOR: Final = 120
LOW_HEIGHT: Final = 6
"""In an editor lower than this it is a line of colour at the lower edge, without names."""
LABEL_ROOM: Final = 9
"""Pixels that a phone must be wide to bear its name."""
SPACES: Final = ("SpaceDopeSheetEditor", "SpaceGraphEditor", "SpaceSequenceEditor")
COLOURS: Final = (
    (inventory.BILABIAL, (0.85, 0.28, 0.25)),
    (inventory.LABIODENTAL, (0.88, 0.52, 0.20)),
    (inventory.VOWEL & inventory.ROUNDED, (0.55, 0.40, 0.80)),
    (inventory.VOWEL, (0.30, 0.52, 0.85)),
    (inventory.SIBILANT, (0.25, 0.62, 0.56)),
    (frozenset(inventory.SYMBOLS) - {"sil"}, (0.42, 0.50, 0.48)),
)
"""Closed lips red, lip on teeth orange, round vowels violet, other vowels blue, hisses green, all else grey."""
SILENCE: Final = (0.18, 0.18, 0.18)

_handles: list[tuple[Any, Any]] = []


@dataclass(frozen=True)
class Box:
    """One phone on the screen, in pixels of its region."""

    index: int
    left: float
    right: float
    bottom: float
    top: float


def band(context: Any) -> tuple[float, float]:
    """Lower and upper edge of the strip, in pixels of the region."""
    scale = context.preferences.system.ui_scale
    if context.region.height < LOW_EDITOR * scale:
        return 0.0, LOW_HEIGHT * scale
    return BOTTOM * scale, (BOTTOM + HEIGHT) * scale


def visible(context: Any, line: Any, entry: Any) -> Iterator[Box]:
    """The phones within the region, from left to right."""
    rate = strips.rate(context.scene)
    first = lines.span_of(line, rate).first
    view, region = context.region.view2d, context.region
    origin = view.view_to_region(first, 0, clip=False)[0]
    per_second = (view.view_to_region(first + 1000 * rate, 0, clip=False)[0] - origin) / 1000
    low, high = band(context)
    if per_second <= 0:
        return
    for index in range(_first_after(entry.phones, -origin / per_second), len(entry.phones)):
        phone = entry.phones[index]
        left, right = origin + phone.start * per_second, origin + phone.end * per_second
        if left > region.width:
            return
        yield Box(index, left, right, low, high)


def _first_after(phones: Any, time: float) -> int:
    """The first phone that ends after a time."""
    low, high = 0, len(phones)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if phones[middle].end <= time else (low, middle)
    return low


def shown(context: Any) -> bool:
    """Whether the artist wants to see the strip."""
    return bool(context.window_manager.parlance_show_phones)


def _draw() -> None:
    context = bpy.context
    found = lane_here(context) if shown(context) else None
    if found is None:
        return
    _, line, entry = found
    boxes = list(visible(context, line, entry))
    if boxes:
        scale = context.preferences.system.ui_scale
        _draw_boxes(entry, boxes, scale)
        if boxes[0].top - boxes[0].bottom > LOW_HEIGHT * scale:
            _draw_labels(entry, boxes, scale)


def _draw_boxes(entry: Any, boxes: list[Box], scale: float) -> None:
    import gpu
    from gpu_extras.batch import batch_for_shader

    corners: list[tuple[float, float]] = []
    colours: list[tuple[float, float, float, float]] = []

    def fill(left: float, right: float, low: float, high: float, colour: tuple[float, float, float, float]) -> None:
        corners.extend(((left, low), (right, low), (right, high), (left, low), (right, high), (left, high)))
        colours.extend([colour] * 6)

    for box in boxes:
        phone = entry.phones[box.index]
        fill(box.left, box.right - 1, box.bottom, box.top, (*_colour(phone.symbol), _opacity(phone)))
        if phone.changed:
            fill(box.left, box.right - 1, box.top - 2 * scale, box.top, (1.0, 0.85, 0.2, 1.0))
        if box.index == entry.phone:
            fill(box.left, box.right - 1, box.bottom - 2 * scale, box.bottom, (1.0, 1.0, 1.0, 0.9))
    shader = gpu.shader.from_builtin("FLAT_COLOR")
    gpu.state.blend_set("ALPHA")
    batch_for_shader(shader, "TRIS", {"pos": corners, "color": colours}).draw(shader)
    gpu.state.blend_set("NONE")


def _colour(symbol: str) -> tuple[float, float, float]:
    return next((colour for symbols, colour in COLOURS if symbol in symbols), SILENCE)


def _opacity(phone: Any) -> float:
    """Sure phones are solid, doubtful ones see-through, muted ones hardly there."""
    return 0.15 if phone.strength == 0 else 0.45 + 0.45 * max(min(phone.confidence, 1.0), float(phone.changed))


def _draw_labels(entry: Any, boxes: list[Box], scale: float) -> None:
    import blf

    blf.size(0, 11 * scale)
    for box in boxes:
        phone = entry.phones[box.index]
        if phone.symbol == "sil" or box.right - box.left < LABEL_ROOM * scale:
            continue
        width = blf.dimensions(0, phone.symbol)[0]
        if width > box.right - box.left:
            continue
        blf.color(0, 1.0, 1.0, 1.0, 0.35 if phone.strength == 0 else 1.0)
        blf.position(0, (box.left + box.right - width) / 2, box.bottom + (box.top - box.bottom - 8 * scale) / 2, 0)
        blf.draw(0, phone.symbol)


def redraw(context: Any) -> None:
    """Show the strip anew in every editor that has one."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in {"DOPESHEET_EDITOR", "GRAPH_EDITOR", "SEQUENCE_EDITOR"}:
                area.tag_redraw()


def register() -> None:
    """Draw from now on."""
    bpy.types.WindowManager.parlance_show_phones = bpy.props.BoolProperty(
        name="Show in Timeline",
        description="Show the phones along the bottom of dope sheet, graph editor and sequencer",
        default=True,
        update=lambda _self, context: redraw(context),
    )
    if not bpy.app.background:
        for name in SPACES:
            space = getattr(bpy.types, name)
            _handles.append((space, space.draw_handler_add(_draw, (), "WINDOW", "POST_PIXEL")))


def unregister() -> None:
    """Draw no more."""
    for space, handle in _handles:
        space.draw_handler_remove(handle, "WINDOW")
    _handles.clear()
    del bpy.types.WindowManager.parlance_show_phones
