# SPDX-License-Identifier: GPL-3.0-or-later
"""Work on the strip of phones with the mouse: click to go there, drag a border, double-click to change a phone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

import bpy
from bpy.types import Operator, Panel

from ...inference.retouch import phone_track
from ..lines import lines, retouching
from ..panel import selection
from ..panel.operator_base import attempt
from ..properties import retouch_properties
from ..sequencer import strips
from . import overlay, phone_row, pointing
from .phone_operators import Track, can_change, frame_of, list_phones, put, time_of, track_here

if TYPE_CHECKING:
    from ...inference.retouch.phone_track import PhoneTrack


def choose(context: bpy.types.Context, track: Track, index: int) -> None:
    """Go to a phone; its line becomes the one in hand. Looking is no edit, so no undo step."""
    if not track.is_current:
        strip = lines.strip_of(track.line, strips.sequencer(context))
        if strip is not None:
            selection.choose(track.root, strip, strips.sequencer(context))
    track.entry.phone = index
    phone_row.redraw(context)


def finish(track: Track, phones: PhoneTrack) -> None:
    """Let the lips follow a border that was dragged: one undo step. Raises ParlanceError as `put`."""
    put(track.root, track.line, phones)
    bpy.ops.ed.undo_push(message="Move Phone Border")


class PARLANCE_OT_phone_pointer(pointing.Drag, Operator):
    """Go to a phone, or drag the border between two."""

    bl_idname = "parlance.phone_pointer"
    bl_label = "Point at Phone"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Anything that is not on a track is left to Blender."""
        found = pointing.under_mouse(context, event, phone_row.band(context), overlay.visible)
        if found is None:
            return {"PASS_THROUGH"}
        self._track, box = found
        self.before: PhoneTrack = retouching.phones_of(self._track.entry)
        which = pointing.border(box, event.mouse_region_x, pointing.grab(context))
        self._border = box.index + (which == "end")  # the phone whose start is dragged
        if not which or not 0 < self._border < len(self.before) or not can_change(self._track.entry):
            choose(context, self._track, box.index)
            return {"FINISHED"}
        return self.begin(context, "MOVE_X")

    def dragged(self, context: bpy.types.Context, event: bpy.types.Event) -> PhoneTrack:
        """The track with the border at the mouse."""
        frame = context.region.view2d.region_to_view(event.mouse_region_x, 0)[0]
        moved = replace(self.before[self._border], start=time_of(self._track.line, context.scene, frame))
        return phone_track.with_phone(self.before, self._border, moved)

    def show(self, context: bpy.types.Context, what: PhoneTrack) -> None:
        """Where the phones would be."""
        show(context, self._track, what)

    def finish(self, what: PhoneTrack) -> None:
        """The lips follow."""
        finish(self._track, what)


def show(context: bpy.types.Context, track: Track, phones: PhoneTrack) -> None:
    """Put phones into the phone row only; the lips do not follow."""
    list_phones(track.entry)
    with retouch_properties.quietly():
        for each, phone in zip(track.entry.phones, phones, strict=True):
            each.start, each.end, each.strength = phone.start, phone.end, phone.strength
    phone_row.redraw(context)


class PARLANCE_OT_phone_popover(Operator):
    """Change the phone under the mouse."""

    bl_idname = "parlance.phone_popover"
    bl_label = "Change Phone"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Its fields, beside the mouse."""
        found = pointing.under_mouse(context, event, phone_row.band(context), overlay.visible)
        if found is None:
            return {"PASS_THROUGH"}
        choose(context, found[0], found[1].index)
        if attempt(self, lambda: list_phones(found[0].entry)) != {"FINISHED"}:
            return {"CANCELLED"}
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
BINDINGS: Final = (("parlance.phone_popover", "DOUBLE_CLICK"), ("parlance.phone_pointer", "PRESS"))
register, unregister = pointing.registered(CLASSES, *BINDINGS)
