# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the strip of phones with the mouse: click to go there, drag a border, double-click to change a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

import bpy
from bpy.types import Operator, Panel

from ...inference import phone_track
from ...inference.errors import ParlanceError
from ..generate import retouching
from ..panel import selection
from ..scene import lines, retouch_properties, strips
from . import overlay
from .phone_operators import Track, frame_of, put, time_of, track_here, tracks_here

if TYPE_CHECKING:
    from ...inference.phone_track import PhoneTrack

GRAB: Final = 5
"""Pixels around a border within which it can be dragged."""
STILL: Final = 2
"""Pixels: a mouse that moves less has clicked, not dragged."""
KEYMAPS: Final = (("Dopesheet", "DOPESHEET_EDITOR"), ("Graph Editor", "GRAPH_EDITOR"), ("Sequencer", "SEQUENCE_EDITOR"))

_keys: list[tuple[Any, Any]] = []


def under_mouse(context: bpy.types.Context, event: bpy.types.Event) -> tuple[Track, overlay.Box] | None:
    """The phone that the mouse is on, in whichever line; None beside the tracks."""
    low, high = overlay.band(context)
    if not overlay.shown(context) or context.region.type != "WINDOW" or not low <= event.mouse_region_y <= high:
        return None
    for track in tracks_here(context):
        for box in overlay.visible(context, track):
            if box.left <= event.mouse_region_x < box.right:
                return track, box
    return None


def choose(context: bpy.types.Context, track: Track, index: int) -> None:
    """Go to a phone; its line becomes the one in hand. Looking is no edit, so no undo step."""
    if not track.is_current:
        strip = lines.strip_of(track.line, strips.sequencer(context))
        if strip is not None:
            selection.choose(track.root, strip, strips.sequencer(context))
    track.entry.phone = index
    overlay.redraw(context)


def finish(track: Track, phones: PhoneTrack) -> None:
    """Let the lips follow a border that was dragged: one undo step. Raises ParlanceError as `put`."""
    put(track.root, track.line, phones)
    bpy.ops.ed.undo_push(message="Move Phone Border")


class PARLANCE_OT_phone_pointer(Operator):
    """Go to a phone, or drag the border between two."""

    bl_idname = "parlance.phone_pointer"
    bl_label = "Point at Phone"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Anything that is not on a track is left to Blender."""
        found = under_mouse(context, event)
        if found is None:
            return {"PASS_THROUGH"}
        self._track, box = found
        phones = self._track.entry.phones
        self._border = _border(box, event.mouse_region_x, len(phones), GRAB * context.preferences.system.ui_scale)
        self._before: PhoneTrack = retouching.phones_of(self._track.entry)
        if self._border is None:
            choose(context, self._track, box.index)
            return {"FINISHED"}
        context.window.cursor_modal_set("MOVE_X")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """The border is seen moving; the lips follow when it is let go."""
        if event.type in {"ESC", "RIGHTMOUSE"}:
            return self._give_up(context)
        if event.type == "MOUSEMOVE" or (event.type == "LEFTMOUSE" and event.value == "RELEASE"):
            frame = context.region.view2d.region_to_view(event.mouse_region_x, 0)[0]
            moved = self._moved(time_of(self._track.line, context.scene, frame))
            if event.type == "MOUSEMOVE":
                self._show(context, moved)
                return {"RUNNING_MODAL"}
            if abs(event.mouse_x - event.mouse_prev_press_x) < STILL:
                return self._give_up(context)
            try:
                finish(self._track, moved)
            except ParlanceError as error:
                self.report({"ERROR"}, str(error))
                return self._give_up(context)
            return self._end(context, {"FINISHED"})
        return {"RUNNING_MODAL"}

    def _moved(self, time: float) -> PhoneTrack:
        index = self._border
        assert index is not None
        return phone_track.with_phone(self._before, index, replace(self._before[index], start=time))

    def _show(self, context: bpy.types.Context, phones: PhoneTrack) -> None:
        with retouch_properties.quietly():
            for each, phone in zip(self._track.entry.phones, phones, strict=True):
                each.start, each.end = phone.start, phone.end
        overlay.redraw(context)

    def _give_up(self, context: bpy.types.Context) -> set[str]:
        self._show(context, self._before)
        return self._end(context, {"CANCELLED"})

    def _end(self, context: bpy.types.Context, outcome: set[str]) -> set[str]:
        context.window.cursor_modal_restore()
        overlay.redraw(context)
        return outcome


def _border(box: overlay.Box, x: float, count: int, grab: float) -> int | None:
    """Which phone's start is meant; None between borders and at the ends of the line. Narrow phones keep their middle."""
    grab = min(grab, (box.right - box.left) / 3)
    if x - box.left <= grab and box.index > 0:
        return box.index
    if box.right - x <= grab and box.index + 1 < count:
        return box.index + 1
    return None


class PARLANCE_OT_phone_popover(Operator):
    """Change the phone under the mouse."""

    bl_idname = "parlance.phone_popover"
    bl_label = "Change Phone"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Its fields, beside the mouse."""
        found = under_mouse(context, event)
        if found is None:
            return {"PASS_THROUGH"}
        choose(context, found[0], found[1].index)
        return bpy.ops.wm.call_panel(name="PARLANCE_PT_phone_popover")  # type: ignore[no-any-return]


class PARLANCE_PT_phone_popover(Panel):
    """One phone."""

    bl_label = "Phone"
    bl_space_type = "TOPBAR"
    bl_region_type = "HEADER"
    bl_options: ClassVar = {"INSTANCED"}

    def draw(self, context: bpy.types.Context) -> None:
        """What it is, how strong, and what can be done with it."""
        found = track_here(context)
        if found is None:
            return
        line, entry = found.line, found.entry
        phone = entry.phones[entry.phone]
        layout = self.layout
        layout.label(text=f"Frame {frame_of(line, context.scene, phone.start):.0f}, {phone.confidence:.0%} sure")
        layout.prop(phone, "symbol", text="")
        layout.prop(phone, "strength", slider=True)
        row = layout.row(align=True)
        row.operator("parlance.phone_mute", text="Mute" if phone.strength else "Unmute")
        row.operator("parlance.phone_split", text="Split")
        row.operator("parlance.phone_remove", text="Remove")
        row = layout.row()
        row.enabled = phone.changed
        row.operator("parlance.phone_restore", text="Restore")


CLASSES: Final = (PARLANCE_OT_phone_pointer, PARLANCE_OT_phone_popover, PARLANCE_PT_phone_popover)


def register() -> None:
    """Listen to the mouse in the editors that show the strip."""
    for each in CLASSES:
        bpy.utils.register_class(each)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is None:
        return
    for name, space in KEYMAPS:
        keymap = config.keymaps.new(name=name, space_type=space)
        for operator, value in (("parlance.phone_popover", "DOUBLE_CLICK"), ("parlance.phone_pointer", "PRESS")):
            _keys.append((keymap, keymap.keymap_items.new(operator, "LEFTMOUSE", value)))


def unregister() -> None:
    """Listen no more."""
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
