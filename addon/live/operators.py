# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of the panel Live: listen, and stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.types import Operator

from ...inference.errors import ParlanceError
from ..character import characters, hierarchy
from ..panel import selection
from ..panel.operator_base import attempt
from ..properties import properties
from ..sequencer import strips
from . import puppet, recorders, session, settings

SHORTEST: Final = 0.3
"""Seconds of a recording that is worth a strip."""


class PARLANCE_OT_live_start(Operator):
    """Listen, and let the selected character show what is said. Nothing is keyed; the face is put back when it stops."""

    bl_idname = "parlance.live_start"
    bl_label = "Listen"
    bl_options: ClassVar = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where somebody is selected, and nobody is shown yet."""
        if session.current is not None:
            return False
        root = selection.root_here(context)
        if root is None or not root.is_editable:
            cls.poll_message_set("Select a character of this file")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start, or say why not."""
        return attempt(self, lambda: start(context))


class PARLANCE_OT_live_stop(Operator):
    """Stop listening; the face goes back to where it was, and what was recorded gets its strip."""

    bl_idname = "parlance.live_stop"
    bl_label = "Stop"
    bl_options: ClassVar = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """While somebody is shown."""
        return session.current is not None

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """End it."""
        session.stop()
        return {"FINISHED"}


def start(context: bpy.types.Context) -> None:
    """Begin a session with what the panel says. Raises ParlanceError."""
    chosen = settings.of(context)
    character = selection.here(context).character
    if character is None or not character.speaks:
        raise ParlanceError("Select a character whose face can speak.")
    if session.current is not None:
        raise ParlanceError("A face is shown live already; stop it first.")
    direction = selection.here(context).direction
    kept = _place(character) if chosen.record and chosen.source != "LIVE_LINK" else None
    shown = puppet.Puppet(character)
    heard = _heard(chosen)
    generates = chosen.generate
    try:
        session.start(
            session.Session(
                shown, heard, direction=_directed(direction, turns=shown.turns_head), look_ahead=int(chosen.look_ahead) / 1000.0,
                kept=kept, done=(lambda over: place(over, generate=generates)) if kept is not None else None,
            )
        )  # fmt: skip
    except ParlanceError:
        heard.close()
        raise


def _heard(chosen: settings.LiveSettings) -> Any:
    from ...inference.live.sources import GrowingFile
    from ...inference.live.udp import Receiver

    if chosen.source == "LIVE_LINK":
        # Where Blender is told to stay offline, only senders on this machine are heard.
        return Receiver(chosen.port, "0.0.0.0" if bpy.app.online_access else "127.0.0.1")
    if chosen.source == "FILE":
        path = Path(bpy.path.abspath(chosen.path)) if chosen.path else None
        if path is None or not path.is_file():
            raise ParlanceError("Choose the WAV file that grows; the recorder must have begun it.")
        return GrowingFile(path)
    return recorders.Recorder(chosen.device.strip())


def _directed(group: Any, *, turns: bool) -> Any:
    from ...inference.acting import headless

    direction = properties.direction_of(group)
    return direction if turns else headless(direction)


def _place(character: characters.Character) -> Path:
    """Where a recording goes: beside the file, under a name that is free."""
    if not bpy.data.filepath:
        raise ParlanceError("Save the file first: the recording is kept beside it.")
    folder = Path(bpy.data.filepath).parent
    name = bpy.path.clean_name(character.root.name)
    return next(path for number in range(1, 10_000) if not (path := folder / f"{name}_live_{number:03}.wav").exists())


def place(over: session.Session, *, generate: bool) -> None:
    """A recording on a strip where it began, ready for Generate, or generated at once."""
    if over.kept is None:
        return
    if over.seconds < SHORTEST:
        over.kept.unlink(missing_ok=True)
        return
    windows = bpy.context.window_manager.windows
    with bpy.context.temp_override(window=windows[0]) if windows else bpy.context.temp_override():
        scene = strips.sequencer(bpy.context)
        strip = strips.add(scene, bpy.path.relpath(str(over.kept)), over.frame)
        root = over.puppet.root
        selection.choose(root, strip, scene)
        active = bpy.context.view_layer.objects.active
        if active is None or hierarchy.root_of(active) != root:
            bpy.context.view_layer.objects.active = root
        if not bpy.app.background:
            bpy.ops.ed.undo_push(message="Live Recording")
        if generate:
            bpy.ops.parlance.generate("EXEC_DEFAULT" if bpy.app.background else "INVOKE_DEFAULT")


CLASSES: Final = (PARLANCE_OT_live_start, PARLANCE_OT_live_stop)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
