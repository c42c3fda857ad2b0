# SPDX-License-Identifier: GPL-3.0-or-later
"""File › Export: face curves, and phones or mouth cues, of the selected character."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty
from bpy.types import Operator
from bpy_extras.io_utils import ExportHelper

from ...inference.errors import ParlanceError
from ..lines import lines
from ..panel import selection
from ..panel.operator_base import attempt
from ..sequencer import strips

CURVES: Final = (
    ("livelink", "Live Link Face", "CSV of Apple's Live Link Face app, which Unreal and most face tools read", 0),
    ("plain", "Plain CSV", "Time, 52 shapes, emotions and arousal", 1),
    ("ace", "Audio2Face-3D (ACE)", "CSV of NVIDIA's Audio2Face-3D service", 2),
    ("audio2face", "Audio2Face JSON", "JSON of NVIDIA's Audio2Face application", 3),
)
PHONES: Final = (
    ("textgrid", "TextGrid", "Phones in IPA for Praat, Montreal Forced Aligner and others", 0),
    ("rhubarb", "Rhubarb TSV", "Nine mouth shapes, A to H and X, as Rhubarb Lip Sync writes them", 1),
    ("rhubarb-xml", "Rhubarb XML", "The same as XML", 2),
    ("rhubarb-json", "Rhubarb JSON", "The same as JSON", 3),
    ("moho", "Moho / Papagayo", "Switch data at the scene's frame rate, with Preston Blair's mouths", 4),
)
SCOPES: Final = (
    ("LINE", "This Line", "The line of the sound in hand", 0),
    ("ALL", "All Lines", "Every line of the character in one file, at rest between them", 1),
)


class WritesFile(ExportHelper):
    """An operator that writes a file, named after the line, with the ending of its format."""

    def suffix(self) -> str:
        """The ending of the chosen format."""
        raise NotImplementedError

    def write(self, context: bpy.types.Context) -> None:
        """Write the file. Raises ParlanceError where there is nothing to write, or it cannot be written."""
        raise NotImplementedError

    def check(self, _context: bpy.types.Context) -> bool:
        """The file's ending follows the format."""
        wanted = str(Path(self.filepath).with_suffix(self.suffix()))
        if self.filepath == wanted:
            return False
        self.filepath: str = wanted
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a file."""
        if not self.filepath:
            found = selection.here(context)
            name = found.line.title if found.line is not None else found.root.name if found.root is not None else "face"
            self.filepath = bpy.path.clean_name(Path(name).stem)
        return ExportHelper.invoke(self, context, event)  # type: ignore[no-any-return]

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write, or say why not."""
        return attempt(self, lambda: self.write(context))


class PARLANCE_OT_export_curves(WritesFile, Operator):
    """Write what the selected character's face shows to a file of curves, keys of your own included."""

    bl_idname = "parlance.export_curves"
    bl_label = "Export Face Curves"
    bl_options: ClassVar = {"REGISTER"}
    filename_ext = ".csv"

    filter_glob: StringProperty(default="*.csv;*.json", options={"HIDDEN"})  # type: ignore[valid-type]
    format: EnumProperty(name="Format", items=CURVES)  # type: ignore[valid-type]
    scope: EnumProperty(name="Export", items=SCOPES)  # type: ignore[valid-type]
    with_sound: BoolProperty(  # type: ignore[valid-type]
        name="Begin With the Sound",
        default=True,
        description="The first row of a line is the first frame of its sound, so that both start together anywhere; otherwise "
        "the file begins with how the face comes from rest before it",
    )

    def suffix(self) -> str:
        """One of the formats is no CSV."""
        return ".json" if self.format == "audio2face" else ".csv"

    def write(self, context: bpy.types.Context) -> None:
        """The line in hand, or all of them."""
        from ...inference import outputs, pipeline
        from . import performed

        root, line = _in_hand(context, self.scope)
        shown = performed.of_character(root) if line is None else performed.of_line(root, line, with_sound=self.with_sound)
        outputs.write(Path(self.filepath), (piece.encode() for piece in pipeline.WRITERS[self.format](shown.animation)))
        frames = len(shown.animation.shapes)
        rest = "" if shown.keyed == 52 else f" ({shown.keyed} shapes as keyed, the rest as performed)"
        self.report({"INFO"}, f"{frames:,} frames in {Path(self.filepath).name}{rest}.")


class PARLANCE_OT_export_phones(WritesFile, Operator):
    """Write the phones of this line, as you have edited them, or the mouths that show them, to a file."""

    bl_idname = "parlance.export_phones"
    bl_label = "Export Phones or Mouth Cues"
    bl_options: ClassVar = {"REGISTER"}
    filename_ext = ".TextGrid"

    filter_glob: StringProperty(default="*.TextGrid;*.tsv;*.xml;*.json;*.dat", options={"HIDDEN"})  # type: ignore[valid-type]
    format: EnumProperty(name="Format", items=PHONES)  # type: ignore[valid-type]

    def suffix(self) -> str:
        """Each format has its own."""
        from ...inference.formats import phone_files

        return str(phone_files.SUFFIXES[self.format])

    def write(self, context: bpy.types.Context) -> None:
        """The phones of the current line, or its mouth cues."""
        from ...inference import outputs
        from ...inference.formats import phone_files
        from . import performed

        root, line = _in_hand(context, "LINE")
        assert line is not None
        phones = performed.phones_of(root, line)
        fps = strips.rate(lines.scene_of(line) or context.scene)
        text = phone_files.write(phones, self.format, sound=line.title, fps=fps)
        outputs.write(Path(self.filepath), [text.encode()])
        self.report({"INFO"}, f"{len(phones):,} phones in {Path(self.filepath).name}.")


def _in_hand(context: bpy.types.Context, scope: str) -> tuple[Any, Any | None]:
    """The character's root, and the line to export; None for all of them. Raises ParlanceError where there is none."""
    found = selection.here(context)
    if found.root is None:
        raise ParlanceError("Select the character whose face is to be exported.")
    if scope == "ALL":
        return found.root, None
    line = found.line or next(iter(found.root.parlance.lines), None)
    if line is None:
        raise ParlanceError(f"“{found.root.name}” has no lines yet; generate one first.")
    return found.root, line


CLASSES: Final = (PARLANCE_OT_export_curves, PARLANCE_OT_export_phones)
register, unregister = bpy.utils.register_classes_factory(CLASSES)
