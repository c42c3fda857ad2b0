# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the row of words with the mouse: click to go there, drag a border or the emphasis, double-click to change a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import bpy
from bpy.types import Operator, Panel

from ...inference import word_track
from ...inference.errors import ParlanceError
from ..generate import retouching
from ..retouch import overlay
from ..retouch.phone_operators import Track, put, time_of, track_here, tracks_here
from ..retouch.phone_pointer import GRAB, KEYMAPS, STILL, choose
from ..scene import retouch_properties
from . import word_row
from .text_panel import draw_word
from .word_row import WordBox

if TYPE_CHECKING:
    from ...inference.phone_track import PhoneTrack

PIXELS: Final = 120.0
"""Of the mouse for an emphasis of 1."""

_keys: list[tuple[Any, Any]] = []


def under_mouse(context: bpy.types.Context, event: bpy.types.Event) -> tuple[Track, WordBox] | None:
    """The word that the mouse is on, in whichever line; None beside the row."""
    low, high = word_row.band(context)
    if not overlay.shown(context) or context.region.type != "WINDOW" or not low <= event.mouse_region_y <= high:
        return None
    for track in tracks_here(context):
        for box in word_row.visible(context, track):
            if box.left <= event.mouse_region_x < box.right:
                return track, box
    return None


def border(box: WordBox, x: float, grab: float) -> str:
    """Which border of a word is meant: "start", "end", or "" between them. Narrow words keep their middle."""
    grab = min(grab, (box.right - box.left) / 3)
    return "start" if x - box.left <= grab else "end" if box.right - x <= grab else ""


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


class PARLANCE_OT_word_pointer(Operator):
    """Go to a word, drag its border, or drag it up and down for its emphasis."""

    bl_idname = "parlance.word_pointer"
    bl_label = "Point at Word"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Anything that is not on the row is left to Blender."""
        found = under_mouse(context, event)
        if found is None:
            return {"PASS_THROUGH"}
        self._track, self._box = found
        self._which = border(self._box, event.mouse_region_x, GRAB * context.preferences.system.ui_scale)
        self._before: PhoneTrack = retouching.phones_of(self._track.entry)
        if not self._which:
            choose(context, self._track, self._box.first)
        context.window.cursor_modal_set("MOVE_X" if self._which else "MOVE_Y")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """The word is seen stretching; the lips follow when it is let go: one undo step."""
        if event.type in {"ESC", "RIGHTMOUSE"}:
            return self._give_up(context)
        if event.type == "MOUSEMOVE" or (event.type == "LEFTMOUSE" and event.value == "RELEASE"):
            moved = self._moved(context, event)
            if event.type == "MOUSEMOVE":
                self._show(context, moved)
                return {"RUNNING_MODAL"}
            if self._distance(event) < STILL:
                return self._give_up(context)
            try:
                put(self._track.root, self._track.line, moved)
            except ParlanceError as error:
                self.report({"ERROR"}, str(error))
                return self._give_up(context)
            bpy.ops.ed.undo_push(message="Move Word Border" if self._which else "Emphasise Word")
            return self._end(context, {"FINISHED"})
        return {"RUNNING_MODAL"}

    def _distance(self, event: bpy.types.Event) -> int:
        """Pixels that the mouse has gone the way that counts."""
        if self._which:
            return int(abs(event.mouse_x - event.mouse_prev_press_x))
        return int(abs(event.mouse_y - event.mouse_prev_press_y))

    def _moved(self, context: bpy.types.Context, event: bpy.types.Event) -> PhoneTrack:
        """The track with the border at the mouse; or, up and down on a word's middle, with another emphasis."""
        if self._which:
            frame = context.region.view2d.region_to_view(event.mouse_region_x, 0)[0]
            return dragged(self._before, self._box, self._which, time_of(self._track.line, context.scene, frame))
        strength = emphasis(self._before[self._box.first].strength, event.mouse_y - event.mouse_prev_press_y)
        context.area.header_text_set(f"Emphasis {strength:.2f}")
        return stressed(self._before, self._box, strength)

    def _show(self, context: bpy.types.Context, phones: PhoneTrack) -> None:
        with retouch_properties.quietly():
            for each, phone in zip(self._track.entry.phones, phones, strict=True):
                each.start, each.end, each.strength = phone.start, phone.end, phone.strength
        overlay.redraw(context)

    def _give_up(self, context: bpy.types.Context) -> set[str]:
        self._show(context, self._before)
        return self._end(context, {"CANCELLED"})

    def _end(self, context: bpy.types.Context, outcome: set[str]) -> set[str]:
        context.window.cursor_modal_restore()
        context.area.header_text_set(None)
        overlay.redraw(context)
        return outcome


class PARLANCE_OT_word_popover(Operator):
    """Change the word under the mouse."""

    bl_idname = "parlance.word_popover"
    bl_label = "Change Word"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Its fields, beside the mouse."""
        found = under_mouse(context, event)
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


def register() -> None:
    """Listen to the mouse in the editors that show the row."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is None:
        return
    for name, space in KEYMAPS:
        keymap = config.keymaps.new(name=name, space_type=space)
        for operator, value in (("parlance.word_popover", "DOUBLE_CLICK"), ("parlance.word_pointer", "PRESS")):
            _keys.append((keymap, keymap.keymap_items.new(operator, "LEFTMOUSE", value)))


def unregister() -> None:
    """Listen no more."""
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
