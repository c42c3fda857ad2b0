# SPDX-License-Identifier: GPL-3.0-or-later
"""Edit the vocal sounds of a line: add a laugh, move a cough, drop a breath. The face follows at once; nothing is heard again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

import bpy
from bpy.props import EnumProperty
from bpy.types import Operator

from ...inference.retouch import vocal_track
from .. import running
from ..animation import stored
from ..generate import live
from ..lines import lines, retouching
from ..panel.operator_base import UNDOABLE
from ..properties import retouch_properties
from ..properties.update_callbacks import registered
from .phone_operators import OnTrack, Track, frame_of, time_of, track_here

if TYPE_CHECKING:
    from ...inference.performance import VocalKind
    from ...inference.retouch.vocal_track import VocalTrack

LENGTHS: Final[dict[VocalKind, float]] = {
    "breath": 0.4, "sigh": 1.1, "laugh": 1.3, "cry": 1.8, "cough": 0.6, "effort": 0.5, "yawn": 4.0, "sniff": 0.5,
    "sneeze": 0.5, "throat": 0.7,
}  # fmt: skip
"""Seconds that a sound lasts when it is added."""


def put(root: Any, line: Any, track: VocalTrack) -> None:
    """Make vocal sounds the line's, and rebuild it. Raises ParlanceError as `live.rebuild`."""
    retouching.show_vocals(root, line, stored.unpack(line.performance), track)
    live.rebuild(root, line)


def _on_vocal(sound: Any) -> None:
    """An artist changed a field of a sound."""
    line, entry = retouch_properties.line_of(sound), retouch_properties.owner_of(sound)
    if line is None or entry is None:
        return
    with running.trouble_in_panel():
        put(sound.id_data, line, retouching.vocals_of(entry))


def _on_choice(entry: Any) -> None:
    """An artist clicked on a sound: go there."""
    line = retouch_properties.line_of(entry)
    if line is not None and 0 <= entry.vocal < len(entry.vocals):
        frame = frame_of(line, bpy.context.scene, entry.vocals[entry.vocal].start)
        bpy.context.scene.frame_set(int(frame))


class OnVocals(OnTrack):
    """An operator that changes the vocal sounds of the line in hand."""

    def change(self, context: bpy.types.Context, found: Track) -> None:
        """Put the changed sounds in."""
        track = retouching.listed_vocals(found.root, found.line)
        index = self.index if self.index >= 0 else found.entry.vocal
        put(found.root, found.line, self.changed(context, found.line, track, index))

    def changed(self, context: bpy.types.Context, line: Any, track: VocalTrack, index: int) -> VocalTrack:
        """The sounds after the change."""
        raise NotImplementedError


class PARLANCE_OT_vocal_add(OnVocals, Operator):
    """Let the character laugh, sob, cough, sigh, yawn, sniff, sneeze, breathe or strain, from the current frame on."""

    bl_idname = "parlance.vocal_add"
    bl_label = "Add Vocal Sound"
    bl_options: ClassVar = UNDOABLE

    kind: EnumProperty(name="Sound", items=retouch_properties.VOCAL_ITEMS, default="laugh")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """The new sound becomes the chosen one."""
        outcome = super().execute(context)
        found = track_here(context)
        if found is not None and outcome == {"FINISHED"}:
            start = self._start(context, found.line)
            near = [abs(each.start - start) + (each.kind != self.kind) for each in found.entry.vocals]
            with retouch_properties.quietly():
                found.entry.vocal = near.index(min(near))
        return outcome

    def changed(self, context: bpy.types.Context, line: Any, track: VocalTrack, _index: int) -> VocalTrack:
        """Within the line, as long as such a sound usually is."""
        start = self._start(context, line)
        end = min(start + LENGTHS[self.kind], lines.placement_of(line).duration)
        return vocal_track.added(track, vocal_track.made(self.kind, start, end))

    def _start(self, context: bpy.types.Context, line: Any) -> float:
        here = time_of(line, context.scene, context.scene.frame_current_final)
        return float(min(max(here, 0.0), lines.placement_of(line).duration - vocal_track.SHORTEST))


class PARLANCE_OT_vocal_remove(OnVocals, Operator):
    """Take this sound out; the face does without it, however it is heard again."""

    bl_idname = "parlance.vocal_remove"
    bl_label = "Remove Vocal Sound"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, _line: Any, track: VocalTrack, index: int) -> VocalTrack:
        """Without it."""
        return vocal_track.without(track, index)


class PARLANCE_OT_vocal_confirm(OnVocals, Operator):
    """It is one: show this sound, which was not surely heard."""

    bl_idname = "parlance.vocal_confirm"
    bl_label = "Confirm Vocal Sound"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, _line: Any, track: VocalTrack, index: int) -> VocalTrack:
        """Sure from now on."""
        return tuple(replace(sound, confidence=1.0) if at == index else sound for at, sound in enumerate(track))


class PARLANCE_OT_vocals_restore(OnVocals, Operator):
    """Put back the vocal sounds that were heard in this line."""

    bl_idname = "parlance.vocals_restore"
    bl_label = "Restore Vocal Sounds"
    bl_options: ClassVar = UNDOABLE

    def changed(self, _context: bpy.types.Context, line: Any, _track: VocalTrack, _index: int) -> VocalTrack:
        """As heard."""
        return vocal_track.of(stored.unpack(line.performance))


CLASSES: Final = (PARLANCE_OT_vocal_add, PARLANCE_OT_vocal_remove, PARLANCE_OT_vocal_confirm, PARLANCE_OT_vocals_restore)
register, unregister = registered(CLASSES, retouch_properties.on_change, {"vocal": _on_vocal, "sound": _on_choice})
