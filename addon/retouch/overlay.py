# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones of a character, drawn in the phone row: colour says what the lips do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import bpy

from ...inference import phones as inventory
from .. import preferences
from . import learned, phone_row, vocal_row
from .phone_operators import Track, tracks_here

LABEL_GAP: Final = 5
"""Pixels between two names at least."""
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


@dataclass(frozen=True)
class Label:
    """A name to draw, by the box it names and where its left edge stands."""

    box: Box
    text: str
    left: float


def visible(context: bpy.types.Context, track: Track) -> Iterator[Box]:
    """The phones of a line within the region, from left to right."""
    region, phones = context.region, track.phones
    origin, per_second = phone_row.seconds(context, track.line)
    low, high = phone_row.band(context)
    if per_second <= 0:
        return
    for index in range(_first_after(phones, -origin / per_second), len(phones)):
        phone = phones[index]
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


def thinned(named: Iterable[tuple[Box, str, float]], gap: float) -> list[Label]:
    """The names that can be read: all where there is room, every few phones where phones are only pixels wide.

    named: boxes from left to right with their names and how wide those are. gap: pixels between two names at least.
    A name wider than its phone may stand over its neighbours; phones wide enough for theirs come first.
    """
    rows = list(named)
    wide = [_label(row) for row in rows if row[2] <= row[0].right - row[0].left]
    taken = [(label.left - gap, label.left + width + gap) for label, width in wide]
    labels = [label for label, _ in wide]
    start, furthest = 0, -float("inf")
    for row in rows:
        if row[2] <= row[0].right - row[0].left:
            continue
        label, width = _label(row)
        while start < len(taken) and taken[start][1] <= label.left:
            start += 1
        clear = start == len(taken) or label.left + width <= taken[start][0]
        if clear and label.left >= furthest:
            labels.append(label)
            furthest = label.left + width + gap
    return sorted(labels, key=lambda label: label.left)


def _label(row: tuple[Box, str, float]) -> tuple[Label, float]:
    box, text, width = row
    return Label(box, text, (box.left + box.right - width) / 2), width


def _draw() -> None:
    context = bpy.context
    if not phone_row.shown(context):
        return
    scale, size = context.preferences.system.ui_scale, phone_row.font_size(context)
    for track in reversed(tracks_here(context)):  # the current line last, over lines at the same time
        boxes = list(visible(context, track))
        if boxes:
            _draw_boxes(track, boxes, scale)
            _draw_labels(track, boxes, size, scale)
        vocal_row.draw(context, track, size)


def _draw_boxes(track: Track, boxes: list[Box], scale: float) -> None:
    drawn, solid = phone_row.Rectangles(), 1.0 if track.is_current else phone_row.OTHER_LINE
    phones = track.phones
    for box in boxes:
        phone = phones[box.index]
        colour = (*_colour(phone.symbol), solid * _opacity(phone))
        drawn.add(box.left, max(box.right - 1, box.left + 1), box.bottom, box.top, colour)
        if _is_changed(phone):
            drawn.add(box.left, box.right - 1, box.top - 2 * scale, box.top, (1.0, 0.85, 0.2, solid))
        if learned.is_marked(track.line.token, box.index):
            drawn.add(box.left, box.right - 1, box.bottom, box.bottom + 4 * scale, (0.45, 0.95, 0.35, solid))
        if track.is_current and box.index == track.entry.phone:
            drawn.add(box.left, box.right - 1, box.bottom - 2 * scale, box.bottom, (1.0, 1.0, 1.0, 0.9))
    drawn.draw()


def _colour(symbol: str) -> tuple[float, float, float]:
    return next((colour for symbols, colour in COLOURS if symbol in symbols), SILENCE)


def _opacity(phone: Any) -> float:
    """Sure phones are solid, doubtful ones see-through, muted ones hardly there."""
    return 0.15 if phone.strength == 0 else 0.45 + 0.45 * max(min(phone.confidence, 1.0), float(_is_changed(phone)))


def _is_changed(phone: Any) -> bool:
    """Whether by hand; those that are not listed are as heard."""
    return bool(getattr(phone, "changed", False))


def _draw_labels(track: Track, boxes: list[Box], size: float, scale: float) -> None:
    import blf

    blf.size(0, size)
    phones = track.phones
    spoken = [(box, phones[box.index].symbol) for box in boxes if phones[box.index].symbol != "sil"]
    names = [(box, preferences.phone_name(symbol)) for box, symbol in spoken]
    named = [(box, name, blf.dimensions(0, name)[0]) for box, name in names]
    blf.enable(0, blf.SHADOW)
    blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.8)
    solid = 1.0 if track.is_current else phone_row.OTHER_LINE
    for label in thinned(named, LABEL_GAP * scale):
        box = label.box
        blf.color(0, 1.0, 1.0, 1.0, 0.35 if phones[box.index].strength == 0 else solid)
        blf.position(0, label.left, box.bottom + (box.top - box.bottom - 0.7 * size) / 2, 0)
        blf.draw(0, label.text)
    blf.disable(0, blf.SHADOW)


def register() -> None:
    """Draw from now on."""
    bpy.types.WindowManager.parlance_show_phones = bpy.props.BoolProperty(
        name="Show in Timeline",
        description="Show the phones along the bottom of dope sheet, graph editor and sequencer",
        default=True,
        update=lambda _self, context: phone_row.redraw(context),
    )
    _handles.extend(phone_row.draw_with(_draw))


def unregister() -> None:
    """Draw no more."""
    phone_row.draw_no_more(_handles)
    del bpy.types.WindowManager.parlance_show_phones
