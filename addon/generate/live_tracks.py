# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow an artist's edits of keys: a line is rebuilt when its emotion or blink tracks change; teeth and tongue follow the jaw.

Blender tells that an action changed, not what changed, and while a key is being dragged nothing may touch its curve. So a change
is only noted, and a moment after the last one, with no tool running, the lines whose tracks changed are rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import bpy
from bpy.app.handlers import persistent

from .. import running
from ..animation import slots
from ..lines import lines, tracks
from ..writing import follower_keys, main_mesh
from . import live, looking

PAUSE: Final = 0.15
"""Seconds after the last change before the face follows."""


def refresh() -> None:
    """Rebuild every line whose tracks an artist has changed since it was written; share changes of shapes among its meshes."""
    for root in {root for root, _ in _lines()}:
        _look(root)
    for root, token in [(root, line.token) for root, line in _lines()]:
        line = lines.with_token(root, token)
        if line is None:
            continue
        with running.trouble_in_panel():
            if _tracks_changed(root, line) or follower_keys.is_behind(root, line):
                live.rebuild(root, line)
            else:
                main_mesh.copy_edits(root, line)


def _look(root: Any) -> None:
    """Where a key has chosen something else to look at, the eyes turn there."""
    with running.trouble_in_panel():
        if looking.is_keyed(root):
            looking.refresh(root)


def _lines() -> Iterator[tuple[Any, Any]]:
    for root in bpy.data.objects:
        for line in root.parlance.lines:
            if line.performance and lines.readable(line):
                yield root, line


def _tracks_changed(root: Any, line: Any) -> bool:
    curves = slots.existing(root)
    if curves is None or not slots.written_by_us(curves.action):
        return False
    return tracks.touched(curves, line, slots.Records().of(curves.action))


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


def _when_quiet(windows: Iterable[Any] | None = None) -> float | None:
    """A timer's callback: seconds until it wants to be called again, None when it is done.

    windows: those in which a tool may be running; all that are open by default.
    """
    opened = bpy.context.window_manager.windows if windows is None else windows
    if running.job is not None or any(window.modal_operators for window in opened):
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
