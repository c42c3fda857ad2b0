# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report of a fault should say, ready to paste: versions, what runs the model, the rig, the last error; no names."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final

import bpy
from bpy.types import Operator

from .. import preferences
from ..generate import running
from ..scene import strips
from . import readiness, selection

MANIFEST: Final = Path(__file__).parents[2] / "blender_manifest.toml"


def report(context: bpy.types.Context) -> str:
    """The text, a fact a line."""
    return "\n".join(_lines(context)) + "\n"


def _lines(context: bpy.types.Context) -> Iterator[str]:
    import tomllib

    import numpy as np

    yield f"Parlance {tomllib.loads(MANIFEST.read_text(encoding='utf-8'))['version']}"
    yield f"Blender {bpy.app.version_string}, Python {sys.version.split()[0]}, NumPy {np.__version__}"
    yield f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield f"Model: {preferences.engine_sentence()}"
    ready = readiness.look(context)
    if ready.character is not None:
        yield f"Character: {ready.character.root.type.lower()}, {readiness.summary(ready.character)}"
        for face in ready.character.faces:
            shapes = f"{len(face.targets)} of {len(face.key.key_blocks) - 1} shape keys"
            yield f"  mapped as {face.rig_map.convention or 'its own'}: {shapes}"
        if ready.character.controls.active:
            yield f"  bones and properties: {len(ready.character.controls.active)}"
    if ready.strip is not None:
        yield f"Sound: {readiness.describe(ready.strip, strips.sequencer(context))}"
    line = selection.here(context).line
    yield f"Line: {line.result if line is not None else 'none'}"
    yield f"Last error: {re.sub('“[^”]*”', '“…”', running.trouble) or 'none'}"
    for obstacle in ready.obstacles:
        yield f"In the way: {obstacle.code or 'nothing to speak with'}"


class PARLANCE_OT_copy_report(Operator):
    """Copy what a report of a fault should say: versions, what runs the model, the rig and the last error. No names, no paths."""

    bl_idname = "parlance.copy_report"
    bl_label = "Copy Bug Report"
    bl_options: ClassVar = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """To the clipboard."""
        context.window_manager.clipboard = report(context)
        self.report({"INFO"}, "Copied; paste it into your report.")
        return {"FINISHED"}


CLASSES: Final = (PARLANCE_OT_copy_report,)


register, unregister = bpy.utils.register_classes_factory(CLASSES)
