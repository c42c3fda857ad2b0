# SPDX-License-Identifier: GPL-3.0-or-later
"""The left mouse button in the phone row: what it is on, its shortcuts, and a drag that is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar

import bpy

from ...inference.errors import ParlanceError
from . import phone_row
from .phone_operators import Track, tracks_here

GRAB: Final = 5
"""Pixels around a border within which it can be dragged."""
STILL: Final = 2
"""Pixels: a mouse that moves less has clicked, not dragged."""
KEYMAPS: Final = (("Dopesheet", "DOPESHEET_EDITOR"), ("Graph Editor", "GRAPH_EDITOR"), ("Sequencer", "SEQUENCE_EDITOR"))


class HasEdges(Protocol):
    """Something drawn in the phone row, with a left and a right edge in pixels of the region."""

    @property
    def left(self) -> float:
        """The left edge."""

    @property
    def right(self) -> float:
        """The right edge."""


Box = TypeVar("Box", bound=HasEdges)


def under_mouse(
    context: bpy.types.Context,
    event: bpy.types.Event,
    band: phone_row.Band,
    visible: Callable[[bpy.types.Context, Track], Iterable[Box]],
) -> tuple[Track, Box] | None:
    """What the mouse is on, in whichever line; None beside the band."""
    low, high = band
    if not phone_row.shown(context) or context.region.type != "WINDOW" or not low <= event.mouse_region_y <= high:
        return None
    for track in tracks_here(context):
        for box in visible(context, track):
            if box.left <= event.mouse_region_x < box.right:
                return track, box
    return None


def border(box: HasEdges, x: float, grab: float) -> str:
    """Which border is meant: "start", "end", or "" between them. What is narrow keeps its middle.

    x, grab: pixels of the region, and around a border.
    """
    grab = min(grab, (box.right - box.left) / 3)
    return "start" if x - box.left <= grab else "end" if box.right - x <= grab else ""


def grab(context: bpy.types.Context) -> float:
    """Pixels around a border, on this screen."""
    return float(GRAB * context.preferences.system.ui_scale)


class Drag:
    """An operator that drags: what is dragged is seen moving, and the face follows when it is let go.

    The class that has it gives `dragged`, `show`, `finish` and `before`.
    """

    before: Any = None
    """What `show` puts back where nothing comes of it."""

    def dragged(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """What it would be with the mouse where it is."""
        raise NotImplementedError

    def show(self, context: bpy.types.Context, what: Any) -> None:
        """In the phone row only."""
        raise NotImplementedError

    def finish(self, what: Any) -> None:
        """On the face, as one undo step. Raises ParlanceError where it cannot be; then all is put back."""
        raise NotImplementedError

    def clicked(self, context: bpy.types.Context) -> set[str]:
        """The mouse was not moved."""
        return self.end(context, {"CANCELLED"}, self.before)

    def distance(self, event: bpy.types.Event) -> int:
        """Pixels that the mouse has gone, the way that counts."""
        return int(abs(event.mouse_x - event.mouse_prev_press_x))

    def begin(self, context: bpy.types.Context, cursor: str) -> set[str]:
        """Follow the mouse from now on."""
        context.window.cursor_modal_set(cursor)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Until the button is let go, or the drag is given up."""
        if event.type in {"ESC", "RIGHTMOUSE"}:
            return self.end(context, {"CANCELLED"}, self.before)
        if event.type == "MOUSEMOVE":
            self.show(context, self.dragged(context, event))
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE":
            if self.distance(event) < STILL:
                return self.clicked(context)
            try:
                self.finish(self.dragged(context, event))
            except ParlanceError as error:
                self.report({"ERROR"}, str(error))  # type: ignore[attr-defined]
                return self.end(context, {"CANCELLED"}, self.before)
            return self.end(context, {"FINISHED"})
        return {"RUNNING_MODAL"}

    def end(self, context: bpy.types.Context, outcome: set[str], back: Any = None) -> set[str]:
        """The mouse is Blender's again.   back: what is shown then, where that is not what was dragged."""
        if back is not None:
            self.show(context, back)
        context.window.cursor_modal_restore()
        context.area.header_text_set(None)
        phone_row.redraw(context)
        return outcome


def registered(classes: Sequence[type], *bindings: tuple[str, str]) -> tuple[Callable[[], None], Callable[[], None]]:
    """`register` and `unregister` of a module whose operators have the left button in the editors that have the phone_row.

    bindings: an operator, and PRESS or DOUBLE_CLICK. Of several add-on shortcuts on one button the latest is asked first.
    """
    add, remove = bpy.utils.register_classes_factory(classes)
    shortcuts: list[tuple[Any, Any]] = []

    def register() -> None:
        add()
        config = bpy.context.window_manager.keyconfigs.addon
        for name, space in KEYMAPS if config is not None else ():
            keymap = config.keymaps.new(name=name, space_type=space)
            shortcuts.extend((keymap, keymap.keymap_items.new(operator, "LEFTMOUSE", value)) for operator, value in bindings)

    def unregister() -> None:
        for keymap, item in shortcuts:
            keymap.keymap_items.remove(item)
        shortcuts.clear()
        remove()

    return register, unregister
