# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at the scene for all panels, kept until something changes.

Looking for what stands in the way takes ten milliseconds among thousands of objects, and a sidebar asks with every movement of
the mouse. Blender tells of every change in the file before it draws (`depsgraph_update_post`), and of undo and another file; what
lies outside the file, the sound on disk, is asked for each time. Only drawing shares a look: operators look for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

import bpy
from bpy.app.handlers import persistent

from .. import model_choice
from ..character import characters
from ..planning import line_markers, still_eyes, stray_markers
from ..sequencer import sound, strips
from . import readiness, selection
from . import unanswered as silent

Found = TypeVar("Found")

_drawn: list[tuple[Any, Any]] = []
"""Editors with the handlers that hear of their being drawn."""
_seen: list[Any] = []
"""What was chosen and marked when one of them was drawn last."""
_latest: list[tuple[Any, readiness.Readiness]] = []
_kept: dict[Hashable, Any] = {}
"""What else panels have found out since the last change, by what it was made of."""


def look(context: bpy.types.Context) -> readiness.Readiness:
    """What a click would do here and now, for panels that draw."""
    state = _state(context)
    if not _latest or _latest[0][0] != state:
        _latest[:] = [(state, readiness.look(context))]
    return _latest[0][1]


def kept(made_of: Hashable, find: Callable[[], Found]) -> Found:
    """What a panel finds out, looked for once until something changes.   made_of: what else it depends on, which names it."""
    if made_of not in _kept:
        _kept[made_of] = find()
    found: Found = _kept[made_of]
    return found


def unanswered(character: characters.Character) -> frozenset[str]:
    """The sliders that change nothing on a character."""
    return kept(("sliders", character.root.session_uid), lambda: silent.sliders(character))


def looks_nowhere(character: characters.Character) -> str:
    """What to tell where nothing turns the eyes of a character; empty where they turn."""
    return kept(("eyes", character.root.session_uid), lambda: still_eyes.told(character))


def directions_told(context: bpy.types.Context, root: Any, line: Any | None) -> tuple[str, ...]:
    """What is told of the directions of a line, and of markers beside all lines of its character."""
    scene = context.scene
    marked = stray_markers.signature(scene)
    of_line = (line.token, line.tag_trouble) if line is not None else ()
    made_of = ("directions", root.session_uid, of_line, scene.session_uid, marked)

    def find() -> tuple[str, ...]:
        stray = stray_markers.told(root, scene) if marked else ()
        return (*(line_markers.told(root, line, scene) if line is not None else ()), *stray)

    return kept(made_of, find)


def forget(*_: Any) -> None:
    """Look at the scene anew when a panel next asks, as something has changed."""
    _latest.clear()
    _kept.clear()


def _state(context: bpy.types.Context) -> tuple[Any, ...]:
    """What may differ without a word from Blender: the selection, the scene shown, and files outside: the sound, the network."""
    sequencer = strips.sequencer(context)
    selected = context.view_layer.objects.active
    strip = selection.here(context).strip
    identity = (context.scene.session_uid, sequencer.session_uid, selected.session_uid if selected else None)
    outside = (sound.state_of(strip), model_choice.trouble())
    return (*identity, strip.name if strip else "", *outside, sum(1 for _ in strips.sounding(sequencer)))


def _follow_editors() -> None:
    """Let the sidebars of 3D views follow when a strip is selected or a marker moved: Blender draws that editor alone."""
    context = bpy.context
    sequencer = strips.sequencer(context)
    editor = sequencer.sequence_editor
    active = editor.active_strip.name if editor is not None and editor.active_strip is not None else ""
    state = (sequencer.session_uid, active, stray_markers.signature(context.scene))
    if _seen == [state]:
        return
    _seen[:] = [state]
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            for region in area.regions if area.type == "VIEW_3D" else ():
                if region.type == "UI":
                    region.tag_redraw()


HANDLERS: Final = ("depsgraph_update_post", "undo_pre", "undo_post", "redo_pre", "redo_post", "load_pre", "load_post")
_forget: Final = persistent(forget)


def register() -> None:
    """Hear of changes."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).append(_forget)
    if not bpy.app.background:
        spaces = (bpy.types.SpaceSequenceEditor, bpy.types.SpaceDopeSheetEditor, bpy.types.SpaceGraphEditor)
        _drawn[:] = [(space, space.draw_handler_add(_follow_editors, (), "WINDOW", "POST_PIXEL")) for space in spaces]


def unregister() -> None:
    """Hear of them no more."""
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).remove(_forget)
    for space, handler in _drawn:
        space.draw_handler_remove(handler, "WINDOW")
    _drawn.clear()
    forget()
