# SPDX-License-Identifier: GPL-3.0-or-later
"""A live session ends when another file is opened, pauses while the file is saved, and leaves nothing behind in undo."""

from __future__ import annotations

from typing import Any, Final

import bpy
from bpy.app.handlers import persistent

from . import puppet, session


@persistent  # type: ignore[untyped-decorator]
def _closing(*_: Any) -> None:
    session.stop(closing=True)


@persistent  # type: ignore[untyped-decorator]
def _saving(*_: Any) -> None:
    """What is saved is the face as it was."""
    if session.current is not None:
        session.current.puppet.leave()


@persistent  # type: ignore[untyped-decorator]
def _elsewhere(*_: Any) -> None:
    """Another file or another step of the undo stack: what it still shows of a session is put back."""
    running = session.current
    if running is None:
        puppet.heal()
        return
    try:
        running.puppet.renew()
    except ReferenceError:
        session.stop(closing=True)
        puppet.heal()


_HANDLERS: Final = {
    "load_pre": _closing,
    "save_pre": _saving,
    "load_post": _elsewhere,
    "undo_post": _elsewhere,
    "redo_post": _elsewhere,
}


def register() -> None:
    """Listen."""
    for name, handler in _HANDLERS.items():
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    """Listen no more."""
    for name, handler in _HANDLERS.items():
        getattr(bpy.app.handlers, name).remove(handler)
