# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit the phones of a line: the lips follow at once, without hearing the sound again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import bpy
from bpy.props import IntProperty
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ...inference.retouch import phone_track
from .. import running
from ..animation import stored
from ..generate import live
from ..lines import lines, retouching
from ..panel import selection
from ..panel.operator_base import UNDOABLE, attempt
from ..properties import retouch_properties
from ..properties.update_callbacks import registered
from ..sequencer import strips

if TYPE_CHECKING:
    from ...inference.retouch.phone_track import PhoneTrack


class Track(NamedTuple):
    """The phones of one line: the character's root, the line, and its retouching."""

    root: Any
    line: Any
    entry: Any
    is_current: bool

    @property
    def phones(self) -> Any:
        """To be looked at: those listed in the file, else those that were heard."""
        return retouching.phones_of(self.entry) if self.entry.as_heard else self.entry.phones


def track_here(context: bpy.types.Context) -> Track | None:
    """The phone track of the line in hand, where it has phones."""
    here = selection.here(context)
    return _track(here, here.line) if here.root is not None and here.line is not None else None


def tracks_here(context: bpy.types.Context) -> list[Track]:
    """The phone tracks of every line of the selected character, that of the line in hand first."""
    here = selection.here(context)
    if here.root is None:
        return []
    tracks = [track for line in here.root.parlance.lines if (track := _track(here, line)) is not None]
    return sorted(tracks, key=lambda track: not track.is_current)


def _track(here: selection.Here, line: Any) -> Track | None:
    """The phone track of a line; none where it has no phones, or cannot be read."""
    entry = retouch_properties.of(here.root, line) if lines.readable(line) else None
    return Track(here.root, line, entry, line == here.line) if entry is not None and retouching.has_phones(entry) else None


def put(root: Any, line: Any, phones: PhoneTrack) -> None:
    """Make a phone track the line's, and rebuild it. Raises ParlanceError as `live.rebuild` and `list_phones`."""
    list_phones(retouch_properties.ensured(root, line))
    retouching.show(root, line, stored.unpack(line.performance), phones)
    live.rebuild(root, line)


def can_change(entry: Any) -> bool:
    """Whether phones of a line can be changed here: those of hours that are another file's have to be listed there."""
    return not (entry.as_heard and retouch_properties.is_of_library(entry))


def list_phones(entry: Any) -> None:
    """See to it that every phone is an item that can be changed. Raises ParlanceError where they cannot."""
    if not can_change(entry):
        raise ParlanceError(
            "This line is another file's and has too many phones to change here; press List in its own file, under Phones."
        )
    if entry.as_heard:
        phones = retouching.phones_of(entry)
        retouching.list_all(entry, phones, [False] * len(phones))


def frame_of(line: Any, scene: Any, time: float) -> float:
    """The scene frame of a time on a line's clock."""
    rate = strips.rate(scene)
    return lines.span_of(line, rate).first + time * rate


def time_of(line: Any, scene: Any, frame: float) -> float:
    """The time on a line's clock of a scene frame."""
    rate = strips.rate(scene)
    return (frame - lines.span_of(line, rate).first) / rate


def _on_phone(phone: Any) -> None:
    """An artist changed a field of a phone: its neighbours give way, and the lips follow."""
    line, entry = retouch_properties.line_of(phone), retouch_properties.owner_of(phone)
    if line is None or entry is None:
        return
    index = retouch_properties.index_of(phone)
    phones = retouching.phones_of(entry)
    before = replace(
        phones[index],
        start=phones[index - 1].end if index else phones[index].start,
        end=phones[index + 1].start if index + 1 < len(phones) else phones[index].end,
    )
    with running.trouble_in_panel():
        put(phone.id_data, line, phone_track.with_phone((*phones[:index], before, *phones[index + 1 :]), index, phones[index]))


def _on_choice(entry: Any) -> None:
    """An artist clicked on a phone: go there."""
    line = retouch_properties.line_of(entry)
    phones = Track(entry.id_data, line, entry, True).phones
    if line is not None and 0 <= entry.phone < len(phones):
        scene = bpy.context.scene
        frame = frame_of(line, scene, phones[entry.phone].start)
        scene.frame_set(int(frame), subframe=frame % 1 if scene.show_subframe else 0.0)


