# SPDX-License-Identifier: GPL-3.0-or-later
"""Move a key of an emotion or blink track, press nothing: the face follows.

Blender tells that an action changed, not what changed, and while a key is being dragged nothing may touch its curve. So a change
is only noted, and a moment after the last one, with no tool running, the lines whose tracks changed are rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import bpy
from bpy.app.handlers import persistent

from ...inference.errors import ParlanceError
from ..scene import lines, slots, strips
from . import live, running, tracks

PAUSE: Final = 0.15
"""Seconds after the last change before the face follows."""


def refresh() -> None:
    """Rebuild every line whose tracks an artist has changed since it was written."""
    scene = bpy.context.scene
    for root, line in list(_changed_lines(strips.rate(scene))):
        try:
            live.rebuild(scene, root, line)
        except ParlanceError as error:
            running.trouble = str(error)


def _changed_lines(fps: float) -> Iterator[tuple[Any, Any]]:
    for root in bpy.data.objects:
        sheet = slots.existing(root) if len(root.parlance.lines) else None
        if sheet is None or not slots.written_by_us(sheet.action):
            continue
        records = slots.Records().of(sheet.action)
        for line in root.parlance.lines:
            if line.performance and tracks.touched(sheet, line.token, lines.span_of(line, fps), records):
                yield root, line


@persistent  # type: ignore[untyped-decorator]
def _on_update(_scene: Any, depsgraph: Any) -> None:
    if not depsgraph.id_type_updated("ACTION"):
        return
    if not any(
        slots.written_by_us(update.id.original) for update in depsgraph.updates if isinstance(update.id, bpy.types.Action)
    ):
        return
    if bpy.app.timers.is_registered(_when_quiet):
        bpy.app.timers.unregister(_when_quiet)
    bpy.app.timers.register(_when_quiet, first_interval=PAUSE)


def _when_quiet() -> float | None:
    """A timer's callback: seconds until it wants to be called again, None when it is done."""
    if running.job is not None or any(window.modal_operators for window in bpy.context.window_manager.windows):
        return PAUSE
    refresh()
    return None


def register() -> None:
    """Watch actions."""
    bpy.app.handlers.depsgraph_update_post.append(_on_update)


def unregister() -> None:
    """Stop watching."""
    bpy.app.handlers.depsgraph_update_post.remove(_on_update)
    if bpy.app.timers.is_registered(_when_quiet):
        bpy.app.timers.unregister(_when_quiet)
