# SPDX-License-Identifier: GPL-3.0-or-later
"""File › Import: face curves as keys, and phones or mouth cues as a line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ImportHelper

from ...inference.errors import ParlanceError
from ..character import characters
from ..generate import finish
from ..lines import lines, results
from ..panel import selection
from ..panel.operator_base import UNDOABLE, attempt
from ..performing import perform
from ..planning import plan
from ..sequencer import strips

STARTS: Final = (
    ("CURRENT", "Current Frame", "The first frame of the file stands at the playhead", 0),
    ("SOUND", "Sound", "The first frame of the file stands where the sound in hand begins", 1),
    ("FILE", "As in the File", "Times of the file are times of the scene", 2),
)
PLACES: Final = (
    ("ACTION", "Current Action", "Beside what is animated already; frames of lines are refused", 0),
    ("NEW", "New Action", "The old action stays in the file", 1),
)


class PARLANCE_OT_import_curves(Operator, ImportHelper):
    """Key the selected character with curves of Live Link Face, Audio2Face or a CSV; the keys are your own."""

    bl_idname = "parlance.import_curves"
    bl_label = "Import Face Curves"
    bl_options: ClassVar = UNDOABLE
    filename_ext = ".csv"

    filter_glob: StringProperty(default="*.csv;*.json", options={"HIDDEN"})  # type: ignore[valid-type]
    start: EnumProperty(name="Start", items=STARTS)  # type: ignore[valid-type]
    place: EnumProperty(name="Key In", items=PLACES)  # type: ignore[valid-type]
    every_frame: BoolProperty(name="Every Frame", description="A key on each frame instead of the few that are needed")  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it and key it."""
        return attempt(self, lambda: self._put(context))

    def _put(self, context: bpy.types.Context) -> None:
        from ...inference import convert
        from . import keying

        character = _character(context)
        motion = convert.read(Path(self.filepath))
        animation = convert.animation(motion, strips.rate(context.scene))
        begins = _begins(context, self.start, round((motion.began + animation.start) * animation.fps))
        moved = replace(animation, start=begins / animation.fps)
        count = keying.put(character, moved, place=self.place, sparse=not self.every_frame)
        seconds = len(animation.shapes) / animation.fps
        self.report({"INFO"}, f"{count:,} keys for {seconds:.1f} s from frame {begins}.")


class PARLANCE_OT_import_phones(Operator, ImportHelper):
    """Let the selected character speak phones or mouth cues from a file (TextGrid, Rhubarb, Moho) on the sound in hand."""

    bl_idname = "parlance.import_phones"
    bl_label = "Import Phones or Mouth Cues"
    bl_options: ClassVar = UNDOABLE
    filename_ext = ".TextGrid"

    filter_glob: StringProperty(default="*.TextGrid;*.tsv;*.xml;*.json;*.dat", options={"HIDDEN"})  # type: ignore[valid-type]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read them and speak them."""
        return attempt(self, lambda: self._speak(context))

    def _speak(self, context: bpy.types.Context) -> None:
        from ...inference.formats import phone_files
        from ...inference.formats.untrusted import read_text
        from . import spoken

        found = selection.here(context)
        character = _character(context)
        if found.strip is None:
            raise ParlanceError("Select the sound strip that these phones belong to.")
        phones = phone_files.read(read_text(Path(self.filepath)), fps=strips.rate(context.scene))
        sequencer = strips.sequencer(context)
        line = lines.of_strip(character.root, found.strip, sequencer)
        performance = spoken.performance(phones, line, strips.placement(found.strip, sequencer))
        planned = plan.plan(context.scene, sequencer, character, found.strip, plan.Request(heard=performance))
        result: results.Result = finish.finish(planned, perform.perform(planned))
        self.report({"INFO"}, result.sentence + ".")


def _character(context: bpy.types.Context) -> characters.Character:
    found = characters.of(context.view_layer.objects.active)
    if found is None or not found.speaks:
        raise ParlanceError("Select the character that is to be animated; its face needs shape keys that Parlance recognises.")
    return found


def _begins(context: bpy.types.Context, start: str, in_file: int) -> int:
    """The scene frame on which a file begins. Raises ParlanceError where the sound is asked for and there is none."""
    if start == "FILE":
        return in_file
    if start == "CURRENT":
        return int(context.scene.frame_current)
    found = selection.here(context)
    if found.strip is None:
        raise ParlanceError("Select the sound strip that these curves belong to, or start at the current frame.")
    placement = strips.placement(found.strip, strips.sequencer(context))
    return int(strips.frames_of(placement, strips.rate(context.scene)).first)


CLASSES: Final[tuple[Any, ...]] = (PARLANCE_OT_import_curves, PARLANCE_OT_import_phones)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