class OnTrack:
    """An operator that changes what a line has in its phone row, at one place: the index given, else the chosen one."""

    index: IntProperty(default=-1, options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where there is a line that was heard."""
        return track_here(context) is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change it and rebuild."""
        found = track_here(context)
        if found is None:
            return {"CANCELLED"}
        return attempt(self, lambda: self.change(context, found))

    def change(self, context: bpy.types.Context, found: Track) -> None:
        """Change the phones. Raises ParlanceError as `put`."""
        raise NotImplementedError


class OnPhone(OnTrack):
    """An operator that changes the phones of the line in hand."""

    def change(self, context: bpy.types.Context, found: Track) -> None:
        """Put the changed track in."""
        phones = retouching.phones_of(found.entry)
        index = min(self.index if self.index >= 0 else found.entry.phone, len(phones) - 1)
        put(found.root, found.line, self.changed(context, found.line, phones, index))

    def changed(self, context: bpy.types.Context, line: Any, phones: PhoneTrack, index: int) -> PhoneTrack:
        """The track after the change."""
        raise NotImplementedError


class PARLANCE_OT_phone_mute(OnPhone, Operator):
    """Let the mouth pass over this phone; click again to bring it back."""

    bl_idname = "parlance.phone_mute"
    bl_label = "Mute Phone"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, _line: Any, phones: PhoneTrack, index: int) -> PhoneTrack:
        """Strength 0, or 1 again."""
        return phone_track.with_phone(phones, index, replace(phones[index], strength=0.0 if phones[index].strength else 1.0))


class PARLANCE_OT_phone_split(OnPhone, Operator):
    """Cut this phone in two at the current frame, or in the middle; then change either."""

    bl_idname = "parlance.phone_split"
    bl_label = "Split Phone"
    bl_options: ClassVar = UNDOABLE

    def changed(self, context: bpy.types.Context, line: Any, phones: PhoneTrack, index: int) -> PhoneTrack:
        """The playhead cuts where it is inside the phone."""
        time = time_of(line, context.scene, context.scene.frame_current_final)
        phone = phones[index]
        inside = phone.start + phone_track.SHORTEST <= time <= phone.end - phone_track.SHORTEST
        return phone_track.split(phones, index, time if inside else (phone.start + phone.end) / 2)


class PARLANCE_OT_phone_remove(OnPhone, Operator):
    """Take this phone out; its neighbours fill its place."""

    bl_idname = "parlance.phone_remove"
    bl_label = "Remove Phone"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, _line: Any, phones: PhoneTrack, index: int) -> PhoneTrack:
        """Both neighbours meet in its middle."""
        return phone_track.without(phones, index)


class PARLANCE_OT_phone_restore(OnPhone, Operator):
    """Put back what was heard here."""

    bl_idname = "parlance.phone_restore"
    bl_label = "Restore Phone"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, line: Any, phones: PhoneTrack, index: int) -> PhoneTrack:
        """As heard, wherever this phone stands."""
        return phone_track.restored(phones, index, stored.unpack(line.performance).phones)


class PARLANCE_OT_phones_restore(OnPhone, Operator):
    """Put back everything that was heard in this line."""

    bl_idname = "parlance.phones_restore"
    bl_label = "Restore All Phones"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, line: Any, _phones: PhoneTrack, _index: int) -> PhoneTrack:
        """The phones as they were heard."""
        return stored.unpack(line.performance).phones


class PARLANCE_OT_phones_list(OnTrack, Operator):
    """List every phone of this line, to change them in the panel; of hours that takes a moment, and memory."""

    bl_idname = "parlance.phones_list"
    bl_label = "List Phones"
    bl_options: ClassVar = UNDOABLE

    def change(self, _context: bpy.types.Context, found: Track) -> None:
        """List the phones as they stand."""
        list_phones(found.entry)


class PARLANCE_OT_phone_here(OnPhone, Operator):
    """Choose the phone at the current frame."""

    bl_idname = "parlance.phone_here"
    bl_label = "Phone at Playhead"
    bl_options: ClassVar = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Without going to its start."""
        found = track_here(context)
        if found is None:
            return {"CANCELLED"}
        _, line, entry, _ = found
        with retouch_properties.quietly():
            here = time_of(line, context.scene, context.scene.frame_current_final)
            entry.phone = phone_track.at(retouching.phones_of(entry), here)
        return {"FINISHED"}


CLASSES: Final = (
    PARLANCE_OT_phone_mute,
    PARLANCE_OT_phone_split,
    PARLANCE_OT_phone_remove,
    PARLANCE_OT_phone_restore,
    PARLANCE_OT_phones_restore,
    PARLANCE_OT_phones_list,
    PARLANCE_OT_phone_here,
)
register, unregister = registered(CLASSES, retouch_properties.on_change, {"phone": _on_phone, "choice": _on_choice})
