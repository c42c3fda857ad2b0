# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons: generate, cancel, remove an obstacle, open a sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ImportHelper

from ...inference.errors import ParlanceError
from .. import compat, running
from ..character import made_keys
from ..generate import finish
from ..lines import data
from ..performing import perform
from ..planning import plan
from ..sequencer import strips
from . import fixes, readiness, selection
from .operator_base import UNDOABLE, attempt
from .worker_operator import OnWorker

SOUND_FILES: Final = "*.wav;*.flac;*.mp3;*.ogg;*.opus;*.m4a;*.aac;*.aif;*.aiff;*.mp4;*.mov;*.mkv;*.webm;*.mka"


class PARLANCE_OT_generate(OnWorker, Operator):
    """Animate the selected character's face with the voice on the sound strip."""

    bl_idname = "parlance.generate"
    bl_label = "Generate Lip Sync"
    bl_options: ClassVar = UNDOABLE

    _made: Any = None

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a sound where there is none; work in the background where there is a window to draw in."""
        ready = readiness.look(context)
        if readiness.wants_sound(ready, strips.sequencer(context)):
            return bpy.ops.parlance.open_sound("INVOKE_DEFAULT", then_generate=True)  # type: ignore[no-any-return]
        if bpy.app.background:
            return self.execute(context)
        if running.job is not None:
            self.report({"INFO"}, "A lip sync is being generated already.")
            return {"CANCELLED"}
        try:
            return self._start(context, self._with_shapes(context, ready))
        except ParlanceError as error:
            return self._end(context, self._refuse(error))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """All at once: what scripts and background mode get."""
        running.trouble = ""
        try:
            planned = self._plan(context, self._with_shapes(context, readiness.look(context)))
            finish.finish(planned, perform.perform(planned))
        except ParlanceError as error:
            return self._end(context, self._refuse(error))
        return {"FINISHED"}

    def _with_shapes(self, context: bpy.types.Context, ready: readiness.Readiness) -> readiness.Readiness:
        """A bare face gets its shapes on the way."""
        if not readiness.wants_shapes(ready):
            return ready
        self._made = made_keys.made_by(lambda: fixes.fix("no_shapes", context, ready))
        return readiness.look(context)

    def ended(self, outcome: set[str]) -> None:
        """Shapes made on the way to a line that never came go again: Blender keeps no step to undo them by."""
        if self._made and outcome != {"FINISHED"}:
            made_keys.take_back(self._made)
        self._made = None

    def drafts(self, result: data.Draft) -> tuple[data.Draft]:
        """All of it."""
        return (result,)

    def receive(self, _context: bpy.types.Context, result: data.Draft) -> set[str]:
        """Keys are written where the plan says, whatever is selected by now."""
        self.report({"INFO"}, finish.finish(self._planned, result, self._staged).sentence + ".")
        return {"FINISHED"}

    def _start(self, context: bpy.types.Context, ready: readiness.Readiness) -> set[str]:
        planned = self._planned = self._plan(context, ready)
        return self._begin(context, planned.strip, lambda progress: perform.perform(planned, progress))

    def _plan(self, context: bpy.types.Context, ready: readiness.Readiness) -> data.Plan:
        for obstacle in ready.obstacles:
            if obstacle.stops:
                raise ParlanceError(obstacle.text)
        assert ready.character is not None
        return plan.plan(context.scene, strips.sequencer(context), ready.character, ready.strip)


class PARLANCE_OT_cancel(Operator):
    """Stop generating; the scene stays as it is."""

    bl_idname = "parlance.cancel"
    bl_label = "Cancel"
    bl_options: ClassVar = {"INTERNAL"}

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """While there is something to cancel."""
        return running.job is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Stop the worker at its next step."""
        running.stop()
        running.redraw(context)
        return {"FINISHED"}


class PARLANCE_OT_fix(Operator):
    """Remove this obstacle."""

    bl_idname = "parlance.fix"
    bl_label = "Fix"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    code: StringProperty()  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Do the least that helps."""
        return attempt(self, lambda: fixes.fix(self.code, context, readiness.look(context)))


class PARLANCE_OT_open_sound(Operator, ImportHelper):
    """Choose a sound file and put it on a strip at the current frame."""

    bl_idname = "parlance.open_sound"
    bl_label = "Open Sound"
    bl_options: ClassVar = UNDOABLE

    filter_glob: StringProperty(default=SOUND_FILES, options={"HIDDEN"})  # type: ignore[valid-type]
    then_generate: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Place the strip, and go on with what the artist was about to do."""
        if not Path(self.filepath).is_file():
            self.report({"ERROR"}, f"There is no file “{Path(self.filepath).name}”; choose a sound file.")
            return {"CANCELLED"}
        ready = readiness.look(context)
        strip = strips.add(strips.sequencer(context), self.filepath, context.scene.frame_current)
        compat.show_in_sequencer(context, strips.sequencer(context))
        selection.choose(ready.character.root if ready.character is not None else None, strip, strips.sequencer(context))
        if self.then_generate:
            bpy.ops.parlance.generate("INVOKE_DEFAULT")
        return {"FINISHED"}


class PARLANCE_OT_pin_sound(Operator):
    """Let this character speak this strip whatever else is selected; again to let it follow the selected strip."""

    bl_idname = "parlance.pin_sound"
    bl_label = "Pin Sound"
    bl_options: ClassVar = {*UNDOABLE, "INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Where a character can remember it."""
        here = selection.here(context)
        return here.root is not None and here.strip is not None and here.root.is_editable

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Nothing is generated."""
        here = selection.here(context)
        if here.root is None or here.strip is None:
            return {"CANCELLED"}
        is_pinned = selection.pinned(here.root, strips.sequencer(context)) is not None
        here.root.parlance.strip = "" if is_pinned else here.strip.name
        return {"FINISHED"}


CLASSES: Final = (PARLANCE_OT_generate, PARLANCE_OT_cancel, PARLANCE_OT_fix, PARLANCE_OT_open_sound, PARLANCE_OT_pin_sound)


def register() -> None:
    """Make the operators known."""
    for each in CLASSES:
        bpy.utils.register_class(each)


def unregister() -> None:
    """Forget them, and stop what still runs."""
    running.stop()
    for each in reversed(CLASSES):
        bpy.utils.unregister_class(each)
