# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of every line in a row of their own, over the phones: in dope sheet, graph editor and sequencer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import bpy

from ..retouch import overlay, phone_row
from ..retouch.phone_operators import Track, tracks_here
from .word_operators import words_of

GAP: Final = 2
HEIGHT: Final = 16
LOW_HEIGHT: Final = 12
PLAIN: Final = (0.20, 0.22, 0.26)
DOUBTFUL: Final = (0.60, 0.15, 0.13)
PADDING: Final = 4

_handles: list[tuple[Any, Any]] = []


@dataclass(frozen=True)
class WordBox:
    """A word on the screen, in pixels of its region: which one, and which of its phones are seen."""

    word: int
    first: int
    stop: int
    left: float
    right: float
    bottom: float
    top: float


def band(context: bpy.types.Context) -> tuple[float, float]:
    """Lower and upper edge of the row, in pixels of the region."""
    scale = context.preferences.system.ui_scale
    top = phone_row.band(context)[1]
    height = LOW_HEIGHT if phone_row.is_low(context) else HEIGHT
    return top + GAP * scale, top + (GAP + height) * scale


def visible(context: bpy.types.Context, track: Track) -> Iterator[WordBox]:
    """The words of a line within the region, from left to right."""
    low, high = band(context)
    phones = track.phones
    open_box: WordBox | None = None
    for box in overlay.visible(context, track):
        word = phones[box.index].word
        if open_box is not None and word == open_box.word:
            open_box = WordBox(word, open_box.first, box.index + 1, open_box.left, box.right, low, high)
            continue
        if open_box is not None:
            yield open_box
        open_box = WordBox(word, box.index, box.index + 1, box.left, box.right, low, high) if word >= 0 else None
    if open_box is not None:
        yield open_box


def fitted(text: str, room: float, width_of: Any) -> str:
    """As much of a word as there is room for, with a mark that it goes on where that fits too; empty where no letter does."""
    if width_of(text) <= room:
        return text
    short = text
    while len(short) > 2 and width_of(short + "…") > room:
        short = short[:-1]
    if width_of(short + "…") <= room:
        return short + "…"
    return next((text[:count] for count in (2, 1) if width_of(text[:count]) <= room), "")


def _draw() -> None:
    context = bpy.context
    if not phone_row.shown(context):
        return
    for track in reversed(tracks_here(context)):
        boxes = list(visible(context, track))
        if boxes:
            _draw_track(track, boxes, phone_row.font_size(context), context.preferences.system.ui_scale)


def _draw_track(track: Track, boxes: list[WordBox], size: float, scale: float) -> None:
    import blf

    words = words_of(track.line)
    solid = 1.0 if track.is_current else phone_row.OTHER_LINE
    drawn, phones = phone_row.Rectangles(), track.phones
    chosen = track.entry.phone if track.is_current else -1
    for box in boxes:
        doubtful = box.word < len(words) and bool(words[box.word].doubt)
        right = max(box.right - 1, box.left + 1)
        drawn.add(box.left, right, box.bottom, box.top, (*(DOUBTFUL if doubtful else PLAIN), 0.9 * solid))
        strength = phones[box.first].strength
        if abs(strength - 1.0) > 0.01:  # how strong it is, as a bar along its foot
            full = box.left + (right - box.left) * min(strength / 2.0, 1.0)
            drawn.add(box.left, full, box.bottom, box.bottom + 2 * scale, (1.0, 0.85, 0.2, solid))
        if box.first <= chosen < box.stop:
            drawn.add(box.left, right, box.top - 2 * scale, box.top, (1.0, 1.0, 1.0, 0.9))
    drawn.draw()
    blf.size(0, size)
    for box in boxes:
        written = words[box.word].text if box.word < len(words) else ""
        text = fitted(written, box.right - box.left - PADDING * scale, lambda text: blf.dimensions(0, text)[0])
        if text:
            blf.color(0, 1.0, 1.0, 1.0, solid)
            left = (box.left + box.right - blf.dimensions(0, text)[0]) / 2
            blf.position(0, left, box.bottom + (box.top - box.bottom - 0.7 * size) / 2, 0)
            blf.draw(0, text)


def register() -> None:
    """Draw from now on."""
    _handles.extend(phone_row.draw_with(_draw))


def unregister() -> None:
    """Draw no more."""
    phone_row.draw_no_more(_handles)
