# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the row of words with the mouse: click to go there, drag a border or the emphasis, double-click to change a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import bpy
from bpy.types import Operator, Panel

from ...inference.retouch import word_track
from ..lines import retouching
from ..retouch import pointing
from ..retouch.phone_operators import can_change, put, time_of, track_here
from ..retouch.phone_pointer import choose, show
from . import word_row
from .text_panel import draw_word
from .word_row import WordBox

if TYPE_CHECKING:
    from ...inference.retouch.phone_track import PhoneTrack

PIXELS: Final = 120.0
"""Of the mouse for an emphasis of 1."""


def dragged(track: PhoneTrack, box: WordBox, which: str, time: float) -> PhoneTrack:
    """The track with a border of a word at a time."""
    span = next(span for span in word_track.spans(track) if span.first <= box.first < span.stop)
    return word_track.moved(track, span, **{which: time})


def emphasis(before: float, pixels: float) -> float:
    """The emphasis after the mouse has gone up so many pixels, 0 to 2."""
    return min(max(before + pixels / PIXELS, 0.0), 2.0)


def stressed(track: PhoneTrack, box: WordBox, strength: float) -> PhoneTrack:
    """The track with a word at a strength."""
    span = next(span for span in word_track.spans(track) if span.first <= box.first < span.stop)
    return word_track.emphasised(track, span, strength)


class PARLANCE_OT_word_pointer(pointing.Drag, Operator):
    """Go to a word, drag its border, or drag it up and down for its emphasis."""

    bl_idname = "parlance.word_pointer"
    bl_label = "Point at Word"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Anything that is not on the row is left to Blender."""
        found = pointing.under_mouse(context, event, word_row.band(context), word_row.visible)
        if found is None:
            return {"PASS_THROUGH"}
        self._track, self._box = found
        self._which = pointing.border(self._box, event.mouse_region_x, pointing.grab(context))
        self.before: PhoneTrack = retouching.phones_of(self._track.entry)
        if not self._which:
            choose(context, self._track, self._box.first)
        if not can_change(self._track.entry):
            return {"FINISHED"}
        return self.begin(context, "MOVE_X" if self._which else "MOVE_Y")

    def distance(self, event: bpy.types.Event) -> int:
        """Along the timeline for a border, up and down for the emphasis."""
        return super().distance(event) if self._which else int(abs(event.mouse_y - event.mouse_prev_press_y))

    def dragged(self, context: bpy.types.Context, event: bpy.types.Event) -> PhoneTrack:
        """The track with the border at the mouse; or, up and down on a word's middle, with another emphasis."""
        if self._which:
            frame = context.region.view2d.region_to_view(event.mouse_region_x, 0)[0]
            return dragged(self.before, self._box, self._which, time_of(self._track.line, context.scene, frame))
        strength = emphasis(self.before[self._box.first].strength, event.mouse_y - event.mouse_prev_press_y)
        context.area.header_text_set(f"Emphasis {strength:.2f}")
        return stressed(self.before, self._box, strength)

    def show(self, context: bpy.types.Context, what: PhoneTrack) -> None:
        """Where the phones of the word would be, and how strong."""
        show(context, self._track, what)

    def finish(self, what: PhoneTrack) -> None:
        """The lips follow."""
        put(self._track.root, self._track.line, what)
        bpy.ops.ed.undo_push(message="Move Word Border" if self._which else "Emphasise Word")


class PARLANCE_OT_word_popover(Operator):
    """Change the word under the mouse."""

    bl_idname = "parlance.word_popover"
    bl_label = "Change Word"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Its fields, beside the mouse."""
        found = pointing.under_mouse(context, event, word_row.band(context), word_row.visible)
        if found is None:
            return {"PASS_THROUGH"}
        choose(context, found[0], found[1].first)
        return bpy.ops.wm.call_panel(name="PARLANCE_PT_word_popover")  # type: ignore[no-any-return]


class PARLANCE_PT_word_popover(Panel):
    """One word."""

    bl_label = "Word"
    bl_space_type = "TOPBAR"
    bl_region_type = "HEADER"
    bl_options: ClassVar = {"INSTANCED"}

    def draw(self, context: bpy.types.Context) -> None:
        """What it is, how strong, and how it is said."""
        found = track_here(context)
        if found is not None:
            draw_word(self.layout, context, found)


CLASSES: Final = (PARLANCE_OT_word_pointer, PARLANCE_OT_word_popover, PARLANCE_PT_word_popover)
BINDINGS: Final = (("parlance.word_popover", "DOUBLE_CLICK"), ("parlance.word_pointer", "PRESS"))
register, unregister = pointing.registered(CLASSES, *BINDINGS)
