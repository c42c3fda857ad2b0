# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo and redo pass over what lies between a slider's movement and the keys that followed it; saving waits for those.

Blender makes an undo step when the mouse lets go of a slider. Where the keys come later (`later.py`) they make another one, and
in the first of the two the slider says one thing and the keys another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import bpy
from bpy.app.handlers import persistent

Action = Callable[[], object]
_asked: list[tuple[Action, Action]] = []
"""What makes the keys that are still due now, and what gives them up."""
_followed: set[str] = set()
"""The movements whose keys have followed; those of others never came, and there is nothing to pass over to."""


def due(line: Any) -> None:
    """A slider of a line has moved, and its keys come later."""
    if not line.keys_due or line.keys_due in _followed:
        line.keys_due = uuid4().hex


def followed(movement: str) -> None:
    """The keys of a movement, `keys_due` of its line, have been written; empty where none was due."""
    if movement:
        _followed.add(movement)


def watch(make_now: Action, give_up: Action) -> None:
    """Look at every undo, redo and save from now on."""
    _asked[:] = [(make_now, give_up)]
    for handlers, handler in _handlers():
        if handler not in handlers:
            handlers.append(handler)


def stop() -> None:
    """Look no more."""
    _asked.clear()
    _followed.clear()
    for handlers, handler in _handlers():
        if handler in handlers:
            handlers.remove(handler)


def _handlers() -> tuple[tuple[Any, Callable[..., None]], ...]:
    handlers = bpy.app.handlers
    return (handlers.undo_post, _on_undo), (handlers.redo_post, _on_redo), (handlers.save_pre, _on_save)


@persistent  # type: ignore[untyped-decorator]
def _on_undo(*_: Any) -> None:
    _pass_over(bpy.ops.ed.undo)


@persistent  # type: ignore[untyped-decorator]
def _on_redo(*_: Any) -> None:
    _pass_over(bpy.ops.ed.redo)


@persistent  # type: ignore[untyped-decorator]
def _on_save(*_: Any) -> None:
    for make_now, _give_up in _asked:
        make_now()


def _pass_over(step: Any) -> None:
    """Take one more step the same way where keys are due; what was due before belongs to another state of the scene."""
    for _make_now, give_up in _asked:
        give_up()
    if any(line.keys_due in _followed for thing in bpy.data.objects for line in thing.parlance.lines):
        bpy.app.timers.register(partial(_step, step))  # not within the step that has just been taken


def _step(step: Any) -> None:
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        if step.poll():
            step()
