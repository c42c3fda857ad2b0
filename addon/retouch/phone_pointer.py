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
from ..scene import retouch_properties
from . import overlay
from .phone_operators import frame_of, lane_here, put, time_of

if TYPE_CHECKING:
    from ...inference.phone_track import Lane

GRAB: Final = 5
"""Pixels around a border within which it can be dragged."""
KEYMAPS: Final = (("Dopesheet", "DOPESHEET_EDITOR"), ("Graph Editor", "GRAPH_EDITOR"), ("Sequencer", "SEQUENCE_EDITOR"))

_keys: list[tuple[Any, Any]] = []


class PARLANCE_OT_phone_pointer(Operator):
    """Go to a phone, or drag the border between two."""

    bl_idname = "parlance.phone_pointer"
    bl_label = "Point at Phone"
    bl_options: ClassVar = {"UNDO", "INTERNAL"}

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Anything that is not on the strip is left to Blender."""
        found = lane_here(context) if overlay.shown(context) else None
        low, high = overlay.band(context)
        if found is None or context.region.type != "WINDOW" or not low <= event.mouse_region_y <= high:
            return {"PASS_THROUGH"}
        self._root, self._line, entry = found
        boxes = list(overlay.visible(context, self._line, entry))
        hit = next((box for box in boxes if box.left <= event.mouse_region_x < box.right), None)
        if hit is None:
            return {"PASS_THROUGH"}
        self._border = _border(hit, event.mouse_region_x, len(entry.phones), GRAB * context.preferences.system.ui_scale)
        self._lane: Lane = retouching.phones_of(entry)
        if self._border is None:
            entry.phone = hit.index
            overlay.redraw(context)
            return {"FINISHED"}
        context.window.cursor_modal_set("MOVE_X")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: Any, event: Any) -> set[str]:
        """The border is seen moving; the lips follow when it is let go."""
        if event.type in {"ESC", "RIGHTMOUSE"}:
            self._show(context, self._lane)
            return self._end(context, {"CANCELLED"})
        if event.type == "MOUSEMOVE" or (event.type == "LEFTMOUSE" and event.value == "RELEASE"):
            frame = context.region.view2d.region_to_view(event.mouse_region_x, 0)[0]
            moved = self._moved(time_of(self._line, context.scene, frame))
            if event.type == "MOUSEMOVE":
                self._show(context, moved)
                return {"RUNNING_MODAL"}
            try:
                put(self._root, self._line, moved)
            except ParlanceError as error:
                self.report({"ERROR"}, str(error))
                return self._end(context, {"CANCELLED"})
            return self._end(context, {"FINISHED"})
        return {"RUNNING_MODAL"}

    def _moved(self, time: float) -> Lane:
        index = self._border
        assert index is not None
        return phone_track.with_phone(self._lane, index, replace(self._lane[index], start=time))

    def _show(self, context: Any, phones: Lane) -> None:
        entry = retouch_properties.ensured(self._root, self._line)
        with retouch_properties.quietly():
            for each, phone in zip(entry.phones, phones, strict=True):
                each.start, each.end = phone.start, phone.end
        overlay.redraw(context)

    def _end(self, context: Any, outcome: set[str]) -> set[str]:
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

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Its fields, beside the mouse."""
        found = lane_here(context) if overlay.shown(context) else None
        low, high = overlay.band(context)
        if found is None or context.region.type != "WINDOW" or not low <= event.mouse_region_y <= high:
            return {"PASS_THROUGH"}
        _, line, entry = found
        boxes = overlay.visible(context, line, entry)
        hit = next((box for box in boxes if box.left <= event.mouse_region_x < box.right), None)
        if hit is None:
            return {"PASS_THROUGH"}
        entry.phone = hit.index
        return bpy.ops.wm.call_panel(name="PARLANCE_PT_phone_popover")  # type: ignore[no-any-return]


class PARLANCE_PT_phone_popover(Panel):
    """One phone."""

    bl_label = "Phone"
    bl_space_type = "TOPBAR"
    bl_region_type = "HEADER"
    bl_options: ClassVar = {"INSTANCED"}

    def draw(self, context: Any) -> None:
        """What it is, how strong, and what can be done with it."""
        found = lane_here(context)
        if found is None:
            return
        _, line, entry = found
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
