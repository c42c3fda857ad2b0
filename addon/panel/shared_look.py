# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at the scene for all panels, kept until something changes.

Looking for what stands in the way takes ten milliseconds among thousands of objects, and a sidebar asks with every movement of
the mouse. Blender tells of every change in the file before it draws (`depsgraph_update_post`), and of undo and another file; what
lies outside the file, the sound on disk, is asked for each time. Only drawing shares a look: operators look for themselves.
"""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.app.handlers import persistent

from ..scene import sound, strips
from . import readiness, selection

_latest: list[tuple[Any, readiness.Readiness]] = []


def look(context: bpy.types.Context) -> readiness.Readiness:
    """What a click would do here and now, for panels that draw."""
    state = _state(context)
    if not _latest or _latest[0][0] != state:
        _latest[:] = [(state, readiness.look(context))]
    return _latest[0][1]


def forget(*_: Any) -> None:
    """Something changed."""
    _latest.clear()


def _state(context: bpy.types.Context) -> tuple[Any, ...]:
    """What may differ without a word from Blender: the selection, the scene shown, and the file of the sound."""
    sequencer = strips.sequencer(context)
    selected = context.view_layer.objects.active
    strip = selection.here(context).strip
    identity = (context.scene.session_uid, sequencer.session_uid, selected.session_uid if selected else None)
    return (*identity, strip.name if strip else "", sound.state_of(strip), len(strips.sound_strips(sequencer)))


HANDLERS: Final = ("depsgraph_update_post", "undo_pre", "undo_post", "redo_pre", "redo_post", "load_pre", "load_post")
_forget: Final = persistent(forget)


def register() -> None:
    """Hear of changes."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).append(_forget)


def unregister() -> None:
    """Hear of them no more."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).remove(_forget)
    forget()
