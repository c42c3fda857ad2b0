# SPDX-License-Identifier: GPL-3.0-or-later
"""Vocal sounds among the phones in the editors: drawn over those they take the mouth from, dragged with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias

import bpy
from bpy.types import Operator

from ...inference import vocal_track
from ...inference.errors import ParlanceError
from ..generate import retouching
from ..scene import lines, retouch_properties, strips
from .phone_operators import Track, time_of, tracks_here
from .vocal_operators import put

if TYPE_CHECKING:
    from ...inference.performance import Event

COLOURS: Final = {
    "breath": (0.55, 0.72, 0.80), "sigh": (0.50, 0.62, 0.78), "laugh": (0.78, 0.55, 0.08), "cry": (0.40, 0.48, 0.85),
    "cough": (0.62, 0.60, 0.30), "effort": (0.85, 0.42, 0.38),
}  # fmt: skip
OPACITY: Final = (0.3, 0.92)
"""Of a sound that nobody is sure of, and of one that is sure."""
GRAB: Final = 6
STILL: Final = 2
"""Pixels around an edge in which it can be dragged, and below which a mouse has clicked."""
KEYMAPS: Final = (("Dopesheet", "DOPESHEET_EDITOR"), ("Graph Editor", "GRAPH_EDITOR"), ("Sequencer", "SEQUENCE_EDITOR"))
Grip: TypeAlias = Literal["start", "end", "all"]

_keys: list[tuple[Any, Any]] = []


def visible(context: bpy.types.Context, track: Track) -> Iterator[tuple[int, float, float]]:
    """Which sounds of a line are within the region: index, left and right edge in pixels."""
    rate = strips.rate(context.scene)
    first = lines.span_of(track.line, rate).first
    view, width = context.region.view2d, context.region.width
    origin = view.view_to_region(first, 0, clip=False)[0]
    per_second = (view.view_to_region(first + 1000 * rate, 0, clip=False)[0] - origin) / 1000
    for index, sound in enumerate(track.entry.vocals):
        left, right = origin + sound.start * per_second, origin + sound.end * per_second
        if right > 0 and left < width:
            yield index, left, right


def draw(context: bpy.types.Context, track: Track, band: tuple[float, float], size: float, solid: float) -> None:
    """Draw the sounds of a line over its phones. band: lower and upper edge; size: of the font; solid: 1 for the line in hand."""
    import blf
    import gpu
    from gpu_extras.batch import batch_for_shader

    shown = list(visible(context, track))
    corners: list[tuple[float, float]] = []
    colours: list[tuple[float, float, float, float]] = []
    low, high = band
    for index, left, right in shown:
        sound = track.entry.vocals[index]
        edge = max(right - 1, left + 2)
        alpha = solid * (OPACITY[0] + (OPACITY[1] - OPACITY[0]) * min(max((sound.confidence - 0.3) / 0.4, 0), 1))
        corners.extend(((left, low), (edge, low), (edge, high), (left, low), (edge, high), (left, high)))
        colours.extend([(*COLOURS[sound.kind], alpha)] * 6)
    if not corners:
        return
    shader = gpu.shader.from_builtin("FLAT_COLOR")
    gpu.state.blend_set("ALPHA")
    batch_for_shader(shader, "TRIS", {"pos": corners, "color": colours}).draw(shader)
    gpu.state.blend_set("NONE")
    blf.size(0, size)
    blf.enable(0, blf.SHADOW)
    blf.shadow(0, 3, 0.0, 0.0, 0.0, 0.8)
    for index, left, right in shown:
        text = track.entry.vocals[index].kind
        width = blf.dimensions(0, text)[0]
        if width <= right - left:
            blf.color(0, 1.0, 1.0, 1.0, solid)
            blf.position(0, (left + right - width) / 2, low + (high - low - 0.7 * size) / 2, 0)
            blf.draw(0, text)
    blf.disable(0, blf.SHADOW)


def under_mouse(context: bpy.types.Context, event: bpy.types.Event) -> tuple[Track, int, Grip] | None:
    """The sound that the mouse is on, and what of it; None beside all."""
    from . import overlay

    low, high = overlay.band(context)
    x = event.mouse_region_x
    if not overlay.shown(context) or context.region.type != "WINDOW" or not low <= event.mouse_region_y <= high:
        return None
    for track in tracks_here(context):
        for index, left, right in visible(context, track):
            if left <= x < right:
                grab = min(GRAB * context.preferences.system.ui_scale, (right - left) / 3)
                return track, index, "start" if x - left <= grab else "end" if right - x <= grab else "all"
    return None


def moved(sound: Event, grip: Grip, seconds: float, duration: float) -> Event:
    """A sound dragged by an edge or as a whole, kept within the line and no shorter than a sound can be."""
    if grip == "start":
        start = min(max(sound.time + seconds, 0.0), sound.end - vocal_track.SHORTEST)
        return replace(sound, time=start, duration=sound.end - start)
    if grip == "end":
        return replace(sound, duration=max(min(sound.end + seconds, duration) - sound.time, vocal_track.SHORTEST))
    return replace(sound, time=min(max(sound.time + seconds, 0.0), max(duration - sound.duration, 0.0)))


class PARLANCE_OT_vocal_pointer(Operator):
    """Choose a vocal sound, or drag it or one of its ends."""

    bl_idname = "parlance.vocal_pointer"
    bl_label = "Point at Vocal Sound"
    bl_options: ClassVar = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Anything that is not on a sound is left to the phones, and to Blender."""
        found = under_mouse(context, event)
        if found is None:
            return {"PASS_THROUGH"}
        self._track, self._index, self._grip = found
        self._before = retouching.vocals_of(self._track.entry)
        self._began = event.mouse_region_x
        context.window.cursor_modal_set("HAND" if self._grip == "all" else "MOVE_X")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """The sound is seen moving; the face follows when it is let go."""
        if event.type in {"ESC", "RIGHTMOUSE"}:
            return self._end(context, self._before, {"CANCELLED"})
        if event.type == "MOUSEMOVE":
            self._show(context, self._dragged(context, event))
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE":
            if abs(event.mouse_region_x - self._began) <= STILL:
                outcome = self._end(context, self._before, {"FINISHED"})
                self._track.entry.vocal = self._index
                return outcome
            return self._finish(context, self._dragged(context, event))
        return {"RUNNING_MODAL"}

    def _dragged(self, context: bpy.types.Context, event: bpy.types.Event) -> Event:
        view, line = context.region.view2d, self._track.line
        one, other = (time_of(line, context.scene, view.region_to_view(x, 0)[0]) for x in (self._began, event.mouse_region_x))
        return moved(self._before[self._index], self._grip, other - one, lines.placement_of(line).duration)

    def _finish(self, context: bpy.types.Context, sound: Event) -> set[str]:
        track = (*self._before[: self._index], sound, *self._before[self._index + 1 :])
        try:
            finish(self._track, track)
        except ParlanceError as error:
            self.report({"ERROR"}, str(error))
            return self._end(context, self._before, {"CANCELLED"})
        context.window.cursor_modal_restore()
        return {"FINISHED"}

    def _show(self, context: bpy.types.Context, sound: Event) -> None:
        from . import overlay

        entry = self._track.entry.vocals[self._index]
        with retouch_properties.quietly():
            entry.start, entry.end = sound.time, sound.end
        overlay.redraw(context)

    def _end(self, context: bpy.types.Context, track: vocal_track.VocalTrack, outcome: set[str]) -> set[str]:
        self._show(context, track[self._index])
        context.window.cursor_modal_restore()
        return outcome


def finish(track: Track, sounds: vocal_track.VocalTrack) -> None:
    """Let the face follow a sound that was dragged: one undo step. Raises ParlanceError as `put`."""
    put(track.root, track.line, tuple(sorted(sounds, key=lambda sound: sound.time)))
    bpy.ops.ed.undo_push(message="Move Vocal Sound")


def register() -> None:
    """Listen to the mouse before the phones do: of several add-on shortcuts on one button, the latest is asked first."""
    bpy.utils.register_class(PARLANCE_OT_vocal_pointer)
    config = bpy.context.window_manager.keyconfigs.addon
    if config is None:
        return
    for name, space in KEYMAPS:
        keymap = config.keymaps.new(name=name, space_type=space)
        _keys.append((keymap, keymap.keymap_items.new("parlance.vocal_pointer", "LEFTMOUSE", "PRESS")))


def unregister() -> None:
    """Listen no more."""
    for keymap, item in _keys:
        keymap.keymap_items.remove(item)
    _keys.clear()
    bpy.utils.unregister_class(PARLANCE_OT_vocal_pointer)
