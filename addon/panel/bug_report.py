# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report of a fault should say, ready to paste: versions, the rig and its map, the last error, the log.

Names of shape keys and bones are in it, for mappings cannot be mended without them; those of objects, people and files are not.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

import bpy
from bpy.types import Operator

from .. import log, model_choice, running
from ..sequencer import strips
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
    yield f"Model: {_without_names(model_choice.sentence())}"
    ready = readiness.look(context)
    if ready.character is not None:
        yield f"Character: {ready.character.root.type.lower()}, {readiness.summary(ready.character)}"
        for face in ready.character.faces:
            shapes = f"{len(face.targets)} of {len(face.key.key_blocks) - 1} shape keys"
            yield f"  mapped as {face.rig_map.convention or 'its own'}: {shapes}"
        if ready.character.every_control.active:
            yield f"  bones and properties: {len(ready.character.every_control.active)}"
    if ready.strip is not None:
        yield f"Sound: {readiness.describe(ready.strip, strips.sequencer(context))}"
    line = selection.here(context).line
    yield f"Line: {_without_names(line.result) if line is not None else 'none'}"
    yield f"Last error: {_without_names(running.trouble) or 'none'}"
    for obstacle in ready.obstacles:
        yield f"In the way: {obstacle.code or 'nothing to speak with'}"
    if ready.character is not None:
        yield from _maps(ready.character)
    yield "Log:"
    yield from (f"  {_without_names(entry)}" for entry in log.recent())


def _maps(character: Any) -> Iterator[str]:
    """Which shape key or property answers to which shape."""
    maps = [face.rig_map for face in character.faces]
    if character.controls.active:
        maps.append(character.controls)
    for number, rig_map in enumerate(maps, start=1):
        yield f"Rig map {number}:"
        for drive in rig_map.drives:
            yield f"  {drive.source} → {drive.target} × {drive.gain:g}{' (off)' if drive.muted else ''}"


def _without_names(text: str) -> str:
    return re.sub("“[^”]*”", "“…”", text)


class PARLANCE_OT_copy_report(Operator):
    """Copy what a report of a fault should say: versions, what runs the model, the rig and its map, the last error and the log.

    Names of shape keys and bones are in it; names of objects, people and files are not.
    """

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
