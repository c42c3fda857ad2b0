# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal sounds among the phones in the editors: drawn over those they take the mouth from, dragged with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

import bpy
from bpy.types import Operator

from ...inference.retouch import vocal_track
from ..lines import lines, retouching
from ..properties import retouch_properties
from . import phone_row, pointing
from .phone_operators import Track, time_of
from .vocal_operators import put

if TYPE_CHECKING:
    from ...inference.performance import Event

COLOURS: Final = {
    "breath": (0.55, 0.72, 0.80), "sigh": (0.50, 0.62, 0.78), "laugh": (0.78, 0.55, 0.08), "cry": (0.40, 0.48, 0.85),
    "cough": (0.62, 0.60, 0.30), "effort": (0.85, 0.42, 0.38), "yawn": (0.58, 0.45, 0.62), "sniff": (0.45, 0.66, 0.62),
    "sneeze": (0.68, 0.66, 0.42), "throat": (0.52, 0.52, 0.40),
}  # fmt: skip
OPACITY: Final = (0.3, 0.92)
"""Of a sound that nobody is sure of, and of one that is sure."""
Grip: TypeAlias = Literal["start", "end", "all"]


@dataclass(frozen=True)
class Box:
    """One sound on the screen, in pixels of its region."""

    index: int
    left: float
    right: float


def visible(context: bpy.types.Context, track: Track) -> Iterator[Box]:
    """The sounds of a line within the region."""
    origin, per_second = phone_row.seconds(context, track.line)
    for index, sound in enumerate(track.entry.vocals):
        box = Box(index, origin + sound.start * per_second, origin + sound.end * per_second)
        if box.right > 0 and box.left < context.region.width:
            yield box


def draw(context: bpy.types.Context, track: Track, size: float) -> None:
    """Draw the sounds of a line over its phones. size: of the font, in pixels."""
    import blf

    solid = 1.0 if track.is_current else phone_row.OTHER_LINE
    drawn, (low, high), shown = phone_row.Rectangles(), phone_row.band(context), list(visible(context, track))
    for box in shown:
        sound = track.entry.vocals[box.index]
        alpha = solid * (OPACITY[0] + (OPACITY[1] - OPACITY[0]) * min(max((sound.confidence - 0.3) / 0.4, 0), 1))
        drawn.add(box.left, max(box.right - 1, box.left + 2), low, high, (*COLOURS[sound.kind], alpha))
    drawn.draw()
    blf.size(0, size)
    blf.enable(0, blf.SHADOW)
    blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.8)
    for box in shown:
        text = track.entry.vocals[box.index].kind
        width = blf.dimensions(0, text)[0]
        if width <= box.right - box.left:
            blf.color(0, 1.0, 1.0, 1.0, solid)
            blf.position(0, (box.left + box.right - width) / 2, low + (high - low - 0.7 * size) / 2, 0)
            blf.draw(0, text)
    blf.disable(0, blf.SHADOW)


def moved(sound: Event, grip: Grip, seconds: float, duration: float) -> Event:
    """A sound dragged by an edge or as a whole, kept within the line and no shorter than a sound can be."""
    if grip == "start":
        start = min(max(sound.time + seconds, 0.0), sound.end - vocal_track.SHORTEST)
        return replace(sound, time=start, duration=sound.end - start)
    if grip == "end":
        return replace(sound, duration=max(min(sound.end + seconds, duration) - sound.time, vocal_track.SHORTEST))
    return replace(sound, time=min(max(sound.time + seconds, 0.0), max(duration - sound.duration, 0.0)))


class PARLANCE_OT_vocal_pointer(pointing.Drag, Operator):
    """Choose a vocal sound, or drag it or one of its ends."""

    bl_idname = "parlance.vocal_pointer"
    bl_label = "Point at Vocal Sound"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Anything that is not on a sound is left to the phones, and to Blender."""
        found = pointing.under_mouse(context, event, phone_row.band(context), visible)
        if found is None:
            return {"PASS_THROUGH"}
        self._track, box = found
        self._index, self._began = box.index, event.mouse_region_x
        self._grip: Grip = pointing.border(box, self._began, pointing.grab(context)) or "all"  # type: ignore[assignment]
        self._sounds = retouching.vocals_of(self._track.entry)
        self.before = self._sounds[self._index]
        return self.begin(context, "HAND" if self._grip == "all" else "MOVE_X")

    def clicked(self, context: bpy.types.Context) -> set[str]:
        """It is the chosen one."""
        outcome = self.end(context, {"FINISHED"}, self.before)
        self._track.entry.vocal = self._index
        return outcome

    def dragged(self, context: bpy.types.Context, event: bpy.types.Event) -> Event:
        """The sound where the mouse has taken it."""
        view, line = context.region.view2d, self._track.line
        one, other = (time_of(line, context.scene, view.region_to_view(x, 0)[0]) for x in (self._began, event.mouse_region_x))
        return moved(self.before, self._grip, other - one, lines.placement_of(line).duration)

    def show(self, context: bpy.types.Context, what: Event) -> None:
        """Where it would be."""
        entry = self._track.entry.vocals[self._index]
        with retouch_properties.quietly():
            entry.start, entry.end = what.time, what.end
        phone_row.redraw(context)

    def finish(self, what: Event) -> None:
        """The face follows."""
        finish(self._track, (*self._sounds[: self._index], what, *self._sounds[self._index + 1 :]))


def finish(track: Track, sounds: vocal_track.VocalTrack) -> None:
    """Let the face follow a sound that was dragged: one undo step. Raises ParlanceError as `put`."""
    put(track.root, track.line, tuple(sorted(sounds, key=lambda sound: sound.time)))
    bpy.ops.ed.undo_push(message="Move Vocal Sound")


CLASSES: Final = (PARLANCE_OT_vocal_pointer,)  # registered after the phones' pointer, so it is asked first
register, unregister = pointing.registered(CLASSES, ("parlance.vocal_pointer", "PRESS"))
